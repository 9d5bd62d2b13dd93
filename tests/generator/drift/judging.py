"""Compare and judge in one step, as `assess` does, for tests of findings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from generator.drift.assess import assess
from generator.drift.compare.changes import Kind, Place
from generator.drift.compare.comparison import compare_facts
from generator.drift.compare.prose import Entry
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.judge.judge import judge
from generator.drift.python_api.surfaces import Surfaces
from generator.drift.report.report import Report, report_of
from tests.contracts import contract


def judged(
    old: Any,
    new: Any,
    old_prose: Mapping[str, Entry] | None = None,
    new_prose: Mapping[str, Entry] | None = None,
    *,
    python: bool = True,
) -> tuple[Finding, ...]:
    """Return the findings of two contracts; without `python`, every change that may affect Python counts as one."""
    comparison = compare_facts(old, new, old_prose=old_prose or {}, new_prose=new_prose or {})
    return judge(comparison, Surfaces(old, new) if python else None)


@cache
def published(old: str, new: str) -> Report:
    """Return the report of two published versions, named as in `contract`: several tests read each."""
    return assess(contract(old), contract(new), {}, {})


def finding(cls: Class, name: str = "s", *operations: str, at: str = "/paths/~1a/get", **more: Any) -> Finding:
    """Return a finding whose message is `the server NAME is new`, with other values where they are given."""
    places = tuple(Place(operation) for operation in operations)
    values = {"kind": Kind.SERVER_ADDED, "places": places, "subject": name, **more}
    return Finding(values.pop("rule", "fact-changed"), cls, (at,), **values)


def report(*findings: Finding, old: str = "1", new: str = "2", **more: Any) -> Report:
    """Return a report of findings, of two contracts that have only these versions."""
    contracts = [{"info": {"version": version}, "paths": {}} for version in (old, new)]
    comparison = compare_facts(*contracts, old_prose={}, new_prose={})
    return report_of(comparison, tuple(sorted(findings, key=lambda one: one.cls.rank)), **more)
