"""Other libraries can serialize models, and objects of other libraries are accepted instead of models."""

from __future__ import annotations

import copy
import dataclasses
import json
from types import ModuleType
from typing import Any, Literal

import attrs
import msgspec
import pydantic
import pytest

from tests.table import table
from venice_client import UNSET, Venice, models
from venice_client._core.request.body import choose_body, input_body
from venice_client._core.schema.inputs import input_value
from venice_client._core.schema.model import Maybe, Model, field
from venice_client._core.schema.shapes import AnyOf, Array, Choice, Dictionary, Number, Ref, Text
from venice_client.api import OPERATIONS
from venice_client.chat import tool
from venice_client.models import ChatCompletion, CreatedApiKeyResult, ModelList, UserMessage

CHAT = OPERATIONS["POST /chat/completions"]
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
COMPLETION: dict[str, Any] = {
    "id": "c",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "finish_reason": "tool_calls",
            "logprobs": {"content": [{"token": "a", "logprob": -0.5, "bytes": None, "top_logprobs": []}]},
            "message": {"role": "assistant", "content": None, "tool_calls": [CALL], "refusal": None, "new": 1},
        }
    ],
}


def completion() -> ChatCompletion:
    return ChatCompletion.from_dict(copy.deepcopy(COMPLETION))


def test_tool_calls_and_log_probabilities_are_decoded_to_models() -> None:
    choice = completion().choices[0]
    assert choice.message.tool_calls is not None
    assert choice.message.tool_calls[0].function.name == "f"
    assert choice.logprobs is not None
    assert choice.logprobs.content is not None
    assert choice.logprobs.content[0].token == "a"
    assert choice.logprobs.content[0].bytes_ is None


def test_model_dump_has_none_for_absent_fields_unless_excluded() -> None:
    dumped = completion().model_dump()
    assert dumped["usage"] is None
    assert dumped["choices"][0]["message"]["tool_calls"] == [CALL]
    assert completion().model_dump(exclude_unset=True, by_alias=True) == COMPLETION
    message = completion().choices[0].message.model_dump(exclude_none=True)
    assert message == {"role": "assistant", "tool_calls": [CALL], "new": 1}
    assert completion().model_dump(include={"id"}) == {"id": "c"}
    assert "id" not in completion().model_dump(exclude={"id": True, "choices": {"x"}})
    assert json.loads(completion().model_dump_json(exclude_unset=True, by_alias=True)) == COMPLETION
    assert json.loads(completion().to_json()) == COMPLETION
    line = completion().to_json(indent=None)  # as an event of SSE needs
    assert (json.loads(line), "\n" in line) == (COMPLETION, False)


def test_model_dump_uses_python_names_and_wire_names_by_alias() -> None:
    result = CreatedApiKeyResult.from_dict({"data": {"expiresAt": "x"}, "success": True})
    assert result.model_dump(exclude_unset=True)["data"] == {"expires_at": "x"}
    assert result.model_dump(exclude_unset=True, by_alias=True) == {"data": {"expiresAt": "x"}, "success": True}


def test_an_option_that_pydantic_does_not_have_is_refused() -> None:
    for dump in (completion().model_dump, completion().model_dump_json, completion().to_dict, completion().to_json):
        with pytest.raises(TypeError, match="unexpected argument 'exclude_non'; did you mean 'exclude_none'"):
            dump(exclude_non=True)
        assert dump(warnings=False)


@table(("former", "method"), [("dict", "model_dump"), ("json", "model_dump_json"), ("copy", "model_copy")])
def test_a_method_of_the_first_version_of_pydantic_is_named_as_today(former: str, method: str) -> None:
    with pytest.raises(AttributeError, match=rf"has no field '{former}'; the method is {method}\(\)"):
        getattr(completion(), former)


def test_a_copy_with_a_field_that_the_model_lacks_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(AttributeError, match=r"has no field 'modle'; did you mean 'model'\?"):
        completion().model_copy(update={"modle": "m"})


class Dated(Model):
    created_at: Maybe[str] = field("createdAt", Text(), default=UNSET)


class Timed(Model):
    kind: str = field("kind", Choice("timed"))
    ended_at: Maybe[str] = field("endedAt", Text(), default=UNSET)


def test_a_model_is_made_of_names_in_python_or_on_the_wire_at_any_depth() -> None:
    module: Any = ModuleType("models")
    module.Dated, module.Timed = Dated, Timed
    either = AnyOf(Ref(module, "Dated"), Ref(module, "Timed"), Text())

    class Holder(Model):
        all_of: Maybe[list[Any]] = field("allOf", Array(either), default=UNSET)
        by_name: Maybe[dict[str, Any]] = field("byName", Dictionary(Ref(module, "Dated")), default=UNSET)

    wire = {
        "allOf": [{"createdAt": "a", "ended_at": "undeclared"}, {"kind": "timed", "endedAt": "b"}, "c"],
        "byName": {"created_at": {"createdAt": "d"}},
        "new": {"created_at": "e"},
    }
    python = Holder.from_dict(wire).model_dump(exclude_unset=True)
    assert python["all_of"] == [{"created_at": "a", "ended_at": "undeclared"}, {"kind": "timed", "ended_at": "b"}, "c"]
    for given in (wire, python):
        assert Holder.model_validate(given).to_dict() == wire
        assert pydantic.TypeAdapter(Holder).validate_python(given).to_dict() == wire
    both = {"createdAt": "a", "created_at": "b"}
    assert Dated.model_validate(both).to_dict() == both
    assert Dated.from_dict({"created_at": "a"}).created_at is None, "from_dict reads names on the wire alone"


def test_a_model_is_made_of_its_json_text() -> None:
    text = completion().to_json()
    assert ChatCompletion.model_validate_json(text) == ChatCompletion.model_validate_json(text.encode()) == completion()
    with pytest.raises(ValueError, match="Expecting"):
        ChatCompletion.model_validate_json("{")
    with pytest.raises(TypeError, match="takes a mapping"):
        ChatCompletion.model_validate_json("[]")


def test_a_model_can_be_constructed_without_its_required_fields() -> None:
    with pytest.raises(TypeError, match=r"requires .*'usage'; model_construct\(\) makes one without"):
        models.ChatCompletion(choices=[])  # type: ignore[call-arg]
    made: Any = models.ChatCompletion.model_construct(id="a", usage=UNSET, brand_new={"b": 1}, choices=[])
    assert made.to_dict() == {"id": "a", "choices": [], "brand_new": {"b": 1}}
    assert (made.usage, made.created, made.extra) == (None, None, {"brand_new": {"b": 1}})


def test_dict_of_a_model_has_the_set_fields_and_then_the_extra_ones() -> None:
    message = completion().choices[0].message
    assert list(dict(message)) == ["role", "content", "refusal", "tool_calls", "new"]


def test_pydantic_accepts_a_model_as_the_type_of_a_field() -> None:
    class Kept(pydantic.BaseModel):
        answer: ChatCompletion

    for given in (completion(), COMPLETION):
        kept = Kept.model_validate({"answer": given})
        assert kept.answer == completion()
        assert kept.model_dump() == {"answer": COMPLETION}
        assert json.loads(kept.model_dump_json()) == {"answer": COMPLETION}
    with pytest.raises(pydantic.ValidationError, match="a mapping is required, got int"):
        Kept.model_validate({"answer": 5})
    for mode in ("validation", "serialization"):
        schema = pydantic.TypeAdapter(ChatCompletion).json_schema(mode=mode)
        assert schema["properties"]["id"] == {"type": "string"}
        assert schema["title"] == "ChatCompletion"


def test_a_choice_is_described_by_the_type_of_its_values() -> None:
    class Chosen(Model):
        one: str = field("one", Choice("a"))
        two: int = field("two", Choice(1, 2))
        sure: bool = field("sure", Choice(True))
        any: int | str = field("any", Choice("a", 1))

    properties = pydantic.TypeAdapter(Chosen).json_schema()["properties"]
    assert [properties[name].get("type") for name in ("one", "two", "sure", "any")] == [
        "string",
        "integer",
        "boolean",
        None,
    ]


def test_other_serializers_refuse_models() -> None:
    with pytest.raises(TypeError):
        msgspec.json.encode(completion())
    with pytest.raises(TypeError):
        json.dumps(completion())
    with pytest.raises(attrs.exceptions.NotAnAttrsClassError):
        attrs.asdict(completion())  # type: ignore[arg-type]


# ---- accepted objects


@dataclasses.dataclass
class DataMessage:
    role: str
    content: str


@attrs.define
class AttrsMessage:
    role: str
    content: str


class PydanticMessage(pydantic.BaseModel):
    role: str
    content: str
    name: str | None = None


class Defaults(pydantic.BaseModel):
    role: Literal["user"] = "user"
    content: str = "hi"
    name: str | None = None


class Tagged(pydantic.BaseModel):
    type: str = "function"
    function: Defaults = Defaults()
    tags: list[Defaults] = [Defaults(content="a")]
    note: str | None = None


class Misspelt(pydantic.BaseModel):
    usdd: float = 1


class Convertible:
    def to_dict(self) -> dict[str, str]:
        return {"role": "user", "content": "hi"}


HELLO = {"role": "user", "content": "hi"}


@table(
    "message",
    [
        DataMessage("user", "hi"),
        AttrsMessage("user", "hi"),
        PydanticMessage(role="user", content="hi"),
        Defaults(),
        Convertible(),
        UserMessage(role="user", content="hi"),
        HELLO,
    ],
)
@table("many", [list, tuple, iter, lambda items: (item for item in items)])
def test_a_body_accepts_objects_of_other_libraries_and_any_iterable(message: Any, many: Any) -> None:
    body = input_body(CHAT, choose_body(CHAT, {"model": "m", "messages": many([message, message])}), None)
    assert body.to_dict() == {"model": "m", "messages": [HELLO, HELLO]}
    written = input_body(CHAT, {"model": "m", "messages": many([message])}, None)
    assert written == {"model": "m", "messages": [HELLO]}


@table(
    ("value", "expected"),
    [
        (Tagged(), {"type": "function", "function": HELLO, "tags": [{**HELLO, "content": "a"}]}),
        (Tagged(note=None, tags=[]), {"type": "function", "function": HELLO, "tags": [], "note": None}),
        (
            Tagged(function=Defaults(name=None)),
            {**Tagged().model_dump(exclude_none=True), "function": {**HELLO, "name": None}},
        ),
    ],
)
def test_the_defaults_of_a_pydantic_model_are_sent_except_none(value: Any, expected: Any) -> None:
    assert input_value(value) == expected


def test_a_tool_can_be_passed_among_the_tools_of_a_request() -> None:
    def weather(city: str) -> str:
        """Return the weather."""
        return city

    made = tool(weather)
    sent = input_body(CHAT, {"model": "m", "messages": [HELLO], "tools": [made]}, None)
    assert sent["tools"] == [made.to_dict()]


def test_a_received_message_can_be_sent_back() -> None:
    sent = choose_body(CHAT, {"model": "m", "messages": [HELLO, completion().choices[0].message]}).to_dict()
    assert sent["messages"][1]["tool_calls"] == [CALL]
    assert sent["messages"][1]["role"] == "assistant"


class Closed(Model, closed=True):
    usd: Maybe[float] = field("usd", Number(), default=UNSET)


def test_undeclared_fields_of_a_received_object_are_dropped_for_a_closed_schema() -> None:
    module: Any = ModuleType("models")
    module.Closed = Closed
    shape = Ref(module, "Closed")
    assert input_value(Closed.from_dict({"new": 1, "usd": None}), shape) == {}
    for wrote in ({"usdd": 1}, Misspelt()):
        assert input_value(wrote, shape) == {"usdd": 1}, "what a caller wrote is refused instead"


def test_unset_and_none_arguments_are_not_sent() -> None:
    body = choose_body(CHAT, {"model": "m", "messages": [HELLO], "temperature": None, "top_p": UNSET})
    assert body.to_dict() == {"model": "m", "messages": [HELLO]}


def test_the_repr_of_a_model_is_short() -> None:
    shown = repr(completion())
    assert len(shown) < 600
    assert shown.startswith("ChatCompletion(")
    assert "choices" in dir(completion())
    assert not [name for name in dir(ChatCompletion) if name.isupper()]
    assert repr(Venice("k")).startswith("<Venice at ")


@pytest.mark.parametrize("deep", [False, True])
def test_a_created_api_key_is_masked_in_repr_and_kept_in_the_model(deep: bool) -> None:
    result = CreatedApiKeyResult.from_dict({"data": {"apiKey": "secret-key-1234567890abcd", "id": "i"}})
    shown = repr([{"a": result}] if deep else result.data)
    assert "secret-key" not in shown
    assert "abcd" in shown
    assert result.data.api_key == "secret-key-1234567890abcd"
    assert result.to_dict()["data"]["apiKey"] == "secret-key-1234567890abcd"


def test_a_list_of_objects_is_a_table_in_a_notebook() -> None:
    rows = [{"id": f"<m{number}>", "type": "text", "model_spec": {"traits": []}} for number in range(60)]
    shown = ModelList.from_dict({"data": rows, "object": "list", "type": "text"})._repr_html_()
    assert shown is not None
    assert (shown.count("<tr>"), shown.count("<th>")) == (51, 2)
    assert "<td>&lt;m0&gt;</td>" in shown
    assert "60 in all" in shown
    assert ModelList.from_dict({"data": []})._repr_html_() is None
    assert ChatCompletion.from_dict({"usage": {"total_tokens": 1}})._repr_html_() is None
