"""
The clients of an HTTP library that share the calls of one client of ours.

A pool of httpx looks at all its connections, with a system call for each idle one, whenever a call begins or ends. So a
client of the library carries a few calls at once, and more calls open further clients.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from venice_client._core.transport.network import KEPT_SECONDS

CALLS_A_LANE: Final = 10
"""Calls at once, and so connections, of one client of the library."""


class Lane:
    """A client of the library for a few calls at once."""

    __slots__ = ("busy", "client", "used")

    def __init__(self, client: Any) -> None:  # of a library that is not imported here
        self.client = client
        self.busy = 0
        self.used = 0.0
        """When the last of its calls ended."""


class Lanes:
    """All lanes of a client, for threads or tasks. `make` returns a client of the library for the URL of a proxy."""

    def __init__(self, make: Callable[[str | None], Any]) -> None:
        self._make = make
        self._lanes: dict[str | None, list[Lane]] = {}
        self._lock = threading.Lock()

    def enter(self, proxy: str | None) -> tuple[Lane, Any]:
        """Return the lane of a call, to be left with `leave`; and a client that was idle too long, to be closed."""
        with self._lock:
            lanes = self._lanes.setdefault(proxy, [])
            outdated = None
            if len(lanes) > 1 and not lanes[-1].busy and time.monotonic() - lanes[-1].used > KEPT_SECONDS:
                outdated = lanes.pop().client
            lane = next((item for item in lanes if item.busy < CALLS_A_LANE), None)
            if lane is None:
                lane = Lane(self._make(proxy))
                lanes.append(lane)
            lane.busy += 1
        return lane, outdated

    def leave(self, lane: Lane) -> None:
        """Release the place of a call."""
        with self._lock:
            lane.busy -= 1
            lane.used = time.monotonic()

    def drain(self) -> Iterator[Any]:
        """Yield all clients of the library, each once, to be closed."""
        while self._lanes:
            for lane in self._lanes.popitem()[1]:
                yield lane.client
