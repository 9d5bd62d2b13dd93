"""
The base of all generated models: objects of the API that read their fields when they are used.

A model holds the mapping that came from the wire, and a dictionary of what was decoded or set since. A field is a
descriptor that reads the second, then the first. A row of a list costs two attributes until one of its fields is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import copy, deepcopy
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, dataclass_transform, overload

from attrs import field as attribute
from attrs import frozen

from venice_client._core.aliases import class_named, public_name
from venice_client._core.headers import public_headers
from venice_client._core.schema.descriptors import descriptor
from venice_client._core.schema.encoding import encode
from venice_client._core.schema.extra import opened
from venice_client._core.schema.record import Record, RecordType, model_of
from venice_client._core.schema.sentinel import UNSET, Unset
from venice_client._core.schema.shapes import Array, Shape, Vector, takes_null, without_null

if TYPE_CHECKING:
    from venice_client._core.metadata import Meta

T = TypeVar("T")


@frozen
class Field:
    """A field as the contract declares it: its name on the wire, its shape, whether it is required."""

    wire: str
    shape: Shape
    required: bool = False
    is_limit: bool = attribute(default=False, kw_only=True)
    """Whether null would lift a limit of spending: null is refused here, and anywhere below."""
    is_secret: bool = attribute(default=False, kw_only=True)
    """Whether its value gives access: `repr` masks it."""
    name: str = attribute(init=False, default="", repr=False, eq=False)
    """Its name in Python."""
    takes_null: bool = attribute(init=False, repr=False, eq=False)
    is_list: bool = attribute(init=False, repr=False, eq=False)
    """Whether a missing value reads as an empty list: the contract requires a list."""

    def __set_name__(self, _owner: type, name: str) -> None:
        object.__setattr__(self, "name", name)

    @takes_null.default
    def _takes_null(self) -> bool:
        return takes_null(self.shape)

    @is_list.default
    def _is_list(self) -> bool:
        return self.required and isinstance(self.shape, Array)

    @property
    def drops_null(self) -> bool:
        """Whether None means "not given" in a request: the field is optional, and the contract has no null for it."""
        return not (self.required or self.takes_null or self.is_limit)


def field(
    wire: str,
    shape: Shape,
    *,
    default: Any = ...,  # UNSET for an optional field: a type checker reads from it whether the constructor needs it
    is_limit: bool = False,
    is_secret: bool = False,
) -> Any:  # the descriptor that the metaclass makes of it
    """Declare a field of a generated model."""
    return Field(wire, shape, default is ..., is_limit=is_limit, is_secret=is_secret)


class Maybe(Generic[T]):
    """The type of an optional field: it reads as its value or None, and takes its value, None or UNSET."""

    @overload
    def __get__(self, model: None, owner: type) -> Unset: ...
    @overload
    def __get__(self, model: object, owner: type) -> T | None: ...
    def __get__(self, model: object | None, owner: type) -> T | Unset | None:
        """Read the field; the metaclass puts the property there that does."""
        raise NotImplementedError

    def __set__(self, model: object, value: T | Unset | None) -> None:
        """Set the field."""
        raise NotImplementedError


class _ModelType(RecordType):
    """Makes a descriptor of each declared field, and classes whose instances have no `__dict__`."""

    __fields__: Mapping[str, Field]

    def __new__(  # noqa: PYI034  # a metaclass has no Self
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *, closed: bool = False
    ) -> _ModelType:
        fields = {key: value for key, value in namespace.items() if isinstance(value, Field)}
        inherited = {key: value for base in bases for key, value in getattr(base, "__fields__", {}).items()}
        namespace.setdefault("__slots__", ())
        made = super().__new__(cls, name, bases, namespace)
        made.__fields__ = {**inherited, **fields}
        made.__closed__ = closed or any(getattr(base, "__closed__", False) for base in bases)  # type: ignore[attr-defined]
        for key, declared in fields.items():
            setattr(made, key, descriptor(key, declared.wire, declared.shape, is_list=declared.is_list))
        return made

    @property
    def __signature__(self) -> Any:
        """The fields as arguments, for `help` and shells, which read it as an attribute."""
        from venice_client._core.schema.fields import signature_of

        return signature_of(self)


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(field,))
class Model(Record, metaclass=_ModelType):
    """
    An object of the API.

    An optional field that is absent reads as None, and so does null; `is_set` separates them. A list that the
    contract requires reads as [] when it is missing. Fields that the contract lacks read as attributes and stand in
    `extra`. Models are equal when their dictionaries are.
    """

    __slots__ = ("__weakref__", "_answer")

    __fields__: ClassVar[Mapping[str, Field]]
    if TYPE_CHECKING:
        _answer: tuple[int, Mapping[str, str]] | None
    else:

        def __init__(self, *given: Any, **values: Any) -> None:
            from venice_client._core.schema.fields import check_names

            self._raw = check_names(type(self), values, given)
            self._values = {name: value for name, value in values.items() if value is not UNSET}

        def __getattr__(self, name: str) -> Any:
            """Return a field that the contract lacks; report the fields that there are."""
            if name == "_answer":
                return None
            if name[:2] != "__" and name not in ("_raw", "_values"):
                raw = self._raw
                if name in raw and name not in type(self).__fields__:
                    return opened(raw[name])
            from venice_client._core.schema.fields import former_value, no_field

            if name[:1] != "_" and (found := former_value(self, name)) is not None:
                return found[0]
            raise no_field(self, name)

    def to_dict(self, **options: Any) -> dict[str, Any]:  # those of `model_dump`, and openai's `use_api_names`
        """
        Return the object by names on the wire: what came, with what was set since.

        Options of `model_dump` choose from it, as `exclude_none=True`; `use_api_names=False` gives names in Python.
        """
        if options:
            return self.model_dump(**{"exclude_unset": True, "by_alias": options.pop("use_api_names", True), **options})
        if not self._values:
            return dict(self._raw)
        result = dict(self._raw)
        fields = type(self).__fields__
        for name, value in list(self._values.items()):
            declared = fields[name]
            if value is UNSET:
                result.pop(declared.wire, None)
            elif not (
                isinstance(shape := without_null(declared.shape), Vector)
                and shape.decode(result.get(declared.wire)) == value
            ):
                result[declared.wire] = encode(value, declared.shape)
        return result

    def to_json(self, *, indent: int | None = 2, **options: Any) -> str:  # those of `to_dict`
        """Return `to_dict()` as JSON text; `indent=None` gives one line, as server-sent events need."""
        return json.dumps(self.to_dict(**options), ensure_ascii=False, indent=indent, default=str)

    def model_dump(
        self,
        *,
        mode: str = "python",
        by_alias: bool = False,
        include: Any = None,  # pydantic's sets and nested mappings
        exclude: Any = None,  # as above
        exclude_none: bool = False,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        **pydantic: Any,  # further options of pydantic, which change nothing here
    ) -> dict[str, Any]:
        """
        Return the object by names in Python, with pydantic's meaning: absent fields are None.

        `exclude_unset` leaves out absent fields, `exclude_none` those that are None, `by_alias` gives the names on
        the wire, `mode="json"` only values that JSON has. Fields that the contract lacks are included.
        """
        from venice_client._core.schema.dump import check_options, dump

        check_options(pydantic)
        skip_none = exclude_none or exclude_defaults
        return dump(self, mode, by_alias, skip_none, exclude_unset, include=include, exclude=exclude)

    def model_dump_json(self, *, indent: int | None = None, ensure_ascii: bool = False, **options: Any) -> str:
        """Return `model_dump(mode="json", ...)` as JSON text."""
        separators = (",", ":") if indent is None else None
        dumped = self.model_dump(mode="json", **options)
        return json.dumps(dumped, ensure_ascii=ensure_ascii, indent=indent, separators=separators)

    @classmethod
    def model_validate(cls, value: Any, **_pydantic: Any) -> Self:  # a mapping or a model; options of pydantic
        """Return a model of a mapping, by names on the wire or in Python. Raises TypeError for anything else."""
        from venice_client._core.schema.dump import by_wire

        if isinstance(value, Model):
            value = value.to_dict()
        if not isinstance(value, Mapping):
            raise TypeError(f"{cls.__name__}.model_validate takes a mapping, got {type(value).__name__}")
        return cls.from_dict(by_wire(value, cls))

    @classmethod
    def model_validate_json(cls, text: str | bytes, **_pydantic: Any) -> Self:  # options of pydantic
        """Return a model of JSON text. Raises ValueError for other text, and TypeError where it is not an object."""
        return cls.model_validate(json.loads(text))

    @classmethod
    def model_construct(cls, _fields_set: set[str] | None = None, **values: Any) -> Self:  # pydantic's names
        """Return a model of fields by their names in Python, none of which is required or checked: for tests."""
        given = {name: value for name, value in values.items() if name in cls.__fields__ and value is not UNSET}
        return model_of(cls, given, {name: value for name, value in values.items() if name not in cls.__fields__})

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with other values of some fields, by their names in Python."""
        copied = deepcopy(self) if deep else copy(self)
        for name, value in (update or {}).items():
            if not hasattr(type(copied), name):
                from venice_client._core.schema.fields import no_field

                raise no_field(copied, name)
            setattr(copied, name, value)
        return copied

    @property
    def model_extra(self) -> dict[str, Any]:
        """The fields of the response that the contract lacks: another name of `extra`."""
        return self.extra

    @property
    def model_fields_set(self) -> set[str]:
        """The names of the declared fields that are set."""
        return {name for name in type(self).__fields__ if self.is_set(name)}

    @property
    def meta(self) -> Meta:
        """
        The metadata of the response: request id, balance, rate limits. Empty for a part of a response.

        A field that the API calls `meta` reads as `meta_`.
        """
        from venice_client._core.metadata import Meta

        return Meta(*(self._answer or ()))

    @property
    def _request_id(self) -> str | None:
        """The id of the request, under the name that the openai package has for it."""
        return self.meta.request_id

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Yield name and value of each field that is set, then of those that the contract lacks: for `dict(model)`."""
        yield from ((name, getattr(self, name)) for name in type(self).__fields__ if self.is_set(name))
        yield from self.extra.items()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self) or not isinstance(other, Model):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]  # models can be changed

    def __repr__(self) -> str:
        from venice_client._core.schema.display import show

        return show(self)

    def _repr_html_(self) -> str | None:
        """Return a table for a notebook where the model has a list of objects."""
        from venice_client._core.schema.display import table

        return table(self)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(name for name in self.extra if name.isidentifier())})

    def __reduce__(self) -> tuple[Any, ...]:
        answer = self._answer
        # What gives access goes into no pickle.
        kept = answer and (answer[0], public_headers(answer[1]))
        # A generated class is known by its public name, which stays when its module does not.
        return _restore, (public_name(type(self)) or type(self), self._raw, dict(self._values), kept)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:  # pydantic's types; it may be missing
        from venice_client._core.schema.interop import core_schema_of

        return core_schema_of(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        from venice_client._core.schema.interop import json_schema_of

        return json_schema_of(cls)


def _restore(
    kind: type[Model] | tuple[str, str],
    raw: dict[str, Any],
    values: dict[str, Any],
    answer: tuple[int, Mapping[str, str]] | None = None,
) -> Model:
    cls: type[Model] = class_named(kind) if isinstance(kind, tuple) else kind
    model = model_of(cls, values, raw)
    if answer is not None:
        model._answer = answer  # noqa: SLF001  # it belongs to the class
    return model
