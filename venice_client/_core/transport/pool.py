"""
The connections of a client, by where they lead: those in use, and those that wait for the next call.

httpcore's own pool looks at every connection for each call and again at its end, which takes 1 ms with 64 calls under
way; here a call takes the connection that was used last. How many calls there may be is `turns`' business, and
closing a connection, which an async client has to await, the transport's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from typing import Any


class Pool:
    """Any number of threads, or of tasks, may share it. `make` is called with what is passed to `take`."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self._make = make
        self._idle: dict[Hashable, deque[Any]] = {}
        self._used: set[Any] = set()
        self._closed = False

    def take(self, key: Hashable, target: Any) -> tuple[Any, list[Any]]:
        """Return a connection to a target, to be given back, and those that are to be closed by now."""
        idle = self._idle.setdefault(key, deque())
        connection, gone = _usable(idle)
        for others in list(self._idle.values()):
            gone += _outdated(others)
        if connection is None:
            connection = self._make(target)
        self._used.add(connection)
        return connection, gone

    def give(self, key: Hashable, connection: Any) -> bool:
        """Take a connection back; False where it can't be used again, and is to be closed if it is not."""
        self._used.discard(connection)
        if self._closed or not connection.is_idle:
            return False
        self._idle[key].append(connection)
        return True

    def drain(self) -> list[Any]:
        """Return all connections, those in use too, to be closed."""
        self._closed = True
        return [*self._used, *(connection for idle in list(self._idle.values()) for connection in list(idle))]


def _usable(idle: deque[Any]) -> tuple[Any, list[Any]]:
    """Take the connection that was used last, as long as the server has not closed it."""
    gone: list[Any] = []
    while idle:
        try:
            connection = idle.pop()
        except IndexError:  # another thread was faster
            break
        if connection.is_idle and not connection.has_expired:
            return connection, gone
        gone.append(connection)
    return None, gone


def _outdated(idle: deque[Any]) -> list[Any]:
    """Take out the connection that has waited longest, where it has waited too long."""
    try:
        oldest = idle.popleft()
    except IndexError:
        return []
    if oldest.has_expired:
        return [oldest]
    idle.appendleft(oldest)
    return []
