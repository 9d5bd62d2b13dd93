"""
The base of all generated models: attrs classes that cost nothing until they are read.

One mechanism: every declared field is a property. Of a model that came from the wire it reads the mapping that came,
and keeps what it decoded, or what was set since, in the field's slot. A model made by its constructor has no mapping,
and all of its slots are filled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sized
from datetime import date
from enum import Enum
from functools import cache
from itertools import islice
from operator import attrgetter
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from attrs import field, frozen

from venice_client._core.headers import public_headers
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import Shape
from venice_client._core.schema.values import listed, written

if TYPE_CHECKING:
    from venice_client._core.metadata import Meta

_SHOWN = 60
_LEAVES = frozenset({str, int, float, bool, type(None), bytes})
"""What goes out as it is."""


@frozen
class Field:
    """A field as the contract declares it: its name on the wire, its shape, whether it is required."""

    wire: str
    shape: Shape
    required: bool = False
    decode: Callable[[Any], Any] | None = field(init=False, repr=False, eq=False)
    """The shape's own, where it does anything."""

    @decode.default
    def _decode(self) -> Callable[[Any], Any] | None:
        return None if self.shape.plain else self.shape.decoder


class Model:
    """
    An object of the API.

    A field that was not in the answer reads as UNSET, null reads as None, and fields that the contract does not know
    are in `extra`. Models are equal when their dictionaries are.
    """

    __slots__ = ("__weakref__", "_answer", "_filled", "_raw")

    FIELDS: ClassVar[Mapping[str, Field]] = {}
    """The declared fields by their names in Python."""
    CLOSED: ClassVar[bool] = False
    """Whether the contract says that there are no other fields."""

    _raw: dict[str, Any] | None
    """What came from the wire; None for what the constructor made."""
    _filled: tuple[str, ...]
    """Of what came from the wire: the fields that were decoded or set since, and so are in their slots."""
    if TYPE_CHECKING:
        _answer: tuple[int, Mapping[str, str]] | None
    else:

        def __getattr__(self, name: str) -> Any:
            """Say which fields there are; Python asks for what it does not find."""
            if name in ("_raw", "_answer"):
                return None
            raise AttributeError(f"{type(self).__name__!r} has no field {name!r}{_known(self)}")

    def __attrs_pre_init__(self) -> None:
        self._raw = None

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        """Make a property of each field, in the place of the slot that attrs made for it."""
        for name, declared in cls.FIELDS.items():
            slot = cls.__dict__.get(name)
            if isinstance(slot, MemberDescriptorType):
                setattr(cls, name, _property(name, declared, slot))

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Make a model of a mapping from the wire. Nothing is decoded yet, and nothing is refused."""
        model = cls.__new__(cls)
        model._raw = raw if isinstance(raw, dict) else dict(raw)  # noqa: SLF001  # its own class
        model._filled = ()  # noqa: SLF001
        return model

    def given(self) -> dict[str, Any]:
        """Return what is there by the names on the wire, not encoded: what came, with what was set since."""
        if self._raw is None:
            return {item.wire: value for item, value in _values(self) if value is not UNSET}
        result = dict(self._raw)
        for name in self._filled:
            declared, value = self.FIELDS[name], getattr(self, name)
            if value is UNSET:
                result.pop(declared.wire, None)
            else:
                result[declared.wire] = value
        return result

    def to_dict(self) -> dict[str, Any]:
        """Return the mapping for the wire: what came, with what was set since; fields that are UNSET are left out."""
        if self._raw is None:
            return {item.wire: _encoded(value, item) for item, value in _values(self) if value is not UNSET}
        result = dict(self._raw)
        for name in self._filled:
            declared, value = self.FIELDS[name], getattr(self, name)
            if value is UNSET:
                result.pop(declared.wire, None)
            else:
                result[declared.wire] = _encoded(value, declared)
        return result

    @property
    def meta(self) -> Meta:
        """
        What came with the answer beside its body: request id, balance, rate limits; empty for a part of an answer.

        The generator gives this name to no field: one that the API calls `meta` reads as `meta_`.
        """
        from venice_client._core.metadata import Meta

        return Meta(*(self._answer or ()))

    @property
    def extra(self) -> dict[str, Any]:
        """What came with the answer and is not in the contract."""
        declared = {item.wire for item in self.FIELDS.values()}
        return {name: value for name, value in (self._raw or {}).items() if name not in declared}

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]  # models can be changed

    def __repr__(self) -> str:
        shown = (f"{name}={_short(value)}" for name in self.FIELDS if (value := getattr(self, name)) is not UNSET)
        return f"{type(self).__name__}({', '.join(shown)})"

    def __reduce__(self) -> tuple[Any, ...]:
        names = self.FIELDS if self._raw is None else self._filled
        filled = {name: getattr(self, name) for name in names}
        answer = self._answer
        # What gives access goes into no pickle.
        return _restore, (type(self), self._raw, filled, answer and (answer[0], public_headers(answer[1])))


def _property(name: str, declared: Field, slot: MemberDescriptorType) -> property:
    """Return what reads and sets a field: a closure over all that it needs, as answers have fields by the thousand."""
    own, wire, decode = (name,), declared.wire, declared.decode
    read_slot, set_slot = slot.__get__, slot.__set__

    def read_plain(model: Any) -> Any:
        raw = model._raw  # noqa: SLF001  # it belongs to the class
        if raw is None or name in model._filled:  # noqa: SLF001
            return read_slot(model)
        return raw.get(wire, UNSET)

    def read(model: Any) -> Any:
        raw = model._raw  # noqa: SLF001  # as above
        if raw is None or name in model._filled:  # noqa: SLF001
            return read_slot(model)
        value = raw.get(wire, UNSET)
        if value.__class__ is dict or value.__class__ is list:  # all else reads as it came
            value = decode(value)  # type: ignore[misc]  # only where there is one
            set_slot(model, value)
            model._filled += own  # noqa: SLF001  # in one step, so that no thread undoes another's
        return value

    def write(model: Any, value: Any) -> None:
        set_slot(model, value)
        if model._raw is not None and name not in model._filled:  # noqa: SLF001
            model._filled += own  # noqa: SLF001

    return property(read_plain if decode is None else read, write)


@cache
def _reader(model: Any) -> tuple[tuple[Field, ...], Callable[[Any], tuple[Any, ...]]]:
    """Return the fields of a class, with what reads all of them of a model at once."""
    names = tuple(model.FIELDS)
    if len(names) < 2:  # of one name it gives no tuple
        return tuple(model.FIELDS.values()), lambda made: tuple(getattr(made, name) for name in names)
    return tuple(model.FIELDS.values()), attrgetter(*names)


def _values(model: Model) -> Iterable[tuple[Field, Any]]:
    """Return all fields with what they read as."""
    fields, read = _reader(type(model))  # type: ignore[arg-type]  # the class hashes, its instances do not
    return zip(fields, read(model), strict=True)


def _encoded(value: Any, declared: Field) -> Any:
    if value.__class__ in _LEAVES:
        return value
    return written(value, declared.shape) if isinstance(value, date) else encode(value)


def encode(value: Any) -> Any:
    """Return a value as it goes on the wire: models become mappings, other sequences lists; files stay as they are."""
    kind = value.__class__
    if kind in _LEAVES:
        return value
    if kind is list:
        return [item if item.__class__ in _LEAVES else encode(item) for item in value]
    if kind is dict or isinstance(value, Mapping):
        return {
            name: item if item.__class__ in _LEAVES else encode(item)
            for name, item in value.items()
            if item is not UNSET
        }
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, Enum):
        return encode(value.value)
    if isinstance(value, date):
        return written(value)
    items = listed(value)
    return value if items is None else [encode(item) for item in items]


def _restore(
    cls: type[Model],
    raw: dict[str, Any] | None,
    filled: dict[str, Any],
    answer: tuple[int, Mapping[str, str]] | None = None,
) -> Model:
    model = cls.__new__(cls)
    if answer is not None:
        model._answer = answer  # noqa: SLF001  # it belongs to the class
    model._raw = raw  # noqa: SLF001  # as above
    model._filled = ()  # noqa: SLF001
    for name, value in filled.items():
        setattr(model, name, value)
    return model


def _short(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{memoryview(value).nbytes:,} bytes>"
    if isinstance(value, str) and len(value) > _SHOWN:
        return f"{value[:_SHOWN]!r}…({len(value):,} in all)"
    if isinstance(value, Mapping):
        return f"{{{_some([f'{name!r}: {_short(item)}' for name, item in islice(value.items(), 5)], value)}}}"
    if isinstance(value, list | tuple):
        shown = _some([_short(item) for item in value[:5]], value)
        return f"[{shown}]" if isinstance(value, list) else f"({shown})"
    return repr(value)


def _some(shown: list[str], whole: Sized) -> str:
    return ", ".join([*shown, f"…({len(whole):,} in all)"] if len(whole) > len(shown) else shown)


def _known(model: Model) -> str:
    extra = (model._raw or {}).keys()  # noqa: SLF001  # it belongs to the class
    return f"; it has {', '.join(sorted(model.FIELDS))}" if len(model.FIELDS) <= 40 else f" ({len(extra)} came)"
