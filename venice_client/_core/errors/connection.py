"""Errors of calls whose response did not come, or not all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from venice_client._core.errors.base import VeniceError

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
        message: str = "",
        *,
        request: Any = None,  # as one of httpx: for tests that make the error
        method: str = "",
        path: str = "",
        kind: FailureKind = "reset",
        stage: FailureStage | None = None,
    ) -> None:
        super().__init__(message or "no response came", request)
        self.method = method or self.method
        self.path = path or self.path
        self.kind = kind
        self.stage = stage or ("connect" if kind in ("connect", "refused") else "wait")


class VeniceTimeoutError(VeniceConnectionError):
    """No response in time. A request that was sent may still have been carried out and charged."""


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
