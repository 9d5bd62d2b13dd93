"""
What both kinds of client share: configuration, credentials, and every decision before a call is sent and after its
answer came. Nothing here waits.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from venice_client.core.body import JSON
from venice_client.core.call import Call
from venice_client.core.decoding import decode
from venice_client.core.error_body import error_from_response
from venice_client.core.errors import MissingAPIKeyError, RequestValidationError
from venice_client.core.http import Answer
from venice_client.core.operation import EVENT_STREAM, Operation
from venice_client.core.request import add_headers, add_query, build
from venice_client.core.response import Response
from venice_client.core.response_headers import public_headers
from venice_client.core.sentinel import UNSET
from venice_client.core.shapes import Anything

BASE_URL = "https://api.venice.ai/api/v1"
USER_AGENT = "venice-client-python"
SECONDS = 60.0
"""How long to wait for an answer that costs nothing."""
PAID_SECONDS = 600.0
"""How long to wait for one that is generated."""


class BaseClient:
    """Configuration, and what is decided before a call is sent and after its answer came."""

    def __init__(self, *, api_key: str | None, base_url: str | None, timeout: float | None, http_client: Any) -> None:
        self._api_key = _clean_key(os.environ.get("VENICE_API_KEY") if api_key is None else api_key)
        self.base_url = _checked_url(base_url or os.environ.get("VENICE_BASE_URL") or BASE_URL)
        self.timeout = timeout
        self._http_client = http_client

    def __copy__(self) -> Self:
        """A client of the same configuration, with connections of its own."""
        make: Any = type(self)
        copied: Self = make(
            self._api_key or "", base_url=self.base_url, timeout=self.timeout, http_client=self._http_client
        )
        return copied

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self.__copy__()

    def __reduce__(self) -> tuple[Any, ...]:
        # A pickle holds no key: the process that loads it takes its own from the environment.
        return _unpickled, (type(self), self.base_url, self.timeout)

    def __repr__(self) -> str:
        key = "with an API key" if self._api_key else "without an API key"
        return f"<{type(self).__name__} at {self.base_url}, {key}>"

    def _headers(self, call: Call) -> dict[str, str]:
        """The call's headers with the credentials that its operation wants. The call itself never holds them."""
        lower = {name.lower() for name in call.headers}
        headers = dict(call.headers) if "user-agent" in lower else {"User-Agent": USER_AGENT, **call.headers}
        if "authorization" in lower:
            return headers
        if call.operation is None:
            return headers | self._bearer()
        alternatives = call.operation.security
        takes_key = any(scheme.kind == "bearer" for alternative in alternatives for scheme in alternative)
        other = any(scheme.parameter.lower() in lower for alternative in alternatives for scheme in alternative)
        if takes_key and not other:
            if not self._api_key and not any(alternative == () for alternative in alternatives):
                raise MissingAPIKeyError(
                    f"{call.operation.key} needs an API key, and none was given: "
                    "pass api_key=..., or set VENICE_API_KEY."
                )
            headers |= self._bearer()
        return headers

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._api_key}"} if self._api_key else {}

    def _seconds(self, call: Call) -> float:
        paid = call.operation is not None and call.operation.paid
        return call.timeout or self.timeout or (PAID_SECONDS if paid else SECONDS)

    def _check(self, call: Call, answer: Answer) -> None:
        if not 200 <= answer.status < 300:
            raise error_from_response(
                status=answer.status,
                headers=answer.headers,
                content=answer.content,
                method=call.method,
                path=call.path,
                secrets=self._secrets(call),
            )

    def _secrets(self, call: Call) -> list[str]:
        """What an answer may repeat and no error may show: the key, and what the caller's own headers give away."""
        public = public_headers(call.headers)
        own = [value.split()[-1] for name, value in call.headers.items() if value and name.lower() not in public]
        return [*own, self._api_key] if self._api_key else own

    def _response(self, call: Call, answer: Answer, stream: type[Any]) -> Response[Any]:
        self._check(call, answer)
        media_type = answer.headers.get("content-type", "").split(";")[0].strip().lower()
        parsed: Any
        if call.stream and media_type == EVENT_STREAM:
            shape = call.operation.shape(answer.status, media_type) if call.operation else None
            parsed = stream(
                answer,
                shape or Anything(),
                method=call.method,
                path=call.path,
                secrets=self._secrets(call),
            )
        else:
            parsed = decode(call.operation, answer.status, answer.headers, answer.content)
        return Response(answer.status, answer.headers, answer.content, parsed)

    def _free_call(
        self,
        method: str,
        path: str,
        *,
        json: Any,
        query: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
        timeout: float | None,
    ) -> Call:
        """Make the request of a path that the contract does not know."""
        if urlsplit(path).scheme or path.startswith("//"):
            problem = f"path: {path[:80]!r} is a whole URL; give the part below {self.base_url}"
            raise RequestValidationError([f"{problem}, so that the key goes nowhere else"])
        path, _, own_query = path.partition("#")[0].partition("?")
        pairs = parse_qsl(own_query, keep_blank_values=True)
        call = Call(method.upper(), f"/{path.lstrip('/')}", pairs, {}, timeout=timeout)
        if any(part in (".", "..") for part in call.path.split("/")):
            raise RequestValidationError([f"path: {path[:80]!r} leads out of {self.base_url}"])
        problems: list[str] = []
        if json is not UNSET:
            body = Operation(method=call.method, path=call.path, name="", module="", bodies={JSON: Anything()})
            made = build(body, {}, json)
            call.content, call.headers = made.content, dict(made.headers)
        add_query(call, query or {})
        add_headers(call, headers or {}, problems)
        if problems:
            raise RequestValidationError(problems)
        return call


def _unpickled(kind: Any, base_url: str, timeout: float | None) -> Any:
    return kind(base_url=base_url, timeout=timeout)


def _clean_key(key: str | None) -> str | None:
    """Trim a key, as files leave line ends on it; refuse one that no header can carry, without showing it."""
    key = (key or "").strip()
    if not re.fullmatch(r"[\x21-\x7e]*", key):
        raise MissingAPIKeyError("The API key holds white space or characters that are not ASCII: it is not a key.")
    return key or None


def _checked_url(url: str) -> str:
    url = url.strip()
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    # A user name in it would take the place of the key.
    if not usable or parts.query or parts.fragment or "@" in parts.netloc or re.search(r"[\s\x00-\x20\x7f]", url):
        shown = url.rpartition("@")[2][:80]
        raise RequestValidationError([f"base_url: {shown!r} is no URL of the form https://host/path"])
    return url.rstrip("/")
