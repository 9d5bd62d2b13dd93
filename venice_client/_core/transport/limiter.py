"""
Limit the concurrent calls of a client, and so its connections: further calls wait.

The pool of httpx scans all waiting calls whenever a connection becomes free and wakes several of them, so a thousand
waiting calls hardly progress.
"""

from __future__ import annotations

import threading
from typing import Final

import anyio

from venice_client._core.errors import VeniceTimeoutError
from venice_client._core.request.call import Request

MOST: Final = 100
"""Calls, and so connections, of a client that is made here."""


class Turns:
    """Slots for the calls of threads: each `take` that returns is followed by one `give`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._free = threading.Semaphore(most)
        self.give = self._free.release

    def take(self, call: Request, seconds: float) -> None:
        """Wait for a slot. Raises VeniceTimeoutError where none comes in time; nothing was sent then."""
        if not self._free.acquire(timeout=seconds):
            raise _none_came(self._most, call)


class AsyncTurns:
    """Slots for the calls of tasks of one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._free = anyio.Semaphore(most)
        self.give = self._free.release

    async def take(self, call: Request, seconds: float) -> None:
        """Wait for a slot. Raises VeniceTimeoutError where none comes in time; nothing was sent then."""
        try:
            self._free.acquire_nowait()
        except anyio.WouldBlock:
            try:
                with anyio.fail_after(seconds):
                    await self._free.acquire()
            except TimeoutError:
                raise _none_came(self._most, call) from None


def _none_came(most: int, call: Request) -> VeniceTimeoutError:
    text = f"not sent in time: {most} other calls of this client are under way, or streams of theirs were left open"
    return VeniceTimeoutError(text, method=call.method, path=call.path, kind="connect")
