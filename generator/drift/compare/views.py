"""
Schemas by the values that they allow, in one form: alternatives of one type each, whether null is one, and notes.

`allOf` is flattened, nested unions are flattened, references are followed, a union of one is that one, a list of types
is a union, enums of one type are merged, and an alternative that another one covers is dropped. Every part keeps the
place that it came from. Rules of meaning:

- A schema without a type allows every value, null included (OpenAPI 3.0.3), unless properties, items or an enum say
  which type it is.
- `nullable` allows null wherever it stands in the parts of a schema, also beside `$ref` and beside an enum without
  null: descriptions are written that way.
- `oneOf` is read as `anyOf`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import define, evolve

from generator.drift.compare.bounds import LOWER, UPPER, allows, is_free, takes_no_less
from generator.drift.compare.branches import ANY, Branch, View
from generator.drift.compare.references import Contract, Part, Where, component_name, resolved, target, whole_reference
from generator.spec.canonical import canonical
from generator.spec.keywords import KEYWORDS, NOTES

_DEEP = 40
_MANY = 500  # alternatives of one schema; more are not multiplied out
_UNIONS = ("anyOf", "oneOf")
_SCALARS = ("string", "number", "boolean")
_TYPES = {str: "string", bool: "boolean", int: "number", float: "number", dict: "object", list: "array"}
_CONDITION = ("if", "then", "else")
_NEVER_FREE = {"not", "contains", "if", "minContains", "maxContains"}
"""Constraints that limit values whatever they hold; the others limit nothing where they hold nothing, or true."""
_NEUTRAL = NOTES | {"nullable", "type", "discriminator"}


def view(contract: Contract, part: Part) -> View:
    """Return the values that a schema allows."""
    result = View()
    leaves = list(_leaves(contract, part, [], "", result, 0))
    loose: dict[str, dict[str, tuple[Any, Where]]] = {}
    marked: list[Branch] = []
    for leaf in leaves:
        known, own = len(result.branches), leaf.pieces[leaf.base :]
        _add(result, leaf)
        if any(piece.schema.get("deprecated") is True for piece in own):
            marked += result.branches[known:]
        for piece in own:
            for key, (value, where) in notes_of(piece).items():
                loose.setdefault(key, {}).setdefault(canonical(value), (value, where))
    if 0 < len(marked) < len(result.branches) and "deprecated" in loose:
        result.deprecated = marked
        del loose["deprecated"]  # it is not of the whole
    for key, found in loose.items():
        if key not in result.notes and len(found) == 1:
            result.notes[key] = next(iter(found.values()))
    result.is_union = result.is_union and len(leaves) > 1
    _reduce(result)
    return result


@define
class _Leaf:
    """An alternative before it is taken apart by type: the pieces that all hold."""

    pieces: list[Part]
    base: int
    """How many of the pieces stand outside of the alternative."""
    part: Part
    ref: str


def _leaves(contract: Contract, part: Part, base: list[Part], ref: str, result: View, depth: int) -> Iterator[_Leaf]:
    """Multiply out the unions of a schema. What stands around a union holds for each of its alternatives."""
    whole = whole_reference(part.schema)
    ref = _innermost(contract, whole) if whole else ref
    if any(set(piece.schema) - _NEUTRAL for piece in base):
        ref = ""
    pieces = [*base, *_gather(contract, part, 0)]
    for at, piece in enumerate(pieces):
        key = next((one for one in _UNIONS if _is_union(piece.schema.get(one))), None)
        if key is None:
            continue
        options = [Part(option, piece.below(key, str(n))) for n, option in enumerate(piece.schema[key])]
        others = [one for one in options if not _is_null(resolved(contract, one.schema))]
        result.null |= len(others) < len(options)
        rest = {name: value for name, value in piece.schema.items() if name != key}
        around = [*pieces[:at], Part(rest, piece.where), *pieces[at + 1 :]]
        if depth >= _DEEP or result.expanded + len(others) > _MANY:
            ref = ""  # what is left of the union is compared here, and not where the reference leads
            break
        result.expanded += len(others)
        if not base:
            for one in around:
                result.notes |= notes_of(one)
        result.is_union |= len(others) > 1
        result.discriminator = result.discriminator or _discriminator(piece, others)
        keep = ref if len(others) == 1 and not whole else ""
        for one in others:
            yield from _leaves(contract, one, around, keep, result, depth + 1)
        return
    if not base:
        for one in reversed(pieces):
            result.notes |= notes_of(one)
    yield _Leaf(pieces, len(base), part, ref)


def notes_of(piece: Part) -> dict[str, tuple[Any, Where]]:
    """Return what a schema says of a value without limiting it, with the places."""
    return {name: (piece.schema[name], piece.below(name)) for name in NOTES & piece.schema.keys()}


def _is_union(options: Any) -> bool:
    """Return whether a list holds alternatives; one that only says what is required together is a constraint."""
    return isinstance(options, list) and not (
        options and all(isinstance(one, dict) and set(one) == {"required"} for one in options)
    )


def _discriminator(piece: Part, options: list[Part]) -> tuple[dict[str, str], Where] | None:
    """Return what distinguishes the components of a union: the property and its value, by component."""
    said = piece.schema.get("discriminator")
    if not isinstance(said, dict) or not isinstance(said.get("propertyName"), str):
        return None
    refs = [option.schema["$ref"] for option in options if isinstance(option.schema.get("$ref"), str)]
    mapping = said.get("mapping")
    listed = mapping.items() if isinstance(mapping, dict) else ()
    values = {component_name(ref): value for value, ref in listed if isinstance(ref, str)}
    found = {name: f"{said['propertyName']} {canonical(values.get(name, name))}" for name in map(component_name, refs)}
    return found, piece.below("discriminator")


def _gather(contract: Contract, part: Part, depth: int) -> Iterator[Part]:
    """Yield a schema and the parts of its `allOf`, with references followed and `allOf` taken off."""
    where = part.where
    schema = part.schema if isinstance(part.schema, dict) else {}
    if isinstance(schema.get("$ref"), str):
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        if beside.keys() - NOTES - {"nullable"}:
            yield from _gather(contract, Part(beside, where), depth + 1)  # both hold
            schema = {"$ref": schema["$ref"]}
        where = target(schema["$ref"]) or where
        schema = resolved(contract, schema)
        schema = {} if "$ref" in schema else schema
    parts = schema.get("allOf")
    if not isinstance(parts, list):
        yield Part(schema, where)
        return
    yield Part({key: value for key, value in schema.items() if key != "allOf"}, where)
    if depth < _DEEP:
        for at, inner in enumerate(parts):
            yield from _gather(contract, Part(inner, (*where, "allOf", str(at))), depth + 1)


def _innermost(contract: Contract, ref: str) -> str:
    """Follow components that are nothing but another reference."""
    for _ in range(_DEEP):
        found = target(ref)
        inner = whole_reference(resolved(contract, {"$ref": ref})) if found else None
        if inner is None:
            return ref
        ref = inner
    return ref


def _is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and (
        schema.get("type") in ("null", ["null"])
        or schema.get("enum") == [None]
        or ("const" in schema and schema["const"] is None)
        or schema == {"nullable": True}
    )


def _add(result: View, leaf: _Leaf) -> None:
    """Take an alternative apart: one branch for each type that it allows."""
    types: set[str] | None = None
    whole = Branch(ANY, leaf.part, leaf.ref)
    for piece in leaf.pieces:
        schema = piece.schema
        result.null |= schema.get("nullable") is True
        listed = schema.get("type")
        if listed is not None:
            found = {str(one) for one in (listed if isinstance(listed, list) else [listed])}
            types = found if types is None else _both(types, found)
        _add_values(result, whole, piece)
        _add_object(whole, piece)
        for key, value in schema.items():
            keyword = KEYWORDS.get(key)
            # A union that is still here was too much to multiply out: it is compared as a whole.
            if keyword is None or keyword.role in ("bound", "detail") or key in _UNIONS:
                if key != "discriminator":
                    name = "anyOf" if key == "oneOf" and not _is_union(value) else key
                    _add_word(whole, name, value, piece.below(key))
            elif keyword.role == "constraint":
                _add_constraint(whole, key, piece)
    if types is None:
        types = _implied(whole)
    if types is not None:
        result.null |= "null" in types
        types.discard("null")
        if whole.values is not None and len(types) > 1:
            types = {kind for kind in types if any(_is_of(value, kind) for value in whole.values)} or types
    else:
        result.null = True
    for kind in sorted(types) if types is not None else [ANY]:
        if kind == "integer" and types and "number" in types:
            continue
        result.branches.append(_of_type(whole, kind))


def _both(one: set[str], other: set[str]) -> set[str]:
    found = one & other
    if ("number" in one and "integer" in other) or ("integer" in one and "number" in other):
        found.add("integer")
    return found or other


def _add_values(result: View, whole: Branch, piece: Part) -> None:
    schema = piece.schema
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if not isinstance(values, list):
        return
    result.null |= None in values
    plain = [value for value in values if value is not None]
    if whole.values is not None:
        known = {canonical(value) for value in whole.values}
        plain = [value for value in plain if canonical(value) in known]
    whole.values, whole.values_at = plain, piece.below("const" if "const" in schema else "enum")


def _add_object(whole: Branch, piece: Part) -> None:
    schema = piece.schema
    for name, item in schema.get("properties", {}).items():
        whole.properties[name] = _and(whole.properties.get(name), Part(item, piece.below("properties", name)))
    whole.required |= {name for name in schema.get("required", ()) if isinstance(name, str)}
    key = "additionalProperties"
    if schema.get("unevaluatedProperties") is False:
        key = "unevaluatedProperties"  # all parts are known here: what they do not declare is refused
    rest = schema.get(key, True)
    if rest not in (True, {}) and whole.rest is not False:
        whole.rest, whole.rest_at = False if rest == {"not": {}} else rest, piece.below(key)
    items = schema.get("items")
    if isinstance(items, dict) and items:
        whole.items = _and(whole.items, Part(items, piece.below("items")))


def _and(known: Part | None, other: Part) -> Part:
    """Return a schema for which both hold."""
    if known is None or known.schema == other.schema:
        return other
    return Part({"allOf": [known.schema, other.schema]}, known.where)


def _add_word(whole: Branch, key: str, value: Any, where: Where) -> None:
    """Keep a keyword. Of several parts that have it, the tightest holds."""
    known = whole.words.get(key)
    number = isinstance(value, int | float) and known is not None and isinstance(known[0], int | float)
    if known is None or not number or (key in UPPER and value < known[0]) or (key in LOWER and value > known[0]):
        whole.words[key] = (value, where)


def _add_constraint(whole: Branch, key: str, piece: Part) -> None:
    """Keep a keyword that is not modelled, unless it limits nothing: `if`, `then` and `else` are one."""
    value = piece.schema[key]
    if key == "if":
        value = {name: piece.schema[name] for name in _CONDITION if name in piece.schema}
    if (key in _CONDITION[1:] and "if" in piece.schema) or (key == "if" and len(value) == 1):
        return
    if (key == "unevaluatedProperties" and value is False) or (key not in _NEVER_FREE and value in (True, {}, [])):
        return
    _add_word(whole, key, value, piece.below(key))


def _implied(whole: Branch) -> set[str] | None:
    """Return the types of a schema that does not name them; None for all."""
    if whole.values is not None:
        return {"integer" if type(value) is int else _TYPES.get(type(value), "string") for value in whole.values}
    if whole.properties:
        return {"object"}
    return {"array"} if whole.items else None


def _is_of(value: Any, kind: str) -> bool:
    return _TYPES.get(type(value)) == ("number" if kind == "integer" else kind)


def _of_type(whole: Branch, kind: str) -> Branch:
    """Return the part of an alternative that is of one type: keywords of other types do not limit it."""
    name = "number" if kind == "integer" else kind
    if name == "number" and whole.words.get("multipleOf", (0, ()))[0] == 1:
        kind = "integer"
    words = {
        key: found for key, found in whole.words.items()
        if name == ANY or key not in KEYWORDS or KEYWORDS[key].type in ("", name)
    }  # fmt: skip
    branch = Branch(name, whole.part, whole.ref, kind == "integer", words=words)
    if name in _SCALARS and whole.values is not None:
        branch.values = [
            value for value in whole.values if _is_of(value, kind) and allows(words, value, undecided=True)
        ]
        branch.values_at = whole.values_at
        if name == "boolean" and len({value for value in branch.values if isinstance(value, bool)}) > 1:
            branch.values = None
    elif whole.values is not None and name != ANY:
        branch.words["enum"] = (whole.values, whole.values_at)
    if name == "object":
        branch.properties, branch.required = whole.properties, whole.required
        branch.rest, branch.rest_at = whole.rest, whole.rest_at
    if name == "array":
        branch.items = whole.items
    return branch


def _reduce(result: View) -> None:
    """Merge enums, and drop alternatives that another one covers."""
    free = next((one for one in result.branches if one.type == ANY and is_free(one)), None)
    if free is not None:
        result.known = _listed(result.branches)
        result.branches, result.null = [free], True
        return
    kept: list[Branch] = []
    enums: dict[str, int] = {}
    seen: set[tuple[str, str]] = set()
    for branch in result.branches:
        key = (branch.type, canonical(branch.part.schema))
        if key in seen:
            continue
        seen.add(key)
        at = len(kept) if branch.values is None else enums.setdefault(branch.type, len(kept))
        if at == len(kept):
            kept.append(branch)
            continue
        first = kept[at]
        known = {canonical(value) for value in first.values or ()}
        values = [*(first.values or ()), *(value for value in branch.values or () if canonical(value) not in known)]
        both = first.type == "boolean" and len(values) > 1
        integer = first.integer and branch.integer
        kept[at] = evolve(
            first, values=None if both else values, ref="", integer=integer, words={} if both else first.words
        )
    result.branches = [one for at, one in enumerate(kept) if not _is_covered(one, at, kept)]
    if len(result.branches) < len(kept):
        dropped = [one for one in kept if all(one is not other for other in result.branches)]
        result.known = _listed(dropped)


def _listed(branches: Sequence[Branch]) -> dict[str, Any]:
    return {canonical(value): value for branch in branches for value in branch.values or ()}


def _is_covered(one: Branch, at: int, branches: Sequence[Branch]) -> bool:
    """Whether another alternative allows all plain values of this one; of two equal ones, the second is covered."""
    if one.type not in _SCALARS:
        return False
    return any(
        other.type == one.type and takes_no_less(one, other) and (at > place or not takes_no_less(other, one))
        for place, other in enumerate(branches)
        if place != at
    )
