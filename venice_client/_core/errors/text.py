"""
Make what a server or caller wrote safe to show in the text of an error.

A server's text is untrusted: it is shown on one line, without control characters, and cut to a length.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

_SHOWN: Final = 300  # characters of a message in str(error)


def one_line(text: str, limit: int = _SHOWN) -> str:
    """Return the text on one line, without control characters, of at most `limit` characters."""
    text = " ".join(text[: 4 * limit].split())
    text = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def note(*parts: str | None) -> str:
    """Return the parts that are not empty, joined by commas."""
    return ", ".join(part for part in parts if part)


def reason(status: int) -> str:
    """Return HTTP's reason phrase of a status; empty where there is none."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def problems(details: Any, place: str = "") -> list[str]:
    """Return the texts of a tree of `_errors`, each with its place."""
    if isinstance(details, str):
        return [f"{place}: {details}" if place else details]
    if isinstance(details, list):
        return [problem for item in details if isinstance(item, str) for problem in problems(item, place)]
    if not isinstance(details, dict):
        return []
    found = problems(details.get("_errors"), place)
    for name, inner in details.items():
        if name != "_errors" and isinstance(inner, dict):
            found += problems(inner, f"{place}.{name}" if place else name)
    return found
