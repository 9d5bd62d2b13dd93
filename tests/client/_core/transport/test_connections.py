"""Connections of the default transport: when one is reused, and how responses are read."""

from __future__ import annotations

import asyncio
import copy
import gc
import gzip
import pickle
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from tests.client.wire import Wire
from venice_client import (
    AsyncVenice,
    RequestValidationError,
    StreamInterrupted,
    Venice,
    VeniceAPIError,
    VeniceConnectionError,
    VeniceError,
)
from venice_client._core.headers import Headers

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback


MESSAGES = [{"role": "user", "content": "x"}]


@pytest.mark.parametrize("host", ["a\u2488com", "a" * 64 + ".com", "a..b"])
def test_an_invalid_host_name_is_refused_before_anything_is_sent(host: str) -> None:
    with (
        Venice("k", base_url=f"https://{host}") as venice,
        pytest.raises(RequestValidationError, match="cannot be made"),
    ):
        venice.models.list()


@pytest.mark.parametrize("host", ["a" * 64 + ".com", "a..b"])
def test_aiohttp_refuses_an_invalid_host_name(host: str) -> None:
    async def run() -> None:
        async with AsyncVenice("k", base_url=f"https://{host}", transport="aiohttp") as venice:
            await venice.models.list()

    with pytest.raises(RequestValidationError, match="cannot be made"):
        asyncio.run(run())


def test_header_names_are_case_insensitive() -> None:
    headers = Headers([(b"Content-Type", b"text/plain"), (b"X-A", b"1"), (b"x-a", b"\xc3\xa4"), (b"X-B", b"\xe4")])
    assert headers["content-type"] == headers.get("CONTENT-TYPE") == "text/plain"
    assert headers["X-A"] == "1, ä"
    assert headers["x-b"] == "ä"
    assert "X-b" in headers
    assert not headers.__contains__(1)
    assert headers.get("y", "z") == "z"
    assert headers.get("y") is None
    assert list(headers) == ["content-type", "x-a", "x-b"]
    assert len(headers) == 3
    assert "text/plain" in repr(headers)
    with pytest.raises(KeyError):
        _ = headers["y"]
    for copied in (copy.copy(headers), copy.deepcopy(headers), pickle.loads(pickle.dumps(headers))):
        assert copied == headers


@pytest.mark.parametrize("method", ["G\u00c9T", "/x", "", "GET /x", None])
def test_what_is_no_method_is_refused_before_it_is_sent(server: Loopback, call: Caller, method: Any) -> None:
    with pytest.raises(RequestValidationError, match="method must be the name of an HTTP method"):
        call(server.url, lambda venice: venice.request(method, "/x"))
    assert not server.requests


TWICE = gzip.compress(gzip.compress(b"{}"))


@pytest.mark.parametrize(
    ("body", "encoding"), [(TWICE, "gzip, gzip"), (b"{}", "odd")], ids=["undone", "unknown, and left as it is"]
)
def test_an_unrequested_content_encoding_is_decoded_if_httpx_can(
    server: Loopback, listed: Callable[[str], Any], body: bytes, encoding: str
) -> None:
    server.say(server.head("application/json", headers={"Content-Encoding": encoding}, length=len(body)) + body)
    assert listed(server.url).to_dict() == {}


def test_an_invalid_content_encoding_is_reported(server: Loopback, listed: Callable[[str], Any]) -> None:
    body = b"not compressed"
    server.say(server.head("application/json", headers={"Content-Encoding": "gzip, gzip"}, length=len(body)) + body)
    with pytest.raises(VeniceConnectionError, match="not compressed as its Content-Encoding says") as caught:
        listed(server.url)
    assert caught.value.kind == "garbled"


def test_an_accept_encoding_header_of_the_caller_is_sent(server: Loopback) -> None:
    server.answer('{"data": []}')
    with Venice("k", base_url=server.url) as venice:
        assert venice.models.list(extra_headers={"accept-encoding": "identity"}).data == []
    assert b"accept-encoding: identity" in server.requests[0].lower()


def test_an_ipv6_address_can_be_used() -> None:
    try:
        listening = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    requested: list[bytes] = []

    def serve() -> None:
        peer, _ = listening.accept()
        with peer:
            requested.append(peer.recv(65536))
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")

    thread = threading.Thread(target=serve)
    thread.start()
    port = listening.getsockname()[1]
    with listening, Venice("k", base_url=f"http://[::1]:{port}/api/v1") as venice:
        venice.models.list()
        thread.join()
    assert f"host: [::1]:{port}\r\n".encode() in requested[0].lower()


def test_a_connection_closed_by_the_server_is_not_reused(server: Loopback) -> None:
    server.say(server.head("application/json", length=2) + b"{}")
    server.answer("{}")
    with Venice("k", base_url=server.url, max_retries=0) as venice:
        venice.models.list()
        time.sleep(0.2)
        venice.models.list()
    assert len(server.requests) == 2


def test_closing_a_client_ends_its_streams(server: Loopback) -> None:
    server.say(server.head("text/event-stream") + b'data: {"id": "1"}\n\n', then="hold")
    venice = Venice("k", base_url=server.url)
    stream: Any = venice.chat.completions.create(model="m", messages=MESSAGES, stream=True)
    chunks = iter(stream)
    assert next(chunks).id == "1"
    venice.close()
    with pytest.raises(StreamInterrupted):
        list(chunks)
    assert server.hung_up.wait(5)


def test_a_call_that_waits_in_another_thread_gets_its_response_after_the_client_was_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:
        venice = Venice("k", base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", max_retries=0)
        call = pool.submit(venice.models.list, timeout=5)
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            venice.close()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
            assert call.result(5).to_dict() == {}
            assert connection.recv(1) == b""  # the connection closes after the call


@pytest.mark.parametrize("kept_open", [False, True])
def test_a_stream_releases_its_connection_after_its_last_event(server: Loopback, *, kept_open: bool) -> None:
    events = b'data: {"id": "1"}\n\ndata: [DONE]\n\n'
    chunks = b"%x\r\n%b\r\n" % (len(events), events)
    head = server.head("text/event-stream", headers={"Transfer-Encoding": "chunked"})
    server.say(head + chunks + (b"" if kept_open else b"0\r\n\r\n"), then="hold" if kept_open else "close")
    server.answer("{}")
    with Venice("k", base_url=server.url, max_retries=0) as venice:
        began = time.monotonic()
        stream: Any = venice.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "x"}], stream=True
        )
        assert [chunk.id for chunk in stream] == ["1"]
        assert time.monotonic() - began < 2
        if kept_open:
            assert server.hung_up.wait(5)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ANSWERS = {
    "hints before it": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + HEAD + b"Content-Length: 2\r\n\r\n{}",
    "no length": HEAD + b"\r\n{}",
    "a trailer": HEAD + b"Transfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\nX-End: 1\r\n\r\n",
    "HTTP/1.0": HEAD.replace(b"1.1", b"1.0") + b"\r\n{}",
    "a long header": HEAD + b"X-Long: " + b"x" * 90_000 + b"\r\nContent-Length: 2\r\n\r\n{}",
}
BROKEN = {
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "a head without end": HEAD + b"X-Long: " + b"x" * 200_000,
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "nothing": b"",
}


@pytest.fixture(params=["sync", "async"])
def listed(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """Lists the models of a server."""

    def sync(url: str) -> Any:
        with Venice("k", base_url=url, max_retries=0) as venice:
            return venice.models.list()

    async def tasks(url: str) -> Any:
        async with AsyncVenice("k", base_url=url, max_retries=0) as venice:
            return await venice.models.list()

    return sync if request.param == "sync" else lambda url: asyncio.run(tasks(url))


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_every_valid_form_of_a_response_is_read(server: Loopback, listed: Callable[[str], Any], answer: bytes) -> None:
    server.say(answer)
    assert listed(server.url).to_dict() == {}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_a_malformed_response_is_reported(server: Loopback, listed: Callable[[str], Any], answer: bytes) -> None:
    server.say(answer)
    with pytest.raises(VeniceConnectionError) as caught:
        listed(server.url)
    assert caught.value.kind == "reset"


@pytest.mark.parametrize("library", ["httpx", "aiohttp"])
def test_a_response_before_the_end_of_the_request_is_read(library: Any, caplog: pytest.LogCaptureFixture) -> None:
    """As from a server that refuses a large body while it is being sent."""
    said = b'{"error": "too large"}'
    head = b"HTTP/1.1 413 Payload Too Large\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(said)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            peer, _ = listening.accept()
            with peer:
                peer.recv(1000)
                peer.sendall(head + said)
                peer.shutdown(socket.SHUT_WR)
                while peer.recv(65536):  # else the unread data would cause a reset
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/api/v1"
        messages: Any = [{"role": "user", "content": "x" * 20_000_000}]

        async def run() -> None:
            async with AsyncVenice("k", base_url=url, transport=library) as venice:
                await venice.chat.completions.create(model="m", messages=messages)

        def run_sync() -> None:
            with Venice("k", base_url=url) as venice:
                venice.chat.completions.create(model="m", messages=messages)

        with pytest.raises(VeniceAPIError, match="too large") as caught:
            run_sync() if library == "httpx" else asyncio.run(run())
        assert caught.value.status == 413
        gc.collect()
        assert [record for record in caplog.records if record.name == "asyncio"] == []
        thread.join()


TOO_LARGE = "413 Payload Too Large"
UPGRADED = "101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x"


@pytest.mark.parametrize("status", [TOO_LARGE, UPGRADED], ids=["413", "101"])
@pytest.mark.parametrize("library", ["httpx", "aiohttp"])
def test_a_response_before_the_end_of_the_request_leaves_no_connection(
    library: Any, status: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The server neither reads the rest nor closes, so what was to be written must not hold the connection."""
    messages: Any = [{"role": "user", "content": "x" * (5_000_000 if status == TOO_LARGE else 1)}]
    done = threading.Event()

    def serve(listening: socket.socket) -> None:
        peer, _ = listening.accept()
        with peer:
            peer.recv(1000)
            peer.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
            done.wait(10)

    async def run(port: int) -> int:
        url = f"http://127.0.0.1:{port}/api/v1"
        async with AsyncVenice("k", base_url=url, transport=library, timeout=0.3) as venice:
            with pytest.raises(VeniceError):
                await venice.chat.completions.create(model="m", messages=messages)
            await asyncio.sleep(0.05)
            connections = psutil.Process().net_connections("tcp")
            return sum(1 for item in connections if item.raddr and item.raddr.port == port)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        try:
            held = asyncio.run(run(listening.getsockname()[1]))
        finally:
            done.set()
            thread.join()
    assert held == 0
    gc.collect()
    assert [record for record in caplog.records if record.name == "asyncio"] == []


@pytest.mark.slow
def test_the_short_timeout_at_the_end_of_a_stream_does_not_affect_other_calls() -> None:
    """The timeout for the end of one stream must not apply to the next call on its connection."""

    def work(number: int) -> None:
        headers = {"X-Marker": str(number), "X-Fault": "pause"}
        for _ in range(5):
            stream: Any = venice.chat.completions.create(
                model="m", messages=MESSAGES, stream=True, extra_headers={"X-Marker": "x"}
            )
            assert stream.text() == "\N{WATERMELON}x"
            venice.models.list(extra_headers=headers)

    with Wire() as wire, Venice("k", base_url=wire.url, max_retries=0) as venice, ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(48)))
