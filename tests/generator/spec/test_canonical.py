"""The canonical text of JSON values."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from generator.spec.canonical import canonical
from tests.table import table

DIFFERENT: tuple[Any, ...] = (
    True,
    1,
    1.0,
    "1",
    None,
    "",
    [],
    {},
    [1],
    {"a": 1},
    {"a": [1]},
    "\ud800",
    "\\ud800",
    2**70,
)


@table("one, other", list(combinations(DIFFERENT, 2)))
def test_values_that_differ_have_different_texts(one: Any, other: Any) -> None:
    assert canonical(one) != canonical(other)
    assert canonical([one]) != canonical([other])


def test_the_order_of_keys_does_not_count() -> None:
    assert canonical({"b": [{"d": 1, "c": "\ud800"}], "a": 2}) == canonical({"a": 2, "b": [{"c": "\ud800", "d": 1}]})
    assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1})
