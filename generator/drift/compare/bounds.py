"""
Bounds of values: whether new ones let less through, and whether they allow a value.

Absent bounds have their defaults: no `minLength` is 0, no `pattern` is any text. A pattern is compared as text and
never run: it comes from outside, and may take for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from typing import Any

from generator.drift.compare.branches import Branch
from generator.drift.compare.changes import Kind
from generator.drift.compare.patterns import relation
from generator.drift.compare.references import Where, same
from generator.spec.keywords import KEYWORDS

Words = Mapping[str, tuple[Any, Where]]
Difference = tuple[Kind, Where, str, Any, Any]
"""Kind, place in the new schema, keyword, old and new value."""
UPPER = frozenset({"maximum", "maxLength", "maxItems", "maxProperties", "exclusiveMaximum"})
LOWER = frozenset({"minimum", "minLength", "minItems", "minProperties", "exclusiveMinimum"})
WIDER_FORMATS = {
    ("int32", "int64"), ("float", "double"), ("int32", "double"), ("uri", "uri-reference"), ("uri", "iri"),
    ("uri", "iri-reference"), ("uri-reference", "iri-reference"), ("iri", "iri-reference"), ("email", "idn-email"),
    ("hostname", "idn-hostname"),
}  # fmt: skip
SHOWN_FORMATS = {"password"}
"""Formats that say how a form shows a value: they limit nothing."""
_LIMITS = ("maximum", "minimum", "maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties")
_STRICT = {"maximum": "exclusiveMaximum", "minimum": "exclusiveMinimum"}
_ZERO = {"minLength", "minItems", "minProperties"}
_KNOWN = {*_LIMITS, *_STRICT.values(), "pattern", "multipleOf", "uniqueItems", "discriminator"}


def changed(old: Branch, new: Branch) -> list[Difference]:
    """Return the bounds that differ."""
    found: list[Difference] = []
    for key in _LIMITS:
        before, after = _limit(old, key), _limit(new, key)
        if before == after:
            continue
        upper = key in UPPER
        tighter = before is None or (after is not None and (after < before if upper else after > before))
        strict = _STRICT.get(key, key)
        one, other = old.words.get(key) or old.words.get(strict), new.words.get(key) or new.words.get(strict)
        kind = Kind.BOUND_TIGHTENED if tighter else Kind.BOUND_LOOSENED
        named = strict if (after or before or (0.0, 0.0))[1] else key
        where = other[1] if other else new.part.below(named)
        found.append((kind, where, named, one and one[0], other and other[0]))
    before, after = old.word("multipleOf"), new.word("multipleOf")
    if before != after and not (old.integer and new.integer and {before, after} <= {1, None}):
        looser = after is None or (before is not None and _divides(after, before))
        found.append(_one(Kind.BOUND_LOOSENED if looser else Kind.BOUND_TIGHTENED, "multipleOf", old, new))
    if bool(old.word("uniqueItems")) != bool(new.word("uniqueItems")):
        kind = Kind.BOUND_TIGHTENED if new.word("uniqueItems") else Kind.BOUND_LOOSENED
        found.append(_one(kind, "uniqueItems", old, new))
    how = relation(old.word("pattern"), new.word("pattern"))
    if how != "equal":
        kinds = {"wider": Kind.BOUND_LOOSENED, "narrower": Kind.BOUND_TIGHTENED, "undecided": Kind.PATTERN_UNDECIDED}
        found.append(_one(kinds[how], "pattern", old, new))
    return found


def takes_no_less(one: Branch, other: Branch) -> bool:
    """Return whether the second of two branches of one plain type surely allows every value of the first."""
    if other.values is not None:
        known = {_key(value) for value in other.values}
        return one.values is not None and all(_key(value) in known for value in one.values)
    if one.values is not None:
        listed = all(allows(other.words, value) for value in one.values)
        whole = not other.integer or all(float(value).is_integer() for value in one.values)
        return listed and whole and not set(other.words) - _KNOWN
    if other.integer and not one.integer:
        return False
    if any(kind is not Kind.BOUND_LOOSENED for kind, *_ in changed(one, other)):
        return False
    others = {key for key in other.words if key not in _KNOWN}
    return all(key in one.words and same(one.word(key), other.word(key)) for key in others)


def allows(words: Words, value: Any, *, undecided: bool = False) -> bool:
    """Return whether bounds allow a plain value; `undecided` where a pattern or a format would have to say it."""
    held = {key: found[0] for key, found in words.items()}
    if held.get("pattern") or held.get("format"):
        return undecided
    if isinstance(value, str):
        return _between(len(value), held.get("minLength"), held.get("maxLength"))
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not _between(value, held.get("minimum"), held.get("maximum")):
            return False
        for flag, key, sign in (("exclusiveMinimum", "minimum", 1), ("exclusiveMaximum", "maximum", -1)):
            limit = held.get(key) if held.get(flag) is True else held.get(flag)
            if isinstance(limit, int | float) and not isinstance(limit, bool) and sign * value <= sign * limit:
                return False
        return not held.get("multipleOf") or _divides(held["multipleOf"], value)
    return True


def is_free(branch: Branch) -> bool:
    """Return whether a branch has no keyword that limits it."""
    return not any(KEYWORDS[key].role != "detail" if key in KEYWORDS else True for key in branch.words)


def _one(kind: Kind, key: str, old: Branch, new: Branch) -> Difference:
    where = new.words[key][1] if key in new.words else new.part.below(key)
    return kind, where, key, old.word(key), new.word(key)


def _limit(branch: Branch, key: str) -> tuple[float, float] | None:
    """Return a limit as a pair that sorts: the number, and how strict it is; None for a limit that limits nothing."""
    value, strict = branch.word(key), branch.word(_STRICT.get(key, ""))
    sign = -1.0 if key in UPPER else 1.0
    found: tuple[float, float] | None = None
    if isinstance(strict, bool):  # OpenAPI 3.0 has a flag beside the number
        found = (value, sign * strict) if _is_number(value) else None
    elif _is_number(strict) and (not _is_number(value) or (strict <= value if key in UPPER else strict >= value)):
        found = (strict, sign)
    elif _is_number(value):
        found = (value, 0.0)
    if found and found[1] and branch.integer and float(found[0]).is_integer():
        found = (found[0] + sign, 0.0)  # below 5 is at most 4
    return None if found and key in _ZERO and found[0] <= 0 else found


def _between(value: float, low: Any, high: Any) -> bool:
    return (not _is_number(low) or value >= low) and (not _is_number(high) or value <= high)


def _key(value: Any) -> tuple[bool, Any]:
    return isinstance(value, bool), value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _divides(one: Any, other: Any) -> bool:
    """Return whether the second number is a multiple of the first one, as they are written: 0.1 is one of 0.01."""
    if not (_is_number(one) and _is_number(other) and one and isfinite(one) and isfinite(other)):
        return False
    return (_fraction(other) / _fraction(one)).denominator == 1


def _fraction(value: float) -> Fraction:
    return Fraction(value if isinstance(value, int) else repr(value))
