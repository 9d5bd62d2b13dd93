"""The bodies of errors, in every shape: code, message, details and issues are found."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.client._core.calls import answer
from tests.table import table
from venice_client._core.errors import (
    BadRequestError,
    VeniceError,
)


@table(
    ("content", "status", "headers", "text"),
    [
        (b"", 500, {}, "500 Internal Server Error: the response has no message (POST /image/edit)"),
        (b"", 599, {}, "599: a response without a message (POST /image/edit)"),
        ({"error": {"message": "lost", "code": 502}}, 502, {}, "502 Bad Gateway: lost (POST /image/edit)"),
        (
            {"error": "No"},
            401,
            {},
            "401 Unauthorized: No (POST /image/edit). Check the API key: api_key=, or VENICE_API_KEY.",
        ),
        (
            {"error": "Too low"},
            402,
            {},
            (
                "402 Payment Required: Too low (POST /image/edit). Top up the account; venice.billing.balance() shows"
                " what is left."
            ),
        ),
    ],
)
def test_the_text_says_what_happened_once_and_what_to_do(
    content: Any, status: int, headers: dict[str, str], text: str
) -> None:
    assert str(answer(content, status, (), **headers)) == text


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
    ("charset", "sent"), [("iso-8859-1", "latin-1"), ("made-up", "utf-8"), ("UTF-8", "utf-8-sig"), ("utf-16", "utf-16")]
)
def test_a_text_is_read_in_its_charset(charset: str, sent: str) -> None:
    error = answer("kein Überziehen".encode(sent), 402, content_type=f"text/plain; charset={charset}")
    assert error.message == error.body == "kein Überziehen"


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
        (b'{"fault": {"text": "no"}, "n": 1}', '{"fault":{"text":"no"},"n":1}', {"fault": {"text": "no"}, "n": 1}),
        (b'{"error_message": "no"}', "no", {"error_message": "no"}),
        (b'{"success": false, "n": {"a": [1]}}', "Bad Request", {"success": False, "n": {"a": [1]}}),
        (
            b'{"error": "invalid_grant", "error_description": "expired"}',
            "invalid_grant: expired",
            {"error": "invalid_grant", "error_description": "expired"},
        ),
        (
            b'{"issues": [{"path": ["width"], "message": "too large"}, {"path": [], "message": "no"}]}',
            "width: too large; no",
            {"issues": [{"path": ["width"], "message": "too large"}, {"path": [], "message": "no"}]},
        ),
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
