"""
Exceptions of HTTP libraries, of the network and of TLS, translated to this client's errors.

An error names the server, the method and the path, and never a header. Its kind says how far the request got. Text that
came from the server is not repeated: it may hold what was sent.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Final
from urllib.parse import urlsplit

from venice_client._core.errors import VeniceConnectionError, VeniceError, VeniceTimeoutError
from venice_client._core.errors.connection import FailureKind, FailureStage
from venice_client._core.errors.text import reason
from venice_client._core.request.call import Request
from venice_client._core.transport.encoding import DecodingError

_LIBRARIES: Final = frozenset(
    {"aiohttp", "anyio", "h11", "h2", "httpcore", "httpcore2", "httpx", "httpx2", "httpx_aiohttp", "socksio", "trio"}
)
_KINDS: Final[dict[str, FailureKind]] = {
    "ConnectTimeout": "connect",
    "PoolTimeout": "connect",
    "TimeoutException": "timeout",
    "ConnectError": "connect",
    "ProxyError": "connect",
    "NetworkError": "reset",
    "RemoteProtocolError": "reset",
    "UnsupportedProtocol": "refused",
    "LocalProtocolError": "refused",
    "InvalidURL": "refused",
    "ConnectionTimeoutError": "connect",
    "ClientConnectorError": "connect",
    "ClientHttpProxyError": "connect",
    "ServerTimeoutError": "timeout",
    "ClientError": "reset",
    "BrokenResourceError": "reset",
    "ClosedResourceError": "reset",
    "EndOfStream": "reset",
    "TimeoutError": "timeout",
    "OSError": "reset",
    "EOFError": "reset",
}
"""The first name of a class or one of its bases that stands here decides; the kind of others is "garbled"."""
_EXPLAINED: Final = frozenset(
    {
        "NetworkError",
        "ProxyError",
        "ClientHttpProxyError",
        "RemoteProtocolError",
        "ServerDisconnectedError",
        "ClientPayloadError",
    }
)
"""Classes whose texts help: others may quote a header that the library refuses."""
_FIXED: Final = re.compile(r"[A-Z]?[a-z' ]+(?: \(received \d+ bytes, expected \d+\))?\.?")
"""A text of a library without anything quoted."""
_STATUS: Final = re.compile(r"[1-5][0-9]{2}\b")
"""How the text of a proxy's refusal begins."""
_FAILED: Final[Mapping[FailureStage, str]] = {
    "resolve": "cannot find the address of",
    "connect": "cannot connect to",
    "send": "cannot send the request to",
    "wait": "no response from",
    "read": "cannot read the response of",
}


class LibraryError(Exception):
    """Carries an exception of a library out of the library."""

    def __init__(self, error: Exception, *, is_reused: bool) -> None:
        super().__init__()
        self.error = error
        self.is_reused = is_reused
        """Whether the connection had carried other calls."""


class Failures:
    """
    A block in which a library works on a call. It ends normally where the library fails: `error` then has to be raised.

        with failures:
            return library.send(request)
        raise failures.error

    So the library's own exception, which may hold headers, is never the context of the error. Errors of this client,
    and exceptions that are neither a library's nor the network's, pass.
    """

    __slots__ = ("_call", "_error", "_url", "is_reused", "proxy", "stage")

    def __init__(self, call: Request, url: str) -> None:
        self._call = call
        self._url = url
        self.proxy: str | None = None
        self._error: VeniceConnectionError | None = None
        self.is_reused = False
        """Whether the connection may have carried other calls."""
        self.stage: FailureStage = "wait"
        """What the library does, as far as the caller of the block knows: "wait" includes connecting and sending."""

    def __enter__(self) -> None:
        self._error = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        is_reused = self.is_reused
        if isinstance(error, LibraryError):
            is_reused, error = error.is_reused, error.error
        if not isinstance(error, Exception) or isinstance(error, VeniceError) or not _is_translated(error):
            return False
        self._error = translate(error, self._call, self.stage, self._peer)
        has_ended = (self._error.stage, self._error.kind) == ("wait", "reset") and _is_end(error)
        self._error.is_likely_unread = is_reused and has_ended
        return True

    @property
    def _peer(self) -> str:
        """The server, and the proxy before it, without credentials."""
        server, proxy = (urlsplit(url or "").netloc.rpartition("@")[2] for url in (self._url, self.proxy))
        return f"{server} through the proxy {proxy}" if proxy else server

    @property
    def error(self) -> VeniceError:
        """The error of the block that has just ended."""
        error, self._error = self._error, None
        assert error is not None  # noqa: S101  # the block would not have ended here
        return error


def translate(error: Exception, call: Request, stage: FailureStage, peer: str) -> VeniceConnectionError:
    """Return the error of this client for an exception of a library. Its cause is the network's exception, if any."""
    names = [base.__name__ for base in type(error).__mro__]
    kinds = [_KINDS[name] for name in names if name in _KINDS]
    is_name = _is_name(error)
    kind = "refused" if is_name else kinds[0] if kinds else "garbled"
    name = type(error).__name__
    origin = _origin(error)
    if kind in ("connect", "refused"):
        is_unknown = isinstance(origin, socket.gaierror) or "ClientConnectorDNSError" in names
        stage = "resolve" if is_name or is_unknown else "connect"
    elif name in ("WriteTimeout", "WriteError"):
        stage = "send"
    is_late = isinstance(error, TimeoutError) or "TimeoutException" in names
    failed: FailureStage = "send" if kind == "refused" and not is_name else stage
    if stage == "wait" and not is_late and not _is_end(error):
        failed = "read"  # something came that is not a response
    text = f"{_FAILED[failed]} {peer}"
    if is_late:
        found: VeniceConnectionError = VeniceTimeoutError(f"{text} in time ({name})")
    else:
        text = f"{text}: {_reason(error if origin is None else origin) or name}"
        if isinstance(origin, ssl.SSLCertVerificationError):
            text += "; verify= or SSL_CERT_FILE names the certificates to trust"
        elif kind == "connect":
            text += "; check the network, base_url and the proxy settings"
        found = VeniceConnectionError(text)
    found.method, found.path, found.kind, found.stage = call.method, call.path, kind, stage
    found.__cause__ = origin
    return found


def _is_translated(error: Exception) -> bool:
    return isinstance(error, OSError | EOFError | ValueError | RecursionError) or any(
        _library(base) in _LIBRARIES for base in type(error).__mro__
    )


def _library(kind: type) -> str:
    return kind.__module__.partition(".")[0]


def _origin(error: BaseException) -> BaseException | None:
    """Return the exception of the network, or of TLS, behind a library's."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, OSError | EOFError) and _library(type(inner)) not in _LIBRARIES:
            return inner
        following = getattr(inner, "os_error", None) or inner.__cause__
        # httpcore's pool drops the cause, but the context is still there. Any other context is the caller's.
        if following is None and inner.__context__ is not None and str(inner.__context__) == str(inner):
            following = inner.__context__
        inner = following
    return None


def _is_name(error: Exception) -> bool:
    """Whether no resolver takes the name of a host or of a proxy. A hook may raise any other UnicodeError."""
    texts = (str(error), *getattr(error, "__notes__", ()))  # Python 3.12 says it in a note
    return isinstance(error, UnicodeError) and any("'idna' codec" in text for text in texts)


def _is_end(error: Exception) -> bool:
    """Whether the connection ended, instead of carrying something else than a response."""
    return _origin(error) is not None or str(error).startswith("Server disconnected")


def _reason(error: BaseException) -> str:
    """Return what the network said, or a text of a library that quotes nothing of the response."""
    if number := _system_error(error):
        return f"[Errno {number}] {os.strerror(number)}"
    is_foreign = _library(type(error)) not in _LIBRARIES
    if isinstance(error, DecodingError) or (is_foreign and isinstance(error, OSError | EOFError)):
        return str(error)
    if not is_foreign and _EXPLAINED.isdisjoint(base.__name__ for base in type(error).__mro__):
        return ""
    if found := _STATUS.match(str(error)):
        return f"{found[0]} {reason(int(found[0]))}".rstrip()
    text = str(error).partition(":")[0]
    return text if _FIXED.fullmatch(text) else ""


def _system_error(error: BaseException | None) -> int | None:
    """Return the system's number of an error; asyncio and anyio have texts of their own for it."""
    if isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if not isinstance(error, OSError) or isinstance(error, socket.gaierror | ssl.SSLError):
        return None  # they have numbers of their own
    return error.errno or _system_error(error.__cause__)
