"""
Apply the overlay's words and corrections to a contract, also where operations moved and components were renamed.

The lock of names has every former address of an operation. A target of the overlay with a former address is moved in
memory; the file stays as it is. Components are called by their keys in all that follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from attrs import evolve, frozen

from generator.plan.naming.lock import Names
from generator.plan.operations import KNOWN
from generator.plan.restored import named_again, with_restored, written_out
from generator.spec.canonical import mappings
from generator.spec.component_keys import Components, locate, places_of, renamed
from generator.spec.component_references import component_of, with_names
from generator.spec.component_renames import Renames, renames
from generator.spec.contract import operations
from generator.spec.identity import Address, fingerprints, identify
from generator.spec.overlay import Action, Overlay, apply

_COMPONENTS = re.compile(r"""(?<=\$\.components\.schemas)(?:\.\w+|\[\s*'[^'\\]*'(?:\s*,\s*'[^'\\]*')*\s*\])""")
"""The components that a target names."""
_COMPONENT = re.compile(r"\.(\w+)|'([^']*)'")
_TARGET = re.compile(r"""\$\.paths\[(?P<paths>(['"])[^'"\\]+\2(?:\s*,\s*'[^'"\\]+')*)\](?:\.(?P<method>[a-z]+)\b)?""")
_PATH = re.compile(r"""['"]([^'"\\]+)['"]""")


@frozen
class Described:
    """A contract with the overlay applied."""

    document: dict[str, Any]
    unmatched: tuple[Action, ...]
    """Actions whose target selects nothing."""
    mentioned: frozenset[Address]
    """The addresses in the overlay's targets."""
    components: Components
    unclear: tuple[str, ...] = ()
    """Operations and components that could be several of the contract: lines for a report."""


def describe(
    contract: Mapping[str, Any], overlay: Overlay, names: Names, pin: Mapping[str, Any] | None = None
) -> Described:
    """
    Apply the overlay to a contract, which is left as it is.

    `pin` is the contract that the lock belongs to, if it is another one: with it, bodies identify operations too.
    """
    identities = identify(names.known(fingerprints(pin, but=operations(contract)) if pin else None), contract)
    actions = overlay.actions
    components, unclear = _components(contract, actions, names, identities.found, pin)
    if any(name != key for name, key in components.keys.items()):
        contract = renamed(contract, components.keys)
    held = dict(contract.get("components", {}))
    held.setdefault("schemas", {})
    contract = with_restored({**contract, "components": held}, places_of(components.table), identities.found)
    moved = _moved(names, identities.found, contract, actions)
    if moved:
        paths = contract.get("paths", {})
        actions = tuple(evolve(action, target=_target(action.target, moved, paths)) for action in actions)
    if components.table:
        mentioned = cache(components.mentioned)
        actions = tuple(_with_keys(action, mentioned) for action in actions)
    applied = apply(evolve(overlay, actions=actions), contract)
    listed = operations(applied.document)
    for name, address in identities.found.items():
        if address in listed:
            listed[address][KNOWN] = name
    return Described(
        applied.document,
        applied.unmatched,
        frozenset(_addresses(overlay.actions)),
        components,
        (*map(str, identities.ambiguities), *unclear),
    )


def _components(
    contract: Mapping[str, Any],
    actions: Iterable[Action],
    names: Names,
    found: Mapping[str, Address],
    pin: Mapping[str, Any] | None,
) -> tuple[Components, list[str]]:
    """Return the keys of the components of a contract, and what is unclear about them, in lines for a report."""
    mentioned, brought = _components_of(actions), _brought(actions)
    changes, written = Renames(), dict[str, str]()
    if pin:
        before = {name: one.addresses[-1] for name, one in names.operations.items()}
        there = operations(pin)
        changes = renames(pin, contract, {before[name]: now for name, now in found.items() if before[name] in there})
        used = (mentioned | _referred([action.update for action in actions])) - brought
        called = {names.components.get(key, (key,))[-1] for key in used}
        written = written_out(pin, before, contract, found, called)
    components = locate(
        names.components,
        contract,
        changes,
        brought=brought,
        kept=mentioned,
        written=written,
        again=named_again(contract, found, places_of(names.components)),
    )
    return components, list(_unclear(changes, names, mentioned))


def _unclear(found: Renames, names: Names, mentioned: Container[str]) -> Iterator[str]:
    """Yield the components that the overlay speaks of and that are gone without one successor."""
    keys = {listed[-1]: key for key, listed in names.components.items()}
    for name, targets in found.unclear.items():
        if keys.get(name, name) in mentioned:
            became = ", ".join(targets)
            yield f"the component {name} is gone, its places have {became}: the overlay's actions on it have no target"


def _brought(actions: Iterable[Action]) -> frozenset[str]:
    """Return the names of the components that the overlay itself brings."""
    updates = (action.update for action in actions if action.target == "$.components.schemas")
    return frozenset(name for update in updates if isinstance(update, dict) for name in update)


def _components_of(actions: Iterable[Action]) -> set[str]:
    """Return the components that targets name."""
    texts = (match[0] for action in actions for match in _COMPONENTS.finditer(action.target))
    return {dotted or quoted for text in texts for dotted, quoted in _COMPONENT.findall(text)}


def _with_keys(action: Action, mentioned: Callable[[str], tuple[str, ...]]) -> Action:
    """Let an action name components by their keys: it may have been written when they had other names."""

    def keys(match: re.Match[str]) -> str:
        listed = [dotted or quoted for dotted, quoted in _COMPONENT.findall(match[0])]
        found = list(dict.fromkeys(key for name in listed for key in mentioned(name)))
        return match[0] if found == listed else f"[{', '.join(map(repr, found))}]"

    references = {name: mentioned(name)[0] for name in _referred(action.update)}
    update = with_names(action.update, references) if references else action.update
    return evolve(action, target=_COMPONENTS.sub(keys, action.target), update=update)


def _referred(update: Any) -> set[str]:
    """Return the components that an update refers to."""
    return {component_of(one) for one in mappings(update)} - {""}


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
    found = (_TARGET.match(action.target) for action in actions)
    matches = [match for match in found if match and match["method"]]
    return {(match["method"], path) for match in matches for path in _PATH.findall(match["paths"])}


def _target(target: str, moved: Mapping[Address, Address], current: Container[str]) -> str:
    match = _TARGET.match(target)
    if match is None:
        return target
    paths = _PATH.findall(match["paths"])
    method = match["method"]
    if method:
        found = [moved.get((method, path), (method, path)) for path in paths]
    else:
        # A target of the whole path follows where all of its operations moved to one path.
        found = [("", _moved_path(path, moved, current)) for path in paths]
    methods = {now for now, _ in found}
    if len(methods) > 1 or any("'" in path or "\\" in path for _, path in found):
        return target
    listed = ",".join(f"'{path}'" for _, path in found)
    return f"$.paths[{listed}]{'.' if method else ''}{methods.pop()}{target[match.end() :]}"


def _moved_path(path: str, moved: Mapping[Address, Address], current: Container[str]) -> str:
    paths = {now[1] for was, now in moved.items() if was[1] == path}
    return paths.pop() if len(paths) == 1 and path not in current else path
