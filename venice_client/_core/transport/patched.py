"""
Whether someone has put other code into the HTTP libraries of this process, as tests do so that nothing is sent, and
tracers to see what is. It looks at what is imported alone, and can't see what a mock does by itself.
"""

from __future__ import annotations

import sys
from typing import Any, Final

# Where tools that stand in for a server, or look on, put their own code (respx, pytest-httpx, VCR.py, aioresponses,
# pytest-socket; the instrumentations of OpenTelemetry and Sentry).
_ENTRANCES: Final = (
    ("httpx", "Client", "send"),
    ("httpx", "Client", "_send_single_request"),
    ("httpx", "AsyncClient", "send"),
    ("httpx", "AsyncClient", "_send_single_request"),
    ("httpx", "HTTPTransport", "handle_request"),
    ("httpx", "AsyncHTTPTransport", "handle_async_request"),
    ("httpcore", "HTTPConnection", "handle_request"),
    ("httpcore", "AsyncHTTPConnection", "handle_async_request"),
    ("httpcore", "ConnectionPool", "handle_request"),
    ("httpcore", "AsyncConnectionPool", "handle_async_request"),
    ("aiohttp", "ClientSession", "_request"),
    ("socket", "socket", "__init__"),
)


def is_patched(*, is_async: bool | None = None) -> bool:
    """Tell whether any of them was replaced; of those of the httpx family alone where `is_async` says which."""
    wanted = _ENTRANCES if is_async is None else _OF_KIND[is_async]
    return any(_is_foreign(*entrance) for entrance in wanted)


_OF_KIND: Final = {
    is_async: tuple(item for item in _ENTRANCES if item[0].startswith("http") and ("Async" in item[1]) is is_async)
    for is_async in (False, True)
}


def _is_foreign(package: str, kind: str, method: str) -> bool:
    found: Any = getattr(sys.modules.get(package), kind, None)
    function = getattr(found, method, None)
    if function is None:  # not imported, or another version of it
        return False
    # Where the code was written: a wrapper may call itself what it likes.
    written = getattr(function, "__globals__", {}).get("__name__", "")
    return bool(written.partition(".")[0] != package)
