"""
Compares two Python surfaces: what a program that used the old one can no longer name, pass or rely on.

Additions are not breaks, and neither is an old name that an alias maps to a new one, sends or still resolves.
A class that has another name everywhere is one break, not one for each type that names it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal

from attrs import frozen

from generator.drift.python_api.surface import Surface
from generator.plan.naming.identifiers import JOB_FUNCTIONS, PICTURE_ARGUMENTS
from generator.plan.plan import Operation
from generator.plan.walk import Schema, references
from generator.render.annotations import split

Kind = Literal["method", "pages", "argument", "result", "class", "field"]
_ANY = {"Any", "object"}
_NONE = frozenset({"None"})
_SUBTYPES = {("int", "float"), ("ImageResult", "BinaryContent")}


@frozen
class Break:
    """One thing that is not what it was."""

    kind: Kind
    old: str
    new: str
    """The name or the type that replaces it; empty for none."""
    words: frozenset[str]
    """Names of the API and of Python that it is about."""
    operations: frozenset[str]
    """The operations that it concerns, as the new contract names them."""
    fields: frozenset[str] = frozenset()
    """For a class: the properties that it stands in, where it stands in no other place."""

    @property
    def said(self) -> str:
        """The break in a few words."""
        return f"{self.old} is {self.new} now" if self.new else f"{self.old} is gone"


def breaks(old: Surface, new: Surface, paired: Mapping[str, str]) -> tuple[Break, ...]:
    """
    Return all breaks, in a total order.

    `paired` maps the operations that both have from their old to their new names.
    """
    renames = _class_renames(old, new, paired)
    found: list[Break] = []
    for was, now in sorted(paired.items()):
        one, other = old.operations.get(was), new.operations.get(now)
        if one is not None and other is not None:
            found += _method(old, new, one, other, now, renames)
    # A class whose name went to another one is gone under it, as is one whose name another took over.
    taken = set(renames) | {instead for instead in renames.values() if instead in old.classes}
    kept = {name for name, alias in new.aliases.classes.items() if alias.to or not _is_sent(old, name)}
    for name in sorted(((old.classes - new.classes) | taken) - kept):
        operations = frozenset(paired.get(key, key) for key, _ in old.uses[name])
        other_name = renames.get(name, "")
        fields = frozenset(old.fields_of(name))
        words = frozenset({name, other_name, *fields} - {""})
        found.append(Break("class", name, other_name, words, operations, fields))
    for name in sorted((old.plan.models.keys() & new.plan.models.keys()) - taken):
        if old.plan.models[name] != new.plan.models[name]:
            found += _fields(old, new, name, renames, paired)
    return tuple(found)


def _method(
    old: Surface, new: Surface, one: Operation, other: Operation, key: str, renames: Mapping[str, str]
) -> Iterator[Break]:
    def broken(kind: Kind, was: str, now: str, *words: str) -> Break:
        return Break(kind, was, now, frozenset(words), frozenset({key}))

    alias = new.aliases.operations.get(one.name)
    if one.name != other.name and not (alias and alias.to):
        yield broken("method", one.name, other.name)
    if one.pages and not other.pages:
        yield broken("pages", one.pages, "")
    if one.job and not other.job:
        for function in JOB_FUNCTIONS:
            yield broken("method", f"{one.resource}.{function}", "")
    if one == other and not renames:
        return
    now = {argument.name: argument for argument in other.arguments}
    aliases = new.aliases.arguments.get(other.name, {})
    known = set()
    for argument in one.arguments:
        former = aliases.get(argument.name)
        found = now.get(argument.name) or (now.get(former.to) if former else None)
        called = f"{one.name}({argument.name})"
        if found is not None:
            known.add(found.name)
        if found is None and former is not None and former.location:
            continue  # the alias sends it
        if found is None:
            same = (one.name for one in other.arguments if (one.wire, one.source) == (argument.wire, argument.source))
            yield broken("argument", called, next(same, ""), argument.wire, argument.name)
        elif found.required and not argument.required:
            yield broken("argument", called, "required", argument.wire, found.wire)
        else:
            is_optional = not (argument.required and found.required)
            types = _comparable(old.argument(argument), new.argument(found), renames, is_optional=is_optional)
            if _beyond(*types):
                yield broken("argument", called, " | ".join(sorted(types[1])), argument.wire, found.wire)
    for argument in other.arguments:
        if argument.required and argument.name not in known:
            yield broken("argument", f"{one.name}({argument.name})", "required", argument.wire)
    if one.gives_pictures and not other.gives_pictures:
        for name in PICTURE_ARGUMENTS:
            yield broken("argument", f"{one.name}({name})", "", name)
    bodies = old.body(one), new.body(other)
    if bodies[0] and bodies[1] and _beyond(_translated(bodies[0], renames), bodies[1]):
        now_is = " | ".join(sorted(bodies[1] - bodies[0]))
        yield broken("argument", f"the body of {one.name}", now_is, *bodies[0], *bodies[1])
    results = _translated(old.result(one), renames), new.result(other)
    if _beyond(results[1], results[0]):
        yield broken("result", f"the result of {one.name}", " | ".join(sorted(results[1])), *results[0], *results[1])


def _fields(
    old: Surface, new: Surface, name: str, renames: Mapping[str, str], paired: Mapping[str, str]
) -> Iterator[Break]:
    uses = {(paired.get(key, key), direction) for key, direction in old.uses[name]} | new.uses[name]
    operations, directions = frozenset(key for key, _ in uses), {direction for _, direction in uses}
    fields = {field.name: field for field in new.plan.models[name].fields}
    aliases = new.aliases.fields.get(name, {})
    for field in old.plan.models[name].fields:
        words, called = frozenset({field.wire, field.name, name}), f"{name}.{field.name}"
        former = aliases.get(field.name)
        found = fields.get(field.name) or (fields.get(former.to) if former else None)
        if found is None and former is not None and not ("request" in directions and new.plan.models[name].closed):
            continue  # the alias sends it, and reads what the response holds
        if found is None:
            yield Break("field", called, "", words, operations)
            continue
        if found.required and not field.required and "request" in directions:
            yield Break("field", called, "required", words, operations)
        if found.schema == field.schema and not renames:
            continue
        is_optional = not (field.required and found.required)
        was, now = _comparable(old.field(field), new.field(found), renames, is_optional=is_optional)
        if ("request" in directions and _beyond(was, now)) or ("response" in directions and _beyond(now, was)):
            yield Break("field", called, " | ".join(sorted(now)), words, operations)
    kept = {shortcut.name for shortcut in new.plan.models[name].shortcuts}
    for shortcut in old.plan.models[name].shortcuts:
        if shortcut.name not in kept:
            # A field of the contract took the name, or the path leads nowhere any more.
            hidden_by = fields.get(shortcut.name)
            now_is = " | ".join(sorted(new.field(hidden_by))) if hidden_by else ""
            words = frozenset({name, shortcut.name, *(step for step in shortcut.steps if isinstance(step, str))})
            yield Break("field", f"{name}.{shortcut.name}", now_is, words, operations)


def _is_sent(surface: Surface, name: str) -> bool:
    """Return whether programs make instances of a class: its alias can be imported and named, not called."""
    return name in surface.plan.models and any(direction == "request" for _, direction in surface.uses[name])


def _beyond(one: Iterable[str], other: Collection[str]) -> bool:
    """Whether the first holds types that the second does not take."""
    if not _ANY.isdisjoint(other):
        return False
    return any(not any(_fits(kind, wider) for wider in other) for kind in one)


def _fits(one: str, other: str) -> bool:
    """Whether a type is another one or one of its kinds: what a list or a mapping holds may be a part of a union."""
    if one == other or (one, other) in _SUBTYPES:
        return True
    (head, inner), (wider, held) = _parameters(one), _parameters(other)
    if not inner or len(inner) != len(held) or (head != wider and (head, wider) != ("list", "Sequence")):
        return False
    return all(not _beyond(split(a), split(b)) for a, b in zip(inner, held, strict=True))


def _parameters(kind: str) -> tuple[str, list[str]]:
    """Return the name of a generic type and its parameters: `Sequence[A | B]`, `Mapping[str, object]`."""
    head, bracket, rest = kind.partition("[")
    if not bracket or not kind.endswith("]"):
        return kind, []
    return head, split(rest[:-1], ",")


def _comparable(
    was: frozenset[str], now: frozenset[str], renames: Mapping[str, str], *, is_optional: bool
) -> tuple[frozenset[str], frozenset[str]]:
    """What is optional takes None and reads as None, with or without null in the contract: only other types count."""
    without = _NONE if is_optional else frozenset()
    return _translated(was, renames) - without, now - without


def _translated(types: frozenset[str], renames: Mapping[str, str]) -> frozenset[str]:
    if not renames:
        return types
    return frozenset(re.sub(r"[A-Za-z_]\w*", lambda match: renames.get(match[0], match[0]), kind) for kind in types)


def _class_renames(old: Surface, new: Surface, paired: Mapping[str, str]) -> dict[str, str]:
    """The classes that are gone, or whose name another took, with the class that stands in their place."""
    gone, came = old.classes - new.classes, new.classes - old.classes
    found: dict[str, str] = {}
    if not gone and not came:
        return found
    waiting: list[tuple[str, str]] = []
    for was, now in sorted(paired.items()):
        one, other = old.operations.get(was), new.operations.get(now)
        if one is not None and other is not None:
            for before, after in _schemas(one, other):
                waiting += _places(before, after)
    seen: set[tuple[str, str]] = set()
    while waiting:
        pair = waiting.pop(0)
        if pair in seen:
            continue
        seen.add(pair)
        if pair[0] in gone:
            found.setdefault(*pair)
        models = old.plan.models.get(pair[0]), new.plan.models.get(pair[1])
        if models[0] is not None and models[1] is not None:
            fields = {field.wire: field.schema for field in models[1].fields}
            for field in models[0].fields:
                waiting += _places(field.schema, fields.get(field.wire, {}))
    kept = {name for name, other in seen if name == other}
    for name, instead in sorted(seen):
        if name in new.classes and instead in came and name not in kept and _wires(old, name) == _wires(new, instead):
            found.setdefault(name, instead)
    return found


def _wires(surface: Surface, name: str) -> list[str] | None:
    model = surface.plan.models.get(name)
    return None if model is None else [field.wire for field in model.fields]


def _schemas(one: Operation, other: Operation) -> Iterator[tuple[Schema, Schema]]:
    parameters = {(item.location, item.wire): item.schema for item in other.parameters}
    for item in one.parameters:
        yield item.schema, parameters.get((item.location, item.wire), {})
    for media_type, schema in one.bodies.items():
        yield schema, other.bodies.get(media_type, {})
    for status, content in one.results.items():
        for media_type, schema in content.items():
            yield schema, other.results.get(status, {}).get(media_type, {})


def _places(one: Schema, other: Schema) -> list[tuple[str, str]]:
    """The classes that a schema names, each with the one in its place: equal names first, the others in order."""
    before, after = list(references(one)), list(references(other))
    both = [name for name in before if name in after]
    left = [name for name in before if name not in both], [name for name in after if name not in both]
    return [*((name, name) for name in both), *zip(*left, strict=False)]
