"""
Decides which patterns of a description the client may check: those whose matching takes a provably small time.

Patterns come from outside, may be slow by mistake or on purpose, and are written for JavaScript. Python's matcher goes
back to earlier choices. Here an upper bound of its steps is computed from the pattern's syntax tree, for texts of at
most `LONGEST_TEXT` characters: a choice multiplies the steps of what follows unless the next character decides it. A
pattern without a small bound, or with a construct that the two languages read differently, is not checked.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from attrs import frozen

LONGEST_TEXT = 1024
"""Characters; the client does not check longer texts."""
LONGEST_PATTERN = 500
MAX_STEPS = 6_000_000
"""Steps of Python's matcher: well under a second."""

# The parser of the standard library is not public, and is the only one that reads exactly what `re` reads.
_PARSER: Any = importlib.import_module("re._parser")
_EVERY = (1 << 0x110000) - 1
_PART = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[\s\S]", re.DOTALL)
_ODD_CLASS = re.compile(r"(?<!\\)\[|--|&&|~~|\|\|")
"""Means something else inside of brackets in other languages, or may in Python one day."""


class _UnprovenError(ValueError):
    """There is no small bound, or the two languages differ."""


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
        tree = _PARSER.parse(translated(pattern), re.ASCII)
        rest = _sequence(list(tree), _Rest(1, _EVERY, sure=True))
    except (_UnprovenError, re.error, OverflowError, RecursionError):
        return False
    begins_anywhere = not (rest.sure or _is_anchored(list(tree)))
    return rest.steps * (LONGEST_TEXT if begins_anywhere else 1) <= MAX_STEPS


def translated(pattern: str) -> str:
    """Return a pattern of JavaScript as one of Python: `$` there means the end of the text only."""
    parts = []
    for part in _PART.findall(pattern):
        if part[0] == "[" and (len(part) == 1 or _ODD_CLASS.search(part[1:-1]) or part in ("[]", "[^]")):
            raise _UnprovenError
        if part[0] == "\\" and part[1:].isalnum() and part[1:] not in "bBdDsSwWnrtfv":
            raise _UnprovenError
        parts.append(r"\Z" if part == "$" else part)
    return "".join(parts)


def unchecked_patterns(document: object) -> list[str]:
    """Return the patterns of a description that the client does not check, each once, in order."""

    def found(value: object) -> Iterator[str]:
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from found(item)
        if isinstance(value, dict) and isinstance(pattern := value.get("pattern"), str):
            yield pattern

    return sorted({pattern for pattern in found(document) if not is_checkable(pattern)})


def _sequence(items: list[Any], rest: _Rest) -> _Rest:
    for code, value in reversed(items):
        rest = _node(str(code), value, rest)
        if rest.steps > MAX_STEPS:
            raise _UnprovenError
    return rest


def _node(code: str, value: Any, rest: _Rest) -> _Rest:
    characters = _characters(code, value)
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


def _repeat(least: int, most: int, items: list[Any], rest: _Rest) -> _Rest:
    if most == 0:
        return rest
    once = _sequence(items, _Rest(0, 0))
    if _is_empty(items):
        raise _UnprovenError
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


def _is_empty(items: list[Any]) -> bool:
    """Whether a sequence can match nothing."""
    return _width(items) == 0


def _width(items: list[Any]) -> int:
    """Return a number that is 0 where a sequence can match nothing."""
    width = 0
    for code, value in items:
        name = str(code)
        if name == "BRANCH":
            width += min(_width(list(option)) for option in value[1])
        elif name == "SUBPATTERN":
            width += _width(list(value[3]))
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            width += min(int(value[0]), 1) * _width(list(value[2]))
        elif name != "AT":
            width += 1
    return width


def _is_anchored(items: list[Any]) -> bool:
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


def _characters(code: str, value: Any) -> int | None:
    """Return the set of a node that matches one character; None for another node."""
    if code == "LITERAL":
        return 1 << int(value)
    if code == "NOT_LITERAL":
        return _EVERY & ~(1 << int(value))
    if code == "ANY":
        return _EVERY & ~(1 << ord("\n"))
    if code == "IN":
        members, negated = 0, False
        for kind, item in value:
            if str(kind) == "NEGATE":
                negated = True
            elif str(kind) == "CATEGORY":
                members |= _category(str(item))
            elif str(kind) == "RANGE":
                members |= _range(*item)
            else:
                members |= 1 << item
        return _EVERY & ~members if negated else members
    if code == "CATEGORY":
        return _category(str(value))
    return None


def _category(name: str) -> int:
    spans: dict[str, Callable[[], int]] = {
        "DIGIT": lambda: _range(48, 57),
        "WORD": lambda: _range(48, 57) | _range(65, 90) | _range(97, 122) | 1 << 95,
        "SPACE": lambda: _range(9, 13) | 1 << 32,
    }
    kind = name.removeprefix("CATEGORY_")
    members = spans[kind.removeprefix("NOT_")]()
    return _EVERY & ~members if kind.startswith("NOT_") else members


def _range(low: int, high: int) -> int:
    return ((1 << (high - low + 1)) - 1) << low
