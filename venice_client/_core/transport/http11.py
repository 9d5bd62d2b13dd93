"""
Connections that speak HTTP/1.1: h11 knows the protocol, httpcore opens the sockets, and here the one is fed to the
other, as httpcore's own connections do with twice the work.

Each wait has its limit: a connection, a write, the whole of a head, and the silence between two pieces of a body.
What goes wrong is raised as the libraries raise it. Which connection is used for what is `pool`'s business.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any, Final

import anyio
import h11

from venice_client._core.transport.outgoing import Outgoing, Target
from venice_client._core.transport.sockets import KEPT_SECONDS, socket_options, ssl_context

_READ_AT_ONCE: Final = 64 * 1024
_WRITTEN_AT_ONCE: Final = 64 * 1024
"""Bytes that are gathered before they are written."""
_LARGEST_HEAD: Final = 100 * 1024


class _Exchange:
    """What both kinds of connection share: everything but the waiting."""

    def __init__(self, core: Any, target: Target) -> None:
        self._core = core
        self._host, self._port = target.host, target.port
        self._is_secure = target.scheme == "https"
        self._stream: Any = None
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD)
        self._expires: float | None = None
        self._until: float | None = None
        self.silence = 0.0
        """Seconds that a piece of the body may take to come."""

    @property
    def is_idle(self) -> bool:
        """Whether it can be used: its last answer came whole, and it was not closed."""
        return self._expires is not None

    @property
    def has_expired(self) -> bool:
        """Whether it has waited too long, or the server has closed it: all that can be read then is the end."""
        if self._expires is None or time.monotonic() > self._expires:
            return True
        return bool(self._stream.get_extra_info("is_readable"))

    def end_within(self, seconds: float) -> None:
        """Limit all further reading of this answer."""
        self._until = time.monotonic() + seconds

    def _place(self, outgoing: Outgoing) -> dict[str, Any]:
        """Return where to connect to, in httpcore's terms."""
        place = {"host": self._host, "port": self._port, "timeout": outgoing.connect_seconds}
        return {**place, "socket_options": socket_options()}

    def _security(self, outgoing: Outgoing) -> dict[str, Any]:
        """Return what to wrap a connection in, in httpcore's terms."""
        limit = outgoing.connect_seconds
        return {"ssl_context": ssl_context(), "server_hostname": self._host, "timeout": limit}

    def _written(self, outgoing: Outgoing) -> Iterator[bytes]:
        """Yield a request in pieces that suit a socket; a small one is a single piece."""
        self._expires, self._until = None, None
        self.silence = outgoing.seconds
        http = self._http
        content = outgoing.content
        ready: list[Any] = [http.send(outgoing.head)]
        size = 0
        for piece in [content or b""] if content is None or isinstance(content, bytes) else content:
            for part in _parts(piece):
                ready += http.send_with_data_passthrough(h11.Data(data=part)) or ()
                size += len(part)
                if size >= _WRITTEN_AT_ONCE:
                    yield ready[0] if len(ready) == 1 else b"".join(ready)
                    ready, size = [], 0
        ready.append(http.send(h11.EndOfMessage()))
        yield b"".join(filter(None, ready))

    def _head(self) -> h11.Response | None:
        """Return the head of the answer; None while more of it has to be read."""
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                return None
            if isinstance(event, h11.Response):
                self._until = None
                return event
            if not isinstance(event, h11.InformationalResponse) or event.status_code == 101:
                raise self._core.RemoteProtocolError("the server wants to speak another protocol")

    def _left(self) -> float:
        """Return how long a reading may wait. Raises httpcore's ReadTimeout where the time is over."""
        if self._until is None:
            return self.silence
        left = self._until - time.monotonic()
        if left <= 0:
            raise self._core.ReadTimeout
        return left

    def _came(self, data: bytes) -> None:
        """Take what was read."""
        if not data and self._http.their_state is h11.SEND_RESPONSE:
            raise self._core.RemoteProtocolError("the server closed the connection, and sent no answer")
        self._http.receive_data(data)

    def _is_over(self) -> bool:
        """Make the connection ready for the next call, if the answer came whole and it may be kept."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        self._expires = time.monotonic() + KEPT_SECONDS
        return True


class Connection(_Exchange):
    """A connection of threads, for one call after the other."""

    def send(self, outgoing: Outgoing) -> h11.Response:
        """Send a request, and return the head of its answer. Raises httpcore's errors and h11's, and is closed then."""
        try:
            if self._stream is None:
                self._stream = self._core.SyncBackend().connect_tcp(**self._place(outgoing))
                if self._is_secure:
                    self._stream = self._stream.start_tls(**self._security(outgoing))
            with suppress(self._core.WriteError):  # it may have been answered before all of it was taken
                for piece in self._written(outgoing):
                    self._stream.write(piece, outgoing.seconds)
            self.end_within(outgoing.seconds)
            while (head := self._head()) is None:
                self._came(self._stream.read(_READ_AT_ONCE, self._left()))
        except BaseException:
            self.close()
            raise
        return head

    def body(self) -> Iterator[bytes]:
        """Yield the body of the answer as it comes. Raises httpcore's errors and h11's."""
        next_event, data, need_data = self._http.next_event, h11.Data, h11.NEED_DATA
        while True:
            event = next_event()
            if event.__class__ is data:
                yield bytes(event.data)
            elif event is need_data:
                self._came(self._stream.read(_READ_AT_ONCE, self._left()))
            else:
                return

    def end(self) -> None:
        """End a call: the connection waits for the next one, or is closed where it can't be used for it."""
        if not self._is_over():
            self.close()

    def close(self) -> None:
        """Close it."""
        self._expires = None
        if self._stream is not None:
            self._stream.close()


class AsyncConnection(_Exchange):
    """A connection of the tasks of one event loop, for one call after the other."""

    async def send(self, outgoing: Outgoing) -> h11.Response:
        """Send a request, and return the head of its answer. Raises httpcore's errors and h11's, and is closed then."""
        try:
            if self._stream is None:
                self._stream = await self._core.AnyIOBackend().connect_tcp(**self._place(outgoing))
                if self._is_secure:
                    self._stream = await self._stream.start_tls(**self._security(outgoing))
            with suppress(self._core.WriteError):  # it may have been answered before all of it was taken
                for piece in self._written(outgoing):
                    await self._stream.write(piece, outgoing.seconds)
            self.end_within(outgoing.seconds)
            while (head := self._head()) is None:
                self._came(await self._stream.read(_READ_AT_ONCE, self._left()))
        except BaseException:
            await self.aclose()
            raise
        return head

    async def body(self) -> AsyncIterator[bytes]:
        """Yield the body of the answer as it comes. Raises httpcore's errors and h11's."""
        next_event, data, need_data = self._http.next_event, h11.Data, h11.NEED_DATA
        while True:
            event = next_event()
            if event.__class__ is data:
                yield bytes(event.data)
            elif event is need_data:
                self._came(await self._stream.read(_READ_AT_ONCE, self._left()))
            else:
                return

    async def end(self) -> None:
        """End a call: the connection waits for the next one, or is closed where it can't be used for it."""
        if not self._is_over():
            await self.aclose()

    async def aclose(self) -> None:
        """Close it, in a task that was cancelled too."""
        self._expires = None
        if self._stream is not None:
            with anyio.CancelScope(shield=True):
                await self._stream.aclose()


def _parts(piece: bytes) -> Iterator[Any]:
    """Yield a piece, in parts where it is large: each is limited by itself, and none is copied."""
    if len(piece) <= 2 * _WRITTEN_AT_ONCE:
        if piece:
            yield piece
        return
    view = memoryview(piece)
    for start in range(0, len(view), _WRITTEN_AT_ONCE):
        yield view[start : start + _WRITTEN_AT_ONCE]
