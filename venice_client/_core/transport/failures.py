"""
What the libraries of the httpx family raise, as this client's errors: httpx and httpx2, httpcore and httpcore2 under
them, and h11 under these call their exceptions alike.

An error names the method and the path, never a header, and whether anything was sent.
"""

from __future__ import annotations

from types import TracebackType
from typing import Final

from venice_client._core.errors import (
    FailureKind,
    RequestValidationError,
    VeniceConnectionError,
    VeniceTimeoutError,
)
from venice_client._core.request.call import Call

_FAMILY: Final = frozenset({"httpx", "httpx2", "httpcore", "httpcore2", "h11"})
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
}
"""By the first name that a class or one of its bases has; what has none of them is "garbled"."""


class Failures:
    """A block in which a library is at work for a call: what it raises becomes this client's error."""

    __slots__ = ("_call",)

    def __init__(self, call: Call) -> None:
        self._call = call

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception) and (told := self._told(error)) is not None:
            raise told from error

    def _told(self, error: Exception) -> VeniceConnectionError | None:
        """Return what to tell of an error; None of one that is none of the libraries'."""
        names = [base.__name__ for base in type(error).__mro__ if base.__module__.partition(".")[0] in _FAMILY]
        if not names:
            if isinstance(error, ValueError) and not isinstance(error, RequestValidationError):
                return self._error(f"no answer: DecodingError ({error})", "garbled")
            return None
        known: list[FailureKind] = [_KINDS[name] for name in names if name in _KINDS]
        kind = known[0] if known else "garbled"
        if "TimeoutException" in names:
            text = f"no answer in time ({type(error).__name__})"
            return VeniceTimeoutError(text, method=self._call.method, path=self._call.path, kind=kind)
        # The library's own text may quote a header that it refuses: its kind is told, with its cause's text if that
        # is the network's.
        is_told = "NetworkError" in names or "RemoteProtocolError" in names
        reason = str(error.__cause__ or error) if is_told else ""
        return self._error(f"no answer: {type(error).__name__}{f' ({reason})' if reason else ''}", kind)

    def _error(self, text: str, kind: FailureKind) -> VeniceConnectionError:
        return VeniceConnectionError(text, method=self._call.method, path=self._call.path, kind=kind)
