"""Parameters of a request: in the path, in the query, in headers and in cookies."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.client._core.request.building import CHAT, EDIT, build, operation, parameter, problems
from tests.table import table
from venice_client._core.schema.sentinel import UNSET

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback


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
