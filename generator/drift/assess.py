"""
Compares two descriptions, judges what differs, and makes the report of it: what the command line calls.

The two Python surfaces are made once, however many parts of a report ask for them.
"""

from __future__ import annotations

from collections.abc import Mapping

from generator.drift.compare.compare import compare_facts
from generator.drift.judge.accepted import Accepted
from generator.drift.judge.judge import judge
from generator.drift.judge.prose import Entry
from generator.drift.python_api.surface import Remembered
from generator.drift.report.report import Report, methods_of, report_of
from generator.spec.pin import hashed

Contract = Mapping[str, object]
Prose = Mapping[str, Entry]


def assess(
    old: Contract, new: Contract, old_prose: Prose, new_prose: Prose, accepted: tuple[Accepted, ...] = ()
) -> Report:
    """
    Return the report of two contracts with their prose: texts, or what a lock holds of them, but the same of both.

    A side without any prose holds facts alone, as the pin does: then prose is not compared.
    """
    if not old_prose or not new_prose:
        old_prose, new_prose = {}, {}
    comparison = compare_facts(old, new, old_prose=hashed(old_prose), new_prose=hashed(new_prose))
    surface = Remembered()
    findings = judge(comparison, old_prose=old_prose, new_prose=new_prose, surface=surface)
    methods = methods_of(lambda: _names(surface, old), lambda: _names(surface, new))
    return report_of(comparison, findings, accepted, methods)


def _names(surface: Remembered, contract: Contract) -> dict[str, str]:
    return {key: operation.name for key, operation in surface(contract).operations.items()}
