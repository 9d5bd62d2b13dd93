"""
Names of arguments and fields: existing names first, then rules.

A new property whose name is spelt like an old one (`fooBar` beside `foo_bar`) gets a number; the old one keeps its
name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from functools import cache

from attrs import field, frozen

from generator.plan.naming.identifiers import ANNOTATIONS, ARGUMENTS, MODEL_MEMBERS, identifier, module_name, unique
from generator.plan.naming.lock import Names, Table
from generator.plan.plan import Operation, Plan
from generator.spec.identity import placeholders


@frozen
class Held:
    """What arguments, fields and operations keep: from the lock, and from the plan of the pin before."""

    arguments: Table = field(factory=dict)
    """By operation, then by location and name on the wire."""
    fields: Table = field(factory=dict)
    paths: Mapping[str, str] = field(factory=dict)
    """The path before, by operation: placeholders that were renamed keep the names of their arguments."""
    paid: frozenset[str] = frozenset()
    """The operations of which a call cost money before."""

    def arguments_of(self, operation: str, path: str) -> Mapping[str, str]:
        """Return the names that the arguments of an operation keep."""
        kept = dict(self.arguments.get(operation, {}))
        before, now = placeholders(self.paths.get(operation, "")), placeholders(path)
        if len(before) == len(now):
            for was, wire in zip(before, now, strict=True):
                if f"path {was}" in kept:
                    kept.setdefault(f"path {wire}", kept[f"path {was}"])
        return kept


def held(names: Names, previous: Plan | None, operations: Mapping[str, str], classes: Mapping[str, str]) -> Held:
    """
    Return the names to keep. The lock comes before the plan of the pin.

    `operations` and `classes` map names of the previous plan that are others now.
    """
    arguments = {name: dict(table) for name, table in names.arguments.items()}
    fields = {name: dict(table) for name, table in names.fields.items()}
    paths = {}
    for operation in previous.operations if previous else ():
        name = operations.get(operation.name, operation.name)
        arguments[name] = argument_table(operation) | arguments.get(name, {})
        paths[name] = operation.path
    for model in previous.models.values() if previous else ():
        name = classes.get(model.name, model.name)
        fields[name] = {one.wire: one.name for one in model.fields} | fields.get(name, {})
    paid = frozenset(name for name, one in names.operations.items() if one.is_paid)
    return Held(arguments, fields, paths, paid)


def argument_table(operation: Operation) -> dict[str, str]:
    """Return the names of an operation's arguments, by location and name on the wire."""
    return {f"{one.source} {one.wire}": one.name for one in operation.arguments if one.source != "body"}


def member_names(
    derived: Mapping[str, str], kept: Mapping[str, str], *, reserved: Collection[str] = ()
) -> dict[str, str]:
    """
    Return a name for each member, different from each other and from `reserved`.

    `derived` has the names by rule. Of members with one name by rule, placeholders of the path come first, then the one
    that is spelt like it.
    """
    result: dict[str, str] = {}
    taken = {module_name(name) for name in reserved}
    for key in sorted(derived):
        name = kept.get(key)
        if name and module_name(name) not in taken:
            result[key] = name
            taken.add(module_name(name))
    rest = sorted(
        derived.keys() - result.keys(),
        key=lambda key: (not key.startswith("path "), key.rpartition(" ")[2] != derived[key], key),
    )
    names = unique((derived[key] for key in rest), reserved=[*reserved, *result.values()])
    return result | dict(zip(rest, names, strict=True))


def unusual(derived: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Return the names that the lock must hold: those that no rule gives, and those of twins."""
    twins = Counter(module_name(name) for name in derived.values())
    return {key: name for key, name in names.items() if name != derived[key] or twins[module_name(derived[key])] > 1}


@cache
def parameter_name(wire: str) -> str:
    """Return the name of a parameter by rule."""
    return identifier(wire)


@cache
def property_name(wire: str) -> str:
    """Return the name by rule of an argument that is a property of the body."""
    return identifier(wire, reserved=ARGUMENTS | ANNOTATIONS)


@cache
def field_name(wire: str) -> str:
    """Return the name of a field of a model by rule."""
    return identifier(wire, reserved=ANNOTATIONS | MODEL_MEMBERS)
