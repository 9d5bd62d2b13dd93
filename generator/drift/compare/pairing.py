"""
Which item of a list is which item of the list before: alternatives of unions, renamed properties.

It decides what is compared with what, and compares nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from generator.drift.compare.branches import Branch
from generator.drift.compare.labels import marks
from generator.drift.compare.references import Contract, Part
from generator.drift.compare.views import view
from generator.spec.canonical import canonical

Key = tuple[str, str]
"""The method and the path of an operation."""
Pairs = tuple[list[tuple[Branch, Branch]], list[Branch], list[Branch]]
"""Alternatives that belong together, those that are gone, and those that are new."""
_ALIKE = 0.3
_SIMILAR = 0.6


def spelling(name: str) -> str:
    """Return what is left of a name without its case, its underscores and its hyphens."""
    return name.replace("_", "").replace("-", "").lower()


def are_similar(one: str, other: str) -> bool:
    """Return whether two names have most of their characters in common, in their order."""
    return SequenceMatcher(None, spelling(one), spelling(other), autojunk=False).ratio() >= _SIMILAR


def renamed_properties(
    gone: Mapping[str, Part], came: Mapping[str, Part], old: Contract, new: Contract
) -> list[tuple[str, str]]:
    """Return pairs of names that differ in spelling alone, of properties that may hold the same; each name once."""
    found = []
    free = dict(came)
    for before, part in sorted(gone.items()):
        for after in sorted(free):
            if spelling(before) == spelling(after) and _share_a_type(part, free[after], old, new):
                found.append((before, after))
                del free[after]
                break
    return found


def pair_branches(before: Sequence[Branch], after: Sequence[Branch], old: Contract, new: Contract) -> Pairs:
    """Pair the alternatives of two unions within their types: by reference, by a discriminating property, by shape."""
    pairs: list[tuple[Branch, Branch]] = []
    scores = []
    for i, one in enumerate(before):
        for j, other in enumerate(after):
            if one.type == other.type:
                alone = sum(x.type == one.type for x in before) == sum(x.type == one.type for x in after) == 1
                score = _likeness(one, other, marks(old, one), marks(new, other))
                if score[0] or (alone and (score[1] >= 0 or _share_most(one, other))):
                    scores.append((-score[0], -score[1], i, j))
    free_old, free_new = set(range(len(before))), set(range(len(after)))
    for *_, i, j in sorted(scores):
        if i in free_old and j in free_new:
            pairs.append((before[i], after[j]))
            free_old.remove(i)
            free_new.remove(j)
    return pairs, [before[i] for i in sorted(free_old)], [after[j] for j in sorted(free_new)]


def _likeness(one: Branch, other: Branch, was: Mapping[str, str], now: Mapping[str, str]) -> tuple[int, float]:
    """
    Return a rank (4 equal, 3 by a discriminating property, 1 by shape, 0 not alike) and a measure in it.

    A measure below 0 is of two alternatives that exclude each other.
    """
    if one.ref and one.ref == other.ref:
        return (4, 1.0)
    if any(name in now and now[name] != value for name, value in was.items()):
        return (0, -1.0)
    if canonical(one.part.schema) == canonical(other.part.schema) and not one.ref:
        return (4, 0.0)
    measure = _measure(one, other)
    shared = sum(now.get(name) == value for name, value in was.items())
    if shared:
        return (3, shared + measure / 2)
    return (1, measure) if measure >= _ALIKE else (0, 0.0)


def _share_most(one: Branch, other: Branch) -> bool:
    """Return whether two inline objects are one whose mark has another value: most of their properties are the same."""
    names = [set(branch.properties) for branch in (one, other)]
    return not one.ref and not other.ref and 2 * len(names[0] & names[1]) > max(map(len, names))


def _measure(one: Branch, other: Branch) -> float:
    if one.type == "object":
        if one.properties and other.properties:
            return _overlap(set(one.properties), set(other.properties))
        return 0.5 if not one.properties and not other.properties else 0.0
    if one.type == "array":
        same = one.items and other.items and canonical(one.items.schema) == canonical(other.items.schema)
        return 1.0 if same else 0.4
    if (one.values is None) != (other.values is None):
        return _ALIKE
    if one.values is not None and other.values is not None:
        return 0.4 + _overlap(set(map(canonical, one.values)), set(map(canonical, other.values))) / 2
    return 0.5 + _overlap(set(_words(one)), set(_words(other))) / 2


def _share_a_type(one: Part, other: Part, old: Contract, new: Contract) -> bool:
    before, after = view(old, one), view(new, other)
    if before.anything or after.anything:
        return True
    return bool({branch.type for branch in before.branches} & {branch.type for branch in after.branches})


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 0.0


def _words(branch: Branch) -> list[str]:
    return [f"{key} {canonical(value)}" for key, (value, _) in branch.words.items()]
