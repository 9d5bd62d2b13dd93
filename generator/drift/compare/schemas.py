"""
Walks two versions of a schema and observes what differs in what they take: events, at their places.

It goes through inline schemas and stops at a reference that is the same on both sides: a component is walked once, at
its own place. Where the reference itself differs it looks through it. What an event means, the rules say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.drift.compare.directions import RESPONSE, SCHEMAS, component
from generator.drift.compare.flat import Part, View, Where, beside, parts_used, reference, view
from generator.drift.compare.grammar import canonical, resolved, same
from generator.drift.compare.objects import renamed
from generator.drift.compare.pairing import by_key, by_likeness, marks
from generator.drift.compare.unions import as_branches, covered
from generator.drift.compare.values import ValueWalk
from generator.drift.judge.findings import Ledger, Scope
from generator.drift.report.wording import label, told

_DEEP = 60


class SchemaWalk(ValueWalk):
    """Walks pairs of schemas of two contracts; what it observes goes into a ledger."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any], ledger: Ledger) -> None:
        self.old, self.new, self.ledger = old, new, ledger
        self.renames: dict[str, str] = {}
        """Components that have another name in the new contract."""
        self._parts = self._changed_parts()
        self._looking_through: set[tuple[str, str, str]] = set()

    def pair(self, scope: Scope, old: Part, new: Part, *, depth: int = 0) -> None:
        """Observe what differs between two schemas."""
        if depth > _DEEP or (same(old.schema, new.schema) and not self.touches(old.schema)):
            return
        one, other = reference(old.schema), reference(new.schema)
        if one is not None and one == other:
            self._views(
                scope, old, new, view({}, Part(beside(old.schema), old.where)),
                view({}, Part(beside(new.schema), new.where)), depth,
            )  # fmt: skip
            return
        if one is not None or other is not None:
            self._referred(scope, new, one, other)
            if self._is_renamed(one, other):
                return
            seen = (one or f"{id(old.schema)}", other or f"{id(new.schema)}", scope.direction)
            if seen in self._looking_through:
                return
            self._looking_through.add(seen)
            self._views(scope, old, new, view(self.old, old), view(self.new, new), depth)
            self._looking_through.discard(seen)
            return
        self._views(scope, old, new, view(self.old, old), view(self.new, new), depth)

    @property
    def has_parts(self) -> bool:
        """Whether a schema may differ without a word of its own, by the parts of an `allOf`."""
        return bool(self._parts)

    def _referred(self, scope: Scope, new: Part, one: str | None, other: str | None) -> None:
        if one is None or other is None:
            event = "schema-inlined" if other is None else "inline-became-ref"
            name = _name(one or other)
            said = f"the inline schema is now the component {name}" if other else f"the component {name} is inline now"
            self.ledger.observe(
                event,
                scope,
                new.where,
                f"{label(new.where, scope.called)}: {said}",
                old=None if one is None else name,
                new=None if other is None else name,
            )
        elif self._is_renamed(one, other):
            self.renames[_name(one)] = _name(other)
            where = ("components", "schemas", _name(other))
            said = f"the component {_name(one)} is called {_name(other)} now"
            self.ledger.observe("schema-renamed", scope, where, said, old=_name(one), new=_name(other))
        else:
            said = f"{label(new.where, scope.called)}: {_name(one)} became {_name(other)}"
            self.ledger.observe("ref-target-changed", scope, new.below("$ref"), said, old=_name(one), new=_name(other))

    def _is_renamed(self, one: str | None, other: str | None) -> bool:
        if one is None or other is None or not (one.startswith(SCHEMAS) and other.startswith(SCHEMAS)):
            return False
        return component(self.new, one) is None and component(self.old, other) is None

    def _views(self, scope: Scope, old: Part, new: Part, one: View, other: View, depth: int) -> None:
        see, name = self._see(scope), label(new.where, scope.called)
        if one.nullable != other.nullable:
            word, event = ("may", "became-nullable") if other.nullable else ("must not", "became-not-nullable")
            see(event, new.where, f"{name} {word} be null", one.nullable, other.nullable)
        if (one.branches is None) != (other.branches is None) or one.branches is not None:
            if one.branches is None and one.types is None and one.values is None and not one.properties:
                see("type-narrowed", new.where, f"{name} took anything, and is one of a union now", None, None)
            elif other.branches is None and other.types is None and other.values is None:
                see("type-widened", new.where, f"{name} takes anything now", None, None)
            else:
                self._unions(scope, old, new, one, other, depth)
            if one.branches is None or other.branches is None:
                return
        elif not self._types(scope, new, one, other):
            return
        self._values(scope, new, one, other)
        self._words(scope, new, one, other)
        self._object(scope, new, one, other, depth)
        if one.items is not None and other.items is not None:
            self.pair(scope, one.items, other.items, depth=depth + 1)
        elif (one.items is None) != (other.items is None):
            at = other.items or Part(None, new.below("items"))
            event = "type-widened" if other.items is None else "type-narrowed"
            may = "may be anything" if other.items is None else "have a type"
            see(event, at.where, f"the items of {name} {may} now")

    def _object(self, scope: Scope, new: Part, one: View, other: View, depth: int) -> None:
        see = self._see(scope)
        self._rest(scope, new, one, other, depth)
        closed = "closed" if other.closed else "open"
        gone = {name: part for name, part in one.properties.items() if name not in other.properties}
        came = {name: part for name, part in other.properties.items() if name not in one.properties}
        for before, after in renamed(gone, came, self.old, self.new):
            part, where = gone.pop(before), came[after].where
            said = f"{before} renamed {after} in {_held(scope, other)}"
            see(f"property-renamed-{closed}", where, said, before, after)
            self.pair(scope, part, came.pop(after), depth=depth + 1)
            self._required(scope, where, after, before in one.required, after in other.required)
        for part in gone.values():
            event = "property-removed" if other.closed else "property-removed-open"
            what = "an answer" if scope.direction == RESPONSE else "a closed object" if other.closed else "an object"
            see(event, part.where, f"{label(part.where, scope.called)} is gone from {what}", part.schema, None)
        for name, part in came.items():
            must = name in other.required
            event = "property-added-required" if must else "property-added"
            see(
                event,
                part.where,
                f"{label(part.where, scope.called)} is new{' and required' if must else ''}",
                None,
                part.schema,
            )
        for name in sorted({*one.properties} & {*other.properties}):
            self._required(scope, other.properties[name].where, name, name in one.required, name in other.required)
            self.pair(scope, one.properties[name], other.properties[name], depth=depth + 1)
        for name in sorted((one.required ^ other.required) - {*one.properties} - {*other.properties}):
            self._required(scope, new.below("required", name), name, name in one.required, name in other.required)

    def patterns(self, scope: Scope, old: Part, new: Part, said: str) -> None:
        """Walk the schemas of properties that are known by a pattern."""
        for pattern in sorted(old.schema.keys() & new.schema.keys()):
            self.pair(
                scope, Part(old.schema[pattern], old.below(pattern)), Part(new.schema[pattern], new.below(pattern))
            )
        if old.schema.keys() != new.schema.keys():
            self.ledger.observe("fact-changed", scope, new.where, said, old=old.schema, new=new.schema)

    def _required(self, scope: Scope, where: Where, name: str, before: bool, after: bool) -> None:
        if before != after:
            event = "property-became-required" if after else "property-became-optional"
            called = label(where, scope.called) if where[-2:-1] == ("properties",) else name
            self._see(scope)(event, where, f"{called} is {'required' if after else 'optional'} now", before, after)

    def _rest(self, scope: Scope, new: Part, one: View, other: View, depth: int) -> None:
        if canonical(one.rest) == canonical(other.rest):
            return
        see, name, where = (
            self._see(scope),
            label(new.where, scope.called),
            other.rest_at or new.below("additionalProperties"),
        )
        if isinstance(one.rest, dict) and isinstance(other.rest, dict):
            self.pair(scope, Part(one.rest, one.rest_at), Part(other.rest, where), depth=depth + 1)
        elif other.rest is True or one.rest is False:
            see("object-opened", where, f"{name} takes more properties than it declares now", one.rest, other.rest)
        else:
            see("object-closed", where, f"{name} refuses properties that it does not declare", one.rest, other.rest)

    def _unions(self, scope: Scope, old: Part, new: Part, one: View, other: View, depth: int) -> None:
        see, name = self._see(scope), label(new.where, scope.called)
        before, after = as_branches(old, one), as_branches(new, other)
        was, now = [part.schema for part in before], [part.schema for part in after]
        seen_was = [resolved(self.old, schema) for schema in was]
        seen_now = [resolved(self.new, schema) for schema in now]
        pairs = by_likeness(was, now, seen_was, seen_now)
        if len(was) == len(now) == 1:
            pairs = by_key([0], [0])
        for i, j in pairs:
            if i is not None and j is not None:
                self.pair(scope, before[i], after[j], depth=depth + 1)
        for i, _ in (pair for pair in pairs if pair[1] is None):
            if i is not None and not covered(seen_was[i], seen_now):
                see(
                    "union-branch-removed",
                    before[i].where,
                    f"{name} lost its alternative {_branch(was[i], seen_was[i])}",
                    was[i],
                    None,
                )
        for _, j in (pair for pair in pairs if pair[0] is None):
            if j is not None and not covered(seen_now[j], seen_was):
                event = "became-union" if one.branches is None else "union-branch-added"
                see(event, after[j].where, f"{name} got the alternative {_branch(now[j], seen_now[j])}", None, now[j])

    def _changed_parts(self) -> set[str]:
        """References in an `allOf` whose target differs: a schema with one differs without a word of its own."""
        used = {*parts_used(self.old), *parts_used(self.new)}
        changed = {ref for ref in used if canonical(component(self.old, ref)) != canonical(component(self.new, ref))}
        while True:
            more = {ref for ref in used - changed if changed & set(parts_used(component(self.new, ref)))}
            if not more:
                return changed
            changed |= more

    def touches(self, schema: Any) -> bool:
        """Whether a schema differs without a word of its own, by a part of an `allOf` in it."""
        return bool(self._parts) and not self._parts.isdisjoint(parts_used(schema))


def _held(scope: Scope, seen: View) -> str:
    if scope.direction == RESPONSE:
        return "an answer"
    return "a closed object: callers break" if seen.closed else "an object"


def _name(ref: str | None) -> str:
    return str(ref).rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def _branch(schema: Any, seen: Any) -> str:
    found = marks(seen)
    if found:
        return ", ".join(f"{name} {value}" for name, value in sorted(found.items())[:1])
    if isinstance(schema, dict) and "$ref" in schema:
        return _name(schema["$ref"])
    return told(schema)
