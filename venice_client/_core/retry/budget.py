"""
The failure budget: one count of failures for all tasks and threads of a client.

The vendor blocks an account for 30 seconds after more than 20 failed requests in 30 seconds. A budget delays calls; it
does not send or sleep. `admit` returns whether a call may start now, or after how many seconds to check again. As the
vendor does, it counts responses with status 400 and above. Failures in flight are unknown, so:

- at most 19 calls are in flight until the server's first success, or until one second without a response (failures
  come quickly, generated pictures do not);
- once half of the budget is spent, or after a failure until the next success, every call in flight counts as a
  failure: the count cannot exceed 19.

Calls that were sent while the server succeeded cannot be cancelled if it then fails all of them.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from venice_client._core.errors import RequestValidationError
from venice_client._core.forks import renew_in_children
from venice_client._core.schema.values import is_integer, is_number

WINDOW_SECONDS = 30.0
MOST_FAILURES = 19
_SILENCE_SECONDS = 1.0
_NEVER = float("-inf")


class FailureBudget:
    """
    Counts the failures of the last 30 seconds, and delays calls before the vendor blocks the account.

        budget = FailureBudget()
        first, second = Venice(failure_budget=budget), AsyncVenice(failure_budget=budget)

    Any number of threads, tasks and clients of one account may share it. `most` is the number of failures after which
    calls wait, `window` the seconds for which a failure counts.
    """

    def __init__(
        self,
        most: int = MOST_FAILURES,
        window: float = WINDOW_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        if not is_integer(most) or most < 1:
            raise RequestValidationError([f"most must be an integer >= 1, got {most!r}"])
        if not is_number(window) or not window > 0:
            raise RequestValidationError([f"window must be a number of seconds > 0, got {window!r}"])
        self._most = most
        self._window = window
        self._now = now
        self._lock = threading.Lock()
        self._failures: deque[tuple[float, int | None]] = deque()
        """The time of each failure, with its status."""
        self._in_flight = 0
        self._busy_since = _NEVER
        self._last_success = _NEVER
        self._last_failure = _NEVER
        renew_in_children(self)

    def __repr__(self) -> str:
        return f"<FailureBudget of {self._most} failures in {self._window:g} s>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle the settings: what was counted is of this process, and a lock cannot be pickled."""
        return type(self), (self._most, self._window, self._now)

    @classmethod
    def off(cls) -> FailureBudget:
        """Return a budget that delays no call."""
        return cls(sys.maxsize)

    def forked(self) -> None:
        """Renew the lock in a forked child, and forget the calls in flight: they are the parent's."""
        self._lock = threading.Lock()
        self._in_flight = 0

    @property
    def statuses(self) -> str:
        """The statuses of the failures that count now, as a text: "12 with 400, 7 with 429"."""
        with self._lock:
            self._forget(self._now())
            counts = Counter(status for _, status in self._failures if status is not None)
        return ", ".join(f"{count} with {status}" for status, count in counts.most_common())

    @property
    def failures(self) -> int:
        """The number of failures that count now."""
        with self._lock:
            self._forget(self._now())
            return len(self._failures)

    @property
    def in_flight(self) -> int:
        """The calls that were admitted and are not done."""
        return self._in_flight

    def admit(self) -> float:
        """Return 0.0 if a call may start, which `done` must follow; else the seconds until the next check."""
        with self._lock:
            now = self._now()
            self._forget(now)
            if len(self._failures) + self._in_flight < self._most or self._trusted(now):
                if self._in_flight == 0:
                    self._busy_since = now
                self._in_flight += 1
                return 0.0
            until_forgotten = self._failures[0][0] + self._window - now if self._failures else self._window
            if len(self._failures) >= self._most or not self._in_flight:
                return max(until_forgotten, 0.001)
            # The outcome of what is in flight may come at any time.
            return min(until_forgotten, 0.01 if now - self._busy_since < 2 * _SILENCE_SECONDS else 0.1)

    def done(self, *, failed: bool | None, status: int | None = None) -> None:
        """Record how an admitted call ended; None for an unknown result, such as a cancelled call."""
        with self._lock:
            self._in_flight -= 1
            if failed:
                self._last_failure = self._now()
                self._failures.append((self._last_failure, status))
            elif failed is False:
                self._last_success = self._now()

    def _trusted(self, now: float) -> bool:
        """Whether the server is seen to answer well, so that what is in flight need not be counted."""
        if 2 * len(self._failures) >= self._most:
            return False
        if self._last_success > self._last_failure and now - self._last_success < self._window:
            return True
        return not self._failures and now - self._busy_since >= _SILENCE_SECONDS

    def _forget(self, now: float) -> None:
        while self._failures and self._failures[0][0] <= now - self._window:
            self._failures.popleft()
