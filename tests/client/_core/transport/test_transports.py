"""The behaviour is the same over each HTTP library, with our HTTP clients and with those of the caller."""

from __future__ import annotations

import asyncio
import gzip
import io
import re
import socket
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client._core.transport.over import FAILURES, Over, paid, read, talk
from venice_client import (
    RequestValidationError,
    StreamInterrupted,
    VeniceAPIError,
    VeniceConnectionError,
    VeniceTimeoutError,
)

if TYPE_CHECKING:
    from tests.client.conftest import Loopback
    from tests.standin import StandIn

pytestmark = pytest.mark.slow


def form(server: Loopback) -> tuple[str, bytes]:
    head, _, content = server.requests[-1].partition(b"\r\n\r\n")
    if b"chunked" in head.lower():
        plain, rest = b"", content
        while (size := int(rest.partition(b"\r\n")[0], 16)) > 0:
            rest = rest.partition(b"\r\n")[2]
            plain, rest = plain + rest[:size], rest[size + 2 :]
        content = plain
    return head.decode("latin-1"), content


# ---- responses


def test_json_is_sent_and_received(api: StandIn, over: Over) -> None:
    assert len(over(api.base_url, paid).data) == 1
    assert api.requests[0].headers["authorization"] == "Bearer k"
    assert api.requests[0].value == {"model": "m", "input": "a"}
    api.assert_valid()


def test_path_and_query_are_percent_encoded(server: Loopback, over: Over) -> None:
    server.answer("{}")
    over(server.url, lambda venice: venice.request("GET", "/a b/ä%2F%zz+c", query={"q": "ä &b+c/%41", "n": [1, True]}))
    line = server.requests[0].split(b"\r\n")[0].decode()
    query = "q=%C3%A4%20%26b%2Bc/%2541&n=1&n=true"  # a slash may stand in a query as it is
    assert line.replace("c%2F%25", "c/%25") == f"GET /api/v1/a%20b/%C3%A4%2F%25zz+c?{query} HTTP/1.1"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "bare deflate", "two files"])
@pytest.mark.parametrize("size", [0, 10, 300_000])
def test_a_compressed_response_is_decompressed(server: Loopback, over: Over, encoding: str, size: int) -> None:
    text = ("vénice " * size)[:size].encode()
    bare = zlib.compressobj(wbits=-15)
    made = {
        "gzip": gzip.compress(text),
        "deflate": zlib.compress(text),
        "bare deflate": bare.compress(text) + bare.flush(),
        "two files": gzip.compress(text[:7]) + gzip.compress(text[7:]),
    }[encoding]
    name = "deflate" if "deflate" in encoding else "gzip"
    server.answer(made, "text/plain; charset=utf-8", headers={"Content-Encoding": name})
    assert over(server.url, lambda venice: venice.request("GET", "/x")).content == text
    assert b"accept-encoding: gzip, deflate\r\n" in server.requests[0].lower()


@pytest.mark.parametrize("name", ["cut gzip", "no gzip", "cut deflate"])
def test_a_damaged_compressed_response_raises_an_error(server: Loopback, over: Over, name: str) -> None:
    whole = bytes(range(256)) * 40
    body = {"cut gzip": gzip.compress(whole)[:-20], "no gzip": b"plain", "cut deflate": zlib.compress(whole)[:-9]}[name]
    server.answer(body, "image/png", headers={"Content-Encoding": name.split()[1]})
    with pytest.raises(VeniceConnectionError, match="GET /x") as caught:
        over(server.url, lambda venice: venice.request("GET", "/x"))
    assert caught.value.kind == "garbled"


def test_long_headers_are_read(server: Loopback, over: Over) -> None:
    server.answer("{}", headers={"x-venice-enhanced-prompt": "p" * 30_000})
    assert len(over(server.url, lambda v: v.request("GET", "/x")).headers["X-Venice-Enhanced-Prompt"]) == 30_000


def test_a_redirect_is_not_followed_and_no_cookie_is_kept(server: Loopback, over: Over) -> None:
    def twice(venice: Any) -> Any:
        async def both() -> None:
            with pytest.raises(VeniceAPIError):
                await read(venice)
            await read(venice)

        if over.kind == "async":
            return both()
        with pytest.raises(VeniceAPIError):
            read(venice)
        return read(venice)

    server.answer("", status=307, headers={"Location": "/elsewhere", "Set-Cookie": "a=b; Path=/"})
    server.answer('{"data": []}')
    over(server.url, twice)
    assert len(server.requests) == 2
    assert b"cookie" not in server.requests[1].lower()


# ---- failures


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize("work", [read, paid], ids=["read", "paid"])
def test_every_transport_reports_a_failure_alike(
    server: Loopback, over: Over, name: str, work: Callable[[Any], Any]
) -> None:
    prepare, kind = FAILURES[name]
    prepare(server)
    started = time.monotonic()
    with pytest.raises(VeniceConnectionError) as caught:
        over(server.url, work, timeout=0.4)
    assert time.monotonic() - started < 3
    assert caught.value.kind == kind
    assert isinstance(caught.value, VeniceTimeoutError) == (kind == "timeout")
    assert (caught.value.method, caught.value.path) in (("GET", "/models"), ("POST", "/embeddings"))
    assert len(server.requests) == 1
    if kind == "timeout":
        assert server.hung_up.wait(5)


def test_a_refused_connection_raises_a_connect_error(over: Over) -> None:
    with pytest.raises(VeniceConnectionError, match="onnect") as caught:
        over("http://127.0.0.1:1", paid)
    assert caught.value.kind == "connect"
    assert not isinstance(caught.value, VeniceTimeoutError)


def test_an_unresolvable_host_raises_a_connect_error(over: Over) -> None:
    with pytest.raises(VeniceConnectionError) as caught:
        over("https://no-such-host.invalid", paid)
    assert caught.value.kind == "connect"


def test_sending_to_a_server_that_does_not_read_times_out(over: Over) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(VeniceTimeoutError) as caught:
            over(url, lambda v: v.audio.transcriptions.create(model=WHISPER, file=b"0" * 30_000_000), timeout=0.4)
        assert time.monotonic() - started < 5
        assert caught.value.kind == "timeout"


WHISPER = "openai/whisper-large-v3"


# ---- streams


def event(number: int) -> bytes:
    return b'data: {"id": "%d", "choices": []}\n\n' % number


def test_events_are_received_in_order(server: Loopback, over: Over) -> None:
    server.events(*(event(number) for number in range(50)), b"data: [DONE]\n\n")
    assert over.stream(server.url, talk) == [str(number) for number in range(50)]


@pytest.mark.parametrize("then", ["close", "reset"])
def test_an_interrupted_stream_is_reported(server: Loopback, over: Over, then: str) -> None:
    server.events(event(1), then=then)
    with pytest.raises(StreamInterrupted):
        over.stream(server.url, talk)


def test_a_stream_without_further_data_times_out(server: Loopback, over: Over) -> None:
    server.events(event(1), then="hold")
    with pytest.raises(VeniceTimeoutError):
        over.stream(server.url, talk, timeout=0.3)
    assert server.hung_up.wait(5)


def test_leaving_a_stream_closes_its_connection(server: Loopback, over: Over) -> None:
    server.events(event(1), then="hold")

    async def leave(venice: Any) -> None:
        async with await talk(venice) as stream:
            async for _ in stream:
                break
        assert await asyncio.to_thread(server.hung_up.wait, 5)

    def leave_sync(venice: Any) -> None:
        with talk(venice) as stream:
            for _ in stream:
                break
        assert server.hung_up.wait(5)

    over(server.url, leave if over.kind == "async" else leave_sync)


# ---- forms


def test_a_form_is_sent_with_files_and_repeated_fields(server: Loopback, over: Over, tmp_path: Path) -> None:
    server.answer(b"\x89PNG\r\n\x1a\n", "image/png")
    path = tmp_path / "b.png"
    path.write_bytes(b"from the disk")
    with path.open("rb") as file:
        images = [('ä".png', b"bytes", "image/png"), io.BytesIO(b"in memory"), file]
        body, unchecked = {"images": images, "prompt": "sünset"}, {"validate": False}
        over(server.url, lambda venice: venice.send(operation(), {}, body, options=unchecked))
        assert not file.closed
    head, content = form(server)
    boundary = re.search(r"(?i)content-type: multipart/form-data; boundary=(\w+)", head)
    assert boundary
    assert f"content-length: {len(content)}" in head.lower()
    parts = content.split(b"--" + boundary[1].encode())[1:-1]
    assert [part.partition(b"\r\n\r\n")[2] for part in parts] == [
        b"bytes\r\n",
        b"in memory\r\n",
        b"from the disk\r\n",
        "sünset\r\n".encode(),
    ]
    assert 'form-data; name="images"; filename="ä%22.png"\r\nContent-Type: image/png'.encode() in parts[0]


def operation() -> Any:
    from venice_client.api import OPERATIONS

    return OPERATIONS["POST /image/multi-edit"]


class Bad(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        raise OSError("the disk is gone")


@pytest.mark.parametrize("file", [io.StringIO("text"), Bad()], ids=["text", "broken"])
def test_a_file_that_cannot_be_read_is_reported(server: Loopback, over: Over, file: Any) -> None:
    server.answer("{}")
    with pytest.raises(RequestValidationError, match="file"):
        over(server.url, lambda venice: venice.audio.transcriptions.create(model=WHISPER, file=file))
