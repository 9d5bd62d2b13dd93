"""
Values that callers may pass for JSON or a form: files, lists of any kind, dates, members of an enum.

It recognises these kinds and writes those that have one form. `model` handles models, and where a file or a list
may stand is `find_violations`'.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from numbers import Integral, Real
from typing import Any, TypeGuard

from venice_client._core.schema.shapes import AnyOf, Shape, Text

_NO_LISTS = (str, bytes, bytearray, memoryview)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
"""How a URL starts, and the text of no model or dataclass that a caller named `ImageUrl`."""


def is_number(value: object) -> TypeGuard[float]:
    """Whether it is a number of Python, which True and False are not meant to be."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_integer(value: object) -> TypeGuard[int]:
    """Whether it is an integer, which True and False are not meant to be."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_content(value: Any) -> bool:
    """Whether it is the content of a file: bytes, an open file, or an upload."""
    if isinstance(value, bytes | bytearray | memoryview):
        return True
    return callable(getattr(value, "read", None)) or callable(getattr(value, "pieces", None))


def is_upload(value: Any) -> bool:
    """Whether it is an upload, decided without reading its size."""
    return callable(getattr(value, "pieces", None))


def is_file(value: Any) -> bool:
    """Whether it is a file for a form: its content, or (name, content) or (name, content, media type)."""
    if isinstance(value, tuple) and len(value) in (2, 3):
        return isinstance(value[0], str | None) and is_content(value[1])
    return is_content(value)


def listed(value: Any) -> Sequence[Any] | None:
    """Return the items of a list, a tuple, another sequence or a set; None for other values."""
    if isinstance(value, list):
        return value
    if isinstance(value, tuple):
        return None if is_file(value) else value
    if isinstance(value, set | frozenset):
        return list(value)
    return list(value) if isinstance(value, Sequence) and not isinstance(value, _NO_LISTS) else None


def plain_number(value: Any) -> float | None:
    """Return a number of another library, such as one of NumPy, as Python has it; None for any other value."""
    kind = type(value)
    if hasattr(kind, "dtype") and callable(getattr(kind, "item", None)) and value.shape == ():
        found: float = value.item()
        return found
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real | Decimal) else None


def url_text(value: Any) -> str | None:
    """Return the text of an object whose class is named a URL, as in httpx, yarl and pydantic; None for others."""
    if isinstance(value, str) or not type(value).__name__.lower().endswith("url"):
        return None
    text = str(value)
    return text if _URL.match(text) else None


def written(moment: date, shape: Shape | None = None) -> str:
    """
    Write a date, or a point in time in UTC with a Z. A datetime without a zone is local time, as it is to Python.

    The API's patterns take milliseconds, so a finer fraction is cut. A date where a point in time is expected is its
    first moment in UTC.
    """
    if not isinstance(moment, datetime):
        return f"{moment.isoformat()}T00:00:00Z" if _is_time(shape) else moment.isoformat()
    try:
        moment = moment.astimezone(UTC)
    except (OverflowError, OSError, ValueError):  # at the ends of the calendar
        moment = moment.replace(tzinfo=UTC)
    text = moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return text.replace("+00:00", "Z")


def _is_time(shape: Shape | None) -> bool:
    if isinstance(shape, AnyOf):
        return any(_is_time(branch) for branch in shape.branches)
    return isinstance(shape, Text) and shape.format == "date-time"
