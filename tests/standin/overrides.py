"""
Responses that a test sets, by operation, with the number of times that each is used.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

Content = bytes | str | Mapping[str, Any] | Sequence[Any] | None


@attrs.frozen
class Override:
    """One response; `times` None means always."""

    status: int
    media_type: str | None
    body: Content
    headers: Mapping[str, str]
    times: int | None


class Overrides:
    """The responses that were set: those with a count first, in order, then the last one without."""

    def __init__(self) -> None:
        self._limited: dict[str, list[Override]] = {}
        self._always: dict[str, Override] = {}
        self._lock = threading.Lock()

    def add(self, key: str, override: Override) -> None:
        """Set a response of an operation."""
        with self._lock:
            if override.times is None:
                self._always[key] = override
            else:
                self._limited.setdefault(key, []).extend([override] * override.times)

    def take(self, key: str) -> Override | None:
        """The response to use now, or None for the default."""
        with self._lock:
            waiting = self._limited.get(key)
            return waiting.pop(0) if waiting else self._always.get(key)

    def clear(self) -> None:
        """Remove all."""
        with self._lock:
            self._limited.clear()
            self._always.clear()
