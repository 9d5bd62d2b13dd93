"""`venice.request` and its shortcuts: any body, any result type, and only paths below the base URL."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pydantic
import pytest

from tests.client._core.calls import header
from tests.table import table
from venice_client import UNSET, BinaryContent, ResponseDecodeError, StreamInterrupted, Venice
from venice_client._core.errors import RateLimitError, RequestValidationError, ServerError
from venice_client.models import ChatCompletionRequest, ModelList, Quote

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback


class Fields(pydantic.BaseModel):
    name: str


def post(venice: Any, path: str = "/new", **options: Any) -> Any:
    return venice.request("POST", path, **options)


def head_and_body(request: bytes) -> tuple[str, bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    return head.decode().lower(), body


BODIES: list[tuple[dict[str, Any], str, bytes]] = [
    ({"json": {"a": [1, None]}}, "application/json", b'{"a":[1,null]}'),
    ({"json": None}, "application/json", b"null"),
    ({"json": {"a": 1}, "extra_body": {"b": 2}}, "application/json", b'{"a":1,"b":2}'),
    ({"content": b"\0\1"}, "application/octet-stream", b"\0\1"),
    ({"content": "h\u00e4"}, "application/octet-stream", "h\u00e4".encode()),
    ({"content": "a,b", "extra_headers": {"content-type": "text/csv"}}, "text/csv", b"a,b"),
    ({"data": {"a": ["x", 2], "b": []}}, "application/x-www-form-urlencoded", b"a=x&a=2"),
    ({"data": {"a": "x y", "n": 1}}, "application/x-www-form-urlencoded", b"a=x+y&n=1"),
]


@pytest.mark.parametrize(("options", "media_type", "sent"), BODIES)
def test_a_body_is_sent_unchanged_with_its_media_type(
    server: Loopback, call: Caller, options: dict[str, Any], media_type: str, sent: bytes
) -> None:
    server.answer("{}")
    call(server.url, partial(post, **options))
    head, body = head_and_body(server.requests[0])
    assert f"\r\ncontent-type: {media_type}\r\n" in f"{head}\r\n"
    assert body == sent


def test_files_and_data_are_sent_as_one_multipart_form(server: Loopback, call: Caller) -> None:
    server.answer("{}")
    file = io.BytesIO(b"abc")
    for files in (
        {"f": ("a.txt", file, "text/plain"), "g": b"xyz"},
        [("f", ("a.txt", file, "text/plain")), ("g", b"xyz")],
    ):
        call(server.url, partial(post, files=files, data={"note": "n"}))
        head, body = head_and_body(server.requests[-1])
        assert "content-type: multipart/form-data; boundary=" in head
        for part in (
            b'name="note"\r\n\r\nn\r\n',
            b'name="f"; filename="a.txt"',
            b"text/plain\r\n\r\nabc",
            b"\r\nxyz\r\n",
        ):
            assert part in body


def test_a_retry_sends_the_file_again(server: Loopback, call: Caller) -> None:
    server.answer("{}", status=429, headers={"Retry-After": "0"})
    server.answer('{"ok": 1}')
    call(server.url, partial(post, content=io.BytesIO(b"abc" * 1000)), max_retries=1)
    assert [request.count(b"abc") for request in server.requests] == [1000, 1000]


def test_a_body_from_an_iterator_is_not_retried(server: Loopback, call: Caller) -> None:
    server.answer("{}", status=429, headers={"Retry-After": "0"})
    with pytest.raises(RateLimitError, match="cannot be read a second time"):
        call(server.url, partial(post, content=iter([b"ab", b"cd"])), max_retries=1)
    assert len(server.requests) == 1


@dataclass
class Row:
    id: str
    size: int = 0


class Sized(pydantic.BaseModel):
    id: str
    size: int


CASTS: list[tuple[Any, Any]] = [
    (dict, {"id": "a", "size": 2}),
    (bytes, b'{"id": "a", "size": 2}'),
    (str, '{"id": "a", "size": 2}'),
    (Row, Row("a", 2)),
    (dict[str, Any], {"id": "a", "size": 2}),
    (object, {"id": "a", "size": 2}),
    (Sized | None, Sized(id="a", size=2)),
    (Fields | Sized, Sized(id="a", size=2)),
    (type(None), None),
]


@pytest.mark.parametrize(("cast_to", "value"), CASTS)
def test_cast_to_converts_the_response(server: Loopback, call: Caller, cast_to: Any, value: Any) -> None:
    server.answer('{"id": "a", "size": 2}')
    assert call(server.url, partial(post, cast_to=cast_to)) == value


def test_cast_to_accepts_lists_of_models(server: Loopback, call: Caller) -> None:
    server.answer('[{"id": "a", "size": 2}]')
    assert call(server.url, partial(post, cast_to=list[Sized])) == [Sized(id="a", size=2)]
    [model] = call(server.url, partial(post, cast_to=list[Quote]))
    assert (type(model), model.id, model.size) == (Quote, "a", 2)


def test_an_empty_body_is_no_value(server: Loopback, call: Caller) -> None:
    server.answer(b"", status=204)
    assert call(server.url, partial(post, cast_to=type(None))) is None
    with pytest.raises(ResponseDecodeError, match=r"the response is empty, and cast_to requires JSON: type\(None\)"):
        call(server.url, partial(post, cast_to=dict))


def test_cast_to_accepts_models_binary_content_and_httpx_response(server: Loopback, call: Caller) -> None:
    server.answer('{"data": [{"id": "m"}]}', headers={"CF-RAY": "ray"})
    models = call(server.url, partial(post, cast_to=ModelList))
    assert (models.data[0].id, models.meta.request_id) == ("m", "ray")
    assert call(server.url, partial(post, cast_to=BinaryContent)).media_type == "application/json"
    response = call(server.url, partial(post, cast_to=httpx.Response))
    assert (type(response), response.json()["data"][0]["id"], response.headers["cf-ray"]) == (
        httpx.Response,
        "m",
        "ray",
    )


@pytest.mark.parametrize(("body", "cast_to"), [("[1]", Row), ("words", dict), ("[]", ModelList), ('{"id": 5}', Row)])
def test_a_response_that_does_not_match_cast_to_raises_an_error_with_the_body(
    server: Loopback, call: Caller, body: str, cast_to: Any
) -> None:
    server.answer(body, "text/plain")
    with pytest.raises(ResponseDecodeError) as caught:
        call(server.url, partial(post, cast_to=cast_to))
    assert caught.value.body == body.encode()


def test_an_event_stream_is_returned_as_a_stream(server: Loopback, call: Caller) -> None:
    server.answer('data: {"n": 1}\n\ndata: {"n": 2}\n\ndata: [DONE]\n\n', "text/event-stream")
    assert call.stream(server.url, partial(post, json={"stream": True}, stream=True)) == [{"n": 1}, {"n": 2}]
    assert "accept: text/event-stream" in head_and_body(server.requests[0])[0]
    server.answer('data: {"error": {"message": "busy", "code": 503}}\n\n', "text/event-stream")
    server.answer('data: {"error": {"message": "busy", "code": 503}}\n\n', "text/event-stream")
    call.stream(server.url, partial(post, stream=True))
    with pytest.raises(ServerError, match="busy"):
        call.stream(server.url, partial(post, stream=True))


def test_the_events_of_an_unknown_path_end_with_the_body_and_those_of_a_chat_do_not(
    server: Loopback, call: Caller
) -> None:
    server.events(b'data: {"n": 1}\n\n', b"data: 2\n\n")
    for event in (b'{"choices": []}', b'{"type": "response.created"}'):
        server.events(b"data: " + event + b"\n\n")
    assert call.stream(server.url, partial(post, stream=True)) == [{"n": 1}, 2]
    for _ in range(2):
        with pytest.raises(StreamInterrupted, match="ended before it was complete"):
            call.stream(server.url, partial(post, stream=True))


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_each_http_method_has_a_client_method(server: Loopback, call: Caller, method: str) -> None:
    server.answer('{"a": 1}')
    query: dict[str, Any] = {"extra_query": {"q": "1"}, "query": {"r": "2"}, "extra_headers": {"X-A": "b"}}
    assert call(server.url, lambda venice: getattr(venice, method)("/x", cast_to=dict, **query)) == {"a": 1}
    head, _ = head_and_body(server.requests[0])
    assert head.startswith(f"{method} /api/v1/x?")
    assert "q=1" in head
    assert "r=2" in head
    assert "\r\nx-a: b" in head


@table(
    "path",
    [
        "/../x",
        "/a/..",
        "/%2e%2e/x",
        "/%2E./x",
        "/a%2f..%2fx",
        "/%252e%252e/x",
        "/a\\..\\x",
        "/%5c..",
        "https://h/x",
        "//h/x",
    ],
)
def test_a_path_that_leads_out_of_the_base_url_is_refused(path: str) -> None:
    with pytest.raises(RequestValidationError, match=r"leads out of|must be relative to"):
        Venice("k").request("GET", path)


def test_dots_within_a_path_segment_are_allowed(server: Loopback, call: Caller) -> None:
    server.answer("{}")
    call(server.url, partial(post, path="/v1.2/..a/b%2e.json"))
    assert b" /api/v1/v1.2/..a/b%2e.json " in server.requests[0]


@table(
    ("options", "text"),
    [
        ({"json": 1, "data": {"a": 1}}, "pass one body, got json and data"),
        ({"content": 5}, "content must be bytes, str, an open file or an iterable of bytes, got 5"),
        ({"content": Fields(name="a")}, "an iterable of bytes, got Fields"),
        ({"content": ChatCompletionRequest(model="m", messages=[])}, "got ChatCompletionRequest"),
        ({"files": b"x"}, "files must be a mapping of field names to files or a list of (name, file), got bytes"),
        ({"files": {1: b"x"}}, "files must be a mapping with names of type str, got dict"),
        ({"content": "\ud83d"}, "content cannot be written in UTF-8"),
        ({"data": [1]}, "data must be a mapping"),
        ({"stream": 1}, "stream must be True or False, got 1"),
        ({"cast_to": 5}, "cast_to must be a type, got int"),
        ({"jsn": {}}, "unexpected argument 'jsn'"),
        ({"body": {}}, "unexpected argument 'body'; did you mean 'json'"),
        ({"stream": True, "cast_to": dict}, "pass cast_to or stream=True"),
        ({"timeout": -1}, "timeout must be a finite number of seconds > 0"),
    ],
)
def test_invalid_options_are_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(RequestValidationError) as caught:
        Venice("k").request("POST", "/x", **options)
    assert text in str(caught.value)


def test_the_json_option_accepts_models(server: Loopback, call: Caller) -> None:
    server.answer("{}")
    call(server.url, partial(post, json=[ModelList.from_dict({"object": "list"})]))
    assert json.loads(head_and_body(server.requests[0])[1]) == [{"object": "list"}]


@pytest.mark.parametrize("absent", [None, UNSET])
def test_a_header_that_is_none_is_not_sent_though_the_client_has_it(
    server: Loopback, call: Caller, absent: Any
) -> None:
    server.answer("{}")
    options: dict[str, Any] = {"default_headers": {"X-Test": "1", "X-Kept": "2"}}
    call(server.url, lambda venice: venice.request("GET", "/x", headers={"x-test": absent}), **options)
    call(server.url, lambda venice: venice.get("/x", extra_headers={"X-TEST": absent}), **options)
    call(server.url, lambda venice: venice.models.list(extra_headers={"X-TEST": absent}), **options)
    assert len(server.requests) == 3
    for request in server.requests:
        assert (header(request, "X-Test"), header(request, "X-Kept")) == ([], ["2"])
