"""Mocks and tracers of the HTTP library see each call of the default transport, whenever they are installed."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import httpx
import httpx2
import pook
import pytest
import respx
from mocket import Mocketizer
from mocket.mocks.mockhttp import Entry
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pytest_httpx import HTTPXMock

from tests.client.wire import Wire
from venice_client import AsyncVenice, Venice

BODY = {"data": [{"id": "mocked"}]}


class Client:
    """A client of one kind, which can be used several times in one event loop."""

    def __init__(self, how: str, url: str, library: Any = None) -> None:
        self.how = how
        self._runner = asyncio.Runner()
        kind: Any = Venice if how == "sync" else AsyncVenice
        self._venice = kind("k", base_url=url, max_retries=0, transport=library)

    def __call__(self, work: Callable[[Any], Any]) -> Any:
        found = work(self._venice)
        if self.how == "sync":
            return found

        async def wait() -> Any:
            return await found

        return self._runner.run(wait())

    def list(self) -> str:
        found: str = self(lambda venice: venice.models.list()).data[0].id
        return found

    def close(self) -> None:
        if self.how == "sync":
            self._venice.close()
        self._runner.close()


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire() as wire:
        yield wire


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, wire: Wire) -> Iterator[Client]:
    """A client that has made a call, so that it has a connection."""
    client = Client(request.param, wire.url)
    client.list()
    wire.counts.clear()
    yield client
    client.close()


# ---- mocks


@pytest.mark.parametrize("using", ["httpx", "httpcore"])
def test_respx_intercepts_every_call(client: Client, wire: Wire, using: str) -> None:
    with respx.mock(using=using) as mocked:
        mocked.get(f"{wire.url}/models").mock(return_value=httpx.Response(200, json=BODY))
        assert client.list() == "mocked"
        mocked.post(f"{wire.url}/audio/speech").mock(return_value=httpx.Response(200, content=b"mp3"))
        assert client(lambda venice: venice.audio.speech.create(input="x")).data == b"mp3"
    assert not wire.counts


def test_pytest_httpx_intercepts_every_call(client: Client, wire: Wire, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=f"{wire.url}/models", json=BODY)
    assert client.list() == "mocked"
    assert httpx_mock.get_requests()[0].headers["authorization"] == "Bearer k"
    assert not wire.counts


def test_pook_intercepts_every_call(client: Client, wire: Wire) -> None:
    with pook.use():
        pook.get(f"{wire.url}/models", reply=200, response_json=BODY)
        assert client.list() == "mocked"
    assert not wire.counts


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_mocket_intercepts_every_call(wire: Wire) -> None:
    Entry.single_register(Entry.GET, f"{wire.url}/models", body='{"data": [{"id": "mocked"}]}')
    with Mocketizer(strict_mode=True), Venice("k", base_url=wire.url, max_retries=0) as venice:
        assert venice.models.list().data[0].id == "mocked"
    assert not wire.counts


PATCHES = [
    ("httpx", "Client", "send"),
    ("httpx", "Client", "_send_single_request"),
    ("httpx", "HTTPTransport", "handle_request"),
    ("httpx", "AsyncClient", "send"),
    ("httpx", "AsyncClient", "_send_single_request"),
    ("httpx", "AsyncHTTPTransport", "handle_async_request"),
    ("httpx2", "Client", "send"),
    ("httpx2", "HTTPTransport", "handle_request"),
    ("httpx2", "AsyncClient", "send"),
    ("httpx2", "AsyncHTTPTransport", "handle_async_request"),
]


@pytest.mark.parametrize(("library", "kind", "method"), PATCHES, ids=[".".join(patch) for patch in PATCHES])
def test_a_patched_method_of_the_http_library_intercepts_every_call(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, library: str, kind: str, method: str
) -> None:
    module: Any = {"httpx": httpx, "httpx2": httpx2}[library]
    client = Client("async" if "Async" in kind else "sync", wire.url, library)
    client.list()
    wire.counts.clear()

    def answer(*_args: Any, **_options: Any) -> Any:
        return module.Response(200, json=BODY, request=module.Request("GET", wire.url))

    async def answer_async(*_args: Any, **_options: Any) -> Any:
        return answer()

    with monkeypatch.context() as patched:
        patched.setattr(getattr(module, kind), method, answer_async if "Async" in kind else answer)
        assert client.list() == "mocked"
    assert not wire.counts
    client.list()
    assert sum(wire.counts.values()) == 1
    client.close()


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
@pytest.mark.parametrize("how", ["sync", "async"])
def test_a_mock_instead_of_the_class_of_clients_intercepts_every_call(wire: Wire, how: str, library: str) -> None:
    name = "Client" if how == "sync" else "AsyncClient"
    with mock.patch(f"{library}.{name}") as patched:
        patched.return_value.send.side_effect = RuntimeError("no network in tests")
        client = Client(how, wire.url, library)
        with pytest.raises(RuntimeError, match="no network in tests"):
            client.list()
    assert not wire.counts


@pytest.mark.parametrize("how", ["sync", "async"])
@pytest.mark.parametrize("core", ["httpcore", "httpcore2"])
def test_a_patched_connection_pool_of_httpcore_intercepts_every_call(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, core: str, how: str
) -> None:
    module = pytest.importorskip(core)
    client = Client(how, wire.url, core.replace("core", "x"))
    client.list()
    wire.counts.clear()

    def answer(*_args: Any, **_options: Any) -> Any:
        return module.Response(200, content=b'{"data": [{"id": "mocked"}]}')

    async def answer_async(*_args: Any, **_options: Any) -> Any:
        return answer()

    if how == "sync":
        monkeypatch.setattr(module.ConnectionPool, "handle_request", answer)
    else:
        monkeypatch.setattr(module.AsyncConnectionPool, "handle_async_request", answer_async)
    assert client.list() == "mocked"
    assert not wire.counts
    client.close()


def test_patching_socket_stops_every_call(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_options: Any) -> Any:
        raise OSError("no sockets in tests")

    with Venice("k", base_url=wire.url, max_retries=0) as venice, monkeypatch.context() as patched:
        patched.setattr(socket, "create_connection", refuse)
        with pytest.raises(Exception, match="no sockets in tests"):
            venice.models.list()
    assert not wire.counts


# ---- tracers


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    yield exporter
    instrumentor.uninstrument()
    provider.shutdown()


WAV = ("a.wav", b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav")
CALLS: dict[str, Callable[[Any], Any]] = {
    "a read": lambda venice: venice.models.list(),
    "a form": lambda venice: venice.audio.transcriptions.create(file=WAV),
    "a stream": lambda venice: venice.chat.completions.create(
        model="m", messages=[{"role": "user", "content": "x"}], stream=True
    ),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("how", ["sync", "async"])
def test_opentelemetry_traces_each_call_once_and_propagates_its_context(
    request: pytest.FixtureRequest, wire: Wire, how: str, when: str, name: str
) -> None:
    client = Client(how, wire.url)
    if when == "after":
        client.list()
    spans: InMemorySpanExporter = request.getfixturevalue("spans")
    wire.headers.clear()
    found = client(CALLS[name])
    if name == "a stream":
        client(lambda _venice: found.text())
    traced = spans.get_finished_spans()
    assert len(traced) == 1
    context = traced[0].context
    assert context is not None
    assert wire.headers[0]["traceparent"].split("-")[1:3] == [f"{context.trace_id:032x}", f"{context.span_id:016x}"]
    client.close()
