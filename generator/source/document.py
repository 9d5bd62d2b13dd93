"""
A description, read from bytes or from a file: plain dicts, lists, strings, numbers, booleans and None.

`refusal` decides what is no description, `yaml_reader` what its text means. `dump` of `yaml_writer` and the
functions of `pointers` are importable from here too.

It follows no `$ref` and opens no socket.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from generator.source.refusal import check, decoded, printable, unreadable
from generator.source.yaml_reader import parse
from generator.source.yaml_writer import dump
from generator.spec.pointers import parts, pointer, resolve

__all__ = [
    "MAX_BYTES",
    "dump",
    "parts",
    "pointer",
    "printable",
    "read",
    "read_bytes",
    "read_file",
    "resolve",
]

MAX_BYTES = 20 * 1024 * 1024


def read(data: bytes, *, source: str = "the description") -> dict[str, Any]:
    """
    The description that these bytes hold, as plain values that share nothing.

    `UnreadableError` names `source` and what was found, with line and column (counted from 1) where it has
    them.
    """
    if len(data) > MAX_BYTES:
        raise unreadable(source, f"{len(data):,} bytes, and the limit is {MAX_BYTES:,}")
    try:
        root = parse(decoded(data, source), source=source)
    except yaml.MarkedYAMLError as error:
        found = f"a mistake in its YAML ({printable(error.problem or str(error.context))})"
        raise unreadable(source, found, error.problem_mark or error.context_mark) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # malformed in a way that carries no mark
        raise unreadable(source, f"not YAML: {printable(str(error))}") from error
    return check(root, source)


def read_file(path: Path) -> dict[str, Any]:
    """The description in a file; see `read`."""
    return read(read_bytes(path), source=str(path))


def read_bytes(path: Path) -> bytes:
    """What a file of at most `MAX_BYTES` holds; `UnreadableError` where there is no such file."""
    data, size, advice = b"", 0, "Check its name and its permissions."
    try:
        if path.is_dir():
            raise unreadable(str(path), "a directory", advice="Name a file in it.")
        size = path.stat().st_size
        if size <= MAX_BYTES:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)  # a pipe has no size, and a file may grow
            size = len(data)
    except OSError as error:
        raise unreadable(str(path), error.strerror or type(error).__name__, advice=advice) from error
    except ValueError as error:  # a name that no file can have
        raise unreadable(printable(str(path)), str(error), advice=advice) from error
    if size > MAX_BYTES:
        raise unreadable(str(path), f"at least {size:,} bytes, and the limit is {MAX_BYTES:,}")
    return data
