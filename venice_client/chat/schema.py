"""
A strict JSON schema of a type, and the value of that type in a text.

Types: pydantic models, dataclasses, attrs classes, TypedDicts, and lists, unions, enums and literals of these. A schema
is strict where every object is closed and requires all its properties, as the API and OpenAI require it of structured
output.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Generic, TypeVar, get_origin

import msgspec

from venice_client._core.errors import RequestValidationError
from venice_client._core.schema.python_types import json_schema, read_json, shown

T = TypeVar("T")

_NAME = re.compile(r"[^a-zA-Z0-9_-]+")
_WRAPPED = re.compile(
    r"\ufeff?\s*(?:<think>.*?</think>\s*)?(?:```(?:json)?\s*\n(?P<fenced>.*)\n\s*```|(?P<bare>\{.*\}))\s*", re.DOTALL
)
"""JSON in a text that has more around it: a byte order mark, thoughts, a fenced block."""
_CONTAINERS: Final = ("properties", "$defs", "definitions")
_UNSUPPORTED: Final = frozenset({"default", "title", "discriminator"})
"""Keywords that strict schemas leave out: a default has no meaning where every property is required."""


class OutputType(Generic[T]):
    """A type that an answer is read as."""

    def __init__(self, kind: type[T], *, name: str | None = None) -> None:
        """
        Prepare a type.

        Args:
            kind: A pydantic model, dataclass, attrs class, TypedDict, or a type made of these.
            name: The schema's name; made of the type's name by default.

        Raises:
            RequestValidationError: The type cannot be described by a JSON schema.
        """
        self.kind = kind
        self.name = _NAME.sub("_", name or getattr(kind, "__name__", "") or str(kind)).strip("_")[:64] or "result"
        try:
            raw = json_schema(kind)
        except Exception as error:  # pydantic and msgspec raise many kinds
            raise RequestValidationError(
                [f"{shown(kind)} cannot be described by a JSON schema: {str(error)[:200]}"]
            ) from error
        schema = _strict(raw)
        self._is_wrapped = schema.get("type") != "object"
        if self._is_wrapped:  # the API takes an object at the top
            definitions = schema.pop("$defs", None)
            schema = {
                "type": "object",
                "properties": {"value": schema},
                "required": ["value"],
                "additionalProperties": False,
                **({"$defs": definitions} if definitions else {}),
            }
        self.schema: dict[str, Any] = schema

    @property
    def response_format(self) -> dict[str, Any]:
        """The value of `response_format` in a chat's request."""
        return {"type": "json_schema", "json_schema": {"name": self.name, "schema": self._output(), "strict": True}}

    @property
    def text_format(self) -> dict[str, Any]:
        """The value of `text.format` in a request for a response."""
        return {"type": "json_schema", "name": self.name, "schema": self._output(), "strict": True}

    def _output(self) -> dict[str, Any]:
        """Return the schema. Raises RequestValidationError where only an empty object fits it."""
        if self.schema.get("properties") or self.schema.get("additionalProperties"):
            return self.schema
        raise RequestValidationError(
            [f"{shown(self.kind)} has no fields, so only an empty object fits it: a type with fields is required"]
        )

    def read(self, text: str) -> T:
        """
        Return the value in a text of JSON. Raises ValueError, with what does not fit, where there is none.

        Models that do not enforce a schema put the JSON into a fenced block, or think aloud before it.
        """
        if (found := _WRAPPED.fullmatch(text)) is not None:
            text = found["fenced"] or found["bare"]
        if self._is_wrapped:
            holder = msgspec.json.decode(text)
            # A model that does not enforce the schema may give the value alone.
            if isinstance(holder, dict) and holder.keys() == {"value"}:
                text = msgspec.json.encode(holder["value"]).decode()
        return read_json(text, self.kind)


def strict_schema(kind: type[Any] | Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the strict JSON schema of a type, or of a schema that is not strict.

    Raises RequestValidationError where the type has none.
    """
    return _strict(kind) if isinstance(kind, Mapping) else OutputType(kind).schema


def is_output_type(value: object) -> bool:
    """Whether a value of `response_format` is a type, and not a mapping as the wire has it."""
    return isinstance(value, type) or get_origin(value) is not None


def _strict(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with closed objects that require all properties, without what strict schemas leave out."""
    root = _closed(schema)
    if set(root) - {"$defs"} == {"$ref"}:  # the type itself, so that the top is an object
        name = root["$ref"].rpartition("/")[2]
        definition = root.get("$defs", {}).get(name, {})
        used_elsewhere = f'"{root["$ref"]}"' in msgspec.json.encode(root.get("$defs", {})).decode()
        kept = {key: value for key, value in root["$defs"].items() if key != name or used_elsewhere}
        return {**definition, **({"$defs": kept} if kept else {})}
    return root


def _closed(schema: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in schema.items():
        if name in _CONTAINERS and isinstance(value, Mapping):
            found[name] = {key: _closed(inner) for key, inner in value.items()}
        elif name in ("anyOf", "oneOf", "allOf") and isinstance(value, list):
            found["anyOf" if name == "oneOf" else name] = [_closed(item) for item in value]
        elif name in ("items", "additionalProperties") and isinstance(value, Mapping):
            found[name] = _closed(value)
        elif name == "prefixItems" and isinstance(value, list):
            found[name] = [_closed(item) for item in value]
        elif name not in _UNSUPPORTED:
            found[name] = value
    if found.get("type") == "object" or "properties" in found:
        found.setdefault("properties", {})
        if found["properties"] or "additionalProperties" not in found:
            found["required"] = list(found["properties"])
            found["additionalProperties"] = False
    if len(found.get("allOf", ())) == 1 and not {"properties", "anyOf"} & set(found):
        (only,) = found.pop("allOf")
        found = {**only, **found}
    return found
