"""
Checks a text against a pattern of the contract, and never takes long about it.

The patterns come with the description, so they may be slow by mistake or on purpose, and they are written for
JavaScript. One that could take long, or that Python has no equal of, is not checked: `matches` then says yes. It says
nothing of formats such as `uri`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

LONGEST_TEXT = 1024
"""Characters; a longer text is not looked at."""
LONGEST_PATTERN = 500
_WIDE = 2
"""Repetitions of many lengths in one pattern: each multiplies the time by the length of the text."""
_OPTIONAL = 4
"""Parts that may be left out: each may double the time."""

_PART = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|\{\d+(?:,\d*)?\}|[\s\S]", re.DOTALL)
_COUNT = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_ODD_CLASS = re.compile(r"(?<!\\)\[|--|&&|~~|\|\|")
"""What may mean something else inside of brackets one day: Python warns of it."""
_OTHER = frozenset({"[", *(f"\\{letter}" for letter in "123456789kpPAZ")})
"""What refers back, and what one of the two languages lacks."""


def matches(pattern: str, text: str) -> bool:
    """Whether a text has a match of the pattern, as JavaScript's `test` has it; True where that can't be told."""
    if len(text) > LONGEST_TEXT:
        return True
    compiled = _compiled(pattern)
    return compiled is None or compiled.search(text) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    if len(pattern) > LONGEST_PATTERN:
        return None
    try:
        return re.compile("".join(_rewritten(pattern)), re.ASCII)
    except (_UnsafeError, re.error, OverflowError, RecursionError):
        return None


class _UnsafeError(ValueError):
    """The pattern could take long, or means something else in Python."""


def _rewritten(pattern: str) -> Iterator[str]:
    """Yield the parts of a pattern for Python; raise _UnsafeError where it may take long."""
    wide = optional = 0
    last = ""
    for part in _PART.findall(pattern):
        count = _COUNT.fullmatch(part)
        if part == "?" and last == "(":
            raise _UnsafeError
        if part in ("*", "+", "?") or count:
            lazy = part == "?" and (last in ("*", "+", "?") or last.startswith("{"))
            varies = not lazy and (count is None or (count[2] is not None and count[2] != count[1]))
            if part == "?":
                optional += varies
            else:
                wide += varies
                if last == ")":  # what repeats within a repetition may take for ever
                    raise _UnsafeError
        elif part in _OTHER or (part[0] == "[" and _ODD_CLASS.search(part[1:-1])):
            raise _UnsafeError
        last = part
        # Python's `$` also takes the place before a line end; JavaScript's does not.
        yield r"\Z" if part == "$" else part
    # A pattern that may begin anywhere is tried at each character of the text.
    if wide + (not pattern.startswith("^")) > _WIDE or optional > _OPTIONAL:
        raise _UnsafeError
