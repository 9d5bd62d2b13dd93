"""Every result has the metadata of its headers, and a deprecated model is reported once."""

from __future__ import annotations

import copy
import json
import pickle
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.client._core.calls import chat
from venice_client import BinaryContent, Meta, Venice, VeniceAPIError, VeniceDeprecationWarning
from venice_client._core.response import deprecation
from venice_client.models import ChatCompletion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.client.conftest import Caller, Loopback

HEADERS = {
    "CF-RAY": "ray-1",
    "x-ratelimit-limit-requests": "500",
    "x-ratelimit-remaining-requests": "499",
    "x-ratelimit-reset-requests": "1767323105",
    "x-ratelimit-limit-tokens": "many",
    "x-ratelimit-type": "user",
    "x-venice-balance-usd": "12.5",
    "x-venice-balance-diem": "0",
    "x-venice-model-id": "m-1",
    "x-venice-model-name": "Model One",
    "x-venice-is-blurred": "true",
    "x-venice-is-content-violation": "false",
    "x-venice-enhanced-prompt": "a%20b%2Bc%E2%80%A6+d",
    "x-pagination-total-pages": "3",
    "Set-Cookie": "s=s3cret",
}


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    deprecation._reported.clear()
    yield
    deprecation._reported.clear()


@pytest.mark.parametrize("reset", ["1767323105", "1767323105000", "5"])
def test_the_reset_time_is_relative_to_the_clock_of_the_server(reset: str) -> None:
    headers = {"date": "Fri, 02 Jan 2026 03:05:00 GMT", "x-ratelimit-reset-requests": reset}
    assert Meta(200, headers).rate_limits.requests.seconds() == 5


def test_a_result_has_the_metadata_of_its_headers(server: Loopback, call: Caller) -> None:
    server.answer('{"id": "c", "choices": [{"index": 0}]}', headers=HEADERS)
    result = call(server.url, chat)
    for one in (result, pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
        meta = one.meta
        assert (meta.status, meta.request_id) == (200, "ray-1")
        assert (meta.rate_limits.requests.limit, meta.rate_limits.requests.remaining) == (500, 499)
        assert meta.rate_limits.requests.seconds(now=1767323100) == 5
        assert meta.rate_limits.tokens.limit is meta.rate_limits.tokens.seconds() is None
        assert meta.rate_limits.kind == "user"
        assert (meta.balance.usd, meta.balance.diem, meta.balance.remaining) == (12.5, 0, None)
        assert (meta.model.id, meta.model.name, meta.model.deprecated) == ("m-1", "Model One", False)
        assert (meta.blurred, meta.content_violation, meta.adult_content_violation) == (True, False, None)
        assert meta.enhanced_prompt == "a b+c…+d"
        assert meta.pagination.total_pages == 3
        assert meta.payment_response is None
        assert "set-cookie" not in meta.headers
        assert b"s3cret" not in pickle.dumps(one)
    assert result.choices[0].meta == Meta()
    assert result == ChatCompletion.from_dict(result.to_dict())
    assert "ray-1" in repr(result.meta)


def test_files_and_raw_responses_have_metadata(server: Loopback, call: Caller) -> None:
    server.answer(b"RIFF", "audio/wav", headers=HEADERS)
    speech = call(server.url, lambda venice: venice.audio.speech.create(input="hi"))
    assert isinstance(speech, BinaryContent)
    assert speech.meta.balance.usd == 12.5
    response = call(server.url, lambda venice: venice.request("GET", "/x"))
    assert response.meta.request_id == "ray-1"


@pytest.mark.parametrize("value", ["", "nan", "x", "1e99", "[]", "\xff"])
def test_invalid_headers_read_as_none(value: str) -> None:
    meta = Meta(200, dict.fromkeys(map(str.lower, HEADERS), value))
    assert meta.balance.usd is None
    assert meta.rate_limits.requests.limit is None
    assert meta.blurred is None
    assert meta.pagination.total_pages is None


def test_a_deprecated_model_warns_once_at_the_line_of_the_caller(server: Loopback, call: Caller) -> None:
    reported = {
        "x-venice-model-id": "old",
        "x-venice-model-deprecation-date": "2027-01-01",
        "x-venice-deprecated-replacement": "new",
    }
    server.answer("{}", headers=reported)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(3):
            assert call(server.url, chat).meta.model.deprecated
    found = [item for item in caught if item.category is VeniceDeprecationWarning]
    assert [str(item.message) for item in found] == ["the model old is deprecated, until 2027-01-01; use new"]
    # An async call is attributed to the line that awaits it.
    assert Path(__file__).parents[1] in Path(found[0].filename).parents


def test_a_warning_raised_as_error_does_not_lose_the_response(
    server: Loopback, call: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer('{"id": "paid"}', headers={"x-venice-model-deprecation-warning": "soon"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert call(server.url, chat).id == "paid"
    assert "soon" in caplog.text


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"X-Request-ID": "own", "CF-RAY": "ray"}, "own"),
        ({"cf-ray": "ray", "X-REQUEST-ID": "own"}, "own"),
        ({"X-Request-ID": " ", "CF-RAY": "ray"}, "ray"),
        ({}, None),
    ],
)
def test_the_id_of_a_request_is_that_of_the_api_before_that_of_its_gateway(
    server: Loopback, headers: dict[str, str], found: str | None
) -> None:
    venice = Venice("k", base_url=server.url, max_retries=0)
    server.answer(json.dumps({"id": "c"}), headers=headers)
    server.answer(json.dumps({"error": "no"}), status=400, headers=headers)
    raw = venice.models.with_raw_response.list()
    with pytest.raises(VeniceAPIError) as caught:
        chat(venice)
    assert (raw.request_id, raw.meta.request_id, caught.value.request_id) == (found, found, found)
    assert (f"request id {found}" in str(caught.value)) == (found is not None)


def test_the_text_of_metadata_has_a_status_where_there_is_one() -> None:
    assert repr(Meta(200, {"cf-ray": "r"})) == "Meta(status=200, request_id='r', 1 headers)"
    assert repr(BinaryContent(b"", "audio/mpeg", {"cf-ray": "r"}).meta) == "Meta(request_id='r', 1 headers)"
