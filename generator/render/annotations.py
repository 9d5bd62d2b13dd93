"""
Write prepared schemas as Python: annotations, declarations of shapes, imports.

Only this module and `docstrings` put text of a description into code: as a literal or a line of a docstring (both
made by `quoting`), or as a name made by `generator.plan.naming.identifiers`.
"""

from __future__ import annotations

import keyword
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from generator.plan.extensions import VECTOR
from generator.plan.normal_form import FILE
from generator.plan.patterns import is_checkable
from generator.plan.pictures import is_text, kind_of, takes_any_form
from generator.plan.plan import EVENT_STREAM, Operation, Plan, Shortcut, Step
from generator.plan.responses import is_json
from generator.plan.walk import Schema, references, target_of
from generator.render.docstrings import Words, option_lines
from generator.render.quoting import docstring, literal
from generator.spec.component_references import SCHEMAS
from generator.spec.reach import reachable

_PRIMITIVES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_DATE = r"^\d{4}-\d{2}-\d{2}"
_SHAPES = {"string": "Text", "integer": "Integer", "number": "Number", "boolean": "Boolean", "null": "Null"}
_BOUNDS = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
    "format": "format",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "above",
    "exclusiveMaximum": "below",
    "multipleOf": "multiple_of",
    "minItems": "min_items",
    "maxItems": "max_items",
}


class Writer:
    """Writes the schemas of one plan."""

    def __init__(self, plan: Plan, prefix: str = "") -> None:
        self.plan = plan
        self._prefix = prefix
        """What stands before the name of a class: `models.`, so that annotations resolve while modules stay lazy."""

    def annotation(self, schema: Schema, *, optional: bool = False) -> str:
        """Return the type that a field reads as."""
        return self._joined([self._type(schema), *(["None"] if optional else [])])

    def declared(self, schema: Schema, *, optional: bool = False) -> str:
        """Return the annotation of a field in its class: an optional one also takes UNSET."""
        kind = self._type(schema)
        if not optional:
            return kind
        return f"Maybe[{' | '.join(part for part in split(kind) if part != 'None') or 'None'}]"

    def argument(self, schemas: Iterable[Schema], *, optional: bool = False) -> str:
        """Return the type of an argument: what a field takes, with mappings for models and any sequence for a list."""
        kinds = [self._type(schema, taken=True) for schema in schemas]
        return self._joined([*kinds, *(["None", "Unset"] if optional else [])])

    @cached_property
    def parameter_types(self) -> frozenset[str]:
        """The models that get a TypedDict: those inside of a request whose names on the wire are identifiers."""
        models, taken = self.plan.models, {*self.plan.models, *self.plan.enums}
        arguments = (argument for operation in self.plan.operations for argument in operation.arguments)
        found = reachable(
            (name for argument in arguments for schema in argument.schemas for name in references(schema)),
            lambda name: models[name].references if name in models else (),
        )
        return frozenset(
            name
            for name in found & models.keys()
            if f"{name}Param" not in taken
            and models[name].fields
            and all(_is_key(item.wire) for item in models[name].fields)
        )

    def is_choice(self, schema: Schema) -> bool:
        """Return whether values are one of several texts, whose annotation has Literal."""
        branches = schema.get("anyOf", [schema])
        return any("enum" in item or ("$ref" in item and target_of(item) in self.plan.enums) for item in branches)

    def shortcut(self, shortcut: Shortcut) -> str:
        """Return the type of a shortcut: one without a value reads as None, as an empty text or as an empty list."""
        if shortcut.kind == "text":
            return "str"
        if shortcut.kind == "value":
            return self.annotation(shortcut.schema, optional=True)
        is_several = any(step == "*" or isinstance(step, tuple) for step in shortcut.steps)
        return f"list[{self.annotation(shortcut.schema if is_several else shortcut.schema.get('items', {}))}]"

    @staticmethod
    def steps(steps: Sequence[Step]) -> str:
        """Return the steps of a path as arguments."""
        return ", ".join(
            f"({', '.join(map(literal, step))})" if isinstance(step, tuple) else literal(step) for step in steps
        )

    def result(self, operation: Operation, *, stream: bool | None = None, asynchronous: bool = False) -> str:
        """
        Return the type of an operation's result; `stream` narrows it to the event stream, or to answers in one piece.

        Of an operation that gives JSON or text, it narrows to text, or to JSON.
        """
        kinds = []
        for media_type, schema in operation.successes.items():
            is_stream = media_type == EVENT_STREAM
            if stream is not None and stream == is_json(media_type):
                continue
            if is_stream:
                whole = [self._type(one) for kind, one in operation.successes.items() if is_json(kind)] or ["Any"]
                kinds.append(
                    f"{'AsyncStream' if asynchronous else 'Stream'}[{self._type(schema)}, {self._joined(whole)}]"
                )
            elif is_json(media_type):
                kinds.append(self._type(schema))
            else:
                kinds.append("str" if media_type.startswith("text/") else "BinaryContent")
        empty = [status for status, content in operation.results.items() if status.startswith("2") and not content]
        return self._joined([*kinds, *(["None"] if empty or not kinds else [])])

    def formats(self, operation: Operation) -> tuple[str, str] | None:
        """Return the types of `response_format` for JSON and for text; None where it does not choose between them."""
        kinds = operation.successes
        found = next((item for item in operation.arguments if item.wire == "response_format"), None)
        if found is None or len(kinds) != 2 or "text/plain" not in kinds or not any(map(is_json, kinds)):
            return None
        names = [target_of(schema) for schema in found.schemas if "$ref" in schema]
        values = [value for name in names if name in self.plan.enums for value in self.plan.enums[name].values]
        whole = ", ".join(literal(item) for item in values if "json" in str(item))
        text = ", ".join(literal(item) for item in values if "json" not in str(item))
        return (f"Literal[{whole}] | None | Unset = UNSET", f"Literal[{text}]") if whole and text else None

    def result_shape(self, media_type: str, schema: Schema) -> str:
        """Return the shape of an answer: what is neither JSON nor events nor text is a file."""
        if is_json(media_type) or media_type == EVENT_STREAM:
            return self.shape(schema)
        return "Text()" if media_type.startswith("text/") else "Binary()"

    def _type(self, schema: Schema, *, taken: bool = False) -> str:
        if "$ref" in schema:
            name = target_of(schema)
            called = f"{self._prefix}{name}"
            if not taken or name not in self.plan.models:
                return called
            param = f" | {called}Param" if self._prefix and name in self.parameter_types else ""
            return f"{called}{param} | Mapping[str, object]"
        if takes_any_form(schema):
            branches = schema.get("anyOf", [schema])
            return self._joined(
                _picture(branch, kind_of(schema)) or self._type(branch, taken=taken) for branch in branches
            )
        if "anyOf" in schema:
            return self._joined(self._type(branch, taken=taken) for branch in schema["anyOf"])
        if "enum" in schema:
            if schema["type"] == "boolean":
                return "bool"
            return f"Literal[{', '.join(map(literal, schema['enum']))}]"
        kind = schema.get("type")
        if kind == "array":
            # What takes a list of pictures takes any sequence, in models too: a list is invariant.
            is_sequence = taken or takes_any_form(schema["items"])
            return f"{'Sequence' if is_sequence else 'list'}[{self._type(schema['items'], taken=taken)}]"
        if kind == "object":
            inner = self._type(schema["additionalProperties"], taken=taken)
            return f"Mapping[str, {inner}]" if taken else f"dict[str, {inner}]"
        if schema.get("format") == FILE:
            return "FileInput"
        if taken and _is_moment(schema):
            return "DateInput"
        return _PRIMITIVES.get(str(kind), "object" if taken else "Any")

    @staticmethod
    def _joined(kinds: Iterable[str]) -> str:
        parts = list(dict.fromkeys(part for kind in kinds for part in split(kind)))
        for widest in ("Any", "object"):
            if widest in parts:
                return f"{widest} | Unset" if "Unset" in parts else widest
        last = ("None", "Unset")
        return " | ".join([*(part for part in parts if part not in last), *(part for part in last if part in parts)])

    def shape(self, schema: Schema) -> str:
        """Return the declaration of a shape (`venice_client._core.schema.shapes`)."""
        if "$ref" in schema:
            name = target_of(schema)
            return (
                f"Ref(models, {literal(name)})" if name in self.plan.models else f"Choice.of(models, {literal(name)})"
            )
        if "anyOf" in schema:
            kept = {VECTOR: True} if VECTOR in schema else {}
            return (
                f"AnyOf({', '.join([*(self.shape({**branch, **kept}) for branch in schema['anyOf']), *_tag(schema)])})"
            )
        if "enum" in schema:
            return f"Choice({', '.join(map(literal, schema['enum']))})"
        bounds = [f"{_BOUNDS[key]}={literal(schema[key])}" for key in _BOUNDS if _is_bound(key, schema.get(key))]
        kind = schema.get("type")
        if kind == "array":
            name = "Vector" if VECTOR in schema else "Array"
            return f"{name}({', '.join([self.shape(schema['items']), *bounds])})"
        if kind == "object":
            return f"Dictionary({self.shape(schema['additionalProperties'])})"
        if schema.get("format") == FILE:
            return "Binary()"
        return f"{_SHAPES[str(kind)]}({', '.join(bounds)})" if kind in _SHAPES else "Anything()"


def _tag(schema: Schema) -> list[str]:
    """Return how a union names its branches, where the contract says so."""
    found = schema.get("discriminator")
    if found is None:
        return []
    names = sorted((value, name.removeprefix(SCHEMAS)) for value, name in found["mapping"].items())
    written = ", ".join(f"{literal(value)}: {literal(name)}" for value, name in names)
    return [f"tag={literal(found['propertyName'])}", *([f"names={{{written}}}"] if names else [])]


def _is_moment(schema: Schema) -> bool:
    """Whether a text is a date or a point in time: requests take those of Python, and write them so."""
    return schema.get("format") in ("date", "date-time") or str(schema.get("pattern", "")).startswith(_DATE)


def _is_key(wire: str) -> bool:
    """Whether a name on the wire can be a key of a TypedDict that is written as a class."""
    return wire.isascii() and wire.isidentifier() and not keyword.iskeyword(wire) and not wire.startswith("__")


def _picture(schema: Schema, kind: str) -> str:
    if not is_text(schema):
        return ""
    return "PictureInput" if kind == "picture" else "FileInput"


def _is_bound(key: str, value: Any) -> bool:
    if key == "pattern":
        return isinstance(value, str) and is_checkable(value)
    if key == "format":
        return isinstance(value, str)
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def split(kind: str, separator: str = "|") -> list[str]:
    """Split an annotation at its top level: a union into its types, or what is in brackets into parameters."""
    if "[" not in kind:
        return [part.strip() for part in kind.split(separator)]
    parts, depth, start = [], 0, 0
    for index, character in enumerate(kind):
        depth += {"[": 1, "]": -1}.get(character, 0)
        if character == separator and depth == 0:
            parts.append(kind[start:index].strip())
            start = index + 1
    return [*parts, kind[start:].strip()]


def filters(writer: Writer) -> Mapping[str, Any]:
    """Return the filters and functions of the templates."""
    words = Words(writer.plan)
    return {
        "annotation": writer.annotation,
        "argument": writer.argument,
        "declared": writer.declared,
        "describe": words.description,
        "describe_arguments": words.arguments,
        "docstring": docstring,
        "formats": writer.formats,
        "literal": literal,
        "option_lines": option_lines,
        "result": writer.result,
        "result_shape": writer.result_shape,
        "shape": writer.shape,
        "shortcut_type": writer.shortcut,
        "is_choice": writer.is_choice,
        "steps": writer.steps,
        "parameter_types": writer.parameter_types,
    }
