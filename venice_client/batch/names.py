"""
Names of the files that many pictures are saved in: made from the names of what went in, free of anything that a file
system or a stranger could turn into another place, and never the same for two pieces of work.

A base is a relative path without a suffix, with "/" between folders: the suffix follows from the answer. This module
opens no file.
"""

from __future__ import annotations

import re
from typing import Final

SUFFIXES: Final = (
    ".avif", ".bmp", ".gif", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp",
)  # fmt: skip
"""What names of pictures end in."""

_LONGEST: Final = 180  # bytes of a name, which leaves room for the end that tells two of a name apart, and a suffix
_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')


def base_of(name: str, *, folders: bool = False) -> str:
    """
    Return the base for a picture of this name. `folders` keeps the folders in it, which is for names that were found
    on the disk; in any other name a slash is a character like the others.
    """
    *parents, last = name.split("/") if folders else [name]
    kept = [part for part in parents if part not in ("", ".", "..")]
    return "/".join([*kept, _part(last)])


def distinct(base: str, job: str) -> str:
    """Return another base for a piece of work whose own is taken."""
    return f"{base}-{job[:8]}"


def _part(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    if dot + suffix.lower() in SUFFIXES:
        name = stem
    name = _UNFIT.sub("_", name).strip(" ")
    name = re.sub(r"^\.+|\.+$", "_", name)
    # What still ends as a picture does would lose that end when it is saved.
    stem, dot, suffix = name.rpartition(".")
    if stem and dot + suffix.lower() in SUFFIXES:
        name = f"{stem}_{suffix}"
    data = name.encode("utf-8", "surrogateescape")
    return data[:_LONGEST].decode("utf-8", "ignore") if len(data) > _LONGEST else name or "picture"
