"""
What differs between two contracts, fact by fact: neutral, deterministic, each fact once.

A change stands at the JSON pointer of its fact and tells which operations it reaches. An operation,
component, property, parameter, response or media type that came or went is one change, not the sum of its
leaves. Sets (`enum`, `required`, `security`) change value by value; order alone is no difference, but in the
`tags` of an operation, the first of which names its resource. Where a schema became a `$ref`, or the reverse,
that is one change, and the differences between the two, if any, are told at that place and not in the
component. Numbers differ by type too (1 and 1.0), since the code that is made of them does.

It passes no judgement, knows no rule, and recognises nothing that was renamed or moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from generator.drift.compare.grammar import canonical
from generator.drift.compare.reach import Reach, operation_name
from generator.drift.compare.walk import Kind, differences
from generator.spec.contract import operations
from generator.spec.pointers import parts, pointer


@frozen
class Change:
    """One fact that came, went or differs."""

    kind: Kind
    pointer: str
    """Its place in the new contract, or in the old one if it went. A value of a set stands at its set."""
    operations: tuple[str, ...]
    """The operations that it reaches in either contract, at any depth, such as `POST /image/edit`; sorted."""
    old: Any = None
    """What was there: for an object that went, the object, shared with the contract."""
    new: Any = None
    """What is there now. None may be a value: `kind` tells."""


@frozen
class ProseChanges:
    """Where sentences and examples differ, by JSON pointer."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """In how many places."""
        return len(self.added) + len(self.removed) + len(self.changed)


@frozen
class Comparison:
    """Two contracts and all that differs between them."""

    old: Mapping[str, Any] = field(repr=False)
    new: Mapping[str, Any] = field(repr=False)
    changes: tuple[Change, ...]
    prose: ProseChanges

    @property
    def old_version(self) -> str:
        """The `info.version` of the old contract: a label, never a key."""
        return _version(self.old)

    @property
    def new_version(self) -> str:
        """The `info.version` of the new contract."""
        return _version(self.new)

    @property
    def operations_added(self) -> tuple[str, ...]:
        """The operations that came, in the order of the new contract."""
        known = operations(self.old)
        return tuple(operation_name(*key) for key in operations(self.new) if key not in known)

    @property
    def operations_removed(self) -> tuple[str, ...]:
        """The operations that went, in the order of the old contract."""
        known = operations(self.new)
        return tuple(operation_name(*key) for key in operations(self.old) if key not in known)


def compare_facts(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    *,
    old_prose: Mapping[str, str],
    new_prose: Mapping[str, str],
) -> Comparison:
    """Compare two contracts and their prose (texts or hashes, but the same of both)."""
    return Comparison(old=old, new=new, changes=compare(old, new), prose=prose_changes(old_prose, new_prose))


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """All that differs between two contracts, as `generator.spec.contract.facts` gives them, in a total order."""
    found = differences(old, new)
    if not found:
        return ()
    reach_old, reach_new = Reach(old), Reach(new)
    changes = [
        Change(
            kind=one.kind,
            pointer=pointer(one.was if one.kind == "removed" else one.now),
            operations=tuple(sorted(reach_old.of(one.was) | reach_new.of(one.now))),
            old=one.old,
            new=one.new,
        )
        for one in found
    ]
    return tuple(sorted(changes, key=_order))


def prose_changes(old: Mapping[str, str], new: Mapping[str, str]) -> ProseChanges:
    """Compare prose by JSON pointer: texts or hashes, but the same of both."""
    return ProseChanges(
        added=tuple(sorted(new.keys() - old.keys(), key=in_order)),
        removed=tuple(sorted(old.keys() - new.keys(), key=in_order)),
        changed=tuple(sorted((key for key in old.keys() & new.keys() if old[key] != new[key]), key=in_order)),
    )


def in_order(where: str) -> list[tuple[int, int, str]]:
    """A key that sorts JSON pointers part by part, and the indices of lists by number."""
    short = 9  # longer ones are no indices
    return [
        (0, int(part), part) if part.isascii() and part.isdecimal() and len(part) <= short else (1, 0, part)
        for part in parts(where)
    ]


def _order(change: Change) -> tuple[list[tuple[int, int, str]], str, str, str]:
    return (in_order(change.pointer), change.kind, canonical(change.old), canonical(change.new))


def _version(contract: Mapping[str, Any]) -> str:
    info = contract.get("info")
    return str(info.get("version", "")) if isinstance(info, dict) else ""
