"""Keys are sent only to operations that accept them; transport failures become errors of this library."""

from __future__ import annotations

import asyncio
import copy
import inspect
import json
import logging
import pickle
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import respx

import venice_client
from tests.table import table
from venice_client import (
    UNSET,
    AsyncVenice,
    AuthenticationError,
    MissingAPIKeyError,
    RequestValidationError,
    ResponseDecodeError,
    StreamInterrupted,
    Venice,
    VeniceAPIError,
    VeniceConnectionError,
    VeniceError,
    VeniceTimeoutError,
    models,
)
from venice_client._core import base_client as core_base
from venice_client._core.transport import base as http
from venice_client._core.transport import httpx as httpx_transport

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback
    from tests.standin import StandIn

CLIENTS = pytest.mark.parametrize("kind", [Venice, AsyncVenice])


def header(request: bytes, name: str) -> list[str]:
    lines = request.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    pairs = [line.split(": ", 1) for line in lines]
    return [value for found, value in pairs if found.lower() == name.lower()]


# ---- the key


def test_the_api_key_is_sent_as_bearer_token(server: Loopback, call: Caller, key: str) -> None:
    server.answer('{"data": []}')
    call(server.url, lambda venice: venice.api_keys.list())
    assert header(server.requests[0], "authorization") == [f"Bearer {key}"]


@pytest.mark.parametrize("name", ["challenge", "networks"])
def test_the_key_is_not_sent_to_public_operations(api: StandIn, call: Caller, name: str) -> None:
    works: dict[str, Callable[[Any], Any]] = {
        "challenge": lambda venice: venice.api_keys.web3.challenge(),
        "networks": lambda venice: venice.crypto.networks(),
    }
    for api_key in ("k", None):
        call(api.base_url, works[name], api_key=api_key)
    assert [("authorization" in request.headers) for request in api.requests] == [False, False]
    api.assert_valid()


def test_an_optional_key_is_sent_if_there_is_one(api: StandIn, call: Caller) -> None:
    for api_key in ("k", None):
        call(api.base_url, lambda venice: venice.models.list(), api_key=api_key)
    assert [request.headers.get("authorization") for request in api.requests] == ["Bearer k", None]


def test_a_missing_key_is_reported_before_anything_is_sent(server: Loopback, call: Caller) -> None:
    with pytest.raises(MissingAPIKeyError, match=r"GET /api_keys needs an API key.*VENICE_API_KEY"):
        call(server.url, lambda venice: venice.api_keys.list(), api_key=None)
    with pytest.raises(MissingAPIKeyError):
        call(server.url, lambda venice: venice.images.edit("https://files.example/a.png", "p"), api_key="")
    assert server.requests == []


@pytest.mark.parametrize("api_key", [None, "k"])
def test_a_wallet_header_replaces_the_key(api: StandIn, call: Caller, api_key: str | None) -> None:
    wallet: dict[str, Any] = {"extra_headers": {"sign-in-with-x": "signed"}}
    call(api.base_url, lambda venice: venice.embeddings.create(model="m", input="a", **wallet), api_key=api_key)
    assert api.requests[0].headers["SIGN-IN-WITH-X"] == "signed"
    assert "authorization" not in api.requests[0].headers
    api.assert_valid()


def test_the_key_is_not_sent_to_operations_that_accept_only_wallets(api: StandIn, call: Caller) -> None:
    address = "0x" + "1a" * 20
    call(
        api.base_url,
        lambda venice: venice.x402.balance(wallet_address=address, sign_in_with_x="signed"),
    )
    assert "authorization" not in api.requests[0].headers
    api.assert_valid()


def test_an_authorization_header_of_the_caller_replaces_the_key(server: Loopback, call: Caller) -> None:
    server.answer("{}")
    options: dict[str, Any] = {"extra_headers": {"authorization": "Bearer other", "USER-agent": "mine"}}
    call(server.url, lambda venice: venice.api_keys.list(**options))
    call(server.url, lambda venice: venice.api_keys.list(**options), api_key=None)
    for request in server.requests:
        assert header(request, "authorization") == ["Bearer other"]
        assert header(request, "user-agent") == ["mine"]


@CLIENTS
@pytest.mark.parametrize("name", ["VENICE_API_KEY", None])
def test_the_environment_sets_key_and_base_url(kind: Any, name: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if name:
        monkeypatch.setenv(name, " from-env\n")
    monkeypatch.setenv("VENICE_BASE_URL", "http://127.0.0.1:1/api/v1/\n")
    assert kind().config.api_key == ("from-env" if name else "")
    assert kind("given").config.api_key == "given"
    assert kind("").config.api_key == ""
    assert kind().base_url == "http://127.0.0.1:1/api/v1"
    assert kind(base_url="https://other.example").base_url == "https://other.example"


@CLIENTS
def test_the_default_base_url_is_that_of_the_api(kind: Any) -> None:
    assert kind().base_url == "https://api.venice.ai/api/v1"


@CLIENTS
@pytest.mark.parametrize(
    "key", ["k\ney-value", "key-\0value", "key value", "kéy-value", "key-value\x7f\x7f", "key\tvalue"]
)
def test_a_key_that_is_not_a_valid_header_value_is_refused_and_not_shown(kind: Any, key: str) -> None:
    with pytest.raises(MissingAPIKeyError) as caught:
        kind(key)
    assert "value" not in everything(caught.value).replace("caught.value", "").partition("Traceback")[0]


@CLIENTS
@pytest.mark.parametrize(
    "url",
    [
        "api.venice.ai",
        "ftp://x",
        "https://",
        "https:///x",
        "https://x?y=1",
        "https://x#y",
        "http://[::1",
        "http://x:port",
        "http://user:pass-word@x",
        "http://x\n.y/",
        "http://x /y",
    ],
)
def test_an_invalid_base_url_is_refused(kind: Any, url: str) -> None:
    with pytest.raises(RequestValidationError, match="base_url") as caught:
        kind("k", base_url=url)
    assert "pass-word" not in str(caught.value)


# ---- the key is never shown


def everything(error: BaseException) -> str:
    """All text of an error, its causes and its pickle."""
    shown = []
    link: BaseException | None = error
    while link is not None:
        shown += [str(link), repr(link), repr(link.args), repr(getattr(link, "__dict__", {}))]
        link = link.__cause__ or link.__context__
    shown.append("".join(traceback.format_exception(error)))
    if isinstance(error, VeniceError):
        shown.append(pickle.dumps(error).decode("latin-1"))
        shown.append(repr(copy.deepcopy(error).__dict__))
    return "\n".join(shown)


def edit(venice: Any) -> Any:
    return venice.images.edit("https://files.example/a.png", "p")


def chat(venice: Any) -> Any:
    return venice.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}])


@CLIENTS
def test_no_repr_shows_the_key(kind: Any, key: str) -> None:
    venice = kind(key)
    shown = f"{venice!r}{venice}{venice.images!r}{venice.chat.completions!r}{venice._transport!r}"
    assert key not in shown
    assert "with an API key" in repr(venice)
    assert "without an API key" in repr(kind())


@CLIENTS
def test_a_pickled_client_does_not_contain_the_key(kind: Any, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    venice = kind(key, base_url="http://127.0.0.1:1/x", timeout=3)
    _ = venice.images, venice.chat.completions
    pickled = pickle.dumps(venice)
    assert key.encode() not in pickled
    assert pickle.loads(pickled).config.api_key == ""
    monkeypatch.setenv("VENICE_API_KEY", "of the worker".replace(" ", "-"))
    other = pickle.loads(pickled)
    assert (other.config.api_key, other.base_url, other.timeout) == ("of-the-worker", venice.base_url, 3)
    assert type(other) is kind


def test_a_copy_of_a_used_client_has_the_key_and_works(server: Loopback, key: str) -> None:
    server.answer("{}")
    with Venice(key, base_url=server.url, timeout=3) as venice:
        venice.models.list()
        for other in (copy.copy(venice), copy.deepcopy(venice)):
            assert other.timeout == 3
            with other:
                other.models.list()
        venice.models.list()
    assert [header(request, "authorization") for request in server.requests] == [[f"Bearer {key}"]] * 4


ANSWERS: dict[str, tuple[type[Exception], Callable[[Any], None]]] = {
    "401 that repeats it": (
        AuthenticationError,
        lambda s: s.answer('{"error": "no KEY", "details": {"KEY": ["KEY"]}}', status=401, headers={"X-K": "KEY"}),
    ),
    "html that repeats it": (VeniceAPIError, lambda s: s.answer("<title>KEY</title>", "text/html", status=502)),
    "418": (VeniceAPIError, lambda s: s.answer("KEY", "text/plain", status=418)),
    "redirect": (VeniceAPIError, lambda s: s.answer(b"", status=302, headers={"Location": "http://x/?k=KEY"})),
    "bad json": (ResponseDecodeError, lambda s: s.answer("{")),
    "html": (ResponseDecodeError, lambda s: s.answer("<html>", "text/html")),
    "no answer": (VeniceConnectionError, lambda s: s.say()),
    "reset": (VeniceConnectionError, lambda s: s.say(then="reset")),
    "half an answer": (VeniceConnectionError, lambda s: s.say(s.head("text/plain", length=10) + b"half")),
    "no http": (VeniceConnectionError, lambda s: s.say(b"220 smtp ready\r\n")),
    "bad header": (VeniceConnectionError, lambda s: s.say(b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n")),
    "bad gzip": (VeniceConnectionError, lambda s: s.answer("no gzip at all", headers={"Content-Encoding": "gzip"})),
    "silence": (VeniceTimeoutError, lambda s: s.say(then="hold")),
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("ending", ["", "\n", " \r\n"])
def test_no_error_shows_the_key(
    server: Loopback,
    call: Caller,
    key: str,
    name: str,
    ending: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind, prepare = ANSWERS[name]
    monkeypatch.setattr(server, "answer", _with_key(server.answer, key))
    prepare(server)
    with caplog.at_level(logging.DEBUG), pytest.raises(kind) as caught:
        call(server.url, chat, api_key=key + ending, timeout=0.3)
    text = everything(caught.value)
    assert key not in text
    if name not in REPEATED_IN_HEADERS:  # httpx logs the headers of responses
        assert caplog.text
        assert key not in caplog.text
    assert isinstance(caught.value, VeniceError)
    assert header(server.requests[0], "authorization") == [f"Bearer {key}"]


REPEATED_IN_HEADERS = ("401 that repeats it", "redirect")


def _with_key(answer: Callable[..., None], key: str) -> Callable[..., None]:
    def reported(body: str | bytes = b"", *arguments: Any, **options: Any) -> None:
        options["headers"] = {n: v.replace("KEY", key) for n, v in options.get("headers", {}).items()}
        text = body if isinstance(body, str) else body.decode()
        answer(text.replace("KEY", key), *arguments, **options)

    return reported


def test_a_secret_in_a_header_of_the_caller_is_not_shown(server: Loopback, call: Caller) -> None:
    secret = "caller-5ecret"
    server.answer(f'{{"error": "no {secret}"}}', status=401)
    for headers in ({"Authorization": f"Bearer {secret}"}, {"sign-in-with-x": secret}):
        with pytest.raises(AuthenticationError) as caught:
            call(server.url, partial(chat_with, headers=headers))
        assert secret not in everything(caught.value)


def chat_with(venice: Any, headers: dict[str, str]) -> Any:
    return venice.chat.completions.create(
        model="m", messages=[{"role": "user", "content": "hi"}], extra_headers=headers
    )


def test_an_invalid_header_of_the_caller_is_not_shown(server: Loopback, call: Caller) -> None:
    for value in ("Bearer s3cret\n", "Bearer s3\x7fcret", "Bearer s3crét", "s3cret\0"):
        with pytest.raises(RequestValidationError) as caught:
            call(server.url, partial(chat_with, headers={"Authorization": value}))
        assert "s3c" not in str(caught.value)
        assert "s3c" not in pickle.dumps(caught.value).decode("latin-1")
    assert server.requests == []


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
    server.answer(b"", status=307, headers={"Location": "/elsewhere"})
    with pytest.raises(VeniceAPIError) as caught:
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


# ---- public names


def test_importing_the_package_imports_no_endpoint_and_no_model() -> None:
    code = (
        "import sys, venice_client; from venice_client import Venice, AsyncVenice;"
        "v = Venice('k'); v.images; v.embeddings; AsyncVenice('k').models;"
        "print([m for m in sys.modules if m.startswith('venice_client.models.')"
        " or m.startswith('venice_client.api.') and m.count('.') > 2])"
    )
    bare = "import sys, venice_client; print([m for m in sys.modules if 'httpx' in m or 'api' in m.split('.')])"
    for source in (code, bare):
        done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"


@table("name", venice_client.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(venice_client, name) is not None or name == "UNSET"


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Vence'"):
        _ = venice_client.Vence  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="has no attribute 'Nope_VALUES'"):
        _ = models.Nope_VALUES  # type: ignore[attr-defined]
    assert models.ImageEditOutputFormat_VALUES == ("jpeg", "png", "webp")  # type: ignore[attr-defined]


def test_the_error_for_an_unknown_operation_lists_the_known_ones() -> None:
    with pytest.raises(AttributeError, match=r"Images has no operation 'edti'; it has .*edit"):
        _ = Venice("k").images.edti  # type: ignore[attr-defined]


def test_sync_and_async_clients_have_equal_signatures() -> None:
    def parameters(kind: type) -> list[tuple[str, Any, Any]]:
        found = inspect.signature(kind).parameters.values()
        return [(item.name, item.kind, item.default) for item in found]

    assert parameters(Venice) == parameters(AsyncVenice)
    for name in ("send", "request"):
        sync, other = (inspect.signature(getattr(kind, name)).parameters for kind in (Venice, AsyncVenice))
        assert list(sync.values()) == list(other.values())


def test_unset_arguments_are_not_sent(server: Loopback, call: Caller) -> None:
    server.answer("{}")
    call(server.url, lambda venice: venice.models.list(type=UNSET))
    assert server.requests[0].startswith(b"GET /api/v1/models HTTP")


def test_an_interrupted_stream_is_not_an_api_error() -> None:
    assert not issubclass(StreamInterrupted, VeniceAPIError)
