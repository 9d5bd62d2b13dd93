"""
Who reaches a component of a contract, and how: in a request or in a response, and in which media types.

`reach` tells which operations depend on a fact; what a fact means depends on the direction too. Components that are
only parts of an `allOf` are told apart: they are judged where they are flattened into something, not on their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from generator.drift.compare.flat import reference
from generator.drift.compare.grammar import resolved
from generator.drift.compare.reach import operation_name
from generator.drift.judge.findings import Scope
from generator.spec.contract import operations
from generator.spec.pointers import resolve

REQUEST, RESPONSE = "request", "response"
SCHEMAS = "#/components/schemas/"
_INNER = ("properties", "patternProperties")
_LISTS = ("anyOf", "oneOf", "prefixItems", "allOf")
_ONE = ("items", "additionalProperties", "not")


@frozen
class Use:
    """One operation that reaches a component."""

    operation: str
    direction: str
    media_type: str = ""


class Directions:
    """The uses of all component schemas of one contract."""

    def __init__(self, contract: Mapping[str, Any]) -> None:
        self._contract = contract
        self._schemas: Mapping[str, Any] = contract.get("components", {}).get("schemas", {})
        self._refs: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self.uses: dict[str, set[Use]] = defaultdict(set)
        """By name of a component that is referred to as a whole."""
        self._inside: set[str] = set()
        for (method, path), operation in operations(contract).items():
            name = operation_name(method, path)
            item = contract["paths"][path]
            for direction, media_type, schema in _roots(contract, item, operation):
                whole, parts = _split(schema)
                self._mark(Use(name, direction, media_type), whole, parts)

    def scopes(self, name: str) -> dict[str, Scope]:
        """Who a component matters to, by direction."""
        found: dict[str, Scope] = {}
        for direction in (REQUEST, RESPONSE):
            uses = [use for use in self.uses.get(name, ()) if use.direction == direction]
            if uses:
                media = frozenset(use.media_type for use in uses if use.media_type)
                found[direction] = Scope(direction, frozenset(use.operation for use in uses), media)
        return found

    def is_part(self, name: str) -> bool:
        """Whether a component is a part of an `allOf` that an operation reaches."""
        return name in self._inside

    def _mark(self, use: Use, whole: set[str], parts: set[str]) -> None:
        waiting, inside, seen = list(whole), list(parts), set()
        while waiting or inside:
            is_whole = bool(waiting)
            name = waiting.pop() if is_whole else inside.pop()
            if not is_whole:
                self._inside.add(name)
            else:
                if use in self.uses[name]:
                    continue
                self.uses[name].add(use)
            if name in seen:
                continue
            seen.add(name)
            more, deeper = self._of(name)
            waiting += more
            inside += deeper

    def _of(self, name: str) -> tuple[frozenset[str], frozenset[str]]:
        if name not in self._refs:
            whole, parts = _split(self._schemas.get(name))
            self._refs[name] = frozenset(whole), frozenset(parts)
        return self._refs[name]


def _roots(
    contract: Mapping[str, Any], item: Mapping[str, Any], operation: Mapping[str, Any]
) -> Iterator[tuple[str, str, Any]]:
    for parameter in [*item.get("parameters", ()), *operation.get("parameters", ())]:
        seen = resolved(contract, parameter)
        yield from ((REQUEST, "", schema) for schema in _held(contract, seen))
    body = resolved(contract, operation.get("requestBody", {}))
    for media_type, media in body.get("content", {}).items():
        yield REQUEST, media_type, media.get("schema")
    for response in operation.get("responses", {}).values():
        seen = resolved(contract, response)
        yield from ((RESPONSE, "", media.get("schema")) for media in seen.get("content", {}).values())
        for header in seen.get("headers", {}).values():
            yield from ((RESPONSE, "", schema) for schema in _held(contract, resolved(contract, header)))


def _held(_contract: Mapping[str, Any], holder: Mapping[str, Any]) -> Iterator[Any]:
    yield holder.get("schema")
    yield from (media.get("schema") for media in holder.get("content", {}).values())


def _split(schema: Any) -> tuple[set[str], set[str]]:
    """The components that a schema refers to as a whole, and those that it has as parts of an `allOf`."""
    whole: set[str] = set()
    parts: set[str] = set()
    stack = [(schema, False)]
    while stack:
        here, is_part = stack.pop()
        if not isinstance(here, dict):
            continue
        ref = reference(here)
        if ref is not None:
            (parts if is_part else whole).add(ref.removeprefix(SCHEMAS))
            continue
        for key, value in here.items():
            if key in _INNER and isinstance(value, dict):
                stack += [(one, False) for one in value.values()]
            elif key in _LISTS and isinstance(value, list):
                stack += [(one, key == "allOf") for one in value]
            elif key in _ONE and isinstance(value, dict):
                stack.append((value, False))
    return whole, parts


def component(contract: Mapping[str, Any], ref: str) -> Any:
    """What a reference into the contract leads to; None where it leads nowhere."""
    try:
        return resolve(contract, ref.removeprefix("#"))
    except (KeyError, ValueError):
        return None
