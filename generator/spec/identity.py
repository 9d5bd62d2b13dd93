"""
Which operation of a description is which operation of an earlier one.

One function decides this for names, overlay and differ. It goes from certain to likely, and each step looks only at
what the steps before left over:

1. the same address (method and path), a former address included,
2. the same method and path except for the names of placeholders,
3. the same operationId, where it is unique on both sides,
4. a path of similar segments with the same body: the same method, or the same path with another method.

A step matches a pair only where neither side has a second candidate. Otherwise it reports an ambiguity: none of its
operations is matched, and nothing is guessed.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Hashable, Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any, TypeVar

from attrs import define, field, frozen

from generator.spec.component_references import followed
from generator.spec.contract import operations

ALIKE = 0.5
"""The part of the segments of two similar paths that is equal."""
ALIKE_WORDS = 0.8
"""The part of the characters of two similar segments that is equal: `image` and `images`."""

Address = tuple[str, str]
"""A method in lower case, and a path."""
Key = TypeVar("Key")
Old = TypeVar("Old")
New = TypeVar("New")


@frozen
class Known:
    """An operation that is to be found in another description."""

    name: str
    addresses: tuple[Address, ...]
    """All addresses that it has had; the last is the current one."""
    ids: tuple[str, ...] = ()
    """All operationIds that it has had; the last is the current one."""
    fingerprint: str = ""
    """What `fingerprints` says of it in the earlier description; "" where that description is not available."""


@frozen
class Ambiguity:
    """Operations of which any could be any of the addresses."""

    names: tuple[str, ...]
    addresses: tuple[Address, ...]
    reason: str

    def __str__(self) -> str:
        """Return one line for a report."""
        known, found = ", ".join(self.names), ", ".join(map(written, self.addresses))
        return f"{known} could be {found} ({self.reason}): no match, each counts as removed and added"


@frozen
class Identities:
    """Where known operations are in a description."""

    found: Mapping[str, Address]
    """By name."""
    ambiguities: tuple[Ambiguity, ...] = ()


def written(address: Address) -> str:
    """Return an address as it is shown: "POST /image/edit"."""
    return f"{address[0].upper()} {address[1]}"


def parse_address(text: str) -> Address:
    """Return the address that `written` shows so."""
    method, _, path = text.partition(" ")
    return method.lower(), path


def placeholders(path: str) -> list[str]:
    """Return the names of the placeholders of a path."""
    return re.findall(r"{([^{}]+)}", path)


def shape_of(path: str) -> str:
    """Return a path without the names of its placeholders."""
    return re.sub(r"{[^{}]*}", "{}", path)


def with_last(before: tuple[Key, ...], now: Key, kept: Collection[object]) -> tuple[Key, ...]:
    """
    Put a key last: an address, an operationId, or a name.

    A change that is undone leaves no trace, except for keys that the overlay was written for.
    """
    if now not in before:
        return before + (now,)  # noqa: RUF005  mypy loses the type of an unpacked tuple
    index = before.index(now)
    later = tuple(key for key in before[index + 1 :] if key in kept)
    return before[:index] + later + (now,)


def grouped(
    old: Iterable[Old], new: Iterable[New], old_key: Callable[[Old], Hashable], new_key: Callable[[New], Hashable]
) -> list[tuple[list[Old], list[New]]]:
    """Return what is old and what is new in groups of the same key. What has None as its key is left out."""
    groups: dict[Hashable, tuple[list[Old], list[New]]] = defaultdict(lambda: ([], []))
    for one in old:
        groups[old_key(one)][0].append(one)
    for other in new:
        groups[new_key(other)][1].append(other)
    groups.pop(None, None)
    return [*groups.values()]


def identify(known: Iterable[Known], contract: Mapping[str, Any]) -> Identities:
    """Find known operations in a contract."""
    search = _Search({one.name: one for one in known}, operations(contract))
    search.by_current_address()
    search.by_former_address()
    search.match("the same path with other placeholders", _current_shape, lambda address, _: _method_shape(address))
    search.by_operation_id()
    if search.left and search.free:
        search.by_likeness(fingerprints(contract))
    return Identities(dict(sorted(search.found.items())), tuple(search.ambiguities))


def pair_operations(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[Address, Address], Identities]:
    """
    Return the operations of two contracts that are the same ones, from old to new address, and how they were found.

    The names in `Identities` are the old addresses as `written` gives them.
    """
    prints = fingerprints(old, but=operations(new))
    known = [
        Known(written(address), (address,), _ids(operation), prints.get(address, ""))
        for address, operation in operations(old).items()
    ]
    identities = identify(known, new)
    return {parse_address(name): address for name, address in identities.found.items()}, identities


def fingerprints(contract: Mapping[str, Any], but: Container[Address] = ()) -> dict[Address, str]:
    """
    Return what must be equal for two operations at different paths to be one: the body.

    An operation without a body is known by its parameters and its success responses. `but` are operations that are
    known by their addresses.
    """
    return {
        address: _fingerprint(contract, operation)
        for address, operation in operations(contract).items()
        if address not in but
    }


@define
class _Search:
    known: dict[str, Known]
    listed: dict[Address, dict[str, Any]]
    found: dict[str, Address] = field(factory=dict)
    ambiguities: list[Ambiguity] = field(factory=list)
    closed: set[str] = field(factory=set)
    """Names and addresses that an ambiguity reported: no later step guesses about them."""

    @property
    def left(self) -> dict[str, Known]:
        return {name: one for name, one in self.known.items() if name not in self.found and name not in self.closed}

    @property
    def free(self) -> dict[Address, dict[str, Any]]:
        taken = set(self.found.values())
        return {key: one for key, one in self.listed.items() if key not in taken and written(key) not in self.closed}

    def by_current_address(self) -> None:
        for name, one in self.known.items():
            if one.addresses and one.addresses[-1] in self.listed:
                self.found[name] = one.addresses[-1]

    def by_former_address(self) -> None:
        free = self.free
        required: dict[Address, list[str]] = defaultdict(list)
        for name, one in self.left.items():
            latest = next((address for address in reversed(one.addresses) if address in free), None)
            if latest is not None:
                required[latest].append(name)
        self._accept([(names, [address]) for address, names in required.items()], "the same former address")

    def by_operation_id(self) -> None:
        # Unique among all operations of each side, not only among those that are left.
        before = Counter(one.ids[-1] for one in self.known.values() if one.ids)
        after = Counter(name for operation in self.listed.values() for name in _ids(operation))
        self.match(
            "the same operationId",
            lambda one: one.ids[-1] if one.ids and before[one.ids[-1]] == 1 else None,
            lambda _, operation: next((name for name in _ids(operation) if after[name] == 1), None),
        )

    def by_likeness(self, prints: Mapping[Address, str]) -> None:
        pairs = [
            (name, address)
            for name, one in self.left.items()
            for address in self.free
            if one.fingerprint and one.fingerprint == prints[address] and _alike(one.addresses[-1], address)
        ]
        names, addresses = Counter(name for name, _ in pairs), Counter(address for _, address in pairs)
        for name, address in pairs:
            if names[name] == addresses[address] == 1:
                self.found[name] = address
        unclear = [pair for pair in pairs if pair[0] not in self.found]
        if unclear:
            self._report({name for name, _ in unclear}, {address for _, address in unclear}, "a similar path and body")

    def match(
        self,
        reason: str,
        key_of_known: Callable[[Known], Hashable],
        key_of_new: Callable[[Address, dict[str, Any]], Hashable],
    ) -> None:
        left, free = self.left, self.free
        self._accept(
            grouped(left, free, lambda name: key_of_known(left[name]), lambda at: key_of_new(at, free[at])), reason
        )

    def _accept(self, groups: Iterable[tuple[list[str], list[Address]]], reason: str) -> None:
        for names, addresses in groups:
            if len(names) == len(addresses) == 1:
                self.found[names[0]] = addresses[0]
            elif names and addresses:
                self._report(set(names), set(addresses), reason)

    def _report(self, names: set[str], addresses: set[Address], reason: str) -> None:
        self.ambiguities.append(Ambiguity(tuple(sorted(names)), tuple(sorted(addresses)), reason))
        self.closed |= names | set(map(written, addresses))


def _ids(operation: Mapping[str, Any]) -> tuple[str, ...]:
    value = operation.get("operationId")
    return (value,) if isinstance(value, str) and value else ()


def _method_shape(address: Address) -> Address:
    return address[0], shape_of(address[1])


def _current_shape(known: Known) -> Hashable:
    return _method_shape(known.addresses[-1]) if known.addresses else None


def _alike(one: Address, other: Address) -> bool:
    """Whether two addresses could be one operation: similar paths with one method, or one path with two methods."""
    first, second = shape_of(one[1]), shape_of(other[1])
    if first == second:
        return True
    if one[0] != other[0]:
        return False
    before, after = first.strip("/").split("/"), second.strip("/").split("/")
    equal = sum(block.size for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks())
    if 2 * equal >= ALIKE * (len(before) + len(after)) and equal:
        return True
    pairs = zip(before, after, strict=False)
    return len(before) == len(after) and all(
        SequenceMatcher(None, a, b, autojunk=False).ratio() >= ALIKE_WORDS for a, b in pairs
    )


def _fingerprint(contract: Mapping[str, Any], operation: Mapping[str, Any]) -> str:
    def target(value: Any) -> Any:
        """Follow one reference: the name of a component may change together with a path."""
        found = followed(contract, value)
        return value if found is None else found

    def content(value: Any) -> Any:
        media = target(value)
        kinds = media.get("content") if isinstance(media, Mapping) else None
        return {
            kind: target(item.get("schema")) if isinstance(item, Mapping) else None
            for kind, item in (kinds.items() if isinstance(kinds, Mapping) else ())
        }

    body = content(operation.get("requestBody"))
    parts: list[Any] = [body]
    if not body:
        parameters = [target(item) for item in operation.get("parameters") or ()]
        names = [(str(item.get("in")), str(item.get("name"))) for item in parameters if isinstance(item, Mapping)]
        responses = operation.get("responses") or {}
        # The names of placeholders are compared with the path.
        parts += [sorted(pair for pair in names if pair[0] != "path")]
        parts += [{status: content(item) for status, item in responses.items() if str(status).startswith("2")}]
    return json.dumps(parts, sort_keys=True, default=str)
