"""
Which descriptions a history walks, and in which order.

What is named is walked as it is named. A directory stands for its *.yaml and *.yml (or, if it has none, its *.json),
those of its folders left out. They are ordered by the date that their names start with if all have one; then as an
INDEX.tsv beside them lists them in its first column, then by `info.version`, then by name. Versions are compared
number by number: 1.10 comes after 1.9.

Of a file no more is read here than it takes to find its version, and that only where it decides.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from attrs import frozen
from yaml import events

from generator.errors import UnreadableError
from generator.source.document import read_bytes

INDEX = "INDEX.tsv"
_PATTERNS = (("*.yaml", "*.yml"), ("*.json",))
_DATE = re.compile(r"(\d{4})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)", re.ASCII)
_PIECES = re.compile(r"\d+|\D+", re.ASCII)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LONG = 20  # more digits than this are no number to compare


@frozen
class Source:
    """A file, and its place in the walk, from 1."""

    position: int
    path: Path


def sources(named: Iterable[Path]) -> tuple[Source, ...]:
    """Return all files that these files and directories stand for, in the order of the walk."""
    paths: list[Path] = []
    for path in named:
        paths += _in_directory(path) if path.is_dir() else [path]
    return tuple(Source(position, path) for position, path in enumerate(paths, 1))


def leading_date(text: str) -> str:
    """Return the date that a text starts with, as 2025-07-13; empty if it starts with none."""
    match = _DATE.match(text)
    return "-".join(match.groups()) if match else ""


def version_key(version: str) -> list[tuple[int, int, str]]:
    """A key that sorts versions piece by piece, numbers by their value."""
    return [
        (0, int(piece), "") if piece[0] in "0123456789" and len(piece) <= _LONG else (1, 0, piece)
        for piece in _PIECES.findall(version)
    ]


def peeked_version(path: Path) -> str:
    """Return the `info.version` of a file without reading on behind it; empty where there is none to be found."""
    open_: list[list[Any]] = []  # of every open collection: is it a mapping, and the key whose value is awaited
    try:
        for event in yaml.parse(read_bytes(path), Loader=_LOADER):
            if isinstance(event, events.CollectionStartEvent):
                open_.append([isinstance(event, events.MappingStartEvent), None])
            elif isinstance(event, events.CollectionEndEvent):
                open_.pop()
                if open_:
                    open_[-1][1] = None
            elif isinstance(event, events.NodeEvent) and open_ and open_[-1][0]:
                value = getattr(event, "value", "")  # an alias has none
                if open_[-1][1] is None:
                    open_[-1][1] = value
                elif [key for _, key in open_] == ["info", "version"]:
                    return str(value)
                else:
                    open_[-1][1] = None
    except (UnreadableError, yaml.YAMLError, ValueError):
        pass  # it will be told when it is read
    return ""


def _in_directory(folder: Path) -> list[Path]:
    found: list[Path] = []
    try:
        for patterns in _PATTERNS:
            found = found or [path for pattern in patterns for path in folder.glob(pattern) if not path.is_dir()]
    except OSError as error:
        raise UnreadableError(f"{folder} cannot be read: {error.strerror}. Check its permissions.") from error
    if not found:
        raise UnreadableError(f"{folder} holds no description: no file *.yaml, *.yml or *.json is in it.")
    dates = {path: leading_date(path.name) for path in found}
    if not all(dates.values()):
        dates = dict.fromkeys(found, "")
    listed = _listed(folder)
    places = {path: (dates[path], listed.get(path.name, math.inf)) for path in found}
    shared = Counter(places.values())
    versions = {path: peeked_version(path) if shared[places[path]] > 1 else "" for path in found}
    return sorted(found, key=lambda path: (places[path], version_key(versions[path]), path.name))


def _listed(folder: Path) -> dict[str, int]:
    """The place of every name that the index of a directory lists, if it has one."""
    try:
        lines = (folder / INDEX).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    return {line.partition("\t")[0].strip(): at for at, line in reversed(list(enumerate(lines)))}
