"""
Python types from outside of the client: their JSON schema, and the value of one in JSON.

pydantic reads its own models, and dataclasses and unions that need it; msgspec reads all other types, and calls
pydantic for the models inside of them.
"""

from __future__ import annotations

import sys
from dataclasses import is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints, is_typeddict

import msgspec

from venice_client._core.schema.model import Model

T = TypeVar("T")

_METADATA: Final = ("pydantic", "annotated_types")
"""The packages whose constraints and descriptions in `Annotated` pydantic alone reads."""


def json_schema(kind: Any) -> dict[str, Any]:
    """Return the JSON schema of a type that pydantic reads, or that msgspec reads and pydantic what is inside of it."""
    definitions: dict[str, Any] = {}

    def hook(inner: type) -> dict[str, Any]:
        if not is_pydantic(inner):
            raise TypeError(f"{shown(inner)} is not a dataclass, attrs class, TypedDict or pydantic model")
        found = json_schema(inner)
        definitions.update(found.pop("$defs", {}))
        return found

    schema: dict[str, Any] = (
        _adapter(kind).json_schema() if _is_read_by_pydantic(kind) else msgspec.json.schema(kind, schema_hook=hook)
    )
    if definitions:
        schema["$defs"] = {**definitions, **schema.get("$defs", {})}
    return schema


def read_json(text: str | bytes, kind: type[T]) -> T:
    """Return the value of a type in a text of JSON. Raises ValueError where there is none."""

    def hook(inner: type, value: Any) -> Any:
        if issubclass(inner, Model) and isinstance(value, dict):
            return inner.from_dict(value)
        if not is_pydantic(inner):
            if isinstance(value, inner):
                return value
            raise TypeError(f"{shown(inner)} cannot be read from JSON")
        return read_json(msgspec.json.encode(value), inner)  # as JSON: strict models take dates and tuples of it alone

    value: T = (
        _adapter(kind).validate_json(text)
        if _is_read_by_pydantic(kind)
        else msgspec.json.decode(text, type=kind, dec_hook=hook)
    )
    return value


def is_pydantic(kind: object) -> bool:
    """Whether a type is a model or a dataclass of pydantic, which is not imported to find out."""
    return isinstance(kind, type) and hasattr(kind, "__pydantic_validator__")


def needs_pydantic(kind: object, seen: frozenset[type] = frozenset()) -> bool:
    """
    Whether a type is, or has in a field, a union with a model of pydantic, which msgspec refuses, or `Annotated` with
    metadata of pydantic, which msgspec ignores.
    """
    arguments = get_args(kind)
    if get_origin(kind) is Annotated and any(
        type(item).__module__.partition(".")[0] in _METADATA for item in arguments[1:]
    ):
        return True
    members = [item for item in arguments if item is not NoneType]
    if get_origin(kind) in (Union, UnionType) and len(members) > 1 and any(map(is_pydantic, members)):
        return True
    if isinstance(kind, type) and kind not in seen:
        members += _fields(kind)
        seen |= {kind}
    return any(needs_pydantic(item, seen) for item in members)


def _fields(kind: type) -> list[Any]:
    """Return the types of the fields of a class that pydantic and msgspec both read."""
    if not is_dataclass(kind) and not (is_typeddict(kind) and sys.version_info >= (3, 12)):
        return []  # pydantic reads no TypedDict of `typing` before Python 3.12
    try:
        return list(get_type_hints(kind, include_extras=True).values())
    except (NameError, TypeError):
        return []  # msgspec names what is wrong with it


def _is_read_by_pydantic(kind: object) -> bool:
    return is_pydantic(kind) or needs_pydantic(kind)


def _adapter(kind: Any) -> Any:  # pydantic's own type, imported where a type is pydantic's
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def shown(kind: object) -> str:
    """Return a type as messages name it."""
    return getattr(kind, "__qualname__", None) or repr(kind)[:80]
