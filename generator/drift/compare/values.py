"""
Observes what differs in the plain values that two schemas take: types, enums, bounds, formats, defaults, marks.

It goes no deeper: what stands inside of objects, lists and unions is walked elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from generator.drift.compare import bounds
from generator.drift.compare.flat import Part, View, Where
from generator.drift.compare.grammar import canonical
from generator.drift.judge.findings import Ledger, Scope
from generator.drift.report.wording import label, listed, told


class ValueWalk:
    """The part of a walk over schemas that looks at values."""

    ledger: Ledger

    def patterns(self, scope: Scope, old: Part, new: Part, said: str) -> None:
        """Walk the schemas of properties that are known by a pattern."""
        raise NotImplementedError

    def _types(self, scope: Scope, new: Part, one: View, other: View) -> bool:
        """Observe types; whether what the two have in common is worth a look."""
        if one.types == other.types:
            return True
        see, name = self._see(scope), label(new.where, scope.called)
        lost, came = _beyond(one.types, other.types), _beyond(other.types, one.types)
        said = f"{name} was {_types(one)} and is {_types(other)} now"
        if lost and came:
            see("type-changed", new.below("type"), said, _sorted(one.types), _sorted(other.types))
            return False
        if lost or came:
            event = "type-narrowed" if lost else "type-widened"
            see(event, new.below("type"), said, _sorted(one.types), _sorted(other.types))
            if one.types is None or other.types is None:  # anything has no more to compare
                return False
        return True

    def _values(self, scope: Scope, new: Part, one: View, other: View) -> None:
        see, name = self._see(scope), label(new.where, scope.called)
        if one.values is None and other.values is None:
            return
        if one.values is None:
            see(
                "became-enum",
                other.values_at,
                f"{name} must be one of {listed(other.values or [])} now",
                None,
                other.values,
            )
        elif other.values is None:
            see(
                "enum-dropped",
                new.below("enum"),
                f"{name} takes any value now, not {len(one.values)} only",
                one.values,
                None,
            )
        else:
            before, after = ({canonical(value): value for value in values} for values in (one.values, other.values))
            gone = [value for key, value in before.items() if key not in after]
            came = [value for key, value in after.items() if key not in before]
            if gone:
                see("enum-value-removed", other.values_at, f"{name} lost {listed(gone)}", gone, None)
            if came:
                see("enum-value-added", other.values_at, f"{name} got {listed(came)}", None, came)

    def _words(self, scope: Scope, new: Part, one: View, other: View) -> None:
        see, name = self._see(scope), label(new.where, scope.called)
        for event, key, at, before, after in bounds.changed(one, other):
            see(event, at or new.below(key), f"{name}: {key} {told(before)} became {told(after)}", before, after)
        for key in sorted({*one.words, *other.words} - bounds.BOUNDS):
            before, after = one.words.get(key), other.words.get(key)
            if before is not None and after is not None and canonical(before[0]) == canonical(after[0]):
                continue
            where = after[1] if after else new.below(key)
            values = (before and before[0], after and after[0])
            said = f"{name}: {key} {told(values[0])} became {told(values[1])}"
            if key == "default":
                event = "default-added" if before is None else "default-removed" if after is None else "default-changed"
                see(event, where, said, *values)
            elif key == "deprecated" and bool(values[0]) != bool(values[1]):
                event, word = ("deprecated", "is") if values[1] else ("deprecation-withdrawn", "is no longer")
                see(event, where, f"{name} {word} deprecated", *values)
            elif key in ("readOnly", "writeOnly") and bool(values[0]) != bool(values[1]):
                see("access-changed", where, said, *values)
            elif key == "format":
                narrower = after is not None and values not in bounds.WIDER_FORMATS and scope.direction == "request"
                see("bound-tightened" if narrower else "format-changed", where, said, *values)
            elif key == "patternProperties" and before is not None and after is not None:
                self.patterns(scope, Part(before[0], before[1]), Part(after[0], where), said)
            elif key not in ("deprecated", "readOnly", "writeOnly"):
                see("fact-changed", where, said, *values)

    def _see(self, scope: Scope) -> Any:
        def see(event: str, where: Where, said: str, old: Any = None, new: Any = None) -> None:
            self.ledger.observe(event, scope, where, said, old=old, new=new)

        return see


def _beyond(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    """Whether the first takes types that the second does not."""
    if other is None:
        return False
    if one is None:
        return True
    return any(kind not in other and not (kind == "integer" and "number" in other) for kind in one)


def _types(what: View) -> str:
    return " or ".join(sorted(what.types)) if what.types else "anything"


def _sorted(types: Iterable[str] | None) -> list[str] | None:
    return None if types is None else sorted(types)
