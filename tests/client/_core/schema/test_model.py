"""Models keep the received JSON, decode fields on access, and accept any response."""

from __future__ import annotations

import asyncio
import copy
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.table import table
from venice_client import UNSET, models
from venice_client._core.schema.encoding import encode
from venice_client._core.schema.model import Model
from venice_client._core.schema.shapes import Array, Shape
from venice_client.models import (
    ApiKey,
    ChatCompletion,
    ChatCompletionChunk,
    CompletionUsage,
    ImageEdit,
    ImageEditForm,
    ImageMultiEditForm,
    ModelList,
    TextPart,
    UserMessage,
)

NAMES = [
    name
    for name in models.__all__
    if isinstance(getattr(models, name), type) and issubclass(getattr(models, name), Model)
]
COMPLETION: dict[str, Any] = {
    "id": "c1",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "logprobs": None,
            "message": {"role": "assistant", "content": "hi", "tool_calls": None, "new": 1},
        }
    ],
    "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
    "brand_new": {"x": [1]},
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def touch(value: Any) -> None:
    """Read every field."""
    if isinstance(value, Model):
        for name in value.__fields__:
            touch(getattr(value, name))
    elif isinstance(value, list):
        for item in value:
            touch(item)
    elif isinstance(value, dict):
        touch(list(value.values()))


def test_more_than_150_models_are_tested() -> None:
    assert len(NAMES) > 150


@table("name", NAMES)
def test_a_generated_model_declares_unique_typed_fields_and_refuses_others(name: str) -> None:
    model: type[Model] = getattr(models, name)
    fields = model.__fields__
    assert len({item.wire for item in fields.values()}) == len(fields)
    assert all(isinstance(item.shape, Shape) for item in fields.values())
    assert not hasattr(model(**dict.fromkeys(fields, UNSET)), "__dict__")
    assert set(fields) <= set(dir(model))
    assert model.__doc__
    with pytest.raises(TypeError, match="unexpected argument 'nonsense'"):
        model(**dict.fromkeys(fields, UNSET), nonsense=1)  # type: ignore[call-arg]


@table("name", NAMES)
def test_absent_fields_are_none_and_absent_required_lists_are_empty(name: str) -> None:
    model: type[Model] = getattr(models, name)
    for raw in ({}, dict.fromkeys(item.wire for item in model.__fields__.values())):
        read = model.from_dict(raw)
        for field, declared in model.__fields__.items():
            expected: Any = [] if declared.required and isinstance(declared.shape, Array) else None
            assert getattr(read, field) == expected, field
            assert read.is_set(field) == bool(raw)
        assert read.to_dict() == raw


@pytest.mark.slow
@given(data=st.data())
@settings(derandomize=True, max_examples=400, deadline=None)
def test_reading_fields_does_not_change_the_encoded_object(data: st.DataObject) -> None:
    model: type[Model] = getattr(models, data.draw(st.sampled_from(NAMES)))
    wires = [item.wire for item in model.__fields__.values()]
    keys = st.sampled_from(wires) | st.text(max_size=5) if wires else st.text(max_size=5)
    raw = data.draw(st.dictionaries(keys, json_values, max_size=6))
    kept = copy.deepcopy(raw)
    read = model.from_dict(raw)
    assert read.to_dict() == kept
    touch(read)
    repr(read)
    assert read.to_dict() == kept
    assert raw == kept
    assert read == model.from_dict(kept)
    assert pickle.loads(pickle.dumps(read)) == read


def test_a_field_is_decoded_once_on_first_access() -> None:
    completion = ChatCompletion.from_dict(copy.deepcopy(COMPLETION))
    assert not completion._values
    choice = completion.choices[0]
    assert choice is completion.choices[0]
    assert choice.message.content == "hi"
    assert isinstance(completion.usage, CompletionUsage | models.ChatCompletionUsage)
    assert completion.usage.total_tokens == 3


def test_is_set_distinguishes_absent_and_null_fields() -> None:
    absent, null = ChatCompletion.from_dict({}), ChatCompletion.from_dict({"usage": None, "choices": None})
    assert [absent.usage, null.usage] == [None, None]
    assert [absent.choices, null.choices] == [[], []]
    assert (absent.is_set("usage"), null.is_set("usage")) == (False, True)
    assert (absent.to_dict(), null.to_dict()) == ({}, {"usage": None, "choices": None})


@pytest.mark.parametrize(("value", "is_there"), [(None, True), (UNSET, False)])
def test_assigning_none_sets_a_field_and_assigning_unset_removes_it(value: Any, is_there: bool) -> None:
    completion: Any
    for completion in (ChatCompletion.from_dict({}), ChatCompletion.from_dict({"usage": {"total_tokens": 1}})):
        completion.usage = value
        assert completion.usage is None
        assert completion.is_set("usage") == is_there
        assert completion.to_dict() == ({"usage": None} if is_there else {})


@pytest.mark.parametrize("odd", ["text", 5, True, 1.5, {"a": 1}])
def test_a_value_of_the_wrong_type_is_returned_unchanged(odd: Any) -> None:
    completion = ChatCompletion.from_dict({"choices": odd, "created": odd})
    assert completion.choices == odd
    assert completion.created == odd


def test_an_invalid_list_item_leaves_the_other_items_decoded() -> None:
    rows = ModelList.from_dict({"data": [{"id": "a"}, "odd", None, {"id": "b", "model_spec": None}]}).data
    assert rows[0].id == "a"
    assert rows[1:3] == ["odd", None]
    assert rows[3].model_spec is None


def test_an_unknown_enum_value_is_returned_as_str() -> None:
    raw = {"data": [{"model_spec": {"capabilities": {"quantization": "int1"}, "privacy": "secret"}}]}
    spec: Any = ModelList.from_dict(raw).data[0].model_spec
    assert spec.capabilities.quantization == "int1"
    assert spec.privacy == "secret"


def test_undeclared_fields_are_kept_in_extra_and_encoded_again() -> None:
    completion = ChatCompletion.from_dict(COMPLETION)
    assert completion.extra == {"brand_new": {"x": [1]}}
    assert completion.choices[0].message.extra == {"new": 1}
    assert completion.brand_new.x == completion.brand_new["x"] == [1]  # type: ignore[attr-defined]
    assert completion.choices[0].message.new == 1  # type: ignore[attr-defined]
    assert completion.to_dict() == COMPLETION
    assert CompletionUsage(completion_tokens=1, prompt_tokens=1, total_tokens=2).extra == {}


def test_python_names_and_wire_names_are_kept_apart() -> None:
    key = ApiKey.from_dict({"createdAt": "2026-01-02T03:04:05Z"})
    assert key.created_at == "2026-01-02T03:04:05Z"
    assert "createdAt" not in dir(key)
    assert ImageEdit(image="i", prompt="p", model_id="qwen-edit-uncensored").to_dict() == {
        "image": "i",
        "prompt": "p",
        "modelId": "qwen-edit-uncensored",
    }


def test_from_dict_accepts_any_mapping() -> None:
    from types import MappingProxyType

    assert CompletionUsage.from_dict(MappingProxyType({"total_tokens": 3})).total_tokens == 3


@pytest.mark.parametrize("read_first", [False, True])
def test_fields_can_be_set_and_removed(read_first: bool) -> None:
    usage: Any = CompletionUsage.from_dict({"total_tokens": 3, "prompt_tokens": 1, "more": 1})
    if read_first:
        touch(usage)
    usage.total_tokens = 4
    usage.prompt_tokens = UNSET
    usage.completion_tokens = None
    assert usage.to_dict() == {"total_tokens": 4, "completion_tokens": None, "more": 1}
    assert usage.prompt_tokens is None
    assert not usage.is_set("prompt_tokens")


def test_a_change_of_a_nested_model_is_encoded() -> None:
    completion = ChatCompletion.from_dict(copy.deepcopy(COMPLETION))
    completion.choices[0].message.content = "changed"
    completion.choices.append(completion.choices[0])
    sent = completion.to_dict()
    assert [choice["message"]["content"] for choice in sent["choices"]] == ["changed", "changed"]


def test_to_dict_omits_unset_fields_and_keeps_none() -> None:
    edit = ImageEdit(image="i", prompt="p", model=None)
    assert edit.to_dict() == {"image": "i", "prompt": "p", "model": None}


def test_the_constructor_requires_the_required_fields() -> None:
    with pytest.raises(TypeError, match="prompt"):
        ImageEdit(image="i")  # type: ignore[call-arg]


def test_models_are_equal_if_their_class_and_fields_are_equal() -> None:
    made = CompletionUsage(completion_tokens=1, prompt_tokens=2, total_tokens=3)
    came = CompletionUsage.from_dict({"total_tokens": 3, "prompt_tokens": 2, "completion_tokens": 1})
    assert made == came
    assert made != CompletionUsage.from_dict({"total_tokens": 3})
    assert made != came.to_dict()
    assert ChatCompletion.from_dict({}) != ChatCompletionChunk.from_dict({})
    with pytest.raises(TypeError, match="unhashable"):
        hash(made)


def made() -> Model:
    return UserMessage(role="user", content=[TextPart(type="text", text="hi")])


def read() -> Model:
    return ChatCompletion.from_dict(copy.deepcopy(COMPLETION))


def half_read() -> Model:
    completion = ChatCompletion.from_dict(copy.deepcopy(COMPLETION))
    completion.choices[0].message.content = "changed"
    completion.usage = UNSET  # type: ignore[assignment]
    return completion


@table("make", [made, read, half_read])
@table(
    "travel",
    [
        copy.copy,
        copy.deepcopy,
        *(lambda model, p=p: pickle.loads(pickle.dumps(model, p)) for p in range(pickle.HIGHEST_PROTOCOL + 1)),
    ],
)
def test_copies_and_pickles_keep_decoded_and_assigned_fields(make: Any, travel: Any) -> None:
    model = make()
    other = travel(model)
    assert type(other) is type(model)
    assert other == model
    assert repr(other) == repr(model)
    assert other.to_dict() == model.to_dict()


def test_changing_a_copy_leaves_the_original_unchanged() -> None:
    model = ChatCompletion.from_dict(copy.deepcopy(COMPLETION))
    shallow, deep = copy.copy(model), copy.deepcopy(model)
    shallow.model = "shallow"
    deep.choices[0].message.content = "deep"
    assert model.to_dict() == COMPLETION


def test_a_pickled_undecoded_model_decodes_after_loading() -> None:
    other = pickle.loads(pickle.dumps(ChatCompletion.from_dict(COMPLETION)))
    assert other.choices[0].message.content == "hi"


def test_the_repr_shows_only_the_fields_that_are_set() -> None:
    usage = CompletionUsage.from_dict({"total_tokens": 3, "prompt_tokens": None})
    assert repr(usage) == "CompletionUsage(prompt_tokens=None, total_tokens=3)"


@table(
    "content",
    [b"\x89PNG" * 5000, bytearray(b"\x89PNG" * 5000), memoryview(b"\x89PNG" * 5000), "iVBOR" * 5000],
)
@table("wrap", [lambda c: c, lambda c: ("a.png", c, "image/png"), lambda c: {"deep": [c]}])
def test_the_repr_of_a_form_shows_the_size_of_a_file_and_not_its_bytes(content: Any, wrap: Any) -> None:
    form = ImageEditForm(image=wrap(content), prompt="make it red")
    layers = ImageMultiEditForm(images=[wrap(content)] * 3, prompt="make it red")
    for shown in (repr(form), repr(layers)):
        assert "make it red" in shown
        assert len(shown) < 600
        assert "PNG" * 2 not in shown.replace("\\x89", "")
        assert "20,000" in shown or "25,000" in shown


def test_the_repr_truncates_long_lists_and_mappings() -> None:
    raw = {"data": [{"id": f"m{n}"} for n in range(300)], "more": 1}
    shown = repr(ModelList.from_dict(raw))
    assert "300 in all" in shown
    assert len(shown) < 600
    message = UserMessage(role="user", content={f"k{n}": n for n in range(300)})  # type: ignore[arg-type]
    assert "300 in all" in repr(message)
    assert len(repr(message)) < 300


def test_an_unknown_attribute_is_reported_with_the_class_and_its_fields() -> None:
    with pytest.raises(AttributeError, match=r"'ImageEdit' has no field 'promt'; did you mean 'prompt'\?"):
        _ = ImageEdit.from_dict({}).promt  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="'ImageEdit'"):
        ImageEdit.from_dict({}).promt = 1  # type: ignore[attr-defined]


def test_encode_replaces_models_and_tuples_and_drops_unset() -> None:
    part = TextPart(type="text", text="hi")
    assert encode({"a": (part, 1), "b": UNSET, "c": {"d": UNSET, "e": [part]}}) == {
        "a": [{"type": "text", "text": "hi"}, 1],
        "c": {"e": [{"type": "text", "text": "hi"}]},
    }


def test_an_array_without_a_declared_item_type_accepts_anything() -> None:
    assert Array().decode([1, "a", None]) == [1, "a", None]


def test_concurrent_tasks_can_read_one_model() -> None:
    completion = ChatCompletion.from_dict(copy.deepcopy(COMPLETION))

    async def read_it() -> Any:
        return completion.choices[0].message.content

    async def go() -> list[Any]:
        return await asyncio.gather(*(read_it() for _ in range(10)))

    assert asyncio.run(go()) == ["hi"] * 10
