"""Interceptors run once per call: before the request is built, and after its result or each event is decoded."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from venice_client import AsyncVenice, Venice
from venice_client._core.errors import ArgumentError, RequestValidationError
from venice_client._core.interceptors import Interceptor
from venice_client._core.request.call import Request
from venice_client.api import OPERATIONS
from venice_client.api.chat_completions import create

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback

MESSAGES = [{"role": "user", "content": "hi"}]
COMPLETION = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": []}


class Recorder(Interceptor):
    keywords: ClassVar[Mapping[str, Mapping[str, Any]]] = {"POST /chat/completions": {"secret_words": list}}

    def __init__(self, name: str = "", log: list[str] | None = None) -> None:
        self.name = name
        self.log = [] if log is None else log

    def before(self, request: Request) -> None:
        self.log.append(f"before {self.name}")
        request.headers["X-Seen"] = request.headers.get("X-Seen", "") + self.name
        request.state[self] = request.keywords.get("secret_words")

    def after(self, request: Request, value: Any) -> Any:
        self.log.append(f"after {self.name}")
        return value


def body_of(request: bytes) -> Any:
    return json.loads(request.partition(b"\r\n\r\n")[2])


def seen_by(request: bytes) -> str:
    found = re.search(r"(?im)^x-seen: (.*?)\r$", request.decode())
    return found[1] if found else ""


def chat(venice: Any, **options: Any) -> Any:
    return venice.chat.completions.create(model="m", messages=MESSAGES, **options)


def test_interceptors_run_once_per_call_in_order_and_in_reverse(server: Loopback, call: Caller) -> None:
    server.answer('{"error": "slow down"}', status=429, headers={"Retry-After": "0"})
    server.answer(json.dumps(COMPLETION))
    log: list[str] = []
    call(server.url, chat, max_retries=1, interceptors=[Recorder("a", log), Recorder("b", log)])
    assert log == ["before a", "before b", "after b", "after a"]
    assert [seen_by(request) for request in server.requests] == ["ab", "ab"]


def test_an_interceptor_changes_the_request_and_not_the_caller_s_own_list(server: Loopback, call: Caller) -> None:
    class Instructing(Interceptor):
        def before(self, request: Request) -> None:
            request.body.messages.insert(0, {"role": "system", "content": "Be short."})
            request.body.messages[1]["content"] += "!"

    server.answer(json.dumps(COMPLETION))
    call(server.url, chat, interceptors=[Instructing()])
    assert MESSAGES == [{"role": "user", "content": "hi"}]
    for request in server.requests:
        assert [message["content"] for message in body_of(request)["messages"]] == ["Be short.", "hi!"]


def test_an_exception_of_an_interceptor_ends_the_call_before_anything_is_sent(server: Loopback, call: Caller) -> None:
    class Refusing(Interceptor):
        def before(self, request: Request) -> None:
            raise RequestValidationError([f"{request.name} is not allowed here"])

    with pytest.raises(RequestValidationError, match="POST /chat/completions is not allowed here"):
        call(server.url, chat, interceptors=[Refusing()])
    assert server.requests == []


def test_an_interceptor_can_change_the_body_and_the_result(server: Loopback, call: Caller) -> None:
    class Shouting(Interceptor):
        def before(self, request: Request) -> None:
            request.body = {**request.body.to_dict(), "messages": [{"role": "user", "content": "HI"}]}

        def after(self, request: Request, value: Any) -> Any:
            return value.model.upper()

    server.answer(json.dumps(COMPLETION))
    assert call(server.url, chat, interceptors=[Shouting()]) == "M"
    assert body_of(server.requests[0])["messages"][0]["content"] == "HI"
    raw = call(
        server.url,
        lambda venice: venice.chat.completions.with_raw_response.create(model="m", messages=MESSAGES),
        interceptors=[Shouting()],
    )
    assert raw.parsed == "M"
    assert json.loads(raw.content) == COMPLETION


def piece(text: str) -> str:
    event = {
        **COMPLETION,
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}],
    }
    return f"data: {json.dumps(event)}\n\n"


def test_an_interceptor_can_change_or_drop_each_event_of_a_stream(server: Loopback, call: Caller) -> None:
    class Decrypting(Interceptor):
        def event(self, request: Request, event: Any) -> Any:
            delta = event.choices[0].delta
            if delta.content == "noise":
                return None
            delta.content = delta.content[::-1]
            return event

    server.answer(piece("olleh") + piece("noise") + piece("dlrow ") + "data: [DONE]\n\n", "text/event-stream")
    text = call(server.url, read_text, interceptors=[Decrypting()])
    assert text == ["hello", " world", "hello world"]


def read_text(venice: Venice | AsyncVenice) -> Any:
    stream = chat(venice, stream=True)
    if isinstance(venice, Venice):
        found = [chunk.choices[0].delta.content for chunk in stream]
        return [*found, stream.final().choices[0].message.content]

    async def read() -> Any:
        events = await stream
        found = [chunk.choices[0].delta.content async for chunk in events]
        return [*found, (await events.final()).choices[0].message.content]

    return read()


@pytest.mark.parametrize("drops", [False, True])
def test_the_end_of_a_stream_comes_once_after_its_last_event(server: Loopback, call: Caller, drops: bool) -> None:
    log: list[str] = []

    class Ending(Interceptor):
        def event(self, request: Request, event: Any) -> Any:
            log.append("event")
            return None if drops else event

        def end(self, request: Request) -> None:
            log.append("end")

    def respond(venice: Any) -> Any:
        return venice.responses.create(model="m", input="hi", stream=True)

    server.events(b'data: {"type": "response.created"}\n\ndata: {"type": "response.completed", "response": {}}\n\n')
    server.answer(piece("hello") + "data: [DONE]\n\n", "text/event-stream")
    call.stream(server.url, respond, interceptors=[Ending()])
    assert log == ["event", "event", "end"]
    log.clear()
    call.stream(server.url, lambda venice: chat(venice, stream=True), interceptors=[Ending()])
    assert log == ["event", "end"]


def test_an_inactive_interceptor_gets_neither_results_nor_events(server: Loopback, call: Caller) -> None:
    class Inactive(Interceptor):
        def is_active(self, request: Request) -> bool:
            return "active" in request.state

        def after(self, request: Request, value: Any) -> Any:
            raise AssertionError(request)

        def event(self, request: Request, event: Any) -> Any:
            raise AssertionError(request)

        def end(self, request: Request) -> None:
            raise AssertionError(request)

    server.answer(json.dumps(COMPLETION))
    server.answer(piece("hello") + "data: [DONE]\n\n", "text/event-stream")
    assert call(server.url, chat, interceptors=[Inactive()]).model == "m"
    assert call(server.url, read_text, interceptors=[Inactive()]) == ["hello", "hello"]


def test_abefore_may_await_in_the_async_client(server: Loopback, call: Caller) -> None:
    class Asking(Interceptor):
        async def abefore(self, request: Request) -> None:
            await request.client.request("GET", "/first")

        def before(self, request: Request) -> None:
            request.client.request("GET", "/first")

    class Once(Asking):
        async def abefore(self, request: Request) -> None:
            if request.operation is not None:
                await super().abefore(request)

        def before(self, request: Request) -> None:
            if request.operation is not None:
                super().before(request)

    server.answer("{}")
    server.answer(json.dumps(COMPLETION))
    call(server.url, chat, interceptors=[Once()])
    assert [request.split()[1].rpartition(b"/")[2] for request in server.requests] == [b"first", b"completions"]


def test_a_declared_keyword_reaches_the_interceptor_and_is_not_sent(server: Loopback, call: Caller) -> None:
    seen: list[Any] = []

    class Seeing(Recorder):
        def before(self, request: Request) -> None:
            super().before(request)
            seen.append(request.keywords)

    server.answer(json.dumps(COMPLETION))
    call(server.url, lambda venice: chat(venice, secret_words=["x"]), interceptors=[Seeing()])
    assert seen == [{"secret_words": ["x"]}]
    assert "secret_words" not in body_of(server.requests[0])


def test_a_keyword_that_no_interceptor_declares_is_refused_and_nothing_is_sent(server: Loopback) -> None:
    from venice_client._core.client import SyncClient  # without the interceptors that Venice brings along

    with SyncClient("k", base_url=server.url) as client, pytest.raises(ArgumentError, match="'e2ee'"):
        create.sync(client=client, body={"model": "m", "messages": MESSAGES}, e2ee=True)
    assert not server.requests


@pytest.mark.parametrize("wrong", [[Interceptor], [3], Interceptor(), "x"])
def test_an_invalid_interceptors_option_is_refused(wrong: Any) -> None:
    with pytest.raises(RequestValidationError, match=r"interceptors must .*venice_client\.types\.Interceptor"):
        Venice("k", interceptors=wrong)


@pytest.mark.parametrize("name", ["before", "is_active", "after", "event", "end"])
def test_a_coroutine_function_in_place_of_a_plain_one_is_refused(name: str) -> None:
    async def method(*_: Any) -> None: ...

    wrong = type("Wrong", (Interceptor,), {name: method})()
    for kind in (Venice, AsyncVenice):
        with pytest.raises(RequestValidationError, match=f"Wrong.{name} must be a plain function, got a coroutine"):
            kind("k", interceptors=[wrong])


class Former(Recorder):
    operations = frozenset({"POST /old/chat"})
    keywords: ClassVar[Mapping[str, Mapping[str, Any]]] = {"POST /old/chat": {"secret_words": list}}

    def before(self, request: Request) -> None:
        super().before(request)
        assert request.calls("POST /old/chat")
        assert request.calls("POST /chat/completions")
        assert not request.calls("GET /models")


def test_an_interceptor_for_an_operation_runs_after_its_address_moved(
    server: Loopback, call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OPERATIONS, "_former", {"POST /old/chat": "POST /chat/completions"})
    server.answer(json.dumps(COMPLETION))
    former = Former()
    call(server.url, lambda venice: chat(venice, secret_words=["a"]), interceptors=[former])
    assert former.log == ["before ", "after "]
