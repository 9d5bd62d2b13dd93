"""
In which line of canonical YAML a place stands: counted along the value, without reading the text.

It counts as `yaml_writer` writes: a line for a key, its collection below it; a line for an item, which starts in the
line of its dash.
"""

from __future__ import annotations

import re
from typing import Any

from generator.source.yaml_writer import dump
from generator.spec.pointers import parts

_INDEX = re.compile("0|[1-9][0-9]{0,8}")
_SURELY_SHORT = 18  # characters of a key that take one line however they are escaped


def line_of(value: Any, pointer: str, *, first: int = 1) -> int:
    """
    Return the line of a place in `dump(value)`, whose first line has the number `first`.

    Where there is no such place, it is the line of the next one above it.
    """
    here = start = first  # the line of the place, and the one that what it holds starts in
    for part in parts(pointer):
        if isinstance(value, dict) and part in value:
            here = start
            for key, item in value.items():
                if key == part:
                    break
                here += _key(key) + _below(item)
            value = value[part]
            start = here + (_key(part) if _below(value) else 0)
        elif isinstance(value, list) and _INDEX.fullmatch(part) and int(part) < len(value):
            here = start = start + sum(_below(item) or 1 for item in value[: int(part)])
            value = value[int(part)]
        else:
            break
    return here


def _below(value: Any) -> int:
    """How many lines a collection takes; 0 for what stands behind its key or dash."""
    if isinstance(value, dict):
        return sum(_key(key) + _below(item) for key, item in value.items())
    if isinstance(value, list):
        return sum(_below(item) or 1 for item in value)
    return 0


def _key(key: str) -> int:
    """How many lines a key takes: long ones are written with a mark."""
    return 1 if len(key) <= _SURELY_SHORT else dump({key: None}).count("\n")
