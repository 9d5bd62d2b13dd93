"""Puts findings in the order in which they are read: by operation, the strongest first."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.headline import weight
from generator.drift.report.wording import message
from generator.errors import printable

DOCUMENT = "The document"


@frozen
class Line:
    """One finding in words."""

    cls: Class
    rule: str
    text: str
    old: tuple[str, ...] = ()
    """Sentences of the vendor that are gone, where they are known: to be shown, never to be kept."""
    new: tuple[str, ...] = ()


@frozen
class Group:
    """Lines about the same operations, the strongest first."""

    operations: tuple[str, ...]
    """Empty for what belongs to no operation."""
    lines: tuple[Line, ...]

    @property
    def cls(self) -> Class:
        """The strongest class in it."""
        return self.lines[0].cls


def groups(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Return all findings in groups: the group with the strongest first, then by path."""
    found: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        found.setdefault(one.operations, []).append(one)
    made = []
    for operations, held in found.items():
        ordered = sorted(held, key=lambda one: (one.cls.rank, weight(one)))
        made.append(Group(tuple(sorted(operations, key=_by_path)), tuple(map(line, ordered))))
    return tuple(
        sorted(made, key=lambda one: (one.cls.rank, not one.operations, [_by_path(name) for name in one.operations]))
    )


def line(finding: Finding) -> Line:
    """Return a finding in words, with the media types of bodies where they matter."""
    text = printable(message(finding), limit=500)
    kinds = finding.media_types
    if kinds and kinds != ("application/json",) and not all(kind in text for kind in kinds):
        text += f" (in {', '.join(printable(kind) for kind in kinds)})"
    old, new = (finding.old, finding.new) if finding.rule == "prose-behaviour" else (None, None)
    return Line(finding.cls, finding.rule, text, tuple(old or ()), tuple(new or ()))


def _by_path(name: str) -> tuple[str, str]:
    method, _, path = name.partition(" ")
    return (path, method)
