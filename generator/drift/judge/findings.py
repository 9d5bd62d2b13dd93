"""Findings: what differences mean to callers. One finding may hold the same change at several places."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import evolve, field, frozen

from generator.drift.compare.changes import Direction, Kind, Place
from generator.drift.compare.comparison import in_order
from generator.drift.judge.classes import Class
from generator.drift.judge.rules import BY_ID
from generator.spec.statements import short_hash


@frozen
class Finding:
    """What one difference means to callers."""

    rule: str
    cls: Class
    pointers: tuple[str, ...]
    """All its places: in the new contract, or in the old one for what is gone; sorted, at least one."""
    places: tuple[Place, ...] = ()
    """The places of operations that it reaches, sorted."""
    kind: Kind | None = None
    """The kind of change; None for a finding about prose or about Python alone."""
    direction: Direction = "none"
    subject: str = ""
    old: Any = field(default=None, repr=False)
    new: Any = field(default=None, repr=False)
    addresses: tuple[str, ...] = field(default=(), eq=False, repr=False)
    """The pointers in their order, with the members of lists by what they are (`generator.drift.compare.addresses`)."""
    python: tuple[str, ...] = ()
    """What it does to the Python API, a sentence each."""

    @property
    def pointer(self) -> str:
        """Its first place."""
        return self.pointers[0]

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that it reaches, such as `POST /image/edit`; sorted."""
        return tuple(sorted({place.operation for place in self.places} - {""}))

    @property
    def is_sent(self) -> bool:
        """Whether it is about what is sent: all that is not about what is read."""
        return self.direction in ("request", "none")

    @property
    def media_types(self) -> tuple[str, ...]:
        """For a request, the media types of the bodies that it is in; sorted."""
        found = {place.media_type for place in self.places if place.holder == "body"}
        return tuple(sorted(found - {""}))

    @property
    def fingerprint(self) -> str:
        """What identifies this finding whatever its words are: a short hash of rule and address of the first place."""
        return self.fingerprints[0]

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The fingerprints of all its places; each identifies it."""
        return tuple(short_hash(f"{self.rule} {where}") for where in self.addresses or self.pointers)

    def as_rule(self, rule: str) -> Finding:
        """Return the same under another rule."""
        return evolve(self, rule=rule, cls=BY_ID[rule].cls)


def in_total_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the strongest first, then by place, then by rule."""
    return tuple(sorted(findings, key=lambda one: (one.cls.rank, in_order(one.pointer), one.rule, one.subject)))
