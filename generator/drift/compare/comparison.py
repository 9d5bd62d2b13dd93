"""
Compares two contracts and their prose: one walk, whose result everything else stands on.

Every difference is one change, with the operations, fields and directions that it reaches. Names that mean nothing,
order, and other spellings of the same values are no changes; where nothing else differs, one change says that the
contract is written in another way. It passes no judgement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Any

from attrs import field, frozen

from generator.drift.compare.access import compare_security, compare_servers
from generator.drift.compare.branches import Found
from generator.drift.compare.changes import GONE, Change, Direction, Kind, Place
from generator.drift.compare.operations import OperationComparison, Root, Side, Spot, seen
from generator.drift.compare.pairing import Key
from generator.drift.compare.prose import Entry, ProseChanges, compare_prose
from generator.drift.compare.references import Contract, component, references, same
from generator.drift.compare.schemas import SchemaComparison
from generator.spec.component_keys import renamed
from generator.spec.component_references import SCHEMAS
from generator.spec.component_renames import renames
from generator.spec.contract import operations, version_of
from generator.spec.identity import pair_operations, shape_of, written
from generator.spec.pointers import escaped, parts, pointer
from generator.spec.reach import reachable


@frozen
class Comparison:
    """Two contracts and all that differs between them."""

    old: Contract = field(repr=False)
    new: Contract = field(repr=False)
    changes: tuple[Change, ...]
    """In a total order: by place, then by kind."""
    prose: ProseChanges
    paired: Mapping[str, str] = field(repr=False)
    """The operations that both have: their old and their new names."""
    uses: tuple[Uses, Uses] = field(repr=False)
    """Which operations refer to which components, in the old contract and in the new one."""

    @property
    def old_version(self) -> str:
        """The `info.version` of the old contract: a label, never a key."""
        return version_of(self.old)

    @property
    def new_version(self) -> str:
        """The `info.version` of the new contract."""
        return version_of(self.new)


def compare_facts(
    old: Contract, new: Contract, *, old_prose: Mapping[str, Entry], new_prose: Mapping[str, Entry]
) -> Comparison:
    """Compare two contracts and their prose (texts, or what a lock holds of them, but the same of both)."""
    walk = _Walk(old, new)
    walk.run()
    changes = walk.changes()
    whole = {change.pointer for change in changes if change.kind in _WHOLE}
    before: Contract = old
    if successors := walk.renames.renamed:
        now = {pointer(("components", "schemas", one)): other for one, other in successors.items()}
        before, old_prose = renamed(old, successors), {_moved(where, now): text for where, text in old_prose.items()}
    prose = compare_prose(before, new, old_prose, new_prose, whole, walk.moved)
    return Comparison(old, new, changes, prose, walk.paired, walk.uses)


def _moved(where: str, components: Mapping[str, str]) -> str:
    """Return the place of a text in an old contract, with the new name of its component."""
    start = "/".join(where.split("/", 4)[:4])
    name = components.get(start)
    return where if name is None else pointer(("components", "schemas", name)) + where[len(start) :]


def in_order(where: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts JSON pointers part by part, and the indices of lists by number."""
    short = 9  # longer ones are no indices
    return [
        (0, int(part), part) if part.isascii() and part.isdecimal() and len(part) <= short else (1, 0, part)
        for part in parts(where)
    ]


_WHOLE = GONE | {
    Kind.OPERATION_ADDED, Kind.PARAMETER_ADDED, Kind.PARAMETER_ADDED_REQUIRED, Kind.PROPERTY_ADDED,
    Kind.PROPERTY_ADDED_REQUIRED, Kind.HEADER_ADDED, Kind.STATUS_ADDED, Kind.BODY_ADDED, Kind.BODY_ADDED_REQUIRED,
    Kind.MEDIA_ADDED, Kind.BRANCH_ADDED, Kind.BECAME_UNION, Kind.UNUSED_SCHEMA_CHANGED,
}  # fmt: skip
"""Kinds of things that come and go with all that is in them, their prose included."""


_NOWHERE = Spot("none", Place())


class _Walk:
    def __init__(self, old: Contract, new: Contract) -> None:
        self.old, self.new = old, new
        self.pairs, _ = pair_operations(old, new)
        self.renames = renames(old, new, self.pairs)
        self.schemas = SchemaComparison(old, new, self.renames)
        self.paired = {written(one): written(other) for one, other in self.pairs.items()}
        self.moved = {_place(one): _place(other) for one, other in self.pairs.items() if one != other}
        """The places of operations with another address: the old one, and the new one."""
        self.uses = Uses(old), Uses(new)
        self._entries: dict[tuple[Kind, Direction, str], tuple[Found, set[Place]]] = {}

    def run(self) -> None:
        if same(self.old, self.new):
            return
        before, after = operations(self.old), operations(self.new)
        self._lone(before, after)
        for one, other in self.pairs.items():
            for found in self._operation(one, other):
                self._keep(found)
        if not same(self.old.get("tags", []), self.new.get("tags", [])):
            self._keep(seen(Kind.TAGS_CHANGED, _NOWHERE, ("tags",)))
        self._components()
        if not self._entries and not same(_bare(self.old), _bare(self.new)):
            self._keep(seen(Kind.RESPELLED, _NOWHERE, ()))
        was, now = version_of(self.old), version_of(self.new)
        if was != now:
            self._keep(seen(Kind.VERSION_CHANGED, _NOWHERE, ("info", "version"), "", was, now))

    def changes(self) -> tuple[Change, ...]:
        found = [
            Change(kind, direction, at, tuple(sorted(places - {Place()})), one.subject, one.old, one.new)
            for (kind, direction, at), (one, places) in self._entries.items()
        ]
        return tuple(sorted(found, key=lambda one: (in_order(one.pointer), one.kind.value, one.direction)))

    def _lone(self, before: Mapping[Key, Any], after: Mapping[Key, Any]) -> None:
        matched = set(self.pairs.values())
        for key in before.keys() - self.pairs.keys():
            spot, where = Spot("none", Place(written(key))), ("paths", key[1], key[0])
            self._keep(seen(Kind.OPERATION_REMOVED, spot, where, written(key), written(key)))
        for key in after.keys() - matched:
            spot, where = Spot("none", Place(written(key))), ("paths", key[1], key[0])
            self._keep(seen(Kind.OPERATION_ADDED, spot, where, written(key), None, written(key)))

    def _operation(self, one: Key, other: Key) -> Iterator[Root]:
        was, name = written(one), written(other)
        old, new = Side.of(self.old, one), Side.of(self.new, other)
        spot = Spot("none", Place(name))
        if one != other and (one[0] != other[0] or shape_of(one[1]) != shape_of(other[1])):
            yield seen(Kind.OPERATION_MOVED, spot, new.where, name, was, name)
        yield from compare_security(spot, old, new)
        yield from compare_servers(spot, old, new)
        held = [(side.operation, side.item.get("parameters", [])) for side in (old, new)]
        if one != other or any(self.schemas.differs(*pair) for pair in zip(*held, strict=True)):
            yield from OperationComparison(self.schemas, name, old, new).all()

    def _keep(self, root: Root) -> None:
        """Keep what differs: what was seen before reaches one more place."""
        direction, place = root.spot.direction, root.spot.place
        for one, path in self.schemas.spread(root.node):
            if direction not in one.skips:
                entry = self._entries.setdefault((one.kind, direction, pointer(one.where)), (one, set()))
                entry[1].add(place._replace(field=_field(path)))

    def _components(self) -> None:
        """Look at the component schemas that are not reached by pairs: gone, renamed, or used by nothing."""
        old, new = (contract.get("components", {}).get("schemas", {}) for contract in (self.old, self.new))
        if same(old, new):
            return
        uses, now = self.uses
        successors = self.renames.renamed
        known = {at for kind, _, at in self._entries if kind is Kind.SCHEMA_RENAMED}
        for was, is_now in successors.items():
            where = ("components", "schemas", is_now)
            if pointer(where) not in known:  # referred to in a part of an `allOf`, or nowhere
                self._keep(seen(Kind.SCHEMA_RENAMED, _NOWHERE, where, "", was, is_now))
        for name in old:
            if name not in new and name not in successors:
                where = ("components", "schemas", name)
                for place in {Place(self.paired.get(one, one)) for one in uses.of(name)} or {Place()}:
                    self._keep(seen(Kind.SCHEMA_REMOVED, Spot("none", place), where, name, name))
        came = [name for name in new if name not in old and name not in successors.values()]
        unused = [name for name in came if not now.of(name)]
        unused += [
            name for name in old
            if name in new and name not in successors and not same(old[name], new[name])
            and not uses.of(name) and not now.of(name)
        ]  # fmt: skip
        for name in unused:
            self._keep(seen(Kind.UNUSED_SCHEMA_CHANGED, _NOWHERE, ("components", "schemas", name), name))


class Uses:
    """Which operations of a contract refer to a component schema, however deep."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    @cached_property
    def _by_ref(self) -> dict[str, set[str]]:
        contract, found = self._contract, dict[str, set[str]]()
        inner = cache(lambda ref: frozenset(references(component(contract, ref))))
        for (method, path), operation in operations(contract).items():
            shared = contract["paths"][path].get("parameters", [])
            for ref in reachable(references([operation, shared]), inner):
                found.setdefault(ref, set()).add(written((method, path)))
        return found

    def of(self, name: str) -> set[str]:
        """Return the operations that refer to a component schema."""
        return self._by_ref.get(SCHEMAS + escaped(name), set())


def _place(key: Key) -> str:
    return pointer(("paths", key[1], key[0]))


def _field(path: tuple[str, ...]) -> str:
    text = ""
    for part in path:
        text += part if part in ("[]", "{}") else f".{part}" if text else part
    return text


def _bare(contract: Contract) -> dict[str, Any]:
    return {key: value for key, value in contract.items() if key != "info"}
