"""The public Python API in the plan equals that that griffe finds in the rendered client, before and after a bump."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import griffe
import pytest

from generator.drift.python_api.breaks import breaks
from generator.drift.python_api.surface import Surface
from generator.plan import Prepared, Version, plan_version
from generator.plan.naming.identifiers import class_of
from generator.plan.naming.promises import applied_aliases
from generator.plan.plan import folder
from generator.plan.tool import tool_document
from generator.render.render import render
from generator.spec.identity import pair_operations, written
from generator.spec.overlay import load_file
from generator.spec.pin import OVERLAY
from tests.contracts import contract
from tests.generator.clients import copy_client

PAIRS = [
    ("2025-07-09", "2025-07-10"),  # inline errors become components
    ("2026-02-04.e9", "2026-02-04.c89"),  # an allOf comes around a body
    ("2026-04-13.18", "2026-04-13.a1c"),  # an operation moves
    ("2026-08-11.476", "2026-08-13"),  # an operation loses its parameters and its response
]

Names = dict[str, dict[str, bool]]
"""Methods and classes, with their arguments or fields, and whether each is required."""


def found_by_griffe(package: Path, version: Version) -> Names:
    """Read methods and classes from the rendered files."""

    @cache  # one module has the methods of all operations of a resource
    def visited(file: Path) -> Any:
        return griffe.visit(file.stem, filepath=file, code=file.read_text(encoding="utf-8"))

    found: Names = {}
    for operation in version.plan.operations:
        module = visited(package / "api" / folder(operation.resource) / "__init__.py")
        method = module[class_of(operation.resource)][operation.function]
        found[operation.name] = {item.name: item.default is None for item in method.parameters if item.name != "self"}
    for name, file in version.plan.modules():
        held = visited(package / "models" / f"{file}.py")[name]
        found[name] = {key: True for key, one in held.members.items() if one.is_attribute} if held.is_class else {}
    return found


def found_by_plan(version: Version) -> Names:
    methods = {one.name: {item.name: item.required for item in one.arguments} for one in version.plan.operations}
    models = {
        name: dict.fromkeys((one.name for one in model.fields), True) for name, model in version.plan.models.items()
    }
    return {**methods, **models, **{name: {} for name in version.plan.enums}}


def rendered(version: Version, folder_: Path) -> Path:
    stage = copy_client(folder_)
    render(Prepared(version.plan, tool_document(version.plan), version.names), stage)
    return stage


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_public_names_and_lost_names_of_two_versions_match_griffe(before: str, after: str, tmp_path: Path) -> None:
    overlay = load_file(OVERLAY)
    old = plan_version(contract(before), overlay)
    new = plan_version(contract(after), overlay, before=old)
    views = []
    for name, version in (("old", old), ("new", new)):
        seen, planned = found_by_griffe(rendered(version, tmp_path / name), version), found_by_plan(version)
        assert seen.keys() == planned.keys()
        for owner, members in planned.items():
            assert {key: seen[owner].get(key) for key in members} == members, owner
        views.append(seen)
    pairs, _ = pair_operations(old.contract, new.contract)
    paired = {written(one): written(other) for one, other in pairs.items()}
    reported = breaks(Surface(old), Surface(new), paired)
    gone_classes = {one.old for one in reported if one.kind == "class"}
    lost = {name for name in views[0].keys() - views[1].keys() if name[0].isupper()}
    made = {
        name for name in lost & old.plan.models.keys() if ("request" in {way for _, way in Surface(old).uses[name]})
    }
    assert gone_classes == {name for name in made if not new.names.aliases.classes[name].to}
    lost_methods = {name for name in views[0].keys() - views[1].keys() if not name[0].isupper()}
    assert {one.old for one in reported if one.kind == "method"} == {
        name for name in lost_methods if not new.names.aliases.operations[name].to
    }
    lost_arguments = {
        f"{name}({argument})"
        for name in views[0].keys() & views[1].keys()
        if not name[0].isupper()
        for argument in views[0][name].keys() - views[1][name].keys()
    }
    sent = applied_aliases(new.plan, new.names.aliases).arguments
    kept = {
        f"{name}({key})" for name, group in sent.items() for key, alias in group.items() if alias.to or alias.location
    }
    assert {one.old for one in reported if one.kind == "argument" and not one.new} == lost_arguments - kept
