"""
A report: findings, those that were accepted, and what they mean together.

Text, Markdown, JSON and annotations are written from it, each in a module of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from attrs import field, frozen

from generator.drift.compare.changes import Kind
from generator.drift.compare.comparison import Comparison
from generator.drift.judge.accepted import Accepted
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.headline import headline
from generator.errors import counted

Bump = Literal["major", "minor", "patch"]
Methods = Callable[[], Mapping[str, str]]
BREAKING = frozenset({Class.WIRE, Class.SOURCE})
_FOLLOWED = {
    Kind.OPERATION_MOVED, Kind.SERVER_CHANGED, Kind.MEDIA_REMOVED, Kind.PARAMETER_STYLE_CHANGED, Kind.ENCODING_CHANGED,
}  # fmt: skip
LINE = Class.LIFECYCLE
"""The weakest class that fails `check` by default: all except DOCS and VERSION."""


@frozen
class Report:
    """All that is reported of two descriptions."""

    comparison: Comparison = field(repr=False)
    findings: tuple[Finding, ...]
    """In their total order, the strongest first, without those that were accepted."""
    accepted: tuple[tuple[Finding, Accepted], ...] = ()
    """Accepted findings, each with its entry."""
    unmatched: tuple[Accepted, ...] = ()
    """Entries that match no finding."""
    methods: Methods = field(default=dict, repr=False)
    """Returns the names of the client's methods, by operation."""

    @property
    def headline(self) -> str:
        """The most important changes, in one sentence."""
        if self.accepted and not self.findings:
            return f"Only accepted findings differ ({counted(len(self.accepted), 'finding')})."
        return headline(self.findings)

    @property
    def counts(self) -> dict[Class, int]:
        """How many findings there are of each class, the strongest class first; accepted ones are not counted."""
        found = [finding.cls for finding in self.findings]
        return {cls: found.count(cls) for cls in Class}

    @property
    def strongest(self) -> Class | None:
        """The strongest class of the findings; None where there are none."""
        return self.findings[0].cls if self.findings else None

    @property
    def suggested_bump(self) -> Bump | None:
        """Which part of the client's own version the findings suggest to raise; None where there are none."""
        classes = {finding.cls for finding in self.findings}
        if not classes:
            return None
        return "major" if classes & BREAKING else "minor" if Class.ADDITIVE in classes else "patch"

    def reaches(self, line: Class) -> bool:
        """Whether a finding is at or above a line."""
        return self.strongest is not None and self.strongest.rank <= line.rank


def summed(report: Report) -> str:
    """How many findings there are of each class that occurs: "1 WIRE, 4 ADDITIVE"."""
    return ", ".join(f"{count} {cls.value}" for cls, count in report.counts.items() if count)


def is_followed(finding: Finding) -> bool:
    """Whether the next client makes a change of requests by itself: its methods are called as before."""
    return finding.kind in _FOLLOWED and finding.is_sent and not finding.python
