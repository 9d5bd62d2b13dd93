"""
Patterns of texts, compared without running them: equal, wider, narrower, or undecided.

Decided are patterns that differ in anchors and groups that mean nothing, in whole alternatives, and, place by place,
in classes of characters and in counts. Everything else is undecided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from attrs import frozen

Relation = Literal["equal", "wider", "narrower", "undecided"]
_ALL = {"", ".*", "^.*$", "^", "$", "(?s).*", "^.*", ".*$", "[\\s\\S]*", "^[\\s\\S]*$"}
_CLASSES = {
    "d": "0123456789",
    "w": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_",
    "s": " \t\n\r\f\v",
}
_PIECE = re.compile(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\\[\](){}*+?|^$.])(\{\d+(?:,\d*)?\}|[*+?]|)", re.DOTALL)
_LONG = 2000
_EVERY = frozenset([*map(chr, range(128)), chr(0x10FFFF)])  # the last one stands for all others


@frozen
class _Atom:
    """A set of characters and how often they may come."""

    characters: frozenset[str]
    least: int
    most: float


def relation(old: object, new: object) -> Relation:
    """Return how the new pattern relates to the old one; no pattern allows every text."""
    before, after = ("" if not isinstance(one, str) or one in _ALL else one for one in (old, new))
    if before == after:
        return "equal"
    if not before or not after:
        return "narrower" if after else "wider"
    if max(len(before), len(after)) > _LONG:
        return "undecided"
    (anchored, one), (also, other) = _alternatives(before), _alternatives(after)
    if anchored != also:
        return "undecided"
    wider = all(any(_within(a, b) for b in other) for a in one)
    narrower = all(any(_within(b, a) for a in one) for b in other)
    if wider and narrower:
        return "equal"
    return "wider" if wider else "narrower" if narrower else "undecided"


def _alternatives(pattern: str) -> tuple[tuple[bool, bool], list[str]]:
    """Return whether a pattern is anchored at its start and its end, and its alternatives without the anchors."""
    pattern = _ungrouped(pattern)
    parts = list(_split(pattern))
    anchors = {(part.startswith("^"), _ends(part)) for part in parts}
    if len(parts) > 1 and len(anchors) > 1:
        return (False, False), [pattern]  # anchors of single alternatives: compared as a whole
    start, end = next(iter(anchors))
    bare = [part[1 if start else 0 : -1 if end else None] for part in parts]
    found = [inner for part in bare for inner in _split(_ungrouped(part))]
    return (start, end), [_ungrouped(one) for one in found]


def _ends(part: str) -> bool:
    return part.endswith("$") and (len(part) - len(part[:-1].rstrip("\\"))) % 2 == 1


def _ungrouped(pattern: str) -> str:
    """Take off a group around all of a pattern."""
    while pattern.startswith("(") and pattern.endswith(")") and _closing(pattern) == len(pattern) - 1:
        inner = pattern[3:-1] if pattern.startswith("(?:") else pattern[1:-1]
        if inner.startswith("?"):
            return pattern
        pattern = inner
    return pattern


def _closing(pattern: str) -> int:
    depth = 0
    for at, character in _outside_classes(pattern):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return at
    return -1


def _split(pattern: str) -> Iterator[str]:
    """Yield the alternatives at the top of a pattern."""
    depth, start = 0, 0
    for at, character in _outside_classes(pattern):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and depth == 0:
            yield pattern[start:at]
            start = at + 1
    yield pattern[start:]


def _outside_classes(pattern: str) -> Iterator[tuple[int, str]]:
    """Yield the characters that are neither escaped nor in a class, with their places."""
    at, inside = 0, False
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            at += 2
            continue
        if inside:
            inside = character != "]"
        elif character == "[":
            inside = True
        else:
            yield at, character
        at += 1


def _within(one: str, other: str) -> bool:
    """Return whether every text of one alternative surely fits the other."""
    if one == other:
        return True
    atoms, others = _atoms(one), _atoms(other)
    if atoms is None or others is None or len(atoms) != len(others):
        return False
    return all(
        a.characters <= b.characters and a.least >= b.least and a.most <= b.most
        for a, b in zip(atoms, others, strict=True)
    )


def _atoms(pattern: str) -> list[_Atom] | None:
    """Return a pattern as a row of classes with counts; None for one that has more in it."""
    found, at = [], 0
    while at < len(pattern):
        match = _PIECE.match(pattern, at)
        characters = _characters(match[1]) if match else None
        if match is None or characters is None:
            return None
        at = match.end()
        found.append(_Atom(characters, *_count(match[2])))
    return found


def _count(text: str) -> tuple[int, float]:
    if text in ("", "*", "+", "?"):
        return {"": (1, 1), "*": (0, float("inf")), "+": (1, float("inf")), "?": (0, 1)}[text]
    least, comma, most = text[1:-1].partition(",")
    return int(least), float(most) if most else float("inf") if comma else int(least)


def _characters(text: str) -> frozenset[str] | None:
    """Return the characters that a class, an escape or a literal stands for, in ASCII; None where it cannot be said."""
    if text.startswith("\\"):
        return frozenset(_CLASSES.get(text[1], "" if text[1].isalnum() else text[1])) or None
    if not text.startswith("["):
        return frozenset(text)
    inner = text[1:-1]
    if inner.startswith("^"):
        found = _characters(f"[{inner[1:]}]")
        return None if found is None else _EVERY - found
    listed: set[str] = set()
    at = 0
    while at < len(inner):
        if inner[at] == "\\" and at + 1 < len(inner):
            more = _characters(inner[at : at + 2])
            if more is None:
                return None
            listed |= more
            at += 2
        elif inner[at + 1 : at + 2] == "-" and at + 2 < len(inner) and inner[at + 2] != "\\":
            listed |= {chr(code) for code in range(ord(inner[at]), ord(inner[at + 2]) + 1)}
            at += 3
        else:
            listed.add(inner[at])
            at += 1
    return frozenset(listed)
