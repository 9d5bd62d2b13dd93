"""
Connections that give up a head that takes too long: httpcore limits the silence between two pieces alone, and a head
that comes byte by byte would hold a call for as long as the server likes.

The clock of a head starts with the first reading after a writing, and stops when the transport calls `began`. What is
read from then on is the body, whose limits are the transport's business.
"""

from __future__ import annotations

import time
from typing import Any


class _Limited:
    """What both kinds of connection share: everything but the waiting."""

    def __init__(self, inner: Any, core: Any) -> None:
        self._inner = inner
        self._core = core
        self._awaited = True
        self._until: float | None = None

    def began(self) -> None:
        """Stop the clock: the head is there."""
        self._awaited, self._until = False, None

    def end_within(self, seconds: float) -> None:
        """Limit all further reading of this answer."""
        self._awaited, self._until = True, time.monotonic() + seconds

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection under it tells."""
        return self._inner.get_extra_info(info)

    def _written(self) -> None:
        self._awaited, self._until = True, None

    def _left(self, timeout: float | None) -> float | None:
        """Return how long a reading may wait. Raises httpcore's ReadTimeout where the time of the head is over."""
        if timeout is None or not self._awaited:
            return timeout
        now = time.monotonic()
        if self._until is None:
            self._until = now + timeout
        elif now >= self._until:
            raise self._core.ReadTimeout
        return self._until - now


class Stream(_Limited):
    """A connection, in the sense of `httpcore.NetworkStream`."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there."""
        read: bytes = self._inner.read(max_bytes, self._left(timeout))
        return read

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it."""
        self._written()
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        """Close it."""
        self._inner.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Stream:
        """Return the same over TLS."""
        return Stream(self._inner.start_tls(ssl_context, server_hostname, timeout), self._core)


class Backend:
    """What makes connections, in the sense of `httpcore.NetworkBackend`."""

    def __init__(self, core: Any) -> None:
        self._core = core
        self._inner = core.SyncBackend()

    def connect_tcp(self, *args: Any, **kwargs: Any) -> Stream:
        """Connect to a host."""
        return Stream(self._inner.connect_tcp(*args, **kwargs), self._core)


class AsyncStream(_Limited):
    """A connection, in the sense of `httpcore.AsyncNetworkStream`."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # httpcore's own
        """Read what is there."""
        read: bytes = await self._inner.read(max_bytes, self._left(timeout))
        return read

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # as above
        """Write all of it."""
        self._written()
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close it."""
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: Any,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # as above
    ) -> AsyncStream:
        """Return the same over TLS."""
        return AsyncStream(await self._inner.start_tls(ssl_context, server_hostname, timeout), self._core)


class AsyncBackend:
    """What makes connections, in the sense of `httpcore.AsyncNetworkBackend`: for asyncio and trio."""

    def __init__(self, core: Any) -> None:
        self._core = core
        self._inner = core.AnyIOBackend()

    async def connect_tcp(self, *args: Any, **kwargs: Any) -> AsyncStream:
        """Connect to a host."""
        return AsyncStream(await self._inner.connect_tcp(*args, **kwargs), self._core)
