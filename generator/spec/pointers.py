"""
JSON pointers (RFC 6901): written, taken apart, and followed into a tree of plain values.

Pure functions that know no OpenAPI. The fragment form of a `$ref` (`#/paths`) is not taken for a pointer: the
caller removes the `#`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any


def escaped(part: str) -> str:
    """A part of a JSON pointer as the pointer writes it."""
    return part.replace("~", "~0").replace("/", "~1")


def unescaped(part: str) -> str:
    """What a written part of a JSON pointer stands for."""
    return part.replace("~1", "/").replace("~0", "~")


def pointer(parts: Sequence[str | int]) -> str:
    """The JSON pointer (RFC 6901) with these parts; the root is the empty pointer."""
    return "".join(f"/{escaped(str(part))}" for part in parts)


def parts(pointer: str) -> list[str]:
    """The parts of a JSON pointer, unescaped; `ValueError` for others, such as the fragment `#/paths`."""
    if (pointer and not pointer.startswith("/")) or re.search(r"~(?![01])", pointer):
        raise ValueError(f"{pointer!r} is not a JSON pointer: it starts with '/', and '~' comes as '~0' or '~1'")
    return [unescaped(part) for part in pointer.split("/")[1:]]


def resolve(document: Any, pointer: str) -> Any:
    """What the pointer points at; `KeyError`, with the shortest pointer that leads nowhere, if nothing."""
    value, walked = document, ""
    for part in parts(pointer):
        walked += f"/{escaped(part)}"
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and re.fullmatch("0|[1-9][0-9]{0,9}", part) and int(part) < len(value):
            value = value[int(part)]
        else:
            raise KeyError(walked)
    return value
