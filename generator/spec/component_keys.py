"""
The key of each component schema of a description: the first name that it had.

The overlay, and the places of classes in the lock of names, call a component by its key. The lock holds all names of
the components that have or had another name.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from itertools import count
from typing import Any

from attrs import field, frozen

from generator.spec.component_references import schemas_of, with_names
from generator.spec.component_renames import Renames
from generator.spec.identity import with_last

Table = Mapping[str, tuple[str, ...]]
"""By key, all names that a component has had; the last is the current one."""


@frozen
class Components:
    """Where known components are in a description."""

    keys: Mapping[str, str] = field(factory=dict)
    """By name, the key of each."""
    table: Table = field(factory=dict)
    """For the lock: the components that have or had another name than their keys."""
    brought: frozenset[str] = frozenset()
    """The names of the components that the overlay brings."""

    def mentioned(self, name: str) -> tuple[str, ...]:
        """Return the keys of the components that a text written for any of their names means."""
        present = {*self.keys.values(), *places_of(self.table)}
        former = {key for key in present if name in _own(key, self.table.get(key, ()))}
        found = [name] if name in present | self.brought or len(former) != 1 else [*former]
        for key in found:
            found += sorted(part for part in present if part not in found and self._origin(part) == key)
        return tuple(key for key in found if key in present) or (name,)

    def _origin(self, key: str) -> str:
        """Return the component that a component was split from; "" for others."""
        names = self.table.get(key, ())
        return names[0] if key in names[1:] and names[0] != key else ""


def places_of(table: Table) -> dict[str, str]:
    """Return where the components of a table stand that are written out, by key."""
    return {key: names[-1] for key, names in table.items() if " " in names[-1]}


def _own(key: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of a component without that of the component that it was split from."""
    return names[names.index(key) :] if key in names else names


def locate(
    table: Table,
    contract: Mapping[str, Any],
    found: Renames | None = None,
    *,
    brought: frozenset[str] = frozenset(),
    kept: AbstractSet[str] = frozenset(),
    written: Mapping[str, str] | None = None,
    again: Mapping[str, str] | None = None,
) -> Components:
    """
    Return the keys of the components of a contract.

    `table` is the lock's, of the contract before; `found` leads from that one to this one. `brought` are the
    components that the overlay brings, `kept` those that it mentions. `written` has places, with spaces in them, for
    components of the contract before that this one writes out: a place counts as a name. `again` has the keys of new
    components that stand where others were written out.
    """
    listed, found = schemas_of(contract), found or Renames()
    if not table and not found.renamed and not found.split and not written and listed.keys().isdisjoint(brought):
        return Components({name: name for name in listed}, brought=brought)
    current = {names[-1]: key for key, names in table.items()}
    keys = {new: current.get(old, old) for old, new in found.renamed.items()}
    for name, key in current.items():
        if name in listed and name not in found.renamed:
            keys.setdefault(name, key)
    for name, key in (again or {}).items():
        if name not in table and key not in keys.values():
            keys.setdefault(name, key)
    formers = {name: key for key, names in table.items() for name in _own(key, names)}
    new_keys: set[str] = set()
    for name in sorted(listed.keys() - keys.keys(), key=lambda name: (name not in table, name)):
        taken = {*keys.values(), *brought}
        choices = [formers.get(name, name), name][:: -1 if name in table else 1]
        key = next((one for one in choices if one not in taken), "")
        if not key:
            used = {*taken, *listed, *table}
            key = next(one for one in (f"{name}{number}" for number in count(2)) if one not in used)
            new_keys.add(key)
        keys[name] = key
    present = set(keys.values())
    gone = {key: names for key, names in table.items() if key not in present and names[-1] not in listed}
    after = {key: names for key, names in gone.items() if key not in names[1:]}
    for name, place in (written or {}).items():
        key = current.get(name, name)
        after[key] = _with_last(table.get(key, (key,)), place, frozenset())
    for name, key in keys.items():
        origin = found.split.get(name)
        before = table.get(key, () if key in new_keys else (key,))
        before = before if origin is None else (current.get(origin, origin), key)
        after[key] = _with_last(before, name, kept - present)
    return Components(keys, {key: names for key, names in sorted(after.items()) if names != (key,)}, brought)


def _with_last(names: tuple[str, ...], name: str, kept: AbstractSet[str]) -> tuple[str, ...]:
    """Put a name last; the key stays first."""
    found = with_last(names, name, kept)
    return (name, *found) if names[:1] == (name,) and len(found) > 1 else found


def renamed(contract: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    """Return a contract in which every component has its key as name, in the order that a contract has."""
    document: dict[str, Any] = with_names(dict(contract), keys)
    schemas = {keys.get(name, name): schema for name, schema in schemas_of(document).items()}
    return {**document, "components": {**document["components"], "schemas": dict(sorted(schemas.items()))}}
