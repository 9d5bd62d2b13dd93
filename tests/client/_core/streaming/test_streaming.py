"""Streams yield typed chunks as they arrive, and raise if they end early."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from venice_client import (
    AsyncStream,
    AsyncVenice,
    AuthenticationError,
    RateLimitError,
    ResponseDecodeError,
    ServerError,
    Stream,
    StreamInterrupted,
    Venice,
    VeniceAPIError,
    VeniceConnectionError,
    VeniceTimeoutError,
)
from venice_client._core.streaming.sse import EventDecoder
from venice_client.models import ChatCompletionChunk

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback
    from tests.standin import StandIn

REQUEST: dict[str, Any] = {
    "model": "m",
    "messages": [{"role": "user", "content": "hi"}],
    "stream": True,
}
DONE = b"data: [DONE]\n\n"


def chunk(text: str) -> bytes:
    data = {
        "id": "c",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": {"content": text}}],
    }
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def chat(venice: Any) -> Any:
    return venice.chat.completions.create(**REQUEST)


def respond(venice: Any) -> Any:
    return venice.responses.create(model="m", input="hi", stream=True)


def words(chunks: list[Any]) -> list[str]:
    return [item.choices[0].delta.content for item in chunks]


def failing(call: Caller, server: Loopback, kind: type[Exception], work: Any = chat) -> Any:
    with pytest.raises(kind) as caught:
        call.stream(server.url, work)
    return caught.value


def test_a_chat_streams_typed_chunks(api: StandIn, call: Caller) -> None:
    chunks = call.stream(api.base_url, chat)
    assert all(type(item) is ChatCompletionChunk for item in chunks)
    assert "".join(item.choices[0].delta.content or "" for item in chunks) == "The boat is on the lake."
    api.assert_valid()
    assert api.requests[0].headers["Accept"] == "text/event-stream"


def test_a_responses_stream_ends_with_the_completed_event(api: StandIn, call: Caller) -> None:
    events = call.stream(api.base_url, respond)
    assert [event.type for event in events][:: len(events) - 1] == ["response.created", "response.completed"]
    assert "".join(getattr(e, "delta", "") or "" for e in events if "delta" in e.type) == "The boat is on the lake."
    api.assert_valid()


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_chunks_do_not_depend_on_how_the_bytes_are_split(server: Loopback, call: Caller, size: int) -> None:
    data = b"\xef\xbb\xbf: hello\r\n\r\n" + chunk("ä→\u2028") + chunk("x").replace(b"\n", b"\r\n") + DONE
    server.events(*(data[start : start + size] for start in range(0, len(data), size)))
    assert words(call.stream(server.url, chat)) == ["ä→\u2028", "x"]


def test_a_chunk_is_yielded_before_the_next_one_is_sent(server: Loopback) -> None:
    server.events(chunk("first"), then="hold")
    with Venice("k", base_url=server.url) as venice, chat(venice) as stream:
        assert next(iter(stream)).choices[0].delta.content == "first"


@pytest.mark.parametrize("end", [b"data: [DONE]", b"data:[DONE] \n\n"])
def test_a_last_event_without_a_blank_line_or_with_a_blank_is_read(server: Loopback, call: Caller, end: bytes) -> None:
    server.events(chunk("a") + end)
    assert words(call.stream(server.url, chat)) == ["a"]


def test_a_stream_without_done_raises_an_error_with_the_received_chunks(server: Loopback, call: Caller) -> None:
    server.events(chunk("a"), chunk("b"))
    error = failing(call, server, StreamInterrupted)
    assert words(error.received) == words(call.received) == ["a", "b"]
    assert str(error) == "the stream ended before it was complete (POST /chat/completions)"
    assert error.request is not None


@pytest.mark.parametrize("then", ["close", "reset"])
def test_an_interrupted_stream_raises_an_error_with_the_received_chunks(
    server: Loopback, call: Caller, then: str
) -> None:
    data = chunk("a")
    chunked = server.head("text/event-stream", headers={"Transfer-Encoding": "chunked"})
    server.say(chunked, f"{len(data):x}\r\n".encode() + data + b"\r\n", b"1f4\r\ndata: {", then=then)
    error = failing(call, server, StreamInterrupted)
    assert words(error.received) == words(call.received) == ["a"]
    assert isinstance(error.__cause__, VeniceConnectionError)


def test_an_empty_stream_raises_an_error(server: Loopback, call: Caller) -> None:
    server.events()
    assert failing(call, server, StreamInterrupted).received == ()


def test_a_stream_without_further_data_times_out(server: Loopback, call: Caller) -> None:
    server.events(chunk("a"), then="hold")
    with pytest.raises(VeniceTimeoutError):
        call.stream(server.url, chat, timeout=0.2)
    assert words(call.received) == ["a"]


@pytest.mark.parametrize("then", ["hold", "reset"])
def test_a_stream_ends_at_done_whatever_the_connection_does(server: Loopback, call: Caller, then: str) -> None:
    chunked = server.head("text/event-stream", headers={"Transfer-Encoding": "chunked"})
    data = chunk("a") + DONE + chunk("never")
    server.say(chunked, f"{len(data):x}\r\n".encode() + data + b"\r\n", then=then)
    assert words(call.stream(server.url, chat, timeout=2)) == ["a"]


@pytest.mark.parametrize("last", ["completed", "failed", "incomplete", "cancelled"])
def test_a_responses_stream_ends_at_each_kind_of_last_event(server: Loopback, call: Caller, last: str) -> None:
    event = {"type": f"response.{last}", "response": {"id": "r", "error": {"message": "x"}}}
    server.events(f"event: response.{last}\ndata: {json.dumps(event)}\n\n".encode(), then="hold")
    assert [item.type for item in call.stream(server.url, respond, timeout=2)] == [f"response.{last}"]


@pytest.mark.parametrize(
    ("event", "kind", "text"),
    [
        (b'data: {"error": {"message": "slow down", "code": 429}}', RateLimitError, "slow down"),
        (b'data: {"error": {"message": "slow down", "code": "429"}}', RateLimitError, "slow down"),
        (b'data: {"error": "MODEL_AT_CAPACITY: busy"}', ServerError, "MODEL_AT_CAPACITY"),
        (b'data: {"error": {"message": "bad", "code": 400, "type": "x"}}', VeniceAPIError, "400"),
        (b'event: error\ndata: {"error": {"message": "late"}, "object": "error"}', ServerError, "late"),
        (b'event: error\ndata: {"type": "error", "message": "late", "code": "server_error"}', ServerError, "late"),
        (b'data: {"type": "error", "message": "late", "code": null}', ServerError, "late"),
        (b"event: error\ndata: overloaded", ServerError, "overloaded"),
        (b'event: error\ndata: "overloaded"', ServerError, "overloaded"),
    ],
)
def test_an_error_inside_the_stream_is_raised(
    server: Loopback, call: Caller, event: bytes, kind: type[VeniceAPIError], text: str
) -> None:
    server.events(chunk("a") + event + b"\n\n" + DONE, headers={"CF-RAY": "ray-1"})
    error = failing(call, server, kind)
    assert text in str(error)
    assert error.request_id == "ray-1"
    assert (error.method, error.path) == ("POST", "/chat/completions")
    assert words(call.received) == words(list(error.received)) == ["a"]


def test_an_error_inside_the_stream_does_not_show_the_key(server: Loopback, call: Caller, key: str) -> None:
    server.events(f'data: {{"error": {{"message": "no such key: {key}", "code": 401}}}}\n\n'.encode())
    error = failing(call, server, AuthenticationError)
    assert key not in f"{error!s}{error!r}{error.args}{error.__dict__}"


def test_a_chunk_with_error_null_is_not_an_error(server: Loopback, call: Caller) -> None:
    server.events(b'data: {"object": "chat.completion.chunk", "error": null, "choices": []}\n\n' + DONE)
    assert len(call.stream(server.url, chat)) == 1


def test_an_event_that_is_not_json_raises_an_error_that_keeps_it(server: Loopback, call: Caller) -> None:
    server.events(chunk("a") + b"data: {oops\n\n" + DONE, headers={"CF-RAY": "ray-1"})
    error = failing(call, server, ResponseDecodeError)
    assert (error.body, error.status, error.request_id) == (b"{oops", 200, "ray-1")
    assert words(list(error.received)) == ["a"]


def test_an_event_over_the_size_limit_raises_an_error(server: Loopback) -> None:
    server.events(b"data: " + b"x" * 100)
    with Venice("k", base_url=server.url) as venice, chat(venice) as stream:
        stream._decoder = EventDecoder(limit=50)
        with pytest.raises(ResponseDecodeError, match="larger than 50 bytes"):
            list(stream)


def test_an_event_of_another_type_is_returned_unchanged(server: Loopback, call: Caller) -> None:
    server.events(b"data: [1]\n\ndata: 5\n\nevent: ping\ndata:\n\n: comment\n\n" + DONE)
    assert call.stream(server.url, chat) == [[1], 5]


def test_a_json_response_is_a_stream_of_one_chunk(server: Loopback, call: Caller) -> None:
    server.answer('{"id": "c", "choices": []}')
    assert [chunk.id for chunk in call.stream(server.url, chat)] == ["c"]


@pytest.mark.parametrize("delta", [{}, {"delta": None}])
def test_a_complete_answer_as_an_event_is_a_chunk(server: Loopback, call: Caller, delta: dict[str, Any]) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "whole"}, "finish_reason": "stop", **delta}
    server.events(f"data: {json.dumps({'id': 'c', 'choices': [choice]})}\n\ndata: [DONE]\n\n".encode())
    [chunk] = call.stream(server.url, chat)
    assert chunk.choices[0].delta.content == "whole"


def test_a_message_beside_a_delta_is_an_undeclared_field(server: Loopback, call: Caller) -> None:
    choice = {"index": 0, "message": "m", "delta": {"content": "a"}}
    server.events(f"data: {json.dumps({'id': 'c', 'choices': [choice]})}\n\ndata: [DONE]\n\n".encode())
    [chunk] = call.stream(server.url, chat)
    assert (chunk.choices[0].delta.content, chunk.choices[0].message) == ("a", "m")


@pytest.mark.parametrize("body", ['{"detail": "model busy"}', '{"errors": [{"message": "model busy"}]}'])
def test_a_bare_error_of_a_stream_is_raised_with_its_message(server: Loopback, call: Caller, body: str) -> None:
    server.answer(body, "text/event-stream")
    with pytest.raises(ServerError, match="model busy"):
        call.stream(server.url, chat)


@pytest.mark.parametrize(("status", "kind"), [(401, AuthenticationError), (429, RateLimitError), (503, ServerError)])
def test_an_error_status_is_raised_before_the_stream_begins(
    server: Loopback, call: Caller, status: int, kind: type[VeniceAPIError]
) -> None:
    for media_type in ("application/json", "text/event-stream"):
        server.answer('{"error": "no"}', media_type, status=status)
        with pytest.raises(kind, match="no"):
            call(server.url, chat)


def test_leaving_the_loop_early_closes_the_connection(server: Loopback) -> None:
    server.events(chunk("a"), chunk("b"), then="hold")
    with Venice("k", base_url=server.url) as venice:
        stream = chat(venice)
        assert isinstance(stream, Stream)
        for item in stream:
            assert item.choices[0].delta.content == "a"
            break
        assert server.hung_up.wait(5)


def test_leaving_the_with_block_closes_the_connection(server: Loopback) -> None:
    server.events(chunk("a"), then="hold")
    with Venice("k", base_url=server.url) as venice:
        with chat(venice) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
        assert server.hung_up.wait(5)


def test_a_stream_that_is_closed_inside_of_its_loop_says_so(server: Loopback) -> None:
    server.events(chunk("a"), chunk("b"), then="hold")

    def read() -> None:
        with Venice("k", base_url=server.url) as venice:
            stream = chat(venice)
            for _ in stream:
                stream.close()

    async def read_async() -> None:
        async with AsyncVenice("k", base_url=server.url) as venice:
            stream = await chat(venice)
            async for _ in stream:
                await stream.aclose()

    for work in (read, lambda: asyncio.run(read_async())):
        with pytest.raises(StreamInterrupted, match="the stream was closed before it was complete"):
            work()


def test_leaving_the_loop_of_an_async_stream_early_closes_the_connection(server: Loopback) -> None:
    server.events(chunk("a"), chunk("b"), then="hold")

    async def go() -> None:
        async with AsyncVenice("k", base_url=server.url) as venice:
            async with await chat(venice) as stream:
                assert isinstance(stream, AsyncStream)
                async for item in stream:
                    assert item.choices[0].delta.content == "a"
                    break
            assert await asyncio.to_thread(server.hung_up.wait, 5)

    asyncio.run(go())


def test_extra_body_can_request_a_stream(server: Loopback, call: Caller) -> None:
    server.events(chunk("a") + DONE)
    requested = {**REQUEST, "stream": False, "extra_body": {"stream": True}}
    assert words(call.stream(server.url, lambda venice: venice.chat.completions.create(**requested))) == ["a"]


def test_an_event_stream_that_was_not_requested_is_returned_as_text(server: Loopback, call: Caller) -> None:
    server.events(chunk("a") + DONE)
    response = call(server.url, lambda venice: venice.request("POST", "/chat/completions", json=REQUEST))
    assert response.parsed == (chunk("a") + DONE).decode()


def test_detailed_functions_return_the_stream_with_its_response(server: Loopback) -> None:
    from venice_client.api.chat_completions import create

    server.events(chunk("a") + DONE, headers={"CF-RAY": "ray-1"})
    with Venice("k", base_url=server.url) as venice:
        response = create.sync_detailed(client=venice, body=REQUEST)
        assert (response.status_code, response.request_id, response.content) == (200, "ray-1", b"")
        assert isinstance(response.parsed, Stream)
        assert words(list(response.parsed)) == ["a"]
