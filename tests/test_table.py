"""A table runs every row in one test and reports each row that fails."""

from __future__ import annotations

import inspect

import pytest

from tests.table import table


def test_every_combination_of_stacked_rows_runs_with_the_fixtures() -> None:
    seen = []

    @table(("a", "b"), [(1, 2), (3, 4)])
    @table("c", "xy")
    def check(a: int, b: int, c: str, fixture: str) -> None:
        seen.append((a, b, c, fixture))

    assert list(inspect.signature(check).parameters) == ["fixture"]
    check(fixture="f")
    assert seen == [(1, 2, "x", "f"), (1, 2, "y", "f"), (3, 4, "x", "f"), (3, 4, "y", "f")]


def test_each_row_that_fails_is_reported_and_the_others_run() -> None:
    @table("value", [1, 0, 2, None])
    def check(value: int) -> None:
        assert 1 / value > 0

    with pytest.raises(ExceptionGroup, match="2 of 4 rows fail") as caught:
        check()
    assert [(type(error), error.__notes__) for error in caught.value.exceptions] == [
        (ZeroDivisionError, ["in the row (0,)"]),
        (TypeError, ["in the row (None,)"]),
    ]


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(AssertionError):
        table("value", [])
