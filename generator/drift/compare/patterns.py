"""
Patterns of texts, compared without running them: equal, wider, narrower, or undecided.

Each is a choice of rows: sets of characters and how often they may come. Decided are patterns whose rows are, place by
place, within rows of the other. What else a row holds has to be the same in both. Everything else is undecided.
"""

from __future__ import annotations

from typing import Any, Literal

from attrs import frozen

from generator.spec.patterns import Nodes, UnreadablePatternError, characters_of, parsed

Relation = Literal["equal", "wider", "narrower", "undecided"]
_ALL = {"", ".*", "^.*$", "^", "$", "(?s).*", "^.*", ".*$", "[\\s\\S]*", "^[\\s\\S]*$"}
_LONG = 1000  # characters
_MANY = 40  # rows
_FIRST, _LAST = "AT AT_BEGINNING", "AT AT_END_STRING"


@frozen
class _Atom:
    """A set of characters and how often they may come."""

    characters: int  # a bit for each code point
    least: int = 1
    most: int = 1


Row = list[object]
"""Atoms, and other nodes of the tree as texts."""


def relation(old: object, new: object) -> Relation:
    """Return how the new pattern relates to the old one; no pattern allows every text."""
    before, after = ("" if not isinstance(one, str) or one in _ALL else one for one in (old, new))
    if before == after:
        return "equal"
    if not before or not after:
        return "narrower" if after else "wider"
    if max(len(before), len(after)) > _LONG:
        return "undecided"
    try:
        rows, others = _rows(parsed(before)), _rows(parsed(after))
    except UnreadablePatternError:
        return "undecided"
    wider = all(any(_is_within(one, other) for other in others) for one in rows)
    narrower = all(any(_is_within(other, one) for one in rows) for other in others)
    if wider and narrower:
        return "equal"
    return "wider" if wider else "narrower" if narrower else "undecided"


def _rows(nodes: Nodes) -> list[Row]:
    """Return the rows of a sequence, with its choices multiplied out."""
    rows: list[Row] = [[]]
    for code, value in nodes:
        rows = [[*row, *more] for row in rows for more in _rows_of(str(code), value)]
        if len(rows) > _MANY:
            raise UnreadablePatternError("too many choices")
    return rows


def _rows_of(code: str, value: Any) -> list[Row]:
    """Return the rows of one node; any but a set of characters, a group or a choice stands for itself."""
    if code == "IN" and all(str(kind) == "LITERAL" for kind, _ in value):  # the parser makes one of `a|b`
        return [[_Atom(1 << character)] for _, character in value]
    characters = characters_of(code, value)
    if characters is not None:
        return [[_Atom(characters)]]
    if code == "SUBPATTERN" and not (value[1] or value[2]):  # it sets no flags
        return _rows(list(value[3]))
    if code == "BRANCH":
        return [row for nodes in value[1] for row in _rows(list(nodes))]
    if code in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, nodes = value
        repeated = [characters_of(str(inner), held) for inner, held in nodes]
        if len(repeated) == 1 and repeated[0] is not None:
            return [[_Atom(repeated[0], int(least), int(most))]]
    return [[f"{code} {value}"]]


def _is_within(one: Row, other: Row) -> bool:
    """Return whether every text of one row surely fits the other; what is not anchored allows all that is."""
    if one[:1] == [_FIRST] and other[:1] != [_FIRST]:
        one = one[1:]
    if one[-1:] == [_LAST] and other[-1:] != [_LAST]:
        one = one[:-1]
    return len(one) == len(other) and all(
        a == b
        or (
            isinstance(a, _Atom)
            and isinstance(b, _Atom)
            and not a.characters & ~b.characters
            and a.least >= b.least
            and a.most <= b.most
        )
        for a, b in zip(one, other, strict=True)
    )
