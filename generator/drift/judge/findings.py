"""
Findings: one a rule and place, with the operations that it reaches; and the ledger that collects them.

What several operations share is walked for each of them and told once: the ledger puts findings of one rule and
one place together. It decides nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from attrs import define, evolve, field, frozen

from generator.drift.compare.compare import in_order
from generator.drift.judge.classes import Class
from generator.drift.judge.rules import ANSWERS, BY_ID
from generator.spec.pointers import pointer

Where = tuple[str, ...]


@frozen
class Finding:
    """What one difference means to callers."""

    rule: str
    cls: Class
    pointer: str
    """Its place in the new contract, or in the old one for what is gone."""
    operations: tuple[str, ...]
    """The operations that it reaches, such as `POST /image/edit`; sorted."""
    media_types: tuple[str, ...]
    """For a request, the media types of the bodies that it is in; sorted."""
    old: Any = field(repr=False)
    new: Any = field(repr=False)
    message: str

    @property
    def fingerprint(self) -> str:
        """What names this finding whatever its words are: a short hash of rule and place."""
        return hashlib.sha256(f"{self.rule} {self.pointer}".encode(errors="surrogatepass")).hexdigest()[:12]

    def as_rule(self, rule: str) -> Finding:
        """Return the same under another rule."""
        return evolve(self, rule=rule, cls=BY_ID[rule].cls)


@frozen
class Scope:
    """Who a place matters to: a direction, the operations that reach it, and in which media types."""

    direction: str
    operations: frozenset[str]
    media_types: frozenset[str] = frozenset()
    called: str = ""
    """What the place is part of, where its pointer does not say it: a parameter."""


@define
class _Entry:
    finding: Finding
    operations: set[str]
    media_types: set[str]


class Ledger:
    """Collects what was observed, by rule and place."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], _Entry] = {}

    def observe(
        self, event: str, scope: Scope, where: Where, message: str, *, old: Any = None, new: Any = None
    ) -> None:
        """Take down an event, under the rule that answers to it in this direction."""
        answer = ANSWERS.get((event, scope.direction)) or ANSWERS[event, "none"]
        self.tell(answer.id, scope, where, message, old=old, new=new)

    def tell(self, rule: str, scope: Scope, where: Where, message: str, *, old: Any = None, new: Any = None) -> None:
        """Take down a finding of a rule."""
        at = pointer(where)
        entry = self._entries.get((rule, at))
        if entry is None:
            finding = Finding(rule, BY_ID[rule].cls, at, (), (), old, new, message)
            self._entries[rule, at] = _Entry(finding, set(scope.operations), set(scope.media_types))
        else:
            entry.operations |= scope.operations
            entry.media_types |= scope.media_types

    def findings(self) -> tuple[Finding, ...]:
        """All findings, in their total order."""
        return in_total_order(
            evolve(one.finding, operations=tuple(sorted(one.operations)), media_types=tuple(sorted(one.media_types)))
            for one in self._entries.values()
        )


def in_total_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The strongest first, then by place, then by rule."""
    return tuple(sorted(findings, key=lambda one: (one.cls.rank, in_order(one.pointer), one.rule)))
