"""The behaviour is the same over each HTTP library, with our HTTP clients and with those of the caller."""

from __future__ import annotations

import asyncio
import gzip
import importlib.util
import io
import re
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import trustme

from tests.client._core.transport.tls import Secure
from venice_client import (
    AsyncVenice,
    RequestValidationError,
    StreamInterrupted,
    Venice,
    VeniceAPIError,
    VeniceConnectionError,
    VeniceTimeoutError,
)
from venice_client._core import transport as transports
from venice_client._core.transport.network import socket_options

if TYPE_CHECKING:
    from tests.client.conftest import Loopback
    from tests.standin import StandIn

TRANSPORTS = [("sync", "httpx"), ("sync", "httpx2"), ("async", "httpx"), ("async", "httpx2"), ("async", "aiohttp")]

pytestmark = pytest.mark.slow


class Over:
    """Runs a piece of work with a client of one kind over one library."""

    def __init__(self, kind: str, library: str) -> None:
        self.kind = kind
        self.library = library

    def __call__(self, url: str, work: Callable[[Any], Any], **options: Any) -> Any:
        options = {"base_url": url, "transport": self.library, "max_retries": 0, **options}
        if self.kind == "sync":
            with Venice("k", **options) as venice:
                return work(venice)

        async def go() -> Any:
            async with AsyncVenice("k", **options) as venice:
                result = await work(venice)
                await asyncio.sleep(0)
                return result

        return asyncio.run(go())

    def stream(self, url: str, work: Callable[[Any], Any], **options: Any) -> list[Any]:
        """Return the texts of a chat stream."""
        if self.kind == "sync":
            return self(url, lambda venice: [chunk.id for chunk in work(venice)], **options)  # type: ignore[no-any-return]

        async def drain(venice: Any) -> list[Any]:
            return [chunk.id async for chunk in await work(venice)]

        return self(url, drain, **options)  # type: ignore[no-any-return]


@pytest.fixture(params=TRANSPORTS, ids="-".join)
def over(request: pytest.FixtureRequest) -> Over:
    kind, library = request.param
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    return Over(kind, library)


def read(venice: Any) -> Any:
    return venice.models.list()


def paid(venice: Any) -> Any:
    return venice.embeddings.create(model="m", input="a")


def talk(venice: Any) -> Any:
    return venice.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}], stream=True)


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

FAILURES: dict[str, tuple[Callable[[Loopback], None], str]] = {
    "closed": (lambda s: s.say(), "reset"),
    "reset": (lambda s: s.say(then="reset"), "reset"),
    "half a head": (lambda s: s.say(b"HTTP/1.1 200 OK\r\nContent-"), "reset"),
    "half a body": (lambda s: s.say(s.head("application/json", length=10) + b"{"), "reset"),
    "reset in the body": (lambda s: s.say(s.head("application/json", length=10) + b"{", then="reset"), "reset"),
    "no http": (lambda s: s.say(b"220 smtp ready\r\n\r\n"), "reset"),
    "silence": (lambda s: s.say(then="hold"), "timeout"),
    "silence in the body": (lambda s: s.say(s.head("application/json", length=10) + b"{", then="hold"), "timeout"),
    "silence in the head": (lambda s: s.say(b"HTTP/1.1 200 OK\r\nContent-", then="hold"), "timeout"),
}


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


# ---- connections


def test_sixty_four_concurrent_calls_get_their_own_responses(api: StandIn, over: Over) -> None:
    def one(venice: Any, number: int) -> Any:
        return venice.embeddings.create(model="m", input=["a"] * (number % 5 + 1))

    async def together(venice: Any) -> list[int]:
        return [len(answer.data) for answer in await asyncio.gather(*(one(venice, n) for n in range(64)))]

    def in_threads(venice: Any) -> list[int]:
        found = [0] * 64

        def work(number: int) -> None:
            found[number] = len(one(venice, number).data)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    assert over(api.base_url, together if over.kind == "async" else in_threads) == [n % 5 + 1 for n in range(64)]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("name", ["fine", "closed", "half a body", "silence", "no http", "500"])
def test_no_connection_leaks(server: Loopback, over: Over, name: str) -> None:
    if name == "fine":
        server.answer('{"data": []}')
    elif name == "500":
        server.answer("{}", status=500)
    else:
        FAILURES[name][0](server)
    open_files = Path("/proc/self/fd")

    def of_ours() -> int:
        """Count the connections to the server that are not closed on our side."""
        port = int(server.url.split(":")[2].split("/")[0])
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        held = {f"socket:[{row[9]}]" for row in rows if int(row[2].split(":")[1], 16) == port}
        found = 0
        for item in open_files.iterdir():
            try:
                found += str(item.readlink()) in held
            except OSError:
                continue
        return found

    async def many(venice: Any) -> int:
        await asyncio.gather(*(read(venice) for _ in range(12)), return_exceptions=True)
        await asyncio.sleep(0.1)
        return of_ours()

    def many_sync(venice: Any) -> int:
        for _ in range(4):
            with pytest.raises(Exception) if name != "fine" else io.BytesIO():
                read(venice)
        return of_ours()

    assert over(server.url, many if over.kind == "async" else many_sync, timeout=0.3) == 0


def test_an_async_client_works_in_several_event_loops(api: StandIn, over: Over) -> None:
    if over.kind == "sync":
        pytest.skip("threads share connections")
    venice = AsyncVenice("k", base_url=api.base_url, transport=over.library)  # type: ignore[arg-type]

    async def go() -> None:
        await paid(venice)
        await venice.aclose()

    for _ in range(3):
        asyncio.run(go())
    assert len(api.requests) == 3


def test_tcp_keepalive_is_enabled() -> None:
    with socket.socket() as made:
        for option in socket_options():
            made.setsockopt(*option)
        assert made.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) != 0


# ---- TLS


@pytest.fixture(scope="module")
def authority() -> Any:
    return trustme.CA()


@pytest.fixture
def secure(authority: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Secure]:
    """A server whose certificate is trusted, as SSL_CERT_FILE names who signed it."""
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    monkeypatch.setenv("NO_PROXY", "localhost")
    with Secure(authority.issue_cert("localhost")) as server:
        yield server


def test_calls_and_streams_share_one_connection_over_tls(secure: Secure, over: Over) -> None:
    messages = [{"role": "user", "content": "x"}]

    def work(venice: Any) -> Any:
        venice.models.list()
        chunks = list(venice.chat.completions.create(model="m", messages=messages, stream=True))
        venice.models.list()
        return chunks

    async def async_work(venice: Any) -> Any:
        await venice.models.list()
        stream = await venice.chat.completions.create(model="m", messages=messages, stream=True)
        chunks = [chunk async for chunk in stream]
        await venice.models.list()
        return chunks

    chunks = over(secure.url, work if over.kind == "sync" else async_work)
    assert [chunk.id for chunk in chunks] == ["1"]
    assert (secure.requests, secure.connections) == (3, 1)


def test_slow_response_headers_time_out_over_aiohttp(secure: Secure, over: Over) -> None:
    if over.library != "aiohttp":
        pytest.skip("httpx limits silence alone")
    options = {"timeout": 0.5, "extra_headers": {"X-Fault": "slow"}}
    began = time.monotonic()
    with pytest.raises(VeniceTimeoutError):
        over(secure.url, lambda venice: venice.models.list(**options))
    assert time.monotonic() - began < 3


def test_a_certificate_of_another_host_is_refused(secure: Secure, over: Over, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(VeniceConnectionError):
        over(secure.url.replace("localhost", "127.0.0.1"), read)
    assert secure.requests == 0


# ---- HTTP clients of the caller


def test_an_http_client_of_each_library_is_used_and_left_open(server: Loopback, over: Over) -> None:
    server.answer('{"data": []}')
    library = importlib.import_module(over.library)
    if over.kind == "sync":
        with library.Client(headers={"X-Mine": "1"}, trust_env=False, verify=False) as mine:
            over(server.url, read, transport=None, http_client=mine)
            assert not mine.is_closed
    else:

        async def go() -> None:
            make = library.ClientSession if over.library == "aiohttp" else library.AsyncClient
            async with make(headers={"X-Mine": "1"}) as mine:
                async with AsyncVenice("k", base_url=server.url, http_client=mine) as venice:
                    await read(venice)
                assert not (mine.closed if over.library == "aiohttp" else mine.is_closed)

        asyncio.run(go())
    assert b"x-mine: 1" in server.requests[0].lower()


@pytest.mark.parametrize("client", [httpx.Client, dict, object])
def test_an_invalid_http_client_is_refused(client: Any) -> None:
    with pytest.raises(RequestValidationError, match="http_client must be an httpx or httpx2 AsyncClient or"):
        AsyncVenice("k", http_client=client())
    if client is not httpx.Client:
        with pytest.raises(RequestValidationError, match="http_client must be an httpx or httpx2 Client, got"):
            Venice("k", http_client=client())


def test_an_unknown_transport_is_refused() -> None:
    with pytest.raises(RequestValidationError, match="transport must be httpx or httpx2, got 'aiohttp'"):
        Venice("k", transport="aiohttp")  # type: ignore[arg-type]
    with pytest.raises(RequestValidationError, match="'curl'"):
        AsyncVenice("k", transport="curl")  # type: ignore[arg-type]
    with pytest.raises(RequestValidationError, match="http_client chooses it"):
        Venice("k", transport="httpx", http_client=httpx.Client())


@pytest.mark.parametrize("library", ["aiohttp", "httpx2"])
def test_a_library_that_is_not_installed_is_named(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, "venice_client._core.transport.aiohttp", raising=False)
    monkeypatch.delattr(transports, "aiohttp", raising=False)

    async def go() -> None:
        await AsyncVenice("k", transport=library).models.list()  # type: ignore[arg-type]

    with pytest.raises(RequestValidationError, match=rf"venice-client\[{library}\]"):
        asyncio.run(go())


def test_no_http_library_is_imported_before_the_first_call() -> None:
    code = (
        "import sys; from venice_client import Venice, AsyncVenice; Venice('k'); AsyncVenice('k', transport='aiohttp');"
        "print([name for name in ('httpcore', 'httpx', 'httpx2', 'aiohttp') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
