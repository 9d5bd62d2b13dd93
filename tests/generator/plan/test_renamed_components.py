"""A component that the vendor renames keeps its class, and the words and corrections of the overlay."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from generator.drift.compare.changes import Kind
from generator.drift.compare.comparison import compare_facts
from generator.drift.judge.classes import Class
from generator.plan import Version, plan_version
from generator.plan.naming.lock import Names
from generator.plan.naming.lock_file import load_names, names_text, parse_names
from generator.spec.overlay import Overlay, load, load_file
from generator.spec.pin import OVERLAY, load_pin
from tests.generator.drift.judging import judged

pytestmark = pytest.mark.slow

Document = dict[str, Any]
HEAD = "overlay: '1.0.0'\ninfo: {title: t, version: '1'}\nactions:\n"
COAT = "- {target: $.components.schemas.Coat.properties.colour, update: {description: The dye.}}\n"
CAPE = "- {target: '$.components.schemas[''Cape'',''Coat'']', update: {x-python-shortcuts: {}}}\n"
OVERLAYS = {"coat": load(HEAD + COAT, source="coat"), "both": load(HEAD + COAT + CAPE, source="both")}


def thing(*properties: str) -> Document:
    return {"type": "object", "properties": {name: {"type": "string"} for name in properties}}


def shop(schemas: Document, **bodies: str) -> Document:
    """Return a contract with an operation for each body, which is a component."""
    paths = {
        f"/{name}": {
            "post": {
                "operationId": f"{name}Goods",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{body}"}}}},
                "responses": {"200": {}},
            }
        }
        for name, body in bodies.items()
    }
    return {"openapi": "3.0.0", "info": {"version": "1"}, "paths": paths, "components": {"schemas": schemas}}


def calling(contract: Document, **names: str) -> Document:
    """Return a contract that calls components by other names."""
    text = json.dumps(contract)
    for name in names:
        text = text.replace(f'"#/components/schemas/{name}"', f'"#/components/schemas/ {name}"')
    for name, other in names.items():
        text = text.replace(f'"#/components/schemas/ {name}"', f'"#/components/schemas/{other}"')
    document: Document = json.loads(text)
    schemas = {names.get(name, name): schema for name, schema in document["components"]["schemas"].items()}
    return {**document, "components": {**document["components"], "schemas": dict(sorted(schemas.items()))}}


def bumped(overlay: Overlay, *contracts: Document) -> list[Version]:
    versions = [plan_version(contracts[0], overlay, names=Names())]
    for one in contracts[1:]:
        versions.append(plan_version(one, overlay, before=versions[-1]))
        again = plan_version(one, overlay, names=parse_names(names_text(versions[-1].names)))
        assert (again.plan, again.names) == (versions[-1].plan, versions[-1].names), "the lock alone gives the same"
    return versions


def text_of(version: Version, model: str) -> Any:
    return {item.wire: item.schema.get("description") for item in version.plan.models[model].fields}.get("colour")


BASE = shop({"Coat": thing("colour", "size"), "Cape": thing("length")}, sew="Coat", mend="Cape", iron="Coat")


def test_a_renamed_component_keeps_class_and_words_and_a_rename_back_restores_everything() -> None:
    chain = [BASE, calling(BASE, Coat="Jacket"), calling(BASE, Coat="Parka"), calling(BASE, Coat="Jacket"), BASE]
    versions = bumped(OVERLAYS["coat"], *chain)
    assert [version.plan for version in versions] == [versions[0].plan] * 5
    assert [version.described.unmatched for version in versions] == [()] * 5
    assert versions[2].names.components == {"Coat": ("Coat", "Jacket", "Parka")}
    assert versions[3].names.components == {"Coat": ("Coat", "Jacket")}
    assert names_text(versions[4].names) == names_text(versions[0].names)
    for old, new in pairwise(chain):
        changes = compare_facts(old, new, old_prose={}, new_prose={}).changes
        assert {change.kind for change in changes} == {Kind.SCHEMA_RENAMED}


def test_components_that_swap_their_names_keep_classes_and_words() -> None:
    swapped = calling(BASE, Coat="Cape", Cape="Coat")
    old, new, back = bumped(OVERLAYS["both"], BASE, swapped, BASE)
    assert old.plan == new.plan == back.plan
    assert new.names.components == {"Cape": ("Cape", "Coat"), "Coat": ("Coat", "Cape")}
    assert names_text(back.names) == names_text(old.names)
    assert {change.kind for change in compare_facts(BASE, swapped, old_prose={}, new_prose={}).changes} == {
        Kind.SCHEMA_RENAMED
    }


def test_a_new_component_that_takes_a_former_name_takes_neither_class_nor_words() -> None:
    contract = calling(BASE, Coat="Jacket")
    contract["components"]["schemas"]["Coat"] = thing("colour", "pattern")
    contract["paths"]["/paint"] = shop({}, paint="Coat")["paths"]["/paint"]
    old, new, back = bumped(OVERLAYS["coat"], BASE, contract, BASE)
    assert {name: model for name, model in new.plan.models.items() if name in old.plan.models} == old.plan.models
    assert [text_of(new, name) for name in ("Coat", "Coat2")] == ["The dye.", None]
    assert back.plan == old.plan
    assert set(back.names.aliases.classes) == {"Coat2"}, "the class of the new component has been public"


def test_a_component_that_is_split_leaves_its_words_with_both_parts() -> None:
    schemas = {"IronBody": thing("colour", "size", "heat"), "SewBody": thing("colour", "size"), "Cape": thing("length")}
    contract = shop(schemas, sew="SewBody", mend="Cape", iron="IronBody")
    old, new, back = bumped(OVERLAYS["both"], BASE, contract, BASE)
    bodies = {one.name: next(iter(one.body_models.values())).name for one in new.plan.operations}
    assert [text_of(new, bodies[name]) for name in ("sew.goods", "iron.goods")] == ["The dye.", "The dye."]
    assert not new.described.unmatched
    assert old.plan.models.keys() < new.plan.models.keys()
    assert back.plan.models.keys() == new.plan.models.keys(), "two classes that become equal keep both names"
    assert [text_of(back, bodies[name]) for name in ("sew.goods", "iron.goods")] == ["The dye.", "The dye."]
    assert not back.names.components


def test_a_component_without_one_successor_is_reported_where_the_overlay_speaks_of_it() -> None:
    contract = shop({"Cape": thing("length"), "Any": thing("colour")}, sew="Any", mend="Cape", iron="Cape")
    (_, new) = bumped(OVERLAYS["coat"], BASE, contract)
    (line,) = new.described.unclear
    assert line.startswith("the component Coat is gone, its places have Any, Cape:")
    assert [action.target for action in new.described.unmatched] == ["$.components.schemas.Coat.properties.colour"]


def test_an_action_written_for_the_current_name_finds_the_component() -> None:
    old, renamed = bumped(OVERLAYS["coat"], BASE, calling(BASE, Coat="Jacket"))
    overlay = load(HEAD + COAT.replace("Coat", "Jacket"), source="later")
    later = plan_version(renamed.contract, overlay, names=renamed.names)
    assert later.plan == old.plan
    parka = plan_version(calling(BASE, Coat="Parka"), overlay, before=later)
    back = plan_version(BASE, overlay, before=parka)
    assert [parka.plan, back.plan] == [old.plan] * 2
    assert not back.described.unmatched


def test_a_component_of_the_overlay_stays_apart_from_a_new_one_of_the_vendor_with_its_name() -> None:
    brought = "- {target: $.components.schemas, update: {Coat: {type: object, properties: {ours: {type: string}}}}}\n"
    answer = (
        "- target: $.paths['/mend'].post.responses['200']\n  update: {content: {application/json: {schema: {$ref:"
        " '#/components/schemas/Coat'}}}}\n"
    )
    overlay = load(HEAD + brought + answer, source="brought")
    without = shop({"Cape": thing("length")}, mend="Cape")
    contract = shop({"Cape": thing("length"), "Coat": thing("x")}, mend="Cape", sew="Coat")
    old, new, back = bumped(overlay, without, contract, without)
    assert new.plan.models["Coat"] == old.plan.models["Coat"]
    assert [field.wire for field in new.plan.models["Coat2"].fields] == ["x"]
    assert back.plan == old.plan


def test_the_branches_of_a_union_are_paired_by_what_they_are() -> None:
    kinds = {
        name: {"type": "object", "properties": {"kind": {"type": "string", "enum": [name]}, name: {"type": "string"}}}
        for name in ("Coat", "Cape", "Hat")
    }
    union = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in kinds]}
    contract = shop(kinds | {"Wear": {"type": "object", "properties": {"it": union}}}, sew="Wear")
    changed = calling(contract, Coat="Jacket", Cape="Cloak", Hat="Coat")
    changed["components"]["schemas"]["Wear"]["properties"]["it"]["oneOf"].reverse()
    old, new = bumped(OVERLAYS["coat"], contract, changed)
    assert new.plan.models.keys() == old.plan.models.keys()
    assert {key: names[-1] for key, names in new.names.components.items()} == {
        "Coat": "Jacket", "Cape": "Cloak", "Hat": "Coat",
    }  # fmt: skip


def test_the_value_of_a_discriminator_stays_the_name_that_the_vendor_uses() -> None:
    union = {
        "oneOf": [{"$ref": "#/components/schemas/Coat"}, {"$ref": "#/components/schemas/Cape"}],
        "discriminator": {"propertyName": "kind", "mapping": {"short": "#/components/schemas/Cape"}},
    }
    kinds = {name: thing("kind", name) for name in ("Coat", "Cape")}
    contract = shop(kinds | {"Wear": {"type": "object", "properties": {"it": union}}}, sew="Wear")
    _, new = bumped(OVERLAYS["coat"], contract, calling(contract, Coat="Jacket", Cape="Cloak"))
    tags = new.described.document["components"]["schemas"]["Wear"]["properties"]["it"]["discriminator"]["mapping"]
    assert tags == {"Jacket": "Coat", "short": "#/components/schemas/Cape"}


def inlined(contract: Document) -> Document:
    """Return a contract that writes out the component Coat."""
    text = json.dumps(contract).replace('{"$ref": "#/components/schemas/Coat"}', json.dumps(LONG))
    document: Document = json.loads(text)
    del document["components"]["schemas"]["Coat"]
    return document


LONG = {
    "type": "object",
    "properties": {"colour": {"type": "string"}, "parts": {"type": "array", "items": {"oneOf": [
        {"type": "object", "properties": {"kind": {"type": "string", "enum": [kind]}, kind: {"type": "string"}}}
        for kind in ("sleeve", "collar", "seam")
    ]}}},
}  # fmt: skip
PARTS = """\
- {target: "$.WHERE.properties.parts.items.oneOf[?@.properties.kind.enum[0]=='seam']", remove: true}
- {target: "$.WHERE.properties.parts.items.oneOf[?@.properties.kind.enum[0]=='collar']", update: {title: Collar}}
- {target: "$.WHERE..collar", update: {description: Around the neck.}}
- {target: "$.WHERE", update: {x-python-shortcuts: {first: {path: "parts[0]", summary: The first one.}}}}
"""


@pytest.mark.parametrize(
    ("where", "model"),
    [
        ("components.schemas.Coat", "Coat"),
        ("paths['/sew'].post.requestBody.content['application/json'].schema", "SewGoodsRequest"),
    ],
    ids=["written out", "becomes a component"],
)
def test_actions_follow_a_schema_that_is_written_out_or_becomes_a_component(where: str, model: str) -> None:
    component = shop({"Coat": LONG, "Cape": thing("length")}, sew="Coat", mend="Cape")
    contracts = [component, inlined(component)][:: 1 if model == "Coat" else -1]
    overlay = load(HEAD + PARTS.replace("WHERE", where), source="parts")
    old, new, back = bumped(overlay, contracts[0], contracts[1], contracts[0])
    assert [version.described.unmatched for version in (old, new, back)] == [()] * 3
    assert old.plan.models == new.plan.models == back.plan.models
    assert [shortcut.name for shortcut in new.plan.models[model].shortcuts] == ["first"]
    assert {"Collar"} < new.plan.models.keys()


def test_a_component_that_is_written_out_for_a_while_and_comes_back_with_another_name_is_the_same_one() -> None:
    component = shop({"Coat": LONG, "Cape": thing("length")}, sew="Coat", mend="Cape")
    overlay = load(HEAD + PARTS.replace("WHERE", "components.schemas.Coat"), source="parts")
    jacket, parka = (calling(component, Coat=name) for name in ("Jacket", "Parka"))
    written = inlined(component)
    versions = bumped(overlay, component, jacket, written, parka, written, component)
    assert [version.described.unmatched for version in versions] == [()] * 6
    assert all(version.plan == versions[0].plan for version in versions)
    assert names_text(versions[-1].names) == names_text(versions[0].names)


def test_the_words_of_a_renamed_component_are_the_same_words() -> None:
    place = "/components/schemas/{}/properties/size/description"
    was, now = {place.format("Coat"): "In inches."}, {place.format("Jacket"): "In inches."}
    new = calling(BASE, Coat="Jacket")
    assert compare_facts(BASE, new, old_prose=was, new_prose=now).prose.count == 0
    changed = compare_facts(BASE, new, old_prose=was, new_prose=dict.fromkeys(now, "In metres.")).prose
    assert changed.of("changed") == (place.format("Jacket"),)


@pytest.mark.parametrize("names", [{"EditImageRequest": "ImageEditBody"}, None], ids=["one", "all"])
def test_renamed_components_of_the_pin_change_nothing(names: dict[str, str] | None) -> None:
    pin, overlay = load_pin().contract, load_file(OVERLAY)
    listed = sorted(pin["components"]["schemas"])
    # All names move on by one: none is new, and none is gone.
    contract = calling(dict(pin), **(names or dict(zip(listed, [*listed[1:], listed[0]], strict=True))))
    old = plan_version(pin, overlay, names=load_names())
    new = plan_version(contract, overlay, before=old)
    assert (new.plan, new.described.unmatched) == (old.plan, old.described.unmatched)
    assert {one.cls for one in judged(pin, contract)} == {Class.DOCS}
