"""Errors of responses: those of other statuses than 2xx, and those of 2xx that hold no result."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from venice_client._core.errors.base import ErrorRequest, VeniceError
from venice_client._core.errors.text import note, one_line, problems, reason
from venice_client._core.headers import base64_json, public_headers, retry_after_seconds
from venice_client._core.headers import request_id as find_request_id


@frozen
class ErrorResponse:
    """The response of a failed call, as far as an error holds it."""

    status_code: int
    headers: Mapping[str, str]
    """Names in lower case, without cookies."""
    _body: Any  # the decoded JSON, or text
    request: ErrorRequest

    @property
    def reason_phrase(self) -> str:
        """The phrase of the status, such as "Not Found"."""
        return reason(self.status_code)

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


class VeniceAPIError(VeniceError):
    """A response other than 2xx. `error_class` has the subclass of each status."""

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
    data: Any = None
    """The body as the model that the description declares for this operation and status, such as
    `models.VideoConsentRequired`; None where it declares none."""
    request_id: str | None
    """The header X-Request-ID, else CF-RAY: quote it to the vendor's support."""
    headers: Mapping[str, str]
    """The response's headers, names in lower case, without cookies."""

    def __init__(
        self,
        message: str,
        *,
        response: Any = None,  # as one of httpx, with `status_code` and `headers`: for tests that make the error
        status: int | None = None,
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
        if response is not None:
            status, headers = response.status_code, {name.lower(): text for name, text in response.headers.items()}
            request_id, retry_after = find_request_id(headers), retry_after_seconds(headers, status=status)
        self.status = status or next((one for one, kind in _BY_STATUS.items() if isinstance(self, kind)), 500)
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
        code = self.code if self.code != str(self.status) else None
        if text == reason(self.status) and not code:
            text = "the response has no message"
        if found := problems(self.details):
            text = f"{text}: {'; '.join(found)}"
        where = note(f"{self.method} {self.path}".strip(), self.request_id and f"request id {self.request_id}")
        head = f"{self.status} {one_line(code or reason(self.status), 80)}".rstrip()
        shown = f"{head}: {one_line(text)}" + (f" ({one_line(where)})" if where else "")
        return f"{shown}. {self.advice}" if self.advice else shown


class BadRequestError(VeniceAPIError):
    """400: the request is malformed, or a value is refused. `details` and `issues` name the fields."""


class AuthenticationError(VeniceAPIError):
    """401: the API key is missing, wrong, or expired."""

    advice = "Check the API key: api_key=, or VENICE_API_KEY."


class PaymentRequiredError(VeniceAPIError):
    """402: the balance is too low. With wallet access, `payment_required` holds the ways to pay (`accepts`)."""

    advice = "Top up the account; venice.billing.balance() shows what is left."

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


_BY_STATUS: Final[Mapping[int, type[VeniceAPIError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    402: PaymentRequiredError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    410: GoneError,
    413: PayloadTooLargeError,
    415: UnsupportedMediaTypeError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def error_class(status: int) -> type[VeniceAPIError]:
    """Return the class of errors of a status; a status without a class of its own has that of all 5xx, or the base."""
    return _BY_STATUS.get(status, ServerError if 500 <= status <= 599 else VeniceAPIError)


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
            f"{self.method} {self.path}".strip(),
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
