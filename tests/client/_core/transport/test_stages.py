"""An error without a response has the stage of the failure, over every transport; an unsent call is not charged."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.table import table
from venice_client import AsyncVenice, NotFoundError, Venice, VeniceConnectionError, VeniceTimeoutError

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from tests.client.conftest import Loopback

HOW = [("sync", "httpx"), ("sync", "httpx2"), ("async", "httpx"), ("async", "aiohttp")]


@contextmanager
def serving(response: bytes | None, *, reads: bool = True) -> Iterator[str]:
    """Send bytes to each connection and close it; None keeps it open and silent."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=16)) as listener:
        done = threading.Event()

        def answer(peer: socket.socket) -> None:
            with closing(peer):
                if reads:
                    peer.recv(65536)
                if response is None:
                    done.wait(10)
                else:
                    peer.sendall(response)

        def run() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                threading.Thread(target=answer, args=(peer,), daemon=True).start()

        threading.Thread(target=run, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            done.set()
            listener.shutdown(socket.SHUT_RDWR)


def failure(
    how: tuple[str, str],
    url: str,
    text: str = "x",
    *,
    seconds: float | httpx.Timeout = 0.5,
    after_another: bool = False,
    proxy: str | None = None,
) -> VeniceConnectionError:
    """Make a call that fails, optionally after another one, and return its error."""
    kind, library = how
    options: dict[str, Any] = {
        "base_url": url,
        "max_retries": 0,
        "timeout": seconds,
        "transport": library,
        "proxy": proxy,
    }
    try:
        if kind == "sync":
            with Venice("k", **options) as venice:
                if after_another:
                    with suppress(VeniceConnectionError):
                        venice.models.list()
                venice.embeddings.create(model="m", input=text)
        else:

            async def go() -> None:
                async with AsyncVenice("k", **options) as venice:
                    if after_another:
                        with suppress(VeniceConnectionError):
                            await venice.models.list()
                    await venice.embeddings.create(model="m", input=text)

            asyncio.run(go())
    except VeniceConnectionError as error:
        return error
    raise AssertionError("the call did not fail")


@pytest.mark.parametrize("how", HOW, ids="-".join)
@pytest.mark.filterwarnings("ignore:base_url is http")
def test_an_unresolvable_host_fails_in_the_resolve_stage(how: tuple[str, str]) -> None:
    error = failure(how, "http://no-such-host.invalid")
    assert (error.stage, error.kind, error.may_have_been_charged) == ("resolve", "connect", False)
    assert "paid" not in str(error)
    assert str(error).startswith("cannot find the address of no-such-host.invalid: ")
    assert "; check the network, base_url and the proxy settings" in str(error)


@pytest.mark.parametrize("how", HOW, ids="-".join)
def test_a_refused_connection_fails_in_the_connect_stage(how: tuple[str, str]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    error = failure(how, url)
    assert (error.stage, error.kind, error.may_have_been_charged) == ("connect", "connect", False)
    assert str(error).startswith(f"cannot connect to {url.removeprefix('http://')}: [Errno ")
    assert "Connection refused; check" in str(error)


@pytest.mark.parametrize("how", HOW, ids="-".join)
def test_a_failed_tls_handshake_fails_in_the_connect_stage(how: tuple[str, str]) -> None:
    with serving(b"HTTP/1.1 400 Bad\r\n\r\n") as url:
        error = failure(how, url.replace("http:", "https:"))
    assert (error.stage, error.may_have_been_charged) == ("connect", False)
    assert str(error).startswith("cannot connect to 127.0.0.1:")


@pytest.mark.parametrize("how", HOW, ids="-".join)
@pytest.mark.filterwarnings("ignore:base_url is http")
def test_an_error_names_the_proxy_without_its_password_and_the_status_of_its_refusal(how: tuple[str, str]) -> None:
    with serving(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n") as url:
        host = url.removeprefix("http://")
        refused = failure(how, "https://api.test", proxy=f"http://user:secret@{host}")
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        closed = f"127.0.0.1:{listener.getsockname()[1]}"
    lost = failure(how, "http://api.test", proxy=f"http://user:secret@{closed}")
    said = f"cannot connect to api.test through the proxy {host}: 407 Proxy Authentication Required; check"
    assert str(refused).startswith(said)
    assert str(lost).startswith(f"cannot connect to api.test through the proxy {closed}: [Errno ")
    assert "secret" not in f"{refused!r}{lost!r}"


@pytest.mark.parametrize("how", HOW, ids="-".join)
def test_a_response_that_never_begins_fails_in_the_wait_stage(how: tuple[str, str]) -> None:
    with serving(None) as url:
        error = failure(how, url)
    assert isinstance(error, VeniceTimeoutError)
    assert (error.stage, error.kind, error.may_have_been_charged) == ("wait", "timeout", True)
    assert str(error).startswith(f"no response from {url.removeprefix('http://')} in time (")
    with serving(b"") as url:
        error = failure(how, url)
    assert (error.stage, error.kind, error.may_have_been_charged) == ("wait", "reset", True)


@pytest.mark.parametrize("how", HOW, ids="-".join)
def test_an_incomplete_body_fails_in_the_read_stage(how: tuple[str, str]) -> None:
    with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc") as url:
        error = failure(how, url)
    assert (error.stage, error.may_have_been_charged) == ("read", True)
    assert str(error).startswith(f"cannot read the response of {url.removeprefix('http://')}: ")


@pytest.mark.parametrize("how", HOW, ids="-".join)
def test_a_request_that_is_not_read_fails_in_the_send_stage(how: tuple[str, str]) -> None:
    with serving(None, reads=False) as url:
        error = failure(how, url, "x" * 30_000_000)
    assert isinstance(error, VeniceTimeoutError)
    assert (error.stage, error.may_have_been_charged) == ("send", True)


@pytest.mark.parametrize("how", HOW, ids="-".join)
def test_a_limit_for_writing_ends_a_request_that_is_not_read_whatever_the_other_limits(how: tuple[str, str]) -> None:
    with serving(None, reads=False) as url:
        error = failure(how, url, "x" * 30_000_000, seconds=httpx.Timeout(30, write=0.5))
    assert isinstance(error, VeniceTimeoutError)
    assert error.stage == "send"


@contextmanager
def keeping(second: bytes) -> Iterator[str]:
    """Answer one request on a connection, then send other bytes and close it."""
    body = b'{"data":[]}'
    good = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def run() -> None:
            peer, _ = listener.accept()
            with closing(peer):
                peer.recv(65536)
                peer.sendall(good)
                peer.recv(65536)
                peer.sendall(second)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize("how", HOW, ids="-".join)
def test_a_reused_connection_that_closes_without_a_byte_is_likely_unread(how: tuple[str, str]) -> None:
    with keeping(b"") as url:
        error = failure(how, url, seconds=5, after_another=True)
    assert "most likely closed an idle connection" in str(error)
    assert error.is_likely_unread
    assert error.may_have_been_charged


@pytest.mark.parametrize("how", HOW, ids="-".join)
def test_a_broken_response_on_a_reused_connection_may_have_been_charged(how: tuple[str, str]) -> None:
    with keeping(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n") as url:
        error = failure(how, url, seconds=5, after_another=True)
    assert not error.is_likely_unread
    assert str(error).startswith(f"cannot read the response of {url.removeprefix('http://')}: ")
    assert "may have been done and charged" in str(error)


@pytest.mark.parametrize("how", HOW, ids="-".join)
def test_a_new_connection_that_closes_without_a_byte_may_have_been_charged(how: tuple[str, str]) -> None:
    with serving(b"") as url:
        error = failure(how, url, seconds=5)
        second = failure(how, url, seconds=5, after_another=True)  # which fails too, and leaves no idle connection
    for found in (error, second):
        assert not found.is_likely_unread
        assert "may have been done and charged" in str(found)


@table("how", HOW)
@table("host", ["a" * 64 + ".example", "a..b"])
def test_an_invalid_proxy_host_fails_in_the_resolve_stage(how: tuple[str, str], host: str) -> None:
    error = failure(how, "http://127.0.0.1:9", proxy=f"http://{host}:1")
    assert (error.stage, error.may_have_been_charged) == ("resolve", False)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_call_may_have_been_charged_if_a_hook_raises_a_unicode_error(kind: str) -> None:
    """As of a hook that prints responses to a terminal without Unicode."""
    sent: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"choices": []})

    def print_it(_response: httpx.Response) -> None:
        "\N{SNOWMAN}".encode("latin-1")

    async def print_it_async(response: httpx.Response) -> None:
        print_it(response)

    ask: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
    carrier = httpx.MockTransport(respond)

    def run_sync() -> None:
        with httpx.Client(transport=carrier, event_hooks={"response": [print_it]}) as client:
            Venice("k", http_client=client).chat.completions.create(**ask)

    async def run() -> None:
        async with httpx.AsyncClient(transport=carrier, event_hooks={"response": [print_it_async]}) as client:
            await AsyncVenice("k", http_client=client).chat.completions.create(**ask)

    with pytest.raises(VeniceConnectionError) as caught:
        run_sync() if kind == "sync" else asyncio.run(run())
    assert (len(sent), caught.value.may_have_been_charged) == (1, True)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_hook_that_raises_for_the_status_leaves_the_error_of_the_status_and_its_retries(
    server: Loopback, kind: str
) -> None:
    async def raise_for_status(response: httpx.Response) -> None:
        response.raise_for_status()

    server.answer('{"error": "busy"}', "application/json", status=503, headers={"Retry-After": "0"})
    server.answer('{"error": "no such model"}', "application/json", status=404)

    async def run() -> None:
        hooks = {"response": [raise_for_status]}
        async with httpx.AsyncClient(event_hooks=hooks) as client:
            await AsyncVenice("k", base_url=server.url, http_client=client).audio.speech.create(input="x")

    def run_sync() -> None:
        with httpx.Client(event_hooks={"response": [httpx.Response.raise_for_status]}) as client:
            Venice("k", base_url=server.url, http_client=client).audio.speech.create(input="x")

    with pytest.raises(NotFoundError) as caught:
        run_sync() if kind == "sync" else asyncio.run(run())
    assert (len(server.requests), caught.value.may_have_been_charged) == (2, False)
