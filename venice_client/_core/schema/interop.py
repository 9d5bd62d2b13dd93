"""Models as field types of pydantic and in the OpenAPI descriptions that FastAPI writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from venice_client._core.schema.dump import by_wire
from venice_client._core.schema.record import Record
from venice_client._core.schema.shapes import (
    AnyOf,
    Array,
    Boolean,
    Choice,
    Dictionary,
    Integer,
    Null,
    Number,
    Ref,
    Text,
)

if TYPE_CHECKING:
    from venice_client._core.schema.shapes import Shape

_KINDS = {Text: "string", Integer: "integer", Number: "number", Boolean: "boolean", Null: "null", Dictionary: "object"}
_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}


def core_schema_of(model: type[Record]) -> Any:
    """Return pydantic's schema: it validates from the model and from a mapping, and serializes as `to_dict()`."""
    from pydantic_core import core_schema  # pydantic calls this, so it is installed

    def validate(value: Any) -> Record:
        if isinstance(value, model):
            return value
        if isinstance(value, Mapping):
            return model.from_dict(by_wire(value, model))
        raise ValueError(f"{model.__name__} or a mapping is required, got {type(value).__name__}")

    return core_schema.no_info_plain_validator_function(
        validate,
        serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.to_dict()),
    )


def json_schema_of(model: type[Record]) -> dict[str, Any]:
    """Return the JSON schema of a model: its fields, and one level of what they hold."""
    fields = model.__fields__.values()
    schema: dict[str, Any] = {
        "type": "object",
        "title": model.__name__,
        "properties": {item.wire: _schema(item.shape) for item in fields},
    }
    required = [item.wire for item in fields if item.required]
    return {**schema, "required": required} if required else schema


def _schema(shape: Shape) -> dict[str, Any]:
    if isinstance(shape, Ref):
        return {"type": "object", "title": shape.name}
    if isinstance(shape, Array):
        return {"type": "array", "items": _schema(shape.item)}
    if isinstance(shape, AnyOf):
        return {"anyOf": [_schema(branch) for branch in shape.branches]}
    if isinstance(shape, Choice):
        kinds = {_TYPES.get(type(value)) for value in shape.values}
        kind = kinds.pop() if len(kinds) == 1 else None
    else:
        kind = _KINDS.get(type(shape))
    return {"type": kind} if kind else {}
