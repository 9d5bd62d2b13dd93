"""
A pool of clients of the HTTP library, which share the calls of one `Venice`.

For each call, httpx checks all connections of a client, with a system call for each idle one. So each client of the
library carries a few calls at once, and more calls open further clients. When a connection comes free, httpx's own pool
checks all waiting calls, and gives it to several of them, so that a thousand waiting calls nearly stand still. So calls
wait here for one of `MOST` slots.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import anyio
from attrs import define

from venice_client._core.errors import VeniceTimeoutError
from venice_client._core.request.call import Request
from venice_client._core.transport.network import KEPT_SECONDS

MOST: Final = 100
"""Calls, and so connections, of a client that is made here."""
CALLS_PER_CLIENT: Final = 10
"""Concurrent calls, and so connections, of one client of the library."""


@define(eq=False)
class PooledClient:
    """A client of the library for a few concurrent calls."""

    client: Any  # of a library that is not imported here
    busy: int = 0
    waiting: int = 0
    """Calls that have no response yet: a thread is in the library."""
    used: float = 0.0
    """When the last of its calls ended that left a connection behind."""


class ClientPool:
    """The clients of the library, for threads or tasks; `make` returns one for the URL of a proxy."""

    def __init__(self, make: Callable[[str | None], Any]) -> None:
        self._make = make
        self._clients: dict[str | None, list[PooledClient]] = {}
        self._lock = threading.Lock()
        self._is_retired = False

    def enter(self, proxy: str | None) -> tuple[PooledClient, Any]:
        """Return a client for a call, to release with `leave`; and a client that was idle too long, to close."""
        with self._lock:
            clients = self._clients.setdefault(proxy, [])
            outdated = None
            if len(clients) > 1 and not clients[-1].busy and time.monotonic() - clients[-1].used > KEPT_SECONDS:
                outdated = clients.pop().client
            pooled = next((item for item in clients if item.busy < CALLS_PER_CLIENT), None)
            if pooled is None:
                pooled = PooledClient(self._make(proxy))
                clients.append(pooled)
            pooled.busy += 1
            pooled.waiting += 1
        return pooled, outdated

    def arrived(self, pooled: PooledClient) -> bool:
        """Note that a call ended or has a stream, and return whether a retired client is to be closed now."""
        with self._lock:
            pooled.waiting -= 1
            return self._is_retired and not pooled.waiting

    def retire(self) -> list[Any]:
        """Return the clients that no thread waits in, to close them; `arrived` says when the others can be closed."""
        with self._lock:
            self._is_retired = True
            return [item.client for clients in self._clients.values() for item in clients if not item.waiting]

    def leave(self, pooled: PooledClient, *, is_usable: bool = True) -> None:
        """Release the slot of a call; `is_usable`: whether its connection may be used again."""
        with self._lock:
            pooled.busy -= 1
            if is_usable:
                pooled.used = time.monotonic()

    def drain(self) -> Iterator[Any]:
        """Yield all clients of the library, each once, to close them."""
        while self._clients:
            for pooled in self._clients.popitem()[1]:
                yield pooled.client


class CallSlots:
    """Slots for the calls of threads: each `acquire` that returns is followed by one `release`."""

    def __init__(self) -> None:
        self._free = threading.Semaphore(MOST)
        self.release = self._free.release

    async def acquire(self, call: Request, seconds: float | None) -> None:
        """
        Wait for a slot, and block. Raises VeniceTimeoutError where none comes in time; nothing was sent then.

        Without `seconds` it waits without end.
        """
        if not self._free.acquire(timeout=seconds):
            raise _none_came(call)


class AsyncCallSlots:
    """Slots for the calls of tasks of one event loop."""

    def __init__(self) -> None:
        self._free = anyio.Semaphore(MOST)
        self.release = self._free.release

    async def acquire(self, call: Request, seconds: float | None) -> None:
        """Wait for a slot. Raises VeniceTimeoutError where none comes in time; nothing was sent then."""
        try:
            self._free.acquire_nowait()
        except anyio.WouldBlock:
            try:
                with anyio.fail_after(seconds):
                    await self._free.acquire()
            except TimeoutError:
                raise _none_came(call) from None


def _none_came(call: Request) -> VeniceTimeoutError:
    text = f"not sent in time: {MOST} other calls of this client are under way, or left streams open"
    return VeniceTimeoutError(text, method=call.method, path=call.path, kind="connect")
