"""
The normal form of schemas, in which there is one way to express each type.

    {"$ref": ...}                                       a component
    {"type": "string" | "integer" | "number" | "boolean" | "null", ...}
    {"type": ..., "enum": [...]}                        strings, or integers
    {"type": "array", "items": S, ...}
    {"type": "object", "properties": {name: S}, "required": [...], "additionalProperties": S | bool}
    {"type": "object", "additionalProperties": S}       a dictionary, when it has no properties
    {"anyOf": [S, S, ...], "discriminator": D}           flat, no branch twice, `null` last; D is optional
    {}                                                  anything

Limits of openapi-python-client: `nullable` beside an enum without null makes the vendor's own answers raise; an
`allOf` of two enums, a union beside properties, an enum of mixed or other types than str and int, an array without
items and a title on an inline schema each lose a class or an operation. The tool is never shown a default: the client
sends what was given, and nothing else.
"""

from __future__ import annotations

from typing import Any

from generator.plan.all_of import Known, deref, merge_all_of
from generator.plan.extensions import BESIDE, CREDENTIAL, KEPT, LIMIT, NAMES, PICTURE, SHORTCUTS
from generator.plan.walk import Schema, places
from generator.spec.canonical import canonical
from generator.spec.component_references import SCHEMAS
from generator.spec.keywords import bounds_of, rebuild

FILE = "file"
"""The format of a file in a form; `binary` outside of forms is text in base64, since JSON holds no bytes."""

NULL: Schema = {"type": "null"}

_NULLABLE: Schema = {"nullable": True}
"""How the vendor writes null in a union: beside other branches it means null alone, and no other value."""

_OF_THE_UNION = frozenset({"anyOf", "oneOf", "nullable", *KEPT})

_BOUNDS = {kind: bounds_of(kind) for kind in ("number", "array", "boolean", "null")}
_BOUNDS |= {"string": [*bounds_of("string"), "format"], "integer": bounds_of("number")}


def normalise(document: dict[str, Any]) -> None:
    """Bring all schemas of the description to the normal form."""
    known = Known(dict(document["components"]["schemas"]))
    for place in list(places(document)):
        place.holder[place.key] = normal(place.schema, known)


def normal(schema: Schema, known: Known) -> Schema:
    """Return the normal form of one schema."""
    known.count()
    known.depth += 1
    try:
        return _normal(schema, known)
    finally:
        known.depth -= 1


def _normal(schema: Schema, known: Known) -> Schema:
    merged = merge_all_of(schema, known)
    kept = {key: merged[key] for key in KEPT if key in merged}
    if "$ref" in merged:
        result = _nullable({"$ref": merged["$ref"]}, merged)
    elif "enum" in merged or "const" in merged:
        result = _enum(merged)
    elif isinstance(merged.get("type"), list):
        result = _union([normal({**merged, "type": kind}, known) for kind in merged["type"]])
    elif any(key in merged for key in ("anyOf", "oneOf")):
        result = _branches(merged, known)
    else:
        result = _nullable(_plain(merged, known), merged)
    if PICTURE in kept and not _takes_text(result, known):
        del kept[PICTURE]  # a picture travels as text or as a file, so that the mark means something else
    return {**result, **kept}


def _takes_text(schema: Schema, known: Known, depth: int = 0) -> bool:
    target = deref(schema, known)
    branches = [branch for key in ("anyOf", "oneOf") for branch in target.get(key, ())]
    if branches and depth < 3:
        return any(_takes_text(branch, known, depth + 1) for branch in branches)
    return target.get("type") == "string" and "enum" not in target


def _plain(schema: Schema, known: Known) -> Schema:
    kind = schema.get("type")
    if kind is None:
        if "properties" in schema or isinstance(schema.get("additionalProperties"), dict):
            kind = "object"
        elif "items" in schema:
            kind = "array"
    if kind == "object":
        return _object(schema, known)
    if kind not in _BOUNDS:
        return {}
    result: Schema = {"type": kind}
    result |= {key: schema[key] for key in _BOUNDS[kind] if key in schema}
    if kind == "array":
        result["items"] = normal(schema.get("items", {}), known)
    for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if result.get(bound) is True and limit in result:  # OpenAPI 3.0 has a flag where 3.1 has the number
            result[bound] = result.pop(limit)
        elif isinstance(result.get(bound), bool):
            del result[bound]
    if result.get("format") == "binary":
        del result["format"]
    return result


def _object(schema: Schema, known: Known) -> Schema:
    properties = {name: normal(item, known) for name, item in schema.get("properties", {}).items()}
    rest = schema.get("additionalProperties", True)
    if schema.get("patternProperties"):
        rest = True
    rest = normal(rest, known) if isinstance(rest, dict) else rest
    if not properties:
        return {"type": "object", "additionalProperties": rest if isinstance(rest, dict) else {}}
    required = [name for name in schema.get("required", ()) if name in properties]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": rest}


def _enum(schema: Schema) -> Schema:
    values = [schema["const"]] if "const" in schema else list(schema["enum"])
    nullable = bool(schema.get("nullable")) or None in values
    kinds: dict[str, dict[Any, None]] = {}
    for value in values:
        kind = {str: "string", int: "integer", bool: "boolean", float: "number"}.get(type(value))
        if kind:
            kinds.setdefault(kind, {})[value] = None  # each once, in order
    branches: list[Schema] = [
        {"type": kind, "enum": listed} if _is_closed(kind, listed) else {"type": kind}
        for kind, listed in ((kind, list(found)) for kind, found in kinds.items())
    ]
    if any(isinstance(value, dict | list) for value in values):
        branches.append({})
    return _union([*branches, NULL] if nullable else branches)


def _is_closed(kind: str, values: list[Any]) -> bool:
    """Whether the values of a kind are fewer than all: of booleans, one alone is a tag or a consent."""
    return kind in ("string", "integer") or (kind == "boolean" and len(values) == 1)


def _branches(schema: Schema, known: Known) -> Schema:
    listed = [branch for key in ("anyOf", "oneOf") for branch in schema.get(key, ())]
    if len(listed) == 1:
        own = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf", "discriminator")}
        return _normal({**own, "allOf": listed}, known)
    if "properties" in schema or schema.get("type") == "object":
        parts = [merge_all_of(deref(branch, known), known) for branch in listed]
        if all(part.get("type", "object") == "object" and not {"anyOf", "oneOf", "enum"} & set(part) for part in parts):
            return _nullable(_object(_superset(schema, parts), known), schema)
    own = {key: value for key, value in schema.items() if key not in _OF_THE_UNION}
    if set(own) - {"default", "discriminator", "type"}:
        # Keywords beside a union hold for each of its branches.
        listed = [{"allOf": [branch, own]} if _is_typed(branch) else branch for branch in listed]
    if all(branch == _NULLABLE for branch in listed):
        return {}
    branches = [dict(NULL) if branch == _NULLABLE else normal(branch, known) for branch in listed]
    typed = [branch for branch in branches if set(branch) - set(KEPT)]
    if typed and len(typed) < len(branches) and any(branch != NULL for branch in typed):
        branches = typed  # an empty branch beside others is how the vendor says "a file"
    return _with_tags(_nullable(_union(branches), schema), schema.get("discriminator"))


def _with_tags(union: Schema, said: Any) -> Schema:
    """
    Add the discriminator of a union: the branch of each value. A component's name is its value, unless the mapping of
    the description has another.
    """
    if "anyOf" not in union or not isinstance(said, dict) or not isinstance(said.get("propertyName"), str):
        return union
    references = {str(branch["$ref"]) for branch in union["anyOf"] if "$ref" in branch}
    mapping = {name.removeprefix(SCHEMAS): name for name in sorted(references)}
    listed = said.get("mapping")
    for value, target in (listed if isinstance(listed, dict) else {}).items():
        name = target if str(target).startswith("#") else f"{SCHEMAS}{target}"
        if isinstance(value, str) and name in references:
            mapping[value] = name
    return {**union, "discriminator": {"propertyName": said["propertyName"], "mapping": mapping}}


def _is_typed(branch: Schema) -> bool:
    return bool(branch) and "$ref" not in branch and set(branch) != {"nullable"}


def _superset(schema: Schema, parts: list[Schema]) -> Schema:
    """An object beside a union of objects is one object with the properties of all."""
    properties: dict[str, list[Schema]] = {name: [item] for name, item in schema.get("properties", {}).items()}
    for part in parts:
        for name, item in part.get("properties", {}).items():
            properties.setdefault(name, []).append(item)
    properties = {name: distinct(items) for name, items in properties.items()}
    always = set.intersection(*(set(part.get("required", ())) for part in parts)) if parts else set()
    return {
        "type": "object",
        "properties": {name: items[0] if len(items) == 1 else {"anyOf": items} for name, items in properties.items()},
        "required": sorted(always | set(schema.get("required", ()))),
        "additionalProperties": schema.get("additionalProperties", True),
    }


def distinct(values: list[Any]) -> list[Any]:
    """Return each JSON value once, in order. A union may have thousands of branches: no two of them are compared."""
    if len(values) < 2:
        return list(values)
    found: dict[str, Any] = {}
    for value in values:
        found.setdefault(canonical(value), value)
    return list(found.values())


def _union(branches: list[Schema]) -> Schema:
    flat = distinct(
        [
            {key: value for key, value in item.items() if key not in BESIDE}
            for branch in branches
            for item in branch.get("anyOf", [branch])
        ]
    )
    if any(not set(item) - set(NAMES) for item in flat):
        return {}
    values = _one_enum_a_type([item for item in flat if item != NULL])
    values += [NULL] if NULL in flat else []
    if not values:
        return {}
    return dict(values[0]) if len(values) == 1 else {"anyOf": values}


def _one_enum_a_type(branches: list[Schema]) -> list[Schema]:
    """Several enums in one union are one enum with the values of all."""
    result: list[Schema] = []
    enums: dict[Any, Schema] = {}
    for branch in branches:
        if "enum" not in branch:
            result.append(dict(branch))
        elif branch["type"] in enums:
            enums[branch["type"]]["enum"].extend(branch["enum"])
        else:
            enums[branch["type"]] = {**branch, "enum": [*branch["enum"]]}
            result.append(enums[branch["type"]])
    for enum in enums.values():
        enum["enum"] = list(dict.fromkeys(enum["enum"]))  # of one type, so that equal values are the same
    return result


def _nullable(result: Schema, schema: Schema) -> Schema:
    if not schema.get("nullable"):
        return result
    if not set(result) - set(NAMES):
        return {}  # anything: null is in it
    return _union([result, NULL])


def shape(schema: Schema) -> str:
    """Return a text that is equal for schemas of equal shape, independent of their names."""

    def bare(item: Schema) -> Schema:
        result = rebuild(item, bare)
        return result if left_out.isdisjoint(result) else {key: result[key] for key in result if key not in left_out}

    left_out = {*NAMES, LIMIT, CREDENTIAL, SHORTCUTS}

    return canonical(bare(schema))
