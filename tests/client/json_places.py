"""The places of values in JSON, and copies with another value at one of them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Final

DROPPED: Final = object()
"""In place of a value: there is none."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value below the root."""
    if isinstance(value, dict | list):
        for step, item in list(value.items()) if isinstance(value, dict) else list(enumerate(value)):
            yield (*path, step)
            yield from places(item, (*path, step))


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    """A copy with the value at one path replaced or removed."""
    value = copy.deepcopy(value)
    *way, last = path
    holder = value
    for step in way:
        holder = holder[step]
    if by is DROPPED:
        del holder[last]
    else:
        holder[last] = by
    return value
