"""
Shapes: the small descriptions of values that generated code is declared with.

A shape decodes what came from the wire, and rates how well a value fits it. Decoding is tolerant: a value that departs
from the contract stays as it came. Bounds are carried for the checks before sending.

    Text Integer Number Boolean Null Anything Binary    values that need no decoding
    Choice(*values) or Choice.of(models, "Name")        one of some values; open: others are taken too
    Ref(models, "Name")                                 a model, found when it is first needed
    Array(item)  Dictionary(value)  AnyOf(*branches)    shapes that are made of others
    Vector(item)                                        a list of numbers that may come in base64
"""

from __future__ import annotations

import struct
from base64 import b64decode
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from attrs import define, field, frozen

from venice_client._core.schema.extra import opened
from venice_client._core.schema.record import Record, fields_by_wire

if TYPE_CHECKING:
    from types import ModuleType


class Shape:
    """
    The base of all shapes: takes anything, and leaves it as it is.

    Those with cached properties have no slots: attrs would give them a `__getattr__`, which slows all attributes.
    """

    plain: ClassVar[bool] = True
    """Whether decoding leaves every value as it is."""

    def decode(self, raw: Any) -> Any:
        """Return the value that a caller reads for what came from the wire."""
        return raw

    def fits(self, raw: Any) -> int:  # noqa: ARG002  # others look at it
        """Return how well a value fits, for the choice among the branches of a union: 0 is not at all."""
        return 1


@frozen
class Anything(Shape):
    """A value of which the contract says nothing."""


@frozen
class Null(Shape):
    """Null."""

    def fits(self, raw: Any) -> int:
        """Return whether it is null."""
        return int(raw is None)


@frozen(kw_only=True)
class Text(Shape):
    """A string. `format` is the contract's (`date-time`, `uri`); dates stay text, so that nothing is lost of them."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    format: str | None = None

    def fits(self, raw: Any) -> int:
        """Return whether it is a string."""
        return int(isinstance(raw, str))


@frozen(kw_only=True)
class Number(Shape):
    """A number."""

    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    """The bound that the value must be greater than."""
    below: float | None = None
    multiple_of: float | None = None

    def fits(self, raw: Any) -> int:
        """Return whether it is a number."""
        return int(isinstance(raw, int | float) and not isinstance(raw, bool))


@frozen(kw_only=True)
class Integer(Number):
    """A whole number."""

    def fits(self, raw: Any) -> int:
        """Return whether it is an integer, which fits better than a number in general."""
        return 2 * int(isinstance(raw, int) and not isinstance(raw, bool))


@frozen
class Boolean(Shape):
    """True or false."""

    def fits(self, raw: Any) -> int:
        """Return whether it is a boolean."""
        return 2 * int(isinstance(raw, bool))


@frozen
class Binary(Shape):
    """A file in a form, or an answer that is a file."""

    def fits(self, raw: Any) -> int:
        """Return whether it can be a file's content."""
        return int(not isinstance(raw, str | int | float | bool | list | dict | None))


@define(init=False, slots=False)
class Choice(Shape):
    """One of some values. The API adds values without notice, so others are taken as well."""

    _values: tuple[str | int, ...]
    _models: ModuleType | None = field(repr=False)
    _name: str

    def __init__(self, *values: str | int, models: ModuleType | None = None, name: str = "") -> None:
        self._values, self._models, self._name = values, models, name

    @classmethod
    def of(cls, models: ModuleType, name: str) -> Choice:
        """Return the choice that a generated alias of literals stands for."""
        return cls(models=models, name=name)

    @cached_property
    def values(self) -> tuple[str | int, ...]:
        """The values that the contract knows."""
        return self._values if self._models is None else tuple(getattr(self._models, f"{self._name}_VALUES"))

    def fits(self, raw: Any) -> int:
        """Return whether it is one of the values, or can be a new one where there are several."""
        if not isinstance(raw, str | int):
            return 0
        values = self.values
        if len(values) == 1:
            return 3 * int(raw == values[0] and isinstance(raw, bool) == isinstance(values[0], bool))
        if isinstance(raw, bool):
            return 0
        return 1 + int(raw in values)


@define(slots=False)
class Ref(Shape):
    """A model of the contract, imported when the first value is decoded."""

    _models: ModuleType = field(repr=False)
    name: str

    plain: ClassVar[bool] = False

    @cached_property
    def model(self) -> type[Record]:
        """The class."""
        found: type[Record] = getattr(self._models, self.name)
        return found

    def choices(self, wire: str) -> tuple[str | int, ...]:
        """The only values that a required field can have; empty where it can have any."""
        declared = fields_by_wire(self.model).get(wire)
        return declared.shape.values if declared is not None and isinstance(declared.shape, Choice) else ()

    def decode(self, raw: Any) -> Any:
        """Return a model that decodes a field of the mapping when it is first read."""
        if not isinstance(raw, dict):
            return raw
        made: Any = object.__new__(self.model)
        made._raw = raw  # noqa: SLF001  # `from_dict` without the call: rows come by the hundred
        made._values = {}  # noqa: SLF001
        return made

    def fits(self, raw: Any) -> int:
        """
        Score a mapping: its fields that are declared, less the required ones that are missing.

        The score is 0 where a field with one allowed value has another value: that is another branch. A response that
        lacks one required field still fits.
        """
        if not isinstance(raw, Mapping):
            return 0
        there = missing = 0
        for declared in self.model.__fields__.values():
            if declared.wire in raw:
                there += 1
                if isinstance(declared.shape, Choice) and not declared.shape.fits(raw[declared.wire]):
                    return 0
            elif declared.required:
                missing += 1
        return max(1 + 2 * there - missing, 1) if there or not missing else 0


@define
class Array(Shape):
    """A list of values of one shape."""

    item: Shape = field(factory=Anything)
    min_items: int | None = field(default=None, kw_only=True)
    max_items: int | None = field(default=None, kw_only=True)
    plain: bool = field(init=False, repr=False)  # type: ignore[misc]  # by instance: as plain as its items

    def __attrs_post_init__(self) -> None:
        self.plain = self.item.plain

    def decode(self, raw: Any) -> Any:
        """Return a list with each item decoded; the very list that came where items need no decoding."""
        if self.plain or not isinstance(raw, list):
            return raw
        decode = self.item.decode
        return [decode(item) for item in raw]

    def fits(self, raw: Any) -> int:
        """Return whether it is a list whose first item fits."""
        if not isinstance(raw, list | tuple):
            return 0
        return 2 if not raw else min(self.item.fits(raw[0]), 2)


@define
class Vector(Array):
    """A list of numbers, which may come as a text instead: base64 of 32-bit floats, little-endian, as OpenAI sends."""

    def __attrs_post_init__(self) -> None:
        self.plain = False

    def decode(self, raw: Any) -> Any:
        """Return the numbers; what is neither a list nor such a text stays as it came."""
        if not isinstance(raw, str):
            return raw
        try:
            data = b64decode(raw, validate=True)
            return list(struct.unpack(f"<{len(data) // 4}f", data))
        except (ValueError, struct.error):
            return raw


@define
class Dictionary(Shape):
    """A mapping of names to values of one shape. Where these are anything, its keys read as attributes too."""

    value: Shape = field(factory=Anything)
    plain: bool = field(init=False, repr=False)  # type: ignore[misc]  # by instance: as plain as its values
    _is_open: bool = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        self._is_open = isinstance(self.value, Anything)
        self.plain = self.value.plain and not self._is_open

    def decode(self, raw: Any) -> Any:
        """Return a mapping with each value decoded."""
        if self.plain or not isinstance(raw, dict):
            return raw
        if self._is_open:
            return opened(raw)
        return {name: self.value.decode(item) for name, item in raw.items()}

    def fits(self, raw: Any) -> int:
        """Return whether it is a mapping."""
        return int(isinstance(raw, Mapping))


@define(init=False, slots=False)
class AnyOf(Shape):
    """
    A union. A tag, or else the best fit, chooses the branch that decodes.

    An object always becomes a model where the union has one kind of object alone, whatever it holds. With several, an
    object that fits none stays as it came.
    """

    branches: tuple[Shape, ...]
    tag: str
    """The field that names the branch, where the contract says so (`discriminator`)."""
    names: Mapping[str, str]
    """The classes by the values of that field."""
    plain: bool = field(init=False, repr=False)  # type: ignore[misc]  # by instance: as plain as all its branches
    _objects: tuple[Shape, ...] = field(init=False, repr=False, eq=False)
    _lists: tuple[Shape, ...] = field(init=False, repr=False, eq=False)

    def __init__(self, *branches: Shape, tag: str = "", names: Mapping[str, str] | None = None) -> None:
        self.branches = tuple(inner for item in branches for inner in _flat(item))
        self.tag, self.names = tag, names or {}
        self.plain = all(branch.plain for branch in branches)
        self._objects = tuple(item for item in self.branches if isinstance(item, Ref | Dictionary | Anything))
        self._lists = tuple(item for item in self.branches if isinstance(item, Array))

    def decode(self, raw: Any) -> Any:
        """Decode by the branch that is meant."""
        if self.plain or (raw.__class__ is not dict and raw.__class__ is not list):
            return raw
        branches = self._objects if raw.__class__ is dict else self._lists
        if len(branches) < 2:
            return branches[0].decode(raw) if branches else raw
        if (named := self.named_branch(raw)) is not None:
            return named.decode(raw)
        best = max(branches, key=lambda branch: branch.fits(raw))
        return best.decode(raw) if best.fits(raw) else raw

    def named_branch(self, raw: Any) -> Shape | None:
        """Return the branch that an object names by its tag."""
        if raw.__class__ is not dict and not isinstance(raw, Mapping):
            return None
        wire, branches = self.tags
        value = raw.get(wire) if wire else None
        return branches.get((value.__class__, value)) if isinstance(value, str | int) else None

    @cached_property
    def tags(self) -> Tags:
        """The field that distinguishes all objects of the union, with the branch of each of its values; "" without."""
        refs = [branch for branch in self._objects if isinstance(branch, Ref)]
        if self.tag:
            named = {ref.name: ref for ref in refs}
            by_value = {value: named[name] for value, name in self.names.items() if name in named}
            return self.tag, {(str, value): ref for value, ref in (named | by_value).items()}
        if len(refs) < 2 or len(refs) < len(self._objects):
            return "", {}
        for declared in refs[0].model.__fields__.values():
            found: dict[tuple[type, Any], Shape] = {}
            values = [ref.choices(declared.wire) for ref in refs]
            for ref, listed in zip(refs, values, strict=True):
                found |= {(value.__class__, value): ref for value in listed}
            if all(values) and len(found) == sum(map(len, values)):
                return declared.wire, found
        return "", {}

    def fits(self, raw: Any) -> int:
        """Return how well the best branch fits."""
        return max(branch.fits(raw) for branch in self.branches)


Tags: TypeAlias = tuple[str, Mapping[tuple[type, Any], Shape]]


def _flat(shape: Shape) -> tuple[Shape, ...]:
    """A union inside of another one is not a branch of its own, unless it has a tag."""
    return shape.branches if isinstance(shape, AnyOf) and not shape.tag else (shape,)


def without_null(shape: Shape) -> Shape:
    """Return what a value is where it is not null: a field that the contract made nullable is what it was."""
    others = [branch for branch in shape.branches if not isinstance(branch, Null)] if isinstance(shape, AnyOf) else []
    return others[0] if len(others) == 1 else shape


def takes_null(shape: Shape) -> bool:
    """Whether the contract has null for a value of this shape."""
    if isinstance(shape, AnyOf):
        return any(takes_null(branch) for branch in shape.branches)
    return isinstance(shape, Null) or type(shape) in (Anything, Shape)
