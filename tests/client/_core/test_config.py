"""Options of a client: declared once, validated by the constructor and `with_options`, and copied."""

from __future__ import annotations

import copy
import inspect
import itertools
import pickle
import re
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest
from attrs import fields_dict

from tests.table import table
from venice_client import AsyncVenice, Signer, Venice
from venice_client._core.config import Config
from venice_client._core.errors import ArgumentError, RequestValidationError, VeniceTimeoutError
from venice_client._core.interceptors import Interceptor
from venice_client._core.request.options import Timeout
from venice_client.openai import OpenAI

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback

OPTIONS = set(fields_dict(Config))


@pytest.mark.parametrize("kind", [Venice, AsyncVenice])
def test_constructors_and_with_options_have_the_declared_options_with_their_defaults(kind: type[Any]) -> None:
    parameters = inspect.signature(kind).parameters
    assert set(parameters) - {"unknown"} == OPTIONS
    assert set(inspect.signature(kind.with_options).parameters) - {"self", "unknown"} == OPTIONS
    for name, declared in fields_dict(Config).items():
        assert parameters[name].default == declared.default, name
    listed = {line.strip().partition(":")[0] for line in (inspect.getdoc(Venice) or "").splitlines()}
    assert listed >= OPTIONS, "an option without a line in the docstring"


@pytest.mark.parametrize("kind", [Venice, AsyncVenice])
def test_help_shows_the_types_of_the_options_by_their_names(kind: type[Any]) -> None:
    shown = str(inspect.signature(kind))
    for name in ("api_key", "auth", "http_client", "transport"):
        assert re.search(rf"\b{name}: '\w*(Auth|HTTPClient|TransportName) \| None'", shown), shown


WRONG = [
    ("api_key", 123, "api_key must be str, callable or Signer, got int"),
    ("api_key", Signer, "api_key must be str, callable or Signer, got "),
    ("auth", 5, "auth must be str, callable or Signer, got int"),
    ("auth", Signer, "auth must be str, callable or Signer, got the class Signer"),
    ("timeout", httpx.Timeout, "httpx.Timeout or None, got the class Timeout"),
    ("base_url", 5, "base_url must be str or URL, got 5"),
    ("base_url", "ftp://x", "base_url must be a URL of the form https://host/path, got 'ftp://x'"),
    ("base_url", "https://x.test/?a=1", "https://host/path, without user, query and fragment, got 'https://x.test/'"),
    ("timeout", "5", "timeout must be a finite number of seconds > 0, httpx.Timeout or None, got str"),
    ("timeout", -1, "got -1"),
    ("timeout", 0, "got 0"),
    ("timeout", True, "got True"),
    ("timeout", sys.maxsize, "got 9223372036854775807: at most 1,000,000,000"),
    ("timeout", float("nan"), "got nan"),
    ("timeout", float("inf"), "got inf"),
    ("max_retries", -1, "max_retries must be an integer >= 0, got -1"),
    ("max_retries", 1.5, "got 1.5"),
    ("max_retry_wait", "x", "max_retry_wait must be a number of seconds >= 0, got str"),
    ("on_attempt", 3, "on_attempt must be callable, got 3"),
    ("retry_paid", 1, "retry_paid must be True or False, got 1"),
    ("strict", "no", "strict must be True or False, got str"),
    ("validate", None, "validate must be True or False, got None"),
    ("local_files", 0, "local_files must be True or False, got 0"),
    ("check_models", "yes", 'check_models must be True, False or "strict", got str'),
    ("default_headers", ["a"], "default_headers must be a mapping of header names to str, got list"),
    ("default_headers", {"X": 5}, "the header 'X' must be str"),
    ("default_headers", {"X": "secret\n"}, "the header 'X' must be str of printable ASCII on one line"),
    ("default_query", [("a", 1)], "default_query must be a mapping"),
    ("interceptors", [3], "interceptors must hold instances of venice_client.types.Interceptor, got int"),
]


@table(("name", "value", "text"), WRONG)
def test_an_invalid_option_is_refused_by_constructor_and_with_options(name: str, value: Any, text: str) -> None:
    good = Venice("k")
    for kind in (Venice, AsyncVenice):
        with pytest.raises(RequestValidationError) as caught:
            kind(**{name: value})
        assert text in str(caught.value)
        assert "secret" not in str(caught.value)
        traceback.TracebackException.from_exception(caught.value, capture_locals=True)  # shows a half-made Config
    with pytest.raises(RequestValidationError) as caught:
        good.with_options(**{name: value})
    assert text in str(caught.value)


def chat(venice: Any, **options: Any) -> Any:
    return venice.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}], **options)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *itertools.product(
            ["timeout", "idle_timeout", "extra_headers", "extra_query", "extra_body"], [-1, "x", True, [1]]
        ),
        ("validate", "no"),
        ("validate", 0),
    ],
)
def test_an_invalid_option_of_a_call_is_refused_and_nothing_is_sent(
    server: Loopback, call: Caller, option: str, value: Any
) -> None:
    with pytest.raises(RequestValidationError, match=f"{option} must be") as caught:
        call(server.url, partial(chat, **{option: value}))
    assert "paid" not in str(caught.value)
    assert server.requests == []


@pytest.mark.parametrize("option", ["base_url", "proxy"])
@pytest.mark.parametrize("mark", ["?", "#", "/", "@"])
def test_no_part_of_a_password_is_shown_whatever_characters_it_has(option: str, mark: str) -> None:
    url = f"smb://someone:begin{mark}end@host.test/path?token=t0ken"
    with pytest.raises(RequestValidationError, match=r"smb://host\.test/path") as caught:
        Venice("k", **{option: url})  # type: ignore[arg-type]  # one of the two
    assert not any(part in str(caught.value) for part in ("someone", "begin", "end@", "t0ken"))


def test_urls_of_other_libraries_are_accepted() -> None:
    for url in (httpx.URL("https://h.test/v1/"), urlsplit("https://h.test/v1/"), " https://h.test/v1/ "):
        assert Venice("k", base_url=url).base_url == "https://h.test/v1"  # type: ignore[arg-type]


def test_all_parts_of_a_timeout_take_effect(server: Loopback, call: Caller) -> None:
    given = httpx.Timeout(30, connect=2, pool=None, read=0.2)
    assert Venice("k", timeout=given).config.timeout == Timeout(2, 0.2, 30, None)
    server.say(b"", then="hold")
    cases: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (({"timeout": given}, {}), ({}, {"timeout": given}))
    for of_client, of_call in cases:
        begun = time.monotonic()
        with pytest.raises(VeniceTimeoutError):
            call(server.url, partial(list_models, options=of_call), **of_client)
        assert time.monotonic() - begun < 5


def list_models(venice: Any, options: dict[str, Any]) -> Any:
    return venice.models.list(**options)


@pytest.mark.parametrize("wrong", [httpx.Timeout(-1), httpx.Timeout(1, read=0)])
def test_an_invalid_part_of_a_timeout_is_refused(wrong: httpx.Timeout) -> None:
    with pytest.raises(RequestValidationError, match=r"timeout\.\w+ must be a finite number of seconds > 0 or None"):
        Venice("k", timeout=wrong)


def header(request: bytes, name: bytes) -> bytes | None:
    lines = [line.partition(b": ") for line in request.partition(b"\r\n\r\n")[0].split(b"\r\n")]
    return next((value for found, _, value in lines if found.lower() == name.lower()), None)


def test_the_timeout_of_the_callers_http_client_counts_unless_it_is_the_librarys_default() -> None:
    own = httpx.Timeout(7, connect=2)
    limits: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        limits.append(request.extensions["timeout"])
        return httpx.Response(200, json={"data": []})

    def client(**options: Any) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(answer), **options)

    Venice("k", http_client=client(timeout=own)).models.list()
    Venice("k", http_client=client(timeout=None)).models.list()
    Venice("k", http_client=client()).models.list()
    Venice("k", http_client=client(timeout=own), timeout=9).models.list()
    Venice("k", http_client=client(timeout=own)).models.list(timeout=3)
    assert [limit["read"] for limit in limits] == [7, None, 60, 9, 3]
    assert limits[0] == {"connect": 2, "read": 7, "write": 7, "pool": 7}


def test_the_api_key_may_be_a_callable(server: Loopback, call: Caller) -> None:
    server.answer('{"data": []}')
    keys = iter(["one", "two"])

    def ask() -> str:
        return next(keys)

    def twice(venice: Any) -> Any:
        return venice.models.list()

    for expected in (b"Bearer one", b"Bearer two"):
        call(server.url, twice, api_key=ask)  # type: ignore[arg-type]
        assert header(server.requests[-1], b"authorization") == expected


def test_default_headers_and_query_are_sent_unless_the_call_replaces_them(server: Loopback, call: Caller) -> None:
    server.answer('{"data": []}')
    defaults: dict[str, Any] = {"default_headers": {"X-Team": " a "}, "default_query": {"team": "a", "n": [1, 2]}}
    call(server.url, lambda venice: venice.models.list(), **defaults)
    assert header(server.requests[0], b"x-team") == b"a"
    assert b"?team=a&n=1&n=2 " in server.requests[0]
    more: dict[str, Any] = {"extra_headers": {"x-team": "b"}, "extra_query": {"team": "b"}}
    call(server.url, lambda venice: venice.models.list(**more), **defaults)
    assert header(server.requests[1], b"x-team") == b"b"
    assert b"n=1&n=2&team=b " in server.requests[1]
    call(server.url, lambda venice: venice.request("GET", "/x?team=c"), **defaults)
    assert b"/x?n=1&n=2&team=c " in server.requests[2]


def test_with_options_adds_headers_shares_connections_and_keeps_the_rest() -> None:
    venice = Venice("k", default_headers={"X-A": "1"}, max_retries=5, timeout=3)
    for make in (venice.with_options, venice.copy):
        other = make(default_headers={"x-a": "2", "X-B": "3"}, timeout=None)
        assert dict(other.config.default_headers) == {"x-a": "2", "X-B": "3"}
        assert (other.max_retries, other.timeout) == (5, None)
        assert other._transport is venice._transport
        assert other.budget is venice.budget
    assert dict(venice.config.default_headers) == {"X-A": "1"}


def test_with_options_separates_connections_by_base_url_and_budget_by_key() -> None:
    venice = Venice("k")
    moved = venice.with_options(base_url="https://other.test/v1")
    assert moved._transport is not venice._transport
    assert moved.budget is not venice.budget
    keyed = venice.with_options(api_key="other")
    assert keyed._transport is venice._transport
    assert keyed.budget is not venice.budget
    assert (keyed.config.api_key, venice.config.api_key) == ("other", "k")


@pytest.mark.parametrize("make", [Venice, AsyncVenice])
def test_an_option_that_is_set_on_a_client_is_refused_with_what_to_do(make: Any) -> None:
    client = make("k")
    for name in fields_dict(Config):
        with pytest.raises(AttributeError, match=rf"^{name} of {make.__name__} cannot be set: with_options\({name}="):
            setattr(client, name, "other")
    client.own = 1  # what tracers and subclasses keep on a client


def test_a_copy_closes_its_own_connections_and_no_shared_ones(server: Loopback) -> None:
    server.answer("{}")
    client = OpenAI(api_key="k", base_url=server.url)
    shared, own = client.with_options(max_retries=0), client.with_options(max_retries=0)
    own.base_url = server.url + "/v2"
    for copied, is_open in ((shared, True), (own, False)):
        copied.get("/x")
        copied.close()
        assert (copied._transport._sender is not None) is is_open


class Nothing(Interceptor):
    pass


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda item: pickle.loads(pickle.dumps(item))])
def test_copies_and_pickles_keep_the_options_and_pickles_drop_secrets(make: Callable[[Venice], Venice]) -> None:
    headers = {"X-A": "1", "X-API-Key": "secret"}
    venice = Venice("secret", max_retries=7, default_headers=headers, interceptors=[Nothing()], check_models="strict")
    assert b"secret" not in pickle.dumps(venice)
    other = make(venice)
    assert (other.max_retries, other.check_models) == (7, "strict")
    assert other.config.default_headers["x-a" if "x-a" in other.config.default_headers else "X-A"] == "1"
    assert "secret" not in repr(other.config)


@pytest.mark.parametrize("make", [Venice, AsyncVenice, Venice(api_key="k").with_options])
def test_a_misspelt_option_is_refused_with_the_nearest_name(make: Any) -> None:
    with pytest.raises(
        ArgumentError, match="unexpected option 'max_retires' of the client; did you mean 'max_retries'"
    ):
        make(max_retires=3)
    with pytest.raises(ArgumentError, match="'proxies' of the client; did you mean 'proxy'"):
        make(proxies={"https": "http://localhost:9"})


def test_a_misspelt_option_does_not_show_its_value() -> None:
    with pytest.raises(TypeError) as caught:
        Venice(apikey="hidden-value")  # type: ignore[arg-type]
    assert caught.tb.tb_next is not None
    # Without the frame of this function, whose source has the value.
    frames = traceback.TracebackException(caught.type, caught.value, caught.tb.tb_next, capture_locals=True)
    shown = "".join(frames.format())
    assert "apikey" in shown
    assert "hidden-value" not in shown
