"""Overlays: their format, the result of applying one, and the rules of ours."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import OverlayError
from generator.source.yaml_reader import MAX_DEPTH
from generator.spec.overlay import Action, Applied, apply, load, load_file
from tests.table import table


def overlay(*actions: dict[str, Any]) -> str:
    return json.dumps({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": list(actions)})


def applied(contract: dict[str, Any], *actions: dict[str, Any]) -> Applied:
    return apply(load(overlay(*actions), source="test"), contract)


def result(contract: dict[str, Any], *actions: dict[str, Any]) -> dict[str, Any]:
    return applied(contract, *actions).document


# Applying


def test_mappings_merge_and_scalars_are_replaced() -> None:
    contract = {"a": {"b": {"kept": 1, "old": 2}}}
    action = {"target": "$.a", "update": {"b": {"old": 3, "new": 4}}}
    assert result(contract, action) == {"a": {"b": {"kept": 1, "old": 3, "new": 4}}}


def test_lists_inside_an_update_are_concatenated() -> None:
    action = {"target": "$.a", "update": {"tags": ["y", "z"]}}
    assert result({"a": {"tags": ["x", "y"]}}, action) == {"a": {"tags": ["x", "y", "y", "z"]}}


@pytest.mark.parametrize("value", [{"name": "q"}, ["p", "q"], "p", None])
def test_an_update_is_appended_to_a_selected_list_as_one_item(value: Any) -> None:
    assert result({"a": [1]}, {"target": "$.a", "update": value}) == {"a": [1, value]}


@pytest.mark.parametrize(
    ("present", "brought"),
    [({"x": 1}, 2), (2, {"x": 1}), ([1], 2), (2, [1]), ({"x": 1}, [1]), ([1], {"x": 1})],
)
def test_the_update_replaces_a_value_of_another_kind(present: Any, brought: Any) -> None:
    assert result({"a": {"k": present}}, {"target": "$.a", "update": {"k": brought}}) == {"a": {"k": brought}}


def test_the_root_can_be_updated() -> None:
    assert result({"a": 1}, {"target": "$", "update": {"b": 2}}) == {"a": 1, "b": 2}


def test_every_selected_node_gets_its_own_copy_of_the_update() -> None:
    updates = {"target": "$.list[*]", "update": {"new": {"x": 1}}}
    later = {"target": "$.list[0].new", "update": {"x": 2}}
    assert result({"list": [{}, {}]}, updates, later) == {"list": [{"new": {"x": 2}}, {"new": {"x": 1}}]}


def test_a_node_that_is_selected_twice_is_updated_once() -> None:
    assert result({"a": {"l": [1]}}, {"target": "$['a','a']", "update": {"l": [2]}}) == {"a": {"l": [1, 2]}}


def test_shared_objects_of_the_contract_are_updated_separately() -> None:
    shared: dict[str, Any] = {"type": "string"}
    contract = {"a": shared, "b": shared}
    actual = result(contract, {"target": "$.a", "update": {"title": "A"}})
    assert actual == {"a": {"type": "string", "title": "A"}, "b": {"type": "string"}}


def test_actions_apply_to_the_result_of_earlier_ones() -> None:
    first = {"target": "$", "update": {"made": {}}}
    second = {"target": "$.made", "update": {"here": True}}
    assert result({}, first, second) == {"made": {"here": True}}


def test_several_items_of_one_list_are_removed() -> None:
    assert result({"l": [0, 1, 2, 3, 4]}, {"target": "$.l[0,1,3,3]", "remove": True}) == {"l": [2, 4]}


def test_a_node_and_its_descendants_can_be_removed_together() -> None:
    contract = {"l": [{"x": {"x": 1}}, {"x": 2, "y": 3}, {"y": 4}]}
    assert result(contract, {"target": "$..x", "remove": True}) == {"l": [{}, {"y": 3}, {"y": 4}]}
    assert result(contract, {"target": "$.l..*", "remove": True}) == {"l": []}


def test_actions_that_select_nothing_are_reported() -> None:
    outcome = applied(
        {"a": {}},
        {"target": "$.gone", "update": {}},
        {"target": "$.a", "update": {"b": 1}},
        {"target": "$.a.c", "remove": True, "x-reason": "no longer needed"},
    )
    assert outcome.document == {"a": {"b": 1}}
    assert outcome.unmatched == (
        Action(number=1, target="$.gone", update={}),
        Action(number=3, target="$.a.c", remove=True),
    )


KEY: dict[str, Any] = {"type": "string"}
SECRET = {"x-python-secret": True}
ANSWER = "$.paths['/keys'].post.responses['200'].content['application/json'].schema"


@pytest.mark.parametrize("status", ["200", "201", "2XX"])
@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"key": KEY}},
        {"oneOf": [{"properties": {"key": KEY}}]},
        {"anyOf": [{"allOf": [{"$ref": "#/components/schemas/Key"}]}, {"nullable": True}]},
    ],
)
def test_an_action_follows_a_success_and_a_schema_that_are_written_in_another_way(
    status: str, schema: dict[str, Any]
) -> None:
    content = {"content": {"application/json": {"schema": schema}}}
    contract = {
        "paths": {"/keys": {"post": {"responses": {"400": {}, status: content}}}},
        "components": {"schemas": {"Key": {"properties": {"key": KEY}}}},
    }
    outcome = applied(contract, {"target": f"{ANSWER}.properties.key", "update": SECRET})
    assert not outcome.unmatched
    assert str(outcome.document).count(str(KEY | SECRET)) == 1


def test_an_action_follows_a_response_that_became_a_component_and_a_tag_that_is_a_constant() -> None:
    user = {"type": "object", "properties": {"role": {"const": "user"}, "key": {"type": ["null", "array"]}}}
    content = {"application/json": {"schema": {"anyOf": [user, {"type": "string"}]}}}
    contract = {
        "paths": {"/keys": {"post": {"responses": {"200": {"$ref": "#/components/responses/Key"}}}}},
        "components": {"responses": {"Key": {"content": content}}},
    }
    target = f"{ANSWER}.anyOf[?@.properties.role.enum[0]=='user'].properties[?@.type=='array']"
    outcome = applied(contract, {"target": target, "update": SECRET})
    assert not outcome.unmatched
    found = outcome.document["components"]["responses"]["Key"]["content"]["application/json"]["schema"]["anyOf"][0]
    assert found["properties"]["key"] == {"type": ["null", "array"], **SECRET}


def test_of_several_successes_and_branches_none_is_chosen_for_another() -> None:
    union = {"oneOf": [{"properties": {"key": KEY}}, {"properties": {"name": KEY}}]}
    for responses in (
        {"201": {"content": {"application/json": {"schema": {"properties": {"key": KEY}}}}}, "202": {}},
        {"200": {"content": {"application/json": {"schema": union}}}},
    ):
        contract = {"paths": {"/keys": {"post": {"responses": responses}}}}
        assert applied(contract, {"target": f"{ANSWER}.properties.key", "update": SECRET}).unmatched


def test_the_contract_is_not_changed() -> None:
    contract = {"a": {"l": [1, {"x": 1}], "m": {"k": "v"}}}
    before = copy.deepcopy(contract)
    result(
        contract,
        {"target": "$.a.l[1]", "update": {"x": 2}},
        {"target": "$.a.l", "update": 3},
        {"target": "$.a.m", "remove": True},
    )
    assert contract == before


def test_an_overlay_can_be_applied_again() -> None:
    ours = load(overlay({"target": "$", "update": {"l": [1]}}), source="test")
    first = apply(ours, {})
    first.document["l"].append(2)
    assert apply(ours, {}).document == {"l": [1]}


@pytest.mark.parametrize(
    ("action", "found"),
    [
        ({"target": "$.s", "update": {"x": 1}}, r"action 1 \(update \$\.s\) selects a str at \$\['s'\]"),
        ({"target": "$.m", "update": "text"}, r"selects a mapping at \$\['m'\] but brings a str"),
        ({"target": "$.m", "update": ["text"]}, "brings a list"),
        ({"target": "$", "remove": True}, "whole contract"),
    ],
)
def test_an_inapplicable_action_is_refused(action: dict[str, Any], found: str) -> None:
    with pytest.raises(OverlayError, match=found):
        applied({"s": "text", "m": {}}, action)


def test_a_contract_nested_too_deeply_is_refused() -> None:
    endless: dict[str, Any] = {}
    endless["a"] = endless
    deep: dict[str, Any] = {}
    for _ in range(100_000):  # from 3.12 on, Python has another limit for code in C, which may grow
        deep = {"a": deep}
    for contract in (endless, deep):
        with pytest.raises(OverlayError, match="nests too deeply"):
            applied(contract, {"target": "$", "update": {"x": 1}})


def test_a_recursive_query_reaches_the_deepest_allowed_level() -> None:
    deep: dict[str, Any] = {"title": "at the bottom"}
    for _ in range(MAX_DEPTH - 1):
        deep = {"a": deep}
    outcome = applied(deep, {"target": "$..title", "remove": True})
    assert outcome.unmatched == ()
    assert outcome.document == without(deep, "title")


@table("name", ["$", "@", "..", "*", "'", '"', "]", "\\", "\n", "", "__class__", "{{ 7 }}", "é"])
def test_names_of_the_contract_are_data_and_never_queries(name: str) -> None:
    contract = {"m": {name: {"x": 1}}, "n": {"x": 1}}
    actual = result(contract, {"target": "$.m[?@.x==1]", "update": {"seen": name}})
    assert actual == {"m": {name: {"x": 1, "seen": name}}, "n": {"x": 1}}


KEYS = st.sampled_from(["a", "b", "x", "title", "$ref", "0"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("abc$.é", max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
CONTRACTS = st.dictionaries(KEYS, JSON, max_size=4)


def without(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: without(item, key) for name, item in value.items() if name != key}
    if isinstance(value, list):
        return [without(item, key) for item in value]
    return value


@pytest.mark.slow
@settings(derandomize=True, deadline=None)
@given(contract=CONTRACTS, key=KEYS)
def test_removing_a_key_removes_only_that_key(contract: dict[str, Any], key: str) -> None:
    before = copy.deepcopy(contract)
    assert result(contract, {"target": f"$..['{key}']", "remove": True}) == without(before, key)
    assert contract == before


@pytest.mark.slow
@settings(derandomize=True, deadline=None)
@given(items=st.lists(st.integers(), max_size=8), picked=st.lists(st.integers(0, 9), min_size=1, max_size=6))
def test_list_indexes_refer_to_the_list_before_the_removal(items: list[int], picked: list[int]) -> None:
    outcome = applied({"l": items}, {"target": f"$.l[{','.join(map(str, picked))}]", "remove": True})
    assert outcome.document == {"l": [item for index, item in enumerate(items) if index not in picked]}
    assert bool(outcome.unmatched) == all(index >= len(items) for index in picked)


@pytest.mark.slow
@settings(derandomize=True, deadline=None)
@given(contract=CONTRACTS, update=CONTRACTS)
def test_an_update_adds_its_keys_and_keeps_the_others(contract: dict[str, Any], update: dict[str, Any]) -> None:
    actual = result(contract, {"target": "$", "update": update})
    assert actual.keys() == contract.keys() | update.keys()
    for key, value in contract.items():
        if key not in update:
            assert actual[key] == value
    for key, value in update.items():
        if not isinstance(value, dict | list) or key not in contract:
            assert actual[key] == value


# Reading

GOOD: dict[str, Any] = {
    "overlay": "1.0.1",
    "info": {"title": "t", "version": "1"},
    "actions": [{"target": "$.a", "update": {}}],
}


def test_a_whole_overlay_is_read() -> None:
    text = """
        overlay: 1.0.0
        info: { title: Ours, version: "2", x-note: any }
        extends: https://example.com/openapi.yaml
        x-more: [1]
        actions:
          - target: $.paths['/a'].get
            description: It has no name.
            x-reason: The vendor forgot it.
            remove: false
            update: { operationId: a }
          - { target: "$.info", remove: true, x-ticket: 7 }
    """
    ours = load(text.encode(), source="ours.yaml")
    assert ours.source == "ours.yaml"
    assert ours.actions == (
        Action(
            number=1,
            target="$.paths['/a'].get",
            update={"operationId": "a"},
            description="It has no name.",
        ),
        Action(number=2, target="$.info", remove=True),
    )


@table(
    ("change", "found"),
    [
        ({"overlay": "1.1.0"}, r"matching regex .*1.* - at `\$\.overlay`"),
        ({"overlay": 1.0}, r"Expected `str`, got `float` - at `\$\.overlay`"),
        ({"info": None}, "info: Expected `object`, got `null`"),
        ({"info": {"title": "t"}}, "info: .*required field `version`"),
        ({"info": {"title": "t", "version": 1.0}}, r"info: Expected `str`, got `float` - at `\$\.version`"),
        ({"info": {"title": "t", "version": "1", "licence": "x"}}, "info: .*unknown field `licence`"),
        ({"actions": []}, r"length >= 1 - at `\$\.actions`"),
        ({"actions": {"target": "$"}}, r"Expected `array`, got `object` - at `\$\.actions`"),
        ({"action": []}, "unknown field `action`"),
    ],
)
def test_an_overlay_of_another_shape_is_refused(change: dict[str, Any], found: str) -> None:
    with pytest.raises(OverlayError, match=found):
        load(json.dumps({**GOOD, **change}), source="ours.yaml")


@pytest.mark.parametrize("key", ["overlay", "info", "actions"])
def test_the_required_keys_of_the_specification_are_required(key: str) -> None:
    with pytest.raises(OverlayError, match=rf"ours\.yaml: .*required field `{key}`"):
        load(json.dumps({name: value for name, value in GOOD.items() if name != key}), source="ours.yaml")


@table(
    ("action", "found"),
    [
        ("$.a", "Expected `object`, got `str`"),
        ({"update": {}}, "required field `target`"),
        ({"target": "$.a"}, "this one has neither"),
        ({"target": "$.a", "remove": False}, "this one has neither"),
        ({"target": "$.a", "remove": True, "update": {}}, "this one has both"),
        ({"target": "$.a", "remove": "yes"}, r"Expected `bool`, got `str` - at `\$\.remove`"),
        ({"target": "$.a", "updates": {}}, "unknown field `updates`"),
        ({"target": "a.b", "update": {}}, "is not a JSONPath"),
        ({"target": "$.a[?", "update": {}}, "is not a JSONPath"),
        ({"target": "$.a[?nope(@)]", "update": {}}, "is not a JSONPath"),
        ({"target": 7, "update": {}}, r"Expected `str`, got `int` - at `\$\.target`"),
        ({"target": "$", "update": {}, "description": True}, r"got `bool` - at `\$\.description`"),
    ],
)
def test_an_invalid_action_is_named_by_its_number(action: Any, found: str) -> None:
    with pytest.raises(OverlayError, match=f"^ours.yaml: action 2.*{found}"):
        load(json.dumps({**GOOD, "actions": [*GOOD["actions"], action]}), source="ours.yaml")


@table(
    ("text", "found"),
    [
        ("", "found nothing"),
        ("[]", "got `array`"),
        ("a: [", r"as YAML: found a mistake in its YAML \(.*\) at line 2, column 1\. Mend it"),
        ("a: 1\n<<<<<<< HEAD\nb: 2\n", r"at line [23], column 1\."),
        (b"a: \xe9", "the byte 0xe9 in line 1"),
        (b"\xff\xfe\xff", "UTF-16"),
        ("overlay: 1.0.0\noverlay: 1.0.1", r"'overlay' a second time .* at line 2, column 1\. Mend it"),
        ("200: {}", "unknown field `200`|required field `overlay`"),
        ("? [a]\n: 1", "a sequence as a key"),
        ("a: !!python/object/apply:os.getcwd []", "as YAML"),
        ("a: &a [*a]", "contains itself"),
    ],
)
def test_text_that_is_not_a_yaml_mapping_is_refused(text: str | bytes, found: str) -> None:
    with pytest.raises(OverlayError, match=f"(?s)ours.yaml.*{found}"):
        load(text, source="ours.yaml")


def test_an_update_is_read_as_a_description_is() -> None:
    text = overlay({"target": "$", "update": "VALUE"}).replace('"VALUE"', "{since: 2026-01-02, 200: off}")
    assert load(text, source="ours.yaml").actions[0].update == {"since": "2026-01-02", "200": "off"}


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OverlayError, match=r"Tried to read the overlay .*none\.yaml"):
        load_file(tmp_path / "none.yaml")
