"""
The public Python surface of a contract: methods, arguments, results, models and fields, as the plan of the client has
them, without rendering it.

It comes from the described contract and from the same passes that a generation runs.
"""

from __future__ import annotations

import re
from functools import cached_property

from generator.plan import Version
from generator.plan.naming.promises import applied_aliases
from generator.plan.plan import Argument, Field, Operation
from generator.plan.walk import references
from generator.render.annotations import Writer, split
from generator.spec.reach import reachable

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LITERAL = re.compile(r"""Literal\[(?:[^\]'"]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")*\]""")

_END = re.compile(r"(?:\[\]|{}|\|.*)+$")
"""What a place has behind the name of a property."""


class Surface:
    """The names and types that a program can use."""

    def __init__(self, version: Version) -> None:
        self.plan = plan = version.plan
        self.aliases = applied_aliases(plan, version.names.aliases)
        """Old names, as the client applies them."""
        self._classes = version.names.classes
        self._writer = Writer(plan)

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """The methods, by the operation that they call."""
        return {operation.key: operation for operation in self.plan.operations}

    @cached_property
    def classes(self) -> frozenset[str]:
        """The names of all models and enums. The values of enums are not part of it: enums are open."""
        return frozenset({*self.plan.models, *self.plan.enums})

    def argument(self, argument: Argument) -> frozenset[str]:
        """The types that an argument takes."""
        return self._types(self._writer.argument(argument.schemas))

    def body(self, operation: Operation) -> frozenset[str]:
        """The types that the endpoint module of an operation takes as its body; the method takes arguments instead."""
        return self._types(self._writer.argument(operation.bodies.values())) if operation.bodies else frozenset()

    def result(self, operation: Operation) -> frozenset[str]:
        """The types of a result."""
        return self._types(operation.picture_result if operation.gives_pictures else self._writer.result(operation))

    def field(self, field: Field) -> frozenset[str]:
        """The types of a field."""
        return self._types(self._writer.annotation(field.schema))

    def fields_of(self, name: str) -> set[str]:
        """The properties that a class stands in, by their names on the wire; none where it is a body or a component."""
        places = [place.text for place in self._classes.get(name, ()) if place.is_live]
        if any(" " in place for place in places):
            return set()
        return {_END.sub("", place.rpartition(".")[2]).strip('"') for place in places}

    @cached_property
    def uses(self) -> dict[str, set[tuple[str, str]]]:
        """Which operations reach a class, and in which direction."""
        found: dict[str, set[tuple[str, str]]] = {name: set() for name in self.classes}
        inner = {name: model.references for name, model in self.plan.models.items()}
        for operation in self.plan.operations:
            sent = [*operation.bodies.values(), *(parameter.schema for parameter in operation.parameters)]
            read = [schema for content in operation.results.values() for schema in content.values()]
            for direction, schemas in (("request", sent), ("response", read)):
                start = (name for schema in schemas for name in references(schema))
                for name in reachable(start, lambda name: inner.get(name, ())) & found.keys():
                    found[name].add((operation.key, direction))
        return found

    def _types(self, annotation: str) -> frozenset[str]:
        """The parts of an annotation, with the names of open enums as the plain types that they are."""
        enums = self.plan.enums

        def plain(match: re.Match[str]) -> str:
            enum = enums.get(match[0])
            return match[0] if enum is None else "int" if enum.kind == "integer" else "str"

        return frozenset(split(_NAME.sub(plain, _LITERAL.sub(_base, annotation))))


def _base(match: re.Match[str]) -> str:
    """The plain type of literals: one value alone is written out, and it is as open as an enum."""
    return "str" if match[0][len("Literal[")] in "'\"" else "int"
