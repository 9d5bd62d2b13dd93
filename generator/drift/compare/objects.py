"""
Recognises renamed properties: `aspectRatio` that became `aspect_ratio` is one change, not two.

It knows names and types, and judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.drift.compare.flat import Part, view


def renamed(
    gone: Mapping[str, Part], came: Mapping[str, Part], old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Pairs of names that differ in spelling alone, of properties that may hold the same; each name once."""
    found = []
    free = dict(came)
    for before, part in sorted(gone.items()):
        for after in sorted(free):
            if spelling(before) == spelling(after) and _alike(part, free[after], old, new):
                found.append((before, after))
                del free[after]
                break
    return found


def spelling(name: str) -> str:
    """What is left of a name without its case, its underscores and its hyphens."""
    return name.replace("_", "").replace("-", "").lower()


def _alike(one: Part, other: Part, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    before, after = view(old, one).types, view(new, other).types
    return before is None or after is None or bool(before & after)
