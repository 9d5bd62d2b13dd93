"""
Schemas in one form, so that two of them can be compared by what they take and not by how they say it.

`allOf` is flattened and every part keeps the place that it came from; `nullable`, a type list with null and a union
with a null branch are one thing; so are `const` and an enum of one value, a union of one branch and the branch. A
reference outside of an `allOf` is not followed here. It compares nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field, frozen

from generator.drift.compare.grammar import canonical, resolved, target

Where = tuple[str, ...]
_DEEP = 50
_UPPER = {"maximum", "maxLength", "maxItems", "maxProperties", "exclusiveMaximum"}
_LOWER = {"minimum", "minLength", "minItems", "minProperties", "exclusiveMinimum"}
_BUILT = {
    "type", "nullable", "enum", "const", "properties", "required", "additionalProperties", "items", "allOf", "anyOf",
    "oneOf",
}  # fmt: skip


@frozen
class Part:
    """A schema as it stands in a contract, and where."""

    schema: Any
    where: Where

    def below(self, *keys: str) -> Where:
        """A place inside of it."""
        return (*self.where, *keys)


@define
class View:
    """What a schema takes."""

    types: frozenset[str] | None = None
    """None for any type; null is told by `nullable`."""
    nullable: bool = False
    values: list[Any] | None = None
    """The values of an enum but null."""
    values_at: Where = ()
    properties: dict[str, Part] = field(factory=dict)
    required: set[str] = field(factory=set)
    rest: Any = True
    """What other properties may be: True, False or a schema."""
    rest_at: Where = ()
    items: Part | None = None
    branches: list[Part] | None = None
    words: dict[str, tuple[Any, Where]] = field(factory=dict)
    """All other keywords, with where each stands."""

    @property
    def closed(self) -> bool:
        """Whether unknown properties are refused."""
        return self.rest is False


def reference(schema: Any) -> str | None:
    """What a schema refers to as a whole; an `allOf` of one reference is a reference."""
    if not isinstance(schema, dict):
        return None
    if isinstance(schema.get("$ref"), str):
        return str(schema["$ref"])
    parts = schema.get("allOf")
    if isinstance(parts, list) and len(parts) == 1 and not set(schema) - {"allOf", "nullable", "default", "deprecated"}:
        return reference(parts[0])
    return None


def beside(schema: dict[str, Any]) -> dict[str, Any]:
    """What stands beside a reference."""
    return {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}


def parts_used(schema: Any) -> Iterator[str]:
    """The references that stand in an `allOf` of a schema, at any depth."""
    if isinstance(schema, dict):
        for part in schema["allOf"] if isinstance(schema.get("allOf"), list) else ():
            if isinstance(part, dict) and isinstance(part.get("$ref"), str):
                yield part["$ref"]
        for value in schema.values():
            yield from parts_used(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from parts_used(item)


def view(contract: Mapping[str, Any], part: Part, *, depth: int = 0) -> View:
    """Flatten a schema. One that is a reference itself is looked through; its places stay where it is referred to."""
    result = View()
    seen = resolved(contract, part.schema)
    gathered = list(_gather(contract, Part(seen, part.where), 0))
    unions = [(key, one) for one in gathered for key in ("anyOf", "oneOf") if isinstance(one.schema.get(key), list)]
    for one in gathered:
        _add(result, one)
    for key, one in unions:
        branches = [Part(branch, one.below(key, str(at))) for at, branch in enumerate(one.schema[key])]
        others = [branch for branch in branches if not is_null(resolved(contract, branch.schema))]
        result.nullable |= len(others) < len(branches)
        if len(others) == 1 and len(unions) == 1 and depth < _DEEP:
            _merge_branch(result, view(contract, others[0], depth=depth + 1))
        elif result.branches is None:
            result.branches = others
        else:
            result.words[f"{key} {pointer_of(one.where)}"] = (one.schema[key], one.below(key))
    if result.types is None:
        result.types = _implied(result)
    return result


def is_null(schema: Any) -> bool:
    """Whether a schema takes null and nothing else."""
    return isinstance(schema, dict) and (
        schema.get("type") in ("null", ["null"]) or schema.get("enum") == [None] or schema == {"nullable": True}
    )


def pointer_of(where: Where) -> str:
    """A place as a plain text."""
    return "/".join(where)


def _gather(contract: Mapping[str, Any], part: Part, depth: int) -> Iterator[Part]:
    schema = part.schema if isinstance(part.schema, dict) else {}
    yield Part(schema, part.where)
    for at, inner in enumerate(schema.get("allOf", ()) if isinstance(schema.get("allOf"), list) else ()):
        where = part.below("allOf", str(at))
        if isinstance(inner, dict) and isinstance(inner.get("$ref"), str):
            where = target(inner["$ref"]) or where
            inner = resolved(contract, inner)  # noqa: PLW2901  the part itself, from here on
        if depth < _DEEP:
            yield from _gather(contract, Part(inner, where), depth + 1)


def _add(result: View, part: Part) -> None:
    schema = part.schema
    listed = schema.get("type")
    if listed is not None:
        types = {str(one) for one in (listed if isinstance(listed, list) else [listed])}
        result.nullable |= "null" in types
        types.discard("null")
        if types:
            result.types = frozenset(types) if result.types is None else (result.types & types or frozenset(types))
    result.nullable |= schema.get("nullable") is True
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(values, list):
        result.nullable |= None in values
        plain = [value for value in values if value is not None]
        if result.values is not None:
            known = {canonical(value) for value in result.values}
            plain = [value for value in plain if canonical(value) in known]
        result.values, result.values_at = plain, part.below("const" if "const" in schema else "enum")
    for name, item in schema.get("properties", {}).items():
        known_part = result.properties.get(name)
        if known_part is None or known_part.schema == item:
            result.properties[name] = Part(item, part.below("properties", name))
        else:
            result.properties[name] = Part({"allOf": [known_part.schema, item]}, known_part.where)
    result.required |= {name for name in schema.get("required", ()) if isinstance(name, str)}
    rest = schema.get("additionalProperties", True)
    if rest not in (True, {}) and result.rest is not False:
        result.rest, result.rest_at = rest, part.below("additionalProperties")
    if isinstance(schema.get("items"), dict):
        result.items = Part(schema["items"], part.below("items"))
    for key, value in schema.items():
        if key not in _BUILT:
            _word(result, key, value, part.below(key))


def _word(result: View, key: str, value: Any, where: Where) -> None:
    """A keyword that several parts have holds in its tightest form."""
    known = result.words.get(key)
    number = isinstance(value, int | float) and known is not None and isinstance(known[0], int | float)
    if known is None or not number or (key in _UPPER and value < known[0]) or (key in _LOWER and value > known[0]):
        result.words[key] = (value, where)


def _merge_branch(result: View, branch: View) -> None:
    """Take over the one branch of a union as if it stood in the union's place."""
    result.types = branch.types if branch.types is not None else result.types
    result.nullable |= branch.nullable
    if branch.values is not None:
        result.values, result.values_at = branch.values, branch.values_at
    result.properties |= branch.properties
    result.required |= branch.required
    if branch.rest is not True:
        result.rest, result.rest_at = branch.rest, branch.rest_at
    result.items = branch.items or result.items
    result.branches = branch.branches
    result.words = {**branch.words, **result.words}


def _implied(result: View) -> frozenset[str] | None:
    """The type that a schema has without saying so."""
    if result.values:
        kinds = {str: "string", bool: "boolean", int: "integer", float: "number", dict: "object", list: "array"}
        return frozenset(kinds.get(type(value), "string") for value in result.values)
    if result.branches is not None:
        return None
    if result.properties:
        return frozenset({"object"})
    return frozenset({"array"}) if result.items else None
