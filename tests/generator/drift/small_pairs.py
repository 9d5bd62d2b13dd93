"""
Small pairs of whole operations, classified by hand: the class, and words that the headline must contain.

A row is a name, what the first contract has, what the second one has, the strongest class (NONE includes DOCS), and
words of the headline. What a contract has is merged into one with `POST /a`, a closed body and an open response.
"""

from __future__ import annotations

from typing import Any

JSON = "application/json"
NONE = "NONE"
Part = dict[str, Any]
TEXT: Part = {"type": "string"}
NUMBER: Part = {"type": "number"}
INTEGER: Part = {"type": "integer"}
KEY = {"type": "http", "scheme": "bearer"}
OTHER = {"type": "apiKey", "in": "header", "name": "X-Other"}
SCHEMAS: Part = {
    "Cat": {"type": "object", "properties": {"kind": {"enum": ["cat"]}, "lives": INTEGER}, "required": ["kind"]},
    "Dog": {"type": "object", "properties": {"kind": {"enum": ["dog"]}, "bark": TEXT}, "required": ["kind"]},
    "Bird": {"type": "object", "properties": {"kind": {"enum": ["bird"]}, "wings": INTEGER}, "required": ["kind"]},
}


def sent(schema: Part) -> Part:
    """A property p of the body."""
    return {"body": {"p": schema}}


def read(schema: Part) -> Part:
    """A property p of the response."""
    return {"response": {"p": schema}}


def query(name: str = "q", schema: Part = TEXT, **more: Any) -> Part:
    return {"name": name, "in": "query", "schema": schema, **more}


def on(**operation: Any) -> Part:
    """Parts of the operation, as they stand in it."""
    return {"operation": operation}


def headers(*names: str, **more: Any) -> Part:
    return {"headers": {name: {"schema": TEXT, **more} for name in names}}


def failing(**statuses: Part) -> Part:
    """Error responses, by status; `_4XX` for 4XX."""
    return {
        "errors": {
            status.removeprefix("_"): {"content": {JSON: {"schema": {"type": "object", "properties": properties}}}}
            for status, properties in statuses.items()
        }
    }


def pet(*kinds: str, mapped: bool = True) -> Part:
    refs = {kind: f"#/components/schemas/{kind}" for kind in kinds}
    mapping = {"discriminator": {"propertyName": "kind", "mapping": {k.lower(): refs[k] for k in kinds}}}
    return {"oneOf": [{"$ref": ref} for ref in refs.values()], **(mapping if mapped else {})}


def contract(has: Part) -> Part:
    body = {"type": "object", "properties": has.get("body", {"x": TEXT}), "additionalProperties": False,
            "required": has.get("required", [])}  # fmt: skip
    success = {
        "headers": has.get("headers", {}),
        "content": has.get("content", {JSON: {"schema": {"type": "object", "properties": has.get("response", {})}}}),
    }
    operation: Part = {
        "operationId": "makeThing",
        "tags": ["Thing"],
        "requestBody": {"required": has.get("must", True), "content": {has.get("sent as", JSON): {"schema": body}}},
        "responses": {has.get("status", "200"): success, **has.get("errors", {})},
        **has.get("operation", {}),
    }
    item = {**has.get("item", {}), has.get("method", "post"): operation}
    return {
        "openapi": "3.0.0",
        "info": {"version": "1"},
        "servers": has.get("servers", [{"url": "https://one.test/v1"}]),
        "security": has.get("security", [{"Key": []}]),
        "paths": {has.get("path", "/a"): item},
        "components": {"schemas": SCHEMAS, "securitySchemes": has.get("schemes", {"Key": KEY, "Other": OTHER})},
    }


TAGS: Part = {"type": "array", "items": TEXT}
PAIRS: list[tuple[str, Part, Part, str, list[str]]] = [
    # Bounds and enums
    ("above zero is at least one", sent({**INTEGER, "minimum": 1}), sent({**INTEGER, "exclusiveMinimum": 0}), NONE, []),
    ("zero is refused", sent({**NUMBER, "minimum": 0}), sent({**NUMBER, "exclusiveMinimum": 0}), "WIRE",
     ["POST /a", "p", "0"]),
    ("one value of each const", sent({"enum": ["a", "b"]}), sent({"oneOf": [{"const": "a"}, {"const": "b"}]}), NONE,
     []),
    ("the order of an enum", sent({"enum": ["a", "b"]}), sent({"enum": ["b", "a"]}), NONE, []),
    ("a pattern with more characters", sent({**TEXT, "pattern": "^[a-z]{1,10}$"}),
     sent({**TEXT, "pattern": "^[a-z0-9]{1,20}$"}), "ADDITIVE", ["POST /a", "p"]),
    ("a pattern that cannot be decided", sent({**TEXT, "pattern": "^[a-z]+$"}),
     sent({**TEXT, "pattern": "^[a-z]+-[a-z]+$"}), "WIRE", ["p", "could not be decided"]),
    ("fewer items", sent(TAGS), sent({**TAGS, "maxItems": 5}), "WIRE", ["p accepts up to 5 items"]),
    ("a value inside of items", sent({"type": "array", "items": {"enum": ["a", "b"]}}),
     sent({"type": "array", "items": {"enum": ["a", "b", "c"]}}), "ADDITIVE", ["p[]", '"c"']),
    ("a wider bound beside the same default", sent({**INTEGER, "maximum": 10, "default": 5}),
     sent({**INTEGER, "maximum": 20, "default": 5}), "ADDITIVE", ["p accepts up to 20 (was 10)"]),
    ("another default beside a wider bound", sent({**INTEGER, "maximum": 10, "default": 5}),
     sent({**INTEGER, "maximum": 20, "default": 10}), "BEHAVIOUR", ["p: default 10 (was 5)"]),
    ("a longer integer", sent({**INTEGER, "format": "int32"}), sent({**INTEGER, "format": "int64"}), "ADDITIVE", ["p"]),
    ("a form that is free", sent({**TEXT, "format": "uri"}), sent(TEXT), "ADDITIVE", ["p", "uri"]),
    # Types and null
    ("a list may be given too", sent(TEXT), sent({"anyOf": [TEXT, TAGS]}), "ADDITIVE", ["p", "array of string"]),
    ("null in two ways", sent({**TEXT, "nullable": True}), sent({"type": ["string", "null"]}), NONE, []),
    ("null beside an enum", sent({**TEXT, "nullable": True, "enum": ["a", "b"]}),
     sent({**TEXT, "nullable": True, "enum": ["a", "b", None]}), NONE, []),
    ("a whole number becomes any number", read(INTEGER), read(NUMBER), "WIRE", ["p", "number"]),
    ("any number becomes a whole one", read(NUMBER), read(INTEGER), "ADDITIVE", ["p", "integer"]),
    ("the values of a map", sent({"type": "object", "additionalProperties": TEXT}),
     sent({"type": "object", "additionalProperties": INTEGER}), "WIRE", ["p{}", "integer", "string"]),
    ("an inner object is closed", sent({"type": "object", "properties": {"x": TEXT}}),
     sent({"type": "object", "properties": {"x": TEXT}, "additionalProperties": False}), "WIRE", ["p"]),
    ("parts that are written out", sent({"allOf": [{"$ref": "#/components/schemas/Cat"}, {"properties": {"n": TEXT}}]}),
     sent({"type": "object", "required": ["kind"],
           "properties": {"kind": {"enum": ["cat"]}, "lives": INTEGER, "n": TEXT}}), NONE, []),
    # Discriminators
    ("a kind more is one finding", sent(pet("Cat", "Dog")), sent(pet("Cat", "Dog", "Bird")), "ADDITIVE", ["p", "Bird"]),
    ("a kind less", sent(pet("Cat", "Dog", "Bird")), sent(pet("Cat", "Dog")), "WIRE", ["p no longer accepts Bird"]),
    ("a discriminator alone", sent(pet("Cat", "Dog", mapped=False)), sent(pet("Cat", "Dog")), NONE, []),
    # Read and written
    ("is only read now", sent(TEXT), sent({**TEXT, "readOnly": True}), "BEHAVIOUR", ["p", "readOnly"]),
    ("is only written now", read(TEXT), read({**TEXT, "writeOnly": True}), "BEHAVIOUR", ["p", "writeOnly"]),
    ("is required and new", {"body": {"x": TEXT}}, {"body": {"x": TEXT, "y": TEXT}, "required": ["y"]}, "WIRE",
     ["POST /a", "y"]),
    ("the body is required", {"must": False}, {"must": True}, "WIRE", ["POST /a: the body is required"]),
    # Parameters
    ("explode as it is by default", on(parameters=[query(schema=TAGS)]),
     on(parameters=[query(schema=TAGS, style="form", explode=True)]), NONE, []),
    ("another style", on(parameters=[query(schema=TAGS)]), on(parameters=[query(schema=TAGS, style="pipeDelimited")]),
     "WIRE", ["query parameter q", "pipeDelimited"]),
    ("a parameter in another spelling", on(parameters=[query("pageSize")]), on(parameters=[query("page_size")]),
     "BEHAVIOUR", ["page_size", "pageSize"]),
    ("the case of a header", on(parameters=[{"name": "X-Key", "in": "header", "schema": TEXT}]),
     on(parameters=[{"name": "x-key", "in": "header", "schema": TEXT}]), NONE, []),
    ("a parameter of the path item", {"item": {"parameters": [query()]}}, on(parameters=[query()]), NONE, []),
    ("a query parameter becomes a header", on(parameters=[query()]),
     on(parameters=[{"name": "q", "in": "header", "schema": TEXT}]), "BEHAVIOUR", ["query parameter q is gone"]),
    ("a parameter has a default", on(parameters=[query(schema=INTEGER)]),
     on(parameters=[query(schema={**INTEGER, "default": 20})]), "BEHAVIOUR", ["query parameter q", "default 20"]),
    # Responses and headers
    ("a header in another spelling", headers("X-RateLimit"), headers("X-Rate-Limit"), "WIRE",
     ["X-RateLimit", "X-Rate-Limit"]),
    ("a header may be missing", headers("X-Id", required=True), headers("X-Id"), "WIRE", ["X-Id may be missing"]),
    ("another success", {"status": "200"}, {"status": "201"}, "WIRE", ["200"]),
    ("a charset", {"content": {JSON: {"schema": TEXT}}}, {"content": {f"{JSON}; charset=utf-8": {"schema": TEXT}}},
     NONE, []),
    ("more kinds of pictures", {"content": {"image/png": {"schema": TEXT}}}, {"content": {"image/*": {"schema": TEXT}}},
     "ADDITIVE", ["image/*"]),
    # Errors
    ("errors by name and by range", failing(_4XX={"e": TEXT}), failing(_404={"e": TEXT}), "ERRORS",
     ["Error responses only", "4XX is no longer declared", "404"]),
    ("any error becomes two ranges", failing(default={"e": TEXT}), failing(_4XX={"e": TEXT}, _5XX={"e": TEXT}),
     "ERRORS", ["Error responses only: POST /a: status default is no longer declared"]),
    ("an error of a range is declared by itself", failing(_4XX={"e": TEXT}),
     failing(_4XX={"e": TEXT}, _404={"e": TEXT}),
     NONE, []),
    ("an error of a range says more", failing(_4XX={"e": TEXT}),
     failing(_4XX={"e": TEXT}, _404={"e": TEXT, "code": INTEGER}), "ERRORS", ["error 404", "code"]),
    ("a success becomes a range", {"status": "200"}, {"status": "2XX"}, "ADDITIVE", ["2XX"]),
    ("an error says more", failing(_400={"e": TEXT}), failing(_400={"e": TEXT, "code": INTEGER}), "ERRORS",
     ["error 400", "code"]),
    ("an error says less", failing(_400={"e": TEXT, "code": INTEGER}), failing(_400={"e": TEXT}), "ERRORS",
     ["error 400", "code"]),
    # Places, servers, security
    ("moved, with a field more", {"path": "/a"}, {"path": "/v2/a", "body": {"x": TEXT, "y": TEXT}}, "WIRE",
     ["POST /a moved to POST /v2/a", "y"]),
    ("another method", {"method": "put"}, {"method": "patch"}, "WIRE", ["PUT /a moved to PATCH /a"]),
    ("the slash of a server", {"servers": [{"url": "https://one.test/v1"}]},
     {"servers": [{"url": "https://one.test/v1/"}]}, NONE, []),
    ("a key of its own", {}, on(security=[{"Key": []}]), NONE, []),
    ("a second key at once", {}, {"security": [{"Key": [], "Other": []}]}, "WIRE", ["Key", "Other"]),
    ("a scheme under another name", {}, {"security": [{"Bearer": []}], "schemes": {"Bearer": KEY, "Other": OTHER}},
     NONE, []),
    ("a price", {"operation": {"x-payment-info": {"price": "0.01"}}},
     {"operation": {"x-payment-info": {"price": "0.02"}}}, "BEHAVIOUR",
     ["POST /a", "0.02", "0.01"]),
    ("an operation goes out of use", {}, on(deprecated=True), "LIFECYCLE", ["POST /a"]),
]  # fmt: skip
