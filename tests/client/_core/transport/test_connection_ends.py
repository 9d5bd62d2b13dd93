"""When connections are closed: with their event loop, client or program, after a fork, after a freeze."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest
import trio

from tests.client.wire import Wire
from venice_client import AsyncVenice, Venice, VeniceError

ALL = [("sync", "httpx"), ("sync", "httpx2"), ("async", "httpx"), ("async", "httpx2"), ("async", "aiohttp")]
IDS = ["-".join(pair) for pair in ALL]
ASYNC: list[Any] = ["httpx", "httpx2", "aiohttp"]


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire() as wire:
        yield wire


def held(wire: Wire) -> int:
    """Count the connections to the server that this process holds."""
    gc.collect()
    found = psutil.Process().net_connections("tcp")
    return sum(1 for item in found if item.raddr and item.raddr.port == wire.port and item.status != "TIME_WAIT")


@contextlib.contextmanager
def caught() -> Iterator[list[str]]:
    """The texts of all warnings. Their sources are not kept, as that would keep connections open."""
    texts: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, *_rest, **_options: texts.append(str(message))
        yield texts
        gc.collect()


# ---- event loops


@pytest.mark.slow
@pytest.mark.parametrize("library", ASYNC)
def test_calls_in_separate_event_loops_leave_no_connection_and_no_warning(wire: Wire, library: Any) -> None:
    venice = AsyncVenice("k", base_url=wire.url, transport=library)
    process = psutil.Process()

    async def call() -> None:
        await venice.models.list()

    with caught() as texts:
        asyncio.run(call())
        before = process.num_fds()
        for _ in range(50):
            asyncio.run(call())
    assert held(wire) == 0
    assert process.num_fds() <= before + 2
    assert texts == []


@pytest.mark.parametrize("library", ASYNC)
def test_connections_of_an_abandoned_event_loop_are_closed_by_the_next_call(wire: Wire, library: Any) -> None:
    venice = AsyncVenice("k", base_url=wire.url, transport=library)
    with caught():
        for _ in range(10):
            loop = asyncio.new_event_loop()
            loop.run_until_complete(venice.models.list())
            loop.close()
        del loop
        asyncio.run(venice.models.list())
    assert held(wire) == 0


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_calls_in_separate_trio_runs_leave_no_connection(wire: Wire, library: Any) -> None:
    venice = AsyncVenice("k", base_url=wire.url, transport=library)

    async def call() -> None:
        async with await venice.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "x"}], stream=True
        ) as stream:
            assert await stream.text() == "\N{WATERMELON}"
        await venice.models.list()

    with caught() as texts:
        for _ in range(10):
            trio.run(call)
    assert held(wire) == 0
    assert texts == []


def test_a_call_is_retried_on_trio(wire: Wire) -> None:
    async def call() -> None:
        async with AsyncVenice("k", base_url=wire.url) as venice:
            await venice.models.list(extra_headers={"X-Fault": "503 once", "X-Marker": "trio"})

    trio.run(call)
    assert wire.counts["trio"] == 2


# ---- clients that are not closed


@pytest.mark.parametrize("library", ASYNC)
def test_a_dropped_async_client_is_closed_with_a_warning(wire: Wire, library: Any) -> None:
    async def drop() -> None:
        venice = AsyncVenice("k", base_url=wire.url, transport=library)
        await venice.models.list()

    async def serve() -> int:
        for _ in range(5):
            await drop()
        gc.collect()
        await asyncio.sleep(0.1)
        return held(wire)

    with caught() as texts:
        assert asyncio.run(serve()) == 0
    assert len(texts) == 5
    assert all("AsyncVenice" in text and "async with" in text for text in texts)


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_dropped_sync_clients_are_closed_without_a_warning(wire: Wire, library: Any) -> None:
    with caught() as texts:
        for _ in range(20):
            Venice("k", base_url=wire.url, transport=library).models.list()
    assert held(wire) == 0
    assert texts == []


def test_a_stream_outlives_its_dropped_client(wire: Wire) -> None:
    def begin() -> Any:
        venice = Venice("k", base_url=wire.url)
        return venice.chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}], stream=True)

    stream = begin()
    gc.collect()
    assert stream.text() == "\N{WATERMELON}"


FORGOTTEN = """
import sys, threading
from venice_client import Venice
venice = Venice("k", base_url=sys.argv[1])
venice.models.list()
thread = threading.Thread(target=venice.models.list)
thread.start()
thread.join()
stream = venice.chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}], stream=True)
print("done")
"""


@pytest.mark.slow
def test_a_program_with_an_unclosed_client_exits_without_a_warning(wire: Wire) -> None:
    command = [sys.executable, "-X", "dev", "-W", "always", "-c", FORGOTTEN, wire.url]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert (done.stdout, done.stderr) == ("done\n", "")


# ---- processes


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
@pytest.mark.parametrize(("how", "library"), ALL, ids=IDS)
def test_a_forked_process_opens_its_own_connections(wire: Wire, how: str, library: Any) -> None:
    """As in the workers of a server: the client was used before the fork."""
    call: Callable[[str], Any]
    if how == "sync":
        venice = Venice("k", base_url=wire.url, transport=library)

        def call(marker: str) -> Any:
            return venice.models.list(extra_headers={"X-Marker": marker})

        close: Callable[[], object] = venice.close
    else:
        other = AsyncVenice("k", base_url=wire.url, transport=library)
        runner = asyncio.Runner()

        def call(marker: str) -> Any:
            here = runner if marker != "child" else asyncio.Runner()
            return here.run(other.models.list(extra_headers={"X-Marker": marker}))

        close = runner.close
    call("before")
    assert wire.open == 1
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            asyncio.events._set_running_loop(None)
            call("child")
            os.write(writer, b"done")
            time.sleep(60)
        os._exit(1)
    try:
        assert os.read(reader, 4) == b"done"
        assert wire.open == 2
        call("after")
        assert wire.open == 2
        assert dict(wire.counts) == {"before": 1, "child": 1, "after": 1}
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reader)
        os.close(writer)
        close()


FROZEN = """
import asyncio, os, signal, sys, time
from venice_client import AsyncVenice, Venice, VeniceError

how, library, url = sys.argv[1:]
options = {"base_url": url, "transport": library, "max_retries": 0}

def freeze():
    print("frozen", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)

def ask(venice, marker):
    messages = [{"role": "user", "content": marker}]
    return venice.chat.completions.create(model="m", messages=messages, extra_headers={"X-Marker": marker})

async def tasks():
    async with AsyncVenice("k", **options) as venice:
        await ask(venice, "first")
        freeze()
        await ask(venice, "second")

if how == "sync":
    with Venice("k", **options) as venice:
        ask(venice, "first")
        freeze()
        ask(venice, "second")
else:
    asyncio.run(tasks())
print("done")
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system cannot freeze a process")
@pytest.mark.parametrize(("how", "library"), ALL, ids=IDS)
def test_a_paid_call_after_the_server_closed_an_idle_connection_is_sent_once(
    wire: Wire, how: str, library: str
) -> None:
    command = [sys.executable, "-c", FROZEN, how, library, wire.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "frozen\n"
        wire.hang_up()
        time.sleep(0.2)
        process.send_signal(signal.SIGCONT)
        out, errors = process.communicate(timeout=30)
    assert (out, errors) == ("done\n", "")
    assert wire.counts["second"] == 1


# ---- bytes that do not belong to a request

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
OWN = HEAD + b'Content-Length: 25\r\n\r\n{"data": [{"id": "own"}]}'
STRAY = OWN.replace(b"own", b"bad")
FIRST = {
    "behind a length": OWN,
    "behind chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "behind a 204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "behind a 400": b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("pause", [0.0, 0.1], ids=["at once", "while idle"])
@pytest.mark.parametrize("stray", [STRAY, STRAY[:20]], ids=["whole", "the beginning"])
@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST)
def test_aiohttp_does_not_return_a_stray_response_to_the_next_call(first: bytes, stray: bytes, pause: float) -> None:
    served: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(served)
        served.append(0)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                served[number] += 1
                writer.write(OWN if number else first + (b"" if pause else stray))
                if pause:
                    await asyncio.sleep(pause / 2)
                    writer.write(b"" if number else stray)
                await writer.drain()
        writer.close()

    async def calls() -> str | None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v1"
        async with server, AsyncVenice("k", base_url=url, transport="aiohttp", max_retries=0) as venice:
            with contextlib.suppress(VeniceError):
                await venice.models.list()
            await asyncio.sleep(pause)
            found = (await venice.models.list()).data[0].id
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)
        return found

    assert asyncio.run(calls()) == "own"
    assert served == [1, 1]
