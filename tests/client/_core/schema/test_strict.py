"""A strict client reports every violation of the contract in a response, and keeps all its bytes."""

from __future__ import annotations

import json
import pickle
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from tests.table import table
from venice_client import ResponseDecodeError
from venice_client._core.response.answer import Answer
from venice_client._core.response.decode import decode
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.shapes import Ref
from venice_client.api import OPERATIONS

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback

EMBEDDINGS: dict[str, Any] = {
    "object": "list",
    "model": "m",
    "usage": {"prompt_tokens": 1, "total_tokens": 1},
    "data": [{"object": "embedding", "index": 0, "embedding": [0.5, 1, -2]}],
}


def changed(**fields: Any) -> bytes:
    raw = json.loads(json.dumps(EMBEDDINGS)) | fields
    return json.dumps({name: value for name, value in raw.items() if value != "drop"}).encode()


def find_violations(content: bytes, media_type: str = "application/json") -> tuple[str, ...]:
    with pytest.raises(ResponseDecodeError) as caught:
        decode(OPERATIONS["POST /embeddings"], Answer(200, {"content-type": media_type}, content), strict=True)
    assert caught.value.body == content
    assert pickle.loads(pickle.dumps(caught.value)).departures == caught.value.departures
    assert all(text in str(caught.value) for text in caught.value.departures[:10])
    return caught.value.departures


@table("vector", [[0.5, 1, -2], "AAAAPwAAgD8AAADA"])
def test_a_response_that_conforms_is_decoded(vector: Any) -> None:
    content = changed(data=[{**EMBEDDINGS["data"][0], "embedding": vector}])
    found = decode(
        OPERATIONS["POST /embeddings"], Answer(200, {"content-type": "application/json"}, content), strict=True
    )
    assert found.data[0].embedding == [0.5, 1, -2]


@table(
    ("fields", "expected"),
    [
        ({"model": "drop"}, "model: required, and missing"),
        ({"model": 5}, "model: 5 is not a string"),
        ({"model": None}, "model: null, and the contract does not allow it"),
        ({"object": "set"}, "object: 'set' is not among the values that the contract knows: list"),
        ({"data": {}}, "data: a mapping is not a list"),
        ({"data": [5]}, "data[0]: 5 is not an object"),
        ({"data": [{**EMBEDDINGS["data"][0], "embedding": [1, "a"]}]}, "data[0].embedding[1]: 'a' is not a number"),
        ({"data": [{**EMBEDDINGS["data"][0], "embedding": "ab"}]}, "data[0].embedding: 'ab' is not a list"),
        ({"usage": {"prompt_tokens": 1.5, "total_tokens": True}}, "usage.prompt_tokens: 1.5 is not a whole number"),
    ],
)
def test_each_departure_is_reported_with_its_path(fields: dict[str, Any], expected: str) -> None:
    assert find_violations(changed(**fields))[0] == expected


def test_up_to_1000_departures_are_kept_and_the_message_is_short() -> None:
    rows = [{"object": "embedding", "index": 0} for _ in range(3000)]
    content = changed(data=rows)
    with pytest.raises(ResponseDecodeError, match="2,990 more") as caught:
        decode(OPERATIONS["POST /embeddings"], Answer(200, {"content-type": "application/json"}, content), strict=True)
    assert len(caught.value.departures) == 1000
    assert len(str(caught.value)) < 1000


def test_an_undeclared_media_type_is_a_departure() -> None:
    assert find_violations(b"text", "text/plain") == ("media type: text/plain is none of application/json",)
    assert find_violations(b"\x89PNG", "image/png") == ("media type: image/png is none of application/json",)
    assert find_violations(b"{}", "application/problem+json")


class Closed(Model, closed=True):
    """A model without fields."""


def test_an_undeclared_field_of_a_closed_object_is_a_departure() -> None:
    models = ModuleType("models")
    models.Closed = Closed  # type: ignore[attr-defined]
    results = {"200": {"application/json": Ref(models, "Closed")}}
    operation = Operation(method="GET", path="/x", name="x", module="x", results=results)
    with pytest.raises(ResponseDecodeError, match="a: the contract declares no such field"):
        decode(operation, Answer(200, {"content-type": "application/json"}, b'{"a": 1}'), strict=True)


def test_strict_makes_departures_errors(server: Loopback, call: Caller) -> None:
    server.answer(changed(model=5))

    def work(venice: Any) -> Any:
        return venice.embeddings.create(input="a", model="text-embedding-bge-m3")

    assert call(server.url, work).model == 5
    with pytest.raises(ResponseDecodeError, match="model: 5 is not a string"):
        call(server.url, work, strict=True)
    assert call(server.url, lambda venice: venice.request("GET", "/x"), strict=True)


def test_a_strict_stream_reports_the_chunk_that_departs(server: Loopback, call: Caller) -> None:
    server.events(b'data: {"id": 5}\n\n', b"data: [DONE]\n\n")

    def work(venice: Any) -> Any:
        return venice.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}], stream=True)

    assert call.stream(server.url, work)[0].id == 5
    with pytest.raises(ResponseDecodeError, match="id: 5 is not a string") as caught:
        call.stream(server.url, work, strict=True)
    assert caught.value.body == b'{"id":5}'
