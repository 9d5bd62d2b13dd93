"""A request as our own connections send it: where it goes, its head, and a body in one piece or in several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlsplit

import h11
from attrs import frozen

from venice_client._core.errors import RequestValidationError
from venice_client._core.request.call import Call
from venice_client._core.transport.encoding import ACCEPTED
from venice_client._core.transport.sockets import CONNECT_SECONDS

_PORTS: Final = {"http": 80, "https": 443}
_SAFE: Final = "%/:?@!$&'()*+,;=~[]"
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


@frozen
class Target:
    """Where a request goes."""

    scheme: str
    host: str
    port: int
    path: str
    """With the query."""
    shown: str
    """The host as the header names it."""

    @property
    def origin(self) -> tuple[str, str, int]:
        """What those share that can use the same connection."""
        return self.scheme, self.host, self.port


@frozen(repr=False)  # its head holds the key
class Outgoing:
    """A request as it is sent; its body is made piece by piece, or there."""

    head: h11.Request
    target: Target
    content: bytes | Iterable[bytes] | None
    seconds: float
    """The limit of the head, of each write and of each silence."""
    connect_seconds: float


def outgoing_of(call: Call, url: str, headers: Mapping[str, str], seconds: float) -> Outgoing:
    """
    Make a request as a client of httpx would.

    Raises RequestValidationError for what is not ASCII or leads nowhere, and h11's error for what HTTP has not.
    """
    target = target_of(url)
    content = call.content
    given = {name.lower() for name in headers}
    usual = {"Host": target.shown, "Accept": "*/*", "Accept-Encoding": ACCEPTED, "Connection": "keep-alive"}
    lines = [(name, value) for name, value in usual.items() if name.lower() not in given]
    lines += headers.items()
    if given.isdisjoint(("content-length", "transfer-encoding")):
        if content is None or isinstance(content, bytes):
            if content or call.method in _WITH_BODY:
                lines.append(("Content-Length", str(len(content or b""))))
        else:
            lines.append(("Transfer-Encoding", "chunked"))
    try:
        head = h11.Request(method=call.method, target=target.path, headers=lines)
    except ValueError as error:  # a text that is not ASCII
        raise RequestValidationError([f"the request cannot be made: {error}"]) from None
    return Outgoing(head, target, content, seconds, min(CONNECT_SECONDS, seconds))


@lru_cache(maxsize=64)
def target_of(url: str) -> Target:
    """Read a URL. Raises RequestValidationError where there is no such host."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if not host.isascii():
            import idna

            host = idna.encode(host).decode()
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise RequestValidationError([f"the request cannot be made: {error}"]) from None
    shown = f"[{host}]" if ":" in host else host
    return Target(
        scheme=parts.scheme,
        host=host,
        port=port,
        path=quote(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", safe=_SAFE),
        shown=shown if port == _PORTS[parts.scheme] else f"{shown}:{port}",
    )
