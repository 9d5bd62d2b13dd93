"""
Which facts of a description are kept: an allow-list, object by object.

The vendor's file carries no licence, so its sentences and examples are not ours to keep. `facts` walks a
description along the tables below and copies what is needed to call the API, in one canonical order; it
sets the prose apart and reports every key that no table knows, so that nothing slips in and nothing is lost
in silence. It corrects nothing: that is the overlay's work.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from attrs import field, frozen

from generator.errors import UnreadableError
from generator.spec.canonical import copied
from generator.spec.keywords import KEYWORDS, Holds
from generator.spec.pointers import pointer

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

PROSE = frozenset(
    {
        "contact", "description", "example", "examples", "externalDocs", "license", "summary", "termsOfService",
        "title", "x-guidance",
    }
)  # fmt: skip
"""Keys that hold sentences and examples wherever the OpenAPI Specification has them."""


@frozen
class Facts:
    """What a description comes down to."""

    contract: dict[str, Any]
    """The facts, in canonical order."""
    prose: dict[str, str] = field(repr=False)
    """The sentences and examples left out, by JSON pointer: for hashing and for showing, never for keeping."""
    unknown: tuple[str, ...]
    """Pointers of the keys that no table knows: dropped, and reported."""


Copier = Callable[["_Walk", Any, str], Any]
"""Copies a value at a JSON pointer."""
MISSING: Any = object()
_MAPPINGS = (dict, Mapping)
"""The first is what a reader gives, and is found faster than by the second alone."""


class _Walk:
    """Collects, on the way through one description, what is left out."""

    def __init__(self) -> None:
        self.prose: dict[str, str] = {}
        self.unknown: list[str] = []

    def drop(self, where: str) -> Any:
        self.unknown.append(where)
        return MISSING


def _value(walk: _Walk, value: Any, where: str) -> Any:
    """Copy a plain value; inside of an extension's mappings, prose is prose too."""
    if isinstance(value, str | int):
        return value
    if isinstance(value, list):
        return [_value(walk, item, f"{where}/{index}") for index, item in enumerate(value)]
    if isinstance(value, _MAPPINGS):
        copied = {}
        for key in sorted(value):
            if key in PROSE:
                walk.prose[where + pointer((key,))] = _text(value[key])
            else:
                copied[key] = _value(walk, value[key], where + pointer((key,)))
        return copied
    return value


def _data(_walk: _Walk, value: Any, _where: str) -> Any:
    """Copy a value of the API itself (a default, an enum value): its keys are data, whatever they are called."""
    return copied(value) if isinstance(value, dict | list) else value


def _names(walk: _Walk, value: Any, where: str) -> Any:
    """Copy a set of names (`required`): sorted, since its order says nothing."""
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return walk.drop(where)
    return sorted(set(value))


def _object(table: str) -> Copier:
    """Copy an object of the specification along its table."""

    def copy(walk: _Walk, value: Any, where: str) -> Any:
        if not isinstance(value, _MAPPINGS):
            return walk.drop(where)
        known = TABLES[table]
        for key in value:
            if key in PROSE:
                walk.prose[f"{where}/{key}"] = _text(value[key])
            elif key not in known:
                walk.drop(where + pointer((key,)))
        copied = {key: known[key](walk, value[key], f"{where}/{key}") for key in known if key in value}
        return {key: item for key, item in copied.items() if item is not MISSING}

    return copy


def _map(of: Copier) -> Copier:
    """Copy a mapping whose keys are names, sorted by name."""

    def copy(walk: _Walk, value: Any, where: str) -> Any:
        if not isinstance(value, _MAPPINGS):
            return walk.drop(where)
        copied = {key: of(walk, value[key], where + pointer((key,))) for key in sorted(value)}
        return {key: item for key, item in copied.items() if item is not MISSING}

    return copy


def _content(walk: _Walk, value: Any, where: str) -> Any:
    """
    Copy a mapping by media type: in lower case and without the charset, which say the same in any way to write them.

    Names, corrections and masks of the overlay are given by media type, and the client compares none of these either.
    """
    if not isinstance(value, _MAPPINGS):
        return walk.drop(where)
    copied: dict[str, Any] = {}
    for key in sorted(value, key=lambda key: (_media_type(key), key)):
        media = _MEDIA(walk, value[key], where + pointer((key,)))
        if media is not MISSING:
            copied.setdefault(_media_type(key), media)
    return copied


def _media_type(name: str) -> str:
    kind, *parameters = name.split(";")
    kept = [
        kind.strip().lower(),
        *(one.strip() for one in parameters if not one.strip().lower().startswith("charset=")),
    ]
    return "; ".join(filter(None, kept))


def _list(of: Copier, *, sort: Callable[[Any], Any] | None = None) -> Copier:
    """Copy a list; with `sort`, one whose order says nothing: places of prose have the index in the sorted list."""

    def copy(walk: _Walk, value: Any, where: str) -> Any:
        if not isinstance(value, list):
            return walk.drop(where)
        if sort and all(isinstance(item, Mapping) for item in value):
            value = sorted(value, key=sort)
        items = (of(walk, item, f"{where}/{index}") for index, item in enumerate(value))
        return [item for item in items if item is not MISSING]

    return copy


def _schema_or_bool(walk: _Walk, value: Any, where: str) -> Any:
    return value if isinstance(value, bool) else _object("schema")(walk, value, where)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _by_place_and_name(parameter: Mapping[str, Any]) -> tuple[str, str, str]:
    return (str(parameter.get("in", "")), str(parameter.get("name", "")), str(parameter.get("$ref", "")))


def _table(values: str, **copiers: Copier) -> dict[str, Copier]:
    return dict.fromkeys(values.split(), _value) | copiers


_SCHEMA = _object("schema")
_SCHEMAS = _map(_SCHEMA)
_PARAMETERS = _list(_object("parameter"), sort=_by_place_and_name)
_MEDIA = _object("media")
_CONTENT = _content
_HEADERS = _map(_object("header"))
_SERVERS = _list(_object("server"))
_COPIERS: dict[Holds, Copier] = {
    "value": _value,
    "data": _data,
    "values": _list(_data),
    "names": _names,
    "schema": _SCHEMA,
    "flag or schema": _schema_or_bool,
    "map of schemas": _SCHEMAS,
    "list of schemas": _list(_SCHEMA),
}

TABLES: dict[str, dict[str, Copier]] = {
    "root": _table("openapi")
    | {
        "info": _object("info"),
        "servers": _SERVERS,
        "security": _list(_data),
        "tags": _list(_object("tag")),
        "paths": _map(_object("path")),
        "components": _object("components"),
    },
    "info": _table("version"),
    "server": _table("url", variables=_map(_object("server variable"))),
    "server variable": _table("default enum"),
    "tag": _table("name"),
    "path": _table("$ref", parameters=_PARAMETERS, servers=_SERVERS)
    | {method: _object("operation") for method in METHODS},
    "operation": _table(
        "operationId tags deprecated x-payment-info",
        security=_list(_data),
        parameters=_PARAMETERS,
        requestBody=_object("body"),
        responses=_map(_object("response")),
        servers=_SERVERS,
    ),
    "parameter": _table(
        "$ref name in required deprecated allowEmptyValue style explode allowReserved",
        schema=_SCHEMA,
        content=_CONTENT,
    ),
    "header": _table("$ref required deprecated style explode", schema=_SCHEMA, content=_CONTENT),
    "body": _table("$ref required", content=_CONTENT),
    "response": _table("$ref", headers=_HEADERS, content=_CONTENT),
    "media": {"schema": _SCHEMA, "encoding": _map(_object("encoding"))},
    "encoding": _table("contentType style explode allowReserved", headers=_HEADERS),
    "components": {
        "schemas": _SCHEMAS,
        "responses": _map(_object("response")),
        "parameters": _map(_object("parameter")),
        "requestBodies": _map(_object("body")),
        "headers": _HEADERS,
        "securitySchemes": _map(_object("security scheme")),
    },
    "security scheme": _table("$ref type scheme bearerFormat in name flows openIdConnectUrl"),
    "schema": {name: _COPIERS[keyword.holds] for name, keyword in KEYWORDS.items()},
}


def facts(document: Mapping[str, Any]) -> Facts:
    """
    Reduce a description to its facts.

    Raises UnreadableError where `paths` holds no operation at all: such a file does not describe this API.
    """
    walk = _Walk()
    contract: dict[str, Any] = _object("root")(walk, document, "")
    if not any(operations(contract)):
        raise UnreadableError(
            "The description has paths but no operation under any of them: it is not what the vendor publishes."
        )
    return Facts(contract=contract, prose=dict(sorted(walk.prose.items())), unknown=tuple(sorted(walk.unknown)))


def operations(contract: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the operations of a contract, by method (lower case) and path, in the contract's order."""
    return {
        (method, path): item[method]
        for path, item in contract.get("paths", {}).items()
        for method in METHODS
        if isinstance(item.get(method), dict)
    }


def place_of_status(responses: Mapping[str, Any], status: str) -> str:
    """Return the status that names and corrections know a response by: "200" for the only success, whatever it has."""
    successes = [one for one in responses if one.startswith("2")]
    return "200" if successes == [status] else status


def version_of(contract: Mapping[str, Any]) -> str:
    """Return the `info.version` of a contract: a label, never a key; "" for none."""
    info = contract.get("info")
    return str(info.get("version", "")) if isinstance(info, Mapping) else ""
