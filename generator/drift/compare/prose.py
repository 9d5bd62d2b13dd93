"""
Compares the vendor's sentences and examples: which texts came, went, changed or moved.

A text is known by its place, with the members of lists by what they are and not by their index: parameters by `in` and
`name`, tags by `name`, servers by `url`, alternatives by reference or content. A text that left one place and came to
another is a move. What a sentence means is decided elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from generator.drift.compare.addresses import NAMED, below, name_of
from generator.drift.compare.references import Contract, component
from generator.spec.canonical import canonical
from generator.spec.pointers import parts

Entry = str | tuple[str, ...]
"""A text; or what a lock holds of it: a hash of all of it, and a hash of each of its statements that matter."""
_UNIONS = {"anyOf", "oneOf", "allOf", "prefixItems"}


@frozen
class ProseChange:
    """A text that differs."""

    kind: Literal["added", "removed", "changed", "moved"]
    pointer: str
    """JSON pointer of its place: in the new description, or in the old one for what is gone."""
    old: Entry | None = field(repr=False)
    new: Entry | None = field(repr=False)
    origin: str = field(default="", repr=False)
    """For a text that moved, its place in the old description."""


@frozen
class ProseChanges:
    """All texts that differ, in the order of their places."""

    changes: tuple[ProseChange, ...] = ()
    explained: int = 0
    """How many more belong to something that came or went as a whole."""

    @property
    def count(self) -> int:
        """In how many places texts differ."""
        return len(self.changes) + self.explained

    def of(self, kind: str) -> tuple[str, ...]:
        """Return the places of one kind."""
        return tuple(change.pointer for change in self.changes if change.kind == kind)


def compare_prose(
    old: Contract, new: Contract, old_prose: Mapping[str, Entry], new_prose: Mapping[str, Entry], whole: set[str],
    moved: Mapping[str, str],
) -> ProseChanges:  # fmt: skip
    """
    Compare prose by JSON pointer: texts, or what a lock holds of them, but the same of both.

    `whole` has the places of what came or went: texts below them are counted as explained. In `old`, components have
    their new names. `moved` has the places of operations with another address: the old one, and the new one.
    """
    if old_prose == new_prose:
        return ProseChanges()
    before, after = _differing(old, new, old_prose, new_prose, moved)
    gone = {key: where for key, where in before.items() if key not in after}
    came = {key: where for key, where in after.items() if key not in before}
    found = [
        ProseChange("changed", where, old_prose[before[key]], new_prose[where])
        for key, where in after.items()
        if key in before and _text(old_prose[before[key]]) != _text(new_prose[where])
    ]
    waiting: dict[str, list[str]] = defaultdict(list)
    for key, where in gone.items():
        waiting[_text(old_prose[where])].append(key)
    for where in came.values():
        same = waiting.get(_text(new_prose[where]))
        if same:
            old_where = gone.pop(same.pop(0))
            found.append(ProseChange("moved", where, old_prose[old_where], new_prose[where], old_where))
        else:
            found.append(ProseChange("added", where, None, new_prose[where]))
    found += [ProseChange("removed", where, old_prose[where], None) for where in gone.values()]
    left = [change for change in found if not _is_under(change.pointer, whole)]
    return ProseChanges(tuple(sorted(left, key=lambda one: (one.pointer, one.kind))), len(found) - len(left))


def _differing(
    old: Contract, new: Contract, old_prose: Mapping[str, Entry], new_prose: Mapping[str, Entry],
    moved: Mapping[str, str],
) -> tuple[dict[str, str], dict[str, str]]:  # fmt: skip
    """Return the places of both by their addresses, without the operations and components that are equal as a whole."""
    before, after = _sections(old_prose), _sections(new_prose)
    equal = {
        name for name, texts in before.items()
        if texts == after.get(name) and component(old, name) == component(new, name)
    }  # fmt: skip
    return _by_address(old, before, equal, moved), _by_address(new, after, equal, {})


def _sections(prose: Mapping[str, Entry]) -> dict[str, dict[str, Entry]]:
    """Return texts by the operation or component that they are in; others by the first part of their place."""
    found: dict[str, dict[str, Entry]] = {}
    for where, text in prose.items():
        steps = where.split("/", 4)
        name = "/".join(steps[: 4 if steps[1:2] in (["paths"], ["components"]) else 2])
        found.setdefault(name, {})[where] = text
    return found


def _by_address(
    contract: Contract, sections: Mapping[str, Mapping[str, Entry]], equal: set[str], moved: Mapping[str, str]
) -> dict[str, str]:
    """
    Return the places by their addresses; where two texts have one address, the second is known by its place.

    The addresses of a moved operation are those of its new place.
    """
    found: dict[str, str] = {}
    known: dict[str, tuple[str, Any]] = {"": ("", contract)}
    for name, texts in sections.items():
        was, now = ("/" + "/".join(parts(one)) if name in moved else "" for one in (name, moved.get(name, name)))
        for where in texts if name not in equal else ():
            holder, slash, last = where.rpartition("/")
            address = now + f"{_addressed(holder, known)[0]}{slash}{last}".removeprefix(was)
            found[where if address in found else address] = where
    return found


def _addressed(where: str, known: dict[str, tuple[str, Any]]) -> tuple[str, Any]:
    """Return a place with the members of lists by what they are, and what is there."""
    if where not in known:
        holder, _, last = where.rpartition("/")
        (address, value), (step,) = _addressed(holder, known), parts(f"/{last}")
        item = below(value, step)
        name = _identity(holder.rpartition("/")[2], step, item) if isinstance(value, list) else step
        known[where] = (f"{address}/{name}", item)
    return known[where]


def _identity(outer: str, step: str, item: Any) -> str:
    if not isinstance(item, dict):
        return step
    if outer in NAMED:
        return name_of(item, outer)
    return canonical(item) if outer in _UNIONS else step


def _text(entry: Entry) -> str:
    return entry if isinstance(entry, str) else entry[0]


def _is_under(place: str, whole: set[str]) -> bool:
    steps = place.split("/")
    return any("/".join(steps[:length]) in whole for length in range(2, len(steps) + 1))
