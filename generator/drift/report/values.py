"""Values of a contract in a few words: one line each, safe to show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from generator.errors import first_few, printable

_MANY = 4
_LONG = 70


def shown(value: Any, limit: int = _LONG) -> str:
    """Return a value in a few words: a schema by what it allows, everything else as JSON; "none" for None."""
    return "none" if value is None else printable(_words(value), limit=limit)


def listed(values: Any, last: str = "and") -> str:
    """Return the first few of some values: `"a", "b" and 3 more`; names without quotes where they are plain."""
    found = values if isinstance(values, list) else [values]
    words = [printable(json.dumps(one, ensure_ascii=False), limit=60) for one in found]
    return joined(words, last)


def joined(words: Sequence[str], last: str = "and", many: int = _MANY) -> str:
    """Return words as a list in a sentence, cut after `many`."""
    if len(words) > many:
        return first_few(words, many)
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""]))


def _words(value: Any) -> str:
    if not isinstance(value, dict):
        if isinstance(value, list) and value and not any(isinstance(item, dict | list) for item in value):
            return listed(value)
        return _json(value)
    if isinstance(value.get("schema"), dict):
        return _schema(value["schema"]) + (", required" if value.get("required") is True else "")
    if isinstance(value.get("content"), dict) and value["content"]:
        return ", ".join(value["content"])
    if any(isinstance(value.get(key), str | list) for key in ("$ref", "type", "anyOf", "oneOf", "allOf", "enum")):
        return _schema(value)
    return _json(value)


def _schema(schema: dict[str, Any]) -> str:
    if isinstance(schema.get("$ref"), str):
        return str(schema["$ref"].rpartition("/")[2])
    parts = schema.get("allOf")
    if isinstance(parts, list) and not any(isinstance(one, dict) and "$ref" in one for one in parts):
        schema = {**schema, **{key: value for one in parts if isinstance(one, dict) for key, value in one.items()}}
    kind = schema.get("type", "")
    words = " or ".join(map(str, kind)) if isinstance(kind, list) else str(kind)
    for key in ("anyOf", "oneOf", "allOf"):
        parts = schema.get(key)
        if isinstance(parts, list) and not words:
            named = [_schema(one) if isinstance(one, dict) else "" for one in parts]
            words = joined(list(filter(None, named)), "and") if key == "allOf" else joined(
                [name or "anything" for name in named], "or"
            )  # fmt: skip
    if isinstance(schema.get("items"), dict):
        words += f" of {_schema(schema['items']) or 'anything'}"
    if isinstance(schema.get("format"), str):
        words += f" ({schema['format']})"
    if isinstance(schema.get("enum"), list):
        words = listed(schema["enum"], "or")
    if "default" in schema:
        words += f", default {_json(schema['default'])}"
    return words


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
