"""
Decides which patterns of a description the client may check: those whose matching takes a provably small time.

Patterns come from outside, may be slow by mistake or on purpose, and are written for JavaScript. Python's matcher goes
back to earlier choices. Here an upper bound of its steps is computed from the pattern's syntax tree, for texts of at
most `LONGEST_TEXT` characters: a choice multiplies the steps of what follows unless the next character decides it. A
pattern without a small bound, or with a construct that the two languages read differently, is not checked.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from attrs import frozen

from generator.spec.canonical import mappings
from generator.spec.patterns import EVERY, Nodes, UnreadablePatternError, characters_of, parsed

LONGEST_TEXT = 1024
"""Characters; the client does not check longer texts."""
LONGEST_PATTERN = 500
MAX_STEPS = 6_000_000
"""Steps of Python's matcher: well under a second."""


class _UnprovenError(ValueError):
    """There is no small bound."""


@frozen
class _Rest:
    """What follows a place in a pattern."""

    steps: int
    first: int  # the code points that it can begin with, a bit each
    sure: bool = False  # whether it always matches


@lru_cache(maxsize=4096)
def is_checkable(pattern: str) -> bool:
    """Whether the client may check texts against a pattern."""
    if len(pattern) > LONGEST_PATTERN:
        return False
    try:
        tree = parsed(pattern)
        rest = _sequence(tree, _Rest(1, EVERY, sure=True))
    except (UnreadablePatternError, _UnprovenError, OverflowError, RecursionError):
        return False
    begins_anywhere = not (rest.sure or _is_anchored(tree))
    return rest.steps * (LONGEST_TEXT if begins_anywhere else 1) <= MAX_STEPS


def unchecked_patterns(document: object) -> list[str]:
    """Return the patterns of a description that the client does not check, each once, in order."""
    found = {one["pattern"] for one in mappings(document) if isinstance(one.get("pattern"), str)}
    return sorted(pattern for pattern in found if not is_checkable(pattern))


def _sequence(items: Nodes, rest: _Rest) -> _Rest:
    for code, value in reversed(items):
        rest = _node(str(code), value, rest)
        if rest.steps > MAX_STEPS:
            raise _UnprovenError
    return rest


def _node(code: str, value: Any, rest: _Rest) -> _Rest:
    characters = characters_of(code, value)
    if characters is not None:
        return _Rest(1 + rest.steps, characters)
    if code == "SUBPATTERN":
        _group, added, removed, items = value
        if added or removed:
            raise _UnprovenError
        return _sequence(list(items), rest)
    if code == "BRANCH":
        return _choice([_sequence(list(items), rest) for items in value[1]])
    if code in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, items = value
        if items.getwidth()[0] == 0:
            raise _UnprovenError
        return _repeat(int(least), min(int(most), LONGEST_TEXT), list(items), rest)
    if code == "AT":
        # At the end of the text no character follows; elsewhere it fails at once.
        return _Rest(1 + rest.steps, 0 if "END" in str(value) else rest.first)
    raise _UnprovenError


def _choice(options: list[_Rest]) -> _Rest:
    """Bound a choice: the sum of its options, or the largest where the next character leaves one of them."""
    first, disjoint = 0, True
    for option in options:
        disjoint = disjoint and not first & option.first
        first |= option.first
    steps = (max if disjoint else sum)(option.steps for option in options)
    return _Rest(len(options) + steps, first, any(option.sure for option in options))


def _repeat(least: int, most: int, items: Nodes, rest: _Rest) -> _Rest:
    if most == 0:
        return rest
    once = _sequence(items, _Rest(0, 0))
    # The body's own choices see what can follow it: another round of it, or the rest.
    after = _Rest(0, once.first | rest.first)
    base = _sequence(items, after).steps
    factor = _sequence(items, _Rest(1_000, after.first)).steps - base
    if factor != 1_000:  # each round multiplies the steps
        rounds = factor // 1_000 + 1
        if most > 12 or rounds**most > MAX_STEPS:
            raise _UnprovenError
        base, tries = base * rounds**most, rounds**most
    else:
        decided = not once.first & rest.first or rest.sure
        tries = 1 if decided else most - least + 1
    first = once.first | (rest.first if least == 0 else 0)
    return _Rest(most * (base + 1) + (most - least + 1) + tries * rest.steps, first, rest.sure and least == 0)


def _is_anchored(items: Nodes) -> bool:
    """Whether a match can begin at the start of the text only."""
    for code, value in items:
        name = str(code)
        if name == "AT":
            return "BEGINNING" in str(value)
        if name == "SUBPATTERN":
            return _is_anchored(list(value[3]))
        if name == "BRANCH":
            return all(_is_anchored(list(option)) for option in value[1])
        return False
    return False
