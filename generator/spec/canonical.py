"""JSON values: one text for each, by which they are compared, grouped and looked up, and copies of them."""

from __future__ import annotations

import json
from typing import Any

from msgspec.json import Encoder, decode

_encode = Encoder(order="sorted").encode
_encode_as_it_is = Encoder().encode


def canonical(value: Any) -> str:
    """Return a text that only the same JSON value has: true, 1, 1.0 and "1" are four values."""
    try:
        return _encode(value).decode()
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can stand for
        return json.dumps(value, sort_keys=True)


def copied(value: Any) -> Any:
    """Return a copy of a JSON value no two places of which share an object, as those of a Python value may."""
    try:
        return decode(_encode_as_it_is(value))
    except UnicodeEncodeError:
        return json.loads(json.dumps(value))
