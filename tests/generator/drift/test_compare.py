"""What counts as a difference between two contracts, where it is told, and which operations it reaches."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.drift.compare.compare import Change, ProseChanges, compare, compare_facts, prose_changes
from generator.spec.contract import Facts, facts
from generator.spec.pointers import parts, resolve
from tests.contracts import VERSIONS
from tests.contracts import contract as published

ROOT = Path(__file__).parents[3]
SCHEMA = "/components/schemas/Thing"


def contract(**schemas: Any) -> dict[str, Any]:
    """Two operations whose bodies are the component Thing, and one that has nothing to do with it."""
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    answer = {"200": {"content": {"application/json": {"schema": {"type": "object"}}}}}
    return {
        "openapi": "3.0.0",
        "info": {"version": "1"},
        "paths": {
            "/alone": {"get": {"operationId": "alone", "responses": copy.deepcopy(answer)}},
            "/things": {
                "patch": {"operationId": "change", "requestBody": copy.deepcopy(body), "responses": {}},
                "post": {"operationId": "make", "requestBody": body, "responses": answer},
            },
        },
        "components": {"schemas": {"Thing": {"type": "object"}, **schemas}},
    }


def at(pointer: str, document: dict[str, Any]) -> Any:
    return resolve(document, pointer)


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, Any, Any]]:
    return [(one.kind, one.pointer, one.old, one.new) for one in compare(old, new)]


def of_things(old: Any, new: Any, **others: Any) -> list[tuple[str, str, Any, Any]]:
    """The changes between two forms of the component Thing, their pointers below it."""
    found = changes(contract(**others, Thing=old), contract(**others, Thing=new))
    return [(kind, pointer.removeprefix(SCHEMA), was, now) for kind, pointer, was, now in found]


# Objects that come and go


def test_a_contract_does_not_differ_from_itself() -> None:
    assert compare(contract(), contract()) == ()


def test_an_operation_that_came_with_its_path_is_one_change() -> None:
    new = contract()
    operation = {"operationId": "edit", "responses": {}}
    new["paths"]["/image/edit"] = {"post": operation, "parameters": [{"in": "query", "name": "q"}]}
    assert compare(contract(), new) == (
        Change("added", "/paths/~1image~1edit/post", ("POST /image/edit",), None, operation),
    )
    assert [(one.kind, one.old) for one in compare(new, contract())] == [("removed", operation)]


def test_each_operation_of_a_new_path_is_a_change() -> None:
    new = contract()
    new["paths"]["/x"] = {"get": {"responses": {}}, "delete": {"responses": {}}}
    assert [one.pointer for one in compare(contract(), new)] == ["/paths/~1x/delete", "/paths/~1x/get"]


def test_a_path_without_operations_is_one_change() -> None:
    new = contract()
    new["paths"]["/x"] = {"parameters": [{"in": "query", "name": "q"}]}
    assert [one.pointer for one in compare(contract(), new)] == ["/paths/~1x"]


def test_whole_objects_are_one_change_each() -> None:
    new = contract(Other={"type": "object", "properties": {"a": {"type": "string"}}})
    operation = new["paths"]["/alone"]["get"]
    operation["requestBody"] = {"content": {"a/b": {"schema": {"type": "string"}}}}
    operation["responses"]["404"] = {"content": {"a/b": {"schema": {"type": "string"}}}}
    operation["responses"]["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
    operation["responses"]["200"]["headers"] = {"X-A": {"schema": {"type": "string"}}}
    operation["parameters"] = [{"in": "query", "name": "q", "schema": {"type": "string"}}]
    new["components"]["schemas"]["Thing"]["properties"] = {"a": {"type": "array", "items": {"type": "string"}}}
    below = "/paths/~1alone/get"
    assert [(one.kind, one.pointer) for one in compare(contract(), new)] == [
        ("added", "/components/schemas/Other"),
        ("added", f"{SCHEMA}/properties/a"),
        ("added", f"{below}/parameters/0"),
        ("added", f"{below}/requestBody"),
        ("added", f"{below}/responses/200/content/text~1csv"),
        ("added", f"{below}/responses/200/headers/X-A"),
        ("added", f"{below}/responses/404"),
    ]


def test_names_that_are_keywords_are_names() -> None:
    old = {"properties": {"enum": {"type": "string"}, "$ref": {"type": "string"}}}
    new = {"properties": {"enum": {"type": "number"}, "required": {"enum": [1]}}}
    assert of_things(old, new) == [
        ("removed", "/properties/$ref", {"type": "string"}, None),
        ("changed", "/properties/enum/type", "string", "number"),
        ("added", "/properties/required", None, {"enum": [1]}),
    ]


# Sets and lists


def test_a_set_changes_value_by_value_and_order_says_nothing() -> None:
    old = {"enum": ["1:1", 245, "a"], "required": ["a", "b"]}
    new = {"enum": ["a", "4:5", "1:1"], "required": ["b", "c", "a"]}
    assert of_things(old, new) == [
        ("added", "/enum", None, "4:5"),
        ("removed", "/enum", 245, None),
        ("added", "/required", None, "c"),
    ]


def test_values_of_an_enum_differ_by_their_json_type() -> None:
    assert of_things({"enum": [1, None, "1"]}, {"enum": [True, "1", {"a": [1]}]}) == [
        ("added", "/enum", None, True),
        ("added", "/enum", None, {"a": [1]}),
        ("removed", "/enum", 1, None),
        ("removed", "/enum", None, None),
    ]
    assert of_things({"default": 1}, {"default": True}) == [("changed", "/default", 1, True)]
    assert of_things({"default": [{"a": 0}]}, {"default": [{"a": False}]}) != []


@pytest.mark.parametrize("keyword", ["enum", "required", "anyOf", "additionalProperties", "items", "default"])
def test_a_keyword_that_came_is_one_change(keyword: str) -> None:
    value: Any = {"items": {}, "additionalProperties": False}.get(keyword, [{"type": "string"}, {"type": "null"}])
    assert of_things({}, {keyword: value}) == [("added", f"/{keyword}", None, value)]
    assert of_things({keyword: value}, {}) == [("removed", f"/{keyword}", value, None)]


def test_the_order_of_types_says_nothing() -> None:
    assert of_things({"type": ["string", "null"]}, {"type": ["null", "string"]}) == []
    assert of_things({"type": "string"}, {"type": ["string", "null"]}) == [
        ("changed", "/type", "string", ["string", "null"])
    ]


def test_parameters_are_known_by_place_and_name() -> None:
    old, new = contract(), contract()
    one = {"in": "query", "name": "a", "schema": {"type": "string"}}
    header = {"in": "header", "name": "a", "schema": {"type": "string"}}
    old["paths"]["/things"]["parameters"] = [one]
    new["paths"]["/things"]["parameters"] = [header, {**one, "schema": {"type": "number"}}]
    found = compare(old, new)
    assert [(change.kind, change.pointer) for change in found] == [
        ("added", "/paths/~1things/parameters/0"),
        ("changed", "/paths/~1things/parameters/1/schema/type"),
    ]
    assert {change.operations for change in found} == {("PATCH /things", "POST /things")}


def test_a_parameter_behind_a_reference_is_the_same_parameter() -> None:
    old, new = contract(), contract()
    one = {"in": "query", "name": "a", "schema": {"type": "string"}}
    old["paths"]["/alone"]["get"]["parameters"] = [one]
    new["paths"]["/alone"]["get"]["parameters"] = [{"$ref": "#/components/parameters/A"}]
    new["components"]["parameters"] = {"A": {**one, "required": True}}
    assert [(change.kind, change.pointer, change.operations) for change in compare(old, new)] == [
        ("added", "/components/parameters/A", ("GET /alone",)),
        ("changed", "/paths/~1alone/get/parameters/0", ("GET /alone",)),
        ("added", "/paths/~1alone/get/parameters/0/required", ("GET /alone",)),
    ]


def test_servers_tags_and_security_are_told_with_what_they_reach() -> None:
    old, new = contract(), contract()
    old |= {"servers": [{"url": "a"}, {"url": "b"}], "tags": [{"name": "x"}, {"name": "y"}]}
    new |= {"servers": [{"url": "c"}, {"url": "a"}], "tags": [{"name": "y"}, {"name": "x"}, {"name": "z"}]}
    old["security"], new["security"] = [{"A": []}, {"B": []}], [{"C": []}, {"A": []}]
    for side in (old, new):
        side["paths"]["/alone"]["get"]["security"] = []
    everything = ("GET /alone", "PATCH /things", "POST /things")
    assert [(one.kind, one.pointer, one.old or one.new, one.operations) for one in compare(old, new)] == [
        ("added", "/security", {"C": []}, everything[1:]),
        ("removed", "/security", {"B": []}, everything[1:]),
        ("added", "/servers/0", {"url": "c"}, everything),
        ("removed", "/servers/1", {"url": "b"}, everything),
        ("added", "/tags/2", {"name": "z"}, ()),
    ]


def test_no_security_is_another_fact_than_that_of_the_document() -> None:
    old, new = contract(), contract()
    new["paths"]["/alone"]["get"]["security"] = []
    assert changes(old, new) == [("added", "/paths/~1alone/get/security", None, [])]


def test_a_security_scheme_reaches_the_operations_that_ask_for_it() -> None:
    old, new = contract(), contract()
    for side, kind in ((old, "http"), (new, "apiKey")):
        side["security"] = [{"Key": []}]
        side["paths"]["/alone"]["get"]["security"] = [{"Other": []}]
        side["components"]["securitySchemes"] = {"Key": {"type": kind}, "Other": {"type": "http"}}
    assert [one.operations for one in compare(old, new)] == [("PATCH /things", "POST /things")]


def test_the_first_tag_of_an_operation_is_a_fact() -> None:
    old, new = contract(), contract()
    old["paths"]["/alone"]["get"]["tags"], new["paths"]["/alone"]["get"]["tags"] = ["A", "B"], ["B", "A"]
    assert changes(old, new) == [("changed", "/paths/~1alone/get/tags", ["A", "B"], ["B", "A"])]


def test_a_vendor_extension_is_compared_to_its_leaves() -> None:
    old, new = contract(), contract()
    old["paths"]["/alone"]["get"]["x-payment-info"] = {"price": {"max": "10"}, "chains": ["a", "b"]}
    new["paths"]["/alone"]["get"]["x-payment-info"] = {"price": {"max": "5"}, "chains": ["a", "b"]}
    assert changes(old, new) == [("changed", "/paths/~1alone/get/x-payment-info/price/max", "10", "5")]


# Unions


def part(kind: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"type": {"enum": [kind]}, **properties}}


def named(letters: str) -> dict[str, Any]:
    return {letter: {"type": "string"} for letter in letters}


def test_branches_are_paired_whatever_their_order() -> None:
    old = {"anyOf": [part("text", text={"type": "string"}), part("image"), {"type": "string", "enum": ["a", "b"]}]}
    new = {"anyOf": [{"type": "string", "enum": ["b", "a"]}, part("text", text={"type": "string"}), part("image")]}
    assert of_things(old, new) == []


def test_branches_are_paired_by_the_property_that_sets_them_apart() -> None:
    old = {"oneOf": [part("text", a={"type": "string"}), part("image", b={"type": "string"})]}
    new = {"oneOf": [part("image", b={"type": "number"}), part("video"), part("text")]}
    assert of_things(old, new) == [
        ("removed", "/oneOf/0/properties/a", {"type": "string"}, None),
        ("changed", "/oneOf/0/properties/b/type", "string", "number"),
        ("added", "/oneOf/1", None, part("video")),
    ]


def test_branches_are_paired_by_their_shape() -> None:
    one = {"type": "object", "properties": named("abc")}
    other = {"type": "object", "properties": named("xyz")}
    more = {"type": "object", "properties": named("xyzw")}
    assert of_things({"anyOf": [one, other, {"type": "integer"}]}, {"anyOf": [more, one]}) == [
        ("added", "/anyOf/0/properties/w", None, {"type": "string"}),
        ("removed", "/anyOf/2", {"type": "integer"}, None),
    ]


def test_an_inline_branch_that_became_a_reference_is_found_again() -> None:
    old = {"anyOf": [{"type": "string"}, part("text")]}
    new = {"anyOf": [{"$ref": "#/components/schemas/Text"}, {"type": "string"}]}
    assert of_things(old, new, Text=part("text")) == [
        ("changed", "/anyOf/0", part("text"), {"$ref": "#/components/schemas/Text"})
    ]


# References


def test_a_fact_reaches_operations_through_references_of_any_depth() -> None:
    names = {"Thing": {"allOf": [{"$ref": "#/components/schemas/Deep"}]}, "Loose": {"type": "string"}}
    old = contract(**names, Deep={"properties": {"again": {"$ref": "#/components/schemas/Thing"}}})
    new = contract(**names, Deep={"properties": {"again": {"$ref": "#/components/schemas/Loose"}}})
    (change,) = compare(old, new)
    assert (change.pointer, change.old) == (
        "/components/schemas/Deep/properties/again/$ref",
        "#/components/schemas/Thing",
    )
    assert change.operations == ("PATCH /things", "POST /things")


def test_a_fact_below_a_reference_into_an_operation_reaches_both() -> None:
    old, new = contract(), contract()
    below = "paths/~1alone/get/responses/200/content/application~1json/schema"
    for side, kind in ((old, "object"), (new, "array")):
        side["components"]["schemas"]["Thing"] = {"$ref": f"#/{below}"}
        at(f"/{below}", side)["type"] = kind
    assert [one.operations for one in compare(old, new)] == [("GET /alone", "PATCH /things", "POST /things")]


def test_an_equal_schema_behind_a_reference_is_one_change() -> None:
    inline = {"type": "object", "properties": {"a": {"type": "string"}}}
    ref = {"$ref": "#/components/schemas/A"}
    assert of_things({"items": inline}, {"items": ref}, A=inline) == [("changed", "/items", inline, ref)]
    assert of_things({"items": ref}, {"items": inline}, A=inline) == [("changed", "/items", ref, inline)]


def test_another_schema_behind_a_reference_is_told_at_the_place_that_refers() -> None:
    inline = {"type": "object", "properties": {"a": {"type": "string"}}}
    ref = {"$ref": "#/components/schemas/A"}
    component = {"type": "object", "properties": {"a": {"type": "number"}}}
    assert of_things({"items": inline}, {"items": ref}, A=component) == [
        ("changed", "/items", inline, ref),
        ("changed", "/items/properties/a/type", "string", "number"),
    ]


@pytest.mark.parametrize("target", ["#/components/schemas/None", "other.yaml#/A", "#not-a-pointer", "#/~2"])
def test_a_reference_that_leads_nowhere_is_one_change(target: str) -> None:
    assert of_things({"type": "object"}, {"$ref": target}) == [("changed", "", {"type": "object"}, {"$ref": target})]


def test_references_in_a_circle_come_to_an_end() -> None:
    def ref(name: str) -> dict[str, Any]:
        return {"$ref": f"#/components/schemas/{name}"}

    old = contract(A={"properties": {"p": {"properties": {"q": ref("A")}}}}, Thing={"items": ref("A")})
    new = contract(A={"properties": {"p": ref("B")}}, B={"properties": {"q": {"properties": {"p": ref("B")}}}})
    new["components"]["schemas"]["Thing"] = {"items": {"properties": {"p": {"properties": {"q": ref("A")}}}}}
    assert compare(old, new)
    circle = contract(A=ref("B"), B=ref("A"), Thing={"items": ref("A")})
    assert compare(circle, contract(A=ref("B"), B=ref("A"), Thing={"items": {"type": "string"}}))


def test_a_renamed_component_went_and_came() -> None:
    old, new = contract(A={"type": "string"}), contract(B={"type": "string"})
    assert [(one.kind, one.pointer) for one in compare(old, new)] == [
        ("removed", "/components/schemas/A"),
        ("added", "/components/schemas/B"),
    ]


def test_prose_is_compared_by_pointer() -> None:
    found = prose_changes({"/a": "1", "/b/2": "2", "/b/10": "3"}, {"/b/10": "4", "/b/2": "5", "/c": "6"})
    assert found == ProseChanges(added=("/c",), removed=("/a",), changed=("/b/2", "/b/10"))
    assert found.count == 4


# Any contract

KEYS = st.sampled_from(["a", "b", "type", "enum", "$ref", "properties"])
SCALARS = st.sampled_from(["a", "b", 1, 1.0, True, None, "1"])
SCHEMAS = st.recursive(
    st.fixed_dictionaries({}, optional={"type": st.sampled_from(["string", "number"]), "default": SCALARS})
    | st.fixed_dictionaries({"enum": st.lists(SCALARS, max_size=3)})
    | st.sampled_from([{"$ref": f"#/components/schemas/{name}"} for name in ("Thing", "Two", "Gone")]),
    lambda inner: (
        st.fixed_dictionaries(
            {"properties": st.dictionaries(KEYS, inner, max_size=3)},
            optional={"required": st.lists(st.sampled_from("ab"), unique=True), "items": inner},
        )
        | st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=3)})
    ),
    max_leaves=8,
)
CONTRACTS = st.builds(lambda one, two: contract(Thing=one, Two=two), SCHEMAS, SCHEMAS)


def mirrored(one: Change) -> tuple[str, str, str, tuple[str, ...]]:
    kind = {"added": "removed", "removed": "added"}.get(one.kind, one.kind)
    return (kind, repr(one.new), repr(one.old), one.operations)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(CONTRACTS)
def test_no_contract_differs_from_itself(one: dict[str, Any]) -> None:
    assert compare(one, copy.deepcopy(one)) == ()


@settings(max_examples=250, deadline=None, derandomize=True)
@given(CONTRACTS, CONTRACTS)
def test_what_came_in_one_direction_went_in_the_other(one: dict[str, Any], other: dict[str, Any]) -> None:
    there, back = compare(one, other), compare(other, one)
    told = [(change.kind, repr(change.old), repr(change.new), change.operations) for change in there]
    # The branches of a union that are equally like others may be paired in another way.
    if "anyOf" not in repr((one, other)):
        assert sorted(told) == sorted(mirrored(change) for change in back)
    assert bool(there) == bool(back)
    assert len({repr(change) for change in there}) == len(there)


FULL = facts(
    {
        "openapi": "3.0.0",
        "info": {"version": "1"},
        "servers": [{"url": "https://a.test"}],
        "security": [{"Key": []}],
        "tags": [{"name": "Images"}],
        "paths": {
            "/images/{id}": {
                "parameters": [{"in": "path", "name": "id", "required": True, "schema": {"type": "string"}}],
                "post": {
                    "operationId": "edit",
                    "tags": ["Images"],
                    "deprecated": True,
                    "parameters": [{"in": "query", "name": "n", "schema": {"type": "integer", "maximum": 3}}],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Edit"}}},
                    },
                    "responses": {
                        "200": {
                            "headers": {"X-Cost": {"schema": {"type": "number"}}},
                            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
                        },
                        "400": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Edit"}}}},
                    },
                    "x-payment-info": {"price": "0.04"},
                },
                "get": {"responses": {"204": {}}},
            },
        },
        "components": {
            "schemas": {
                "Edit": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["prompt"],
                    "properties": {
                        "prompt": {"type": "string", "maxLength": 10},
                        "ratio": {"type": "string", "enum": ["1:1", "4:5"], "default": "1:1"},
                        "image": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
                    },
                },
            },
            "securitySchemes": {"Key": {"type": "http", "scheme": "bearer"}},
        },
    }
).contract


def droppable(value: Any, pointer: str = "") -> list[str]:
    """Every key of every object that is one fact: not what holds others by name, nor what a union is made of."""
    holders = {"properties", "paths", "components", "schemas", "responses", "content", "headers", "info"}
    holders |= {"parameters", "servers", "tags", "securitySchemes"}
    found = []
    if isinstance(value, dict):
        for key, item in value.items():
            below = f"{pointer}/{key.replace('/', '~1')}"
            lists_names = pointer.endswith("/post") and key == "tags"
            if (key not in holders or lists_names) and not (len(parts(below)) == 2 and key.startswith("/")):
                found.append(below)
            found += droppable(item, below)
    elif isinstance(value, list) and not pointer.endswith(("/enum", "/required", "/security", "/anyOf")):
        for index, item in enumerate(value):
            found += droppable(item, f"{pointer}/{index}")
    return [one for one in found if not one.endswith(("/in", "/name", "/url", "/$ref"))]


@pytest.mark.parametrize("pointer", droppable(FULL))
def test_each_single_fact_that_goes_is_one_change(pointer: str) -> None:
    new = copy.deepcopy(FULL)
    *above, key = parts(pointer)
    value = at("".join("/" + part.replace("/", "~1") for part in above), new).pop(key)
    assert changes(FULL, new) == [("removed", pointer, value, None)]
    assert changes(new, FULL) == [("added", pointer, None, value)]
    assert [one.operations for one in compare(FULL, new)] == [one.operations for one in compare(new, FULL)]


@pytest.mark.parametrize("pointer", [one for one in droppable(FULL) if not isinstance(at(one, FULL), dict)])
def test_each_single_value_that_differs_is_one_change(pointer: str) -> None:
    new = copy.deepcopy(FULL)
    *above, key = parts(pointer)
    holder = at("".join("/" + part.replace("/", "~1") for part in above), new)
    value = holder[key]
    if key == "anyOf":
        holder[key] = [*value, {"type": "null"}]
        assert changes(FULL, new) == [("added", f"{pointer}/2", None, {"type": "null"})]
    elif isinstance(value, list) and key != "tags":
        holder[key] = [*value, "new"]
        assert changes(FULL, new) == [("added", pointer, None, "new")]
    else:
        holder[key] = "new"
        assert changes(FULL, new) == [("changed", pointer, value, "new")]


def test_the_order_of_names_and_lists_that_are_sets_says_nothing() -> None:
    chance = random.Random(7)

    def shuffled(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            items = [(name, shuffled(item, name)) for name, item in value.items()]
            return dict(chance.sample(items, len(items)))
        if isinstance(value, list) and key != "tags":
            return chance.sample([shuffled(item) for item in value], len(value))
        return value

    for _ in range(20):
        assert compare(FULL, shuffled(FULL)) == ()


# Real descriptions


@cache
def real(name: str) -> Facts:
    return facts(published(name))


def real_changes(old: str, new: str) -> tuple[Change, ...]:
    return compare(real(old).contract, real(new).contract)


def test_the_bump_that_added_image_edit() -> None:
    found = real_changes("2025-07-02.de9c5745", "2025-07-08.504735b8")
    assert [(one.kind, one.pointer, one.operations) for one in found] == [
        ("added", "/components/schemas/EditImageRequest", ("POST /image/edit",)),
        ("changed", "/info/version", ()),
        ("added", "/paths/~1image~1edit/post", ("POST /image/edit",)),
    ]


def test_the_bump_in_which_inline_errors_became_references() -> None:
    found = real_changes("2025-07-09.240f3ef3", "2025-07-10.3793096c")
    assert [one.pointer for one in found[:3]] == [
        "/components/schemas/DetailedError",
        "/components/schemas/StandardError",
        "/info/version",
    ]
    assert len(found) == 3 + 76
    for one in found[3:]:
        assert (one.kind, list(one.new)) == ("changed", ["$ref"])
        assert one.old == resolve(real("2025-07-10.3793096c").contract, one.new["$ref"][1:])


def test_the_bump_that_renamed_a_property() -> None:
    found = real_changes("2025-11-27.3d77009a", "2025-11-27.03eacb75")
    below = "/components/schemas/GenerateImageRequest/properties"
    assert [(one.kind, one.pointer) for one in found] == [
        ("removed", f"{below}/aspectRatio"),
        ("added", f"{below}/aspect_ratio"),
        ("changed", "/info/version"),
    ]


def test_the_bump_that_changed_prose_only() -> None:
    old, new = real("2026-08-21.b36a3b80"), real("2026-08-22.1d9b674d")
    prose = {"/info/description": "one"}, {"/info/description": "another", "/paths/~1a/get/summary": "one more"}
    found = compare_facts(old.contract, new.contract, old_prose=prose[0], new_prose=prose[1])
    assert [one.pointer for one in found.changes] == ["/info/version"]
    assert found.prose.count == 2
    assert (found.operations_added, found.operations_removed) == ((), ())


def test_all_neighbours_mirror_each_other_and_differ_where_they_do() -> None:
    for old, new in zip(VERSIONS[::3], VERSIONS[1::3], strict=False):
        there, back = real_changes(old, new), real_changes(new, old)
        assert bool(there) == (real(old).contract != real(new).contract)
        assert len(there) == len(back)
        for one in there:
            if one.kind != "removed" and "$ref" not in repr(one.new):
                assert one.operations or not one.pointer.startswith("/paths")


def test_two_full_contracts_are_compared_in_a_tenth_of_a_second() -> None:
    old, new = real("2026-08-21.b36a3b80").contract, real("2026-08-22").contract
    times = []
    for _ in range(5):
        start = time.process_time()
        compare(old, new)
        times.append(time.process_time() - start)
    assert min(times) < 0.1


SCRIPT = """
import json, sys
from generator.drift.compare.compare import compare
old, new = json.load(sys.stdin)
print([repr(change) for change in compare(old, new)])
"""


def test_every_hash_seed_gives_the_same_bytes() -> None:
    new = copy.deepcopy(FULL)
    new["components"]["schemas"]["Edit"]["properties"]["ratio"]["enum"] = ["16:9", "3:2", "9:16"]
    new["components"]["schemas"]["Edit"]["required"] = ["ratio", "image"]
    new["paths"]["/b"] = new["paths"]["/c"] = {"get": {"responses": {}}}
    said = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            input=json.dumps([FULL, new]).encode(),
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "42")
    }
    assert len(said) == 1
