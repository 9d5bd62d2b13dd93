"""
Which descriptions of files and directories a history walks, and in which order.

Files are walked as they are named. A directory stands for its *.yaml and *.yml (or, if it has none, its *.json),
without its folders: in the order of an INDEX.tsv beside them, which lists them in its first column; else, where all
names start with a date, by name; else by `info.version`, number by number (1.10 comes after 1.9), then by name.

Only as much of a file is read here as its version takes, and only where that decides.
"""

from __future__ import annotations

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
from generator.source.yaml_reader import LOADER

INDEX = "INDEX.tsv"
_PATTERNS = (("*.yaml", "*.yml"), ("*.json",))
_DATE = re.compile(r"(\d{4})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)", re.ASCII)
_PIECES = re.compile(r"\d+|\D+", re.ASCII)
_LONG = 20  # more digits than this are no number to compare


@frozen
class Source:
    """One description of a walk, from a file."""

    position: int
    """Its place in the walk, from 1."""
    path: Path

    @property
    def name(self) -> str:
        """The name of the file, without its folder."""
        return self.path.name

    @property
    def date(self) -> str:
        """The date that the name starts with, as 2025-07-13; empty for none."""
        return leading_date(self.path.name)

    def read(self) -> bytes:
        """Return what the file holds. Raises UnreadableError."""
        return read_bytes(self.path)


def sources(named: Iterable[Path]) -> tuple[tuple[Source, ...], str]:
    """
    Return all files that these files and directories stand for, in the order of the walk.

    The text says where the order is a guess; it is empty where it is known.
    """
    found = [_in_directory(path) if path.is_dir() else ([path], "") for path in named]
    paths = (path for listed, _ in found for path in listed)
    return tuple(Source(position, path) for position, path in enumerate(paths, 1)), " ".join(
        note for _, note in found if note
    )


def leading_date(text: str) -> str:
    """Return the date that a text starts with, as 2025-07-13; empty if it starts with none."""
    match = _DATE.match(text)
    return "-".join(match.groups()) if match else ""


def version_key(version: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts versions piece by piece, numbers by their value."""
    return [
        (0, int(piece), "") if piece[0] in "0123456789" and len(piece) <= _LONG else (1, 0, piece)
        for piece in _PIECES.findall(version)
    ]


def peeked_version(path: Path) -> str:
    """Return the `info.version` of a file without reading on after it; empty where there is none."""
    open_: list[list[Any]] = []  # of every open collection: is it a mapping, and the key whose value is awaited
    try:
        for event in yaml.parse(read_bytes(path), Loader=LOADER):
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
        pass  # it is reported when it is read
    return ""


def _in_directory(folder: Path) -> tuple[list[Path], str]:
    """Return the descriptions of a directory in order, and where that order is a guess."""
    found: list[Path] = []
    try:
        for patterns in _PATTERNS:
            found = found or [path for pattern in patterns for path in folder.glob(pattern) if not path.is_dir()]
    except OSError as error:
        raise UnreadableError(f"{folder} cannot be read: {error.strerror}. Check its permissions.") from error
    if not found:
        raise UnreadableError(f"{folder} holds no description: no file *.yaml, *.yml or *.json is in it.")
    listed = _listed(folder)
    if all(path.name in listed for path in found):
        return sorted(found, key=lambda path: listed[path.name]), ""
    dates = {path: leading_date(path.name) for path in found}
    if all(dates.values()):
        after = len(listed)
        ordered = sorted(found, key=lambda path: (dates[path], listed.get(path.name, after), path.name))
        days = Counter(dates.values())
        shared = sum(count for count in days.values() if count > 1)
        note = f"{shared} files of {folder.name} share a day with another: they are in the order of their names."
        return ordered, note if shared else ""
    versions = {path: peeked_version(path) for path in found}
    note = f"The files of {folder.name} have no dates: they are in the order of info.version, which may go backwards."
    return sorted(found, key=lambda path: (version_key(versions[path]), path.name)), note if len(found) > 1 else ""


def _listed(folder: Path) -> dict[str, int]:
    """Return the place of every name that the index of a directory lists, if it has one."""
    try:
        lines = (folder / INDEX).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    return {line.partition("\t")[0].strip(): at for at, line in reversed(list(enumerate(lines)))}
