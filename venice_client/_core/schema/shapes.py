"""
What a value looks like: the small descriptions that generated code is declared with.

A shape decodes what came from the wire and tells whether a value could be meant by it. Decoding is tolerant: a value
that is not what the contract says stays as it came. Bounds are carried for the checks before sending.

    Text Integer Number Boolean Null Anything Binary    values that need no decoding
    Choice(*values) or Choice.of(models, "Name")        one of some values; open: others are taken too
    Ref(models, "Name")                                 a model, found when it is first needed
    Array(item)  Dictionary(value)  AnyOf(*branches)    what is made of others
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import define, field, frozen

if TYPE_CHECKING:
    from types import ModuleType

    from venice_client._core.schema.model import Model


class Shape:
    """The base of all shapes: takes anything, and leaves it as it is."""

    plain: ClassVar[bool] = True
    """Whether decoding leaves every value as it is."""

    def decode(self, raw: Any) -> Any:
        """Return the value that a caller reads for what came from the wire."""
        return raw

    @property
    def decoder(self) -> Callable[[Any], Any]:
        """What does the same as `decode` with the fewest calls: answers have fields by the thousand."""
        return self.decode

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
        """Tell whether it is null."""
        return int(raw is None)


@frozen(kw_only=True)
class Text(Shape):
    """A string. `format` is the contract's (`date-time`, `uri`); dates stay text, so that nothing is lost of them."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    format: str | None = None

    def fits(self, raw: Any) -> int:
        """Tell whether it is a string."""
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
        """Tell whether it is a number."""
        return int(isinstance(raw, int | float) and not isinstance(raw, bool))


@frozen(kw_only=True)
class Integer(Number):
    """A whole number."""

    def fits(self, raw: Any) -> int:
        """Tell whether it is a whole number; better than any number does."""
        return 2 * int(isinstance(raw, int) and not isinstance(raw, bool))


@frozen
class Boolean(Shape):
    """True or false."""

    def fits(self, raw: Any) -> int:
        """Tell whether it is a boolean."""
        return 2 * int(isinstance(raw, bool))


@frozen
class Binary(Shape):
    """A file in a form, or an answer that is a file."""

    def fits(self, raw: Any) -> int:
        """Tell whether it could be a file's content."""
        return int(not isinstance(raw, str | int | float | bool | list | dict | None))


@define(init=False)
class Choice(Shape):
    """One of some values. The API adds values without notice, so others are taken as well."""

    _values: tuple[str | int, ...] | None
    _models: ModuleType | None = field(repr=False)
    _name: str

    def __init__(self, *values: str | int) -> None:
        self._values, self._models, self._name = values, None, ""

    @classmethod
    def of(cls, models: ModuleType, name: str) -> Choice:
        """Return the choice that a generated alias of literals stands for."""
        choice = cls()
        choice._values, choice._models, choice._name = None, models, name
        return choice

    @property
    def values(self) -> tuple[str | int, ...]:
        """The values that the contract knows."""
        if self._values is None:
            self._values = tuple(getattr(self._models, f"{self._name}_VALUES"))
        return self._values

    def fits(self, raw: Any) -> int:
        """Tell whether it is one of the values, or could be a new one where there are several."""
        if not isinstance(raw, str | int) or isinstance(raw, bool):
            return 0
        if self._values is not None and len(self._values) == 1:
            return 3 * int(raw == self._values[0])
        return 1 + int(raw in self.values)


@define
class Ref(Shape):
    """A model of the contract, imported when the first value is decoded."""

    _models: ModuleType = field(repr=False)
    name: str
    _model: type[Model] | None = field(default=None, repr=False)

    plain: ClassVar[bool] = False

    @property
    def model(self) -> type[Model]:
        """The class."""
        if self._model is None:
            model: type[Model] = getattr(self._models, self.name)
            self._model = model
        return self._model

    def constant(self, wire: str) -> str | None:
        """The one text that a field can have, where it can have one only."""
        for declared in self.model.FIELDS.values():
            if declared.wire == wire and isinstance(declared.shape, Choice) and len(declared.shape.values) == 1:
                value = declared.shape.values[0]
                return value if isinstance(value, str) else None
        return None

    def decode(self, raw: Any) -> Any:
        """Return a model that reads its fields off the mapping as they are asked for."""
        if not isinstance(raw, dict):
            return raw
        model = self._model or self.model
        made = model.__new__(model)
        made._raw = raw  # noqa: SLF001  # `from_dict` without the call: rows come by the hundred
        made._filled = ()  # noqa: SLF001
        return made

    def decode_all(self, rows: Any) -> Any:
        """Return a list with each item decoded: `decode` without a call a row. What is no list stays as it came."""
        if rows.__class__ is not list:
            return rows
        model = self._model or self.model
        new = model.__new__
        found: list[Any] = []
        for raw in rows:
            if isinstance(raw, dict):
                made = new(model)
                made._raw = raw  # noqa: SLF001  # as above
                made._filled = ()  # noqa: SLF001  # as above
                found.append(made)
            else:
                found.append(raw)
        return found

    def fits(self, raw: Any) -> int:
        """
        Count the fields that are there against the required ones that are not.

        Not at all where a field has another value than the one that it can have: that is another branch. One field
        that an answer forgot is no reason to leave it undecoded.
        """
        if not isinstance(raw, Mapping):
            return 0
        there = missing = 0
        for declared in self.model.FIELDS.values():
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

    @property
    def decoder(self) -> Callable[[Any], Any]:
        """What decodes a list: of models, all at once."""
        return self.item.decode_all if isinstance(self.item, Ref) else self.decode

    def fits(self, raw: Any) -> int:
        """Tell whether it is a list whose first item fits."""
        if not isinstance(raw, list | tuple):
            return 0
        return 2 if not raw else min(self.item.fits(raw[0]), 2)


@define
class Dictionary(Shape):
    """A mapping of names to values of one shape."""

    value: Shape = field(factory=Anything)
    plain: bool = field(init=False, repr=False)  # type: ignore[misc]  # by instance: as plain as its values

    def __attrs_post_init__(self) -> None:
        self.plain = self.value.plain

    def decode(self, raw: Any) -> Any:
        """Return a mapping with each value decoded."""
        if self.plain or not isinstance(raw, dict):
            return raw
        return {name: self.value.decode(item) for name, item in raw.items()}

    def fits(self, raw: Any) -> int:
        """Tell whether it is a mapping."""
        return int(isinstance(raw, Mapping))


@define(init=False)
class AnyOf(Shape):
    """A union. The branch that fits best decodes, the first of equals; a value that fits none stays as it came."""

    branches: tuple[Shape, ...]
    plain: bool = field(init=False, repr=False)  # type: ignore[misc]  # by instance: as plain as all its branches
    _decides: tuple[str, Mapping[str, Shape]] | tuple[()] | None = field(init=False, repr=False, eq=False)
    _only: Shape | None = field(init=False, repr=False, eq=False)
    """The one branch beside null, where there is one."""

    def __init__(self, *branches: Shape) -> None:
        self.branches = branches
        self.plain = all(branch.plain for branch in branches)
        self._decides = None
        others = [branch for branch in branches if not isinstance(branch, Null)]
        self._only = others[0] if len(others) == 1 else None

    def decode(self, raw: Any) -> Any:
        """Decode by the branch that fits best."""
        if self.plain or raw is None:
            return raw
        best = self._only or self.told(raw) or max(self.branches, key=lambda branch: branch.fits(raw))
        return best.decode(raw) if best.fits(raw) else raw

    @property
    def decides(self) -> tuple[str, Mapping[str, Shape]] | tuple[()]:
        """The field that tells all objects of the union apart, with the branch of each of its values, if any does."""
        if self._decides is None:
            self._decides = self._deciding()
        return self._decides

    def told(self, raw: Any) -> Shape | None:
        """Return the branch that such a field names, without a look at the others."""
        if (raw.__class__ is not dict and not isinstance(raw, Mapping)) or not self.decides:
            return None
        value = raw.get(self.decides[0])
        return self.decides[1].get(value) if isinstance(value, str) else None

    def _deciding(self) -> tuple[str, Mapping[str, Shape]] | tuple[()]:
        refs = [branch for branch in self.branches if isinstance(branch, Ref)]
        if len(refs) < 2 or any(isinstance(branch, AnyOf | Anything | Dictionary) for branch in self.branches):
            return ()
        for declared in refs[0].model.FIELDS.values():
            known = {value: ref for ref in refs if (value := ref.constant(declared.wire))}
            if len(known) == len(refs):
                return declared.wire, known
        return ()

    def fits(self, raw: Any) -> int:
        """Return how well the best branch fits."""
        return max(branch.fits(raw) for branch in self.branches)
