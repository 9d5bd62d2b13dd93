"""Python names from any text: valid, short, unique, and not changed by openapi-python-client."""

from __future__ import annotations

import keyword
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openapi_python_client.strings import ClassName, PythonIdentifier, pascal_case

from generator.plan import plan_of
from generator.plan.naming.identifiers import (
    ARGUMENTS,
    CLASSES,
    DEVICES,
    LONGEST,
    MODEL_MEMBERS,
    class_name,
    class_of,
    identifier,
    module_name,
    pascal,
    singular,
    unique,
)

pytestmark = pytest.mark.slow

TEXTS = (
    st.text() | st.text(alphabet="aAbB1_- .", max_size=12) | st.sampled_from([*keyword.kwlist, *ARGUMENTS, *CLASSES])
)
COMMON = settings(derandomize=True, deadline=None, database=None, max_examples=300)


@COMMON
@given(TEXTS)
@example("a" * 5_000)
@example("Aa1" * 2_000)
@example("\uff43lass")
def test_a_class_name_is_valid_short_and_unchanged_by_the_tool(text: str) -> None:
    name = class_name(text)
    assert name.isidentifier()
    assert name.isascii()
    assert not keyword.iskeyword(name)
    assert name not in CLASSES
    assert len(name) <= LONGEST + 10
    assert str(ClassName(name, "Schema")) == name
    assert len(module_name(name)) <= 200
    assert module_name(name).isidentifier()


@COMMON
@given(TEXTS)
@example("a" * 5_000)
@example("__import__")
def test_an_identifier_is_valid_short_and_not_private(text: str) -> None:
    name = identifier(text, reserved=MODEL_MEMBERS | ARGUMENTS)
    assert name.isidentifier()
    assert name.isascii()
    assert not keyword.iskeyword(name)
    assert not name.startswith("_")
    assert name not in MODEL_MEMBERS | ARGUMENTS
    assert len(name) <= LONGEST + 1
    assert str(PythonIdentifier(name, "field_")).isidentifier()


@COMMON
@given(st.lists(TEXTS.map(identifier), max_size=12), st.sets(TEXTS.map(identifier), max_size=3))
def test_unique_names_differ_without_regard_to_case(names: list[str], taken: set[str]) -> None:
    made = unique(names, reserved=taken)
    assert len({module_name(name).casefold() for name in [*made]}) == len(names)
    assert {module_name(name) for name in made}.isdisjoint(module_name(name) for name in taken)


def test_long_names_with_a_common_prefix_differ() -> None:
    assert class_name("A" * 5_000) != class_name("A" * 5_000 + "b")
    assert identifier("a" * 5_000) != identifier("a" * 5_000 + "b")


def test_class_names_of_resources_shadow_no_other_name() -> None:
    assert class_of("chat.completions") == "ChatCompletions"
    for resource in ("none", "true", "stream", "resource", "client", "any", "sync_resources"):
        name = class_of(resource)
        assert not keyword.iskeyword(name)
        assert {name, f"Async{name}"}.isdisjoint(CLASSES)


@pytest.mark.parametrize(
    ("text", "name"),
    [("image/edit", "image_edit"), ("modelId", "model_id"), ("2fa", "field_2fa"), ("", "field"), ("from", "from_")],
)
def test_names_follow_python_conventions(text: str, name: str) -> None:
    assert identifier(text) == name
    assert pascal("image edit") == "ImageEdit"


@pytest.mark.parametrize(
    ("many", "one"),
    [("Images", "Image"), ("Entries", "Entry"), ("Status", "StatusItem"), ("Class", "ClassItem"), ("Ids", "IdsItem")],
)
def test_the_class_of_a_list_item_has_a_singular_name(many: str, one: str) -> None:
    assert singular(many) == one


@COMMON
@given(st.text(alphabet="abzABZ019_- .", max_size=30) | st.sampled_from([*keyword.kwlist, "id", "list", "datetime"]))
def test_naming_agrees_with_openapi_python_client(text: str) -> None:
    assert pascal(text) == pascal_case(text)
    assert module_name(text) == str(PythonIdentifier(text, "field_"))


@pytest.mark.parametrize("text", ["con", "NUL", "Aux", "com1", "LPT9", "prn"])
def test_no_file_has_a_reserved_name_of_windows(text: str, contract_of: Callable[..., Any]) -> None:
    schemas = {text: {"type": "object", "properties": {"a": {"type": "string"}}}}
    body = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{text}"}}}}
    plan = plan_of(contract_of(schemas, operationId=text, tags=[text], requestBody=body))[0]
    files = [model.module for model in plan.models.values()]
    files += [part for item in plan.operations for part in (item.tag, *item.module.split("."))]
    assert not {name.lower() for name in files} & DEVICES
