"""An operation and its arguments become exactly the request that the contract describes, or a list of problems."""

from __future__ import annotations

import asyncio
import datetime
import io
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from email import message_from_bytes
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.table import table
from venice_client import RequestValidationError, Venice, models
from venice_client._core.client import AsyncClient, SyncClient
from venice_client._core.request.body import choose_body
from venice_client._core.request.build import build as fill
from venice_client._core.request.call import Request
from venice_client._core.schema.operation import Operation, Parameter
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import Anything, Binary, Dictionary, Ref
from venice_client.api import OPERATIONS
from venice_client.models import ImageEdit, ImageEditForm, ImageMultiEdit, ImageMultiEditForm

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback


CHECKED, UNCHECKED = Venice("a-key"), Venice("a-key", validate=False)


def build(
    operation: Operation,
    arguments: Any,
    body: Any = UNSET,
    *,
    media_type: str | None = None,
    options: Any = None,
    venice: Venice = UNCHECKED,
) -> Request:
    """Build a request, by default without validation: most of these tests are about serialization."""
    return fill(venice._request(operation, arguments, body, media_type, options, None))


EDIT = OPERATIONS["POST /image/edit"]
MULTI = OPERATIONS["POST /image/multi-edit"]
RPC = OPERATIONS["POST /crypto/rpc/{network}"]
CHAT = OPERATIONS["POST /chat/completions"]
PNG = b"\x89PNG\r\n\x1a\n\x00\xff"


def operation(*parameters: Parameter, path: str = "/x", **more: Any) -> Operation:
    return Operation(method="POST", path=path, name="x.y", module="x", parameters=parameters, **more)


def parameter(name: str, location: str = "query", **more: Any) -> Parameter:
    return Parameter(name=name.lower().replace("-", "_"), wire=name, location=location, shape=Anything(), **more)


def json_of(call: Request) -> Any:
    assert isinstance(call.content, bytes)
    return json.loads(call.content)


def problems(*arguments: Any, **options: Any) -> tuple[str, ...]:
    with pytest.raises(RequestValidationError) as caught:
        build(*arguments, **options)
    return caught.value.problems


def checked_problems(*arguments: Any, **options: Any) -> tuple[str, ...]:
    with pytest.raises(RequestValidationError) as caught:
        build(*arguments, **options, venice=CHECKED)
    return caught.value.problems


# ---- paths

ITEM = operation(parameter("slug", "path", required=True), path="/characters/{slug}/reviews")


@table(
    ("value", "expected"),
    [
        ("alan", "alan"),
        ("a/b", "a%2Fb"),
        ("a?b#c", "a%3Fb%23c"),
        ("a b", "a%20b"),
        ("ä→", "%C3%A4%E2%86%92"),
        ("50%", "50%25"),
        ("{slug}", "%7Bslug%7D"),
        ("a\nb", "a%0Ab"),
        ("../x", "..%2Fx"),
        ("...", "..."),
        (7, "7"),
        (True, "true"),
    ],
)
def test_a_path_parameter_is_escaped_to_one_path_segment(value: Any, expected: str) -> None:
    assert build(ITEM, {"slug": value}).path == f"/characters/{expected}/reviews"


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_empty_and_dot_path_parameters_are_refused(value: str) -> None:
    (problem,) = problems(ITEM, {"slug": value})
    assert problem.startswith("slug: ")


def test_a_value_that_utf_8_cannot_encode_is_refused() -> None:
    assert problems(ITEM, {"slug": "a\ud800"})
    assert problems(operation(parameter("q")), {"q": "a\ud800"})
    assert problems(CHAT, {}, {"model": "a\ud800"})
    assert problems(operation(parameter("c", "cookie")), {"c": "a\ud800"})


@given(value=st.text(min_size=1).filter(lambda text: text not in {".", ".."}))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_any_text_survives_as_a_path_parameter(value: str) -> None:
    segment = build(ITEM, {"slug": value}).path.split("/")[2]
    assert unquote(segment) == value
    assert re.fullmatch(r"[A-Za-z0-9_.~%-]+", segment)


def test_placeholders_in_path_values_are_not_filled() -> None:
    both = operation(parameter("a", "path"), parameter("b", "path"), path="/{a}/{b}")
    assert build(both, {"a": "{b}", "b": "x"}).path == "/%7Bb%7D/x"


# ---- queries


@table(
    ("style", "explode", "value", "expected"),
    [
        ("form", True, "a", [("q", "a")]),
        ("form", True, ["a", "b"], [("q", "a"), ("q", "b")]),
        ("form", True, ("a", None, "b"), [("q", "a"), ("q", "b")]),
        ("form", True, [], []),
        ("form", False, ["a", "b"], [("q", "a,b")]),
        ("spaceDelimited", False, ["a", "b"], [("q", "a b")]),
        ("pipeDelimited", False, ["a", "b"], [("q", "a|b")]),
        ("deepObject", True, {"a": 1, "b": True}, [("q[a]", "1"), ("q[b]", "true")]),
        ("form", True, True, [("q", "true")]),
        ("form", True, False, [("q", "false")]),
        ("form", True, 5, [("q", "5")]),
        ("form", True, 0.5, [("q", "0.5")]),
        ("form", True, {"a": "ä"}, [("a", "ä")]),
        ("form", True, datetime.date(2026, 1, 2), [("q", "2026-01-02")]),
        ("form", True, "", [("q", "")]),
        ("form", True, None, []),
        ("form", True, UNSET, []),
    ],
)
def test_query_parameters_are_written_in_their_style(style: str, explode: bool, value: Any, expected: Any) -> None:
    assert build(operation(parameter("q", style=style, explode=explode)), {"q": value}).query == expected


@given(value=st.text())
@settings(derandomize=True, max_examples=50, deadline=None)
def test_any_text_can_be_a_query_parameter(value: str) -> None:
    assert build(operation(parameter("q")), {"q": value}).query == [("q", value)]


def test_the_server_receives_the_query_parameters_unchanged(server: Loopback, call: Caller) -> None:
    server.answer("{}")
    requested = {"search": "a&b=c d/ä+%", "tags": ["x", "y"], "is_adult": "true", "limit": 5}
    call(server.url, lambda venice: venice.characters.list(**requested))
    target = server.requests[0].split(b" ")[1].decode()
    assert parse_qsl(target.partition("?")[2]) == [
        ("isAdult", "true"),
        ("limit", "5"),
        ("search", "a&b=c d/ä+%"),
        ("tags", "x"),
        ("tags", "y"),
    ]


# ---- headers and cookies


def test_header_and_cookie_parameters_are_sent() -> None:
    made = build(
        operation(
            parameter("X-One", "header"),
            parameter("X-Many", "header"),
            parameter("a", "cookie"),
            parameter("b", "cookie"),
        ),
        {"x_one": True, "x_many": ["1", 2], "a": "1;2", "b": "ä"},
    )
    assert made.headers == {"X-One": "true", "X-Many": "1,2", "Cookie": "a=1%3B2; b=%C3%A4"}


@pytest.mark.parametrize(
    "value", ["sec\nret", "sec\rret", "secret\n", "sec\0ret", "sec\x7fret", "secret\u2028", "sécret"]
)
def test_an_invalid_header_value_is_refused_and_not_shown(value: str) -> None:
    texts = [
        *problems(operation(parameter("X-Sign", "header")), {"x_sign": value}),
        *problems(operation(), {}, options={"extra_headers": {"X-Sign": value}}),
    ]
    assert len(texts) == 2
    for text in texts:
        assert "'X-Sign'" in text
        assert "ret" not in text


@pytest.mark.parametrize("name", ["X\nSign", "X Sign", "X:Sign", "", "Ä"])
def test_an_invalid_header_name_is_refused(name: str) -> None:
    assert len(problems(operation(), {}, options={"extra_headers": {name: "1"}})) == 1


def test_a_header_value_that_is_not_str_is_refused() -> None:
    options: Any = {"extra_headers": {"X-N": 5}}
    assert "'X-N'" in problems(operation(), {}, options=options)[0]


def test_spaces_around_a_header_value_are_stripped() -> None:
    made = build(operation(), {}, options={"extra_headers": {"X-Sign": " a\tb "}})
    assert made.headers["X-Sign"] == "a\tb"


def test_accept_lists_the_media_types_of_success_or_event_stream_when_streaming() -> None:
    assert build(EDIT, {}, {}).headers["Accept"] == "image/jpeg, image/png, image/webp"
    assert build(CHAT, {}, {}).headers["Accept"] == "application/json"
    assert build(CHAT, {}, {"stream": True}).headers["Accept"] == "text/event-stream"
    assert "Accept" not in build(operation(), {}).headers


# ---- missing values


def test_every_problem_is_reported_at_once() -> None:
    needy = operation(
        parameter("id", "path", required=True),
        parameter("q", required=True),
        parameter("X-Sign", "header", required=True),
        path="/x/{id}",
        bodies={"application/json": Anything()},
        body_required=True,
    )
    found = checked_problems(needy, {"id": "..", "x_sign": None}, options={"extra_headers": {"X-Bad": "a\n"}})
    assert [text.split(":")[0] for text in found] == ["id", "q", "x_sign", "body", found[-1].split(":")[0]]
    assert "'X-Bad'" in found[-1]


# ---- extras


def test_extra_options_override_the_values_of_the_operation() -> None:
    made = build(
        operation(
            parameter("q"),
            parameter("X-One", "header"),
            bodies={"application/json": Dictionary()},
            results={"200": {"application/json": Anything()}},
        ),
        {"q": "own", "x_one": "own"},
        {"a": 1, "b": {"c": 1}},
        options={
            "extra_headers": {"x-one": "extra", "accept": "text/csv", "Content-Type": "application/x+json"},
            "extra_query": {"q": ["x", 2], "more": True, "none": None},
            "extra_body": {"b": 2, "d": models.TextPart(type="text", text="t"), "e": UNSET},
            "timeout": 3,
        },
    )
    assert made.query == [("q", "x"), ("q", "2"), ("more", "true")]
    assert made.headers == {"x-one": "extra", "accept": "text/csv", "Content-Type": "application/x+json"}
    assert json_of(made) == {"a": 1, "b": 2, "d": {"type": "text", "text": "t"}}
    assert made.timeout == 3


def test_extra_query_none_removes_a_query_parameter() -> None:
    assert build(operation(parameter("q")), {"q": "own"}, options={"extra_query": {"q": None}}).query == []


def test_extra_body_alone_creates_a_body() -> None:
    optional = operation(bodies={"application/json": Dictionary()})
    assert build(optional, {}).content is None
    assert json_of(build(optional, {}, options={"extra_body": {"a": 1}})) == {"a": 1}


def test_extra_body_is_refused_for_a_body_that_is_a_list() -> None:
    (text,) = problems(RPC, {"network": "base"}, [{"id": 1}], options={"extra_body": {"a": 1}})
    assert "extra_body" in text


def test_a_body_is_refused_for_an_operation_without_a_body() -> None:
    assert problems(operation(), {}, {"a": 1}) == ("body: POST /x takes no body",)


# ---- JSON


@table("content", [b"abc", bytearray(b"abc"), memoryview(b"abc"), io.BytesIO(b"abc")])
@table("wrap", [lambda c: c, lambda c: [1, {"deep": c}], lambda c: ("a.png", c)])
def test_a_file_in_a_json_body_is_refused_with_its_path(content: Any, wrap: Any) -> None:
    (text,) = problems(EDIT, {}, {"prompt": "p", "image": wrap(content)}, media_type="application/json")
    assert text.startswith("image")
    assert "JSON" in text
    assert "abc" not in text


def test_a_mapping_with_a_file_is_sent_as_a_form_if_the_operation_has_one() -> None:
    call = build(EDIT, {}, {"prompt": "p", "image": ("a.png", b"abc", "image/png")})
    assert call.form is not None
    assert dict(call.form)["image"] == ("a.png", b"abc", "image/png")
    assert build(EDIT, {}, {"prompt": "p", "image": "YWJj"}).form is None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_nan_and_infinity_are_refused_in_json(value: float) -> None:
    (text,) = problems(CHAT, {}, {"temperature": value})
    assert "temperature" in text


@pytest.mark.parametrize("value", [object(), {1, object()}, lambda: 1])
def test_a_value_that_json_cannot_represent_is_refused(value: Any) -> None:
    (text,) = problems(CHAT, {}, {"messages": value})
    assert text.startswith("body: ")


def test_a_body_that_contains_itself_is_refused() -> None:
    loop: dict[str, Any] = {}
    loop["loop"] = loop
    (text,) = problems(CHAT, {}, loop)
    assert text.startswith("body: ")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(0.5), 0.5),
        (np.float32(0.5), 0.5),
        (np.array(0.5), 0.5),
        (np.int64(1), 1),
        (Decimal("0.5"), 0.5),
        (Fraction(1, 2), 0.5),
    ],
)
def test_numbers_of_numpy_and_of_the_standard_library_are_sent_as_numbers(
    server: Loopback, value: Any, expected: float
) -> None:
    server.answer("{}")
    arguments: dict[str, Any] = {"temperature": value, "extra_body": {"more": [value, {"x": np.bool_(True)}]}}
    with Venice("a-key", base_url=server.url) as venice:
        venice.chat.completions.create(model="m", messages=[{"role": "user", "content": np.str_("a")}], **arguments)
    sent = json.loads(server.requests[0].partition(b"\r\n\r\n")[2])
    assert (sent["temperature"], sent["more"]) == (expected, [expected, {"x": True}])
    assert type(sent["temperature"]) is type(expected)
    assert sent["messages"][0]["content"] == "a"


def test_a_decimal_that_is_no_number_is_refused() -> None:
    wrong: dict[str, Any] = {"temperature": Decimal("nan")}
    with pytest.raises(RequestValidationError, match="temperature"):
        Venice("a-key").chat.completions.create(model="m", messages=[], **wrong)


def test_json_is_encoded_as_utf_8_without_escapes() -> None:
    made = build(CHAT, {}, {"model": "mödel→", "when": datetime.date(2026, 1, 2)})
    assert made.content == '{"model":"mödel→","when":"2026-01-02"}'.encode()
    assert made.headers["Content-Type"] == "application/json"


def test_a_json_rpc_batch_is_sent_as_a_list() -> None:
    one = models.JsonRpcRequest(id=1, jsonrpc="2.0", method="eth_blockNumber", params=[])
    assert json_of(build(RPC, {"network": "base"}, [one, {"id": 2}])) == [one.to_dict(), {"id": 2}]


@pytest.mark.parametrize(
    ("value", "streamed"), [(True, True), (False, False), (None, False), ("true", False), (1, False)]
)
def test_only_stream_true_makes_a_call_an_event_stream(value: Any, streamed: bool) -> None:
    assert build(CHAT, {}, {"stream": value}).is_event_stream is streamed
    assert build(EDIT, {}, {"stream": value}).is_event_stream is False
    assert build(CHAT, {}, {}, options={"extra_body": {"stream": value}}).is_event_stream is streamed


def test_models_and_mappings_make_the_same_body() -> None:
    body = ImageEdit(image="https://x/a.png", prompt="p", safe_mode=False)
    assert build(EDIT, {}, body).content == build(EDIT, {}, body.to_dict()).content


# ---- forms


def sent(server: Loopback, kind: str, operation: Operation, body: Any, **options: Any) -> list[Any]:
    """Send a form and return its parts: (name, file name, media type, content)."""
    accepted = operation.accepts.partition(",")[0] or "application/json"
    server.answer(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" if accepted == "image/jpeg" else "{}", accepted)
    if kind == "sync":
        with SyncClient("k", base_url=server.url) as venice:
            venice.send(operation, {}, body, options=options or None)  # type: ignore[arg-type]
    else:

        async def go() -> None:
            async with AsyncClient("k", base_url=server.url) as venice:
                await venice.send(operation, {}, body, options=options or None)  # type: ignore[arg-type]

        asyncio.run(go())
    head, _, content = server.requests[-1].partition(b"\r\n\r\n")
    if b"chunked" in head:
        content = b"".join(re.findall(rb"(?s)[0-9a-f]+\r\n(.+?)\r\n(?=[0-9a-f]+\r\n)", content))
    found = re.search(rb"(?im)^content-type: (multipart/form-data; boundary=\S+)", head)
    assert found, head
    mime = message_from_bytes(b"Content-Type: " + found[1] + b"\r\n\r\n" + content)
    parts: Any = mime.get_payload()
    return [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get_content_type() if part.get("content-type") else None,
            part.get_payload(decode=True),
        )
        for part in parts
    ]


class Readable:
    """A minimal file: an object with `read`."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int = -1) -> bytes:
        piece, self._data = self._data, b""
        return piece


OCTETS = "application/octet-stream"


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize(
    ("image", "name", "media_type"),
    [
        (PNG, "image", OCTETS),
        (bytearray(PNG), "image", OCTETS),
        (memoryview(PNG), "image", OCTETS),
        (io.BytesIO(PNG), "image", OCTETS),
        (Readable(PNG), "image", OCTETS),
        (("a.png", PNG), "a.png", None),
        (("a.png", PNG, "image/png"), "a.png", "image/png"),
        (("a.png", memoryview(PNG), "image/png"), "a.png", "image/png"),
        (("a.png", io.BytesIO(PNG), "image/png"), "a.png", "image/png"),
        ((None, PNG), "image", None),
        ((None, PNG, "image/png"), "image", "image/png"),
        (("a.png", PNG, None), "a.png", None),
        (("ä →.png", PNG, "image/png"), "ä →.png", "image/png"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_form_accepts_every_kind_of_file_input(
    server: Loopback, kind: str, image: Any, name: str, media_type: str | None
) -> None:
    if hasattr(image, "seek"):
        image.seek(0)
    elif isinstance(image, Readable):
        image = Readable(PNG)
    elif isinstance(image, tuple) and hasattr(image[1], "seek"):
        image[1].seek(0)
    (part, prompt) = sent(server, kind, EDIT, ImageEditForm(image=image, prompt="sünset"))
    assert part[0] == "image"
    if name.isascii():
        assert part[1] == name
    assert part[2] == (media_type or part[2])
    assert part[3] == PNG
    assert prompt == ("prompt", None, None, "sünset".encode())


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_form_accepts_an_open_file_and_leaves_it_open(server: Loopback, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    with path.open("rb") as file:
        parts = sent(server, kind, EDIT, ImageEditForm(image=file, prompt="p"))
        assert not file.closed
    assert parts[0][3] == PNG


@pytest.mark.parametrize(
    "images",
    [[PNG, b"2"], (PNG, b"2"), [("a", PNG), (None, b"2")], [io.BytesIO(PNG), io.BytesIO(b"2")]],
    ids=["list", "tuple", "named", "open"],
)
def test_several_files_are_sent_as_repeated_fields(server: Loopback, images: Any) -> None:
    parts = sent(server, "sync", MULTI, ImageMultiEditForm(images=images, prompt="p"))
    assert [(part[0], part[3]) for part in parts] == [("images", PNG), ("images", b"2"), ("prompt", b"p")]


FORM = operation(
    bodies={"multipart/form-data": Dictionary(Anything())}, results={"200": {"application/json": Anything()}}
)


def test_form_values_are_written_as_text_or_json(server: Loopback) -> None:
    values = {
        "text": "a\r\nb",
        "yes": True,
        "no": False,
        "number": 0.5,
        "whole": 3,
        "none": None,
        "unset": UNSET,
        "object": {"a": [1, "ä"]},
        "list": ["a", 1],
        "empty": "",
    }
    parts = sent(server, "sync", FORM, values)
    assert {part[0]: part[3].decode() for part in parts} == {
        "text": "a\r\nb",
        "yes": "true",
        "no": "false",
        "number": "0.5",
        "whole": "3",
        "object": '{"a": [1, "ä"]}',
        "list": '["a", 1]',
        "empty": "",
    }
    assert all(part[1] is None for part in parts)


def test_a_list_is_sent_as_repeated_fields_for_an_array() -> None:
    made = build(MULTI, {}, ImageMultiEditForm(images=["a", "b"], prompt="p"))
    assert made.form == [
        ("images", (None, "a", None)),
        ("images", (None, "b", None)),
        ("prompt", (None, "p", None)),
    ]


def test_extra_body_may_add_a_file_to_a_form(server: Loopback) -> None:
    parts = sent(server, "sync", FORM, {"a": "1"}, extra_body={"a": "2", "mask": ("m.png", PNG)})
    assert [(part[0], part[1], part[3]) for part in parts] == [("a", None, b"2"), ("mask", "m.png", PNG)]


def test_a_form_without_fields_is_sent_as_a_form(server: Loopback) -> None:
    assert sent(server, "sync", FORM, {}) == []


def test_a_form_body_must_be_a_mapping() -> None:
    assert "form" in problems(FORM, {}, ["a"])[0]


def test_a_url_encoded_form_repeats_the_fields_of_a_list(server: Loopback) -> None:
    encoded = operation(bodies={"application/x-www-form-urlencoded": Dictionary()})
    server.answer("{}")
    with Venice("k", base_url=server.url) as venice:
        venice.send(encoded, {}, {"a": "1 ä", "b": [b"x", b"y"], "c": True, "d": None})
    head, _, content = server.requests[0].partition(b"\r\n\r\n")
    assert b"Content-Type: application/x-www-form-urlencoded\r\n" in head + b"\r\n"
    assert parse_qsl(content.decode()) == [("a", "1 ä"), ("b", "x"), ("b", "y"), ("c", "true")]


def test_a_file_in_text_mode_is_refused_before_anything_is_sent(server: Loopback, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("text")
    with path.open() as file, Venice("k", base_url=server.url) as venice:
        for odd in (file, io.StringIO("text")):
            body = ImageEditForm(image=odd, prompt="p")  # type: ignore[arg-type]
            with pytest.raises(RequestValidationError, match=r"binary|BytesIO"):
                venice.send(EDIT, {}, body)
    assert server.requests == []


# ---- choice of the body


def chosen(operation: Operation, values: Mapping[str, Any], **more: Any) -> Any:
    return choose_body(operation, values, **more)


@pytest.mark.parametrize(
    "file", [PNG, bytearray(PNG), memoryview(PNG), io.BytesIO(PNG), ("a", PNG), (None, PNG, "image/png")]
)
def test_arguments_with_a_file_choose_the_form_body(file: Any) -> None:
    assert type(chosen(EDIT, {"image": file, "prompt": "p"})) is ImageEditForm
    assert type(chosen(MULTI, {"images": [file, file], "prompt": "p"})) is ImageMultiEditForm
    assert type(chosen(MULTI, {"images": (file, file), "prompt": "p"})) is ImageMultiEditForm


def test_arguments_without_a_file_choose_the_json_body() -> None:
    body = chosen(EDIT, {"image": "https://x/a.png", "prompt": "p", "modelId": "m", "model": UNSET})
    assert type(body) is ImageEdit
    assert body.to_dict() == {"image": "https://x/a.png", "prompt": "p", "modelId": "m"}
    assert type(chosen(MULTI, {"images": ["https://x/a.png"], "prompt": "p"})) is ImageMultiEdit


def test_a_body_accepts_python_names() -> None:
    assert chosen(EDIT, {"image": "i", "model_id": "m"}, by_name=True).to_dict() == {"image": "i", "modelId": "m"}


def test_the_error_for_an_unknown_parameter_names_extra_body() -> None:
    with pytest.raises(RequestValidationError) as caught:
        chosen(EDIT, {"image": "i", "strength": 1, "mask": 2})
    assert [text.partition("; ")[0] for text in caught.value.problems] == [
        f"images.edit: unexpected argument {name!r}" for name in ("mask", "strength")
    ]
    assert isinstance(caught.value, TypeError)
    assert "extra_body" in str(caught.value)


def test_parameters_of_different_bodies_are_refused_together() -> None:
    split = operation(
        bodies={"application/json": Ref(models, "TextPart"), "multipart/form-data": Ref(models, "ImageEditForm")}
    )
    with pytest.raises(RequestValidationError, match="no body of POST /x takes all of image, text together"):
        chosen(split, {"image": PNG, "text": "t"})


def test_a_call_without_arguments_has_a_body_only_if_one_is_required() -> None:
    optional = operation(bodies={"application/json": Ref(models, "ImageEdit")})
    assert chosen(optional, {"image": UNSET}) is UNSET
    assert chosen(optional, {"image": UNSET}, extra={"image": "i"}).to_dict() == {}
    needed = operation(bodies={"application/json": Ref(models, "ImageEdit")}, body_required=True)
    assert chosen(needed, {"image": UNSET}).to_dict() == {}


def test_a_file_field_in_a_union_chooses_the_form_body() -> None:
    assert any(isinstance(branch, Binary) for branch in ImageEditForm.__fields__["image"].shape.branches)  # type: ignore[attr-defined]
    assert type(chosen(EDIT, {"image": io.BytesIO(PNG), "prompt": "p"})) is ImageEditForm
