"""
Write the docstrings of methods: the overlay's texts, and facts of the contract for each argument.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from generator.errors import first_few
from generator.plan.normal_form import FILE
from generator.plan.pictures import is_picture, is_text, kind_of, takes_any_form
from generator.plan.plan import Argument, Operation, Plan
from generator.plan.walk import Schema, target_of
from generator.render.quoting import docstring, one_line

WIDTH = 100
OPTIONS = {
    "extra_headers": "Headers to add or to replace.",
    "extra_query": "Query parameters to add or to replace.",
    "extra_body": "Fields of the body to add or to replace, declared or not.",
    "timeout": "Seconds, or an httpx.Timeout, to wait for the response and for each piece of it.",
    "idle_timeout": "Seconds to wait between two events of a stream.",
    "validate": "Whether requests that the contract forbids are refused before they are sent.",
}
"""What every call takes beside the arguments of its operation."""


class Words:
    """Writes docstrings for the operations of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

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
        lines += [f"{'; '.join(notes)}.", "", "Args:", *self._argument_lines(operation)]
        if not operation.gives_pictures:  # such a method has arguments of its own before these
            lines += _option_lines()
        return "\n".join(lines).rstrip()

    def arguments(self, operation: Operation) -> str:
        """Return the lines of a docstring on the arguments of an operation."""
        return "\n".join(self._argument_lines(operation))

    def _argument_lines(self, operation: Operation) -> list[str]:
        lines = []
        for argument in operation.arguments:
            text = " ".join(filter(None, [docstring(argument.text), self._argument_facts(argument)]))
            lines += _argument(argument.name, text)
        for keyword in operation.keywords:
            lines += _argument(keyword.name, f"{docstring(keyword.text)} Optional.")
        return lines

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
        if is_picture(schema):
            what = {"audio": "audio"}.get(kind_of(schema), f"a {kind_of(schema)}")
            yield f"{what} in any form" if takes_any_form(schema) else f"the URL of {what}"
        for branch in schema.get("anyOf", [schema]):
            if not (is_picture(schema) and is_text(branch)):
                yield from self._branch_facts(branch)
        if schema.get("default") is not None and isinstance(schema["default"], str | int | float):
            yield f"the API's default is {_shown(schema['default'])}"
        if schema.get("deprecated"):
            yield "deprecated"

    def _branch_facts(self, schema: Schema) -> Iterator[str]:
        name = target_of(schema)
        values = self._plan.enums[name].values if name in self._plan.enums else schema.get("enum", ())
        if [*values] == [""]:
            yield "may be empty"
        elif values:
            yield f"one of {first_few(list(map(_shown, values)), 12)}"
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
        if kind == "array" and takes_any_form(schema["items"]):
            yield "pictures in any form" if kind_of(schema["items"]) == "picture" else "files in any form"
        if kind == "null":
            yield "may be null"
        if schema.get("format") == FILE:
            yield "a file"
        if schema.get("format") == "uri":
            yield "a URL"


def option_lines() -> str:
    """Return the lines of a docstring on the options that every call takes."""
    return "\n".join(line[4:] for line in _option_lines())


def _option_lines() -> list[str]:
    return [line for name, text in OPTIONS.items() for line in _argument(name, text)]


def _argument(name: str, text: str) -> list[str]:
    return textwrap.wrap(
        f"{name}: {text}",
        WIDTH - 4,
        break_long_words=False,  # a break between two backslashes would make an escape of the second
        break_on_hyphens=False,
        initial_indent="    ",
        subsequent_indent="        ",
    )


def _shown(value: str | float) -> str:
    return docstring(one_line(str(value), 60))


def _plural(unit: str, number: Any) -> str:
    return f"{unit}s" if unit and number != 1 else unit


def _number(value: Any) -> str:
    return (
        f"{value:,}"
        if isinstance(value, int | float) and not isinstance(value, bool)
        else docstring(one_line(str(value), 40))
    )
