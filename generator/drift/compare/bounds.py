"""
Bounds of a value: which keywords they are, and whether a new one lets less through.

Pure functions over two flattened schemas; what that means to a caller, the rules say.
"""

from __future__ import annotations

from typing import Any

from generator.drift.compare.flat import View, Where
from generator.drift.compare.grammar import same

UPPER = ("maximum", "maxLength", "maxItems", "maxProperties")
LOWER = ("minimum", "minLength", "minItems", "minProperties")
OTHER = ("pattern", "multipleOf", "uniqueItems")
WIDER_FORMATS = {("int32", "int64"), ("float", "double"), ("date", "date-time")}
_STRICT = {"maximum": "exclusiveMaximum", "minimum": "exclusiveMinimum"}
BOUNDS = frozenset({*UPPER, *LOWER, *OTHER, *_STRICT.values()})


def changed(old: View, new: View) -> list[tuple[str, str, Where | None, Any, Any]]:
    """The bounds that differ: event, keyword, place in the new schema (None where it is gone), old and new value."""
    found: list[tuple[str, str, Where | None, Any, Any]] = []
    for key in (*UPPER, *LOWER):
        before, after = _limit(old, key), _limit(new, key)
        if before == after:
            continue
        tighter = before is None or (after is not None and (after < before if key in UPPER else after > before))
        strict = _STRICT.get(key, key)
        at = new.words.get(key) or new.words.get(strict)
        old_value = old.words.get(key) or old.words.get(strict)
        event = "bound-tightened" if tighter else "bound-loosened"
        found.append((event, key, at and at[1], old_value and old_value[0], at and at[0]))
    for key in OTHER:
        before, after = _word(old, key), _word(new, key)
        if same(before, after):
            continue
        looser = after in (None, False) or (key == "multipleOf" and before is not None and _divides(after, before))
        at = new.words.get(key)
        found.append(("bound-loosened" if looser else "bound-tightened", key, at and at[1], before, after))
    return found


def _limit(view: View, key: str) -> tuple[float, float] | None:
    """A limit as a pair that sorts: the number, and how strict it is."""
    value, strict = _word(view, key), _word(view, _STRICT.get(key, ""))
    sign = -1.0 if key in UPPER else 1.0
    if isinstance(strict, bool):  # OpenAPI 3.0 has a flag beside the number
        return None if not _is_number(value) else (value, sign * strict)
    if _is_number(strict) and (not _is_number(value) or (strict <= value if key in UPPER else strict >= value)):
        return (strict, sign)
    return (value, 0.0) if _is_number(value) else None


def _word(view: View, key: str) -> Any:
    found = view.words.get(key)
    return found[0] if found else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _divides(one: Any, other: Any) -> bool:
    return _is_number(one) and _is_number(other) and one != 0 and other % one == 0
