"""Connections over each HTTP library: their number, their end, TLS, and clients of the caller."""

from __future__ import annotations

import asyncio
import importlib.util
import io
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psutil
import pytest
import trustme

from tests.client._core.transport.over import FAILURES, Over, paid, read
from tests.client._core.transport.tls import Secure
from venice_client import (
    AsyncVenice,
    RequestValidationError,
    Venice,
    VeniceConnectionError,
    VeniceTimeoutError,
)
from venice_client._core import transport as transports
from venice_client._core.transport.network import socket_options

if TYPE_CHECKING:
    from tests.client.conftest import Loopback
    from tests.standin import StandIn

pytestmark = pytest.mark.slow


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


def test_a_connection_is_closed_with_its_last_response_whatever_the_peer_does(secure: Secure, over: Over) -> None:
    port, options = int(secure.url.split(":")[2].split("/")[0]), {"extra_headers": {"X-Fault": "hold"}}

    def held() -> int:
        connections = psutil.Process().net_connections("tcp")
        return sum(1 for item in connections if item.raddr and item.raddr.port == port)

    def work(venice: Any) -> int:
        venice.models.list(**options)
        return held()

    async def async_work(venice: Any) -> int:
        await venice.models.list(**options)
        await asyncio.sleep(0.05)
        return held()

    assert over(secure.url, work if over.kind == "sync" else async_work) == 0


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


def test_the_error_of_a_client_of_the_other_kind_names_who_takes_it() -> None:
    with pytest.raises(RequestValidationError, match=r"got the class httpx\.Client$"):
        Venice("k", http_client=httpx.Client)  # type: ignore[arg-type]
    with pytest.raises(RequestValidationError, match=r"got httpx\.Client; Venice takes it$"):
        AsyncVenice("k", http_client=httpx.Client())  # type: ignore[arg-type]
    with pytest.raises(RequestValidationError, match=r"got httpx\.AsyncClient; AsyncVenice takes it$"):
        Venice("k", http_client=httpx.AsyncClient())  # type: ignore[arg-type]


def test_an_unknown_transport_is_refused() -> None:
    with pytest.raises(
        RequestValidationError, match="transport must be httpx or httpx2, got 'aiohttp'; AsyncVenice takes aiohttp"
    ):
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
