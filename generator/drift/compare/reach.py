"""
Which operations a fact of a contract reaches: those that hold it, and those that refer to it at any depth.

It knows one contract, and nothing of another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from generator.drift.compare.grammar import Form, Spot, references, spot, target
from generator.spec.contract import METHODS, operations
from generator.spec.pointers import pointer, resolve

Where = tuple[str, ...]
Links = frozenset[tuple[Where, str]]


class Reach:
    """The operations of one contract, by the places that they depend on; told as `POST /image/edit`."""

    def __init__(self, contract: Mapping[str, Any]) -> None:
        self._contract = contract
        self._links: dict[tuple[Where, str], Links] = {}
        self._under: dict[Where, set[str]] = defaultdict(set)
        self._inherit: set[str] = set()
        self._all: set[str] = set()
        for (method, path), operation in operations(contract).items():
            name = operation_name(method, path)
            self._all.add(name)
            self._under["paths", path, method].add(name)
            self._under["paths", path].add(name)
            if "security" not in operation:
                self._inherit.add(name)
            for scheme in _schemes(operation.get("security", contract.get("security"))):
                self._under["components", "securitySchemes", scheme].add(name)
            item = contract["paths"][path]
            start = _links(operation, Spot(Form.OBJECT, "operation"))
            start |= _links(item.get("parameters", []), spot("path", "parameters"))
            for where in self._closure(start):
                self._under[where].add(name)

    def of(self, where: Where) -> frozenset[str]:
        """The operations that the fact at this place reaches; a place that is not there reaches none."""
        found: set[str] = set()
        if where[:1] == ("servers",):
            found |= self._all
        elif where[:1] == ("security",):
            found |= self._inherit
        for length in range(2, len(where) + 1):
            under = where[:length]
            # What a path item holds for all its operations reaches them all, an operation only itself.
            if under[0] != "paths" or length != 2 or len(where) == 2 or where[2] not in METHODS:
                found |= self._under.get(under, set())
        for under, names in self._under.items():
            if len(under) > len(where) and under[0] == where[0] and under[: len(where)] == where:
                found |= names
        return frozenset(found)

    def _closure(self, start: Links) -> set[Where]:
        seen: set[tuple[Where, str]] = set()
        left = list(start)
        while left:
            link = left.pop()
            if link not in seen:
                seen.add(link)
                left += self._follow(link)
        return {where for where, _kind in seen}

    def _follow(self, link: tuple[Where, str]) -> Links:
        if link not in self._links:
            where, kind = link
            try:
                value = resolve(self._contract, pointer(where))
            except KeyError:
                value = None
            self._links[link] = _links(value, Spot(Form.OBJECT, kind))
        return self._links[link]


def operation_name(method: str, path: str) -> str:
    """The name that an operation goes by in what is told: `POST /image/edit`."""
    return f"{method.upper()} {path}"


def _links(value: Any, at: Spot) -> Links:
    found = ((target(ref), kind) for ref, kind in references(value, at))
    return frozenset((where, kind) for where, kind in found if where is not None)


def _schemes(security: Any) -> set[str]:
    alternatives = security if isinstance(security, list) else []
    return {name for one in alternatives if isinstance(one, dict) for name in one}
