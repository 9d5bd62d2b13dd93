"""
Compares what two alternatives of one type say about plain values: enums, bounds, formats, constraints; and notes.

It goes no deeper: objects, lists and unions are compared elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.drift.compare.bounds import SHOWN_FORMATS, WIDER_FORMATS, allows, changed
from generator.drift.compare.branches import Branch, Node, Path
from generator.drift.compare.changes import Kind
from generator.drift.compare.references import Part, Where, same
from generator.spec.canonical import canonical
from generator.spec.keywords import KEYWORDS

Notes = Mapping[str, tuple[Any, Where]]


def compare_notes(node: Node, path: Path, old: Notes, new: Notes, place: Part) -> None:
    """Compare `default`, `deprecated`, `readOnly` and `writeOnly`, whatever else differs at their place."""
    before, after = old.get("default"), new.get("default")
    if (before is None) != (after is None) or (before and after and not _are_equal(before[0], after[0])):
        kind = Kind.DEFAULT_ADDED if before is None else Kind.DEFAULT_REMOVED if after is None else Kind.DEFAULT_CHANGED
        where = after[1] if after else place.below("default")
        node.see(kind, where, path, "default", before and before[0], after and after[0])
    for key in ("deprecated", "readOnly", "writeOnly"):
        was, now = (bool(notes[key][0]) if key in notes else False for notes in (old, new))
        if was != now:
            kind = Kind.ACCESS_CHANGED
            if key == "deprecated":
                kind = Kind.DEPRECATED if now else Kind.DEPRECATION_WITHDRAWN
            node.see(kind, new[key][1] if key in new else place.below(key), path, key, was, now)


def _are_equal(one: Any, other: Any) -> bool:
    """Return whether two values are one: the numbers 1 and 1.0 are, 1 and true are not."""
    return same(one, other) or (one == other and {type(one), type(other)} == {int, float})


def compare_values(node: Node, path: Path, one: Branch, other: Branch) -> None:
    """Compare the plain values of two alternatives of one type."""
    if one.values is not None or other.values is not None:
        _enums(node, path, one, other)
        return
    if one.integer != other.integer:
        kind = Kind.TYPE_NARROWED if other.integer else Kind.TYPE_WIDENED
        was, now = (["integer" if branch.integer else "number"] for branch in (one, other))
        node.see(kind, other.part.below("type"), path, old=was, new=now)
    for kind, where, key, before, after in changed(one, other):
        node.see(kind, where, path, key, before, after)
    _words(node, path, one, other)


def _enums(node: Node, path: Path, one: Branch, other: Branch) -> None:
    if one.values is None:
        node.see(Kind.BECAME_ENUM, other.values_at, path, new=other.values)
        return
    before = {canonical(value): value for value in one.values}
    if other.values is None:
        node.see(Kind.ENUM_DROPPED, other.part.below("enum"), path, old=one.values)
        fits = all(allows(other.words, value) for value in one.values)
        for kind, where, key, was, now in changed(one, other) if not fits else ():
            if kind is not Kind.BOUND_LOOSENED:
                node.see(kind, where, path, key, was, now)
        return
    after = {canonical(value): value for value in other.values}
    gone = [value for key, value in before.items() if key not in after]
    came = [value for key, value in after.items() if key not in before]
    if gone:
        node.see(Kind.ENUM_VALUE_REMOVED, other.values_at, path, old=gone)
    if came:
        node.see(Kind.ENUM_VALUE_ADDED, other.values_at, path, new=came)


def _words(node: Node, path: Path, one: Branch, other: Branch) -> None:
    """Compare formats, details and constraints that are not modelled."""
    for key in sorted({*one.words, *other.words}):
        keyword = KEYWORDS.get(key)
        role = "constraint" if keyword is None or keyword.role == "shape" else keyword.role
        before, after = one.word(key), other.word(key)
        if key == "format":
            before, after = (None if word in SHOWN_FORMATS else word for word in (before, after))
        if role == "bound" or same(before, after):
            continue
        where = other.words[key][1] if key in other.words else other.part.below(key)
        if key == "format":
            narrows = after is not None and (before, after) not in WIDER_FORMATS
            node.see(Kind.FORMAT_NARROWED if narrows else Kind.FORMAT_WIDENED, where, path, key, before, after)
        elif key == "patternProperties" and not (one.rest is True and other.rest is True):
            kind = Kind.CONSTRAINT_CHANGED
            if one.closed and other.closed and None in (before, after):  # they let in what is refused without them
                kind = Kind.OBJECT_OPENED if before is None else Kind.OBJECT_CLOSED
            node.see(kind, where, path, key, before, after)
        elif role == "constraint":
            kind = Kind.CONSTRAINT_ADDED if before is None else Kind.CONSTRAINT_CHANGED
            node.see(Kind.CONSTRAINT_REMOVED if after is None else kind, where, path, key, before, after)
        else:
            node.see(Kind.DETAIL_CHANGED, where, path, key, before, after)
