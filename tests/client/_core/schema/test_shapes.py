"""Values that match the contract are decoded, and others are returned unchanged."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.table import table
from venice_client._core.schema.model import Maybe, Model, field
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import (
    AnyOf,
    Anything,
    Array,
    Binary,
    Boolean,
    Choice,
    Dictionary,
    Integer,
    Null,
    Number,
    Ref,
    Shape,
    Text,
    Vector,
)
from venice_client.models import ChatCompletion, EmbeddingList

models = ModuleType("models")


class TextPart(Model):
    text: str = field("text", Text())
    type: str = field("type", Choice("text"))


class ImagePart(Model):
    url: str = field("url", Text())
    type: str = field("type", Choice("image"))


class Small(Model):
    a: Maybe[int] = field("a", Integer(), default=UNSET)


class Large(Model):
    a: Maybe[int] = field("a", Integer(), default=UNSET)
    b: Maybe[int] = field("b", Integer(), default=UNSET)


class Spoken(Model):
    role: str = field("role", Choice("user", "developer"))


class Answered(Model):
    role: str = field("role", Choice("assistant"))


class Done(Model):
    ok: bool = field("ok", Choice(True))


class Failed(Model):
    ok: bool = field("ok", Choice(False))


for _model in (TextPart, ImagePart, Small, Large, Spoken, Answered, Done, Failed):
    setattr(models, _model.__name__, _model)
models.Colour_VALUES = ("red", "green")  # type: ignore[attr-defined]
models.Shade_VALUES = ("grey",)  # type: ignore[attr-defined]

TEXT_PART, IMAGE_PART = Ref(models, "TextPart"), Ref(models, "ImagePart")
SMALL, LARGE = Ref(models, "Small"), Ref(models, "Large")
SPOKEN, ANSWERED = Ref(models, "Spoken"), Ref(models, "Answered")
DONE, FAILED = Ref(models, "Done"), Ref(models, "Failed")

SHAPES: list[Shape] = [
    Anything(),
    Null(),
    Text(),
    Number(),
    Integer(),
    Boolean(),
    Binary(),
    Choice("a", "b"),
    Choice.of(models, "Colour"),
    SMALL,
    Array(SMALL),
    Array(Text()),
    Dictionary(LARGE),
    Dictionary(),
    AnyOf(Text(), Null()),
    AnyOf(TEXT_PART, IMAGE_PART),
    AnyOf(Text(), Array(AnyOf(TEXT_PART, IMAGE_PART)), Null()),
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "type", "text", "url"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.slow
@given(shape=st.sampled_from(SHAPES), raw=json_values)
@settings(derandomize=True, max_examples=300, deadline=None)
def test_decoding_accepts_and_preserves_any_json_value(shape: Shape, raw: Any) -> None:
    def plain(value: Any) -> Any:
        if isinstance(value, Model):
            return value.to_dict()
        if isinstance(value, list):
            return [plain(item) for item in value]
        return {name: plain(item) for name, item in value.items()} if isinstance(value, dict) else value

    assert shape.fits(raw) >= 0
    assert plain(shape.decode(raw)) == raw


@table(
    ("shape", "good", "bad"),
    [
        (Null(), [None], [0, "", False]),
        (Text(), ["", "a"], [None, 1, b"a", []]),
        (Number(), [1, 1.5], [True, "1", None]),
        (Integer(), [1], [1.5, True, "1"]),
        (Boolean(), [True, False], [0, 1, "true", None]),
        (Binary(), [b"a", bytearray(b"a"), open], ["a", 1, 1.5, True, None, [], {}]),
        (Choice("a"), ["a"], ["b", 1, None]),
        (Choice.of(models, "Shade"), ["grey"], ["new", 1, None]),
        (Choice("a", "b"), ["a", "new"], [None, True, 1.5, []]),
        (Choice(1, 2), [1, 3], [True, None]),
        (Array(Text()), [[], ["a"], ("a",)], ["a", None, [1], {}]),
        (Dictionary(Text()), [{}, {"a": 1}], [[], "a", None]),
        (
            TEXT_PART,
            [{"type": "text", "text": "a"}, {"type": "text"}],
            [{"type": "image", "text": "a"}, {"z": 1}, [], None],
        ),
        (SMALL, [{}, {"a": 1}, {"z": 1}], [[], "a"]),
        (AnyOf(Text(), Null()), ["a", None], [1, []]),
    ],
)
def test_a_shape_fits_only_values_of_its_type(shape: Shape, good: list[Any], bad: list[Any]) -> None:
    assert [value for value in good if not shape.fits(value)] == []
    assert [value for value in bad if shape.fits(value)] == []


def test_a_constant_field_chooses_the_branch_of_a_union() -> None:
    union = AnyOf(IMAGE_PART, TEXT_PART)
    assert isinstance(union.decode({"type": "text", "text": "a", "url": "b"}), TextPart)
    assert isinstance(union.decode({"type": "image", "text": "a", "url": "b"}), ImagePart)


def test_a_union_without_a_constant_field_chooses_the_branch_with_most_known_fields() -> None:
    for union in (AnyOf(SMALL, LARGE), AnyOf(LARGE, SMALL)):
        assert isinstance(union.decode({"a": 1, "b": 2}), Large)


def test_the_first_of_equally_fitting_branches_is_chosen() -> None:
    assert isinstance(AnyOf(SMALL, LARGE).decode({"a": 1}), Small)
    assert isinstance(AnyOf(LARGE, SMALL).decode({"a": 1}), Large)


@pytest.mark.parametrize("raw", [{"type": "video"}, {"z": 1}, "text", 5, None, [], [{"type": "text"}]])
def test_a_value_that_fits_no_branch_is_returned_unchanged(raw: Any) -> None:
    assert AnyOf(TEXT_PART, IMAGE_PART).decode(raw) is raw


def test_a_union_chooses_the_branch_of_a_list_by_its_items() -> None:
    union = AnyOf(TEXT_PART, Array(TEXT_PART), Array(IMAGE_PART), Text())
    part = {"type": "image", "url": "a"}
    found = union.decode([part, part])
    assert [type(item) for item in found] == [ImagePart, ImagePart]
    assert union.decode("a") == "a"
    assert union.decode([]) == []


def test_nested_lists_and_mappings_decode_their_values() -> None:
    found = Dictionary(Array(Array(SMALL))).decode({"k": [[{"a": 1}, "odd"], None]})
    assert isinstance(found["k"][0][0], Small)
    assert found["k"][0][0].a == 1
    assert found["k"][0][1] == "odd"
    assert found["k"][1] is None


@pytest.mark.parametrize("shape", [Array(Integer()), Dictionary(Text()), AnyOf(Array(Integer()), Null())])
def test_values_without_models_are_not_copied(shape: Shape) -> None:
    for raw in ([1, 2], {"a": "b"}):
        assert shape.plain
        assert shape.decode(raw) is raw


@table("shape", [Array(SMALL), Dictionary(SMALL), SMALL])
@table("raw", ["text", 5, True])
def test_a_value_of_another_type_is_returned_unchanged(shape: Shape, raw: Any) -> None:
    assert shape.decode(raw) is raw


@table(
    ("raw", "expected"),
    [
        ("AACAPwAAAMA=", [1.0, -2.0]),  # of OpenAI's encoding: 32-bit floats, little-endian
        ("", []),
        ([0.5, 1], [0.5, 1]),
        ("AACAPwA=", "AACAPwA="),  # not a whole number of floats
        ("no base64!", "no base64!"),
        (None, None),
    ],
)
def test_a_vector_in_base64_reads_as_numbers(raw: Any, expected: Any) -> None:
    assert Vector(Number()).decode(raw) == expected
    found = EmbeddingList.from_dict({"data": [{"embedding": raw}]})
    assert found.vectors == [[] if expected is None else expected]
    assert found.to_dict() == {"data": [{"embedding": raw}]}


def test_a_known_value_fits_a_choice_better_than_a_new_one() -> None:
    choice = Choice.of(models, "Colour")
    assert choice.values == ("red", "green")
    assert choice.fits("red") > choice.fits("blue") > 0


def test_the_repr_of_a_shape_omits_the_module_of_its_models() -> None:
    shown = repr(AnyOf(TEXT_PART, Array(Choice.of(models, "Colour"))))
    assert "TextPart" in shown
    assert "Colour" in shown
    assert "<module" not in shown


def test_a_missing_required_field_does_not_prevent_decoding() -> None:
    message = ChatCompletion.from_dict({"choices": [{"message": {"content": "hi"}}]}).choices[0].message
    assert message.content == "hi"
    assert message.role is None


@table("raw", [{}, {"z": 1}, {"type": "image"}, {"text": None}])
@table("union", [AnyOf(TEXT_PART, Null()), AnyOf(Text(), TEXT_PART), AnyOf(AnyOf(TEXT_PART), Null())])
def test_a_union_with_one_object_branch_decodes_any_object_to_it(union: AnyOf, raw: Any) -> None:
    found = union.decode(raw)
    assert isinstance(found, TextPart)
    assert found.to_dict() == raw


@pytest.mark.parametrize("union", [AnyOf(SPOKEN, ANSWERED), AnyOf(ANSWERED, SPOKEN)])
def test_a_tag_with_several_values_chooses_the_branch(union: AnyOf) -> None:
    assert isinstance(union.decode({"role": "developer"}), Spoken)
    assert isinstance(union.decode({"role": "assistant", "x": 1}), Answered)


@pytest.mark.parametrize("union", [AnyOf(DONE, FAILED), AnyOf(FAILED, DONE)])
def test_a_boolean_tag_chooses_the_branch(union: AnyOf) -> None:
    assert isinstance(union.decode({"ok": True}), Done)
    assert isinstance(union.decode({"ok": False}), Failed)
    assert union.decode({"ok": 1}) == {"ok": 1}


def test_a_discriminator_chooses_by_mapping_or_component_name() -> None:
    mapped = AnyOf(SMALL, LARGE, tag="kind", names={"woof": "Large"})
    assert isinstance(mapped.decode({"kind": "woof"}), Large)
    assert isinstance(AnyOf(SMALL, LARGE, tag="kind").decode({"kind": "Large"}), Large)
    assert isinstance(mapped.decode({"kind": "new", "a": 1}), Small)
