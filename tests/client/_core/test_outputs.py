"""
No output contains the key: no repr, error, pickle or log, and no traceback with local variables.

A table of failures, each over every transport, is shown in every form that reporting tools use. A server echoes the key
in every part of a response.
"""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import pickle
import pprint
import reprlib
import socket
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pydantic
import pytest

from tests.client._core.leaks import GATEWAY, KEY, QUERY, leaks
from tests.table import table
from venice_client import AsyncVenice, Venice, VeniceError


def body(status: str, more: str, content: bytes) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\n{more}\r\n".encode() + content


ECHO = f"CF-RAY: {KEY}\r\nX-Debug: {KEY} {GATEWAY}\r\n"
TYPE = "Content-Type: application/json\r\n"
RESPONSES: dict[str, bytes] = {
    "status line": f"HTTP/1.1 2xx {KEY}\r\n\r\n".encode(),
    "version": f"HTTP/{KEY} 200 OK\r\n\r\n".encode(),
    "header": f"HTTP/1.1 200 OK\r\n{KEY} {GATEWAY}\r\n\r\n".encode(),
    "header value": f"HTTP/1.1 200 OK\r\nX-A: {KEY}\x00\r\n\r\n".encode(),
    "length": f"HTTP/1.1 200 OK\r\nContent-Length: {KEY}\r\n\r\n".encode(),
    "chunk header": f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{KEY}\r\nabc\r\n".encode(),
    "cut": f"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n{ECHO}\r\n{KEY}".encode(),
    "gzip": body("200 OK", f"Content-Encoding: gzip\r\n{TYPE}{ECHO}", KEY.encode()),
    "message": body(
        "400 Bad", TYPE + ECHO, json.dumps({"error": f"bad key {KEY}", "details": {KEY: GATEWAY}}).encode()
    ),
    "code": body("401 No", TYPE + ECHO, json.dumps({"error": {"code": KEY, "message": f"Bearer {KEY}"}}).encode()),
    "issues": body("422 No", TYPE, json.dumps({"error": [{"message": KEY, "path": [QUERY]}]}).encode()),
    "page": body("403 No", "Content-Type: text/html\r\n", f"<html><title>{KEY}</title>{GATEWAY}</html>".encode()),
    "plain": body("500 No", ECHO, f"{KEY}{GATEWAY}{QUERY}".encode()),
    "percent": body("400 No", TYPE, json.dumps({"error": f"?k={KEY.replace('-', '%2D')} {KEY}"}).encode()),
    "reason": f"HTTP/1.1 429 {KEY}\r\nContent-Length: 0\r\nRetry-After: {KEY}\r\n\r\n".encode(),
    "redirect": body("302 Found", f"Location: https://elsewhere.example/?key={KEY}\r\n", b""),
    "no JSON": body("200 OK", TYPE + ECHO, f"not JSON {KEY}".encode()),
    "other type": body("200 OK", f"Content-Type: text/{KEY}\r\n{ECHO}", f"text {KEY}".encode()),
    "html": body("200 OK", f"Content-Type: text/html\r\n{ECHO}", f"<html>{KEY}".encode()),
    "error in 200": body("200 OK", TYPE + ECHO, json.dumps({"error": f"{KEY} {GATEWAY}"}).encode()),
    "nothing": b"",
}


def events(*lines: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    return head + b"".join(line + b"\n\n" for line in lines)


SOUND = b'data: {"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "a"}}]}'
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n"
STREAMS: dict[str, bytes] = {
    "comment": events(SOUND, b": " + KEY.encode()),
    "no JSON": events(SOUND, b"data: {" + KEY.encode()),
    "no UTF-8": events(SOUND, b"data: \xff" + KEY.encode()),
    "error": events(SOUND, b'data: {"error": {"message": "bad key %s"}}' % KEY.encode()),
    "no event": events(b'["%s"]' % KEY.encode()),
    "name": events(SOUND, b"event: " + KEY.encode() + b"\ndata: {"),
    "cut": CHUNKED + b": " + KEY.encode(),
}
"""Streams that break off after bytes with a key."""


@contextmanager
def serve(content: bytes) -> Iterator[str]:
    """Answer every connection with the same bytes."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=64)) as listener:

        def run() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                with closing(peer):
                    peer.settimeout(5)
                    try:
                        peer.recv(65536)
                        peer.sendall(content)
                        peer.shutdown(socket.SHUT_WR)
                        while peer.recv(65536):
                            pass
                    except OSError:
                        pass

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def options(url: str, library: str) -> dict[str, Any]:
    return {
        "base_url": url,
        "transport": library,
        "max_retries": 0,
        "timeout": 5.0,
        "default_headers": {"X-Gateway-Token": GATEWAY, "Cookie": f"session={GATEWAY}"},
        "default_query": {"subscription-key": QUERY},
        "api_key": KEY,
    }


def call(venice: Any) -> Any:
    return venice.models.list(extra_headers={"X-Api-Key": GATEWAY})


def stream(venice: Any) -> Any:
    return venice.chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}], stream=True)


def failure(url: str, how: str, library: str, make: Callable[[Any], Any]) -> BaseException:
    """Make a call that fails, and return the error with its traceback."""
    try:
        if how == "sync":
            with Venice(**options(url, library)) as venice:
                found = make(venice)
                if make is stream:
                    found.final()
        else:

            async def run() -> None:
                async with AsyncVenice(**options(url, library)) as venice:
                    found = await make(venice)
                    if make is stream:
                        await found.final()

            asyncio.run(run())
    except VeniceError as error:
        return error
    raise AssertionError("the call did not fail")


def own_frames(error: BaseException) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the local variables of this package's frames, in the tracebacks of an error and of its causes."""
    link: BaseException | None = error
    while link is not None:
        for frame, line in traceback.walk_tb(link.__traceback__):
            if frame.f_globals.get("__name__", "").startswith("venice_client."):
                yield f"{frame.f_code.co_name}:{line}", dict(frame.f_locals)
        link = link.__cause__ or link.__context__


def shown(error: BaseException) -> dict[str, str]:
    """Return an error in every form in which reports show it."""
    outputs = {
        "text": f"{error}",
        "repr": repr(error),
        "args": repr(error.args),
        "fields": repr(vars(error)),
        "pprint": pprint.pformat(vars(error), width=200),
        "pickle": pickle.dumps(error).decode("latin-1"),
        "copy": repr(vars(copy.deepcopy(error))),
        "traceback": "".join(traceback.format_exception(error)),
    }
    link: BaseException | None = error
    while link is not None:
        outputs[f"behind it: {type(link).__name__}"] = f"{link!r} {link} {link.args!r}"
        link = link.__cause__ or link.__context__
    for place, variables in own_frames(error):
        for name, value in variables.items():
            outputs[f"{place} {name} content"] = repr(getattr(value, "content", ""))  # cgitb shows attributes
            try:
                outputs[f"{place} {name}"] = f"{value!r} {reprlib.repr(value)} {pprint.pformat(value)} {value!a}"
            except AttributeError:  # an object that is not fully initialized may have no repr
                outputs[f"{place} {name}"] = repr(getattr(value, "__dict__", {}))
            if isinstance(value, dict | list | tuple):
                outputs[f"{place} {name} shortened"] = repr([item[:9] for item in value if isinstance(item, str)])
    return outputs


HOW = [("sync", "httpx"), ("async", "httpx"), ("async", "aiohttp"), ("sync", "httpx2")]


@pytest.mark.parametrize("how", HOW, ids="-".join)
@pytest.mark.parametrize("response", RESPONSES.values(), ids=RESPONSES)
def test_no_error_or_stack_frame_shows_a_secret(how: tuple[str, str], response: bytes) -> None:
    with serve(response) as url:
        for make in (call, stream):
            error = failure(url, *how, make)
            outputs = shown(error)
            assert len(outputs) >= 20, "the frames of the package are looked at"
            assert leaks(outputs) == []


@table("how", HOW)
@table("response", STREAMS.values())
def test_no_stack_frame_of_a_stream_shows_a_secret_echoed_by_the_server(how: tuple[str, str], response: bytes) -> None:
    with serve(response) as url:
        error = failure(url, *how, stream)
    assert leaks(shown(error)) == []


def order(venice: Any) -> Any:
    return venice.video.submit(model="m", prompt="x", duration="5s")


@pytest.mark.parametrize("how", HOW, ids="-".join)
@pytest.mark.parametrize(
    "response",
    [body("200 OK", TYPE + ECHO, json.dumps({"model": KEY}).encode()), RESPONSES["html"]],
    ids=["no id", "html"],
)
def test_an_invalid_response_to_a_video_order_shows_no_secret(how: tuple[str, str], response: bytes) -> None:
    with serve(response) as url:
        error = failure(url, *how, order)
    assert leaks(shown(error)) == []


class Typed(pydantic.BaseModel):
    model: int


@table("how", HOW)
@table("kind", [list[int], Typed])
def test_a_response_of_another_type_than_requested_shows_no_secret(how: tuple[str, str], kind: Any) -> None:
    with serve(body("200 OK", TYPE + ECHO, json.dumps({"model": KEY}).encode())) as url:
        error = failure(url, *how, lambda venice: venice.request("GET", "/new", cast_to=kind))
    assert "does not fit cast_to" in str(error)
    assert leaks(shown(error)) == []


@pytest.mark.parametrize("how", HOW, ids="-".join)
def test_a_refused_connection_shows_no_secret(how: tuple[str, str]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    assert leaks(shown(failure(url, *how, call))) == []


def test_no_representation_of_a_client_shows_a_secret() -> None:
    for kind in (Venice, AsyncVenice):
        venice: Any = kind(**options("http://127.0.0.1:9", "httpx"), proxy=f"http://user:{GATEWAY}@proxy.example:1")
        other = venice.with_options(api_key=KEY, default_headers={"Authorization": f"Bearer {KEY}"})
        outputs = {}
        for client in (venice, other):
            for name, thing in {"client": client, "config": client.config, "images": client.images}.items():
                own = {slot: getattr(thing, slot) for slot in getattr(type(thing), "__slots__", ()) if slot[:2] != "__"}
                for title, view in {"repr": thing, "vars": {**getattr(thing, "__dict__", {}), **own}}.items():
                    outputs[f"{name} {title}"] = f"{view!r} {pprint.pformat(view)} {view!a} {reprlib.repr(view)}"
            outputs["pickle"] = pickle.dumps(client).decode("latin-1")
            outputs["network"] = repr(client.config.network)
        assert leaks(outputs) == []
        assert venice.config.api_key == KEY
        assert f"{venice.config.default_headers['Cookie']}" == f"session={GATEWAY}"


WRONG: list[dict[str, Any]] = [
    {"timeout": -1},
    {"base_url": f"https://user:{KEY}@host.example"},
    {"base_url": f"https://host.example/?key={KEY}"},
    {"base_url": f"{KEY}@x"},
    {"auth": KEY},
    {"api_key": f"{KEY} {KEY}"},
    {"proxy": f"ftp://user:{KEY}@host.example"},
    {"default_headers": {"X-Token": f"{KEY}\n"}},
    {"default_headers": {"X-Token": KEY, "bad name": "x"}},
    {"max_retries": "2"},
]


@table("change", WRONG)
def test_a_refused_option_shows_no_secret(change: dict[str, Any]) -> None:
    for kind in (Venice, AsyncVenice):
        with pytest.raises(VeniceError) as constructed:
            kind(**{**options("http://127.0.0.1:9", "httpx"), **change})
        assert leaks(shown(constructed.value)) == []
        venice = kind(KEY, base_url="http://127.0.0.1:9")
        if change.keys() <= {"auth"}:
            continue
        with pytest.raises(VeniceError) as changed:
            venice.with_options(**change)
        assert leaks(shown(changed.value)) == []


class Wallet:
    """A signer that returns a secret."""

    def sign_in_with_x(self, _method: str, _url: str) -> str:
        return GATEWAY


CREDENTIALS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "callable": (lambda: KEY, (KEY,)),
    "headers": (lambda: {"Authorization": f"Bearer {KEY}", "X-Any": GATEWAY}, (KEY, GATEWAY)),
    "unfit key": (lambda: f"{KEY} {KEY}", (KEY,)),
    "unfit header": (lambda: {"Authorization": f"Bearer {KEY}\n{KEY}"}, (KEY,)),
    "signer": (Wallet(), (GATEWAY,)),
}


@pytest.mark.parametrize(("auth", "secrets"), CREDENTIALS.values(), ids=CREDENTIALS)
def test_credentials_of_an_attempt_are_not_shown(auth: Any, secrets: tuple[str, ...]) -> None:
    with serve(RESPONSES["message"]) as url, pytest.raises(VeniceError) as raised:
        Venice(auth=auth, base_url=url, max_retries=0).x402.balance(wallet_address="0x" + "0" * 40)
    assert leaks(shown(raised.value), secrets=secrets) == []


@pytest.mark.parametrize("option", ["api_key", "auth"])
@pytest.mark.parametrize(
    "value", [KEY.encode(), [KEY], (KEY,), {"key": KEY}, {KEY}], ids=lambda value: type(value).__name__
)
def test_a_key_of_a_wrong_type_is_named_by_its_type_and_not_shown(option: str, value: Any) -> None:
    wrong: dict[str, Any] = {option: value}
    for make in (Venice, AsyncVenice, Venice("another-key").with_options):
        with pytest.raises(VeniceError, match=f"got {type(value).__name__}$") as raised:
            make(**wrong)
        assert leaks(shown(raised.value)) == []


def test_a_secret_in_a_list_is_not_shown() -> None:
    with Venice(KEY, base_url="http://127.0.0.1:9", max_retries=0) as venice:
        headers: Any = {"X-Api-Key": [GATEWAY]}
        for options in ({"extra_headers": headers}, {"extra_query": {"api_key": [GATEWAY], "page": "\n"}}):
            with pytest.raises(VeniceError) as raised:
                venice.models.list(**options)
            assert leaks(shown(raised.value)) == []


def test_debug_logs_show_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serve(body("500 No", "", b"no")) as url:
        venice = Venice(KEY, base_url=url, max_retries=1)
        with pytest.raises(VeniceError):
            venice.models.list(extra_headers={"X-Api-Key": GATEWAY})
    assert caplog.records
    assert leaks({"log": caplog.text}) == []


def test_plain_http_to_another_host_warns_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENICE_BASE_URL", raising=False)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(3):
            Venice(KEY, base_url="http://plain.example/v1")
            Venice(KEY, base_url="http://PLAIN.example:8080")
        for quiet in ("http://localhost:1", "http://127.8.8.8", "http://[::1]:2", "https://a.example", None):
            Venice(KEY, base_url=quiet)
    assert [(item.category.__name__, "plain.example" in str(item.message)) for item in caught] == [
        ("PlainHTTPWarning", True)
    ]
    assert caught[0].filename == __file__
