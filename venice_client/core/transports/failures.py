"""
What the libraries of the httpx family raise, as this client's errors: httpx and httpx2, and httpcore and httpcore2
under them, call their exceptions alike.

An error names the method and the path, never a header, and whether anything was sent.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

from venice_client.core.call import Call
from venice_client.core.errors import (
    FailureKind,
    RequestValidationError,
    VeniceConnectionError,
    VeniceTimeoutError,
)

_ROOTS = ("HTTPError", "InvalidURL", "StreamError")
"""The classes that all else of httpx is made of."""
_CORE_ROOTS = ("TimeoutException", "NetworkError", "ProtocolError", "ProxyError", "UnsupportedProtocol")
"""Those of httpcore."""


class Failures:
    """A block in which a library is at work for a call: what it raises becomes this client's error."""

    __slots__ = ("_call", "_library")

    def __init__(self, library: Any, call: Call) -> None:
        self._library = library
        self._call = call

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception) and (told := self._told(error)) is not None:
            raise told from error

    def _told(self, error: Exception) -> VeniceConnectionError | None:
        """Return what to tell of an error; None of one that is none of the library's."""
        library = self._library
        if isinstance(error, library.TimeoutException):
            unsent = isinstance(error, library.ConnectTimeout | library.PoolTimeout)
            return VeniceTimeoutError(
                f"no answer in time ({type(error).__name__})",
                method=self._call.method,
                path=self._call.path,
                kind="connect" if unsent else "timeout",
            )
        if isinstance(error, roots(library)):
            # The library's own text may quote a header that it refuses: its kind is told, with its cause's text
            # if that is the network's.
            cause = error.__cause__ or error
            reason = str(cause) if isinstance(error, library.NetworkError | library.RemoteProtocolError) else ""
            text = f"no answer: {type(error).__name__}{f' ({reason})' if reason else ''}"
            return self._error(text, _kind(library, error))
        if type(error).__name__ == "DecodingError":  # httpx's, of a body that came over httpcore
            return self._error("no answer: DecodingError", "garbled")
        if isinstance(error, ValueError) and not isinstance(error, RequestValidationError):
            return self._error(f"no answer: DecodingError ({error})", "garbled")
        return None

    def _error(self, text: str, kind: FailureKind) -> VeniceConnectionError:
        return VeniceConnectionError(text, method=self._call.method, path=self._call.path, kind=kind)


def roots(library: Any) -> tuple[type[Exception], ...]:
    """Return the classes of which all errors of a library are."""
    names = _ROOTS if hasattr(library, "HTTPError") else (*_CORE_ROOTS, "ConnectionNotAvailable")
    return tuple(getattr(library, name) for name in names)


def _kind(library: Any, error: Exception) -> FailureKind:
    if isinstance(error, library.ConnectError | library.ProxyError):
        return "connect"
    if isinstance(error, library.NetworkError | library.RemoteProtocolError):
        return "reset"
    if isinstance(error, library.UnsupportedProtocol | library.LocalProtocolError):
        return "refused"
    name = type(error).__name__
    return {"ConnectionNotAvailable": "connect", "InvalidURL": "refused"}.get(name, "garbled")  # type: ignore[return-value]
