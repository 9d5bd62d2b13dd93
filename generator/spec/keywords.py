"""
The keywords of a Schema Object, in one table: what each holds, and what it is for.

Sources: OpenAPI 3.0.3 and 3.1, JSON Schema 2020-12. The order is the order in which a pinned schema is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from attrs import frozen

Holds = Literal["value", "data", "values", "names", "schema", "flag or schema", "map of schemas", "list of schemas"]
"""`data` and `values` (a list of it) are values of the API itself; `names` is a set of names."""
Role = Literal["shape", "bound", "note", "detail", "constraint"]
"""
`shape` is flattened before schemas are compared; a `bound` limits the values of one type; a `note` says something about
a value without limiting it; a `detail` describes how a value is written; a `constraint` limits values in a way that is
not modelled.
"""


@frozen
class Keyword:
    """One keyword."""

    holds: Holds
    role: Role
    type: str = ""
    """The only type of value that it applies to; empty for all."""


def _all(names: str, holds: Holds, role: Role, type_: str = "") -> dict[str, Keyword]:
    return dict.fromkeys(names.split(), Keyword(holds, role, type_))


KEYWORDS: dict[str, Keyword] = {
    **_all("$ref type", "value", "shape"),
    **_all("format", "value", "detail"),
    **_all("nullable", "value", "shape"),
    **_all("enum", "values", "shape"),
    **_all("const", "data", "shape"),
    **_all("default", "data", "note"),
    **_all("minimum exclusiveMinimum maximum exclusiveMaximum multipleOf", "value", "bound", "number"),
    **_all("minLength maxLength pattern", "value", "bound", "string"),
    **_all("minItems maxItems uniqueItems", "value", "bound", "array"),
    **_all("minProperties maxProperties", "value", "bound", "object"),
    **_all("properties", "map of schemas", "shape", "object"),
    **_all("required", "names", "shape", "object"),
    **_all("patternProperties", "map of schemas", "constraint", "object"),
    **_all("additionalProperties", "flag or schema", "shape", "object"),
    **_all("items", "schema", "shape", "array"),
    **_all("prefixItems", "list of schemas", "constraint", "array"),
    **_all("allOf anyOf oneOf", "list of schemas", "shape"),
    **_all("not", "schema", "constraint"),
    **_all("discriminator", "data", "detail"),
    **_all("readOnly writeOnly deprecated", "value", "note"),
    **_all("contentEncoding contentMediaType", "value", "detail", "string"),
    **_all("if then else", "schema", "constraint"),
    **_all("contains", "schema", "constraint", "array"),
    **_all("minContains maxContains", "value", "constraint", "array"),
    **_all("unevaluatedItems", "flag or schema", "constraint", "array"),
    **_all("propertyNames", "schema", "constraint", "object"),
    **_all("dependentRequired", "data", "constraint", "object"),
    **_all("dependentSchemas", "map of schemas", "constraint", "object"),
    **_all("unevaluatedProperties", "flag or schema", "constraint", "object"),
}

NOTES = frozenset(name for name, keyword in KEYWORDS.items() if keyword.role == "note")
_HOLDERS = {name: keyword.holds for name, keyword in KEYWORDS.items() if "schema" in keyword.holds}


def bounds_of(kind: str) -> list[str]:
    """Return the keywords that limit the values of one type."""
    return [name for name, keyword in KEYWORDS.items() if (keyword.role, keyword.type) == ("bound", kind)]


def inner_schemas(schema: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Return the schemas right inside of a schema, and nothing of what stands there and is none."""
    if _HOLDERS.keys().isdisjoint(schema):
        return ()  # most schemas hold none, and are looked into often
    found: list[dict[str, Any]] = []

    def keep(inner: dict[str, Any]) -> dict[str, Any]:
        found.append(inner)
        return inner

    rebuild(schema, keep)
    return [inner for inner in found if isinstance(inner, dict)]


def rebuild(schema: Mapping[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """Return a copy of a schema with `change` applied to the schemas right inside of it."""
    result = dict(schema)
    if _HOLDERS.keys().isdisjoint(schema):
        return result
    for key, value in schema.items():
        holds = _HOLDERS.get(key)
        if holds == "map of schemas" and isinstance(value, dict):
            result[key] = {name: change(item) for name, item in value.items()}
        elif holds == "list of schemas" and isinstance(value, list):
            result[key] = [change(item) for item in value]
        elif holds is not None and isinstance(value, dict):
            result[key] = change(value)
    return result
