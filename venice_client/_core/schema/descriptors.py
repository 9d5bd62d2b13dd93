"""
Properties that read and set the fields of models: closures over all that they need, as responses have fields by the
thousand.

Each reads what was decoded or set, then what came from the wire. A decoded object is kept, in one step, so that all
threads get the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from venice_client._core.schema.record import Record
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import Array, Ref, Shape, Vector, without_null


def descriptor(name: str, wire: str, shape: Shape, *, is_list: bool) -> property:
    """Return the property of a field; where `is_list`, a missing value reads as an empty list."""

    def write(model: Any, value: Any) -> None:
        model._values[name] = value  # noqa: SLF001  # what belongs to a model belongs to its descriptors

    if isinstance(shape, Ref):
        read = _reads_model(name, wire, shape)
    elif isinstance(shape, Array) and isinstance(shape.item, Ref):
        read = _reads_models(name, wire, shape.item, is_list=is_list)
    elif shape.plain and not is_list:
        read = _reads_plain(name, wire)
    else:
        read = _reads_decoded(name, wire, shape, is_list=is_list)
    return property(read, write)


def _reads_plain(name: str, wire: str) -> Callable[[Any], Any]:
    def read(model: Any) -> Any:
        values = model._values  # noqa: SLF001  # as above
        if name in values:
            value = values[name]
            return None if value is UNSET else value
        return model._raw.get(wire)  # noqa: SLF001  # as above

    return read


def _reads_model(name: str, wire: str, shape: Ref) -> Callable[[Any], Any]:
    """Return what reads a field whose objects are models: `Ref.decode` without the calls."""
    kind: type[Record] | None = None
    new = object.__new__

    def read(model: Any) -> Any:
        nonlocal kind
        values = model._values  # noqa: SLF001  # as above
        if name in values:
            value = values[name]
            return None if value is UNSET else value
        value = model._raw.get(wire)  # noqa: SLF001  # as above
        if value.__class__ is not dict:
            return value  # as it came
        if kind is None:
            kind = shape.model
        made = new(kind)
        made._raw = value  # noqa: SLF001  # as above
        made._values = {}  # noqa: SLF001  # as above
        return values.setdefault(name, made)

    return read


def _reads_models(name: str, wire: str, item: Ref, *, is_list: bool) -> Callable[[Any], Any]:
    """The same for a list of models."""
    kind: type[Record] | None = None
    new = object.__new__

    def read(model: Any) -> Any:
        nonlocal kind
        values = model._values  # noqa: SLF001  # as above
        if name in values:
            value = values[name]
            return (value if value is not UNSET else None) if value is not None or not is_list else []
        rows = model._raw.get(wire)  # noqa: SLF001  # as above
        if rows.__class__ is not list:
            return [] if rows is None and is_list else rows
        if kind is None:
            kind = item.model
        found: list[Any] = []
        for raw in rows:
            if isinstance(raw, dict):
                made = new(kind)
                made._raw = raw  # noqa: SLF001  # as above
                made._values = {}  # noqa: SLF001  # as above
                found.append(made)
            else:
                found.append(raw)
        return values.setdefault(name, found)

    return read


def _reads_decoded(name: str, wire: str, shape: Shape, *, is_list: bool) -> Callable[[Any], Any]:
    shape = bare if isinstance(bare := without_null(shape), Vector) else shape
    decode = None if shape.plain else shape.decode
    other = str if isinstance(shape, Vector) else list

    def read(model: Any) -> Any:
        values = model._values  # noqa: SLF001  # as above
        if name in values:
            value = values[name]
            return (value if value is not UNSET else None) if value is not None or not is_list else []
        value = model._raw.get(wire)  # noqa: SLF001  # as above
        kind = value.__class__
        if decode is not None and (kind is dict or kind is list or kind is other):  # the rest reads as it came
            return values.setdefault(name, decode(value))
        return [] if value is None and is_list else value

    return read
