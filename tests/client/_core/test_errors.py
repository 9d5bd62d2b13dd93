"""Responses other than 2xx become errors; copies and pickles of errors keep all attributes."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import venice_client.errors
from tests.client._core.calls import answer
from tests.table import table
from venice_client import errors as public
from venice_client import models
from venice_client._core import errors
from venice_client._core.errors import (
    MissingAPIKeyError,
    NotFoundError,
    OperationUnavailableError,
    PaymentRequiredError,
    RateLimitError,
    RequestValidationError,
    ResponseDecodeError,
    ServerError,
    StreamInterrupted,
    VeniceAPIError,
    VeniceConnectionError,
    VeniceError,
    VeniceTimeoutError,
)
from venice_client._core.headers import public_headers, retry_after_seconds
from venice_client._core.response.answer import Answer
from venice_client._core.response.error_body import error_from_response

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback

KEY = "vk-5Up3r-53cr3t"


def test_str_of_an_error_is_one_printable_line() -> None:
    error = answer({"error": {"message": "not\n\tyours \x1b[31m", "code": "PERMISSION"}}, 403, cf_ray="8a1-FRA")
    assert str(error) == "403 PERMISSION: not yours �[31m (POST /image/edit, request id 8a1-FRA)"


def test_a_code_is_not_repeated_and_a_long_message_is_shortened() -> None:
    assert str(answer({"error": "MODEL_NOT_FOUND: no x"}, 404)) == "404 MODEL_NOT_FOUND: no x (POST /image/edit)"
    assert str(answer({"error": "MODEL_NOT_FOUND"}, 404)) == "404 MODEL_NOT_FOUND: Not Found (POST /image/edit)"
    error = answer({"error": "x" * 5000})
    assert len(error.message) == 5000
    assert str(error) == f"400 Bad Request: {'x' * 299}… (POST /image/edit)"


def test_the_host_and_the_query_are_not_kept(server: Loopback, call: Caller) -> None:
    server.answer("{}", status=404)
    with pytest.raises(NotFoundError) as caught:
        call(server.url, lambda venice: venice.request("GET", "/models?key=1#x", extra_query={"b": "2"}))
    assert caught.value.path == "/models"


CONSENT = {
    "error": {"code": "c", "message": "agree"},
    "consent": {"policy_text": "Be kind."},
    "face_media_roles": ["f"],
}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (409, CONSENT, models.VideoConsentRequired),
        (402, {"error": "no balance"}, models.StandardError),
        (402, {"x402Version": 2, "accepts": [], "error": "pay"}, models.PaymentRequired),
        (418, {"error": "a status that is not declared"}, None),
        (409, "<html>", None),
    ],
)
def test_the_body_of_an_error_reads_as_the_model_of_its_status(
    server: Loopback, call: Caller, status: int, body: Any, kind: type[Any] | None
) -> None:
    server.answer(json.dumps(body) if isinstance(body, dict) else body, status=status)
    with pytest.raises(VeniceAPIError) as caught:
        call(server.url, lambda venice: venice.video.queue(model="m", prompt="p", duration="5s"), max_retries=0)
    for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):
        assert type(error.data) is (kind or type(None))
    if status == 409 and kind:
        assert caught.value.data.consent.policy_text == "Be kind."


def test_headers_are_in_lower_case_and_without_credentials() -> None:
    error = answer(b"", CF_RAY="abc", Set_Cookie="s=1", Authorization="Bearer x", X_Other="o")
    assert error.headers == {"cf-ray": "abc", "x-other": "o"}
    assert error.request_id == "abc"
    assert public_headers({"Set-Cookie": "a", "ETag": "b"}) == {"etag": "b"}


def test_a_secret_echoed_by_the_server_is_masked_everywhere() -> None:
    body = {
        "error": f"bad key {KEY}",
        "details": {f"k {KEY}": {"_errors": [KEY]}},
        "issues": [{"message": [f"x{KEY}x"]}],
        "other": 1,
    }
    error = error_from_response(
        Answer(401, {"X-Echo": f"<{KEY}>"}, json.dumps(body).encode()),
        method="GET",
        path=f"/keys/{KEY}",
        secrets=[f"{KEY}\n", ""],
    )
    assert error.message == "bad key ***"
    assert error.details == {"k ***": {"_errors": ["***"]}}
    assert error.issues == [{"message": ["x***x"]}]
    assert error.headers == {"x-echo": "<***>"}
    assert error.path == "/keys/***"
    assert KEY not in str(error) + repr(error) + repr(error.__dict__)


def test_secrets_in_a_text_body_are_masked_the_longest_first() -> None:
    assert answer(f"<html><title>{KEY}".encode(), secrets=(KEY,)).body == "<html><title>***"
    assert answer(b"abcdefgh-ij", secrets=("abcdefgh", "abcdefgh-ij")).body == "***"


@pytest.mark.parametrize(
    ("secret", "text", "masked"),
    [
        ("k", "ok, a kind key", "ok, a kind key"),
        ("sunflow", "sunflow", "sunflow"),
        ("sunshine", "sunshine, sunshines, 2sunshine", "***, sunshines, 2sunshine"),
        ("sunshine", "key=sunshine&x_sunshine", "key=***&x_***"),
        ("sk-0123456789abc", "xsk-0123456789abcx", "x***x"),
        ("sk-0123456789abc", "?k=sk%2D0123456789abc%2d", "?k=***%2d"),
    ],
)
def test_short_secrets_and_parts_of_longer_words_are_not_masked(secret: str, text: str, masked: str) -> None:
    assert answer(text.encode(), secrets=(secret,)).body == masked


NOW = 1_800_000_000.0


@table(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "12"}, 12.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "Fri, 15 Jan 2027 08:00:30 GMT"}, 30.0),
        ({"retry-after": "Fri, 15 Jan 2027 08:00:30 -0000"}, 30.0),
        ({"retry-after": "Fri, 15 Jan 2027 07:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "Fri, 99 Foo 99999 99:99:99 GMT"}, None),
        ({"x-ratelimit-reset-requests": "1800000020"}, 20.0),
        ({"X-RateLimit-Reset-Requests": "1800000020500"}, 20.5),
        ({"x-ratelimit-reset-requests": "45"}, 45.0),
        ({"x-ratelimit-reset-requests": "1700000000"}, 0.0),
        ({"x-ratelimit-reset-requests": "x"}, None),
        ({"x-ratelimit-reset": "1800000009"}, 9.0),
        ({"retry-after": "7", "x-ratelimit-reset-requests": "45"}, 7.0),
        ({"retry-after-ms": "1200", "retry-after": "7"}, 1.2),
        ({"retry-after-ms": "-5"}, 0.0),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "1800000005"}, 5.0),
        ({"retry-after": "1800000005500"}, 5.5),
        ({"retry-after": "Fri, 15 Jan 2027 09:00:02 GMT", "date": "Fri, 15 Jan 2027 09:00:00 GMT"}, 2.0),
        ({"retry-after": "Fri, 15 Jan 2027 07:00:02 GMT", "Date": "Fri, 15 Jan 2027 07:00:00 GMT"}, 2.0),
        ({"x-ratelimit-reset-requests": "1800003604", "date": "Fri, 15 Jan 2027 09:00:00 GMT"}, 4.0),
        ({"retry-after": "1800000005", "date": "yesterday"}, 5.0),
        ({"retry-after": "soon", "x-ratelimit-reset-requests": "45"}, 45.0),
    ],
)
def test_retry_after_seconds_reads_the_wait_headers(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(headers, now=NOW) == seconds


def test_the_reset_time_sets_retry_after_only_for_429() -> None:
    assert answer(b"", 429, x_ratelimit_reset_requests="45").retry_after == 45.0
    assert answer(b"", 500, x_ratelimit_reset_requests="45").retry_after is None
    assert answer(b"", 503, retry_after="3").retry_after == 3.0


EVERY_ERROR: list[VeniceError] = [
    VeniceError("plain"),
    RateLimitError(
        "slow",
        status=429,
        code="RATE_LIMIT_EXCEEDED",
        details={"a": 1},
        issues=["i"],
        body={"error": ["x"]},
        request_id="r",
        retry_after=1.5,
        headers={"a": "b"},
        method="POST",
        path="/x",
    ),
    answer({"error": {"message": "m"}}, 502),
    VeniceConnectionError("refused", method="GET", path="/models"),
    VeniceTimeoutError("60 s", method="POST", path="/image/edit"),
    ResponseDecodeError("not JSON", status=200, media_type="text/html", body=b"\x00" * 2000, request_id="r"),
    StreamInterrupted("reset", received=[1, {"a": 2}]),
    RequestValidationError(["a is missing", "b is too long"]),
    MissingAPIKeyError(),
    OperationUnavailableError("POST /image/edit"),
]


@table("error", EVERY_ERROR)
@table(
    "travel",
    [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))],
)
def test_copied_and_pickled_errors_keep_everything(error: VeniceError, travel: Callable[[Any], Any]) -> None:
    error.add_note("seen by a worker")
    other = travel(error)
    assert other is not error
    assert type(other) is type(error)
    assert other.__dict__ == error.__dict__
    assert other.args == error.args
    assert str(other) == str(error)


@table("error", EVERY_ERROR)
def test_every_error_names_the_call_where_there_is_one(error: VeniceError) -> None:
    error = copy.copy(error)
    error.method, error.path = "PUT", "/y"
    assert "PUT /y" in str(error)


class OwnError(RateLimitError):
    def __init__(self, name: str) -> None:
        super().__init__("own", status=429)
        self.name = name


def test_an_error_subclass_of_the_caller_can_be_pickled() -> None:
    other = pickle.loads(pickle.dumps(OwnError("n")))
    assert (type(other), other.name, other.status) == (OwnError, "n", 429)


def test_a_deep_copy_of_an_error_shares_no_mutable_value() -> None:
    error = answer({"error": "m", "details": {"a": []}})
    other = copy.deepcopy(error)
    other.details["a"].append(1)
    assert error.details == {"a": []}


def test_all_problems_of_a_request_are_listed() -> None:
    error = RequestValidationError(["a is missing", "b is too long"])
    assert error.problems == ("a is missing", "b is too long")
    assert str(error) == "2 problems:\n  - a is missing\n  - b is too long"
    assert str(RequestValidationError(["a is missing"])) == "a is missing"
    assert RequestValidationError("a is missing").problems == ("a is missing",)


def test_validation_errors_are_value_errors() -> None:
    assert isinstance(RequestValidationError(["x"]), ValueError)
    assert isinstance(MissingAPIKeyError(), ValueError)
    assert "VENICE_API_KEY" in str(MissingAPIKeyError())


def test_a_timeout_is_a_connection_error_that_names_the_operation() -> None:
    error = VeniceTimeoutError("no response in 60 s", method="POST", path="/image/edit")
    assert isinstance(error, VeniceConnectionError)
    assert str(error) == "no response in 60 s (POST /image/edit)"
    assert str(VeniceConnectionError("refused")) == "refused"


def test_a_decode_error_keeps_the_body_and_does_not_print_it() -> None:
    error = ResponseDecodeError("not a picture", status=200, media_type=None, body=b"z" * 1234, request_id="r1")
    assert error.body == b"z" * 1234
    assert str(error) == "not a picture (status 200, no media type, 1,234 bytes, request id r1)"
    assert "zzz" not in repr(error)


def test_an_interrupted_stream_keeps_the_received_chunks() -> None:
    assert StreamInterrupted("reset", received=["a", "b"]).received == ("a", "b")
    assert StreamInterrupted("reset").received == ()


def test_a_missing_operation_is_named() -> None:
    error = OperationUnavailableError("POST /image/edit")
    assert error.operation == "POST /image/edit"
    assert str(error).startswith("POST /image/edit is not in the API contract")


def test_a_traceback_names_errors_by_their_public_module() -> None:
    for name in errors.__all__:
        kind = getattr(errors, name)
        assert (kind.__module__, getattr(venice_client.errors, name)) == ("venice_client.errors", kind)
    shown = "".join(traceback.format_exception_only(RateLimitError("slow")))
    assert shown.startswith("venice_client.errors.RateLimitError: 429")


def test_the_docstring_draws_the_class_hierarchy() -> None:
    def below(cls: type[VeniceError]) -> set[str]:
        own = [sub for sub in cls.__subclasses__() if sub.__module__ == "venice_client.errors"]
        return {cls.__name__}.union(*(below(sub) for sub in own))

    drawn = set()
    for line in (public.__doc__ or "").splitlines():
        words = line.replace("│", " ").replace("├──", " ").replace("└──", " ").split()
        if words and line.startswith("    "):
            drawn.add(words[0])
    assert drawn == below(VeniceError)
    assert drawn == set(errors.__all__)
    assert issubclass(ServerError, VeniceAPIError)


@table(
    ("kind", "status"), [(RateLimitError, 429), (PaymentRequiredError, 402), (ServerError, 500), (VeniceAPIError, 500)]
)
def test_an_error_that_a_test_makes_has_the_status_of_its_class(kind: type[VeniceAPIError], status: int) -> None:
    assert kind("no").status == status
    made = kind(
        "no", response=httpx.Response(503, headers={"Retry-After": "7", "CF-RAY": "r"}), body={"error": {"type": "t"}}
    )
    assert (made.status, made.retry_after, made.request_id, made.type) == (503, 7.0, "r", "t")
    assert pickle.loads(pickle.dumps(made)).headers == {"retry-after": "7", "cf-ray": "r"}
