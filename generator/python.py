"""
Writes prepared schemas as Python: annotations, declarations of shapes, docstrings, literals.

This is the one place where text of a description comes near code. It gets there as a literal (`literal`), as a line of
a docstring (`docstring`), or as a name that `generator.naming` made; in no other way.
"""

from __future__ import annotations

import math
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator.prepare.normal import FILE
from generator.prepare.plan import EVENT_STREAM, Argument, Operation, Plan
from generator.prepare.responses import is_json
from generator.prepare.walk import SCHEMAS, Schema, references

WIDTH = 100
_PRIMITIVES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
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


def literal(value: object) -> str:
    """Return a str, int, float or bool as a Python literal in ASCII, which nothing can break out of."""
    if not isinstance(value, str | int | float | bool) or (isinstance(value, float) and not math.isfinite(value)):
        raise TypeError(f"{value!r} is no plain value")
    return ascii(value)


def docstring(text: str) -> str:
    """Return a text as a line of a docstring: no escapes, no end of the string, nothing that is not printable."""
    return _line(text).replace("\\", "\\\\").replace('"', "'")


def _line(text: str, limit: int | None = None) -> str:
    """Return a text as one line of printable characters, cut at a limit. It is still to be escaped."""
    spaced = "".join(
        " " if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character
        for character in text
        if unicodedata.category(character) not in ("Cf", "Cs", "Co", "Cn")
    )
    line = " ".join(spaced.split())
    return line if limit is None or len(line) <= limit else f"{line[: limit - 1]}…"


class Writer:
    """Writes the schemas of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def annotation(self, schema: Schema, *, optional: bool = False) -> str:
        """Return the type of a field, as one reads it."""
        return self._joined([self._type(schema), *(["Unset"] if optional else [])])

    def argument(self, schemas: Iterable[Schema], *, optional: bool = False) -> str:
        """Return the type of an argument: what a field takes, with mappings for models and any sequence for a list."""
        kinds = [self._type(schema, taken=True) for schema in schemas]
        return self._joined([*kinds, *(["Unset"] if optional else [])])

    def result(self, operation: Operation, *, stream: bool | None = None, asynchronous: bool = False) -> str:
        """
        Return the type of an operation's result; `stream` narrows it to the event stream, or to answers in one piece.
        """
        kinds = []
        for media_type, schema in operation.successes.items():
            is_stream = media_type == EVENT_STREAM
            if stream is not None and stream != is_stream:
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

    def result_shape(self, media_type: str, schema: Schema) -> str:
        """Return the shape of an answer: what is neither JSON nor events nor text is a file."""
        if is_json(media_type) or media_type == EVENT_STREAM:
            return self.shape(schema)
        return "Text()" if media_type.startswith("text/") else "Binary()"

    def _type(self, schema: Schema, *, taken: bool = False) -> str:
        if "$ref" in schema:
            name = self._name(schema)
            return f"{name} | Mapping[str, object]" if taken and name in self.plan.models else name
        if "anyOf" in schema:
            return self._joined(self._type(branch, taken=taken) for branch in schema["anyOf"])
        if "enum" in schema:
            return f"Literal[{', '.join(map(literal, schema['enum']))}]"
        kind = schema.get("type")
        if kind == "array":
            return f"{'Sequence' if taken else 'list'}[{self._type(schema['items'], taken=taken)}]"
        if kind == "object":
            inner = self._type(schema["additionalProperties"], taken=taken)
            return f"Mapping[str, {inner}]" if taken else f"dict[str, {inner}]"
        if schema.get("format") == FILE:
            return "FileInput"
        return _PRIMITIVES.get(str(kind), "object" if taken else "Any")

    @staticmethod
    def _joined(kinds: Iterable[str]) -> str:
        parts = list(dict.fromkeys(part for kind in kinds for part in _split(kind)))
        for widest in ("Any", "object"):
            if widest in parts:
                return f"{widest} | Unset" if "Unset" in parts else widest
        last = ("None", "Unset")
        return " | ".join([*(part for part in parts if part not in last), *(part for part in last if part in parts)])

    def shape(self, schema: Schema) -> str:
        """Return the declaration of a shape (`venice_client.core.shapes`)."""
        if "$ref" in schema:
            name = self._name(schema)
            return (
                f"Ref(models, {literal(name)})" if name in self.plan.models else f"Choice.of(models, {literal(name)})"
            )
        if "anyOf" in schema:
            return f"AnyOf({', '.join(self.shape(branch) for branch in schema['anyOf'])})"
        if "enum" in schema:
            return f"Choice({', '.join(map(literal, schema['enum']))})"
        bounds = [f"{_BOUNDS[key]}={literal(schema[key])}" for key in _BOUNDS if _is_bound(key, schema.get(key))]
        kind = schema.get("type")
        if kind == "array":
            return f"Array({', '.join([self.shape(schema['items']), *bounds])})"
        if kind == "object":
            return f"Dictionary({self.shape(schema['additionalProperties'])})"
        if schema.get("format") == FILE:
            return "Binary()"
        return f"{_SHAPES[str(kind)]}({', '.join(bounds)})" if kind in _SHAPES else "Anything()"

    def imports(self, schemas: Iterable[Schema], prefix: str, *, but: str = "") -> list[str]:
        """Return the import statements for the classes that annotations of these schemas name."""
        names = {name for schema in schemas for name in references(schema)} - {but}
        modules = dict(self.plan.modules())
        return [f"from {prefix}models.{modules[name]} import {name}" for name in sorted(names)]

    def used(self, operation: Operation) -> Iterator[Schema]:
        """Yield the schemas that the signatures of an operation name."""
        yield from operation.successes.values()
        yield from operation.bodies.values()
        for argument in operation.arguments:
            yield from argument.schemas
        for parameter in operation.parameters:
            yield parameter.schema
        if operation.paging:
            yield operation.paging.item

    def _name(self, schema: Schema) -> str:
        return str(schema["$ref"]).removeprefix(SCHEMAS)

    def description(self, operation: Operation) -> str:
        """Return the docstring of a resource's method, without its quotes and its indentation."""
        lines = [docstring(operation.summary), ""]
        if operation.description:
            text = docstring(operation.description)
            lines += [*textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False), ""]
        notes = [docstring(operation.key)]
        if operation.paid:
            notes.append("costs money")
        if operation.deprecated:
            notes.append("deprecated")
        lines += [f"{'; '.join(notes)}.", ""]
        if operation.arguments:
            lines.append("Args:")
            for argument in operation.arguments:
                text = f"{argument.name}: {self._argument_facts(argument)}"
                lines += textwrap.wrap(
                    text,
                    WIDTH - 4,
                    break_long_words=False,  # a break between two backslashes would make an escape of the second
                    break_on_hyphens=False,
                    initial_indent="    ",
                    subsequent_indent="        ",
                )
        return "\n".join(lines).rstrip()

    def _argument_facts(self, argument: Argument) -> str:
        facts = []
        for schema in argument.schemas:
            for fact in self._facts(schema):
                if fact not in facts:
                    facts.append(fact)
        parts = ["Required" if argument.required else "Optional", *facts]
        if argument.wire and argument.wire != argument.name:
            parts.append(f"sent as '{docstring(argument.wire)}'")
        return "; ".join(parts) + "."

    def _facts(self, schema: Schema) -> Iterator[str]:
        for branch in schema.get("anyOf", [schema]):
            yield from self._branch_facts(branch)
        if schema.get("default") is not None and isinstance(schema["default"], str | int | float):
            yield f"the API's default is {_shown(schema['default'])}"
        if schema.get("deprecated"):
            yield "deprecated"

    def _branch_facts(self, schema: Schema) -> Iterator[str]:
        name = self._name(schema) if "$ref" in schema else ""
        values = self.plan.enums[name].values if name in self.plan.enums else schema.get("enum", ())
        if values:
            more = f" and {len(values) - 12} more" if len(values) > 12 else ""
            yield f"one of {', '.join(map(_shown, values[:12]))}{more}"
        kind = schema.get("type")
        unit = {"string": " character", "array": " item"}.get(str(kind), "")
        low = next((schema[key] for key in ("minLength", "minItems", "minimum") if key in schema), None)
        high = next((schema[key] for key in ("maxLength", "maxItems", "maximum") if key in schema), None)
        if low is not None and high is not None:
            yield f"{_number(low)} to {_number(high)}{_plural(unit, high)}"
        elif high is not None:
            yield f"at most {_number(high)}{_plural(unit, high)}"
        elif low is not None and low != 0:
            yield f"at least {_number(low)}{_plural(unit, low)}"
        if kind == "null":
            yield "may be null"
        if schema.get("format") == FILE:
            yield "a file"
        if schema.get("format") == "uri":
            yield "a URL"


def _is_bound(key: str, value: Any) -> bool:
    if key in ("pattern", "format"):
        return isinstance(value, str)
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _split(kind: str) -> list[str]:
    """Split a union of types at its top level."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(kind):
        depth += {"[": 1, "]": -1}.get(character, 0)
        if character == "|" and depth == 0:
            parts.append(kind[start:index].strip())
            start = index + 1
    return [*parts, kind[start:].strip()]


def _shown(value: str | float) -> str:
    return docstring(_line(str(value), 60))


def _plural(unit: str, number: Any) -> str:
    return f"{unit}s" if unit and number != 1 else unit


def _number(value: Any) -> str:
    return (
        f"{value:,}"
        if isinstance(value, int | float) and not isinstance(value, bool)
        else docstring(_line(str(value), 40))
    )


def filters(writer: Writer) -> Mapping[str, Any]:
    """Return the filters and functions of the templates."""
    return {
        "annotation": writer.annotation,
        "argument": writer.argument,
        "describe": writer.description,
        "docstring": docstring,
        "literal": literal,
        "result": writer.result,
        "result_shape": writer.result_shape,
        "shape": writer.shape,
    }
