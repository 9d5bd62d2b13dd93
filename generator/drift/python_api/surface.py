"""
The public Python surface of a contract: methods, arguments, results, models and fields, as the plan of the client has
them, without rendering it.

It is made of the described contract (the overlay's names are half of it) and of the same passes that a generation
runs. It compares nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Any

from generator.plan import plan_version
from generator.plan.names import Names
from generator.plan.names_file import load_names
from generator.plan.plan import Argument, Field, Operation, Plan
from generator.plan.walk import Schema, references
from generator.render.annotations import Writer
from generator.spec.overlay import Overlay, load_file
from generator.spec.pin import OVERLAY

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LITERAL = re.compile(r"""Literal\[(?:[^\]'"]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")*\]""")


class Surface:
    """What a program that uses the client may name."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
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
        return self._types(self._writer.result(operation))

    def field(self, field: Field) -> frozenset[str]:
        """The types of a field."""
        return self._types(self._writer.annotation(field.schema))

    def methods(self) -> dict[str, dict[str, str]]:
        """The signatures as texts, by the method's name: argument to type, `return` to the type of the result."""
        found = {}
        for operation in self.plan.operations:
            arguments = {
                item.name: self._writer.argument(item.schemas, optional=not item.required)
                for item in operation.arguments
            }
            found[operation.name] = {**arguments, "return": self._writer.result(operation)}
        return found

    @cached_property
    def uses(self) -> dict[str, set[tuple[str, str]]]:
        """Which operations reach a class, and in which direction."""
        found: dict[str, set[tuple[str, str]]] = {name: set() for name in self.classes}
        inner = {
            name: {ref for one in model.fields for ref in references(one.schema)}
            for name, model in self.plan.models.items()
        }
        for operation in self.plan.operations:
            for direction, schemas in (("request", _sent(operation)), ("response", _answered(operation))):
                waiting = [name for schema in schemas for name in references(schema)]
                while waiting:
                    name = waiting.pop()
                    use = (operation.key, direction)
                    if name in found and use not in found[name]:
                        found[name].add(use)
                        waiting += inner.get(name, ())
        return found

    def _types(self, annotation: str) -> frozenset[str]:
        """The parts of an annotation, with the names of open enums as the plain types that they are."""
        enums = self.plan.enums

        def plain(match: re.Match[str]) -> str:
            enum = enums.get(match[0])
            return match[0] if enum is None else "int" if enum.kind == "integer" else "str"

        return frozenset(split(_NAME.sub(plain, _LITERAL.sub(_base, annotation))))


def surface_of(contract: Mapping[str, Any]) -> Surface:
    """
    Return the surface of a contract. Raises GeneratorError where no client can be made of it.

    The contract is described with the overlay of this tree: what it names keeps its name.
    """
    return Surface(plan_version(contract, _overlay(), names=_names()).plan)


class Remembered:
    """Makes surfaces and remembers the last two: in a history, one contract is the new and then the old one."""

    def __init__(self) -> None:
        self._made: list[tuple[Mapping[str, Any], Surface]] = []

    def __call__(self, contract: Mapping[str, Any]) -> Surface:
        """Return the surface of a contract; that of the very same object is made once."""
        for known, surface in self._made:
            if known is contract:
                return surface
        surface = surface_of(contract)
        self._made = [*self._made[-1:], (contract, surface)]
        return surface


def _base(match: re.Match[str]) -> str:
    """The plain type of literals: one value alone is written out, and it is as open as an enum."""
    return "str" if match[0][len("Literal[")] in "'\"" else "int"


def split(annotation: str) -> Iterator[str]:
    """The types of a union, at its top level."""
    depth, start = 0, 0
    for at, character in enumerate(annotation):
        depth += {"[": 1, "]": -1}.get(character, 0)
        if character == "|" and depth == 0:
            yield annotation[start:at].strip()
            start = at + 1
    yield annotation[start:].strip()


@cache
def _overlay() -> Overlay:
    """The overlay of this tree: read once, since reading it takes as long as applying it twice."""
    return load_file(OVERLAY)


@cache
def _names() -> Names:
    """The names of this tree: both clients keep them."""
    return load_names()


def _sent(operation: Operation) -> Iterator[Schema]:
    yield from operation.bodies.values()
    yield from (parameter.schema for parameter in operation.parameters)


def _answered(operation: Operation) -> Iterator[Schema]:
    for content in operation.results.values():
        yield from content.values()
