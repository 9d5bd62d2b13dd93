"""
What may stand where in a contract, and how two of it are compared: data that the comparison walks along.

A property may be called `enum`, `items` or `$ref`: only a walk that knows where it stands tells a name from a
keyword. A key that no table knows is compared as a plain value. It compares nothing itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import Any, NamedTuple

from generator.spec.contract import METHODS
from generator.spec.pointers import parts, resolve


class Form(Enum):
    """How two values of one place are compared."""

    WHOLE = auto()
    """As one value; a difference is one change."""
    TREE = auto()
    """Mappings key by key, down to plain values: vendor extensions."""
    OBJECT = auto()
    """An object of the specification, key by key along its table; one that came or went is one change."""
    GROUP = auto()
    """The same, but an absent one is an empty one."""
    MAP = auto()
    """Objects by name; an absent map is an empty one."""
    NAMED = auto()
    """A list of objects that are known by what `IDENTITY` names; an absent list is an empty one."""
    SET = auto()
    """A list whose order says nothing, value by value; one that came or went is one change."""
    TYPES = auto()
    """One value whose order says nothing."""
    BRANCHES = auto()
    """The alternatives of a union: a list whose order says nothing, of schemas without names."""
    TUPLE = auto()
    """A list of schemas whose order counts."""


class Spot(NamedTuple):
    """A place in a contract: how it is compared and of which objects it is made."""

    form: Form
    of: str = ""


WHOLE = Spot(Form.WHOLE)
SET = Spot(Form.SET)
TREE = Spot(Form.TREE)
_SCHEMA = Spot(Form.OBJECT, "schema")
_SCHEMAS = Spot(Form.MAP, "schema")
_BRANCHES = Spot(Form.BRANCHES, "schema")
_PARAMETERS = Spot(Form.NAMED, "parameter")
_SERVERS = Spot(Form.NAMED, "server")
_CONTENT = Spot(Form.MAP, "media")
_HEADERS = Spot(Form.MAP, "header")
_HOLDER = {"schema": _SCHEMA, "content": _CONTENT}

TABLES: dict[str, dict[str, Spot]] = {
    "root": {
        "info": Spot(Form.GROUP, "info"),
        "servers": _SERVERS,
        "security": SET,
        "tags": Spot(Form.NAMED, "tag"),
        "paths": Spot(Form.MAP, "path"),
        "components": Spot(Form.GROUP, "components"),
    },
    "server": {"variables": Spot(Form.MAP, "server variable")},
    "server variable": {"enum": SET},
    "path": {
        "parameters": _PARAMETERS,
        "servers": _SERVERS,
        **dict.fromkeys(METHODS, Spot(Form.OBJECT, "operation")),
    },
    "operation": {
        # `tags` is a whole: the first of them names the resource that the operation becomes a method of.
        "tags": WHOLE,
        "security": SET,
        "parameters": _PARAMETERS,
        "requestBody": Spot(Form.OBJECT, "body"),
        "responses": Spot(Form.MAP, "response"),
        "servers": _SERVERS,
        "x-payment-info": TREE,
    },
    "parameter": _HOLDER,
    "header": _HOLDER,
    "body": {"content": _CONTENT},
    "response": {"headers": _HEADERS, "content": _CONTENT},
    "media": {"schema": _SCHEMA, "encoding": Spot(Form.MAP, "encoding")},
    "encoding": {"headers": _HEADERS},
    "components": {
        "schemas": _SCHEMAS,
        "responses": Spot(Form.MAP, "response"),
        "parameters": Spot(Form.MAP, "parameter"),
        "requestBodies": Spot(Form.MAP, "body"),
        "headers": _HEADERS,
        "securitySchemes": Spot(Form.MAP, "security scheme"),
    },
    "security scheme": {"flows": TREE},
    "schema": {
        "type": Spot(Form.TYPES),
        "enum": SET,
        "required": SET,
        "properties": _SCHEMAS,
        "patternProperties": _SCHEMAS,
        "additionalProperties": _SCHEMA,
        "items": _SCHEMA,
        "prefixItems": Spot(Form.TUPLE, "schema"),
        "allOf": _BRANCHES,
        "anyOf": _BRANCHES,
        "oneOf": _BRANCHES,
        "not": _SCHEMA,
        "discriminator": TREE,
    },
}

IDENTITY = {"parameter": ("in", "name"), "server": ("url",), "tag": ("name",)}
"""Which keys make an object of a NAMED list the same in both contracts."""

_MERGED = {Form.GROUP, Form.MAP, Form.NAMED}
_LINKS = 20  # a chain of references that is longer goes in a circle


def spot(kind: str, key: str) -> Spot:
    """The place under this key of an object of this kind."""
    return TABLES.get(kind, {}).get(key, WHOLE)


def empty(at: Spot) -> Any:
    """What an absent value of this place is equal to, or None where absence is a fact of its own."""
    if at.form not in _MERGED:
        return None
    return [] if at.form is Form.NAMED else {}


def references(value: Any, at: Spot) -> Iterator[tuple[str, str]]:
    """The `$ref`s in a value of this place, each with the kind of object that it stands for."""
    stack = [(value, at)]
    while stack:
        here, (form, of) = stack.pop()
        if isinstance(here, dict) and form in (Form.OBJECT, Form.GROUP):
            target = here.get("$ref")
            if isinstance(target, str):
                yield target, of
            stack += [(item, spot(of, key)) for key, item in here.items() if isinstance(item, dict | list)]
        elif isinstance(here, dict) and form is Form.MAP:
            stack += [(item, Spot(Form.OBJECT, of)) for item in here.values()]
        elif isinstance(here, list) and form in (Form.NAMED, Form.BRANCHES, Form.TUPLE):
            stack += [(item, Spot(Form.OBJECT, of)) for item in here]


def target(ref: str) -> tuple[str, ...] | None:
    """The parts of a reference into the contract itself; None for any other."""
    try:
        return tuple(parts(ref[1:])) if ref.startswith("#") else None
    except ValueError:
        return None


def resolved(contract: Mapping[str, Any], value: Any) -> Any:
    """
    The value with its `$ref` replaced by what it refers to; what stands beside the `$ref` wins.

    A reference that leads nowhere, out of the contract or in a circle is left as it is.
    """
    beside: dict[str, Any] = {}
    found = value
    for _ in range(_LINKS):
        if not isinstance(found, dict) or not isinstance(found.get("$ref"), str):
            return {**found, **beside} if beside and isinstance(found, dict) else found
        beside = {**found, **beside}
        del beside["$ref"]
        where = target(found["$ref"])
        if where is None:
            return value
        try:
            found = resolve(contract, found["$ref"][1:])
        except (KeyError, ValueError):
            return value
    return value


def canonical(value: Any) -> str:
    """A text that is the same for the same JSON value alone: true, 1, 1.0 and "1" are four values."""
    return json.dumps(value, sort_keys=True)


def same(old: Any, new: Any) -> bool:
    """Whether two JSON values are equal, types included (to Python, `1 == True == 1.0`)."""
    if type(old) is not type(new) or old != new:
        return False
    return not isinstance(old, dict | list) or canonical(old) == canonical(new)
