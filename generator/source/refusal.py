"""
What is not a description, and how that is told.

`decoded` checks the bytes before they are parsed, `check` what the parser made of them: an HTML page, text
in another encoding, a file without `openapi: "3.…"` or without paths is refused with what was found there.
It knows no more of OpenAPI than the version key and the presence of `paths`.
"""

from __future__ import annotations

import re
from typing import Any

from generator.errors import UnreadableError

_ILLEGAL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)


def decoded(data: bytes, source: str) -> str:
    """The text that these bytes are, if it can be that of a description."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise unreadable(source, "text in UTF-16 or UTF-32", advice="Save it as UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        found = f"not UTF-8, but the byte 0x{error.object[error.start]:02x} in line {line}"
        raise unreadable(source, found, advice="Save it as UTF-8.") from error
    if not text.strip():  # a tab would be a mistake to the parser
        raise unreadable(source, "nothing: it is empty")
    head = text[:4000].lstrip()
    if _HTML.match(head):
        title = _TITLE.search(text[:100_000])
        name = f' titled "{printable(title[1])}"' if title and printable(title[1]) else ""
        raise unreadable(source, f"an HTML page{name}", advice="Is this the address of the description itself?")
    if bad := _ILLEGAL.search(text):
        line, column = text.count("\n", 0, bad.start()) + 1, bad.start() - text.rfind("\n", 0, bad.start())
        found = f"the character U+{ord(bad[0]):04X}, which YAML forbids, at line {line}, column {column}"
        raise unreadable(source, found)
    return text


def check(root: Any, source: str) -> dict[str, Any]:
    """What was parsed, if it is a description."""
    if not isinstance(root, dict):
        raise unreadable(source, f"{_kind(root)} where a description is a mapping")
    version, paths = root.get("openapi"), root.get("paths")
    if not (isinstance(version, str) and version.startswith("3.")):
        named = [f"{key}: {root[key]!s}" for key in ("openapi", "swagger", "asyncapi") if key in root]
        found = printable(", ".join(named) or f"the keys {', '.join(root) or '(none)'}")
        raise unreadable(source, f'no `openapi: "3.…"`, but {found}', advice="OpenAPI 3 is what can be read.")
    if not (isinstance(paths, dict) and paths):
        found = f"`paths` is {_kind(paths)}" if "paths" in root else "no `paths`"
        raise unreadable(source, f"{found} where a mapping of its operations is expected")
    return root


def printable(text: str, *, limit: int = 80) -> str:
    """One line that is safe to show: white space run together, control characters removed, cut at `limit`."""
    line = " ".join("".join(c for c in text[: 20 * limit] if c.isprintable() or c.isspace()).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def unreadable(
    source: str, found: str, mark: Any = None, *, advice: str = "Fetch it again, or name another file."
) -> UnreadableError:
    """The error to raise: what was found, and where if the parser left its mark."""
    place = "" if mark is None else f" at line {mark.line + 1}, column {mark.column + 1}"
    return UnreadableError(f"{source} cannot be read: found {found}{place}. {advice}")


def _kind(value: object) -> str:
    if value in ({}, []):
        return "empty"
    names = {dict: "a mapping", list: "a sequence", str: "a string", type(None): "nothing", bool: "a boolean"}
    return names.get(type(value), "a number")
