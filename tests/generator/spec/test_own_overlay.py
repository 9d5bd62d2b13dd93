"""The overlay of this tree: its names, words, reasons and targets."""

from __future__ import annotations

import builtins
import json
import keyword
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.plan.naming.lock_file import load_names
from generator.spec.identity import written
from generator.spec.overlay import apply, load_file

SPEC = Path(__file__).parents[3] / "spec"
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
RESERVED = {"Client", "Image", "Model", "Operation", "Response", "Stream", "Venice"}


@pytest.fixture(scope="module")
def operations() -> dict[str, dict[str, Any]]:
    """Return the updates of operations in our overlay, by target."""
    return {
        action.target: action.update
        for action in load_file(SPEC / "overlay.yaml").actions
        if isinstance(action.update, dict) and "x-python-name" in action.update
    }


def test_our_names_are_unique_valid_identifiers(operations: dict[str, dict[str, Any]]) -> None:
    names = [update["x-python-name"] for update in operations.values()]
    assert len(names) == len(set(names))
    for name in names:
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*(\.[a-z][a-z0-9]*(_[a-z0-9]+)*)+", name), name
        assert not any(keyword.iskeyword(part) for part in name.split(".")), name


def test_no_name_is_both_an_operation_and_a_resource(operations: dict[str, dict[str, Any]]) -> None:
    names = {update["x-python-name"] for update in operations.values()}
    resources = {name.rsplit(".", count)[0] for name in names for count in range(1, name.count(".") + 1)}
    assert names & resources == set()


def test_our_summaries_are_one_plain_sentence(operations: dict[str, dict[str, Any]]) -> None:
    for update in operations.values():
        summary = update["summary"]
        assert len(summary) <= 100, summary
        assert re.fullmatch(r"[A-Z]([^.!?\n`*<>\[\]]|\.(?=[a-z]))*\.", summary), summary


def test_our_descriptions_are_short(operations: dict[str, dict[str, Any]]) -> None:
    for update in operations.values():
        text = update.get("description", "A word.")
        assert text.endswith("."), text
        assert 1 <= len(re.findall(r"\.(?:\s|$)", text)) <= 5, text


def test_our_targets_are_named_once_for_each_reason() -> None:
    actions = load_file(SPEC / "overlay.yaml").actions
    targets = [(action.target, action.description) for action in actions if action.target != "$.components.schemas"]
    assert len(targets) == len(set(targets))


def test_our_corrections_and_additions_give_a_reason() -> None:
    for action in load_file(SPEC / "overlay.yaml").actions:
        if action.remove or not action.update.keys() & {"title", "x-python-name"}:
            assert action.description, action


def test_our_titles_are_valid_class_names() -> None:
    actions = load_file(SPEC / "overlay.yaml").actions
    titles = {action.update["title"] for action in actions if "title" in (action.update or {})}
    assert titles
    for title in titles:
        assert re.fullmatch(r"([A-Z][a-z]*[0-9]*)+", title), title
        assert not keyword.iskeyword(title)
        assert not hasattr(builtins, title), title
    assert titles & RESERVED == set()


@pytest.mark.slow
def test_our_file_is_read_alike_by_yaml_1_1_and_1_2() -> None:
    """A plain scalar is null, true, false, a decimal integer, or text that neither version resolves."""
    nodes = [yaml.compose((SPEC / "overlay.yaml").read_text(encoding="utf-8"), Loader=yaml.SafeLoader)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.MappingNode):
            nodes += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            nodes += node.value
        elif isinstance(node, yaml.ScalarNode) and node.style is None:
            assert re.fullmatch(r"true|false|null|0|[1-9][0-9]*|[$x]?[A-Za-z-][\w./-]*", node.value), node
            if node.tag.endswith(":bool"):
                assert node.value in {"true", "false"}, node


def test_our_targets_are_paths_in_the_lock() -> None:
    """A removed operation keeps its texts in case it returns; a misspelt path is an error."""
    known = {written(address) for one in load_names().operations.values() for address in one.addresses}
    for action in load_file(SPEC / "overlay.yaml").actions:
        match = re.match(r"\$\.paths\['([^']+)'\]\.([a-z]+)", action.target)
        if match:
            assert written((match[2], match[1])) in known, action


def test_our_overlay_refers_only_to_its_own_schemas() -> None:
    small = {"openapi": "3.0.0", "info": {"version": "1"}, "paths": {}, "components": {"schemas": {}}}
    document = apply(load_file(SPEC / "overlay.yaml"), small).document
    names = re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document))
    assert set(names) <= set(document["components"]["schemas"])
