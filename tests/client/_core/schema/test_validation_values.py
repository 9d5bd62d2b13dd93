"""Single values: valid ones have no problem, others are reported with the reason."""

from __future__ import annotations

import io
from collections import deque
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from tests.client._core.schema.departing import Colour, Many, reported
from tests.table import table
from venice_client import models
from venice_client._core.schema.shapes import (
    AnyOf,
    Anything,
    Array,
    Binary,
    Boolean,
    Choice,
    Dictionary,
    Integer,
    Null,
    Number,
    Ref,
    Shape,
    Text,
)

PNG = b"\x89PNG\r\n\x1a\n"
MESSAGE = Ref(models, "UserMessage")


class Later:
    """A result that is not there yet."""

    def __await__(self) -> Any: ...


# ---- single values


@table(
    ("shape", "value"),
    [
        (Text(), "a"),
        (Text(max_length=3), "äöü"),
        (Text(min_length=1, max_length=1), "\U0001f600"),
        (Text(pattern="^a+$"), "aa"),
        (Text(format="uri"), "no uri"),
        (Text(format="date-time"), "yesterday"),
        (Text(format="date-time"), datetime(2026, 1, 2, tzinfo=UTC)),
        (Text(pattern=r"^\d{4}-\d{2}-\d{2}$"), date(2026, 1, 2)),
        (Text(), Colour.RED),
        (Number(), 1),
        (Number(), 1.5),
        (Number(multiple_of=0.1), 0.3),
        (Number(maximum=2.5), 2.5),
        (Integer(), 2.0),
        (Integer(), Many.SIXTY),
        (Integer(above=0), 1),
        (Integer(multiple_of=8), 16),
        (Boolean(), False),
        (Choice("red", "blue"), Colour.RED),
        (Choice(2, 4), 2.0),
        (Null(), None),
        (Anything(), object()),
        (AnyOf(Text(), Null()), None),
        (AnyOf(Choice("a"), Text()), "new"),
        (Array(Text(), min_items=1), ("a",)),
        (Array(Text()), deque(["a"])),
        (Array(Text()), {"a"}),
        (Array(Number()), [1, 2.5]),
        (Dictionary(Text()), MappingProxyType({"a": "b"})),
        (Binary(), PNG),
        (Binary(), bytearray(PNG)),
        (Binary(), memoryview(PNG)),
        (Binary(), io.BytesIO(PNG)),
        (Binary(), ("a.png", PNG)),
        (Binary(), (None, io.BytesIO(PNG), "image/png")),
        (AnyOf(Binary(), Text()), "https://x/a.png"),
    ],
)
def test_a_valid_value_has_no_problem(shape: Shape, value: Any) -> None:
    assert reported(shape, value) == []


@table(
    ("shape", "value", "problem"),
    [
        (Text(), 5, "5 is not a string"),
        (Text(), True, "True is not a string"),
        (Text(), ["a"], "a list is not a string"),
        (Text(), date(2026, 1, 2), "a date is not a string"),
        (Text(max_length=32_768), "x" * 32_769, "32,769 characters is more than 32,768"),
        (Text(min_length=2), "x", "1 character is less than 2"),
        (Text(pattern="^a+$"), "aab", "'aab' does not match ^a+$"),
        (Text(pattern="^a+$"), "a\n", "'a\\n' does not match ^a+$"),
        (
            Text(),
            PNG,
            "a file (bytes) is not a string: pass text, decoded or as base64, a URL where allowed, or send a form",
        ),
        (Text(), io.StringIO("a"), "a StringIO is not a string: pass its text, read()"),
        (Text(), Later(), "a Later is not a string: await it first"),
        (MESSAGE, Later(), "a Later is not an object: await it first"),
        (MESSAGE, int, "the class int is not an object: parse() takes a type of output"),
        (
            MESSAGE,
            print,
            "a builtin_function_or_method is not an object: run_tools() and parse() take functions as tools",
        ),
        (Number(), "1.5", "'1.5' is not a number"),
        (Number(), True, "True is not a number"),
        (Number(), float("nan"), "nan is not a finite number"),
        (Integer(), "5", "'5' is not a whole number"),
        (Integer(), 1.5, "1.5 is not a whole number"),
        (Integer(maximum=50), 60, "60 is more than 50"),
        (Integer(maximum=50), Many.SIXTY, "60 is more than 50"),
        (Integer(minimum=1), 0, "0 is less than 1"),
        (Integer(above=0), 0, "0 is not more than 0"),
        (Number(below=1), 1.0, "1.0 is not less than 1"),
        (Integer(multiple_of=8), 12, "12 is not a multiple of 8"),
        (Boolean(), 1, "1 is not true or false"),
        (Boolean(), "true", "'true' is not true or false"),
        (Choice("a", "b"), 5, "5 is not one of a, b"),
        (AnyOf(Choice(""), Text()), 5, "5 is not '' or a string"),
        (Null(), 0, "0 is not null"),
        (Text(), None, "null is not allowed here"),
        (Array(Text()), "abc", "'abc' is not a list"),
        (Array(Text(), max_items=1), ["a", "b"], "2 items is more than 1"),
        (Array(Text(), min_items=1), [], "0 items is less than 1"),
        (Dictionary(Text()), [], "a list is not an object"),
        (Dictionary(Text()), dict, "the class dict is not an object"),
        (Binary(), "a.png", "'a.png' is not a file: pass bytes, an open file, or (name, content)"),
        (Binary(), io.StringIO("a"), "a StringIO is open in text mode: open it in binary mode"),
        (AnyOf(Text(), Array(Text())), 5, "5 is not a string or a list"),
        (AnyOf(Binary(), Text()), 5, "5 is not a string or a file: pass bytes, an open file, or (name, content)"),
        (AnyOf(Array(Text()), Text(max_length=1)), "ab", "2 characters is more than 1"),
    ],
)
def test_an_invalid_value_is_reported_with_the_reason(shape: Shape, value: Any, problem: str) -> None:
    assert reported(shape, value) == [f"body: {problem}"]


def test_a_long_value_is_shortened_in_the_message() -> None:
    (text,) = reported(Number(), "x" * 10_000)
    assert len(text) < 100
    assert reported(Integer(maximum=5), 10**5000) == ["body: a number of 16,610 bits is more than 5"]
