"""Compares two descriptions, judges what differs, and makes the report: what the command line calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from generator.drift.compare.comparison import compare_facts
from generator.drift.compare.prose import Entry
from generator.drift.judge.accepted import Accepted, divided
from generator.drift.judge.judge import judge
from generator.drift.python_api.surfaces import Surfaces
from generator.drift.report.report import Report
from generator.errors import GeneratorError

if TYPE_CHECKING:
    from generator.plan.naming.lock import Names

Contract = Mapping[str, object]
Prose = Mapping[str, Entry]
_TITLE = "/info/title"


def assess(
    old: Contract,
    new: Contract,
    old_prose: Prose,
    new_prose: Prose,
    accepted: tuple[Accepted, ...] = (),
    *,
    names: Names | None = None,
) -> Report:
    """
    Return the report of two contracts with their prose: texts, or what a lock holds of them.

    A side without prose, beside one with the title that every description has, holds facts alone, as the pin does: then
    prose is not compared. `names` is the lock
    of the old contract, where it is the pin.
    """
    if any(not one and _TITLE in other for one, other in ((old_prose, new_prose), (new_prose, old_prose))):
        old_prose, new_prose = {}, {}
    comparison = compare_facts(old, new, old_prose=old_prose, new_prose=new_prose)
    surfaces = Surfaces(old, new, names)
    return Report(comparison, *divided(judge(comparison, surfaces), accepted), lambda: _methods(surfaces))


def _methods(surfaces: Surfaces) -> Mapping[str, str]:
    """Return the names of methods by operation, the new ones first; none where no client can be made."""
    found: dict[str, str] = {}
    try:
        for surface in (surfaces.old, surfaces.new):
            found |= {key: operation.name for key, operation in surface.operations.items()}
    except GeneratorError:
        pass
    return found
