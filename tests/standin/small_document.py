"""
A small OpenAPI document with an example of each special case of the stand-in.
"""

from __future__ import annotations

from typing import Any


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _files(*media_types: str) -> dict[str, Any]:
    return {"content": {name: {"schema": {"type": "string", "format": "binary"}} for name in media_types}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


# A valid request.
KEY = {"Authorization": "Bearer key"}
EDIT = {"prompt": "sunset", "image": "aGk="}

ERROR = _json(_ref("Error"))
PICTURES = ("image/png", "image/jpeg", "image/webp")

SCHEMAS: dict[str, Any] = {
    "Error": {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]},
    "Edit": {
        "type": "object",
        "properties": {
            "prompt": {"type": "string", "minLength": 1, "maxLength": 40},
            "image": {"anyOf": [{}, {"type": "string"}]},
            "output_format": {"type": "string", "enum": ["jpeg", "png", "webp"]},
            "strength": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 1},
            "quality": {"type": "string", "nullable": True, "enum": ["low", "high"]},
            "safe_mode": {"type": "boolean"},
        },
        "required": ["prompt", "image"],
        "additionalProperties": False,
    },
    "Layers": {
        "type": "object",
        "properties": {
            "prompt": {"type": "string"},
            "images": {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}},
            "tags": {"type": "array", "items": {"type": "integer"}},
        },
        "required": ["prompt", "images"],
    },
    "Chat": {
        "type": "object",
        "properties": {
            "model": {"type": "string"},
            "messages": {"type": "array", "minItems": 1, "items": {"type": "object"}},
            "stream": {"type": "boolean"},
            "stream_options": {"type": "object"},
        },
        "required": ["model", "messages"],
    },
    "Node": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "pattern": r"^[1-9]\d*d$"},
            "made": {"type": "string", "format": "date-time"},
            "parent": {"allOf": [_ref("Node")]},
            "children": {"type": "array", "items": _ref("Node")},
            "kind": {"oneOf": [{"type": "integer", "minimum": 5}, {"type": "string", "enum": ["a", "b"]}]},
            "both": {
                "allOf": [
                    {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]},
                    {
                        "type": "object",
                        "properties": {"y": {"type": "string", "maxLength": 2}},
                        "required": ["y"],
                    },
                ]
            },
            "more": {"type": "object", "additionalProperties": {"type": "number", "maximum": -3}},
        },
        "required": ["name", "made", "kind", "both"],
        "additionalProperties": False,
    },
}

COMPLETION = {
    "type": "object",
    "properties": {
        "model": {"type": "string"},
        "choices": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "index": {"type": "integer"},
                    "message": {"type": "object", "properties": {"content": {"type": "string"}}},
                },
            },
        },
    },
    "required": ["choices"],
}


def _operation(answer: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"responses": {"200": answer, "400": ERROR}, **more}


def _parameter(where: str, name: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"in": where, "name": name, "schema": schema, "required": required}


def _body(schema: dict[str, Any], *media_types: str) -> dict[str, Any]:
    return {"content": {name: {"schema": schema} for name in media_types}}


LIST_PARAMETERS = [
    _parameter("query", "type", {"type": "string", "enum": ["text", "image"]}, required=True),
    _parameter("query", "limit", {"type": "integer", "minimum": 1, "maximum": 9}),
    _parameter("query", "tags", {"type": "array", "items": {"type": "string", "maxLength": 3}}),
    _parameter("header", "X-Trace", {"type": "string", "pattern": "^[a-z]+$"}),
]

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"title": "Small", "version": "1"},
    "servers": [{"url": "https://api.small.example/api/v1"}],
    "security": [{"Key": []}],
    "components": {
        "schemas": SCHEMAS,
        "securitySchemes": {
            "Key": {"type": "http", "scheme": "bearer"},
            "Wallet": {"type": "apiKey", "in": "header", "name": "X-Wallet"},
        },
    },
    "paths": {
        "/models": {"get": _operation(_json(_ref("Node")), parameters=LIST_PARAMETERS, security=[{}, {"Key": []}])},
        "/models/{id}": {
            "parameters": [_parameter("path", "id", {"type": "string", "maxLength": 8}, required=True)],
            "get": _operation(_json(_ref("Node"))),
            "delete": {"responses": {"204": {}}},
        },
        "/models/rates": {"get": _operation({"content": _json(COMPLETION)["content"] | _files("text/csv")["content"]})},
        "/open": {"get": _operation(_json(_ref("Error")), security=[])},
        "/wallet": {"get": _operation(_json(_ref("Error")), security=[{"Wallet": []}])},
        "/gone": {"get": {"responses": {"410": ERROR}, "security": []}},
        "/image/edit": {
            "post": _operation(
                _files(*PICTURES),
                requestBody=_body(_ref("Edit"), "application/json", "multipart/form-data"),
                **{"x-payment-info": {"price": "0.04"}},
            )
        },
        "/image/multi-edit": {
            "post": _operation(_files(*PICTURES), requestBody=_body(_ref("Layers"), "multipart/form-data"))
        },
        "/chat/completions": {
            "post": _operation(_json(COMPLETION), requestBody=_body(_ref("Chat"), "application/json"))
        },
    },
}
