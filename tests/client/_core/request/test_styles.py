"""Parameters are serialized by style: each style, with and without explode, for a value, a list and an object."""

from __future__ import annotations

from typing import Any

import pytest

from tests.table import table
from venice_client._core.request.styles import joined, path_text, query_pairs
from venice_client._core.schema.operation import Parameter
from venice_client._core.schema.shapes import Anything

LIST, OBJECT = ["blue", "black"], {"R": 100, "G": 200}


def parameter(style: str, location: str, *, explode: bool) -> Parameter:
    return Parameter(name="color", wire="color", location=location, shape=Anything(), style=style, explode=explode)


@table(
    ("style", "explode", "value", "expected"),
    [
        ("form", True, "blue", [("color", "blue")]),
        ("form", True, LIST, [("color", "blue"), ("color", "black")]),
        ("form", True, OBJECT, [("R", "100"), ("G", "200")]),
        ("form", False, LIST, [("color", "blue,black")]),
        ("form", False, OBJECT, [("color", "R,100,G,200")]),
        ("spaceDelimited", False, LIST, [("color", "blue black")]),
        ("spaceDelimited", False, OBJECT, [("color", "R 100 G 200")]),
        ("pipeDelimited", False, LIST, [("color", "blue|black")]),
        ("pipeDelimited", False, OBJECT, [("color", "R|100|G|200")]),
        ("pipeDelimited", True, LIST, [("color", "blue"), ("color", "black")]),
        ("deepObject", True, OBJECT, [("color[R]", "100"), ("color[G]", "200")]),
        ("form", True, [], []),
        ("form", False, [None], []),
        ("form", True, True, [("color", "true")]),
    ],
)
def test_query_parameters_are_serialized_by_style(
    style: str, explode: bool, value: Any, expected: list[tuple[str, str]]
) -> None:
    assert query_pairs(parameter(style, "query", explode=explode), value) == expected


@table(
    ("style", "explode", "value", "expected"),
    [
        ("simple", False, "a b/c", "a%20b%2Fc"),
        ("simple", False, LIST, "blue,black"),
        ("simple", False, OBJECT, "R,100,G,200"),
        ("simple", True, LIST, "blue,black"),
        ("simple", True, OBJECT, "R=100,G=200"),
        ("label", False, "blue", ".blue"),
        ("label", False, LIST, ".blue,black"),
        ("label", True, LIST, ".blue.black"),
        ("label", True, OBJECT, ".R=100.G=200"),
        ("matrix", False, "blue", ";color=blue"),
        ("matrix", False, LIST, ";color=blue,black"),
        ("matrix", True, LIST, ";color=blue;color=black"),
        ("matrix", False, OBJECT, ";color=R,100,G,200"),
        ("matrix", True, OBJECT, ";R=100;G=200"),
        ("simple", False, ["a/b", ".."], "a%2Fb,.."),
    ],
)
def test_path_parameters_are_serialized_by_style(style: str, explode: bool, value: Any, expected: str) -> None:
    assert path_text(parameter(style, "path", explode=explode), value) == expected


@pytest.mark.parametrize(
    ("explode", "value", "expected"),
    [
        (False, "blue", "blue"),
        (True, LIST, "blue,black"),
        (False, OBJECT, "R,100,G,200"),
        (True, OBJECT, "R=100,G=200"),
    ],
)
def test_header_parameters_are_serialized_by_style(explode: bool, value: Any, expected: str) -> None:
    assert joined(value, explode=explode) == expected
