"""
One pair of reduced contracts a rule: how the new one differs from a small contract, and which rules that makes.

A row is (rule, edit, rules there, rules back): the edit changes a copy of `base()`; going there fires exactly the first
rules, going back exactly the second ones. A rule is shown by every row whose rules name it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

Contract = dict[str, Any]
Edit = Callable[[Contract], object]
Row = tuple[str, Edit, set[str], set[str]]

JSON = "application/json"


def base() -> Contract:
    """Three operations: one with a closed body, one with an open body and parameters, one that reads a component."""
    shape = {"type": "object", "properties": {"size": {"type": "integer", "maximum": 10}, "mode": _enum("a", "b")}}
    error = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
    answer = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "note": {"type": "string"},
            "state": _enum("new", "done"),
            "either": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
            "mass": {"type": "integer", "default": 1, "maximum": 9},
            "part": {"type": "object", "properties": {"x": {}}},
        },
        "required": ["id", "part"],
    }
    closed = {
        "type": "object",
        "properties": {
            "prompt": {"type": "string", "maxLength": 100},
            "count": {"type": "integer", "default": 1, "maximum": 4},
            "style": _enum("oil", "ink"),
            "free": {"type": "string"},
            "perhaps": {"type": "string", "nullable": True},
            "input": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
            "fileName": {"type": "string"},
        },
        "required": ["prompt"],
        "additionalProperties": False,
    }
    form = {
        "type": "object",
        "properties": {
            "image": {"type": "string", "format": "binary"},
            "extra": {"type": "string"},
            "2x": {"type": "string"},
        },
    }
    contract: Contract = {
        "openapi": "3.0.0",
        "info": {"version": "1"},
        "servers": [{"url": "https://one.test/v1"}],
        "security": [{"Key": []}],
        "paths": {
            "/draw": {"post": _operation("drawThing", closed, answer, error, "Art")},
            "/send": {
                "post": {
                    **_operation("sendThing", None, {"$ref": "#/components/schemas/Answer"}, error, "Post"),
                    "requestBody": {"content": {"multipart/form-data": {"schema": form}}},
                }
            },
            "/things/{id}": {
                "get": {
                    **_operation("getThing", None, {"$ref": "#/components/schemas/Shape"}, error, "Post"),
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                    ],
                }
            },
        },
        "components": {
            "schemas": {
                "Answer": {"type": "object", "properties": {"b": {"type": "string"}, "c": {}, "d": {}, "e": {}}},
                "Shape": shape,
                "Spare": {"type": "string"},
            },
            "securitySchemes": {
                "Key": {"type": "http", "scheme": "bearer"},
                "Other": {"type": "apiKey", "in": "header", "name": "X-Other"},
            },
        },
    }
    whole: Contract = json.loads(json.dumps(contract))
    return whole


def edited(edit: Edit) -> Contract:
    """A copy of the base, changed."""
    contract = copy.deepcopy(base())
    edit(contract)
    return contract


def _enum(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _operation(name: str, body: Any, answer: Any, error: Any, tag: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": name,
        "tags": [tag],
        "responses": {
            "200": {"headers": {"X-Id": {"schema": {"type": "string"}}}, "content": {JSON: {"schema": answer}}},
            "400": {"content": {JSON: {"schema": error}}},
        },
    }
    if body is not None:
        made["requestBody"] = {"required": True, "content": {JSON: {"schema": body}}}
    return made


def _op(contract: Contract, path: str = "/draw", method: str = "post") -> Any:
    return contract["paths"][path][method]


def _get(contract: Contract) -> Any:
    return _op(contract, "/things/{id}", "get")


def _body(contract: Contract) -> Any:
    return _op(contract)["requestBody"]["content"][JSON]["schema"]


def _sent(contract: Contract) -> Any:
    return _body(contract)["properties"]


def _form(contract: Contract) -> Any:
    return _op(contract, "/send")["requestBody"]["content"]["multipart/form-data"]["schema"]


def _answer(contract: Contract) -> Any:
    return _op(contract)["responses"]["200"]["content"][JSON]["schema"]


def _read(contract: Contract) -> Any:
    return _answer(contract)["properties"]


def _put(at: Callable[[Contract], Any], key: str, value: Any) -> Edit:
    def edit(contract: Contract) -> None:
        at(contract)[key] = copy.deepcopy(value)

    return edit


def _cut(at: Callable[[Contract], Any], key: str) -> Edit:
    return lambda contract: at(contract).pop(key)


def _move(at: Callable[[Contract], Any], old: str, new: str, then: Edit = lambda contract: None) -> Edit:
    def edit(contract: Contract) -> None:
        held = at(contract)
        held[new] = held.pop(old)
        then(contract)

    return edit


def _paths(contract: Contract) -> Any:
    return contract["paths"]


def _parameter(contract: Contract) -> Any:
    return _get(contract)["parameters"][1]


def _schemas(contract: Contract) -> Any:
    return contract["components"]["schemas"]


def _placeholder(contract: Contract) -> None:
    _paths(contract)["/things/{thing}"] = _paths(contract).pop("/things/{id}")
    _paths(contract)["/things/{thing}"]["get"]["parameters"][0]["name"] = "thing"


def _quiet_placeholder(contract: Contract) -> None:
    _paths(contract)["/things/{ID}"] = _paths(contract).pop("/things/{id}")
    _paths(contract)["/things/{ID}"]["get"]["parameters"][0]["name"] = "ID"


def _share(name: str) -> Edit:
    def edit(contract: Contract) -> None:
        part = _read(contract)["part"]
        _schemas(contract)[name] = {"type": "object", "properties": {"x": {}}}
        assert part == _schemas(contract)[name]
        _read(contract)["part"] = {"$ref": f"#/components/schemas/{name}"}

    return edit


def _retarget(name: str) -> Edit:
    def edit(contract: Contract) -> None:
        _get(contract)["responses"]["200"]["content"][JSON]["schema"] = {"$ref": f"#/components/schemas/{name}"}

    return edit


def _rename(old: str, new: str) -> Edit:
    def edit(contract: Contract) -> None:
        text = json.dumps(contract).replace(f'/{old}"', f'/{new}"').replace(f'"{old}":', f'"{new}":')
        contract.clear()
        contract.update(json.loads(text))

    return edit


def _rename_scheme(contract: Contract) -> None:
    contract["security"] = [{"Renamed": []}]
    contract["components"]["securitySchemes"]["Renamed"] = contract["components"]["securitySchemes"].pop("Key")


NEW = {"type": "string"}
OBJECT = {"type": "object", "properties": {"image": NEW, "extra": NEW, "2x": NEW}}
HEADER = {"schema": {"type": "string"}}

ROWS: tuple[Row, ...] = (
    ("operation-removed", _cut(_paths, "/send"), {"operation-removed"}, {"operation-added"}),
    ("operation-moved", _move(_paths, "/send", "/posts"), {"operation-moved"}, {"operation-moved"}),
    (
        "operation-id-changed",
        _put(_op, "operationId", "paintThing"),
        {"operation-id-changed-unseen"},
        {"operation-id-changed-unseen"},
    ),
    (
        "operation-id-changed-unseen",
        _put(_op, "operationId", "draw_thing"),
        {"operation-id-changed-unseen"},
        {"operation-id-changed-unseen"},
    ),
    (
        "operation-id-fallback-changed",
        _cut(_op, "operationId"),
        {"operation-id-fallback-changed-unseen"},
        {"operation-id-fallback-changed-unseen"},
    ),
    ("first-tag-changed", _put(_op, "tags", ["Paint"]), {"first-tag-changed-unseen"}, {"first-tag-changed-unseen"}),
    (
        "first-tag-changed-unseen",
        _put(_op, "tags", ["Art (new)"]),
        {"first-tag-changed-unseen"},
        {"first-tag-changed-unseen"},
    ),
    ("tags-changed", _put(_op, "tags", ["Art", "More"]), {"tags-changed"}, {"tags-changed"}),
    (
        "operation-deprecated",
        _put(_op, "deprecated", True),
        {"operation-deprecated"},
        {"operation-deprecation-withdrawn"},
    ),
    ("price-changed", _put(_op, "x-payment-info", {"price": "1"}), {"price-changed"}, {"price-changed"}),
    (
        "security-alternative-added",
        _put(lambda c: c, "security", [{"Key": []}, {"Other": []}]),
        {"security-alternative-added"},
        {"security-alternative-removed"},
    ),
    ("security-scheme-renamed", _rename_scheme, {"security-scheme-renamed"}, {"security-scheme-renamed"}),
    (
        "server-changed",
        _put(lambda c: c, "servers", [{"url": "https://two.test"}]),
        {"server-changed"},
        {"server-changed"},
    ),
    (
        "server-added",
        _put(lambda c: c, "servers", [{"url": "https://one.test/v1"}, {"url": "https://two.test"}]),
        {"server-added"},
        {"server-changed"},
    ),
    # Parameters
    (
        "parameter-added-required",
        lambda c: _get(c)["parameters"].append({"name": "z", "in": "query", "required": True, "schema": NEW}),
        {"parameter-added-required"},
        {"parameter-removed-unseen"},
    ),
    (
        "parameter-added",
        lambda c: _get(c)["parameters"].append({"name": "z", "in": "query", "schema": NEW}),
        {"parameter-added"},
        {"parameter-removed-unseen"},
    ),
    (
        "parameter-became-required",
        _put(_parameter, "required", True),
        {"parameter-became-required"},
        {"parameter-became-optional"},
    ),
    (
        "parameter-style-changed",
        _put(_parameter, "style", "pipeDelimited"),
        {"parameter-style-changed"},
        {"parameter-style-changed"},
    ),
    ("path-parameter-renamed", _placeholder, {"path-parameter-renamed-unseen"}, {"path-parameter-renamed-unseen"}),
    (
        "path-parameter-renamed-unseen",
        _quiet_placeholder,
        {"path-parameter-renamed-unseen"},
        {"path-parameter-renamed-unseen"},
    ),
    # Bodies
    (
        "body-added-required",
        _put(_get, "requestBody", {"required": True, "content": {JSON: {"schema": NEW}}}),
        {"body-added-required"},
        {"body-removed"},
    ),
    (
        "body-added",
        _put(_get, "requestBody", {"required": False, "content": {JSON: {"schema": NEW}}}),
        {"body-added"},
        {"body-removed"},
    ),
    (
        "body-became-optional",
        _put(lambda c: _op(c)["requestBody"], "required", False),
        {"body-became-optional"},
        {"body-became-required"},
    ),
    (
        "request-media-removed",
        _put(lambda c: _op(c, "/send")["requestBody"]["content"], JSON, {"schema": OBJECT}),
        {"request-media-added"},
        {"request-media-removed"},
    ),
    (
        "multipart-encoding-changed",
        _put(
            lambda c: _op(c, "/send")["requestBody"]["content"]["multipart/form-data"],
            "encoding",
            {"image": {"contentType": "image/png"}},
        ),
        {"multipart-encoding-changed"},
        {"multipart-encoding-changed"},
    ),
    # Responses
    (
        "response-success-added",
        _put(lambda c: _op(c)["responses"], "204", {}),
        {"response-success-added", "python-api-changed"},
        {"response-success-removed"},
    ),
    (
        "response-error-added",
        _put(lambda c: _op(c)["responses"], "500", {}),
        {"response-error-added"},
        {"response-error-removed"},
    ),
    (
        "response-media-added",
        _put(lambda c: _op(c)["responses"]["200"]["content"], "image/png", {"schema": NEW}),
        {"response-media-added"},
        {"response-media-removed"},
    ),
    (
        "error-media-added",
        _put(lambda c: _op(c)["responses"]["400"]["content"], "text/plain", {"schema": NEW}),
        {"error-media-added"},
        {"error-media-removed"},
    ),
    (
        "response-header-added",
        _put(lambda c: _op(c)["responses"]["200"]["headers"], "X-New", HEADER),
        {"response-header-added"},
        {"response-header-removed"},
    ),
    (
        "response-header-became-required",
        _put(lambda c: _op(c)["responses"]["200"]["headers"]["X-Id"], "required", True),
        {"response-header-became-required"},
        {"response-header-became-optional"},
    ),
    (
        "response-header-removed",
        _move(lambda c: _op(c)["responses"]["200"]["headers"], "X-Id", "X-Ids"),
        {"response-header-removed"},
        {"response-header-removed"},
    ),
    # Values
    (
        "request-type-widened",
        _put(lambda c: _sent(c)["free"], "type", ["string", "integer"]),
        {"request-type-widened"},
        {"request-type-narrowed"},
    ),
    (
        "response-type-changed",
        _put(lambda c: _read(c)["note"], "type", ["string", "integer"]),
        {"response-type-changed"},
        {"response-type-narrowed"},
    ),
    (
        "request-became-not-nullable",
        _cut(lambda c: _sent(c)["perhaps"], "nullable"),
        {"request-became-not-nullable"},
        {"request-became-nullable"},
    ),
    (
        "response-became-nullable",
        _put(lambda c: _read(c)["note"], "nullable", True),
        {"response-became-nullable"},
        {"response-became-not-nullable"},
    ),
    (
        "request-enum-value-removed",
        _put(lambda c: _sent(c)["style"], "enum", ["oil"]),
        {"request-enum-value-removed"},
        {"request-enum-value-added"},
    ),
    (
        "request-enum-dropped",
        _cut(lambda c: _sent(c)["style"], "enum"),
        {"request-enum-dropped"},
        {"request-became-enum"},
    ),
    (
        "response-enum-narrowed",
        _put(lambda c: _read(c)["state"], "enum", ["new"]),
        {"response-enum-narrowed-unseen"},
        {"response-enum-value-added"},
    ),
    (
        "response-enum-narrowed-unseen",
        _put(lambda c: _read(c)["state"], "enum", ["new", "done", "gone"]),
        {"response-enum-value-added"},
        {"response-enum-narrowed-unseen"},
    ),
    (
        "response-became-enum",
        _put(lambda c: _read(c)["note"], "enum", ["x", "y"]),
        {"response-became-enum"},
        {"response-enum-dropped"},
    ),
    (
        "request-bound-tightened",
        _put(lambda c: _sent(c)["free"], "maxLength", 9),
        {"request-bound-tightened"},
        {"request-bound-loosened"},
    ),
    (
        "response-bound-changed",
        _put(lambda c: _read(c)["mass"], "maximum", 7),
        {"response-bound-changed"},
        {"response-bound-changed"},
    ),
    (
        "format-changed",
        _cut(lambda c: _form(c)["properties"]["image"], "format"),
        {"format-changed"},
        {"request-bound-tightened"},
    ),
    (
        "format-changed-unseen",
        _put(lambda c: _read(c)["note"], "format", "uri"),
        {"format-changed-unseen"},
        {"format-changed-unseen"},
    ),
    (
        "request-default-changed",
        _put(lambda c: _sent(c)["count"], "default", 2),
        {"request-default-changed"},
        {"request-default-changed"},
    ),
    (
        "request-default-removed",
        _cut(lambda c: _sent(c)["count"], "default"),
        {"request-default-removed"},
        {"request-default-added"},
    ),
    (
        "response-default-changed",
        _put(lambda c: _read(c)["mass"], "default", 2),
        {"response-default-changed"},
        {"response-default-changed"},
    ),
    (
        "request-constraint-tightened",
        _put(lambda c: _sent(c)["free"], "not", {"enum": ["x"]}),
        {"request-constraint-tightened"},
        {"request-constraint-removed"},
    ),
    (
        "response-constraint-changed",
        _put(lambda c: _read(c)["note"], "not", {"enum": ["x"]}),
        {"response-constraint-changed"},
        {"response-constraint-changed"},
    ),
    (
        "known-value-added",
        _put(lambda c: _sent(c)["free"], "anyOf", [{"enum": ["x"]}, {"type": "string"}]),
        {"known-value-added"},
        {"known-value-removed-unseen"},
    ),
    # Objects
    ("request-property-added", _put(_sent, "more", NEW), {"request-property-added"}, {"request-property-removed"}),
    (
        "request-property-added-required",
        lambda c: (_sent(c).update(more=NEW), _body(c)["required"].append("more")),
        {"request-property-added-required"},
        {"request-property-removed"},
    ),
    (
        "request-property-became-required",
        lambda c: _body(c)["required"].append("free"),
        {"request-property-became-required"},
        {"request-property-became-optional"},
    ),
    (
        "request-property-removed",
        _move(_sent, "fileName", "file_name"),
        {"request-property-removed"},
        {"request-property-removed"},
    ),
    (
        "request-property-removed-open",
        _cut(lambda c: _form(c)["properties"], "extra"),
        {"request-property-removed-open-unseen"},
        {"request-property-added"},
    ),
    (
        "property-renamed",
        _move(lambda c: _form(c)["properties"], "2x", "2_x"),
        {"property-renamed-unseen"},
        {"property-renamed-unseen"},
    ),
    (
        "property-renamed-unseen",
        _move(lambda c: _form(c)["properties"], "extra", "Extra"),
        {"property-renamed-unseen"},
        {"property-renamed-unseen"},
    ),
    (
        "request-object-opened",
        _cut(_body, "additionalProperties"),
        {"request-object-opened"},
        {"request-object-closed"},
    ),
    ("response-property-added", _put(_read, "more", NEW), {"response-property-added"}, {"response-property-removed"}),
    (
        "response-became-required",
        lambda c: _answer(c)["required"].append("note"),
        {"response-became-required-unseen"},
        {"response-became-optional"},
    ),
    (
        "response-object-changed",
        _put(_answer, "additionalProperties", False),
        {"response-object-changed"},
        {"response-object-changed"},
    ),
    # Unions
    (
        "request-union-branch-removed",
        lambda c: _sent(c)["input"]["anyOf"].append({"type": "integer"}),
        {"request-union-branch-added"},
        {"request-union-branch-removed"},
    ),
    (
        "request-became-union-unseen",
        _put(_sent, "free", {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        {"request-became-union-unseen"},
        {"request-union-branch-removed"},
    ),
    (
        "response-union-branch-added",
        lambda c: _read(c)["either"]["anyOf"].append({"type": "integer"}),
        {"response-union-branch-added"},
        {"response-union-branch-removed"},
    ),
    # Names
    ("schema-removed-unseen", _cut(_schemas, "Spare"), {"schema-removed-unseen"}, {"unused-schema-changed"}),
    (
        "schema-removed",
        _put(_schemas, "Left", {"type": "object", "properties": {"only": {}}}),
        {"unused-schema-changed"},
        {"schema-removed-unseen"},
    ),
    ("schema-renamed", _rename("Shape", "Form"), {"schema-renamed-unseen"}, {"schema-renamed-unseen"}),
    ("schema-renamed-unseen", _rename("Spare", "Extra"), {"schema-renamed-unseen"}, {"schema-renamed-unseen"}),
    ("inline-became-ref", _share("Part"), {"inline-became-ref-unseen"}, {"schema-inlined-unseen"}),
    (
        "ref-target-changed",
        _retarget("Answer"),
        {"ref-target-changed-unseen", "response-property-added", "response-property-removed"},
        {"ref-target-changed", "response-property-added", "response-property-removed"},
    ),
    # The rest
    ("deprecated", _put(lambda c: _sent(c)["free"], "deprecated", True), {"deprecated"}, {"deprecation-withdrawn"}),
    ("access-changed", _put(lambda c: _read(c)["note"], "readOnly", True), {"access-changed"}, {"access-changed"}),
    ("fact-changed", _put(lambda c: _read(c)["note"], "contentEncoding", "base64"), {"fact-changed"}, {"fact-changed"}),
    ("respelled", _put(lambda c: c, "openapi", "3.0.1"), {"respelled"}, {"respelled"}),
    ("version-changed", _put(lambda c: c["info"], "version", "2"), {"version-changed"}, {"version-changed"}),
)
