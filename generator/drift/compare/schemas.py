"""
Compares schemas by the values that they allow: the walk through two contracts, below the operations.

A pair of components is compared once, as a node; what refers to it holds a link to the node. `spread` follows the links
and says which places of operations a difference reaches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import evolve

from generator.drift.compare.branches import ANY, Branch, Found, Node, Pair, Path, View
from generator.drift.compare.changes import NARROWING, Direction, Kind
from generator.drift.compare.labels import label
from generator.drift.compare.pairing import pair_branches, renamed_properties
from generator.drift.compare.references import (
    Contract,
    Part,
    Where,
    changed_references,
    component,
    component_name,
    references,
    same,
    target,
    whole_reference,
)
from generator.drift.compare.values import compare_notes, compare_values
from generator.drift.compare.views import notes_of, view
from generator.spec.canonical import canonical
from generator.spec.component_references import component_of
from generator.spec.component_renames import Renames

_DEEP = 60
_NARROWER = NARROWING | {Kind.PROPERTY_REMOVED_OPEN, Kind.PROPERTY_RENAMED_OPEN}


class SchemaComparison:
    """Compares schemas of two contracts."""

    def __init__(self, old: Contract, new: Contract, renames: Renames, changed: frozenset[str] | None = None) -> None:
        self.old, self.new = old, new
        self.renames = renames
        self.changed = changed_references(old, new) if changed is None else changed
        self.nodes: dict[Pair, Node] = {}
        """By the references of the old and the new component."""
        self._waiting: list[Pair] = []

    def root(self, old: Part, new: Part) -> Node:
        """Compare two schemas that stand outside of other schemas."""
        node = Node()
        self._pair(node, (), old, new, 0)
        while self._waiting:
            pair = self._waiting.pop()
            one, other = (component(contract, ref) for contract, ref in zip((self.old, self.new), pair, strict=True))
            before = Part(one or {}, target(pair[0]) or ())
            self._pair(self.nodes[pair], (), before, Part(other or {}, target(pair[1]) or ()), 0)
        return node

    def differs(self, old: Any, new: Any) -> bool:
        """Return whether two values differ, by themselves or by what they refer to."""
        return not same(old, new) or (bool(self.changed) and not self.changed.isdisjoint(references(old)))

    def is_renamed(self, one: str, other: str) -> bool:
        """Return whether two references lead to one component, which has another name in the new contract."""
        was, now = component_of({"$ref": one}), component_of({"$ref": other})
        return bool(was) and self.renames.renamed.get(was) == now

    def _follows(self, one: str, other: str) -> bool:
        """Return whether the component of the second reference took the place of that of the first one."""
        was, now = component_of({"$ref": one}), component_of({"$ref": other})
        if not was or not now:
            return one == other
        return self.renames.renamed.get(was, was) == now or self.renames.split.get(now) == was

    def spread(self, node: Node) -> Iterator[tuple[Found, Path]]:
        """Yield all that differs in a node and in those that it leads to, with the path of the field from the node."""
        seen: set[Pair] = set()
        waiting: list[tuple[Path, Node]] = [((), node)]
        while waiting:
            path, here = waiting.pop(0)
            for found in here.found:
                yield found, (*path, *found.path)
            for more, pair in here.links:
                if pair not in seen:
                    seen.add(pair)
                    waiting.append(((*path, *more), self.nodes[pair]))

    def _pair(self, node: Node, path: Path, old: Part, new: Part, depth: int) -> None:
        if depth > _DEEP or not self.differs(old.schema, new.schema):
            return
        one, other = whole_reference(old.schema), whole_reference(new.schema)
        if one is not None and other is not None and self._follows(one, other):
            self._beside(node, path, old, new)
            self._link(node, path, one, other, new.where)
            return
        before, after = view(self.old, old), view(self.new, new)
        compare_notes(node, path, before.notes, after.notes, new)
        self._deprecated(node, path, before, after)
        self._discriminator(node, path, before, after)
        self._views(node, path, before, after, new, depth)

    def _beside(self, node: Node, path: Path, old: Part, new: Part) -> None:
        """Compare what stands beside two references to one component."""
        compare_notes(node, path, notes_of(old), notes_of(new), new)
        was, now = (bool(part.schema.get("nullable")) for part in (old, new))
        if was != now and view(self.old, old).null != view(self.new, new).null:
            node.see(Kind.BECAME_NULLABLE if now else Kind.BECAME_NOT_NULLABLE, new.where, path)

    def _link(self, node: Node, path: Path, one: str, other: str, where: Where) -> None:
        """Refer to a pair of components; it is compared when its turn comes."""
        if one != other:
            was, now = component_name(one), component_name(other)
            if self.is_renamed(one, other):
                node.see(Kind.SCHEMA_RENAMED, target(other) or where, path, old=was, new=now)
            else:
                node.see(Kind.REF_TARGET_CHANGED, (*where, "$ref"), path, old=was, new=now)
        elif one not in self.changed:
            return
        if (one, other) not in self.nodes:
            self.nodes[one, other] = Node()
            self._waiting.append((one, other))
        node.links.append((path, (one, other)))

    def _deprecated(self, node: Node, path: Path, one: View, other: View) -> None:
        """Compare which alternatives are marked as deprecated, where not all of them are."""
        if not one.deprecated and not other.deprecated:
            return
        was = {label(self.old, branch): branch for branch in one.deprecated}
        now = {label(self.new, branch): branch for branch in other.deprecated}
        left, values = {label(self.new, branch) for branch in other.branches}, _values(other)
        for name in now.keys() - was.keys():
            node.see(Kind.DEPRECATED, now[name].part.below("deprecated"), path, name, False, True)
        for name in was.keys() - now.keys():
            listed = was[name].values
            if name in left or (listed and values.issuperset(map(canonical, listed))):
                node.see(Kind.DEPRECATION_WITHDRAWN, was[name].part.below("deprecated"), path, name, True, False)

    def _discriminator(self, node: Node, path: Path, one: View, other: View) -> None:
        """Compare which property, and which of its values, distinguishes the components that both have."""
        if one.discriminator is None or other.discriminator is None:
            return
        (before, _), (after, where) = one.discriminator, other.discriminator
        kept = before.keys() & after.keys()
        was, now = ({name: one[name] for name in sorted(kept)} for one in (before, after))
        if was != now:
            node.see(Kind.DETAIL_CHANGED, where, path, "discriminator", was, now)

    def _views(self, node: Node, path: Path, one: View, other: View, new: Part, depth: int) -> None:
        came = [value for key, value in other.known.items() if key not in one.known and key not in _values(one)]
        gone = [value for key, value in one.known.items() if key not in other.known and key not in _values(other)]
        if gone:
            node.see(Kind.KNOWN_VALUE_REMOVED, new.where, path, old=gone)
        if came:
            node.see(Kind.KNOWN_VALUE_ADDED, new.where, path, new=came)
        before, after = one.anything, other.anything
        if before is not None and after is not None:
            self._branch(node, path, before, after, new, depth)
            return
        if before is not None or after is not None:
            narrowed = after is None
            kind = Kind.TYPE_NARROWED if narrowed else Kind.TYPE_WIDENED
            node.see(kind, new.below("type"), path, old=self._types(one, self.old), new=self._types(other, self.new))
            return
        if one.null != other.null:
            node.see(Kind.BECAME_NULLABLE if other.null else Kind.BECAME_NOT_NULLABLE, new.where, path)
        pairs, lost, more = pair_branches(one.branches, other.branches, self.old, self.new)
        for was, now in pairs:
            self._branch(node, path, was, now, new, depth)
        covered = [branch for branch in lost if self._is_covered(branch, other.branches)]
        lost = [branch for branch in lost if all(branch is not one for one in covered)]
        for branch in covered:
            if branch.values is not None:
                node.see(Kind.ENUM_DROPPED, new.below("enum"), path, old=branch.values)
        if more:
            back = SchemaComparison(self.new, self.old, self.renames.back(), self.changed)
            more = [branch for branch in more if not back._is_covered(branch, one.branches)]
        if lost or more:
            self._alternatives(node, path, (one, other), (lost, more), new, paired=bool(pairs))

    def _alternatives(
        self, node: Node, path: Path, views: tuple[View, View], differing: tuple[Sequence[Branch], Sequence[Branch]],
        new: Part, *, paired: bool,
    ) -> None:  # fmt: skip
        """Keep the alternatives that are gone or new: as types, or as branches where a union is written."""
        (one, other), (lost, more) = views, differing
        listed = any(branch.values is not None for branch in (*one.branches, *other.branches))
        named = one.is_union or other.is_union or listed or self._types(one, self.old) == self._types(other, self.new)
        was, now = self._types(one, self.old, named=named), self._types(other, self.new, named=named)
        apart = {branch.type for branch in one.branches}.isdisjoint(branch.type for branch in other.branches)
        if (not one.is_union and not other.is_union) or (not paired and lost and more and apart):
            kind = Kind.TYPE_CHANGED if lost and more else Kind.TYPE_NARROWED if lost else Kind.TYPE_WIDENED
            node.see(kind, new.below("type"), path, old=was, new=now)
            return
        for branch in lost:
            node.see(Kind.BRANCH_REMOVED, branch.part.where, path, label(self.old, branch), was, now)
        for branch in more:
            kind = Kind.BRANCH_ADDED if one.is_union else Kind.BECAME_UNION
            node.see(kind, branch.part.where, path, label(self.new, branch), was, now)

    def _types(self, what: View, contract: Contract, *, named: bool = False) -> list[str]:
        if what.anything is not None:
            return ["anything"]
        return list(dict.fromkeys(label(contract, branch) if named else _type(branch) for branch in what.branches))

    def _is_covered(self, branch: Branch, others: Sequence[Branch]) -> bool:
        """
        Return whether an alternative of the new contract allows every value of a branch of the old one.

        Then a comparison of the two narrows nothing.

        An open object allows any other object; that it knows other properties still makes it another alternative.
        """
        trial = SchemaComparison(self.old, self.new, self.renames, self.changed)
        for other in others:
            if other.type == branch.type:
                node = Node()
                trial.nodes.clear()
                one, two = evolve(branch, ref=""), evolve(other, ref="")
                trial._branch(node, (), one, two, other.part, _DEEP - 10)
                if not trial.nodes and not any(found.kind in _NARROWER for found in node.found):
                    return True
        return False

    def _branch(self, node: Node, path: Path, one: Branch, other: Branch, new: Part, depth: int) -> None:
        """Compare two alternatives of one type."""
        if one.ref and other.ref:
            if one.ref != other.ref or one.ref in self.changed:
                self._link(node, path, one.ref, other.ref, new.where)
            return
        if one.ref and not _is_used(self.new, one.ref, other.part):
            node.see(Kind.SCHEMA_INLINED, other.part.where, path, old=component_name(one.ref))
        elif other.ref:
            node.see(Kind.INLINE_BECAME_REF, other.part.where, path, new=component_name(other.ref))
        compare_values(node, path, one, other)
        if one.type in (ANY, "object"):
            self._object(node, path, one, other, depth)
        if one.items is not None and other.items is not None:
            self._pair(node, (*path, "[]"), one.items, other.items, depth + 1)
        elif (one.items is None) != (other.items is None):
            widened = other.items is None
            at = other.part.below("items") if other.items is None else other.items.where
            kind = Kind.TYPE_WIDENED if widened else Kind.TYPE_NARROWED
            was, now = (
                ["anything"] if part is None else self._types(view(contract, part), contract)
                for part, contract in ((one.items, self.old), (other.items, self.new))
            )
            node.see(kind, at, (*path, "[]"), old=was, new=now)

    def _object(self, node: Node, path: Path, one: Branch, other: Branch, depth: int) -> None:
        self._rest(node, path, one, other, depth)
        gone = {name: part for name, part in one.properties.items() if name not in other.properties}
        came = {name: part for name, part in other.properties.items() if name not in one.properties}
        for before, after in renamed_properties(gone, came, self.old, self.new):
            kind = Kind.PROPERTY_RENAMED if other.closed else Kind.PROPERTY_RENAMED_OPEN
            part, now = gone.pop(before), came.pop(after)
            node.see(kind, now.where, (*path, after), old=before, new=after)
            self._pair(node, (*path, after), part, now, depth + 1)
            self._required(node, (*path, after), now, part, before in one.required, after in other.required)
        for name, part in gone.items():
            kind = Kind.PROPERTY_REMOVED if other.closed else Kind.PROPERTY_REMOVED_OPEN
            node.see(kind, part.where, (*path, name), old=part.schema)
        for name, part in came.items():
            must = name in other.required and not _only_read(part)
            kind = Kind.PROPERTY_ADDED_REQUIRED if must else Kind.PROPERTY_ADDED
            node.see(kind, part.where, (*path, name), new=part.schema)
        for name in sorted(one.properties.keys() & other.properties.keys()):
            was, now = one.properties[name], other.properties[name]
            self._required(node, (*path, name), now, was, name in one.required, name in other.required)
            self._pair(node, (*path, name), was, now, depth + 1)
        for name in sorted((one.required ^ other.required) - {*one.properties} - {*other.properties}):
            part = Part({}, other.part.below("required", name))
            self._required(node, (*path, name), part, part, name in one.required, name in other.required)

    def _required(self, node: Node, path: Path, new: Part, old: Part, before: bool, after: bool) -> None:
        if before == after:
            return
        skips: set[Direction] = {"request"} if _only_read(new) and _only_read(old) else set()
        if all(isinstance(part.schema, dict) and part.schema.get("writeOnly") is True for part in (old, new)):
            skips = {"response", "error"}
        kind = Kind.PROPERTY_BECAME_REQUIRED if after else Kind.PROPERTY_BECAME_OPTIONAL
        node.see(kind, new.where, path, old=before, new=after, skips=skips)

    def _rest(self, node: Node, path: Path, one: Branch, other: Branch, depth: int) -> None:
        if canonical(one.rest) == canonical(other.rest) and not self.differs(one.rest, other.rest):
            return
        where = other.rest_at or other.part.below("additionalProperties")
        if isinstance(one.rest, dict) and isinstance(other.rest, dict):
            self._pair(node, (*path, "{}"), Part(one.rest, one.rest_at), Part(other.rest, where), depth + 1)
        else:
            kind = Kind.OBJECT_OPENED if other.rest is True or one.rest is False else Kind.OBJECT_CLOSED
            node.see(kind, where, path, old=one.rest, new=other.rest)


def _values(what: View) -> set[str]:
    return {canonical(value) for branch in what.branches for value in branch.values or ()}


def _type(branch: Branch) -> str:
    return "integer" if branch.integer else branch.type


def _only_read(part: Part) -> bool:
    return isinstance(part.schema, dict) and part.schema.get("readOnly") is True


def _is_used(contract: Contract, ref: str, part: Part) -> bool:
    """Return whether a schema still refers to a component as one of its parts."""
    return component(contract, ref) is not None and ref in set(references(part.schema))
