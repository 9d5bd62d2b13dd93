"""One text for each JSON value: values are compared, grouped and looked up by it."""

from __future__ import annotations

from typing import Any

from msgspec.json import Encoder

_encode = Encoder(order="sorted").encode


def canonical(value: Any) -> str:
    """Return a text that only the same JSON value has: true, 1, 1.0 and "1" are four values."""
    return _encode(value).decode()
