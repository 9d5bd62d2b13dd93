"""
Fixtures for the tests of the client: an environment without keys, a stand-in of the whole API, a server that sends
any bytes, and a way to run the same call with both clients.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Self

import pytest

from generator.generate import describe
from generator.spec.pin import load_pin
from tests.standin import StandIn
from tests.standin.contract import Contract
from venice_client import AsyncVenice, Venice

KEY = "vk-5Up3r-53cr3t-k3y"


class Loopback:
    """
    A server on 127.0.0.1 that answers each connection with given bytes, one response per connection.

    `say` adds a response; the last one is repeated. The received requests are in `requests`.
    """

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.hung_up = threading.Event()
        self._answers: list[tuple[tuple[bytes, ...], str]] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/api/v1"

    def say(self, *pieces: bytes, then: str = "close") -> None:
        """Add a response, sent in pieces; `then` close, reset, or hold the connection until the client closes it."""
        self._answers.append((pieces, then))

    def answer(
        self,
        body: bytes | str = b"",
        media_type: str | None = "application/json",
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Add a complete response."""
        body = body.encode() if isinstance(body, str) else body
        self.say(self.head(media_type, status=status, headers=headers, length=len(body)) + body)

    def events(self, *pieces: bytes, then: str = "close", headers: Mapping[str, str] | None = None) -> None:
        """Add an event stream that ends with the connection."""
        self.say(self.head("text/event-stream; charset=utf-8", headers=headers), *pieces, then=then)

    @staticmethod
    def head(
        media_type: str | None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        length: int | None = None,
    ) -> bytes:
        lines = [f"HTTP/1.1 {status} Reason", "Connection: close"]
        lines += [f"Content-Type: {media_type}"] if media_type else []
        lines += [] if length is None else [f"Content-Length: {length}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def __enter__(self) -> Self:
        self._threads.append(threading.Thread(target=self._accept, daemon=True))
        self._threads[0].start()
        return self

    def __exit__(self, *_error: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.requests.append(_read_request(connection))
            pieces, then = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
            for piece in pieces:
                connection.sendall(piece)
                if len(pieces) > 2:
                    time.sleep(0.001)
            if then == "reset":
                time.sleep(0.05)  # the reset must not overtake the data
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif then == "hold":
                connection.settimeout(10)
                try:
                    gone = connection.recv(1) == b""
                except ConnectionResetError:  # closing with unread data sends a reset
                    gone = True
                if gone:
                    self.hung_up.set()


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)content-length: (\d+)", head)
    chunked = b"transfer-encoding: chunked" in head.lower()
    while (chunked and not body.endswith(b"0\r\n\r\n")) or (found and len(body) < int(found[1])):
        piece = connection.recv(65536)
        if not piece:
            break  # the client closed the connection
        body += piece
    return head + b"\r\n\r\n" + body


class Caller:
    """Runs a function with a client of one kind: `call(url, lambda venice: venice.models.list())`."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.received: list[Any] = []
        """What the last stream gave, also where it failed."""

    def __call__(self, url: str, work: Callable[[Any], Any], *, api_key: str | None = KEY, **options: Any) -> Any:
        # Retries are tested in test_retry only.
        options.setdefault("max_retries", 0)
        if self.kind == "sync":
            with Venice(api_key, base_url=url, **options) as venice:
                return work(venice)

        async def go() -> Any:
            async with AsyncVenice(api_key, base_url=url, **options) as venice:
                return await work(venice)

        return asyncio.run(go())

    def stream(self, url: str, work: Callable[[Any], Any], **options: Any) -> list[Any]:
        """Run a function that returns a stream, and return its items."""
        self.received = []
        if self.kind == "sync":
            self(url, lambda venice: self.received.extend(self._each(work(venice))), **options)
            return self.received

        async def drain(stream: Awaitable[Any]) -> None:
            async for item in await stream:
                self.received.append(item)

        self(url, lambda venice: drain(work(venice)), **options)
        return self.received

    def _each(self, stream: Any) -> Iterator[Any]:
        for item in stream:
            self.received.append(item)
            yield from ()


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    """The pinned description with our overlay on it."""
    return describe(load_pin().contract).document


@pytest.fixture(scope="session")
def contract(document: dict[str, Any]) -> Contract:
    return Contract(document)


@pytest.fixture(scope="session")
def _standin(document: dict[str, Any]) -> Iterator[StandIn]:
    with StandIn(document) as server:
        yield server


@pytest.fixture
def api(_standin: StandIn) -> Iterator[StandIn]:
    """A stand-in of the whole API, which validates requests."""
    _standin.renew()
    yield _standin
    _standin.reset()


@pytest.fixture
def server() -> Iterator[Loopback]:
    """A server that responds with any bytes."""
    with Loopback() as server:
        yield server


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Caller:
    """Both clients in turn."""
    return Caller(request.param)


@pytest.fixture
def key() -> str:
    """The key that `call` gives its clients."""
    return KEY
