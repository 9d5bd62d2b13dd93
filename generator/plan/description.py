"""
Apply the overlay's words and corrections to a contract, also where operations have moved.

The lock of names has every former address of an operation. A target of the overlay with a former address is moved in
memory; the file stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from typing import Any

from attrs import evolve, frozen

from generator.plan.naming.lock import Names
from generator.plan.operations import KNOWN
from generator.spec.contract import operations
from generator.spec.identity import Address, Identities, fingerprints, identify
from generator.spec.overlay import Action, Overlay, apply

_TARGET = re.compile(r"""\$\.paths\[(?P<quote>['"])(?P<path>[^'"\\]+)(?P=quote)\](?:\.(?P<method>[a-z]+)\b)?""")


@frozen
class Described:
    """A contract with the overlay applied."""

    document: dict[str, Any]
    unmatched: tuple[Action, ...]
    """Actions whose target selects nothing."""
    identities: Identities
    """Where the operations of the lock are."""
    mentioned: frozenset[Address]
    """The addresses in the overlay's targets."""


def describe(
    contract: Mapping[str, Any], overlay: Overlay, names: Names, pin: Mapping[str, Any] | None = None
) -> Described:
    """
    Apply the overlay to a contract, which is left as it is.

    `pin` is the contract that the lock belongs to, if it is another one: with it, bodies identify operations too.
    """
    identities = identify(names.known(fingerprints(pin) if pin else None), contract)
    components = dict(contract.get("components", {}))
    components.setdefault("schemas", {})
    moved = _moved(names, identities.found, contract, overlay.actions)
    actions = overlay.actions
    if moved:
        paths = contract.get("paths", {})
        actions = tuple(evolve(action, target=_target(action.target, moved, paths)) for action in actions)
    applied = apply(evolve(overlay, actions=actions), {**contract, "components": components})
    listed = operations(applied.document)
    for name, address in identities.found.items():
        if address in listed:
            listed[address][KNOWN] = name
    return Described(applied.document, applied.unmatched, identities, frozenset(_addresses(overlay.actions)))


def _moved(
    names: Names, found: Mapping[str, Address], contract: Mapping[str, Any], actions: Iterable[Action]
) -> dict[Address, Address]:
    """Return where the operations of former addresses are."""
    targets = _addresses(actions)
    taken = set(found.values())
    moved: dict[Address, Address] = {}
    for name, now in found.items():
        for address in names.operations[name].addresses:
            # Another operation has the address, and the overlay speaks of both: it was written for them as they are.
            is_other = address in taken or address in operations(contract)
            if address != now and not (is_other and now in targets):
                moved[address] = now
    return moved


def _addresses(actions: Iterable[Action]) -> set[Address]:
    matches = (_TARGET.match(action.target) for action in actions)
    return {(match["method"], match["path"]) for match in matches if match and match["method"]}


def _target(target: str, moved: Mapping[Address, Address], current: Container[str]) -> str:
    match = _TARGET.match(target)
    if match is None:
        return target
    if match["method"]:
        method, path = moved.get((match["method"], match["path"]), (match["method"], match["path"]))
        start = f".{method}"
    else:
        # A target of the whole path follows where all of its operations moved to one path.
        paths = {now[1] for was, now in moved.items() if was[1] == match["path"]}
        is_empty = match["path"] not in current
        path, start = (paths.pop() if len(paths) == 1 and is_empty else match["path"]), ""
    if "'" in path or "\\" in path:
        return target
    return f"$.paths['{path}']{start}{target[match.end() :]}"
