"""A type becomes a strict schema, and the text of a response becomes a value of that type."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
from typing import Annotated, Any, Literal, Optional, TypedDict

import attrs
import msgspec
import pydantic
import pydantic.dataclasses
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator

from venice_client import RequestValidationError
from venice_client.chat import strict_schema
from venice_client.chat.partial import parse_partial
from venice_client.chat.schema import OutputType


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass
class Node:
    name: str
    color: Color
    child: Optional[Node] = None  # noqa: UP045  # as callers write it


class Point(TypedDict):
    x: int
    label: Literal["a", "b"]


@attrs.define
class Box:
    corner: Point
    size: float = 1.0


class Step(pydantic.BaseModel):
    text: str
    number: int = 5


class Answer(pydantic.BaseModel):
    """An answer."""

    steps: list[Step]
    first: Step
    color: Color | None = None


class Tree(pydantic.BaseModel):
    name: str
    leaves: list[Tree]


class Day(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(strict=True)
    date: datetime.date
    hours: tuple[int, int]


class Cat(pydantic.BaseModel):
    kind: Literal["cat"]


class Dog(pydantic.BaseModel):
    kind: Literal["dog"]


@dataclasses.dataclass
class Held:
    step: Step
    tree: Tree


@pydantic.dataclasses.dataclass
class Code:
    text: Annotated[str, pydantic.Field(min_length=2)]


@dataclasses.dataclass
class Fact:
    """A plain dataclass with what pydantic alone reads."""

    year: Annotated[int, pydantic.Field(ge=1900, description="Year of birth.")]
    pet: Cat | Dog | None = None


def test_metadata_of_pydantic_in_a_plain_dataclass_is_read_by_pydantic() -> None:
    output = OutputType(list[Fact])
    fields = output.schema["$defs"]["Fact"]["properties"]
    assert (fields["year"]["description"], fields["year"]["minimum"]) == ("Year of birth.", 1900)
    with pytest.raises(ValueError, match="greater than or equal to 1900"):
        output.read('{"value": [{"year": 5}]}')
    assert OutputType(Annotated[int, pydantic.Field(gt=3)]).schema["properties"]["value"]["exclusiveMinimum"] == 3  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "text", "value"), [(list[int], "[1, 2]", [1, 2]), (int, "```json\n5\n```", 5),
                                                     (Cat | Dog, '{"kind": "cat"}', Cat(kind="cat"))])  # fmt: skip
def test_a_value_without_the_object_around_it_is_read(kind: Any, text: str, value: Any) -> None:
    assert OutputType(kind).read(text) == value
    with pytest.raises(ValueError, match=r"object|array|int|Field required"):
        OutputType(kind).read('{"items": [1]}')


def test_a_dataclass_of_pydantic_is_checked_by_pydantic() -> None:
    assert OutputType(Code).read('{"text": "ab"}') == Code("ab")
    with pytest.raises(ValueError, match="at least 2 characters"):
        OutputType(Code).read('{"text": "a"}')


CASES: list[tuple[Any, Any, Any]] = [
    (Node, {"name": "a", "color": "red", "child": {"name": "b", "color": "blue", "child": None}},
     Node("a", Color.RED, Node("b", Color.BLUE))),
    (Point, {"x": 1, "label": "a"}, {"x": 1, "label": "a"}),
    (Box, {"corner": {"x": 1, "label": "b"}, "size": 2.5}, Box({"x": 1, "label": "b"}, 2.5)),
    (Answer, {"steps": [{"text": "t", "number": 1}], "first": {"text": "u", "number": 2}, "color": "red"},
     Answer(steps=[Step(text="t", number=1)], first=Step(text="u", number=2), color=Color.RED)),
    (list[Point], {"value": [{"x": 1, "label": "a"}]}, [{"x": 1, "label": "a"}]),
    (int, {"value": 5}, 5),
    (list[Step], {"value": [{"text": "t", "number": 1}]}, [Step(text="t", number=1)]),
    (Answer | None, {"value": None}, None),
    (list[Day], {"value": [{"date": "2026-01-01", "hours": [1, 2]}]},
     [Day(date=datetime.date(2026, 1, 1), hours=(1, 2))]),
    (Step | Tree, {"value": {"name": "a", "leaves": []}}, Tree(name="a", leaves=[])),
    (list[Step | Color | None], {"value": [{"text": "t", "number": 1}, "red", None]},
     [Step(text="t", number=1), Color.RED, None]),
    (Annotated[Cat | Dog, pydantic.Field(discriminator="kind")], {"value": {"kind": "dog"}}, Dog(kind="dog")),
    (Fact, {"year": 2000, "pet": {"kind": "dog"}}, Fact(2000, Dog(kind="dog"))),
    (Held, {"step": {"text": "t", "number": 1}, "tree": {"name": "a", "leaves": []}},
     Held(Step(text="t", number=1), Tree(name="a", leaves=[]))),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "wire", "value"), CASES, ids=lambda item: getattr(item, "__name__", ""))
def test_json_is_parsed_to_a_value_of_the_output_type(kind: Any, wire: Any, value: Any) -> None:
    output = OutputType(kind)
    assert output.read(json.dumps(wire)) == value
    OAS31Validator(output.schema).validate(wire)
    with pytest.raises(ValueError, match=r".+"):
        output.read(json.dumps({name: {"unexpected": []} for name in wire}))
    with pytest.raises(ValueError, match=r".+"):
        output.read("no JSON")


def objects(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [found for item in schema for found in objects(item)]
    if not isinstance(schema, dict):
        return []
    own = [schema] if schema.get("type") == "object" else []
    return own + [found for item in schema.values() for found in objects(item)]


@pytest.mark.parametrize("kind", [case[0] for case in CASES], ids=lambda kind: getattr(kind, "__name__", ""))
def test_every_object_of_a_schema_is_closed_and_requires_all_properties(kind: Any) -> None:
    schema = OutputType(kind).schema
    assert schema["type"] == "object"
    assert "$ref" not in schema
    for item in objects(schema):
        assert item["additionalProperties"] is False
        assert item["required"] == list(item["properties"])
    assert '"default"' not in json.dumps(schema)


def test_a_loose_schema_is_made_strict() -> None:
    loose = {
        "type": "object",
        "properties": {"a": {"type": "object", "properties": {"b": {"oneOf": [{"type": "null"}]}}}},
    }
    schema = strict_schema(loose)
    assert schema["required"] == ["a"]
    assert schema["properties"]["a"]["additionalProperties"] is False
    assert "anyOf" in schema["properties"]["a"]["properties"]["b"]
    assert "required" not in loose


def test_the_name_of_a_schema_is_valid_for_the_api() -> None:
    assert OutputType(Answer).name == "Answer"
    assert OutputType(list[Point]).response_format["json_schema"]["name"]
    assert OutputType(Answer, name="my answer!").text_format["name"] == "my_answer"


def test_a_class_without_declared_fields_is_refused_by_its_name() -> None:
    class Plain: ...

    with pytest.raises(RequestValidationError, match="Plain is not a dataclass, attrs class, TypedDict or"):
        OutputType(list[Plain])


class Nothing(TypedDict): ...


@pytest.mark.parametrize("kind", [dict, pydantic.create_model("Empty"), Nothing])
def test_a_type_that_only_an_empty_object_fits_is_refused_as_output(kind: Any) -> None:
    output = OutputType(kind)  # of the arguments of a tool without any, it is right
    for form in ("response_format", "text_format"):
        with pytest.raises(RequestValidationError, match="has no fields, so only an empty object fits it"):
            getattr(output, form)
    assert OutputType(dict[str, int]).response_format


@pytest.mark.parametrize("kind", [object(), open, type("Bare", (), {"__init__": lambda self, x: None})])
def test_a_type_without_a_schema_is_refused(kind: Any) -> None:
    with pytest.raises(RequestValidationError, match="JSON schema"):
        OutputType(kind)


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"x": 1, "label": "a"}\n```',
        '```\n{"x": 1, "label": "a"}\n```\n',
        '\ufeff{"x": 1, "label": "a"}',
        '<think>{"x": 3}</think>\n{"x": 1, "label": "a"}',
        '<think>hm</think>\n```json\n{"x": 1, "label": "a"}\n```',
    ],
)
def test_json_that_a_model_wraps_is_read(text: str) -> None:
    assert OutputType(Point).read(text) == Point(x=1, label="a")


@pytest.mark.parametrize(
    "text", ['Here: {"x": 1, "label": "a"}', '{"x": 1, "label": "a"} done', "```json\n```", "<think>{}"]
)
def test_json_inside_of_prose_is_refused(text: str) -> None:
    with pytest.raises((ValueError, msgspec.MsgspecError)):
        OutputType(Point).read(text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, derandomize=True)
@given(value=st.dictionaries(st.text(max_size=4), VALUES, max_size=4), ascii=st.booleans())
def test_every_prefix_of_json_is_parsed(value: dict[str, Any], ascii: bool) -> None:  # noqa: A002
    text = json.dumps(value, ensure_ascii=ascii)
    assert parse_partial(text) == value
    for end in range(1, len(text)):
        found = parse_partial(text[:end])
        assert isinstance(found, dict)
        assert list(found) == list(value)[: len(found)]
        for name in list(found)[:-1]:
            assert found[name] == value[name]


@pytest.mark.parametrize("text", ["", "  ", "nope", "}", "[}", '{"a": 1}}', "\x00"])
def test_invalid_json_is_parsed_to_none(text: str) -> None:
    assert parse_partial(text) is None
