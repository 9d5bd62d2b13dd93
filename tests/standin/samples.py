"""
A value that conforms to a schema, always the same one, with as many properties as the schema names.

Good enough for the schemas of this API, and it says so when it is not: a pattern without a known example, or
bounds that nothing fits, raise SampleError. It knows neither operations nor requests.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .contract import Contract, Schema

FORMATS = {
    "date-time": "2026-01-02T03:04:05Z",
    "date": "2026-01-02",
    "uri": "https://files.example/sample.bin",
    "email": "person@mail.example",
    "uuid": "6f1f1c9e-0b5e-4c0e-9a53-1d8f0c3b7a11",
    "byte": "c2FtcGxl",
}
# Tried in this order where a pattern is given.
TEXTS = (
    "sample",
    "7",
    "7d",
    "2026-01-02",
    "2026-01-02T03:04:05Z",
    "0x" + "1a" * 20,
    "attachment; filename=billing-usage-history-20260102T030405000Z.csv",
)
JOINED = ("allOf", "anyOf", "oneOf")


class SampleError(LookupError):
    """No conforming value is known; the text names the keywords of the schema that prevent it."""


def sample(contract: Contract, schema: Schema) -> Any:
    """A conforming value, as rich as the schema allows; a schema within itself is entered once or twice."""
    return _Sampler(contract).value(schema, ())


class _Sampler:
    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def value(self, schema: Schema, inside: tuple[int, ...]) -> Any:
        node = self._contract.resolve(schema)
        if id(node) in inside:
            raise SampleError("a schema that holds itself")
        inside = (*inside, id(node))
        if any(word in node for word in JOINED):
            return self._joined(node, inside)
        if "enum" in node:
            return node["enum"][0]
        kind = node.get("type") or next((k for w, k in IMPLIED.items() if w in node), None)
        if kind == "object":
            return self._object(node, inside)
        if kind == "array":
            return self._array(node, inside)
        if kind == "string":
            return _text(node)
        if kind in {"integer", "number"}:
            return _number(node, whole=kind == "integer")
        return True if kind == "boolean" else "sample"

    def _joined(self, node: Schema, inside: tuple[int, ...]) -> Any:
        """The sample of the first choice of branches that conforms to the whole."""
        validator = self._contract.validator(node)
        for candidate in self._choices(node):
            try:
                found = self.value(candidate, inside)
            except SampleError:
                continue
            if validator.is_valid(found):
                return found
        raise SampleError(f"no branch of {', '.join(w for w in JOINED if w in node)} gave a sample")

    def _choices(self, node: Schema) -> Iterator[Schema]:
        """Every way to take one branch of anyOf and oneOf and all of allOf, as one schema each."""
        own = {word: value for word, value in node.items() if word not in JOINED}
        choices: list[Schema] = [own]
        for part in node.get("allOf", ()):
            choices = [_merged(choice, self._contract.resolve(part)) for choice in choices]
        for word in ("anyOf", "oneOf"):
            if word in node:
                branches = [self._contract.resolve(branch) for branch in node[word]]
                choices = [_merged(choice, branch) for choice in choices for branch in branches]
        yield from choices

    def _object(self, node: Schema, inside: tuple[int, ...]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        required = node.get("required", ())
        for name, schema in node.get("properties", {}).items():
            try:
                result[name] = self.value(schema, inside)
            except SampleError:
                if name in required:
                    raise
        others = node.get("additionalProperties", True)
        if isinstance(others, Mapping):
            result.setdefault("sample", self.value(others, inside))
        for name in required:
            result.setdefault(name, "sample")
        return result

    def _array(self, node: Schema, inside: tuple[int, ...]) -> list[Any]:
        least = node.get("minItems", 0)
        if node.get("maxItems") == 0:
            return []
        try:
            return [self.value(node.get("items", {}), inside) for _ in range(max(1, least))]
        except SampleError:
            if least:
                raise
            return []


IMPLIED = {
    "properties": "object",
    "additionalProperties": "object",
    "items": "array",
    "minimum": "number",
    "maximum": "number",
    "pattern": "string",
    "minLength": "string",
    "maxLength": "string",
    "format": "string",
}


def _merged(one: Schema, other: Schema) -> Schema:
    """Both schemas as one: properties and required names together, other words from the later."""
    result = {**one, **other}
    if "properties" in one and "properties" in other:
        # A property of both must match both.
        result["properties"] = {**one["properties"], **other["properties"]}
        for name in one["properties"].keys() & other["properties"].keys():
            result["properties"][name] = {"allOf": [one["properties"][name], other["properties"][name]]}
    if "required" in one and "required" in other:
        result["required"] = [*one["required"], *other["required"]]
    for word in JOINED:
        if word in one and word in other:
            result[word] = one[word]
            result["allOf"] = [*result.get("allOf", ()), {word: other[word]}]
    return result


def _text(node: Schema) -> str:
    least, most = node.get("minLength", 0), node.get("maxLength", math.inf)
    if "pattern" not in node:
        text = FORMATS.get(node.get("format", ""), TEXTS[0])
        return text if len(text) > most and "format" in node else text.ljust(least, "x")[: int(min(most, 10**6))]
    for text in (FORMATS.get(node.get("format", ""), TEXTS[0]), *TEXTS):
        if least <= len(text) <= most and re.search(node["pattern"], text):
            return text
    raise SampleError(f"no example is known of the pattern {node['pattern']!r}")


def _number(node: Schema, *, whole: bool) -> Any:
    low, high = node.get("minimum", -math.inf), node.get("maximum", math.inf)
    step = node.get("multipleOf", 1 if whole else 0.5)
    candidates = [1 if whole else 1.5, low, low + step, high, high - step, (low + high) / 2, 0]
    for candidate in candidates:
        if math.isinf(candidate) or math.isnan(candidate):
            continue
        number = math.ceil(candidate) if whole else candidate
        if "multipleOf" in node:
            number = math.ceil(number / step) * step
        above = number > low if node.get("exclusiveMinimum") else number >= low
        below = number < high if node.get("exclusiveMaximum") else number <= high
        if above and below:
            return number
    raise SampleError(f"no number lies between {low} and {high}")
