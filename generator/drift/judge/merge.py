"""
Merges findings that are one change: first what stands at one place and is sent and read, then the same change of the
same field in several media types, responses, operations and components.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from attrs import evolve

from generator.drift.compare.comparison import in_order
from generator.drift.judge.findings import Finding
from generator.spec.canonical import canonical

_ALONE = {"operation-removed", "operation-added", "operation-moved", "price-changed", "prose-changed"}


def merged(findings: Iterable[Finding], key: Callable[[Finding], Hashable]) -> list[Finding]:
    """Merge the findings of which a key is the same."""
    groups: dict[Hashable, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(key(finding), []).append(finding)
    return [_one(group) for group in groups.values()]


def place(finding: Finding) -> Hashable:
    """Return the same for findings of one kind at one place: what is sent and read is one change."""
    return (finding.kind, finding.pointers) if finding.kind is not None else id(finding)


def python_change(finding: Finding) -> Hashable:
    """Return the same for the causes of one change in Python."""
    return (finding.rule, finding.python) if finding.python else id(finding)


def field_change(finding: Finding) -> Hashable:
    """Return the same for the same change of the same field, wherever it is."""
    if finding.rule in _ALONE or (finding.kind is None and finding.rule != "prose-behaviour"):
        return id(finding)
    if finding.kind is None and finding.old is finding.new is None:
        return id(finding)  # of a lock: the same statement is one finding already
    values = canonical(finding.old), canonical(finding.new), finding.subject
    if finding.kind is None:
        return (finding.rule, values)
    named = {
        place.holder for place in finding.places if "parameter" in place.holder or place.holder.startswith("header")
    }
    fields = {place.field for place in finding.places}
    field = min(fields, key=lambda one: (one.count("."), len(one), one), default="")
    return (finding.rule, finding.kind, field, values, tuple(sorted(named)), bool(finding.places))


def _one(group: list[Finding]) -> Finding:
    """Return one finding with the strongest rule of some, and with all their places."""
    if len(group) == 1:
        return group[0]
    strongest = min(group, key=lambda one: (one.cls.rank, one.direction != "request"))
    return evolve(
        strongest,
        pointers=tuple(sorted({where for one in group for where in one.pointers}, key=in_order)),
        places=tuple(sorted({place for one in group for place in one.places})),
    )
