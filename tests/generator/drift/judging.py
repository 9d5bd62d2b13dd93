"""Compare and judge in one step, as `assess` does, for tests of findings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

from generator.drift.assess import assess
from generator.drift.compare.changes import Kind, Place
from generator.drift.compare.comparison import compare_facts
from generator.drift.compare.prose import Entry
from generator.drift.judge.accepted import Accepted, divided
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.judge.judge import judge
from generator.drift.python_api.surfaces import Surfaces
from generator.drift.report.report import Report
from generator.plan import Version
from tests.contracts import contract

_PLANS: dict[str, Version] = {}
_FINDINGS: dict[tuple[str, str, bool], tuple[Finding, ...]] = {}


class _Surfaces(Surfaces):
    """Surfaces that plan an old contract once: many pairs start with the same."""

    @cached_property
    def _before(self) -> Version:
        text = repr(self._contracts[0])
        if text not in _PLANS:
            _PLANS[text] = super()._before
        return _PLANS[text]


def judged(
    old: Any,
    new: Any,
    old_prose: Mapping[str, Entry] | None = None,
    new_prose: Mapping[str, Entry] | None = None,
    *,
    python: bool = True,
) -> tuple[Finding, ...]:
    """
    Return the findings of two contracts; without `python`, every change that may affect Python counts as one.

    Findings of two contracts without prose are computed once: several tests judge the same pairs.
    """

    def judge_again() -> tuple[Finding, ...]:
        comparison = compare_facts(old, new, old_prose=old_prose or {}, new_prose=new_prose or {})
        return judge(comparison, _Surfaces(old, new) if python else None)

    if old_prose or new_prose:
        return judge_again()
    pair = (repr(old), repr(new), python)
    if pair not in _FINDINGS:
        _FINDINGS[pair] = judge_again()
    return _FINDINGS[pair]


@cache
def published(old: str, new: str) -> Report:
    """Return the report of two published versions, named as in `contract`: several tests read each."""
    return assess(contract(old), contract(new), {}, {})


def finding(cls: Class, name: str = "s", *operations: str, at: str = "/paths/~1a/get", **more: Any) -> Finding:
    """Return a finding whose message is `the server NAME is new`, with other values where they are given."""
    places = tuple(Place(operation) for operation in operations)
    values = {"kind": Kind.SERVER_ADDED, "places": places, "subject": name, **more}
    return Finding(values.pop("rule", "fact-changed"), cls, (at,), **values)


def report(
    *findings: Finding, old: str = "1", new: str = "2", entries: tuple[Accepted, ...] = (), **more: Any
) -> Report:
    """Return a report of findings, of two contracts that have only these versions."""
    contracts = [{"info": {"version": version}, "paths": {}} for version in (old, new)]
    comparison = compare_facts(*contracts, old_prose={}, new_prose={})
    return Report(comparison, *divided(sorted(findings, key=lambda one: one.cls.rank), entries), **more)
