"""
A description: as it was received, and as plain dicts, lists, strings, numbers, booleans and None.

Bytes that cannot be a description are refused with what was found in them: an HTML page, text in another encoding, a
file without `openapi: "3.…"` or without paths. Of OpenAPI, only the version key and `paths` are known here. No `$ref`
is followed, and no socket is opened.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from attrs import field, frozen

from generator.errors import UnreadableError, printable
from generator.source.yaml_reader import parse

MAX_BYTES = 20 * 1024 * 1024

_ILLEGAL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)

_unreadable = UnreadableError.found


@frozen
class Fetched:
    """A description as it was received."""

    source: str  # the address without its secrets, or the path as it was given
    data: bytes = field(repr=False)
    not_modified: bool = False  # the server confirmed the cached bytes


def read(data: bytes, *, source: str = "the description") -> dict[str, Any]:
    """
    Return the description that bytes hold, as plain values that share nothing.

    `UnreadableError` names `source` and what was found, with line and column (counted from 1) where they are known.
    """
    return _checked(values(data, source=source), source)


def values(data: bytes, *, source: str) -> Any:
    """Return the values of a YAML or JSON text, whatever they are. Raises UnreadableError as `read` does."""
    if len(data) > MAX_BYTES:
        raise _unreadable(source, f"{len(data):,} bytes, and the limit is {MAX_BYTES:,}")
    try:
        return parse(_decoded(data, source), source=source)
    except yaml.MarkedYAMLError as error:
        found = f"a mistake in its YAML ({printable(error.problem or str(error.context))})"
        raise _unreadable(source, found, error.problem_mark or error.context_mark) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # malformed in a way that carries no mark
        raise _unreadable(source, f"not YAML: {printable(str(error))}") from error


def read_file(path: Path) -> dict[str, Any]:
    """Return the description in a file; see `read`."""
    return read(read_bytes(path), source=str(path))


def read_bytes(path: Path) -> bytes:
    """Return the content of a file of at most `MAX_BYTES`; raise `UnreadableError` where it cannot be read."""
    data, size, advice = b"", 0, "Check its name and its permissions."
    try:
        if path.is_dir():
            raise _unreadable(str(path), "a directory", advice="Name a file in it.")
        size = path.stat().st_size
        if size <= MAX_BYTES:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)  # a pipe has no size, and a file may grow
            size = len(data)
    except OSError as error:
        raise _unreadable(str(path), error.strerror or type(error).__name__, advice=advice) from error
    except ValueError as error:  # a name that no file can have
        raise _unreadable(printable(str(path)), str(error), advice=advice) from error
    if size > MAX_BYTES:
        raise _unreadable(str(path), f"at least {size:,} bytes, and the limit is {MAX_BYTES:,}")
    return data


def _decoded(data: bytes, source: str) -> str:
    """Return the text of bytes that can be a description."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _unreadable(source, "text in UTF-16 or UTF-32", advice="Save it as UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        found = f"not UTF-8, but the byte 0x{error.object[error.start]:02x} in line {line}"
        raise _unreadable(source, found, advice="Save it as UTF-8.") from error
    if not text.strip():  # the parser would report a tab as a mistake
        raise _unreadable(source, "nothing: it is empty")
    head = text[:4000].lstrip()
    if _HTML.match(head):
        title = _TITLE.search(text[:100_000])
        name = f' titled "{printable(title[1])}"' if title and printable(title[1]) else ""
        raise _unreadable(source, f"an HTML page{name}", advice="Is this the address of the description itself?")
    if bad := _ILLEGAL.search(text):
        line, column = text.count("\n", 0, bad.start()) + 1, bad.start() - text.rfind("\n", 0, bad.start())
        found = f"the character U+{ord(bad[0]):04X}, which YAML forbids, at line {line}, column {column}"
        raise _unreadable(source, found)
    return text


def _checked(root: Any, source: str) -> dict[str, Any]:
    """Return what was parsed, if it is a description of OpenAPI 3."""
    if not isinstance(root, dict):
        raise _unreadable(source, f"{_kind(root)} where a description is a mapping")
    version, paths = root.get("openapi"), root.get("paths")
    if not (isinstance(version, str) and version.startswith("3.")):
        named = [f"{key}: {root[key]!s}" for key in ("openapi", "swagger", "asyncapi") if key in root]
        found = printable(", ".join(named) or f"the keys {', '.join(root) or '(none)'}")
        raise _unreadable(source, f'no `openapi: "3.…"`, but {found}', advice="OpenAPI 3 is what can be read.")
    if not (isinstance(paths, dict) and paths):
        found = f"`paths` is {_kind(paths)}" if "paths" in root else "no `paths`"
        raise _unreadable(source, f"{found} where a mapping of its operations is expected")
    return root


def _kind(value: object) -> str:
    if value in ({}, []):
        return "empty"
    names = {dict: "a mapping", list: "a sequence", str: "a string", type(None): "nothing", bool: "a boolean"}
    return names.get(type(value), "a number")
