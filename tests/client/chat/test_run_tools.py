"""The tool loop: tools are called until the model answers."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from tests.client.chat.chat_answers import MESSAGES, body_of, completion, tool_call
from venice_client import AsyncVenice, RequestValidationError, Venice, VeniceError
from venice_client.chat import tool
from venice_client.chat.errors import (
    ToolTurnsExceededError,
)
from venice_client.models import UserMessage

if TYPE_CHECKING:
    from tests.client.conftest import Loopback


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


@pytest.mark.parametrize("messages", ["hi", {"role": "user", "content": "hi"}, 5])
def test_messages_of_another_type_than_a_list_are_refused_at_the_call(server: Loopback, messages: Any) -> None:
    venice = Venice("k", base_url=server.url)
    with pytest.raises(RequestValidationError, match="messages must be a list of messages, got"):
        venice.chat.completions.run_tools(model="m", messages=messages, tools=[weather])
    assert server.requests == []


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


class Point(pydantic.BaseModel):
    x: int


class Row:
    """An iterable that is neither a list nor an iterator."""

    def __iter__(self) -> Iterator[int]:
        return iter((1, 2))


def interrupted() -> Iterator[int]:
    yield 1
    raise ValueError("no more")


RESULTS: list[tuple[Callable[[], Any], str]] = [
    (lambda: (number for number in (1, 2)), "[1,2]"),
    (lambda: map(str, (1, 2)), '["1","2"]'),
    (lambda: range(3), "[0,1,2]"),
    (Row, "[1,2]"),
    (lambda: {"rows": (number for number in (1, 2)), "of": {}.keys()}, '{"rows":[1,2],"of":[]}'),
    (lambda: MappingProxyType({"a": 1}), '{"a":1}'),
    (lambda: (Point(x=number) for number in (1, 2)), '[{"x":1},{"x":2}]'),
    (lambda: [UserMessage(role="user", content="hi")], '[{"role":"user","content":"hi"}]'),
    (lambda: [Fraction(1, 2), 2**70], "[0.5,1180591620717411303424]"),
    (lambda: Path("a/b"), '"a/b"'),
    (interrupted, "Error: ValueError: no more"),
    (lambda: {(1, 2): 3}, "Error: TypeError: "),
]


@pytest.mark.parametrize("is_async", [False, True])
def test_what_a_tool_returns_reaches_the_model_as_json_and_the_items_of_an_iterable_as_a_list(
    server: Loopback, run: Any, is_async: bool
) -> None:
    if is_async and run.__name__ == "sync":
        pytest.skip("the sync client refuses async functions")

    def show(number: int) -> Any:
        return RESULTS[number][0]()

    async def fetch(number: int) -> Any:
        return RESULTS[number][0]()

    calls = [tool_call(n, "show", f'{{"number": {n}}}') for n in range(len(RESULTS))]
    server.answer(completion(None, finish="tool_calls", tool_calls=calls))
    server.answer(completion("done"))
    made = tool(name="show")(fetch if is_async else show)
    steps = run(lambda venice: venice.chat.completions.run_tools(model="m", messages=MESSAGES, tools=[made]))
    found = [result.output for result in steps[0].results]
    assert [text[: len(right)] for text, (_, right) in zip(found, RESULTS, strict=True)] == [
        right for _, right in RESULTS
    ]


def test_an_async_generator_of_a_tool_is_a_list_and_refused_by_the_sync_client(server: Loopback, run: Any) -> None:
    async def count(to: int) -> AsyncIterator[int]:
        for number in range(to):
            yield number

    server.answer(completion(None, finish="tool_calls", tool_calls=[tool_call(1, "count", '{"to": 2}')]))
    server.answer(completion("done"))
    ask = lambda venice: venice.chat.completions.run_tools(model="m", messages=MESSAGES, tools=[count])  # noqa: E731
    if run.__name__ == "sync":
        with pytest.raises(VeniceError, match="AsyncVenice"):
            run(ask)
    else:
        assert run(ask)[0].results[0].output == "[0,1]"


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
