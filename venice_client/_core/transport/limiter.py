"""
How many calls of a client are under way at once, and so how many connections it holds: the others wait in line.

httpx's own pool goes through all that wait whenever a connection comes free, and gives it to several of them, so that a
thousand waiting calls nearly stand still. What a call is, and how it is sent, is not this module's business.
"""

from __future__ import annotations

import sys
import threading

import anyio

from venice_client._core.errors import VeniceTimeoutError
from venice_client._core.request.call import Call

MOST = 100
"""Calls, and so connections, of a client of ours."""
NO_LIMIT = sys.maxsize
"""For a client that the caller brought, whose pool is as large as the caller wants."""


class Turns:
    """The calls of threads: each `take` that returns is followed by one `give`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._free = threading.Semaphore(most)
        self.give = self._free.release

    def take(self, call: Call, seconds: float) -> None:
        """Wait for a turn. Raises VeniceTimeoutError where none comes in time; nothing was sent then."""
        if not self._free.acquire(timeout=seconds):
            raise _none_came(self._most, call)


class AsyncTurns:
    """The calls of tasks of one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._free = anyio.Semaphore(most)
        self.give = self._free.release

    async def take(self, call: Call, seconds: float) -> None:
        """Wait for a turn. Raises VeniceTimeoutError where none comes in time; nothing was sent then."""
        try:
            self._free.acquire_nowait()
        except anyio.WouldBlock:
            try:
                with anyio.fail_after(seconds):
                    await self._free.acquire()
            except TimeoutError:
                raise _none_came(self._most, call) from None


def _none_came(most: int, call: Call) -> VeniceTimeoutError:
    text = f"not sent in time: {most} other calls of this client are under way, or streams of theirs were left open"
    return VeniceTimeoutError(text, method=call.method, path=call.path, kind="connect")
