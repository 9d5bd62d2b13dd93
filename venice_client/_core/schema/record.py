"""
What shapes and functions on models need of a model: declared fields, what came from the wire, and what was set since.

`model.Model` implements it. Modules that `model` imports use this base, so that none of them imports `model`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Self


class RecordType(type):
    """The type of classes of objects of the API."""


class Record(metaclass=RecordType):
    """The base of objects of the API."""

    __slots__ = ("_raw", "_values")

    __fields__: ClassVar[Mapping[str, Any]]  # a `model.Field` holds a shape, and shapes import this module
    """The declared fields by their names in Python."""
    __closed__: ClassVar[bool]
    """Whether the contract says that there are no other fields."""

    _raw: dict[str, Any]
    _values: dict[str, Any]

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Make an object of a mapping from the wire."""
        raise NotImplementedError

    @property
    def extra(self) -> dict[str, Any]:
        """The fields that the contract lacks."""
        raise NotImplementedError

    def is_set(self, name: str) -> bool:
        """Return whether a field came or was set."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Return the object by names on the wire."""
        raise NotImplementedError

    def _given(self) -> dict[str, Any]:
        """Return the object by names on the wire, its values not encoded."""
        raise NotImplementedError


@cache
def fields_by_wire(model: Any) -> Mapping[str, Any]:  # a class of records, by its hash; `model.Field`, as above
    """Return the fields of a class by their names on the wire."""
    return {item.wire: item for item in model.__fields__.values()}
