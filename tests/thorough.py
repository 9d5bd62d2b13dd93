"""
How many cases are tried: by default so many that `make test` stays quick, all of them with THOROUGH=1.

`make thorough` does the latter, as CI does each week.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final, TypeVar

T = TypeVar("T")

THOROUGH: Final = bool(os.environ.get("THOROUGH"))


def sample(cases: Iterable[T], step: int) -> list[T]:
    """Return every `step`-th case, or all of them."""
    found = list(cases)
    return found if THOROUGH else found[::step]


def count(default: int, most: int) -> int:
    """Return how often something is tried."""
    return most if THOROUGH else default
