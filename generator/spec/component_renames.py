"""
Which component schema of a contract is which one of an earlier contract.

The API never sees the name of a component, so a component is known by the places that refer to it: where the earlier
contract says `$ref` X and the new one says `$ref` Y at the same place, and all places agree, Y is X renamed. A
component that no place refers to is known by its content. What stays unclear is reported, never guessed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import define, field, frozen

from generator.spec.canonical import canonical
from generator.spec.component_references import component_of, followed, schemas_of, with_names
from generator.spec.contract import operations
from generator.spec.identity import Address, grouped


@frozen
class Renames:
    """How the components of one contract are called in the next one."""

    renamed: Mapping[str, str] = field(factory=dict)
    """From old to new name."""
    split: Mapping[str, str] = field(factory=dict)
    """New components that took places of an old one, which has another successor or stays: from new to old name."""
    unclear: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """Old components that are gone, by the new ones that took their places."""

    def back(self) -> Renames:
        """Return how the components of the next contract were called in the one before."""
        return Renames({**self.split, **{new: old for old, new in self.renamed.items()}})


def renames(old: Mapping[str, Any], new: Mapping[str, Any], pairs: Mapping[Address, Address]) -> Renames:
    """Find the components that have another name in the new contract; `pairs` are the operations that both have."""
    before, after = schemas_of(old), schemas_of(new)
    changed = [name for name in before if name in after and before[name] != after[name]]
    if before.keys() == after.keys() and len(changed) < 2:
        return Renames()  # nothing can have another name
    votes = _Votes(old, new)
    there, here = operations(old), operations(new)
    for one, other in pairs.items():
        votes.compare(there[one], here[other])
        votes.compare(old["paths"][one[1]].get("parameters"), new["paths"][other[1]].get("parameters"))
    found: dict[str, str] = {}
    split: dict[str, str] = {}
    unclear: dict[str, tuple[str, ...]] = {}
    for name in before:
        targets = votes.cast[name]
        own = [one for one in targets if votes.received[one] == {name} and (one not in before or one in changed)]
        equal = [one for one in targets if votes.received[one] == {name} and before[name] == after.get(one)]
        if name in targets or (name in after and name not in changed and not equal):
            split |= {one: name for one in own if one not in before}
        elif targets and targets == {*own, *equal}:
            first, *others = sorted(targets, key=lambda one: (one not in equal, one))
            found[name] = first
            split |= dict.fromkeys(others, name)
        elif targets and name not in after:
            unclear[name] = tuple(sorted(targets))
    silent = [name for name in before if not votes.cast[name] and (name not in after or name in changed)]
    free = [name for name in after if not votes.received[name] and (name not in before or name in changed)]
    found |= _by_content(before, after, found, (silent, free))
    return Renames(found, split, unclear)


def _by_content(
    before: Mapping[str, Any], after: Mapping[str, Any], found: Mapping[str, str], left: tuple[list[str], list[str]]
) -> dict[str, str]:
    """Pair the components that no place refers to by their content, where neither side has a second one."""
    groups = grouped(*left, lambda one: canonical(with_names(before[one], found)), lambda one: canonical(after[one]))
    return {one[0]: other[0] for one, other in groups if len(one) == len(other) == 1}


@define
class _Votes:
    """Which new component stands where an old one stood, by all places that both contracts have."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    cast: dict[str, set[str]] = field(factory=lambda: defaultdict(set))
    """By old component."""
    received: dict[str, set[str]] = field(factory=lambda: defaultdict(set))
    """By new component."""
    _seen: set[tuple[str, str, int]] = field(factory=set)

    def compare(self, one: Any, other: Any) -> None:
        """Compare what stands at one place in both contracts, and all that is in it."""
        waiting = [(one, other)]
        while waiting:
            one, other = waiting.pop()
            was, now = component_of(one), component_of(other)
            if was and now:
                self.cast[was].add(now)
                self.received[now].add(was)
            if was or now:
                key = (was, now, 0 if was and now else id(one if now else other))
                if key not in self._seen:
                    self._seen.add(key)
                    waiting.append(
                        (schemas_of(self.old).get(was) if was else one, schemas_of(self.new).get(now) if now else other)
                    )
                continue
            one, other = followed(self.old, one), followed(self.new, other)
            if isinstance(one, dict) and isinstance(other, dict):
                for key, value in one.items():
                    if isinstance(value, (dict, list)) and key in other:  # the rest refers to nothing
                        waiting.append((value, other[key]))
            elif isinstance(one, list) and isinstance(other, list):
                waiting += zip(one, other, strict=True) if one == other else self._pairs(one, other)

    def _pairs(self, before: list[Any], after: list[Any]) -> Iterator[tuple[Any, Any]]:
        """Pair the items of two lists: parameters, or branches of unions, whose order says nothing."""
        left, free = ([item for item in items if isinstance(item, dict)] for items in (before, after))
        outlines = Counter(self._outline(self.old, item) for item in left)
        steps: Sequence[Any] = (
            lambda contract, item: (component_of(item) or None, self._outline(contract, item)),
            self._outline if outlines == Counter(self._outline(self.new, item) for item in free) else None,
            lambda _, item: component_of(item) or None,
            self._outline,
            lambda _contract, _item: "the only one that is left",
        )
        for step in filter(None, steps):
            for ones, others in grouped(left, free, partial(step, self.old), partial(step, self.new)):
                if len(ones) == len(others) == 1:
                    yield ones[0], others[0]
                    left = [item for item in left if item is not ones[0]]
                    free = [item for item in free if item is not others[0]]

    def _outline(self, contract: Mapping[str, Any], item: Any) -> Hashable:
        """Return what two items that are the same one have in common: name, or type and properties with one value."""
        item = followed(contract, item)
        if (name := component_of(item)) != "":
            item = schemas_of(contract).get(name)
        if not isinstance(item, Mapping):
            return canonical(item)
        properties = item.get("properties")
        listed = properties.items() if isinstance(properties, Mapping) else ()
        members = sorted(
            (name, str(part["enum"]) if isinstance(part, Mapping) and len(part.get("enum", ())) == 1 else "")
            for name, part in listed
        )
        return str(item.get("in")), str(item.get("name")), str(item.get("type")), str(members)
