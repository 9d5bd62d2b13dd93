"""
Check a text against a pattern of the contract.

The generator keeps only patterns that Python reads as JavaScript does and that need few steps on texts of at most
`LONGEST_TEXT` characters; see generator/plan/patterns.py.
"""

from __future__ import annotations

import re
from functools import lru_cache

LONGEST_TEXT = 1024
"""Characters; a longer text is not checked."""

_PART = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[\s\S]", re.DOTALL)


def matches(pattern: str, text: str) -> bool:
    """Whether a text has a match of the pattern, as JavaScript's `test` has it; True for a text that is too long."""
    return len(text) > LONGEST_TEXT or _compiled(pattern).search(text) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    # Python's `$` also matches before a final line end; JavaScript's does not.
    parts = (r"\Z" if part == "$" else part for part in _PART.findall(pattern))
    return re.compile("".join(parts), re.ASCII)
