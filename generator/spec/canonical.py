"""JSON values: one text for each, by which they are compared, grouped and looked up, copies, and all that is in one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from msgspec.json import Encoder, decode

_encode = Encoder(order="sorted").encode
_encode_as_it_is = Encoder().encode
_COLLECTIONS = (dict, list)
"""For checks of many values: `dict | list` would be a new object for each."""


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


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping in a JSON value, however deep, itself included."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            yield here
        items = here.values() if isinstance(here, dict) else here if isinstance(here, list) else ()
        waiting += [item for item in items if isinstance(item, _COLLECTIONS)]
