"""Responses other than 2xx become errors; copies and pickles of errors keep all attributes."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.table import table
from venice_client._core import errors
from venice_client._core.errors import (
    BadRequestError,
    MissingAPIKeyError,
    NotFoundError,
    OperationUnavailableError,
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


def answer(content: Any = b"", status: int = 400, secrets: tuple[str, ...] = (), **headers: str) -> VeniceAPIError:
    received = Answer(
        status,
        {name.replace("_", "-"): value for name, value in headers.items()},
        content if isinstance(content, bytes) else json.dumps(content).encode(),
    )
    return error_from_response(received, method="POST", path="/image/edit", secrets=secrets)


@table(
    ("status", "name"),
    [
        (400, "BadRequestError"),
        (401, "AuthenticationError"),
        (402, "PaymentRequiredError"),
        (403, "PermissionDeniedError"),
        (404, "NotFoundError"),
        (409, "ConflictError"),
        (410, "GoneError"),
        (413, "PayloadTooLargeError"),
        (415, "UnsupportedMediaTypeError"),
        (422, "UnprocessableEntityError"),
        (429, "RateLimitError"),
        (500, "ServerError"),
        (502, "ServerError"),
        (503, "ServerError"),
        (504, "ServerError"),
        (529, "ServerError"),
        (418, "VeniceAPIError"),
        (302, "VeniceAPIError"),
        (999, "VeniceAPIError"),
    ],
)
def test_each_status_has_its_class(status: int, name: str) -> None:
    error = answer({"error": "no"}, status)
    assert type(error).__name__ == name
    assert error.status == status
    assert isinstance(error, VeniceError)


def test_an_error_string_is_the_message() -> None:
    body = {
        "error": "Invalid size",
        "details": {"size": {"_errors": ["too big"]}},
        "issues": [{"path": ["size"]}],
    }
    error = answer(body)
    assert error.message == "Invalid size"
    assert error.details == body["details"]
    assert error.issues == [{"path": ["size"]}]
    assert error.body == body
    assert error.code is None


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"detail": "no such voice"}, "no such voice"),
        ({"type": "about:blank", "title": "Bad", "status": 400, "detail": "no such voice"}, "no such voice"),
        ({"title": "Bad"}, "Bad"),
        ({"detail": [{"loc": ["body", "n"], "msg": "too big"}, {"msg": "odd"}]}, "body.n: too big; odd"),
        ({"errors": [{"message": "one"}, {"detail": "two"}, "three"]}, "one; two; three"),
        ({"errors": {"n": ["too big"], "m": "odd"}}, "n: too big; m: odd"),
        ({"error": {}, "errors": ["one"]}, "one"),
        ({"error": {"error": {"message": "one"}}}, "one"),
        ({"error": {"details": [{"message": "one"}]}}, "one"),
        ({"message": ["one", "two"]}, "one; two"),
        ({"message": {"detail": [{"loc": ["body", "n"], "msg": "too big"}]}}, "body.n: too big"),
        ({"detail": {"reason": "one"}}, "one"),
        ({"error_description": "one"}, "one"),
    ],
)
def test_a_message_is_found_in_the_usual_shapes(body: dict[str, Any], text: str) -> None:
    assert answer(body).message == text


def test_the_message_names_the_invalid_fields_of_details() -> None:
    details = {"_errors": ["bad"], "image": {"size": {"_errors": ["too big", "odd"]}}, "n": {"_errors": []}}
    error = answer({"error": "Invalid request", "details": details})
    assert str(error) == (
        "400 Bad Request: Invalid request: bad; image.size: too big; image.size: odd (POST /image/edit)"
    )


def test_an_openai_error_object_is_read() -> None:
    error = answer({"error": {"message": "no such model", "type": "invalid_request", "param": None, "code": "x"}}, 404)
    assert (error.message, error.code) == ("no such model", "x")


def test_the_error_type_is_used_if_there_is_no_code() -> None:
    inner = {"message": "refused", "type": "provider_content_policy", "credits_refunded": True}
    error = answer({"error": inner}, 422)
    assert error.code == "provider_content_policy"
    assert error.credits_refunded is True
    assert error.suggested_prompt is None


def test_a_suggested_prompt_is_kept() -> None:
    assert answer({"error": "refused", "suggested_prompt": "a storm"}, 422).suggested_prompt == "a storm"
    assert answer({"error": "refused"}, 422).suggested_prompt is None
    assert answer(b"text", 422).credits_refunded is None


def test_a_list_of_errors_becomes_message_and_issues() -> None:
    items = [{"message": "bad", "path": ["images", 0]}, "worse", {"odd": 1}]
    error = answer({"error": items})
    assert error.message == 'images.0: bad; worse; {"odd":1}'
    assert error.issues == items


def test_a_structured_402_keeps_the_payment_options() -> None:
    body = {
        "error": "Payment required",
        "code": "PAYMENT_REQUIRED",
        "message": "Insufficient x402 balance",
        "currentBalanceUsd": 0.01,
        "accepts": [{"network": "base"}],
    }
    error = answer(body, 402)
    assert error.code == "PAYMENT_REQUIRED"
    assert error.message == "Payment required: Insufficient x402 balance"
    assert error.body["accepts"] == [{"network": "base"}]


def test_an_error_code_beside_a_message_is_read_as_code() -> None:
    error = answer({"error": "PAYMENT_REQUIRED", "message": "top up"}, 402)
    assert (error.code, error.message) == ("PAYMENT_REQUIRED", "top up")


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json"])
def test_an_html_page_is_reported_by_its_title(kind: str) -> None:
    page = b"<!DOCTYPE html>\n<html><head><title>502 Bad\n Gateway</title></head></html>"
    error = answer(page, 502, content_type=kind)
    assert error.message == "the response is an HTML page, not JSON: 502 Bad Gateway"
    assert error.body == page.decode()


@table(
    ("message", "code"),
    [
        ("INSUFFICIENT_BALANCE", "INSUFFICIENT_BALANCE"),
        ("Model x: MODEL_NOT_FOUND.", "MODEL_NOT_FOUND"),
        ("(CONTENT_POLICY_VIOLATION)", "CONTENT_POLICY_VIOLATION"),
        ("RATE_LIMIT_EXCEEDED: slow down", "RATE_LIMIT_EXCEEDED"),
        ("MODEL_AT_CAPACITY", "MODEL_AT_CAPACITY"),
        ("REQUEST_TIMEOUT", "REQUEST_TIMEOUT"),
        ("MY_MODEL_NOT_FOUND", None),
        ("MODEL_NOT_FOUNDER", None),
        ("model_not_found", None),
    ],
)
def test_a_known_code_is_found_as_a_whole_word_in_the_message(message: str, code: str | None) -> None:
    assert answer({"error": message}).code == code


def test_a_numeric_code_becomes_str_and_a_boolean_code_none() -> None:
    assert answer({"error": {"message": "m", "code": 17}}).code == "17"
    assert answer({"error": {"message": "m", "code": True}}).code is None
    assert answer({"error": "m", "code": {"a": 1}}).code is None
    assert answer({"error": {"message": "at MODEL_NOT_FOUND", "code": "", "type": "t"}}).code == "MODEL_NOT_FOUND"


@table(
    ("content", "message", "body"),
    [
        (b"", "Bad Request", ""),
        (b"  ", "Bad Request", "  "),
        (b"just words", "just words", "just words"),
        (b"\xff\xfe\x00", "��\x00", "��\x00"),
        (b"\xef\xbb\xbf{}", "Bad Request", {}),
        (b"null", "Bad Request", None),
        (b"17", "17", 17),
        (b'["a", "b"]', "a; b", ["a", "b"]),
        (b'{"error": null}', "Bad Request", {"error": None}),
        (b'{"error": ""}', "Bad Request", {"error": ""}),
        (b'{"error": {}}', "Bad Request", {"error": {}}),
        (b'{"error": 5}', "Bad Request", {"error": 5}),
        (b'{"message": "only this"}', "only this", {"message": "only this"}),
        (b'{"error": "cut', '{"error": "cut', '{"error": "cut'),
    ],
)
def test_unusual_bodies_still_have_a_message(content: bytes, message: str, body: Any) -> None:
    error = answer(content)
    assert (error.message, error.body) == (message, body)


def test_a_body_nested_too_deeply_to_pickle_is_kept_as_text() -> None:
    for depth in (100, 900, 100_000):
        content = b"[" * depth + b"]" * depth
        error = answer(content)
        assert error.body == content.decode()
        assert pickle.loads(pickle.dumps(error)).body == error.body


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["error", "message", "code", "type", "details", "_errors", "issues", "path", "x"]),
            inner,
        )
    ),
    max_leaves=12,
)


@pytest.mark.slow
@settings(derandomize=True, deadline=None)
@given(content=st.binary() | JSON.map(lambda value: json.dumps(value).encode()), status=st.integers(300, 599))
def test_any_body_makes_a_short_picklable_error(content: bytes, status: int) -> None:
    error = answer(content, status, secrets=("e",))
    assert "\n" not in str(error)
    assert len(str(error)) < 500
    assert pickle.loads(pickle.dumps(error)).__dict__ == error.__dict__


def test_giant_numbers_do_not_fail() -> None:
    number = b"9" * 5000
    for content in (
        number,
        b'{"error": [' + number + b"]}",
        b'{"error": {"message": "m", "code": ' + number + b"}}",
    ):
        assert isinstance(answer(content), BadRequestError)


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


def test_the_docstring_draws_the_class_hierarchy() -> None:
    def below(cls: type[VeniceError]) -> set[str]:
        own = [sub for sub in cls.__subclasses__() if sub.__module__.startswith(f"{errors.__name__}.")]
        return {cls.__name__}.union(*(below(sub) for sub in own))

    drawn = set()
    for line in (errors.__doc__ or "").splitlines():
        words = line.replace("│", " ").replace("├──", " ").replace("└──", " ").split()
        if words and line.startswith("    "):
            drawn.add(words[0])
    assert drawn == below(VeniceError)
    assert drawn == set(errors.__all__)
    assert issubclass(ServerError, VeniceAPIError)
