"""The chunks of a stream are assembled to the response that a plain call returns."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from venice_client import (
    AsyncVenice,
    ResponseDecodeError,
    ServerError,
    StreamInterrupted,
    StreamTimeoutError,
    Venice,
    VeniceTimeoutError,
)
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
    """The result of `text` or `final` with both clients."""
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


def test_a_chat_stream_is_assembled_to_text_and_completion(api: StandIn) -> None:
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


def test_a_responses_stream_is_assembled_to_text_and_response(api: StandIn) -> None:
    assert ask(api.base_url, respond, "text") == ["The boat is on the lake."] * 2
    final = ask(api.base_url, respond, "final")[0]
    assert type(final) is ResponsesResponse
    assert final.status == "completed"


@pytest.mark.parametrize("output", [None, [], "absent"])
def test_a_response_without_output_at_its_end_has_the_items_that_came_before(output: Any) -> None:
    def item(name: str, place: int) -> dict[str, Any]:
        return {"type": "response.output_item.done", "output_index": place, "item": {"type": "message", "id": name}}

    response = {"id": "r", "status": "completed", "output": output}
    if output == "absent":
        del response["output"]
    ended = {"type": "response.completed", "response": response}
    whole = whole_of([item("b", 1), {"type": "response.output_item.added", "item": None}, item("a", 0), ended])
    assert [message["id"] for message in whole["output"]] == ["a", "b"]
    assert whole["status"] == "completed"
    full = {"type": "response.completed", "response": {"id": "r", "output": [{"id": "own"}]}}
    assert whole_of([item("a", 0), full])["output"] == [{"id": "own"}]


def test_tool_calls_are_assembled_by_index() -> None:
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


def test_final_after_iteration_assembles_the_received_chunks(server: Loopback) -> None:
    server.events(event(piece({"content": "a"})) + event(piece({"content": "b"})) + DONE)
    with Venice("k", base_url=server.url) as venice, chat(venice) as stream:
        assert len(list(stream)) == 2
        assert list(stream) == []
        assert stream.text() == "ab"
        assert stream.final().choices[0].message.content == "ab"
        assert len(stream.received) == 2


def test_final_of_a_closed_stream_raises_an_error_with_the_received_chunks(server: Loopback) -> None:
    server.events(event(piece({"content": "a"})), then="hold")
    with Venice("k", base_url=server.url) as venice:
        stream = chat(venice)
        for _ in stream:
            break
        with pytest.raises(StreamInterrupted, match="closed") as caught:
            stream.final()
        assert len(caught.value.received) == 1


@pytest.mark.parametrize("chatter", [b"", b": still here\n\n"])
def test_idle_timeout_ends_a_stream_without_events_before_the_read_timeout(server: Loopback, chatter: bytes) -> None:
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


# ---- how deltas are merged: by the meaning of a field, and by index, id and type of an item


def message_of(*deltas: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = whole_of(map(piece, deltas))["choices"][0]["message"]
    return message


def calls_of(*pieces: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    calls = message_of(*({"tool_calls": item} for item in pieces))["tool_calls"]
    return [(call.get("id"), call["function"].get("name"), call["function"]["arguments"]) for call in calls]


@pytest.mark.parametrize("index", [{}, {"index": None}])
def test_a_tool_call_delta_without_an_index_belongs_to_the_last_call(index: dict[str, Any]) -> None:
    begin = {**index, "id": "a", "type": "function", "function": {"name": "f", "arguments": '{"x"'}}
    other = {**index, "id": "b", "type": "function", "function": {"name": "g", "arguments": "{"}}
    rest = {**index, "function": {"arguments": ":1}"}}
    last = {**index, "id": "", "function": {"name": "", "arguments": "}"}}
    assert calls_of([begin], [rest], [other], [last]) == [("a", "f", '{"x":1}'), ("b", "g", "{}")]


def test_a_new_id_starts_a_new_tool_call_at_the_same_index() -> None:
    def call(**more: Any) -> dict[str, Any]:
        return {"index": 0, "type": "function", **more}

    first = call(id="a", function={"name": "f", "arguments": "{}"})
    second = call(id="b", function={"name": "g", "arguments": "{"})
    more = call(function={"arguments": '"y":'})
    again = call(id="b", function={"arguments": "2}"})
    assert calls_of([first], [second], [more], [again]) == [("a", "f", "{}"), ("b", "g", '{"y":2}')]


def test_a_field_repeated_in_each_delta_is_not_concatenated() -> None:
    details = [{"index": 0, "type": "t", "format": "v1", "text": text} for text in "abc"]
    found = message_of(*({"reasoning_details": [item], "made_up": "same"} for item in details))
    assert found["reasoning_details"] == [{"index": 0, "type": "t", "format": "v1", "text": "abc"}]
    assert found["made_up"] == "same"
    mixed = [{"index": 0, "type": "summary", "summary": "x"}, {"index": 0, "type": "text", "text": "y"}]
    assert len(message_of(*({"reasoning_details": [item]} for item in mixed))["reasoning_details"]) == 2


def test_empty_fields_of_the_last_chunk_do_not_overwrite_earlier_ones() -> None:
    whole = whole_of([piece({"content": "a"}), {"id": "", "model": "", "created": 0, "choices": [], "usage": None}])
    assert (whole["id"], whole["model"], whole["created"]) == ("c", "m", 1)


def test_content_that_changes_between_text_and_parts_is_kept() -> None:
    part, picture = {"type": "text", "text": "A"}, {"type": "image_url", "image_url": {"url": "u"}}
    assert message_of({"content": [part]}, {"content": "B"})["content"] == "AB"
    assert message_of({"content": "B"}, {"content": [part]})["content"] == "BA"
    kept = message_of({"content": [part]}, {"content": [picture]}, {"content": "C"}, {"content": "D"})["content"]
    assert kept == [part, picture, {"type": "text", "text": "CD"}]
    assert text_of([piece({"content": [part, picture]}), piece({"content": "B"})]) == "AB"


def test_list_items_without_an_index_are_all_kept() -> None:
    tokens = [{"token": "a", "logprob": -1}, {"token": "a", "logprob": -1}]
    chunks = [piece({}, logprobs={"content": [token]}) for token in tokens]
    assert whole_of(chunks)["choices"][0]["logprobs"]["content"] == tokens


# ---- a response of another kind than requested

COMPLETION = {
    "id": "c",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hello"}}],
    "usage": {"total_tokens": 1},
}
WHOLE = json.dumps(COMPLETION)
ERROR = json.dumps({"error": {"message": "model is busy", "code": 503}})


@pytest.mark.parametrize("media_type", ["application/json", "text/event-stream", "text/plain", None])
def test_a_json_response_is_read_as_a_stream_of_one_chunk(server: Loopback, media_type: str | None) -> None:
    for _ in range(6):
        server.answer(WHOLE, media_type)
    assert ask(server.url, chat, "text") == ["hello"] * 2
    final = ask(server.url, chat, "final")[0]
    assert (type(final), final.choices[0].message.content) == (ChatCompletion, "hello")
    with Venice("k", base_url=server.url) as venice:
        assert [chunk.choices[0].delta.content for chunk in chat(venice)] == ["hello"]


@pytest.mark.parametrize("media_type", ["application/json", "text/event-stream", "text/plain", None])
@pytest.mark.parametrize("body", [ERROR, f"\n\n  {ERROR}\n", json.dumps(json.loads(ERROR), indent=2)])
def test_an_error_response_to_a_streaming_call_is_raised_with_its_message(
    server: Loopback, media_type: str | None, body: str
) -> None:
    for _ in range(2):
        server.answer(body, media_type)
    with pytest.raises(ServerError, match="model is busy") as caught:
        ask(server.url, chat, "text")
    assert caught.value.status == 503
    assert caught.value.may_have_been_charged


def test_an_event_that_calls_itself_an_error_is_raised(server: Loopback) -> None:
    said = {"object": "error", "message": "out of memory", "code": 503}
    for _ in range(2):
        server.answer(event(piece({"content": "a"})) + event(said) + DONE, "text/event-stream")
    with pytest.raises(ServerError, match="out of memory") as caught:
        ask(server.url, chat, "text")
    assert caught.value.status == 503


@pytest.mark.parametrize(
    ("body", "media_type"), [("<html>", "text/html"), ("[1]", "application/json"), ("words", None)]
)
def test_another_response_to_a_streaming_call_raises_an_error_that_keeps_the_body(
    server: Loopback, body: str, media_type: str | None
) -> None:
    server.answer(body, media_type)
    with pytest.raises(ResponseDecodeError) as caught:
        ask(server.url, chat, "text")
    assert caught.value.body == body.encode()


def test_events_in_response_to_a_plain_call_are_assembled(server: Loopback) -> None:
    events = event(piece({"role": "assistant", "content": "hel"})) + event(piece({"content": "lo"})) + DONE

    def whole(venice: Any) -> Any:
        return venice.chat.completions.create(model="m", messages=MESSAGES)

    for _ in range(2):
        server.answer(events, "text/event-stream")
    server.answer(f"data: {ERROR}\n\n", "text/event-stream")
    with Venice("k", base_url=server.url) as venice:
        found = whole(venice)
        raw = venice.chat.completions.with_raw_response.create(model="m", messages=MESSAGES).parsed
    assert [type(item) for item in (found, raw)] == [ChatCompletion] * 2
    assert found.choices[0].message.content == raw.choices[0].message.content == "hello"
    with Venice("k", base_url=server.url) as venice, pytest.raises(ServerError, match="model is busy"):
        whole(venice)
