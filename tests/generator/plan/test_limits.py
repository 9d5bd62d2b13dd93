"""A description that is too large to render is refused with its counts; the time for a wide one grows linearly."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.errors import GeneratorError
from generator.generate import generate
from generator.plan import limits, plan_of

Document = dict[str, Any]


def wide(contract_of: Callable[..., Document], count: int) -> Document:
    properties = {f"property_{number}": {"type": "string"} for number in range(count)}
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": properties}}}}
    contract: Document = contract_of(requestBody=body)
    return contract


def test_too_many_members_are_refused(contract_of: Callable[..., Document], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MEMBERS", 50)
    plan_of(wide(contract_of, 20))
    with pytest.raises(GeneratorError, match="at most 50 fields, values and arguments, and the description has"):
        plan_of(wide(contract_of, 60))


@pytest.mark.parametrize("name", ["OPERATIONS", "CLASSES"])
def test_too_many_operations_and_classes_are_refused(
    contract_of: Callable[..., Document], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(limits, name, 0)
    with pytest.raises(GeneratorError, match=f"at most 0 {name.lower()}, and the description has"):
        plan_of(wide(contract_of, 3))


@pytest.mark.slow
def test_the_time_for_parameters_grows_linearly(contract_of: Callable[..., Document], tmp_path: Path) -> None:
    times = []
    for count in (500, 4_000):
        parameters = [
            {"name": f"p{number}", "in": "query", "required": False, "schema": {"type": "string"}}
            for number in range(count)
        ]
        started = time.process_time()
        generate(contract_of(parameters=parameters), tmp_path / str(count) / "venice_client")
        times.append(time.process_time() - started)
    assert times[1] < 16 * times[0]


@pytest.mark.slow
def test_the_time_for_a_wide_object_grows_linearly(contract_of: Callable[..., Document], tmp_path: Path) -> None:
    times = []
    for count in (1_000, 4_000):
        started = time.process_time()
        generate(wide(contract_of, count), tmp_path / str(count) / "venice_client")
        times.append(time.process_time() - started)
    assert times[1] < 8 * times[0]
