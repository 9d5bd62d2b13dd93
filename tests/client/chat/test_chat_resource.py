"""Typed output, stream events and the tool loop, sync and async, against a server on loopback."""

from __future__ import annotations

import asyncio
import contextvars
import dataclasses
import inspect
import json
import threading
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from venice_client import AsyncVenice, Venice, VeniceError
from venice_client.chat import pydantic_function_tool, tool
from venice_client.chat.errors import (
    ContentFilterFinishReasonError,
    InvalidOutputError,
    LengthFinishReasonError,
    RefusalError,
    ToolTurnsExceededError,
)

if TYPE_CHECKING:
    from tests.client.conftest import Loopback

MESSAGES = [{"role": "user", "content": "hi"}]
GOOD = '{"name": "soup", "steps": ["boil"]}'


@dataclasses.dataclass
class Recipe:
    name: str
    steps: list[str]


class Weather(pydantic.BaseModel):
    city: str


def completion(content: Any = None, *, finish: str = "stop", **message: Any) -> str:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
    return json.dumps(
        {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": {}}
    )


def tool_call(number: int, name: str, arguments: str) -> dict[str, Any]:
    return {"id": f"call-{number}", "type": "function", "function": {"name": name, "arguments": arguments}}


def piece(finish: str | None = None, **delta: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def body_of(request: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.partition(b"\r\n\r\n")[2])
    return found


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest, server: Loopback) -> Any:
    """Run a function with a client; async iterators are returned as lists."""

    def sync(work: Any) -> Any:
        with Venice("a-key", base_url=server.url, max_retries=0) as venice:
            found = work(venice)
            return list(found) if inspect.isgenerator(found) else found

    def asynchronous(work: Any) -> Any:
        async def go() -> Any:
            async with AsyncVenice("a-key", base_url=server.url, max_retries=0) as venice:
                found = work(venice)
                if inspect.isasyncgen(found):
                    return [item async for item in found]
                return await found

        return asyncio.run(go())

    return sync if request.param == "sync" else asynchronous


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

    calls = [tool_call(1, "Weather", '{"city": "Rome"}'), tool_call(2, "add", '{"first": 2}'), tool_call(3, "add", "{")]
    server.answer(completion(None, finish="tool_calls", tool_calls=calls))
    found = run(parse(response_format=None, tools=[pydantic_function_tool(Weather), add]))
    values = [call.function.parsed_arguments for call in found.choices[0].message.tool_calls]
    assert values == [Weather(city="Rome"), {"first": 2}, None]
    assert found.choices[0].message.parsed is None
    assert [item["function"]["name"] for item in body_of(server.requests[0])["tools"]] == ["Weather", "add"]


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


def weather(city: str) -> str:
    """Return the weather of a city."""
    return f"sunny in {city}"


def failing(number: int) -> str:
    raise ValueError(f"no {number}")


def test_run_tools_calls_tools_until_the_model_answers(server: Loopback, run: Any) -> None:
    calls = [
        tool_call(1, "weather", '{"city": "Rome"}'), tool_call(2, "failing", '{"number": 3}'),
        tool_call(3, "nope", "{}"), tool_call(4, "weather", '{"town": "Rome"}'),
    ]  # fmt: skip
    server.answer(completion(None, finish="tool_calls", tool_calls=calls))
    server.answer(completion("It is sunny."))
    steps = run(
        lambda venice: venice.chat.completions.run_tools(
            model="m", messages=MESSAGES, tools=[weather, failing], temperature=0.1
        )
    )
    assert [step.is_last for step in steps] == [False, True]
    assert steps[-1].text == "It is sunny."
    outputs = [result.output for result in steps[0].results]
    assert outputs[0] == "sunny in Rome"
    assert outputs[1] == "Error: ValueError: no 3"
    assert "no tool 'nope'" in outputs[2]
    assert "invalid arguments" in outputs[3]
    sent = body_of(server.requests[1])
    assert sent["temperature"] == 0.1
    assert [message["role"] for message in sent["messages"]] == ["user", "assistant", *["tool"] * 4]
    assert [message["tool_call_id"] for message in sent["messages"][2:]] == [f"call-{n}" for n in (1, 2, 3, 4)]
    assert MESSAGES == [{"role": "user", "content": "hi"}]


def test_run_tools_stops_at_max_turns(server: Loopback, run: Any) -> None:
    server.answer(completion(None, finish="tool_calls", tool_calls=[tool_call(1, "weather", '{"city": "a"}')]))
    with pytest.raises(ToolTurnsExceededError) as raised:
        run(
            lambda venice: venice.chat.completions.run_tools(model="m", messages=MESSAGES, tools=[weather], max_turns=3)
        )
    assert len(server.requests) == 3
    assert len(raised.value.messages) == 7


def test_parallel_tool_calls_run_concurrently(server: Loopback, run: Any) -> None:
    barrier = threading.Barrier(2, timeout=5)

    def meet(number: int) -> int:
        barrier.wait()
        return number

    calls = [tool_call(1, "meet", '{"number": 1}'), tool_call(2, "meet", '{"number": 2}')]
    server.answer(completion(None, finish="tool_calls", tool_calls=calls))
    server.answer(completion("met"))
    steps = run(
        lambda venice: venice.chat.completions.run_tools(model="m", messages=MESSAGES, tools=[meet], parallel=True)
    )
    assert [result.output for result in steps[0].results] == ["1", "2"]


def test_tool_calls_without_an_id_and_with_arguments_as_an_object_are_run_and_sent_back_complete(
    server: Loopback, run: Any
) -> None:
    function = {"name": "weather", "arguments": {"city": "Rome"}}
    calls = [{"function": function}, {"id": None, "type": None, "function": {"name": "weather", "arguments": None}}]
    server.answer(completion(None, finish="tool_calls", tool_calls=calls))
    server.answer(completion("done"))
    steps = run(lambda venice: venice.chat.completions.run_tools(model="m", messages=MESSAGES, tools=[weather]))
    assert steps[0].results[0].output == "sunny in Rome"
    _, sent, *results = body_of(server.requests[1])["messages"]
    assert sent["tool_calls"][0]["function"]["arguments"] == '{"city": "Rome"}'
    assert {call["type"] for call in sent["tool_calls"]} == {"function"}
    identities = [call["id"] for call in sent["tool_calls"]]
    assert len(set(identities)) == 2
    assert [result["tool_call_id"] for result in results] == identities


def test_arguments_that_come_as_an_object_are_parsed(server: Loopback, run: Any) -> None:
    call = tool_call(1, "weather", "")
    call["function"]["arguments"] = {"city": "Rome"}
    server.answer(completion(None, finish="tool_calls", tool_calls=[call]))
    parsed = run(lambda venice: venice.chat.completions.parse(model="m", messages=MESSAGES, tools=[weather]))
    assert parsed.tool_calls[0].function.parsed_arguments == {"city": "Rome"}


@pytest.mark.parametrize("parallel", [False, True])
def test_tools_run_in_the_context_of_the_caller(server: Loopback, run: Any, parallel: bool) -> None:
    span: contextvars.ContextVar[str] = contextvars.ContextVar("span", default="none")

    def trace(number: int) -> str:
        return f"{span.get()} {number}"

    calls = [tool_call(1, "trace", '{"number": 1}'), tool_call(2, "trace", '{"number": 2}')]
    server.answer(completion(None, finish="tool_calls", tool_calls=calls))
    server.answer(completion("done"))
    token = span.set("outer")
    try:
        steps = run(
            lambda venice: venice.chat.completions.run_tools(
                model="m", messages=MESSAGES, tools=[trace], parallel=parallel
            )
        )
    finally:
        span.reset(token)
    assert [result.output for result in steps[0].results] == ["outer 1", "outer 2"]


def test_async_tools_are_awaited_by_the_async_client_and_refused_by_the_sync_one(server: Loopback, run: Any) -> None:
    async def fetch(url: str) -> str:
        await asyncio.sleep(0)
        return url

    server.answer(completion(None, finish="tool_calls", tool_calls=[tool_call(1, "fetch", '{"url": "u"}')]))
    server.answer(completion("done"))
    ask = lambda venice: venice.chat.completions.run_tools(model="m", messages=MESSAGES, tools=[fetch])  # noqa: E731
    if run.__name__ == "sync":
        with pytest.raises(VeniceError, match="AsyncVenice"):
            run(ask)
    else:
        assert run(ask)[0].results[0].output == "u"


@pytest.mark.parametrize("method", ["parse", "stream", "run_tools"])
def test_a_misspelt_argument_is_refused_at_the_call(server: Loopback, method: str) -> None:
    async def refused(call: Any) -> None:
        found = call(model="m", messages=MESSAGES, tools=[weather], temprature=1)
        if inspect.isawaitable(found):
            await found

    for kind in (Venice, AsyncVenice):
        call = getattr(kind("a-key", base_url=server.url).chat.completions, method)
        assert "temperature" in inspect.signature(call).parameters
        with pytest.raises(TypeError, match="temperature"):
            asyncio.run(refused(call))
    assert server.requests == []


def test_a_stream_can_be_read_event_by_event(server: Loopback) -> None:
    server.events(piece(content="a"), piece(finish="stop"), b"data: [DONE]\n\n")
    with Venice("a-key", base_url=server.url) as venice:
        manager: Any = venice.chat.completions.stream(model="m", messages=MESSAGES)
        with manager as stream:
            assert next(stream).type == "chunk"
            assert stream.current_completion_snapshot.choices[0].message.content == "a"
            assert stream.until_done().get_final_completion().choices[0].finish_reason == "stop"
