"""
The error tree of this library.

    VeniceError
    ├── VeniceAPIError                  a response other than 2xx
    │   ├── BadRequestError             400
    │   ├── AuthenticationError         401
    │   ├── PaymentRequiredError        402
    │   ├── PermissionDeniedError       403
    │   ├── NotFoundError               404
    │   ├── ConflictError               409
    │   ├── GoneError                   410
    │   ├── PayloadTooLargeError        413
    │   ├── UnsupportedMediaTypeError   415
    │   ├── UnprocessableEntityError    422
    │   ├── RateLimitError              429
    │   └── ServerError                 5xx
    ├── VeniceConnectionError           no response: DNS, TCP, TLS, a reset
    │   └── VeniceTimeoutError          no response in time
    ├── TooManyFailuresError            not sent, because the vendor would block the account
    ├── ResponseDecodeError             a 2xx response that cannot be decoded
    ├── JobFailedError                  the server reports that an ordered video or music failed
    ├── StreamInterrupted               a stream that ended early
    │   └── StreamTimeoutError          a stream without an event in time (also a VeniceTimeoutError)
    ├── RequestValidationError          the arguments are invalid (also a ValueError)
    │   └── ArgumentError               an unknown or missing argument (also a TypeError)
    ├── MissingAPIKeyError              no key was given (also a ValueError)
    └── OperationUnavailableError       the installed contract lacks the operation

Errors pickle and copy with all their fields. They hold what the server sent and the operation's method and
path, never the headers or the body of the request. Nothing here sends, retries, or decides whether to
retry.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from attrs import frozen

from venice_client._core.error_text import note, one_line, problems, reason
from venice_client._core.headers import base64_json, public_headers

__all__ = [
    "ArgumentError",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "GoneError",
    "JobFailedError",
    "MissingAPIKeyError",
    "NotFoundError",
    "OperationUnavailableError",
    "PayloadTooLargeError",
    "PaymentRequiredError",
    "PermissionDeniedError",
    "RateLimitError",
    "RequestValidationError",
    "ResponseDecodeError",
    "ServerError",
    "StreamInterrupted",
    "StreamTimeoutError",
    "TooManyFailuresError",
    "UnprocessableEntityError",
    "UnsupportedMediaTypeError",
    "VeniceAPIError",
    "VeniceConnectionError",
    "VeniceError",
    "VeniceTimeoutError",
]


@frozen
class ErrorRequest:
    """The request of a failed call, as far as an error holds it."""

    method: str
    url: str
    """The path alone: no host, no query."""


@frozen
class ErrorResponse:
    """The response of a failed call, as far as an error holds it."""

    status_code: int
    headers: Mapping[str, str]
    """Names in lower case, without cookies."""
    _body: Any  # the decoded JSON, or text
    request: ErrorRequest

    @property
    def text(self) -> str:
        """The body as text."""
        return self._body if isinstance(self._body, str) else json.dumps(self._body, ensure_ascii=False)

    @property
    def content(self) -> bytes:
        """The body as UTF-8."""
        return self._body if isinstance(self._body, bytes) else self.text.encode()

    def json(self) -> Any:
        """Return the decoded JSON. Raises ValueError where the body is not JSON."""
        return json.loads(self.text) if isinstance(self._body, str | bytes) else self._body


def _rebuild(cls: type[VeniceError], args: tuple[Any, ...], fields: dict[str, Any]) -> VeniceError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(fields)
    return error


class VeniceError(Exception):
    """
    The base of all errors of this library. `message` says what happened, and what to do about it if that is
    known.
    """

    message: str
    advice: str = ""
    """What became of the attempts, and what to do now: the end of the text."""
    may_have_been_charged: bool = False
    """Whether the call may have been carried out and charged although it failed: look before making it again."""
    retry_after: float | None = None
    """Seconds to wait before the call is made again, where the server or the client's own limit requests it."""
    job: Any = None
    """The video or music job that was ordered before the error: `job.save(path)` resumes it."""
    received: Sequence[Any] = ()
    """What came before the error: events of a stream, or pictures where one call makes several."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def request(self) -> ErrorRequest | None:
        """Method and path of the request; None where no call had begun."""
        method, path = getattr(self, "method", ""), getattr(self, "path", "")  # fields of some subclasses
        return ErrorRequest(method, path) if method or path else None

    def __reduce__(self) -> tuple[Any, ...]:
        # By its fields, not by calling __init__ again: that keeps notes, and fields that a subclass adds.
        return _rebuild, (type(self), self.args, dict(self.__dict__))


class VeniceAPIError(VeniceError):
    """A response other than 2xx. `error_from_response` chooses the subclass by the status."""

    status: int
    param: str | None = None
    """The name of the refused parameter, where the server gives it as `error.param`."""
    type: str | None = None
    """The kind of the error, where the server gives it as `error.type`."""
    code: str | None
    """The server's word for the error, such as `INSUFFICIENT_BALANCE` or `provider_content_policy`."""
    details: Any
    """What the server says of single fields: often a tree of `{"field": {"_errors": ["text"]}}`."""
    issues: list[Any]
    body: Any
    """The decoded JSON, or the text of a body that is not JSON."""
    request_id: str | None
    """The CF-RAY header: quote it to the vendor's support."""
    headers: Mapping[str, str]
    """The response's headers, names in lower case, without cookies."""
    method: str
    path: str
    """The path alone: no host, no query."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str | None = None,
        details: Any = None,
        issues: Sequence[Any] = (),
        body: Any = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        headers: Mapping[str, str] | None = None,
        method: str = "",
        path: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.details = details
        self.issues = list(issues)
        self.body = body
        self.request_id = request_id
        self.retry_after = retry_after
        self.headers = public_headers(headers or {})
        self.method = method
        self.path = path
        for name in ("param", "type"):
            if isinstance(found := self._said(name), str):
                setattr(self, name, found)

    @property
    def status_code(self) -> int:
        """The HTTP status: another name of `status`."""
        return self.status

    @property
    def response(self) -> ErrorResponse:
        """Status, headers and body of the response."""
        return ErrorResponse(self.status, self.headers, self.body, self.request or ErrorRequest("", ""))

    @property
    def suggested_prompt(self) -> str | None:
        """The prompt that the provider would accept, where a refusal comes with one."""
        found = self._said("suggested_prompt")
        return found if isinstance(found, str) else None

    @property
    def credits_refunded(self) -> bool | None:
        """Whether the refused work was refunded. None if the server does not say."""
        found = self._said("credits_refunded")
        return found if isinstance(found, bool) else None

    def _said(self, name: str) -> Any:
        if not isinstance(self.body, dict):
            return None
        inner = self.body.get("error")
        return self.body.get(name, inner.get(name) if isinstance(inner, dict) else None)

    def __str__(self) -> str:
        text = self.message
        if self.code and text.startswith(self.code):
            text = text[len(self.code) :].lstrip(" :-") or reason(self.status)
        if found := problems(self.details):
            text = f"{text}: {'; '.join(found)}"
        where = note(f"{self.method} {self.path}".strip(), self.request_id and f"request id {self.request_id}")
        head = f"{self.status} {one_line(self.code or reason(self.status), 80)}".rstrip()
        shown = f"{head}: {one_line(text)}" + (f" ({one_line(where)})" if where else "")
        return f"{shown}. {self.advice}" if self.advice else shown


class BadRequestError(VeniceAPIError):
    """400: the request is malformed, or a value is refused. `details` and `issues` name the fields."""


class AuthenticationError(VeniceAPIError):
    """401: the API key is missing, wrong, or expired."""


class PaymentRequiredError(VeniceAPIError):
    """402: the balance is too low. With wallet access, `payment_required` holds the ways to pay (`accepts`)."""

    @property
    def payment_required(self) -> Any:
        """The terms of x402: the header PAYMENT-REQUIRED decoded, else a body of that kind. None if neither came."""
        found = base64_json(self.headers.get("payment-required"))
        if found is None and isinstance(self.body, dict) and ("accepts" in self.body or "x402Version" in self.body):
            return self.body
        return found


class PermissionDeniedError(VeniceAPIError):
    """403: the key may not do this."""


class NotFoundError(VeniceAPIError):
    """404: no such path, model, or object."""


class ConflictError(VeniceAPIError):
    """409: the request conflicts with the state of the object."""


class GoneError(VeniceAPIError):
    """410: the endpoint has been retired, or the object has expired."""


class PayloadTooLargeError(VeniceAPIError):
    """413: the body is too large."""


class UnsupportedMediaTypeError(VeniceAPIError):
    """415: the Content-Type is not one that this operation takes."""


class UnprocessableEntityError(VeniceAPIError):
    """422: refused, often by a content policy. See `suggested_prompt` and `credits_refunded`."""


class RateLimitError(VeniceAPIError):
    """429: too many requests or tokens, or the model is at capacity. See `retry_after`."""


class ServerError(VeniceAPIError):
    """5xx: the server failed. After a 504 a paid request may have been carried out nevertheless."""


FailureKind: TypeAlias = Literal["connect", "reset", "timeout", "garbled", "refused"]
"""
How a call can fail without a response: before anything was sent; by a lost connection; by a timeout; by a response that
cannot be read; because the HTTP library refuses to send it.
"""


FailureStage: TypeAlias = Literal["resolve", "connect", "send", "wait", "read"]
"""
What a call did when it failed: resolved the name, connected (also to a proxy, or waited for a connection), sent the
request, waited for the response, or read its body.
"""


class VeniceConnectionError(VeniceError):
    """
    No response: the name did not resolve, or the connection was refused or lost.

    `kind` says how; with "connect" and "refused" the server received nothing.
    """

    kind: FailureKind = "reset"
    stage: FailureStage = "wait"
    """How far the call got. Nothing was sent at "resolve" and "connect"."""
    is_likely_unread: bool = False
    """Whether a connection that had carried other calls ended before any byte of the response: most likely it was idle
    for too long, and the server closed it without reading the request."""

    def __init__(
        self,
        message: str,
        *,
        method: str = "",
        path: str = "",
        kind: FailureKind = "reset",
        stage: FailureStage | None = None,
    ) -> None:
        super().__init__(message)
        self.method = method
        self.path = path
        self.kind = kind
        self.stage = stage or ("connect" if kind in ("connect", "refused") else "wait")

    def __str__(self) -> str:
        where = f"{self.method} {self.path}".strip()
        shown = f"{self.message} ({where})" if where else self.message
        return f"{shown}. {self.advice}" if self.advice else shown


class VeniceTimeoutError(VeniceConnectionError):
    """No response in time. A request that was sent may still have been carried out and charged."""


class TooManyFailuresError(VeniceError):
    """
    Not sent: too many calls of this client failed in the last 30 seconds, and a few more failures would make the
    vendor block the account. `retry_after` says in how many seconds a call can be made again.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ResponseDecodeError(VeniceError):
    """
    A 2xx response that cannot be decoded. `body` holds all its bytes, so a paid result is not lost.

    `departures` lists the violations of the contract that a strict client found.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        media_type: str | None,
        body: bytes,
        request_id: str | None = None,
        departures: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.departures: tuple[str, ...] = tuple(departures)
        self.status = status
        self.media_type = media_type
        self.body = body
        self.request_id = request_id

    @property
    def status_code(self) -> int:
        """The HTTP status: another name of `status`."""
        return self.status

    def __str__(self) -> str:
        answer = note(
            f"status {self.status}",
            self.media_type or "no media type",
            f"{len(self.body):,} bytes",
            self.request_id and f"request id {self.request_id}",
        )
        return f"{self.message} ({answer})"


class JobFailedError(VeniceError):
    """
    The server reports that a job ended without a file. `status` is the server's status, `body` its whole response.

    `job` has the id of the order, which the vendor's support needs.
    """

    def __init__(self, message: str, *, status: str, body: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = body


class StreamInterrupted(VeniceError):  # noqa: N818 - it names what happened to the stream
    """A stream ended before it was complete. `received` holds the items received so far, in order."""

    def __init__(self, message: str, *, received: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.received: tuple[Any, ...] = tuple(received)


class StreamTimeoutError(StreamInterrupted, VeniceTimeoutError):
    """No event of a stream arrived in time. `received` holds the items received so far, in order."""

    def __init__(self, message: str, *, received: Sequence[Any] = (), method: str = "", path: str = "") -> None:
        super().__init__(message, received=received)
        self.method = method
        self.path = path
        self.kind, self.stage = "timeout", "read"


class RequestValidationError(VeniceError, ValueError):
    """
    The arguments cannot be sent. `problems` lists everything that is wrong, not only the first thing.

    `way_out` names what sends the request anyway, where something does.
    """

    def __init__(self, problems: Sequence[str], way_out: str = "") -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        many = len(self.problems) > 1
        listed = "".join(f"\n  - {problem}" for problem in self.problems) if many else "".join(self.problems)
        self.way_out = way_out
        text = f"{len(self.problems)} problems:{listed}" if many else listed
        separator = "\n  " if many else "; "
        super().__init__(f"{text}{separator}{way_out}" if way_out else text)


class ArgumentError(RequestValidationError, TypeError):
    """A method was given an argument that it does not have, or lacks one that it requires. Nothing was sent."""


class MissingAPIKeyError(VeniceError, ValueError):
    """The operation needs an API key, and none was given."""

    def __init__(self, message: str = "no API key: pass api_key=..., or set VENICE_API_KEY") -> None:
        super().__init__(message)


class OperationUnavailableError(VeniceError):
    """The contract that this client was generated from lacks the operation, such as `POST /image/edit`."""

    def __init__(self, operation: str, message: str | None = None) -> None:
        super().__init__(message or f"{operation} is not in the API contract of the installed venice-client")
        self.operation = operation
