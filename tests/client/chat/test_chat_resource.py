"""Typed output, stream events and the tool loop, sync and async, against a server on loopback."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pydantic
import pydantic.dataclasses
import pytest

from tests.client.chat.chat_answers import GOOD, MESSAGES, body_of, completion, piece, tool_call
from venice_client import AsyncVenice, Venice
from venice_client.chat import pydantic_function_tool, tool
from venice_client.chat.errors import (
    ContentFilterFinishReasonError,
    InvalidOutputError,
    LengthFinishReasonError,
    RefusalError,
)

if TYPE_CHECKING:
    from tests.client.conftest import Loopback


@dataclasses.dataclass
class Recipe:
    name: str
    steps: list[str]


class Weather(pydantic.BaseModel):
    city: str


def parse(**options: Any) -> Any:
    arguments = {"model": "m", "messages": MESSAGES, "response_format": Recipe, **options}
    return lambda venice: venice.chat.completions.parse(**arguments)


def test_a_completion_has_the_parsed_value_and_its_text(server: Loopback, run: Any) -> None:
    server.answer(completion(GOOD))
    found = run(parse(temperature=0.2))
    assert found.choices[0].message.parsed == Recipe("soup", ["boil"])
    assert found.choices[0].message.content == GOOD
    assert found.to_dict()["choices"][0]["message"]["content"] == GOOD
    sent = body_of(server.requests[0])
    assert sent["temperature"] == 0.2
    assert sent["response_format"]["json_schema"]["strict"] is True
    assert sent["response_format"]["json_schema"]["schema"]["required"] == ["name", "steps"]


def test_a_value_in_the_parts_of_a_content_is_parsed(server: Loopback, run: Any) -> None:
    parts = [{"type": "thinking", "thinking": "soup?"}, {"type": "text", "text": GOOD}]
    server.answer(completion(parts))
    assert run(parse()).choices[0].message.parsed == Recipe("soup", ["boil"])
    server.events(piece(role="assistant", content=parts), piece(finish="stop"), b"data: [DONE]\n\n")
    events, final = run(lambda venice: events_of(venice, response_format=Recipe))
    assert (events[-1].content, events[-1].parsed) == (GOOD, Recipe("soup", ["boil"]))
    assert final.choices[0].message.parsed == Recipe("soup", ["boil"])


@pytest.mark.parametrize(
    ("answer", "error", "text"),
    [
        (completion('{"name": "so', finish="length"), LengthFinishReasonError, '{"name": "so'),
        (completion("", finish="content_filter"), ContentFilterFinishReasonError, ""),
        (completion('{"name": 5, "steps": []}'), InvalidOutputError, '{"name": 5, "steps": []}'),
        (completion("I can't"), InvalidOutputError, "I can't"),
        (completion(None, refusal="I will not"), RefusalError, "I will not"),
    ],
)
def test_a_completion_without_a_valid_value_raises_an_error_with_the_text(
    server: Loopback, run: Any, answer: str, error: type[Any], text: str
) -> None:
    server.answer(answer)
    with pytest.raises(error) as raised:
        run(parse())
    assert raised.value.text == text
    assert raised.value.completion.id == "c"
    assert raised.value.may_have_been_charged


def test_a_subclass_of_a_client_may_return_refusals(server: Loopback) -> None:
    class Lenient(Venice):
        raises_on_refusal = False

    server.answer(completion(None, refusal="I will not"))
    with Lenient("a-key", base_url=server.url) as venice:
        message = parse()(venice).choices[0].message
    assert (message.refusal, message.parsed) == ("I will not", None)


def test_arguments_of_tool_calls_are_parsed(server: Loopback, run: Any) -> None:
    @tool
    def add(first: int, second: int = 1) -> int:
        return first + second

    @pydantic.dataclasses.dataclass
    class Walk:
        hours: int

    calls = [
        tool_call(1, "Weather", '{"city": "Rome"}'), tool_call(2, "add", '{"first": 2}'), tool_call(3, "add", "{"),
        tool_call(4, "Walk", '{"hours": 3}'),
    ]  # fmt: skip
    server.answer(completion(None, finish="tool_calls", tool_calls=calls))
    found = run(parse(response_format=None, tools=[*map(pydantic_function_tool, (Weather, Walk)), add]))
    values = [call.function.parsed_arguments for call in found.choices[0].message.tool_calls]
    assert values == [Weather(city="Rome"), {"first": 2}, None, Walk(3)]
    assert found.choices[0].message.parsed is None
    assert [item["function"]["name"] for item in body_of(server.requests[0])["tools"]] == ["Weather", "Walk", "add"]


def test_a_responses_result_has_the_parsed_value(server: Loopback, run: Any) -> None:
    content = [{"type": "output_text", "text": GOOD, "annotations": []}]
    output = [{"type": "message", "id": "x", "role": "assistant", "status": "completed", "content": content}]
    whole = {"id": "r", "object": "response", "created_at": 1, "model": "m", "status": "completed", "output": output}
    server.answer(json.dumps(whole))
    server.answer(json.dumps({**whole, "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}))
    ask = lambda venice: venice.responses.parse("hi", model="m", text_format=Recipe)  # noqa: E731
    found = run(ask)
    assert found.output_parsed == found.output[0].content[0].parsed == Recipe("soup", ["boil"])
    assert (found.output_text, found.to_dict()) == (GOOD, whole)
    assert body_of(server.requests[0])["text"]["format"]["name"] == "Recipe"
    with pytest.raises(LengthFinishReasonError):
        run(ask)


@pytest.mark.parametrize("content", ["a text", None])
def test_a_message_with_content_that_is_not_a_list_is_returned_unchanged(
    server: Loopback, run: Any, content: Any
) -> None:
    said = [{"type": "output_text", "text": GOOD, "annotations": []}]
    output = [{"type": "message", "content": content}, {"type": "message", "content": said}]
    server.answer(json.dumps({"id": "r", "object": "response", "output": output}))
    found = run(lambda venice: venice.responses.parse(model="m", input="hi", text_format=Recipe))
    assert found.output[0].content == (content or [])
    assert found.output[1].content[0].parsed == Recipe("soup", ["boil"])


def test_a_responses_result_has_output_text(server: Loopback, run: Any) -> None:
    content: list[Any] = [{"type": "output_text", "text": text, "annotations": []} for text in ("one", " two")]
    output = [{"type": "message", "id": "x", "role": "assistant", "status": "completed", "content": content}]
    server.answer(json.dumps({"id": "r", "object": "response", "output": output}))
    found = run(lambda venice: venice.responses.create(model="m", input="hi"))
    assert found.output_text == "one two"
    assert "output_text" not in found.to_dict()


def test_the_text_option_of_the_caller_is_merged_with_the_format(server: Loopback, run: Any) -> None:
    content = [{"type": "output_text", "text": GOOD, "annotations": []}]
    output = [{"type": "message", "id": "x", "role": "assistant", "status": "completed", "content": content}]
    server.answer(json.dumps({"id": "r", "object": "response", "output": output}))
    ask = {"model": "m", "input": "hi", "text_format": Recipe, "text": {"verbosity": "low"}}
    assert run(lambda venice: venice.responses.parse(**ask)).output_parsed == Recipe("soup", ["boil"])
    sent = body_of(server.requests[0])["text"]
    assert (sent["verbosity"], sent["format"]["name"]) == ("low", "Recipe")


def test_a_value_split_over_several_texts_is_only_in_output_parsed(server: Loopback, run: Any) -> None:
    content = [{"type": "output_text", "text": text, "annotations": []} for text in (GOOD[:5], GOOD[5:])]
    output = [{"type": "message", "id": "x", "role": "assistant", "status": "completed", "content": content}]
    server.answer(json.dumps({"id": "r", "object": "response", "output": output}))
    found = run(lambda venice: venice.responses.parse(model="m", input="hi", text_format=Recipe))
    assert found.output_parsed == Recipe("soup", ["boil"])
    assert [part.parsed for part in found.output[0].content] == [None, None]


def test_a_raw_response_has_the_parsed_value(server: Loopback, run: Any) -> None:
    server.answer(completion(GOOD))
    chat = {"model": "m", "messages": MESSAGES, "response_format": Recipe}
    found = run(lambda venice: venice.chat.completions.with_raw_response.parse(**chat))
    assert (found.status_code, found.parsed.choices[0].message.parsed) == (200, Recipe("soup", ["boil"]))


@pytest.mark.parametrize(("make", "statement"), [(Venice, "with"), (AsyncVenice, "async with")])
def test_events_that_are_read_outside_of_the_block_are_refused_with_the_statement(make: Any, statement: str) -> None:
    venice = make("k", base_url="http://127.0.0.1:1")
    says = rf"nothing was sent yet; write `{statement} \.\.\.stream\(\.\.\.\) as stream:`"
    for stream in (
        venice.chat.completions.stream(model="m", messages=MESSAGES),
        venice.responses.stream(model="m", input="hi"),
    ):
        with pytest.raises(TypeError, match=says):
            iter(stream) if statement == "with" else aiter(stream)
    with pytest.raises(AttributeError, match=f"no attribute 'get_final_completion': {says}"):
        venice.chat.completions.stream(model="m", messages=MESSAGES).get_final_completion()


def events_of(venice: Any, **options: Any) -> Any:
    manager = venice.chat.completions.stream(model="m", messages=MESSAGES, **options)
    if isinstance(venice, Venice):
        with manager as stream:
            return list(stream), stream.get_final_completion()

    async def read() -> Any:
        async with manager as stream:
            return [event async for event in stream], await stream.get_final_completion()

    return read()


def test_a_stream_yields_events_with_the_partial_value(server: Loopback, run: Any) -> None:
    server.events(
        piece(role="assistant", content='{"name": "so'), piece(content='up", "steps": ["bo'), piece(content='il"]}'),
        piece(finish="stop"), b"data: [DONE]\n\n",
    )  # fmt: skip
    events, final = run(lambda venice: events_of(venice, response_format=Recipe))
    deltas = [event for event in events if event.type == "content.delta"]
    assert [event.parsed for event in deltas] == [
        {"name": "so"},
        {"name": "soup", "steps": ["bo"]},
        {"name": "soup", "steps": ["boil"]},
    ]
    assert [event.type for event in events if event.type != "chunk"][-1] == "content.done"
    assert events[-1].parsed == Recipe("soup", ["boil"])
    assert events[0].snapshot.choices[0].message.content == '{"name": "so'
    assert final.choices[0].message.parsed == Recipe("soup", ["boil"])
    assert body_of(server.requests[0])["stream"] is True


def test_a_stream_yields_the_arguments_of_tool_calls(server: Loopback, run: Any) -> None:
    begun = {"index": 0, "id": "a", "type": "function", "function": {"name": "Weather", "arguments": '{"ci'}}
    rest = {"index": 0, "function": {"arguments": 'ty": "Rome"}'}}
    other = {
        "index": 1,
        "id": "b",
        "type": "function",
        "function": {"name": "Weather", "arguments": '{"city": "Oslo"}'},
    }
    server.events(
        piece(role="assistant", tool_calls=[begun]), piece(tool_calls=[rest]), piece(tool_calls=[other]),
        piece(finish="tool_calls"), b"data: [DONE]\n\n",
    )  # fmt: skip
    events, final = run(lambda venice: events_of(venice, tools=[pydantic_function_tool(Weather)]))
    done = [event for event in events if event.type == "tool_calls.function.arguments.done"]
    assert [(event.index, event.parsed_arguments) for event in done] == [
        (0, Weather(city="Rome")),
        (1, Weather(city="Oslo")),
    ]
    deltas = [event.arguments_delta for event in events if event.type == "tool_calls.function.arguments.delta"]
    assert deltas == ['{"ci', 'ty": "Rome"}', '{"city": "Oslo"}']
    assert [call.id for call in final.choices[0].message.tool_calls] == ["a", "b"]


def test_a_stream_that_ends_by_length_raises_an_error(server: Loopback, run: Any) -> None:
    server.events(piece(content='{"name"'), piece(finish="length"), b"data: [DONE]\n\n")
    with pytest.raises(LengthFinishReasonError) as raised:
        run(lambda venice: events_of(venice, response_format=Recipe))
    assert raised.value.text == '{"name"'


def test_a_stream_can_be_read_event_by_event(server: Loopback) -> None:
    server.events(piece(content="a"), piece(finish="stop"), b"data: [DONE]\n\n")
    with Venice("a-key", base_url=server.url) as venice:
        manager: Any = venice.chat.completions.stream(model="m", messages=MESSAGES)
        with manager as stream:
            assert next(stream).type == "chunk"
            assert stream.current_completion_snapshot.choices[0].message.content == "a"
            assert stream.until_done().get_final_completion().choices[0].finish_reason == "stop"
