"""
Judges a comparison: every change by one rule of the table, and what it does to the Python API by comparing the two.

The surfaces are made only where a change could concern Python.
"""

from __future__ import annotations

from attrs import evolve

from generator.drift.compare.addresses import address
from generator.drift.compare.changes import GONE, Change
from generator.drift.compare.comparison import Comparison
from generator.drift.judge.findings import Finding, in_total_order
from generator.drift.judge.merge import field_change, merged, place, python_change
from generator.drift.judge.prose import judge_prose
from generator.drift.judge.python_effects import with_python
from generator.drift.judge.rules import ANSWERS
from generator.drift.python_api.surfaces import Surfaces


def judge(comparison: Comparison, surfaces: Surfaces | None) -> tuple[Finding, ...]:
    """
    Judge all that differs, the strongest first.

    Without `surfaces`, every rule that might concern Python is taken as if it did.
    """
    settled = with_python(on_the_wire(comparison), comparison, surfaces)
    found = [*merged(merged(settled, python_change), field_change), *merged(judge_prose(comparison), field_change)]
    return tuple(_addressed(one, comparison) for one in in_total_order(found))


def on_the_wire(comparison: Comparison) -> list[Finding]:
    """Judge the changes of a comparison by what they do on the wire alone."""
    return merged(map(_finding, comparison.changes), place)


def _addressed(finding: Finding, comparison: Comparison) -> Finding:
    """Return a finding with its addresses: those of what is gone come from the old contract."""
    is_gone = finding.kind in GONE or (finding.kind is None and finding.subject == "gone")
    contracts = (comparison.old, comparison.new) if is_gone else (comparison.new, comparison.old)
    addresses = (
        next((found for one in contracts if (found := address(one, where)) is not None), where)
        for where in finding.pointers
    )
    return evolve(finding, addresses=tuple(addresses))


def _finding(change: Change) -> Finding:
    rule = ANSWERS.get((change.kind, change.direction)) or ANSWERS[change.kind, "none"]
    return Finding(
        rule.id, rule.cls, (change.pointer,), change.places, change.kind, change.direction, change.subject,
        change.old, change.new,
    )  # fmt: skip
