"""
Merge `allOf`: an object with several parts becomes one object with the properties of all parts.

Limit of openapi-python-client: it merges parts only where their enums agree and drops the class otherwise. A part that
leads to itself adds nothing; a description that would grow without end is refused.
"""

from __future__ import annotations

from attrs import define

from generator.errors import GeneratorError
from generator.plan.extensions import KEPT
from generator.plan.walk import Schema, target_of

DEPTH = 100
MOST_SCHEMAS = 200_000


@define
class Known:
    """The components that references inside of `allOf` lead to, and a count of the work done."""

    schemas: dict[str, Schema]
    depth: int = 0
    schemas_read: int = 0

    def count(self) -> None:
        """Count one more schema; raise above the limit."""
        self.schemas_read += 1
        if self.depth >= DEPTH or self.schemas_read > MOST_SCHEMAS:
            raise GeneratorError(
                f"Schemas nest deeper than {DEPTH} levels or come to more than {MOST_SCHEMAS:,} once every allOf is"
                " flattened: an allOf refers to itself, or the description means to exhaust its reader."
            )


def deref(schema: Schema, known: Known) -> Schema:
    for _ in range(DEPTH):
        if "$ref" not in schema:
            break
        schema = known.schemas.get(target_of(schema), {})
    return schema


def merge_all_of(schema: Schema, known: Known, within: tuple[str, ...] = ()) -> Schema:
    """Merge the parts of `allOf`. A part that contains this schema (`within`) adds nothing."""
    known.count()
    if "allOf" not in schema:
        return schema
    own = {key: value for key, value in schema.items() if key != "allOf"}
    parts = [part for part in schema["allOf"] if part]
    if len(parts) == 1 and "$ref" in parts[0] and not set(own) - {"nullable", "default", *KEPT}:
        return {**own, "$ref": parts[0]["$ref"]}
    merged: Schema = {}
    for part in parts:
        name = str(part.get("$ref", ""))
        if name not in within:
            inner = (*within, name) if name else within
            merged = _merged(merged, _expanded(part, known, inner))
    return _merged(merged, own)


def _expanded(part: Schema, known: Known, within: tuple[str, ...]) -> Schema:
    """Return what a part says, without a reference: an alias of a component stands for its fields."""
    result = merge_all_of(deref(part, known), known, within)
    while "$ref" in result:
        name = str(result["$ref"])
        own = {key: value for key, value in result.items() if key != "$ref"}
        if name in within:
            return own
        within = (*within, name)
        result = _merged(merge_all_of(deref({"$ref": name}, known), known, within), own)
    return result


def _merged(first: Schema, second: Schema) -> Schema:
    result = {**first, **second}
    if "title" in first and "title" not in second:
        del result["title"]  # the name of a part is not the name of the whole
    if "properties" in first and "properties" in second:
        result["properties"] = dict(first["properties"])
        for name, item in second["properties"].items():
            known = first["properties"].get(name)
            result["properties"][name] = item if known is None or known == item else {"allOf": [known, item]}
    if "required" in first and "required" in second:
        result["required"] = sorted({*first["required"], *second["required"]})
    if "enum" in first and "enum" in second:
        result["enum"] = [value for value in first["enum"] if value in second["enum"]] or second["enum"]
    for key in ("anyOf", "oneOf"):
        if key in first and key in second and first[key] != second[key]:
            result[key] = [*first[key], *second[key]]
    closed = {part.get("additionalProperties") is False for part in (first, second) if "properties" in part}
    if closed == {True, False}:
        result["additionalProperties"] = False
    if "nullable" in result:
        result["nullable"] = bool(first.get("nullable", True)) and bool(second.get("nullable", True))
    return result
