"""Keys are sent only to operations that accept them; transport failures become errors of this library."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import respx

from tests.client._core.calls import chat, header
from venice_client import (
    UNSET,
    AsyncVenice,
    AuthenticationError,
    RequestValidationError,
    StreamInterrupted,
    Venice,
    VeniceAPIError,
    VeniceConnectionError,
    VeniceTimeoutError,
    models,
)
from venice_client._core import base_client as core_base
from venice_client._core.transport import base as http
from venice_client._core.transport import httpx as httpx_transport

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback
    from tests.standin import StandIn


# ---- any path


def test_request_calls_any_path(server: Loopback, call: Caller, key: str) -> None:
    server.answer('{"a": [1]}')
    for path in ("/tee/attestation", "tee/attestation", "tee/attestation?x=0"):

        def work(venice: Any, path: str = path) -> Any:
            return venice.request(
                "post",
                path,
                json={"model": "m", "part": models.TextPart(type="text", text="t")},
                query={"nonce": "a b", "n": [1, True]},
                headers={"X-More": "1"},
            )

        assert call(server.url, work).parsed == {"a": [1]}
    for request in server.requests[:2]:
        line = request.split(b"\r\n")[0].decode().replace("%20", "+")
        assert line == "POST /api/v1/tee/attestation?nonce=a+b&n=1&n=true HTTP/1.1"
    assert b"/tee/attestation?x=0&nonce=a" in server.requests[2]
    for request in server.requests:
        assert json.loads(request.partition(b"\r\n\r\n")[2]) == {"model": "m", "part": {"type": "text", "text": "t"}}
        assert header(request, "x-more") == ["1"]
        assert header(request, "content-type") == ["application/json"]
        assert header(request, "authorization") == [f"Bearer {key}"]


def test_request_works_without_key_and_body(server: Loopback, call: Caller) -> None:
    server.answer("hi", "text/plain")
    assert call(server.url, lambda venice: venice.request("GET", "/x"), api_key=None).parsed == "hi"
    assert header(server.requests[0], "authorization") == []
    assert header(server.requests[0], "content-type") == []


def test_request_raises_the_error_of_the_status(server: Loopback, call: Caller) -> None:
    server.answer('{"error": "no"}', status=401)
    with pytest.raises(AuthenticationError) as caught:
        call(server.url, lambda venice: venice.request("GET", "/x?secret=1"))
    assert (caught.value.method, caught.value.path) == ("GET", "/x")


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/x",
        "HTTPS://evil.example/x",
        "//evil.example/x",
        "http:/evil",
        "/../x",
        "/a/../../x",
        "..",
        "/./x",
        "/a/..?x=1",
        "/a\nb",
        "/a\0b",
        "/a\ud800",
    ],
)
def test_a_path_that_is_a_url_or_leaves_the_base_url_is_refused(server: Loopback, call: Caller, path: str) -> None:
    with pytest.raises(RequestValidationError):
        call(server.url, lambda venice: venice.request("GET", path))
    assert server.requests == []


@pytest.mark.parametrize(
    "path", ["/@evil.example/x", "/\\evil.example", "/%2f%2fevil.example", "/x/:@evil.example", "/x#y"]
)
def test_no_path_changes_the_host(server: Loopback, call: Caller, path: str) -> None:
    server.answer("{}")
    call(server.url, lambda venice: venice.request("GET", path))
    (request,) = server.requests
    assert request.startswith(b"GET /api/v1/")
    assert header(request, "host") == [server.url.split("/")[2]]


def test_request_validates_headers_and_json(server: Loopback, call: Caller) -> None:
    with pytest.raises(RequestValidationError, match="'X-Bad'"):
        call(server.url, lambda venice: venice.request("GET", "/x", headers={"X-Bad": "a\nb"}))
    with pytest.raises(RequestValidationError, match="JSON"):
        call(server.url, lambda venice: venice.request("POST", "/x", json={"a": b"bytes"}))


def test_a_redirect_is_not_followed(server: Loopback, call: Caller) -> None:
    server.answer(b"<html>", status=307, headers={"Location": "/elsewhere?token=a"})
    with pytest.raises(VeniceAPIError, match="redirects to /elsewhere, and redirects are not followed") as caught:
        call(server.url, lambda venice: venice.models.list())
    assert caught.value.status == 307
    assert len(server.requests) == 1


# ---- failures of the transport


def test_a_server_that_does_not_respond_raises_a_timeout(server: Loopback, call: Caller) -> None:
    server.say(then="hold")
    started = time.monotonic()
    with pytest.raises(VeniceTimeoutError) as caught:
        call(server.url, lambda venice: venice.models.list(timeout=0.1))
    with pytest.raises(VeniceTimeoutError):
        call(server.url, lambda venice: venice.models.list(), timeout=0.1)
    with pytest.raises(VeniceTimeoutError):
        call(server.url, lambda venice: venice.request("GET", "/models", timeout=0.1))
    assert time.monotonic() - started < 5
    assert (caught.value.method, caught.value.path) == ("GET", "/models")
    assert isinstance(caught.value, VeniceConnectionError)


def test_a_response_that_stops_halfway_raises_a_timeout(server: Loopback, call: Caller) -> None:
    server.say(server.head("application/json", length=10) + b"{", then="hold")
    with pytest.raises(VeniceTimeoutError):
        call(server.url, lambda venice: venice.models.list(), timeout=0.1)
    assert server.hung_up.wait(5)


def test_a_refused_connection_is_reported(call: Caller) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(VeniceConnectionError, match=r"GET /models") as caught:
        call(f"http://127.0.0.1:{port}", lambda venice: venice.models.list())
    assert not isinstance(caught.value, VeniceTimeoutError)
    assert "onnect" in str(caught.value)


@pytest.mark.parametrize("then", ["close", "reset"])
def test_a_broken_connection_is_reported_and_a_paid_call_not_retried(server: Loopback, call: Caller, then: str) -> None:
    server.say(then=then)
    with pytest.raises(VeniceConnectionError, match="POST /chat/completions"):
        call(server.url, chat)
    assert len(server.requests) == 1  # it may have been paid: it is not retried


def test_paid_calls_have_a_longer_default_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []

    def send(self: Any, call: Any, headers: Any, seconds: float, url: str = "") -> Any:
        seen.append(seconds)
        raise VeniceConnectionError("enough")

    monkeypatch.setattr(http.Transport, "send", send)
    venice = Venice("k", max_retries=0)
    for work in (
        venice.models.list,
        lambda: chat(venice),
        lambda: venice.request("GET", "/x"),
        lambda: venice.models.list(timeout=3),
    ):
        with pytest.raises(VeniceConnectionError):
            work()
    assert seen == [core_base.SECONDS, core_base.PAID_SECONDS, core_base.SECONDS, 3]


# ---- life cycle of a client


def test_a_closed_client_can_be_used_again(server: Loopback) -> None:
    server.answer('{"data": []}')
    with Venice("k", base_url=server.url) as venice:
        venice.models.list()
        venice.close()
        venice.close()
        assert venice.models.list().data == []


def test_a_closed_async_client_can_be_used_again(server: Loopback) -> None:
    server.answer('{"data": []}')

    async def go() -> Any:
        async with AsyncVenice("k", base_url=server.url) as venice:
            await venice.models.list()
            await venice.aclose()
            await venice.aclose()
            return await venice.models.list()

    assert asyncio.run(go()).data == []


def test_an_http_client_of_the_caller_is_used_and_left_open(server: Loopback) -> None:
    server.answer("{}")
    with httpx.Client(headers={"X-Mine": "1"}, trust_env=False, verify=False) as mine:
        with Venice("k", base_url=server.url, http_client=mine) as venice:
            venice.models.list()
        assert not mine.is_closed
    assert header(server.requests[0], "x-mine") == ["1"]


def test_an_async_http_client_of_the_caller_is_used_and_left_open(server: Loopback) -> None:
    server.answer("{}")

    async def go() -> None:
        async with httpx.AsyncClient(headers={"X-Mine": "1"}, trust_env=False, verify=False) as mine:
            async with AsyncVenice("k", base_url=server.url, http_client=mine) as venice:
                await venice.models.list()
            assert not mine.is_closed

    asyncio.run(go())
    assert header(server.requests[0], "x-mine") == ["1"]


def test_threads_share_one_connection_pool(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[httpx_transport.Sender] = []

    class Slow(httpx_transport.Sender):
        def __init__(self, *options: Any) -> None:
            time.sleep(0.05)
            made.append(self)
            super().__init__(*options)

    monkeypatch.setattr(httpx_transport, "Sender", Slow)
    server.answer("{}")
    with Venice("k", base_url=server.url) as venice:
        threads = [threading.Thread(target=venice.models.list) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(server.requests) == 8
    assert len(made) == 1


def test_concurrent_calls_get_their_own_responses(api: StandIn) -> None:
    async def go() -> list[Any]:
        async with AsyncVenice("k", base_url=api.base_url) as venice:
            return await asyncio.gather(
                *(venice.embeddings.create(model="m", input=["a"] * (n % 5 + 1)) for n in range(40))
            )

    assert [len(answer.data) for answer in asyncio.run(go())] == [n % 5 + 1 for n in range(40)]


def test_a_cancelled_call_closes_its_connection(server: Loopback) -> None:
    server.say(server.head("application/json", length=10) + b"{", then="hold")

    async def go() -> None:
        async with AsyncVenice("k", base_url=server.url) as venice:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await venice.models.list()
            assert await asyncio.to_thread(server.hung_up.wait, 5)

    asyncio.run(go())


def test_exceptions_of_httpx_are_reported_by_class_name_only() -> None:
    with respx.mock(base_url="https://api.venice.ai/api/v1") as mocked:
        for odd in (httpx.LocalProtocolError("Illegal header value b'secret'"), httpx.TooManyRedirects("x secret")):
            mocked.get("/models").mock(side_effect=odd)
            with pytest.raises(VeniceConnectionError) as caught:
                Venice("k").models.list()
            assert type(odd).__name__ in str(caught.value)
            assert "secret" not in str(caught.value)


def test_unset_arguments_are_not_sent(server: Loopback, call: Caller) -> None:
    server.answer("{}")
    call(server.url, lambda venice: venice.models.list(type=UNSET))
    assert server.requests[0].startswith(b"GET /api/v1/models HTTP")


def test_an_interrupted_stream_is_not_an_api_error() -> None:
    assert not issubclass(StreamInterrupted, VeniceAPIError)
