"""
Convert the values that callers pass to plain data, once, before checks and pictures.

Objects of pydantic, dataclasses, attrs, and anything with `model_dump` or `to_dict` become mappings; any iterable
becomes a list where the contract has one; numbers of NumPy, decimals and fractions become int and float. None is left
out where the contract has no null for an optional field. Of a model that came in a response, fields that the request
refuses are left out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from typing import Any

import attrs

from venice_client._core.errors import RequestValidationError
from venice_client._core.schema.encoding import INERT, LEAVES, given_fields
from venice_client._core.schema.model import Model
from venice_client._core.schema.record import fields_by_wire, model_of, set_values
from venice_client._core.schema.sentinel import UNSET, is_unset
from venice_client._core.schema.shapes import AnyOf, Anything, Array, Dictionary, Null, Ref, Shape
from venice_client._core.schema.values import is_file, listed, plain_number, written

_ANY = Anything()
_OWN = f"{__name__.partition('.')[0]}."
_NO_LISTS = (str, bytes, bytearray, memoryview, Mapping, Model)


def input_value(value: Any, shape: Shape = _ANY) -> Any:
    """
    Return a caller's value as plain data. Other values stay as they are, and the checks refuse them.

    Raises RecursionError for a value that holds itself.
    """
    kind = value.__class__
    if kind in LEAVES:
        return value
    if kind is not dict and kind is not list:
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, date):
            return written(value, shape)
        if (number := plain_number(value)) is not None:
            return number
    if shape.__class__ is AnyOf:
        shape = branch_for(shape, value)
    if kind is dict or kind is list:
        return _object(value, shape) if kind is dict else _items(value, shape)
    return _other(value, shape)


def bounded_input(value: Any, shape: Shape, name: str) -> Any:
    """Return a caller's value as plain data. Raises RequestValidationError for one that holds itself."""
    try:
        return input_value(value, shape)
    except RecursionError:
        raise RequestValidationError([f"{name}: nested too deeply, or contains itself"]) from None


def input_model(model: Model) -> Model:
    """Return a copy of a caller's model with the values of its fields as the wire has them."""
    values = set_values(model)
    for name, value in values.items():
        if value.__class__ not in INERT and value is not UNSET:
            declared = type(model).__fields__[name]
            if value is not None:
                values[name] = bounded_input(value, declared.shape, name)
            elif declared.drops_null:
                values[name] = UNSET
    return model_of(type(model), values, model._raw)  # noqa: SLF001  # the models' own layer


def _other(value: Any, shape: Shape) -> Any:
    """Return a value that is neither plain JSON nor a leaf."""
    if isinstance(value, Model):
        is_received = bool(value._raw)  # noqa: SLF001  # the models' own layer
        return _object(given_fields(value), shape, is_received=is_received)
    if isinstance(value, Mapping):
        return _object(value, shape)
    items = listed(value) if isinstance(shape, Array | Anything) else None  # elsewhere a tuple may be a file
    if items is not None:
        return _items(items, shape)
    if isinstance(shape, Array) and isinstance(value, Iterable) and not isinstance(value, _NO_LISTS):
        return value if is_file(value) else _items(value, shape)
    if isinstance(shape, Ref | Dictionary | Anything) and not is_file(value):
        fields = foreign_fields(value)
        if fields is not None:
            return _object(fields, shape)
    return value


def foreign_fields(value: Any) -> Mapping[str, Any] | None:
    """Return the fields of an object that is not a model of the API; None where it has none."""
    kind = type(value)
    is_own = kind.__module__.startswith(_OWN)  # a tool, or a file in one of its forms
    if isinstance(value, type):
        return None
    if not is_own and callable(getattr(kind, "model_dump", None)):
        try:
            found = value.model_dump(mode="json", by_alias=True)
            found = _without_absent(found, value.model_dump(mode="json", by_alias=True, exclude_unset=True))
        except TypeError:  # it has a method of this name, with other parameters
            found = value.model_dump()
        return found if isinstance(found, Mapping) else None
    if callable(getattr(kind, "to_dict", None)):
        found = value.to_dict()
        return found if isinstance(found, Mapping) else None
    if is_own:
        return None
    if dataclasses.is_dataclass(value):
        return {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}
    if attrs.has(kind):
        return {item.name: getattr(value, item.name) for item in attrs.fields(kind)}
    return None


def _without_absent(whole: Any, given: Any) -> Any:
    """Leave out what was not given and is None: other defaults, such as a tag, are what the caller's class says."""
    if isinstance(whole, Mapping):
        given = given if isinstance(given, Mapping) else {}
        named = [(name, item) for name, item in whole.items() if item is not None or name in given]
        return {name: _without_absent(item, given.get(name)) for name, item in named}
    if isinstance(whole, list):
        items = given if isinstance(given, list) and len(given) == len(whole) else [None] * len(whole)
        return [_without_absent(*pair) for pair in zip(whole, items, strict=True)]
    return whole


def _items(values: Iterable[Any], shape: Shape) -> list[Any]:
    item = shape.item if isinstance(shape, Array) else _ANY
    return [one if one.__class__ in LEAVES else input_value(one, item) for one in values]


def _object(values: Mapping[str, Any], shape: Shape, *, is_received: bool = False) -> dict[str, Any]:
    if not isinstance(shape, Ref):
        inner = shape.value if isinstance(shape, Dictionary) else _ANY
        return {
            name: input_value(item, inner)
            for name, item in values.items()
            if item.__class__ in LEAVES or not is_unset(item)
        }
    model = shape.model
    fields = fields_by_wire(model)
    result: dict[str, Any] = {}
    for wire, item in values.items():
        declared = fields.get(wire)
        if (item.__class__ not in LEAVES and is_unset(item)) or (declared is None and is_received and model.__closed__):
            continue
        if declared is None:
            result[wire] = input_value(item)
        elif item is not None or not declared.drops_null:
            result[wire] = item if item.__class__ in LEAVES else input_value(item, declared.shape)
    return result


def branch_for(shape: AnyOf, value: Any) -> Shape:
    """Return the branch of a union that a value is meant for: by its kind, then by what it holds."""
    if value.__class__ is dict and (named := shape.named_branch(value)) is not None:
        return named
    if isinstance(value, Model):
        for branch in shape.branches:
            if isinstance(branch, Ref) and branch.name == type(value).__name__:
                return branch
        value = given_fields(value)
    if isinstance(value, Mapping):
        kinds: tuple[type[Shape], ...] = (Ref, Dictionary, Anything)
    elif isinstance(value, list | tuple | set | frozenset):
        kinds, value = (Array, Anything), list(value)
    else:
        kinds = (Array, Ref, Dictionary, Anything)
    branches = [branch for branch in shape.branches if isinstance(branch, kinds)]
    if len(branches) < 2:
        return branches[0] if branches else Null()
    return shape.named_branch(value) or max(branches, key=lambda branch: branch.fits(value))
