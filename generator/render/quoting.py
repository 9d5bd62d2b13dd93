"""
Quote text of a description for code, as a literal or a line of a docstring that it cannot break out of.
"""

from __future__ import annotations

import math
import unicodedata


def literal(value: object) -> str:
    """Return a str, int, float or bool as a Python literal in ASCII, which nothing can break out of."""
    if not isinstance(value, str | int | float | bool) or (isinstance(value, float) and not math.isfinite(value)):
        raise TypeError(f"{value!r} is not a plain value")
    return ascii(value)


def docstring(text: str) -> str:
    """Return a text as a line of a docstring: no escapes, no end of the string, nothing that is not printable."""
    return one_line(text).replace("\\", "\\\\").replace('"', "'")


def one_line(text: str, limit: int | None = None) -> str:
    """Return a text as one line of printable characters, cut at a limit. It is still to be escaped."""
    spaced = "".join(
        " " if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character
        for character in text
        if unicodedata.category(character) not in ("Cf", "Cs", "Co", "Cn")
    )
    line = " ".join(spaced.split())
    return line if limit is None or len(line) <= limit else f"{line[: limit - 1]}…"
