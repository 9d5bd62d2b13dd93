"""One text for each JSON value: values are compared, grouped and looked up by it."""

from __future__ import annotations

import json
from typing import Any

from msgspec.json import Encoder

_encode = Encoder(order="sorted").encode


def canonical(value: Any) -> str:
    """Return a text that only the same JSON value has: true, 1, 1.0 and "1" are four values."""
    try:
        return _encode(value).decode()
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can stand for
        return json.dumps(value, sort_keys=True)
