"""A description that lacks many operations of the pin is taken for one that was cut off."""

from __future__ import annotations

from typing import Any

import pytest

from generator.bump import Drift
from generator.drift.assess import assess
from generator.drift.compare.comparison import compare_facts
from generator.drift.report.report import Report
from generator.spec.contract import Facts
from generator.spec.pin import Pin
from tests.contracts import PAIRS, contract
from tests.table import table

pytestmark = pytest.mark.slow

Contract = dict[str, Any]


def described(*numbers: int, prefix: str = "/way") -> Contract:
    operations = {
        f"{prefix}-{number:03}": {"get": {"operationId": f"way{number}", "responses": {}}} for number in numbers
    }
    return {"openapi": "3.0.0", "info": {"version": "1"}, "paths": operations}


def drift(old: Contract, new: Contract, report: Report | None = None) -> Drift:
    report = report or assess(old, new, {}, {})
    pin = Pin(contract=old, source="", version="1", prose={})
    return Drift(pin=pin, facts=Facts(contract=new, prose={}, unknown=()), report=report)


@table(
    ("total", "gone", "is_refused"),
    [(49, 2, False), (49, 3, True), (49, 48, True), (100, 5, False), (100, 6, True), (4, 2, False), (4, 3, True)],
)
def test_more_than_two_and_more_than_a_twentieth_of_all_operations_are_a_loss(
    total: int, gone: int, is_refused: bool
) -> None:
    found = drift(described(*range(total)), described(*range(total - gone)))
    assert bool(found.loss) == is_refused, found.loss
    assert not is_refused or found.loss.startswith(f"{gone} of {total} operations are gone (GET /way-")


def test_operations_that_move_are_no_loss() -> None:
    assert not drift(described(*range(9)), described(*range(9), prefix="/v2/way")).loss


@table(("old", "new"), PAIRS)
def test_no_published_bump_is_refused(old: str, new: str) -> None:
    before, after = contract(old), contract(new)
    comparison = compare_facts(before, after, old_prose={}, new_prose={})
    assert not drift(before, after, Report(comparison, ())).loss
