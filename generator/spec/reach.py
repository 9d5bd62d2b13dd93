"""Everything that can be reached from a start, step by step: components through references, classes through fields."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)


def reachable(start: Iterable[Item], next_of: Callable[[Item], Iterable[Item]]) -> set[Item]:
    """Return the items of a start, and all that `next_of` leads to from them, each once."""
    found: set[Item] = set()
    waiting = list(start)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(next_of(one))
    return found
