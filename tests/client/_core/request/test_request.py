"""An operation and its arguments become exactly the request that the contract describes, or a list of problems."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pydantic
import pytest

from tests.client._core.request.building import (
    CHAT,
    EDIT,
    MULTI,
    PNG,
    RPC,
    build,
    checked_problems,
    json_of,
    operation,
    parameter,
    problems,
)
from tests.table import table
from venice_client import RequestValidationError, Venice, models
from venice_client._core.request.body import choose_body
from venice_client._core.request.json import write_json
from venice_client._core.request.multipart import Form
from venice_client._core.schema.encoding import encode
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import Anything, Binary, Dictionary, Ref
from venice_client.models import ImageEdit, ImageEditForm, ImageMultiEdit, ImageMultiEditForm

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback


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
    assert isinstance(call.content, Form)
    assert b'name="image"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nabc\r\n' in b"".join(call.content)
    assert isinstance(build(EDIT, {}, {"prompt": "p", "image": "YWJj"}).content, bytes)


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


def test_text_of_a_class_of_its_own_is_sent_as_text() -> None:
    class Markup(str):  # as MarkupSafe and BeautifulSoup have
        __slots__ = ()

        def __str__(self) -> str:
            return "another text"

    assert write_json({"a": [Markup('<"é">')]}) == '{"a":["<\\"é\\">"]}'.encode()


@pytest.mark.parametrize("kind", [httpx.URL, pydantic.TypeAdapter(pydantic.HttpUrl).validate_python])
def test_an_object_of_a_url_class_is_sent_as_its_text(server: Loopback, call: Caller, kind: Any) -> None:
    server.answer("{}")
    url = "https://example.com/a"
    call(server.url, lambda venice: venice.augment.scrape(kind(url)))
    call(server.url, lambda venice: venice.characters.list(search=kind(url)))
    assert f'"url":"{url}"'.encode() in server.requests[0]
    assert b"search=https%3A%2F%2Fexample.com%2Fa " in server.requests[1]


def test_an_object_with_fields_is_no_url_whatever_its_class_is_called() -> None:
    @dataclass
    class ImageUrl:
        url: str

    part = {"type": "image_url", "image_url": ImageUrl("https://example.com/a.png")}
    assert write_json(encode(part)) == b'{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}'


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
