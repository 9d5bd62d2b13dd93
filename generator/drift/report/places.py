"""
How a place and a value of a contract are told to a person: one line each, safe to show on a terminal.

`/paths/~1image~1edit/post/requestBody/content/application~1json/schema/properties/model/enum` is
`request application/json > model > enum` of the operation `POST /image/edit`. It lays nothing out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from generator.drift.compare.grammar import Form, Spot, resolved, spot
from generator.drift.compare.pairing import marks
from generator.drift.compare.reach import operation_name
from generator.source.document import printable
from generator.spec.contract import METHODS

BETWEEN = " > "
DOCUMENT = "The document"
VALUE = 70  # characters of a value that are told

_COMPONENTS = {
    "schemas": "schema",
    "responses": "response",
    "parameters": "parameter",
    "requestBodies": "request body",
    "headers": "header",
    "securitySchemes": "security scheme",
}
_ENTRIES = {"responses": "response ", "headers": "header ", "patternProperties": "pattern ", "properties": ""}
_LABEL = 60


def title(where: list[str]) -> tuple[str, list[str]]:
    """What a place belongs to (an operation, a path, a component, the document), and the rest of its parts."""
    match where:
        case ["paths", path, method, *rest] if method in METHODS:
            return printable(operation_name(method, path)), rest
        case ["paths", path, *rest]:
            return printable(f"path {path}"), rest
        case ["components", section, name, *rest]:
            return printable(f"{_COMPONENTS.get(section, section)} {name}"), rest
    return DOCUMENT, where


def location(contract: Mapping[str, Any], where: list[str]) -> str:
    """The place below its title, in the words of the field; `contract` is the one that the place is in."""
    rest = title(where)[1]
    start = where[: len(where) - len(rest)]
    at, value = Spot(Form.GROUP, "root"), resolved(contract, contract)
    for part in start:
        at, value = _below(contract, at, value, part)
    labels: list[str] = []
    names: str | None = None  # how the entries of the map or list that was just entered are told
    for part in rest:
        outer = at
        at, value = _below(contract, at, value, part)
        if outer.form is Form.MAP:
            labels.append(f"{names or ''}{part}")
        elif outer.form in (Form.NAMED, Form.BRANCHES, Form.TUPLE):
            labels[-1] = f"{labels[-1].removesuffix('s') if names else labels[-1]} {_item(outer, value, part)}"
        elif part == "content" and labels:
            names = labels.pop() + " "
            continue
        elif part == "items" and labels:
            labels[-1] += "[]"
        elif outer.of in ("media", "parameter", "header") and part == "schema":
            pass
        elif at.form is Form.MAP and part in _ENTRIES:
            names = _ENTRIES[part]
            continue
        elif at.form is Form.NAMED:
            names = part
            labels.append(part)
            continue
        else:
            labels.append("request" if part == "requestBody" else part)
        names = None
    return BETWEEN.join(printable(label, limit=_LABEL) for label in labels)


def shown(value: Any, limit: int = VALUE) -> str:
    """A value in a few words: a schema by what it takes, everything else as JSON."""
    return printable(_told(value), limit=limit)


def _below(contract: Mapping[str, Any], at: Spot, value: Any, part: str) -> tuple[Spot, Any]:
    """The place and the value one part further down, seen through references; None where there is none."""
    below = Spot(Form.OBJECT, at.of) if at.of else at
    if at.form in (Form.OBJECT, Form.GROUP):
        below = spot(at.of, part)
    found = None
    if isinstance(value, dict):
        found = value.get(part)
    elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
        found = value[int(part)]
    return below, resolved(contract, found)


def _item(at: Spot, value: Any, index: str) -> str:
    """What the item of a list is called: by its names or by what sets it apart, else by its index."""
    if isinstance(value, dict):
        if at.of == "parameter" and "name" in value:
            return f"{value.get('in', '')} {value['name']}"
        if name := value.get("url", value.get("name")):
            return str(name)
        if at.form is Form.BRANCHES:
            return ", ".join([index, *(f"{name}: {mark}" for name, mark in marks(value).items())][:2])
    return index


def _told(value: Any) -> str:
    if not isinstance(value, dict):
        if isinstance(value, list) and value and not any(isinstance(item, dict | list) for item in value):
            return ", ".join(map(_json, value))
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            return " | ".join(map(_told, value))
        return _json(value)
    if value.keys() == {"name"} or value.keys() == {"url"}:
        return ""  # its place says it
    if isinstance(value.get("$ref"), str):
        return f"$ref {value['$ref'].rpartition('/')[2]}"
    if isinstance(value.get("schema"), dict):
        required = ", required" if value.get("required") is True else ""
        return _schema(value["schema"]) + required
    if isinstance(value.get("content"), dict) and value["content"]:
        return ", ".join(value["content"])
    if any(isinstance(value.get(key), str | list) for key in ("type", "anyOf", "oneOf", "allOf", "enum")):
        return _schema(value)
    return _json(value)


def _schema(schema: dict[str, Any]) -> str:
    if isinstance(schema.get("$ref"), str):
        return _told(schema)
    kind = schema.get("type", "")
    words = " or ".join(map(str, kind)) if isinstance(kind, list) else str(kind)
    for key in ("anyOf", "oneOf", "allOf"):
        if isinstance(schema.get(key), list):
            words = f"{words} {key} of {len(schema[key])}".strip()
    if isinstance(schema.get("items"), dict):
        words += f" of {_schema(schema['items'])}"
    if isinstance(schema.get("properties"), dict):
        words += f" with {_counted(len(schema['properties']), 'property', 'properties')}"
    if isinstance(schema.get("format"), str):
        words += f" ({schema['format']})"
    if isinstance(schema.get("enum"), list):
        words += f"{': ' if words else ''}{', '.join(map(_json, schema['enum']))}"
    if "default" in schema:
        words += f", default {_json(schema['default'])}"
    return words or _json(schema)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
