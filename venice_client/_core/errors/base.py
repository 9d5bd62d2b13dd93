"""The base of all errors of this library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen


@frozen
class ErrorRequest:
    """The request of a failed call, as far as an error holds it."""

    method: str
    url: str
    """The path alone: no host, no query."""


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
    method: str = ""
    path: str = ""
    """The path of the request alone: no host, no query."""
    advice: str = ""
    """What became of the attempts, and what to do now: the end of the text."""
    may_have_been_charged: bool = False
    """Whether the call may have been carried out and charged although it failed: look before making it again."""
    retry_after: float | None = None
    """Seconds to wait before the call is made again, where the server or the client's own limit requests it."""
    code: str | None = None
    """What the server says of the error, as `param`, `type` and `body`; None where no response came."""
    param: str | None = None
    type: str | None = None
    body: Any = None
    job: Any = None
    """The video or music job that was ordered before the error: `job.save(path)` resumes it."""
    received: Sequence[Any] = ()
    """What came before the error: events of a stream, or pictures where one call makes several."""

    def __init__(self, message: str, request: Any = None, *, body: Any = None) -> None:
        """Make an error, as the openai package does: `request` has `method` and `url`, as one of httpx."""
        super().__init__(message)
        self.message = message
        if request is not None:
            self.method, self.path = request.method, str(getattr(request.url, "path", request.url))
        if body is not None:
            self.body = body

    @property
    def request(self) -> ErrorRequest | None:
        """Method and path of the request; None where no call had begun."""
        return ErrorRequest(self.method, self.path) if self.method or self.path else None

    def __str__(self) -> str:
        where = f"{self.method} {self.path}".strip()
        shown = f"{self.message} ({where})" if where else self.message
        return f"{shown}. {self.advice}" if self.advice else shown

    def __reduce__(self) -> tuple[Any, ...]:
        # By its fields, not by calling __init__ again: that keeps notes, and fields that a subclass adds.
        return _rebuild, (type(self), self.args, dict(self.__dict__))
