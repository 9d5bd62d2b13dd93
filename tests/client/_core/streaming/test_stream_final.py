"""The pieces of a stream are put together to what would have come in one piece."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from venice_client import AsyncVenice, StreamInterrupted, StreamTimeoutError, Venice, VeniceTimeoutError
from venice_client._core.streaming.accumulate import text_of, whole_of
from venice_client.models import ChatCompletion, ResponsesResponse

if TYPE_CHECKING:
    from tests.client.conftest import Loopback
    from tests.standin import StandIn

MESSAGES = [{"role": "user", "content": "hi"}]
DONE = b"data: [DONE]\n\n"


def chat(venice: Any, **more: Any) -> Any:
    return venice.chat.completions.create(model="m", messages=MESSAGES, stream=True, **more)


def respond(venice: Any) -> Any:
    return venice.responses.create(model="m", input="hi", stream=True)


def ask(url: str, work: Any, name: str) -> list[Any]:
    """What `text` or `final` gives with both clients."""
    with Venice("k", base_url=url) as venice, work(venice) as stream:
        found = [getattr(stream, name)()]

    async def go() -> None:
        async with AsyncVenice("k", base_url=url) as venice, await work(venice) as stream:
            found.append(await getattr(stream, name)())

    asyncio.run(go())
    assert found[0] == found[1]
    return found


def event(data: Any) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()


def piece(delta: dict[str, Any], index: int = 0, **more: Any) -> dict[str, Any]:
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return {**head, "choices": [{"index": index, "delta": delta, **more}]}


def test_a_chat_is_put_together(api: StandIn) -> None:
    assert ask(api.base_url, chat, "text") == ["The boat is on the lake."] * 2

    def with_usage(venice: Any) -> Any:
        return chat(venice, stream_options={"include_usage": True})

    final = ask(api.base_url, with_usage, "final")[0]
    assert type(final) is ChatCompletion
    assert final.object == "chat.completion"
    assert final.choices[0].message.content == "The boat is on the lake."
    assert final.choices[0].finish_reason == "stop"
    assert final.usage.total_tokens == 12
    assert final.meta.status == 200


def test_a_response_is_put_together(api: StandIn) -> None:
    assert ask(api.base_url, respond, "text") == ["The boat is on the lake."] * 2
    final = ask(api.base_url, respond, "final")[0]
    assert type(final) is ResponsesResponse
    assert final.status == "completed"


def test_tool_calls_are_put_together_by_their_index() -> None:
    def call(index: int, **function: str) -> dict[str, Any]:
        return {"index": index, "function": function}

    whole = whole_of(
        [
            piece({"role": "assistant", "content": None}),
            piece({"tool_calls": [{"id": "a", "type": "function", **call(0, name="f", arguments="")}]}),
            piece({"tool_calls": [call(0, arguments='{"x"'), {"id": "b", **call(1, name="g", arguments="{}")}]}),
            piece({"tool_calls": [{**call(0, arguments=": 1}"), "type": "function"}]}),
            piece({"reasoning_content": "so"}, 1),
            piece({"reasoning_content": " it is"}, 1, finish_reason="length"),
            piece({}, finish_reason="tool_calls"),
            {"choices": [], "usage": {"total_tokens": 3}},
            "no piece",
            {"choices": [5]},
        ]
    )
    first, second = whole["choices"]
    assert first["message"]["tool_calls"] == [
        {"id": "a", "type": "function", "function": {"name": "f", "arguments": '{"x": 1}'}},
        {"id": "b", "function": {"name": "g", "arguments": "{}"}},
    ]
    assert first["finish_reason"] == "tool_calls"
    assert second["message"]["reasoning_content"] == "so it is"
    assert whole["usage"] == {"total_tokens": 3}
    assert text_of([piece({"content": "a"}), piece({"content": "b"}, 1), 5, {"choices": {}}]) == "a"


def test_final_after_the_loop_is_of_what_came(server: Loopback) -> None:
    server.events(event(piece({"content": "a"})) + event(piece({"content": "b"})) + DONE)
    with Venice("k", base_url=server.url) as venice, chat(venice) as stream:
        assert len(list(stream)) == 2
        assert list(stream) == []
        assert stream.text() == "ab"
        assert stream.final().choices[0].message.content == "ab"
        assert len(stream.received) == 2


def test_final_of_a_stream_that_was_left_is_an_error_that_keeps_what_came(server: Loopback) -> None:
    server.events(event(piece({"content": "a"})), then="hold")
    with Venice("k", base_url=server.url) as venice:
        stream = chat(venice)
        for _ in stream:
            break
        with pytest.raises(StreamInterrupted, match="closed") as caught:
            stream.final()
        assert len(caught.value.received) == 1


@pytest.mark.parametrize("chatter", [b"", b": still here\n\n"])
def test_a_silent_stream_times_out_apart_from_the_read_timeout(server: Loopback, chatter: bytes) -> None:
    pieces = [event(piece({"content": "a"})), *[chatter] * (800 if chatter else 0)]
    server.events(*pieces, then="hold")
    begun = time.monotonic()
    with Venice("k", base_url=server.url, timeout=30) as venice, chat(venice, idle_timeout=0.3) as stream:
        with pytest.raises(StreamTimeoutError, match=r"within 0\.3 s") as caught:
            stream.text()
        assert isinstance(caught.value, VeniceTimeoutError)
        assert len(caught.value.received) == 1
        assert caught.value.path == "/chat/completions"
    assert time.monotonic() - begun < 5
