"""
References of a contract: what they lead to, and which components changed, directly or through others.

Also whether two JSON values are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from generator.spec.canonical import canonical, mappings
from generator.spec.keywords import NOTES
from generator.spec.pointers import escaped, parts, resolve, unescaped
from generator.spec.reach import reachable

Contract = Mapping[str, Any]
Where = tuple[str, ...]
_LINKS = 20  # a longer chain of references is a circle
_WRAPPERS = ("allOf", "anyOf", "oneOf")


class Part(NamedTuple):
    """A value of a contract and its place."""

    schema: Any
    where: Where

    def below(self, *keys: str) -> Where:
        """Return a place inside of it."""
        return (*self.where, *keys)


def same(old: Any, new: Any) -> bool:
    """Return whether two JSON values are equal, types included (in Python, `1 == True == 1.0`)."""
    if type(old) is not type(new) or old != new:
        return False
    return not isinstance(old, dict | list) or canonical(old) == canonical(new)


def target(ref: str) -> Where | None:
    """Return the place that a reference into the contract leads to; None for any other reference."""
    try:
        return tuple(parts(ref[1:])) if ref.startswith("#") else None
    except ValueError:
        return None


def component(contract: Contract, ref: str) -> Any:
    """Return what a reference leads to; None where it leads nowhere."""
    try:
        return resolve(contract, ref.removeprefix("#"))
    except (KeyError, ValueError):
        return None


def component_name(ref: str) -> str:
    """Return the last part of a reference, unescaped."""
    return unescaped(ref.rpartition("/")[2])


def resolved(contract: Contract, value: Any) -> Any:
    """
    Return the value with its `$ref` replaced by what it refers to; what stands beside the `$ref` wins.

    A reference that leads nowhere, out of the contract or in a circle is left as it is.
    """
    beside: dict[str, Any] = {}
    found = value
    for _ in range(_LINKS):
        if not isinstance(found, dict) or not isinstance(found.get("$ref"), str):
            return {**found, **beside} if beside and isinstance(found, dict) else found
        beside = {**found, **beside}
        del beside["$ref"]
        found = component(contract, found["$ref"]) if target(found["$ref"]) is not None else None
        if found is None:
            return value
    return value


def follow(contract: Contract, part: Part) -> Part:
    """Return an object behind its reference, with the place of the component; unchanged where it is not a reference."""
    ref = part.schema.get("$ref") if isinstance(part.schema, dict) else None
    where = target(ref) if isinstance(ref, str) else None
    found = resolved(contract, part.schema)
    return Part(found if isinstance(found, dict) else {}, where or part.where)


def whole_reference(schema: Any) -> str | None:
    """Return what a schema refers to as a whole: `$ref`, or an `allOf`, `anyOf` or `oneOf` of one reference."""
    if not isinstance(schema, dict):
        return None
    if isinstance(schema.get("$ref"), str):
        return None if len(schema) > 1 and schema.keys() - NOTES - {"$ref", "nullable"} else str(schema["$ref"])
    held = [key for key in _WRAPPERS if key in schema]
    if len(held) != 1 or set(schema) - NOTES - {held[0], "nullable"}:
        return None
    inner = schema[held[0]]
    return whole_reference(inner[0]) if isinstance(inner, list) and len(inner) == 1 else None


def references(value: Any) -> Iterator[str]:
    """
    Yield every `$ref` in a value, however deep.

    A property that is called `$ref` holds a schema, which is not text.
    """
    for one in mappings(value):
        if isinstance(one.get("$ref"), str):
            yield one["$ref"]


def changed_references(old: Contract, new: Contract) -> frozenset[str]:
    """Return the references whose target differs between two contracts, or refers to one that differs."""
    users: dict[str, set[str]] = {}
    changed: list[str] = []
    before, after = _components(old), _components(new)
    for ref in {*before, *after}:
        one, other = before.get(ref), after.get(ref)
        if not same(one, other):
            changed.append(ref)
        for used in {*references(one), *references(other)}:
            users.setdefault(used, set()).add(ref)
    return frozenset(reachable(changed, lambda ref: users.get(ref, ())))


def _components(contract: Contract) -> dict[str, Any]:
    return {
        f"#/components/{section}/{escaped(name)}": value
        for section, held in contract.get("components", {}).items()
        for name, value in held.items()
    }
