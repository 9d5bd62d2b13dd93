"""
Which item of a list is which item of the list before: lists of named objects, and the branches of unions.

It decides what is to be compared with what, and compares nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Any

from generator.drift.compare.grammar import canonical

Pairs = list[tuple[int | None, int | None]]
"""Indices into the old and the new list; None where an item has no partner."""

_ALIKE = 0.3
_UNORDERED = {"allOf", "anyOf", "enum", "oneOf", "parameters", "required", "security", "type"}


def by_key(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """Pair items of equal keys; where a key comes more than once, the first with the first."""
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for index, key in enumerate(old):
        waiting[key].append(index)
    pairs: Pairs = []
    for index, key in enumerate(new):
        pairs.append((waiting[key].pop(0) if waiting[key] else None, index))
    return pairs + [(index, None) for left in waiting.values() for index in left]


def by_position(old: int, new: int) -> Pairs:
    """Pair the items of two lists of these lengths in their order."""
    both = min(old, new)
    return [
        *((index, index) for index in range(both)),
        *((index, None) for index in range(both, old)),
        *((None, index) for index in range(both, new)),
    ]


def by_likeness(old: Sequence[Any], new: Sequence[Any], seen_old: Sequence[Any], seen_new: Sequence[Any]) -> Pairs:
    """
    Pair the branches of two unions: equal ones first, then by a discriminating property, `$ref` and shape.

    `seen_old` and `seen_new` are the branches with their references resolved.
    """
    first = by_key([_shape(branch) for branch in old], [_shape(branch) for branch in new])
    pairs: Pairs = [pair for pair in first if None not in pair]
    left_old = sorted(i for i, j in first if i is not None and j is None)
    left_new = [j for i, j in first if i is None and j is not None]
    scores = []
    for i in left_old:
        for j in left_new:
            score = _likeness(old[i], new[j], seen_old[i], seen_new[j])
            if score > (0, 0.0):
                scores.append((-score[0], -score[1], i, j))
    free_old, free_new = set(left_old), set(left_new)
    for *_, i, j in sorted(scores):
        if i in free_old and j in free_new:
            pairs.append((i, j))
            free_old.remove(i)
            free_new.remove(j)
    return pairs + [(i, None) for i in sorted(free_old)] + [(None, j) for j in sorted(free_new)]


def marks(branch: Any) -> dict[str, str]:
    """The properties that hold one value only, such as `type` in the parts of a message, with that value."""
    found = {}
    properties = branch.get("properties") if isinstance(branch, dict) else None
    for name, schema in properties.items() if isinstance(properties, dict) else ():
        if isinstance(schema, dict):
            if "const" in schema:
                found[name] = canonical(schema["const"])
            elif isinstance(schema.get("enum"), list) and len(schema["enum"]) == 1:
                found[name] = canonical(schema["enum"][0])
    return found


def _likeness(old: Any, new: Any, seen_old: Any, seen_new: Any) -> tuple[int, float]:
    """A rank (3 by a discriminating property, 2 by `$ref`, 1 by shape, 0 not alike) and a measure in it."""
    if not isinstance(seen_old, dict) or not isinstance(seen_new, dict):
        return (0, 0.0)
    one, other = marks(seen_old), marks(seen_new)
    shared = sum(other.get(name) == value for name, value in one.items())
    if any(name in other and other[name] != value for name, value in one.items()):
        return (0, 0.0)  # another alternative, however alike
    if "$ref" in old and old["$ref"] == new.get("$ref"):
        return (2, 1.0) if not shared else (3, shared + 1.0)
    measure = _measure(seen_old, seen_new)
    if shared:
        return (3, shared + measure / 2)
    return (1, measure) if measure >= _ALIKE else (0, 0.0)


def _measure(old: dict[str, Any], new: dict[str, Any]) -> float:
    names_old, names_new = _keys(old.get("properties")), _keys(new.get("properties"))
    if names_old and names_new:
        return _overlap(names_old, names_new)
    keywords = _overlap(_keys(old), _keys(new))
    type_old, type_new = _types(old), _types(new)
    if type_old != type_new:
        return 0.0
    return 0.5 + keywords / 2 if type_old else keywords * 0.9


def _types(schema: dict[str, Any]) -> frozenset[str]:
    """The types but for null, which comes and goes without making another branch."""
    value = schema.get("type")
    listed = value if isinstance(value, list) else [value]
    return frozenset(str(item) for item in listed if item not in (None, "null"))


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 0.0


def _keys(value: Any) -> set[str]:
    return set(value) if isinstance(value, dict) else set()


def _shape(value: Any) -> str:
    """A text that is the same for schemas that differ in order alone."""
    return canonical(_ordered(value))


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: sorted((_ordered(one) for one in item), key=canonical)
            if key in _UNORDERED and isinstance(item, list)
            else _ordered(item)
            for key, item in value.items()
        }
    return [_ordered(item) for item in value] if isinstance(value, list) else value
