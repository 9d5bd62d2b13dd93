"""
Addresses: JSON pointers with the members of lists by what they are, so that the order of a list has no effect.

    /paths/~1a/get/parameters/0    /paths/~1a/get/parameters/query limit
    /components/.../anyOf/2        /components/.../anyOf/array of integer

A member is known by its name; a branch of a union by its reference, by a property that allows one value only, or by its
type. Where that is the same of two members, they are known by all that they hold.
"""

from __future__ import annotations

from typing import Any

from generator.drift.compare.references import Contract
from generator.spec.canonical import canonical
from generator.spec.pointers import parts, pointer

NAMED = {"parameters": ("in", "name"), "tags": ("name",), "servers": ("url",)}
"""The lists whose members have names, and the keys that are the name."""


def address(contract: Contract, where: str) -> str | None:
    """Return the address of a pointer; None where it leads to a member of a list that the contract lacks."""
    value: Any = contract
    steps: list[str] = []
    outer = ""
    for step in parts(where):
        inner = below(value, step)
        if isinstance(value, list):
            if inner is None:
                return None
            steps.append(_member(value, int(step), outer))
        else:
            steps.append(step)
        outer, value = step, inner
    return pointer(steps)


def below(value: Any, step: str) -> Any:
    """Return what a step of a pointer leads to; None for nothing."""
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        return value[int(step)]
    return None


def name_of(item: dict[str, Any], outer: str) -> str:
    """Return the name of a member of a list of `NAMED`."""
    return " ".join(str(item.get(key, item.get("$ref", ""))) for key in NAMED[outer])


def _member(items: list[Any], at: int, outer: str) -> str:
    """Return what a member of a list is known by: the first of its keys that no other member has."""
    key = ""
    for level in (_name, lambda item, _: canonical(item)):
        keys = [level(item, outer) for item in items]
        key = keys[at]
        if keys.count(key) == 1:
            return key
    return f"{key} {keys[:at].count(key) + 1}"


def _name(item: Any, outer: str) -> str:
    if not isinstance(item, dict):
        return canonical(item)
    return name_of(item, outer) if outer in NAMED else _brief(item)


def _brief(schema: dict[str, Any]) -> str:
    """Return what sets a branch apart, such as `type=text`, else its type."""
    if "$ref" in schema:
        return str(schema["$ref"])
    properties = schema.get("properties")
    for name, inner in sorted(properties.items()) if isinstance(properties, dict) else ():
        values = inner.get("enum", [inner["const"]] if "const" in inner else []) if isinstance(inner, dict) else []
        if isinstance(values, list) and len(values) == 1:
            return f"{name}={values[0]}"
    kind = str(schema.get("type", "")) or ("object" if properties else "")
    items = schema.get("items")
    return f"{kind} of {_brief(items)}" if isinstance(items, dict) else kind or " ".join(sorted(schema))
