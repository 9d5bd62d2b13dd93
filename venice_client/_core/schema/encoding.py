"""Values on their way to the wire: objects of the API become mappings, sequences lists, dates text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

from venice_client._core.schema.record import Record
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import Shape
from venice_client._core.schema.values import listed, plain_number, url_text, written

INERT = frozenset({str, int, float, bool})
LEAVES = INERT | {type(None), bytes}
"""The types of values that are sent as they are; those of `INERT` are neither null nor a file."""


def given_fields(model: Record) -> dict[str, Any]:
    """Return the fields of a model by names on the wire, its values not encoded."""
    return model._given()  # noqa: SLF001  # for the modules that read bodies before they are written


def encode(value: Any, shape: Shape | None = None) -> Any:
    """Return a value as it is sent: models become mappings, other sequences lists; files stay as they are."""
    kind = value.__class__
    if kind in LEAVES:
        return value
    if kind is list:
        return [item if item.__class__ in LEAVES else encode(item) for item in value]
    if isinstance(value, Record):
        return value.to_dict()
    if kind is dict or isinstance(value, Mapping):
        return {
            name: item if item.__class__ in LEAVES else encode(item)
            for name, item in value.items()
            if item is not UNSET
        }
    if isinstance(value, Enum):
        return encode(value.value)
    if isinstance(value, date):
        return written(value, shape)
    if (number := plain_number(value)) is not None:
        return number
    if (text := url_text(value)) is not None:
        return text
    items = listed(value)
    return value if items is None else [encode(item) for item in items]
