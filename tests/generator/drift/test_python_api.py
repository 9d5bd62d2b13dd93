"""
The breaks of the public Python API that the plan predicts are those that griffe finds in two rendered clients.

Four bumps by default. With THOROUGH=1 each version with the next, and others three apart and two back.
"""

from __future__ import annotations

import ast
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import griffe
import pytest
from attrs import field, frozen

from generator.drift.python_api.breaks import Break, breaks
from generator.drift.python_api.surface import Surface
from generator.plan import Version, plan_version
from generator.plan.naming.identifiers import class_of
from generator.plan.naming.lock import Names
from generator.plan.naming.promises import applied_aliases
from generator.plan.plan import folder
from generator.render.render import render
from generator.spec.identity import pair_operations, written
from generator.spec.overlay import load_file
from generator.spec.pin import OVERLAY
from tests.contracts import PAIRS, VERSIONS, contract
from tests.generator.clients import copy_client
from tests.thorough import THOROUGH

APART = [*zip(VERSIONS[::4], VERSIONS[3::4], strict=False), *zip(VERSIONS[3::4], VERSIONS[1::4], strict=False)]
SAMPLE = [
    ("2025-07-09", "2025-07-10"),  # inline errors become components
    ("2025-12-04", "2026-01-19"),  # an optional field may be null, and unions grow
    ("2026-04-13.a1c", "2026-07-26"),  # an operation takes a picture now, so its method gives pictures
    ("2026-08-11.476", "2026-08-13"),  # an operation loses its parameters and its response
]
TRIED = [*PAIRS, *APART] if THOROUGH else SAMPLE

Claim = tuple[str, str, str]
"""A kind of break, a name of the old client, and what became of it: "gone", "required" or "type"."""


@frozen
class Method:
    """A method as its file has it."""

    required: dict[str, bool]
    annotations: dict[str, str]
    result: str


@frozen
class Client:
    """What griffe reads from a rendered client."""

    version: Version
    methods: dict[str, Method] = field(factory=dict)
    fields: dict[str, dict[str, str]] = field(factory=dict)
    """By class, the annotations of its fields; an enum has none."""

    @property
    def own(self) -> set[str]:
        """The methods that call an operation once: iterators and jobs take the arguments of these."""
        return {one.name for one in self.version.plan.operations}


def client_of(version: Version) -> Client:
    """Render a version and read it."""
    found = Client(version)
    with tempfile.TemporaryDirectory() as stage:
        package = copy_client(Path(stage))
        render(version.plan, version.names, package)

        @cache  # one module has the methods of all operations of a resource
        def visited(file: Path) -> Any:
            return griffe.visit(file.stem, filepath=file, code=file.read_text(encoding="utf-8"))

        for resource in {one.resource for one in version.plan.operations}:
            held = visited(package / "api" / folder(resource) / "__init__.py")[class_of(resource)]
            for name, one in held.members.items():
                is_old = f"{resource}.{name}" in version.names.aliases.operations  # shown to type checkers
                if not one.is_alias and one.is_function and not name.startswith("_") and not is_old:
                    listed = [item for item in one.parameters if item.name != "self"]
                    found.methods[f"{resource}.{name}"] = Method(
                        {item.name: item.default is None for item in listed},
                        {item.name: str(item.annotation) for item in listed},
                        str(one.returns),
                    )
        for name, file in version.plan.modules():
            held = visited(package / "models" / f"{file}.py")[name]
            members = held.members.items() if held.is_class else ()
            found.fields[name] = {key: str(one.annotation) for key, one in members if one.is_attribute}
    return found


@cache
def first(name: str) -> Client:
    """The client of a version that is the first to be generated."""
    return client_of(plan_version(contract(name), load_file(OVERLAY), names=Names()))


def types(annotation: str, old: Client, new: Client) -> set[str]:
    """Return the paths to the plain types in an annotation: Sequence/str. Names are those of the new client."""
    enums = {**old.version.plan.enums, **new.version.plan.enums}
    aliases = new.version.names.aliases.classes

    def today(match: re.Match[str]) -> str:
        name, param = match[1].removesuffix("Param"), "Param" if match[1].endswith("Param") else ""
        if name in enums:
            return "int" if enums[name].kind == "integer" else "str"
        return f"models.{(name in aliases and aliases[name].to) or name}{param}"

    def paths(node: ast.expr) -> Iterator[str]:
        if isinstance(node, ast.BinOp):
            yield from paths(node.left)
            yield from paths(node.right)
        elif isinstance(node, ast.Subscript):
            head = ast.unparse(node.value)
            if head == "Literal":
                values = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                yield from {type(ast.literal_eval(value)).__name__ for value in values}
            elif head == "Maybe":
                yield from paths(node.slice)
            else:
                held = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                yield from (f"{head}/{at}/{path}" for at, one in enumerate(held) for path in paths(one))
        else:
            yield ast.unparse(node)

    return set(paths(ast.parse(re.sub(r"\bmodels\.(\w+)", today, annotation), mode="eval").body))


def fits(one: str, other: str, old: Client, new: Client, *, is_optional: bool) -> bool:
    """Whether a value of an annotation is one of the other."""
    if one == other:
        return True
    without = {"None", "Unset"} if is_optional else set()
    values, taken = types(one, old, new) - without, types(other, old, new)
    wider = {"int": "float", "ImageResult": "BinaryContent"}
    return bool(taken & {"object", "Any"}) or all(path in taken or wider.get(path) in taken for path in values)


def found_by_griffe(old: Client, new: Client, paired: dict[str, str]) -> set[Claim]:
    """Return what programs that use the old client can no longer name, pass or rely on."""
    aliases = applied_aliases(new.version.plan, new.version.names.aliases)
    moved = {name: alias.to for name, alias in aliases.operations.items() if alias.to}
    removed = {one.name for one in old.version.plan.operations if one.key not in paired}  # a rule of its own
    removed |= {
        f"{one.resource}.{one.paging.function}"
        for one in old.version.plan.operations
        if one.paging and one.name in removed
    }
    found: set[Claim] = {
        ("method", name, "gone") for name in old.methods.keys() - new.methods.keys() - removed - moved.keys()
    }
    for name in old.own & new.methods.keys():
        was, now, kept = old.methods[name], new.methods[name], aliases.arguments.get(name, {})
        for argument, annotation in was.annotations.items():
            place = f"{name}({argument})"
            if argument not in now.annotations:
                if not (argument in kept and (kept[argument].to or kept[argument].location)):
                    found.add(("argument", place, "gone"))
            elif now.required[argument] and not was.required[argument]:
                found.add(("argument", place, "required"))
            elif not fits(annotation, now.annotations[argument], old, new, is_optional=not (was.required[argument])):
                found.add(("argument", place, "type"))
        new_ones = {key for key, needed in now.required.items() if needed} - was.required.keys()
        renamed = {alias.to for alias in kept.values()}
        found |= {("argument", f"{name}({key})", "required") for key in new_ones - renamed}
        if not fits(now.result, was.result, old, new, is_optional=False):
            found.add(("result", f"the result of {name}", "type"))
    uses, later = Surface(old.version).uses, Surface(new.version).uses
    for name in old.fields.keys() - new.fields.keys():
        is_made = name in old.version.plan.models and "request" in {way for _, way in uses[name]}
        if is_made and not aliases.classes[name].to:
            found.add(("class", name, "gone"))
    for name in old.version.plan.models.keys() & new.version.plan.models.keys():
        ways, model = {way for _, way in uses[name] | later[name]}, new.version.plan.models[name]
        fields = new.fields[name]
        for key, annotation in old.fields[name].items():
            place, is_optional = f"{name}.{key}", "Maybe[" in annotation + fields.get(key, "")
            if key not in fields:
                if key not in aliases.fields.get(name, {}) or ("request" in ways and model.closed):
                    found.add(("field", place, "gone"))
                continue
            if "request" in ways and "Maybe[" in annotation and "Maybe[" not in fields[key]:
                found.add(("field", place, "required"))
            takes = "request" not in ways or fits(annotation, fields[key], old, new, is_optional=is_optional)
            reads = "response" not in ways or fits(fields[key], annotation, old, new, is_optional=is_optional)
            if not (takes and reads):
                found.add(("field", place, "type"))
    return found


def claim(one: Break) -> Claim:
    kind = "method" if one.kind == "pages" else one.kind
    return kind, one.old, one.new if one.new == "required" else "type" if one.new else "gone"


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after"), TRIED)
def test_the_breaks_of_a_bump_are_those_that_griffe_finds(before: str, after: str) -> None:
    old = first(before)
    new = client_of(plan_version(contract(after), load_file(OVERLAY), before=old.version))
    for client in (old, new):
        for operation in client.version.plan.operations:
            method = client.methods[operation.name]
            planned = {item.name: item.required for item in operation.arguments}
            assert {key: method.required.get(key) for key in planned} == planned, operation.name
        for name, model in client.version.plan.models.items():
            assert {one.name for one in model.fields} <= client.fields[name].keys(), name
    pairs, _ = pair_operations(old.version.contract, new.version.contract)
    paired = {written(one): written(other) for one, other in pairs.items()}
    reported = breaks(Surface(old.version), Surface(new.version), paired)
    # The body of an endpoint module has a type of its own; the method takes its properties as arguments.
    claimed = {claim(one) for one in reported if not one.old.startswith("the body of ")}
    assert claimed == found_by_griffe(old, new, paired)
