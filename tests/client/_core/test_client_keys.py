"""Keys are sent only to operations that accept them, and nothing shows them."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tests.client._core.calls import CLIENTS, chat, header
from venice_client import (
    AuthenticationError,
    MissingAPIKeyError,
    RequestValidationError,
    ResponseDecodeError,
    Venice,
    VeniceAPIError,
    VeniceConnectionError,
    VeniceError,
    VeniceTimeoutError,
)
from venice_client._core.schema.operation import Operation, Scheme

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback
    from tests.standin import StandIn


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


def test_a_missing_header_is_named_as_the_contract_has_it(server: Loopback) -> None:
    venice = Venice("key", base_url=server.url)

    def get(header: str) -> None:
        security = ((Scheme("Access", "apiKey", "header", header),),)
        venice.send(Operation(method="GET", path="/a", name="a.get", module="a", security=security), {})

    with pytest.raises(MissingAPIKeyError, match=r"GET /a needs the header X-Access: .* a function that returns it"):
        get("X-Access")
    with pytest.raises(MissingAPIKeyError, match=r"GET /a needs the header SIGN-IN-WITH-X: .* a signer with auth="):
        get("SIGN-IN-WITH-X")
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


def test_a_key_is_sent_also_where_its_header_is_declared_by_name() -> None:
    declared = (
        Scheme("key", "apiKey", "header", "authorization"),
        Scheme("wallet", "apiKey", "header", "SIGN-IN-WITH-X"),
    )
    key, wallet = (
        Operation(method="GET", path="/x", name="x.y", module="x", security=((scheme,),)) for scheme in declared
    )
    assert (key.takes_key, wallet.takes_key) == (True, False)


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
    with pytest.raises(MissingAPIKeyError, match=r"character \d+ of \d+ is not: copy it again") as caught:
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


@pytest.mark.slow
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
