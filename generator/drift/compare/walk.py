"""
Goes through two contracts side by side and yields each difference with its place in both.

The places differ where the item of a list moved, or where one side is reached through a `$ref`: such a place
is the one that refers, and may not stand in the contract as it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from attrs import frozen

from generator.drift.compare.grammar import (
    IDENTITY,
    TREE,
    Form,
    Spot,
    canonical,
    empty,
    resolved,
    same,
    spot,
)
from generator.drift.compare.pairing import Pairs, by_key, by_likeness, by_position
from generator.spec.contract import METHODS

Kind = Literal["added", "removed", "changed"]
Where = tuple[str, ...]

_ABSENT: Any = object()
_DEEP = 100  # a place that is deeper comes of references that go in circles: they are followed no further


@frozen
class Difference:
    """One fact that came, went or differs, with its place in the old and in the new contract."""

    kind: Kind
    was: Where
    now: Where
    old: Any
    new: Any


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """All differences between two contracts, in no order that means anything."""
    walk = _Walk(old, new)
    walk.value(Spot(Form.GROUP, "root"), dict(old), dict(new), (), ())
    return walk.found


class _Walk:
    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        self.found: list[Difference] = []
        self._old, self._new = old, new
        self._through = 0  # references that are followed right now
        self._seen: set[tuple[Any, Any]] = set()  # what was compared through them: each pair once

    def value(self, at: Spot, old: Any, new: Any, was: Where, now: Where) -> None:
        """Compare the two values of a place, either of which may be absent."""
        if old is _ABSENT or new is _ABSENT:
            nothing = empty(at)
            if nothing is None:
                self._differ("added" if old is _ABSENT else "removed", was, now, old, new)
                return
            old, new = nothing if old is _ABSENT else old, nothing if new is _ABSENT else new
        compare = _COMPARED.get(at.form) if type(old) is type(new) else None
        if compare is not None and isinstance(old, compare.of):
            compare.by(self, at.of, old, new, was, now)
        elif not same(old, new):
            self._differ("changed", was, now, old, new)

    def _differ(self, kind: Kind, was: Where, now: Where, old: Any, new: Any) -> None:
        before, after = None if old is _ABSENT else old, None if new is _ABSENT else new
        self.found.append(Difference(kind=kind, was=was, now=now, old=before, new=after))

    def keys(self, kind: str, old: Any, new: Any, was: Where, now: Where) -> None:
        """Compare two objects key by key, along the table of their kind."""
        for key in [*old, *(key for key in new if key not in old)]:
            at = spot(kind, key)
            self.value(at, old.get(key, _ABSENT), new.get(key, _ABSENT), (*was, key), (*now, key))

    def object(self, kind: str, old: Any, new: Any, was: Where, now: Where) -> None:
        """The same, seeing through the reference where one side alone is one."""
        if ("$ref" in old) == ("$ref" in new):
            self.keys(kind, old, new, was, now)
            return
        self._differ("changed", was, now, old, new)
        seen_old, seen_new = resolved(self._old, old), resolved(self._new, new)
        pair = (old.get("$ref", id(old)), new.get("$ref", id(new)))
        found = all(isinstance(seen, dict) and "$ref" not in seen for seen in (seen_old, seen_new))
        if not found or pair in self._seen or len(now) > _DEEP:
            return
        self._seen.add(pair)
        self._through += 1
        self.keys(kind, seen_old, seen_new, was, now)
        self._through -= 1
        if not self._through:
            self._seen.clear()

    def tree(self, _kind: str, old: Any, new: Any, was: Where, now: Where) -> None:
        """Compare two mappings of plain values."""
        for key in [*old, *(key for key in new if key not in old)]:
            self.value(TREE, old.get(key, _ABSENT), new.get(key, _ABSENT), (*was, key), (*now, key))

    def map(self, kind: str, old: Any, new: Any, was: Where, now: Where) -> None:
        """Compare two maps of objects by name."""
        for key in [*old, *(key for key in new if key not in old)]:
            one, other = old.get(key, _ABSENT), new.get(key, _ABSENT)
            at = Spot(Form.OBJECT, kind)
            if kind == "path" and (one is _ABSENT or other is _ABSENT):
                # A path that came or went is told as its operations: they hold all that it is for.
                held = _methods(other if one is _ABSENT else one)
                if held:
                    at = Spot(Form.GROUP, kind)
                    one, other = (_ABSENT, held) if one is _ABSENT else (held, _ABSENT)
            self.value(at, one, other, (*was, key), (*now, key))

    def set(self, _kind: str, old: Any, new: Any, was: Where, now: Where) -> None:
        """Compare two sets value by value; a difference stands at the set."""
        before, after = {_member(item): item for item in old}, {_member(item): item for item in new}
        for key, item in before.items():
            if key not in after:
                self._differ("removed", was, now, item, _ABSENT)
        for key, item in after.items():
            if key not in before:
                self._differ("added", was, now, _ABSENT, item)

    def types(self, _kind: str, old: Any, new: Any, was: Where, now: Where) -> None:
        """Compare two lists as one value whose order says nothing."""
        if sorted(map(canonical, old)) != sorted(map(canonical, new)):
            self._differ("changed", was, now, old, new)

    def named(self, kind: str, old: Any, new: Any, was: Where, now: Where) -> None:
        """Compare two lists of objects that are known by their names."""
        names = [
            [_identity(kind, item, resolved(contract, item)) for item in items]
            for contract, items in ((self._old, old), (self._new, new))
        ]
        self._items(kind, by_key(*names), old, new, was, now)

    def branches(self, kind: str, old: Any, new: Any, was: Where, now: Where) -> None:
        """Compare two lists of alternatives."""
        if not same(old, new):
            seen_old = [resolved(self._old, item) for item in old]
            seen_new = [resolved(self._new, item) for item in new]
            self._items(kind, by_likeness(old, new, seen_old, seen_new), old, new, was, now)

    def tuple(self, kind: str, old: Any, new: Any, was: Where, now: Where) -> None:
        """Compare two lists item by item."""
        self._items(kind, by_position(len(old), len(new)), old, new, was, now)

    def _items(self, kind: str, pairs: Pairs, old: Any, new: Any, was: Where, now: Where) -> None:
        for i, j in pairs:
            one, other = _ABSENT if i is None else old[i], _ABSENT if j is None else new[j]
            # One without a partner has no place on the other side: what holds the list has.
            there = was if i is None else (*was, str(i))
            here = now if j is None else (*now, str(j))
            self.value(Spot(Form.OBJECT, kind), one, other, there, here)


@frozen
class _Compared:
    of: type
    by: Callable[[_Walk, str, Any, Any, Where, Where], None]


_COMPARED = {
    Form.OBJECT: _Compared(dict, _Walk.object),
    Form.GROUP: _Compared(dict, _Walk.keys),
    Form.MAP: _Compared(dict, _Walk.map),
    Form.TREE: _Compared(dict, _Walk.tree),
    Form.SET: _Compared(list, _Walk.set),
    Form.TYPES: _Compared(list, _Walk.types),
    Form.NAMED: _Compared(list, _Walk.named),
    Form.BRANCHES: _Compared(list, _Walk.branches),
    Form.TUPLE: _Compared(list, _Walk.tuple),
}


def _methods(item: Any) -> dict[str, Any]:
    return {key: item[key] for key in METHODS if key in item} if isinstance(item, dict) else {}


def _identity(kind: str, item: Any, seen: Any) -> str:
    """What an item of a list is known by: its names, else its reference, else itself."""
    values = [seen.get(key) for key in IDENTITY[kind]] if isinstance(seen, dict) else [None]
    if all(isinstance(value, str) for value in values):
        return canonical(values)
    return canonical(item["$ref"] if isinstance(item, dict) and "$ref" in item else item)


def _member(value: Any) -> str:
    """A value of a set as a key. The scopes of a security alternative are a set too."""
    if isinstance(value, dict):
        value = {key: sorted(item, key=canonical) if isinstance(item, list) else item for key, item in value.items()}
    return canonical(value)
