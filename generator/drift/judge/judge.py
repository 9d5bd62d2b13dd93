"""
Judges a comparison: every difference once, by a rule, with its class, place, operations and a sentence.

Operations are paired (by method and path, then by placeholders, then by operationId), then components that a
direction reaches, each once. What might concern the Python API is settled by comparing the two surfaces, which are
made only where a difference could touch them. It prints nothing and knows no class by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from generator.drift.compare import access
from generator.drift.compare.compare import Comparison
from generator.drift.compare.content import Side
from generator.drift.compare.directions import Directions
from generator.drift.compare.endpoints import OperationWalk, same_but_placeholders
from generator.drift.compare.flat import Part
from generator.drift.compare.grammar import canonical
from generator.drift.compare.reach import operation_name
from generator.drift.compare.schemas import SchemaWalk
from generator.drift.judge.findings import Finding, Ledger, Scope, in_total_order
from generator.drift.judge.prose import Entry, judge_prose
from generator.drift.judge.settle import settle
from generator.drift.python_api.surface import Surface, surface_of
from generator.spec.contract import operations
from generator.spec.pointers import parts

Contract = Mapping[str, Any]
SurfaceOf = Callable[[Contract], Surface]
VERSION = "/info/version"
_Key = tuple[str, str]


def judge(
    comparison: Comparison,
    *,
    old_prose: Mapping[str, Entry] | None = None,
    new_prose: Mapping[str, Entry] | None = None,
    surface: SurfaceOf | None = surface_of,
) -> tuple[Finding, ...]:
    """
    Judge all that differs, the strongest first.

    The prose, if given, is by JSON pointer: texts, or what a lock holds of them (`prose.entry`). `surface` makes the
    Python surface of a contract; None takes every rule that might concern Python at its word.
    """
    old, new = comparison.old, comparison.new
    facts = [change for change in comparison.changes if change.pointer != VERSION]
    findings: tuple[Finding, ...] = ()
    if facts:
        walk = _Judge(old, new, {tuple(parts(change.pointer)[:3]) for change in facts})
        walk.run()
        findings = settle(walk.ledger.findings(), old, new, walk.paired, surface)
        if not findings:
            said = (
                f"{len(facts)} {'fact is' if len(facts) == 1 else 'facts are'} told in another way; all stays as it was"
            )
            respelled = Ledger()
            respelled.tell("respelled", Scope("none", frozenset()), (), said)
            findings = respelled.findings()
    more = Ledger()
    judge_prose(more, comparison, old_prose, new_prose)
    if len(facts) < len(comparison.changes):
        before, after = comparison.old_version, comparison.new_version
        said = f"info.version {before or '(none)'} became {after or '(none)'}"
        more.tell("version-changed", Scope("none", frozenset()), ("info", "version"), said, old=before, new=after)
    return in_total_order([*findings, *more.findings()])


class _Judge:
    def __init__(self, old: Contract, new: Contract, touched: set[tuple[str, ...]]) -> None:
        self.old, self.new, self.ledger = old, new, Ledger()
        self.touched = touched
        """The operations and components that a change stands in, by the first parts of its pointer."""
        self.schemas = SchemaWalk(old, new, self.ledger)
        self._shared = self.schemas.has_parts or any(
            where[:1] == ("components",) and where[1:2] not in (("schemas",), ("securitySchemes",)) for where in touched
        )
        self.paired: dict[str, str] = {}
        """The operations that both have: the name in the old contract, and in the new one."""

    def run(self) -> None:
        before, after = operations(self.old), operations(self.new)
        pairs = _pairs(before, after)
        matched = set(pairs.values())
        for key in before:
            if key not in pairs:
                name = operation_name(*key)
                scope, where = Scope("none", frozenset({name})), ("paths", key[1], key[0])
                self.ledger.observe("operation-removed", scope, where, f"{name} removed", old=name)
        for key in after:
            if key not in matched:
                name = operation_name(*key)
                scope, where = Scope("none", frozenset({name})), ("paths", key[1], key[0])
                self.ledger.observe("operation-added", scope, where, f"{name} added", new=name)
        for one, other in pairs.items():
            self._operation(one, other)
        self._tags()
        self._components()

    def _operation(self, one: _Key, other: _Key) -> None:
        was, name = operation_name(*one), operation_name(*other)
        self.paired[was] = name
        old, new = Side(self.old, *one), Side(self.new, *other)
        scope = Scope("none", frozenset({name}))
        if one != other and (one[0] != other[0] or not same_but_placeholders(one[1], other[1])):
            self.ledger.observe("operation-moved", scope, new.where, f"{was} moved to {name}", old=was, new=name)
        access.security(self.ledger, scope, old, new)
        access.servers(self.ledger, scope, old, new)
        near = {new.where, (*new.where[:2], "parameters"), (*new.where[:2], "servers")}
        if one != other or self._shared or not near.isdisjoint(self.touched):
            OperationWalk(self.schemas, name, old, new).walk()

    def _tags(self) -> None:
        """The list of tags on top names nothing: those of the operations do."""
        if canonical(self.old.get("tags", [])) != canonical(self.new.get("tags", [])):
            scope = Scope("none", frozenset())
            self.ledger.observe("tags-changed", scope, ("tags",), "the list of tags differs")

    def _components(self) -> None:
        old, new = (contract.get("components", {}).get("schemas", {}) for contract in (self.old, self.new))
        done: set[str] = set()
        directions: tuple[Directions, Directions] | None = None
        waiting = [name for name in old if name in new]
        while waiting:
            for name in waiting:
                done.add(name)
                other = self.schemas.renames.get(name, name)
                one = Part(old[name], ("components", "schemas", name))
                two = Part(new[other], ("components", "schemas", other))
                if other != name or one.where in self.touched or self.schemas.touches(one.schema):
                    directions = directions or (Directions(self.old), Directions(self.new))
                    self._component(directions, name, other, one, two)
            # Names that are found to be new on the way are components to compare, too.
            waiting = [name for name in self.schemas.renames if name not in done and name in old]
        gone = [name for name in old if name not in new and name not in self.schemas.renames]
        came = [name for name in new if name not in old and name not in self.schemas.renames.values()]
        if gone or came:
            directions = directions or (Directions(self.old), Directions(self.new))
            self._lone(directions, gone, came, old, new)

    def _component(
        self, directions: tuple[Directions, Directions], name: str, other: str, one: Part, two: Part
    ) -> None:
        before, after = directions[0].scopes(name), directions[1].scopes(other)
        found = False
        for direction in ("request", "response"):
            scopes = [scopes[direction] for scopes in (before, after) if direction in scopes]
            if scopes:
                reached = frozenset(self.paired.get(key, key) for scope in scopes for key in scope.operations)
                media = frozenset(key for scope in scopes for key in scope.media_types)
                self.schemas.pair(Scope(direction, reached, media), one, two)
                found = True
        if not found and not directions[0].is_part(name) and not directions[1].is_part(other):
            said = f"the component {other}, which no operation refers to, differs"
            self.ledger.observe("unused-schema-changed", Scope("none", frozenset()), two.where, said)

    def _lone(
        self, directions: tuple[Directions, Directions], gone: list[str], came: list[str], old: Contract, new: Contract
    ) -> None:
        """Components without a partner. One that is equal to a new one word for word was renamed."""
        texts = Counter(canonical(new[name]) for name in came)
        by_text = {canonical(new[name]): name for name in came if texts[canonical(new[name])] == 1}
        for name in gone:
            uses = frozenset(self.paired.get(use.operation, use.operation) for use in directions[0].uses.get(name, ()))
            other = by_text.pop(canonical(old[name]), None)
            scope = Scope("none", uses)
            if other is not None and not uses:
                came.remove(other)
                said = f"the component {name} is called {other} now"
                where = ("components", "schemas", other)
                self.ledger.observe("schema-renamed", scope, where, said, old=name, new=other)
            else:
                where = ("components", "schemas", name)
                self.ledger.observe("schema-removed", scope, where, f"the component {name} is gone", old=name)
        for name in came:
            if not directions[1].uses.get(name) and not directions[1].is_part(name):
                said = f"the component {name}, which no operation refers to, is new"
                where = ("components", "schemas", name)
                self.ledger.observe("unused-schema-changed", Scope("none", frozenset()), where, said, new=name)


def _pairs(before: Mapping[_Key, Any], after: Mapping[_Key, Any]) -> dict[_Key, _Key]:
    """Which operation is which: by method and path, by placeholders, by operationId."""
    pairs = {key: key for key in before if key in after}
    left = [key for key in after if key not in before]
    for key in [key for key in before if key not in after]:
        found = next((one for one in left if one[0] == key[0] and same_but_placeholders(one[1], key[1])), None)
        if found is not None:
            pairs[key] = found
            left.remove(found)
    ids = Counter(operation.get("operationId") for operation in [*before.values()])
    others = Counter(operation.get("operationId") for operation in [*after.values()])
    for key in [key for key in before if key not in pairs]:
        known = before[key].get("operationId")
        found = next((one for one in left if known and after[one].get("operationId") == known), None)
        if found is not None and ids[known] == others[known] == 1:
            pairs[key] = found
            left.remove(found)
    return pairs
