"""
Patterns of a description, read as Python's matcher reads them: the syntax tree, and the characters of its nodes.

They are written for JavaScript. A pattern with a construct that the two languages read differently is refused.
"""

from __future__ import annotations

import importlib
import re
from typing import Any, Final

# The parser of the standard library is not public, and is the only one that reads exactly what `re` reads.
_PARSER: Any = importlib.import_module("re._parser")
EVERY: Final = (1 << 0x110000) - 1
"""The set of all characters: a bit for each code point."""
_LINE: Final = EVERY & ~(1 << ord("\n"))
_PART = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[\s\S]", re.DOTALL)
_ODD_CLASS = re.compile(r"(?<!\\)\[|--|&&|~~|\|\|")
"""Means something else inside of brackets in other languages, or may in Python one day."""

Nodes = list[tuple[Any, Any]]
"""A sequence of the tree: codes of the parser with their values."""


class UnreadablePatternError(ValueError):
    """The two languages differ about a pattern, or it is malformed."""


def parsed(pattern: str) -> Nodes:
    """Return the syntax tree of a pattern. Raises UnreadablePatternError."""
    try:
        return list(_PARSER.parse(translated(pattern), re.ASCII))
    except (re.error, OverflowError, RecursionError) as error:
        raise UnreadablePatternError(str(error)) from error


def translated(pattern: str) -> str:
    """Return a pattern of JavaScript as one of Python: `$` there means the end of the text only."""
    parts = []
    for part in _PART.findall(pattern):
        if part[0] == "[" and (len(part) == 1 or _ODD_CLASS.search(part[1:-1]) or part in ("[]", "[^]")):
            raise UnreadablePatternError
        if part[0] == "\\" and part[1:].isalnum() and part[1:] not in "bBdDsSwWnrtfv":
            raise UnreadablePatternError
        parts.append(r"\Z" if part == "$" else part)
    return "".join(parts)


def characters_of(code: str, value: Any) -> int | None:
    """Return the set of a node that matches one character; None for another node."""
    if code == "LITERAL":
        return 1 << int(value)
    if code == "NOT_LITERAL":
        return EVERY & ~(1 << int(value))
    if code == "ANY":
        return _LINE
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
        return EVERY & ~members if negated else members
    if code == "CATEGORY":
        return _category(str(value))
    return None


def _category(name: str) -> int:
    kind = name.removeprefix("CATEGORY_")
    members = _CATEGORIES[kind.removeprefix("NOT_")]
    return EVERY & ~members if kind.startswith("NOT_") else members


def _range(low: int, high: int) -> int:
    return ((1 << (high - low + 1)) - 1) << low


_DIGITS = _range(48, 57)
_CATEGORIES = {
    "DIGIT": _DIGITS,
    "WORD": _DIGITS | _range(65, 90) | _range(97, 122) | 1 << 95,
    "SPACE": _range(9, 13) | 1 << 32,
}
