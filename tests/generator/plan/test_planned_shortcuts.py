"""Shortcuts of the overlay: a field of the contract wins, a broken path is left out, both are reported."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from generator.drift.python_api.breaks import breaks
from generator.drift.python_api.surface import Surface
from generator.errors import GeneratorError
from generator.plan import Version, plan_version
from generator.plan.plan import Shortcut
from generator.render.annotations import Writer
from generator.spec.overlay_file import Action, Overlay, load_file
from generator.spec.pin import OVERLAY
from tests.contracts import NEWEST, contract

Document = dict[str, Any]
Make = Callable[..., Document]

ANSWER: Document = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "anyOf": [
                    {"type": "object", "properties": {"kind": {"enum": ["a"]}, "fooBar": {"type": "string"}}},
                    {"type": "object", "properties": {"kind": {"enum": ["b"]}, "other": {"type": "integer"}}},
                ]
            },
        },
        "names": {"type": "array", "nullable": True, "items": {"type": "string"}},
    },
}


def planned(contract_of: Make, schema: Document, shortcuts: Any, *, before: Version | None = None) -> Version:
    content = {"application/json": {"schema": {**deepcopy(schema), "title": "Thing"}}}
    document = contract_of(responses={"200": {"description": "-", "content": content}})
    where = "$.paths['/things'].post.responses['200'].content['application/json'].schema"
    overlay = Overlay("overlay", (Action(1, where, {"x-python-shortcuts": shortcuts}),))
    return plan_version(document, overlay, before=before)


def shortcuts_of(version: Version, name: str = "Thing") -> dict[str, Shortcut]:
    return {one.name: one for one in version.plan.models[name].shortcuts}


def shortcut(path: str, kind: str = "value") -> Document:
    return {"way": {"path": path, "as": kind, "summary": "Something."}}


@pytest.mark.parametrize(
    ("path", "kind", "steps", "annotation"),
    [
        ("items[0]", "value", ("items", 0), "ThingItemA | ThingItemB | None"),
        ("items[kind=a].fooBar", "text", ("items", ("kind", "a"), "foo_bar"), "str"),
        ("items[kind=b].other", "list", ("items", ("kind", "b"), "other"), "list[int]"),
        ("items[*].kind", "list", ("items", "*", "kind"), "list[Literal['a'] | Literal['b']]"),
        ("names", "list", ("names",), "list[str]"),
    ],
)
def test_a_path_leads_to_names_and_types_of_python(
    contract_of: Make, path: str, kind: str, steps: tuple[Any, ...], annotation: str
) -> None:
    version = planned(contract_of, ANSWER, shortcut(path, kind))
    found = shortcuts_of(version)["way"]
    assert found.steps == steps
    assert Writer(version.plan).shortcut(found) == annotation


@pytest.mark.parametrize("path", ["items[kind=c].other", "items.fooBar", "names[0].x", "gone"])
def test_a_path_that_leads_nowhere_is_left_out(contract_of: Make, path: str) -> None:
    assert shortcuts_of(planned(contract_of, ANSWER, shortcut(path))) == {}


@pytest.mark.parametrize(
    "said",
    [
        "text",
        {"to_dict": {"path": "names", "summary": "A member of the class."}},
        {"class": {"path": "names", "summary": "No name."}},
        {"way": {"path": "names"}},
        {"way": {"path": "names", "summary": "s", "as": "code"}},
        {"way": {"path": "names'); import os", "summary": "s"}},
        {"way": {"path": "names", "summary": "s", "more": 1}},
    ],
)
def test_a_declaration_that_cannot_become_code_is_refused(contract_of: Make, said: Any) -> None:
    with pytest.raises(GeneratorError, match="shortcut"):
        planned(contract_of, ANSWER, said)


def broken(old: Version, new: Version) -> list[tuple[str, str]]:
    paired = {one.key: one.key for one in old.plan.operations}
    return [(one.old, one.new) for one in breaks(Surface(old), Surface(new), paired)]


def test_a_field_of_the_contract_takes_the_place_of_a_shortcut_and_is_reported(contract_of: Make) -> None:
    old = planned(contract_of, ANSWER, shortcut("names[0]"))
    grown = deepcopy(ANSWER)
    grown["properties"]["way"] = {"type": "integer"}
    new = planned(contract_of, grown, shortcut("names[0]"), before=old)
    assert [field.name for field in new.plan.models["Thing"].fields] == ["items", "names", "way"]
    assert shortcuts_of(new) == {}
    assert broken(old, new) == [("Thing.way", "int")]


def test_a_shortcut_whose_way_is_gone_is_reported(contract_of: Make) -> None:
    old = planned(contract_of, ANSWER, shortcut("names[0]"))
    shrunk = deepcopy(ANSWER)
    shrunk["properties"]["names"] = {"type": "string"}
    new = planned(contract_of, shrunk, shortcut("names[0]"), before=old)
    assert ("Thing.way", "") in broken(old, new)
    assert broken(old, old) == []


@pytest.mark.slow
def test_a_text_that_the_api_brings_itself_hides_no_field_of_a_completion() -> None:
    overlay = load_file(OVERLAY)
    now = contract(NEWEST)
    old = plan_version(now, overlay)
    assert {"text", "message", "tool_calls", "citations"} <= shortcuts_of(old, "ChatCompletion").keys()
    grown = deepcopy(dict(now))
    answer = grown["paths"]["/chat/completions"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    answer["properties"]["text"] = {"type": "object", "properties": {"value": {"type": "string"}}}
    new = plan_version(grown, overlay, before=old)
    assert "text" in {field.name for field in new.plan.models["ChatCompletion"].fields}
    assert "text" not in shortcuts_of(new, "ChatCompletion")
    assert ("ChatCompletion.text", "ChatCompletionText") in broken(old, new)
