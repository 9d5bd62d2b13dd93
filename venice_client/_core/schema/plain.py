"""
Recognise what most bodies are: plain JSON that the contract takes as it stands, without a picture or a file.

One walk then stands for four: nothing has to be converted, put in for a picture, refused, or kept from the encoder.
It says "plain", or that others have to look; never what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import isfinite
from typing import Any, Final

from venice_client._core.schema.check import find_violations
from venice_client._core.schema.encoding import INERT
from venice_client._core.schema.inputs import branch_for
from venice_client._core.schema.operation import EACH, END, Places
from venice_client._core.schema.record import Record, fields_by_wire
from venice_client._core.schema.shapes import AnyOf, Anything, Array, Dictionary, Ref, Shape, Text, takes_null

_NOWHERE: Final[Places] = {}
_ANY: Final = Anything()


def is_plain(shape: Shape, value: Any, places: Places) -> bool:
    """Whether a value is plain JSON of a shape, and nothing stands at one of the places."""
    kind = value.__class__
    if kind is dict:
        if shape.__class__ is AnyOf:
            shape = branch_for(shape, value)
        if shape.__class__ is Ref:
            return _takes_fields(shape.model, value, places)
        inner = shape.value if isinstance(shape, Dictionary) else shape
        return isinstance(shape, Dictionary | Anything) and all(
            is_plain(inner, item, places.get(name, _NOWHERE)) for name, item in value.items()
        )
    if END in places:
        return value is None and takes_null(shape)
    if kind is list:
        if shape.__class__ is AnyOf:
            shape = branch_for(shape, value)
        return _takes_items(shape, value, places.get(EACH, _NOWHERE))
    if kind in INERT:
        return not find_violations(shape, value) and (kind is not float or isfinite(value))
    return value is None and takes_null(shape)


def _takes_items(shape: Shape, items: list[Any], places: Places) -> bool:
    if not places and (kinds := set(map(type, items))) <= INERT:  # the numbers of a vector, without a look at each
        is_finite = float not in kinds or all(isfinite(item) for item in items if item.__class__ is float)
        return shape.__class__ in (Array, Anything) and is_finite and not find_violations(shape, items)
    if isinstance(shape, Anything):
        return all(is_plain(shape, item, places) for item in items)
    if shape.__class__ is not Array or len(items) < (shape.min_items or 0):
        return False
    if shape.max_items is not None and len(items) > shape.max_items:
        return False
    return all(is_plain(shape.item, item, places) for item in items)


def _takes_fields(model: type[Record], values: Mapping[str, Any], places: Places) -> bool:
    fields, texts, required = _known(model)
    for wire, item in values.items():
        below = places.get(wire, _NOWHERE)
        if item.__class__ is str and wire in texts and END not in below:
            continue
        declared = fields.get(wire)
        if declared is None or declared.is_limit or not is_plain(declared.shape, item, below):
            return False
    return required <= values.keys()


@cache
def _known(model: Any) -> tuple[Mapping[str, Any], frozenset[str], frozenset[str]]:  # a class of records, by its hash
    """Return the fields of a model by their names on the wire, those that take any text, and those that it needs."""
    fields = fields_by_wire(model)
    texts = frozenset(wire for wire, item in fields.items() if _takes_any_text(item.shape))
    return fields, texts, frozenset(wire for wire, item in fields.items() if item.required)


def _takes_any_text(shape: Shape) -> bool:
    return any(map(_takes_any_text, shape.branches)) if isinstance(shape, AnyOf) else shape == Text()
