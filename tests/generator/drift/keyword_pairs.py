"""
Small pairs for keywords of OpenAPI 3.0 and 3.1 that a vendor may touch, in both directions.

A row is a name, what the first contract has, what the second one has, and for each direction the strongest class
(NONE includes DOCS) and words of the headline.
"""

from __future__ import annotations

from typing import Any

from tests.generator.drift.small_pairs import (
    INTEGER,
    JSON,
    KEY,
    NONE,
    NUMBER,
    OTHER,
    TAGS,
    TEXT,
    Part,
    failing,
    headers,
    on,
    pet,
    query,
    read,
    sent,
)

Expected = tuple[str, str]
"""The class, and words of the headline."""
Row = tuple[str, Part, Part, Expected, Expected]

OBJECT: Part = {"type": "object", "properties": {"x": TEXT}}
BOTH: Part = {"type": "object", "properties": {"a": TEXT, "b": TEXT}}
PATTERN: Part = {"patternProperties": {"^x-": TEXT}}
FILE: Part = {"type": "string", "format": "binary"}
CAT = {"$ref": "#/components/schemas/Cat"}
EITHER = [{"required": ["a"]}, {"required": ["b"]}]
SAME = (NONE, "")


def form(properties: Part, encoding: Part | None = None) -> Part:
    """A body that is a form."""
    media = {"schema": {"type": "object", "properties": properties}, **({"encoding": encoding} if encoding else {})}
    return on(requestBody={"required": True, "content": {"multipart/form-data": media}})


def oauth(*needed: str, url: str = "/t", known: str = "ab") -> Part:
    flows = {"clientCredentials": {"tokenUrl": url, "scopes": dict.fromkeys(known, "")}}
    return {"schemes": {"Key": {"type": "oauth2", "flows": flows}, "Other": OTHER}, "security": [{"Key": [*needed]}]}


def scheme(called: str, **values: Any) -> Part:
    return {"security": [{called: []}], "schemes": {"Key": KEY, "Other": OTHER, called: values}}


def server(default: str, *choices: str) -> Part:
    variable = {"default": default, **({"enum": [*choices]} if choices else {})}
    return {"servers": [{"url": "https://{region}.test/v1", "variables": {"region": variable}}]}


def cookie(**more: Any) -> Part:
    return on(parameters=[{"name": "c", "in": "cookie", "schema": TEXT, **more}])


def header(name: str = "X-A", schema: Part = TEXT, **more: Any) -> Part:
    return {"name": name, "in": "header", "schema": schema, **more}


def content(media_type: str, schema: Part) -> Part:
    return {"content": {media_type: {"schema": schema} if schema else {}}}


ROWS: list[Row] = [
    # Defaults
    ("null is a default", sent({**TEXT, "nullable": True}), sent({**TEXT, "nullable": True, "default": None}),
     ("BEHAVIOUR", "p: default null is new"), ("BEHAVIOUR", "p: default null is gone")),
    ("null instead of a default", sent({**TEXT, "nullable": True, "default": "a"}),
     sent({**TEXT, "nullable": True, "default": None}),
     ("BEHAVIOUR", 'p: default null (was "a")'), ("BEHAVIOUR", 'p: default "a" (was null)')),
    ("a default of the same number", sent({**NUMBER, "default": 1}), sent({**NUMBER, "default": 1.0}), SAME, SAME),
    ("a default beside a reference", sent(CAT), sent({**CAT, "default": {"kind": "cat"}}),
     ("BEHAVIOUR", "p: default"), ("BEHAVIOUR", "is gone")),
    # Null
    ("null by a list of types and by an alternative", sent({"type": ["string", "null"]}),
     sent({"oneOf": [TEXT, {"type": "null"}]}), SAME, SAME),
    ("null leaves an alternative", sent({"oneOf": [TEXT, {"type": "null"}]}), sent(TEXT),
     ("WIRE", "p must not be null"), ("ADDITIVE", "p accepts null")),
    ("null comes to an enum", read({"enum": ["a", "b"]}), read({"enum": ["a", "b", None]}),
     ("WIRE", "p may be null"), ("ADDITIVE", "p is no longer null")),
    ("nothing but null", sent({"const": None}), sent({"type": "null"}), SAME, SAME),
    ("a component or null", read(CAT), read({"anyOf": [CAT, {"type": "null"}]}),
     ("WIRE", "p may be null"), ("ADDITIVE", "p is no longer null")),
    # Constants and enums
    ("a constant as an enum of one", sent({"type": "string", "const": "a"}), sent({"type": "string", "enum": ["a"]}),
     SAME, SAME),
    ("another constant", sent({"const": "a"}), sent({"const": "b"}),
     ("WIRE", 'p no longer accepts "a"'), ("WIRE", 'p no longer accepts "b"')),
    ("a constant becomes an enum", sent({"const": "a"}), sent({"enum": ["a", "b"]}),
     ("ADDITIVE", 'p accepts "b"'), ("WIRE", 'p no longer accepts "b"')),
    ("numbers become texts", sent({"enum": [1, 2]}), sent({"enum": ["1", "2"]}),
     ("WIRE", 'p must be "1", "2" (was 1, 2)'), ("WIRE", 'p must be 1, 2 (was "1", "2")')),
    ("a flag is always true", read({"type": "boolean"}), read({"const": True}),
     ("ADDITIVE", "p is always true"), ("ADDITIVE", "p is no longer limited to true")),
    ("an enum becomes a range", sent({"enum": [1, 2]}), sent({**INTEGER, "minimum": 1, "maximum": 9}),
     ("ADDITIVE", "p is no longer limited to 1 and 2"), ("WIRE", "p must be one of 1 or 2")),
    ("a value goes out of use", sent({"enum": ["a", "b"]}),
     sent({"anyOf": [{"const": "a"}, {"const": "b", "deprecated": True}]}),
     ("LIFECYCLE", 'p as "b" is deprecated'), ("LIFECYCLE", 'p as "b" is no longer deprecated')),
    # Parts of schemas
    ("parts that all hold, as one", sent({"allOf": [TEXT, {"maxLength": 5}]}), sent({**TEXT, "maxLength": 5}),
     SAME, SAME),
    ("a default around parts", sent({**TEXT, "default": "a"}), sent({"allOf": [TEXT], "default": "a"}), SAME, SAME),
    ("what two enums share", sent({"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}), sent({"enum": ["b"]}),
     SAME, SAME),
    ("a part requires a property", sent({"allOf": [OBJECT]}), sent({"allOf": [OBJECT, {"required": ["x"]}]}),
     ("WIRE", "p.x is required now"), ("ADDITIVE", "p.x is optional now")),
    ("a bound beside a reference", sent(CAT), sent({**CAT, "minProperties": 2}),
     ("WIRE", "p accepts at least 2 properties"), ("ADDITIVE", "p: minProperties 2 is gone")),
    ("one of two properties must come", sent(BOTH), sent({**BOTH, "anyOf": EITHER}),
     ("WIRE", "p must have a or b"), ("ADDITIVE", "p need no longer have a or b")),
    ("one of two properties, in two ways", sent({**BOTH, "anyOf": EITHER}), sent({**BOTH, "oneOf": EITHER}),
     SAME, SAME),
    # Other properties
    ("other properties in three ways", sent({"type": "object"}), sent({"type": "object", "additionalProperties": {}}),
     SAME, SAME),
    ("other properties that cannot be", sent({**OBJECT, "additionalProperties": False}),
     sent({**OBJECT, "additionalProperties": {"not": {}}}), SAME, SAME),
    ("a map takes anything", sent({"type": "object", "additionalProperties": TEXT}), sent({"type": "object"}),
     ("ADDITIVE", "other properties of p may be anything (was string)"),
     ("WIRE", "other properties of p must be string (was anything)")),
    ("an object takes others", read({**OBJECT, "additionalProperties": False}),
     read({**OBJECT, "additionalProperties": INTEGER}),
     ("SOURCE", "p may hold other properties (integer)"), ("ADDITIVE", "p holds only the properties")),
    ("a closed object takes names of a pattern", sent({**OBJECT, "additionalProperties": False}),
     sent({**OBJECT, "additionalProperties": False, **PATTERN}),
     ("ADDITIVE", "p accepts other properties"), ("WIRE", "p refuses properties that it does not declare")),
    ("an open object limits names of a pattern", sent(OBJECT), sent({**OBJECT, **PATTERN}),
     ("WIRE", "p is limited by `patternProperties`"), ("ADDITIVE", "p is no longer limited by `patternProperties`")),
    ("names of a pattern beside others of a type", sent({**OBJECT, "additionalProperties": INTEGER}),
     sent({**OBJECT, "additionalProperties": INTEGER, **PATTERN}),
     ("WIRE", "`patternProperties`"), ("WIRE", "`patternProperties`")),
    ("a closed object in the words of 3.1", sent({**OBJECT, "additionalProperties": False}),
     sent({**OBJECT, "unevaluatedProperties": False}), SAME, SAME),
    ("an object is closed in the words of 3.1", sent(OBJECT), sent({**OBJECT, "unevaluatedProperties": False}),
     ("WIRE", "p refuses properties that it does not declare"), ("ADDITIVE", "p accepts more properties")),
    # Keywords that are not modelled
    ("a constraint that limits nothing", sent(OBJECT), sent({**OBJECT, "unevaluatedProperties": True}), SAME, SAME),
    ("a condition is one constraint", sent(OBJECT),
     sent({**OBJECT, "if": {"required": ["x"]}, "then": {"required": ["y"]}}),
     ("WIRE", "p is limited by `if`, which is not compared"), ("ADDITIVE", "p is no longer limited by `if`")),
    ("properties depend on others", sent(OBJECT), sent({**OBJECT, "dependentRequired": {"x": ["y"]}}),
     ("WIRE", "`dependentRequired`"), ("ADDITIVE", "no longer limited by `dependentRequired`")),
    ("names of properties", sent({"type": "object"}), sent({"type": "object", "propertyNames": {"pattern": "^a"}}),
     ("WIRE", "`propertyNames`"), ("ADDITIVE", "no longer limited by `propertyNames`")),
    ("items by their places", sent({"type": "array", "prefixItems": [TEXT, INTEGER]}),
     sent({"type": "array", "prefixItems": [TEXT, TEXT]}), ("WIRE", "`prefixItems`"), ("WIRE", "`prefixItems`")),
    # Bounds
    ("a limit counts as allowed", sent({**NUMBER, "exclusiveMaximum": 10}), sent({**NUMBER, "maximum": 10}),
     ("ADDITIVE", "p accepts up to 10 (was less than 10)"), ("WIRE", "p accepts less than 10 (was up to 10)")),
    ("a strict limit in the ways of 3.0 and 3.1", sent({**NUMBER, "minimum": 0, "exclusiveMinimum": True}),
     sent({**NUMBER, "exclusiveMinimum": 0}), SAME, SAME),
    ("smaller steps", sent({**NUMBER, "multipleOf": 0.1}), sent({**NUMBER, "multipleOf": 0.01}),
     ("ADDITIVE", "p accepts multiples of 0.01 (was 0.1)"), ("WIRE", "p accepts multiples of 0.1 (was 0.01)")),
    ("a step of one is an integer", sent({**NUMBER, "multipleOf": 1}), sent(INTEGER), SAME, SAME),
    ("a pattern that allows all", sent({**TEXT, "pattern": ".*"}), sent(TEXT), SAME, SAME),
    ("a class of digits", sent({**TEXT, "pattern": "^\\d+$"}), sent({**TEXT, "pattern": "^[0-9]+$"}), SAME, SAME),
    # Formats
    ("a day becomes a moment", sent({**TEXT, "format": "date"}), sent({**TEXT, "format": "date-time"}),
     ("WIRE", 'p: format "date-time" (was "date")'), ("WIRE", 'p: format "date" (was "date-time")')),
    ("a file becomes an address", form({"f": FILE}), form({"f": {**TEXT, "format": "uri"}}),
     ("WIRE", 'f: format "uri" (was "binary")'), ("WIRE", 'f: format "binary" (was "uri")')),
    ("an address that may be relative", sent({**TEXT, "format": "uri"}), sent({**TEXT, "format": "uri-reference"}),
     ("ADDITIVE", 'p: format "uri-reference" (was "uri")'), ("WIRE", 'p: format "uri" (was "uri-reference")')),
    ("a text that forms hide", sent(TEXT), sent({**TEXT, "format": "password"}), SAME, SAME),
    ("a text in base64", read(TEXT), read({**TEXT, "contentEncoding": "base64"}),
     ("ADDITIVE", 'p: contentEncoding "base64" is new'), ("ADDITIVE", 'p: contentEncoding "base64" is gone')),
    ("bytes with and without a schema", content("image/png", FILE), content("image/png", {}), SAME, SAME),
    # Notes
    ("is only read", sent(TEXT), sent({**TEXT, "readOnly": True}),
     ("BEHAVIOUR", "p is now readOnly"), ("BEHAVIOUR", "p is no longer readOnly")),
    ("is not deprecated", sent(TEXT), sent({**TEXT, "deprecated": False}), SAME, SAME),
    # Discriminators
    ("another property distinguishes", sent(pet("Cat", "Dog")),
     sent({**pet("Cat", "Dog"), "discriminator": {"propertyName": "type"}}),
     ("ADDITIVE", 'distinguished in another way: Cat by type "Cat"'), ("ADDITIVE", 'Cat by kind "cat"')),
    ("another value for a component", sent(pet("Cat", "Dog")),
     sent({**pet("Cat", "Dog"), "discriminator": {"propertyName": "kind", "mapping": {
         "kitty": CAT["$ref"], "dog": "#/components/schemas/Dog"}}}),
     ("ADDITIVE", 'Cat by kind "kitty"'), ("ADDITIVE", 'Cat by kind "cat"')),
    # Parameters
    ("a list in one value", on(parameters=[query(schema=TAGS)]), on(parameters=[query(schema=TAGS, explode=False)]),
     ("WIRE", "the query parameter q is written in another way (explode false"), ("WIRE", "explode true")),
    ("explode of a plain value", on(parameters=[query()]), on(parameters=[query(explode=False)]), SAME, SAME),
    ("an object by its keys", on(parameters=[query(schema=OBJECT)]),
     on(parameters=[query(schema=OBJECT, style="deepObject")]), ("WIRE", '"deepObject"'), ("WIRE", '"form"')),
    ("a parameter in JSON", on(parameters=[query(schema=OBJECT)]),
     on(parameters=[{"name": "q", "in": "query", "content": {JSON: {"schema": OBJECT}}}]),
     ("WIRE", 'content "application/json"'), ("WIRE", 'was content "application/json"')),
    ("an object by its keys, explode written out", on(parameters=[query(schema=OBJECT, style="deepObject")]),
     on(parameters=[query(schema=OBJECT, style="deepObject", explode=True)]), SAME, SAME),
    ("explode of a list in a header", on(parameters=[header(schema=TAGS)]),
     on(parameters=[header(schema=TAGS, explode=True)]), SAME, SAME),
    ("explode of an object in a header", on(parameters=[header(schema=OBJECT)]),
     on(parameters=[header(schema=OBJECT, explode=True)]), ("WIRE", "(explode true, was"), ("WIRE", "(explode false,")),
    ("a number in a header becomes a text", on(parameters=[header(schema=INTEGER)]), on(parameters=[header()]),
     ("SOURCE", "the header parameter X-A accepts string (was integer)"),
     ("WIRE", "POST /a: the header parameter X-A must be integer (was string).")),
    ("a number in a query becomes a text with a form", on(parameters=[query(schema=INTEGER)]),
     on(parameters=[query(schema={**TEXT, "format": "date"})]),
     ("WIRE", "the query parameter q must be string (was integer)"), ("WIRE", "must be integer (was string)")),
    ("an empty value is refused", on(parameters=[query(allowEmptyValue=True)]), on(parameters=[query()]),
     ("WIRE", "`allowEmptyValue: false`"), ("ADDITIVE", "no longer limited by `allowEmptyValue: false`")),
    ("a cookie must come", cookie(), cookie(required=True),
     ("WIRE", "the cookie parameter c is required now"), ("ADDITIVE", "the cookie parameter c is optional now")),
    ("a cookie in the style of cookies", cookie(), cookie(style="form", explode=True), SAME, SAME),
    ("an operation needs what its path did not", {"item": {"parameters": [query()]}},
     {"item": {"parameters": [query()]}, **on(parameters=[query(required=True)])},
     ("WIRE", "the query parameter q is required now"), ("ADDITIVE", "the query parameter q is optional now")),
    ("a query parameter becomes a cookie", on(parameters=[query("c")]), cookie(),
     ("BEHAVIOUR", "the query parameter c is gone"), ("BEHAVIOUR", "the cookie parameter c is gone")),
    # Forms
    ("the media type that a file has anyway", form({"f": FILE}),
     form({"f": FILE}, {"f": {"contentType": "application/octet-stream"}}), SAME, SAME),
    ("the media type that an object has anyway", form({"o": OBJECT}), form({"o": OBJECT}, {"o": {"contentType": JSON}}),
     SAME, SAME),
    ("an object as text", form({"o": OBJECT}), form({"o": OBJECT}, {"o": {"contentType": "text/plain"}}),
     ("WIRE", 'o is encoded in another way (contentType "text/plain", was the default)'),
     ("WIRE", "(the default, was")),
    ("several files", form({"f": FILE}), form({"f": {"anyOf": [FILE, {"type": "array", "items": FILE}]}}),
     ("ADDITIVE", "f accepts array of string (binary) too"), ("WIRE", "f no longer accepts array of string (binary)")),
    ("another kind of form", {"sent as": "application/x-www-form-urlencoded"}, {"sent as": "multipart/form-data"},
     ("WIRE", "a body of application/x-www-form-urlencoded is no longer accepted"), ("WIRE", "multipart/form-data")),
    # Responses
    ("no body any more", content(JSON, OBJECT), {"content": {}},
     ("WIRE", "the response has no body (was application/json)"), ("SOURCE", "application/json")),
    ("a kind of JSON", content(JSON, OBJECT), content("application/vnd.x+json", OBJECT),
     ("WIRE", "the response is no longer application/json"), ("WIRE", "no longer application/vnd.x+json")),
    ("a second success", {}, {"errors": {"202": {"content": {JSON: {"schema": OBJECT}}}}},
     ("ADDITIVE", "status 202 is declared"), ("WIRE", "status 202 is no longer declared (left: 200)")),
    ("a success of a range", {"status": "2XX"}, {"status": "200"},
     ("WIRE", "status 2XX is no longer declared (left: 200)"), ("ADDITIVE", "status 2XX is declared")),
    ("the case of a range", failing(_4XX={"e": TEXT}), failing(_4xx={"e": TEXT}), SAME, SAME),
    ("the case of a header that is read", headers("X-Id"), headers("x-id"), SAME, SAME),
    ("the type of a header", {"headers": {"X-A": {"schema": TEXT}}}, {"headers": {"X-A": {"schema": INTEGER}}},
     ("WIRE", "the header X-A of response 200 is integer"), ("WIRE", "is string (was integer)")),
    ("a header of an error", {"errors": {"429": {}}},
     {"errors": {"429": {"headers": {"Retry-After": {"schema": INTEGER}}}}},
     ("ERRORS", "error 429: the error response has the header Retry-After"), ("ERRORS", "Retry-After is gone")),
    # Security and servers
    ("a key is needed", on(security=[]), {}, ("WIRE", "a key is required (Key)"), ("ADDITIVE", "no key is needed")),
    ("a key may be left out", {}, {"security": [{"Key": []}, {}]},
     ("ADDITIVE", "no key is needed"), ("WIRE", "a key is required (Key)")),
    ("the order of keys", {"security": [{"Key": []}, {"Other": []}]}, {"security": [{"Other": []}, {"Key": []}]},
     SAME, SAME),
    ("another header for a key", scheme("Other", **OTHER), scheme("Other", **{**OTHER, "name": "X-New"}),
     ("WIRE", "the security scheme Other is sent as header X-New (was header X-Other)"), ("WIRE", "header X-Other")),
    ("the case of a scheme", scheme("Key", **KEY), scheme("Key", type="http", scheme="Bearer"), SAME, SAME),
    ("a scope more", oauth("a"), oauth("a", "b"),
     ("WIRE", "Key with the scope a is no longer accepted to authenticate (accepted: Key with the scopes a, b)"),
     ("WIRE", "Key with the scopes a, b is no longer accepted")),
    ("a scope that nothing needs", oauth("a"), oauth("a", known="abc"), SAME, SAME),
    ("another address for tokens", oauth(), oauth(url="/u"),
     ("WIRE", "sent as oauth2 clientCredentials /u (was oauth2 clientCredentials /t)"), ("WIRE", "/t (was")),
    ("another address of an identity provider", scheme("Key", type="openIdConnect", openIdConnectUrl="https://a.test"),
     scheme("Key", type="openIdConnect", openIdConnectUrl="https://b.test"),
     ("WIRE", "https://b.test (was openIdConnect https://a.test)"), ("WIRE", "https://a.test (was")),
    ("the default of a server's variable", server("a"), server("b"),
     ("WIRE", "server https://b.test/v1 (was https://a.test/v1)"), ("WIRE", "server https://a.test/v1")),
    ("the values of a server's variable", server("a", "a"), server("a", "a", "b"),
     ("ADDITIVE", 'server variable region "a" and "b" (was "a")'), ("ADDITIVE", "server variable region")),
    ("the default written out", server("a"), {"servers": [{"url": "https://a.test/v1"}]}, SAME, SAME),
]  # fmt: skip
