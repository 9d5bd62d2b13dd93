"""
The response as a transport returns it: status, headers, and a body that is read at once or left to the caller.

An `Answer` is not decoded yet; a `Response` is what callers get. Each transport has a subclass that reads the response
of its library. `Head` is what everything that stands for a response has.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Self

from venice_client._core.errors import ResponseDecodeError, VeniceTimeoutError
from venice_client._core.headers import request_id
from venice_client._core.schema.media_types import EVENT_STREAM, essence

if TYPE_CHECKING:
    from venice_client._core.metadata import Meta
    from venice_client._core.request.call import Request

WHOLE_SECONDS = 600.0
"""How long a body that is read whole may take to come, where no timeout was given."""
DRAIN_SECONDS = 0.05


class Head:
    """Status and headers, and what is read from them."""

    __slots__ = ()

    status_code: int
    """The HTTP status."""
    headers: Mapping[str, str]
    """The response's headers; their names compare without regard to case."""

    @property
    def meta(self) -> Meta:
        """What the headers report: rate limits, balance, the model, what was found in the content."""
        from venice_client._core.metadata import Meta

        return Meta(self.status_code, self.headers)

    @property
    def media_type(self) -> str:
        """The media type that the response names, in lower case and without parameters."""
        return essence(self.headers.get("content-type", ""))

    @property
    def request_id(self) -> str | None:
        """The id under which the vendor can find the request (X-Request-ID, else CF-RAY)."""
        return request_id(self.headers)


class Answer(Head):
    """A response whose body is read; for a stream, not yet."""

    __slots__ = ("content", "headers", "status_code")

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status_code = status
        self.headers = headers
        self.content = content

    def limit_silence(self, seconds: float) -> None:
        """Set the seconds to wait for each piece of a stream, instead of the call's read timeout."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the body of a stream as it arrives; a body that is already read, in one piece."""
        yield self.content

    async def achunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the body of a stream as it arrives; a body that is already read, in one piece."""
        yield self.content

    def drain(self, chunks: Iterator[bytes]) -> None:
        """
        Read the rest of a stream whose last event came, where it is there at once: else the connection can't be used
        again. Some servers keep it open, so nothing is waited for longer than DRAIN_SECONDS.
        """

    async def adrain(self, chunks: AsyncGenerator[bytes, None]) -> None:
        """Read the rest of a stream whose last event came: see `drain`."""

    def close(self) -> None:
        """Release the connection of a stream."""

    async def aclose(self) -> None:
        """Release the connection of a stream."""

    def read_body(self, call: Request) -> Self:
        """Read the body, unless the caller reads it."""
        if not is_unread(call, self.status_code, self.headers):
            try:
                body = Body(call)
                for chunk in self.chunks():
                    body.add(chunk)
                self.content = body.whole()
            finally:
                self.close()
        return self

    async def aread_body(self, call: Request) -> Self:
        """Read the body, unless the caller reads it."""
        if not is_unread(call, self.status_code, self.headers):
            try:
                body = Body(call)
                async with aclosing(self.achunks()) as chunks:
                    async for chunk in chunks:
                        body.add(chunk)
                self.content = body.whole()
            finally:
                await self.aclose()
        return self


class Body:
    """
    Collects the pieces of a body that is read whole, within a total time.

    A server that sends a byte now and then never triggers the read timeout. Streams have the read timeout only.
    """

    __slots__ = ("_call", "_pieces", "_until")

    def __init__(self, call: Request) -> None:
        self._call = call
        self._until = time.monotonic() + (call.timeout or WHOLE_SECONDS)
        self._pieces: list[bytes] = []

    def add(self, piece: bytes) -> None:
        """Add a piece. Raises VeniceTimeoutError where the time is over."""
        self._pieces.append(piece)
        if time.monotonic() > self._until:
            came = sum(map(len, self._pieces))
            text = f"the response was not complete in time ({came:,} bytes were received)"
            raise VeniceTimeoutError(text, method=self._call.method, path=self._call.path, kind="timeout", stage="read")

    def whole(self) -> bytes:
        """Return the pieces, joined."""
        return b"".join(self._pieces)


def is_unread(call: Request, status: int, headers: Mapping[str, str]) -> bool:
    """Whether the caller reads the body: streams and streamed responses of success."""
    if not 200 <= status < 300 or (call.collects and call.mode != "streamed"):
        return False
    if call.mode == "streamed":
        return True
    return call.is_event_stream and essence(headers.get("content-type", "")) == EVENT_STREAM


def undecodable(
    text: str, response: Head, body: bytes, *, media_type: str | None = None, departures: Sequence[str] = ()
) -> ResponseDecodeError:
    """Return the error of a success whose body is not what it should be; `media_type` is what it was taken for."""
    return ResponseDecodeError(
        text,
        status=response.status_code,
        media_type=media_type or response.media_type or None,
        body=body,
        request_id=response.request_id,
        departures=departures,
    )
