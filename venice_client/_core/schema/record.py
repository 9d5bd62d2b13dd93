"""
The data of a model: declared fields, what came from the wire, and what was set since.

`model.Model` adds what users do with it. Modules that `model` imports use this base, so that none of them imports
`model`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from venice_client._core.schema.extra import opened
from venice_client._core.schema.sentinel import UNSET

M = TypeVar("M", bound="Record")


class RecordType(type):
    """The type of classes of objects of the API: with `type` itself, mypy does not see that such a class has a hash."""


class Record(metaclass=RecordType):
    """The base of objects of the API."""

    __slots__ = ("_raw", "_values")

    __fields__: ClassVar[Mapping[str, Any]]  # a `model.Field` holds a shape, and shapes import this module
    """The declared fields by their names in Python."""
    __closed__: ClassVar[bool]
    """Whether the contract says that there are no other fields."""

    _raw: dict[str, Any]
    """What came from the wire: nothing, for an object of the caller."""
    _values: dict[str, Any]
    """The fields that were decoded, or set, since."""

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Make a model of a mapping from the wire. Nothing is decoded yet, and nothing is refused."""
        model = cls.__new__(cls)
        model._raw = raw if isinstance(raw, dict) else dict(raw)  # noqa: SLF001  # its own class
        model._values = {}  # noqa: SLF001
        return model

    def is_set(self, name: str) -> bool:
        """Return whether a field was in the response, or was set: null counts, absence does not."""
        declared = type(self).__fields__.get(name)
        if declared is not None and name in self._values:
            return self._values[name] is not UNSET
        return (declared.wire if declared else name) in self._raw

    @property
    def extra(self) -> dict[str, Any]:
        """The fields of the response that the contract lacks."""
        declared = fields_by_wire(type(self))
        return {name: opened(value) for name, value in self._raw.items() if name not in declared}

    def _given(self) -> dict[str, Any]:
        """Return what is there by names on the wire, not encoded: what came, with what was set since."""
        result = dict(self._raw)
        for name, value in list(self._values.items()):
            wire = type(self).__fields__[name].wire
            if value is UNSET:
                result.pop(wire, None)
            else:
                result[wire] = value
        return result

    def to_dict(self) -> dict[str, Any]:
        """Return the object by names on the wire."""
        raise NotImplementedError


def model_of(kind: type[M], values: dict[str, Any], raw: dict[str, Any] | None = None) -> M:
    """Make a model of the values of fields by their names in Python, over a mapping from the wire."""
    model = kind.from_dict({} if raw is None else raw)
    model._values = values  # noqa: SLF001  # of this module
    return model


def set_values(model: Record) -> dict[str, Any]:
    """Return the values of the fields that came or were set, by their names in Python; UNSET where one was removed."""
    values, raw = dict(model._values), model._raw  # noqa: SLF001  # as above
    if raw:
        for name, declared in type(model).__fields__.items():
            if name not in values and declared.wire in raw:
                values[name] = getattr(model, name)
    return values


@cache
def fields_by_wire(model: Any) -> Mapping[str, Any]:  # a class of records, by its hash; `model.Field`, as above
    """Return the fields of a class by their names on the wire."""
    return {item.wire: item for item in model.__fields__.values()}
