"""Schemas are judged by the values that they allow: small pairs of one property, in a request and in a response."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from generator.drift.judge.classes import Class
from generator.drift.judge.rules import BY_ID
from generator.drift.report.wording import message
from tests.generator.drift.judging import judged

JSON = "application/json"
Schema = dict[str, Any]
STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
CAT: Schema = {"$ref": "#/components/schemas/Cat"}
DOG: Schema = {"$ref": "#/components/schemas/Dog"}
NULL: Schema = {"type": "null"}
COMPONENTS = {
    "Cat": {"type": "object", "properties": {"lives": INTEGER}, "required": ["lives"]},
    "Dog": {"type": "object", "properties": {"tricks": {"type": "array", "items": STRING}}, "required": ["tricks"]},
    "Pet": {"oneOf": [CAT, DOG]},
    "Name": STRING,
}


def contract(sent: Schema | None = None, read: Schema | None = None, components: Any = None) -> Schema:
    """A contract of one operation, with a closed body and an open response that have a property p each."""
    body = {"type": "object", "properties": {"p": sent or {}}, "additionalProperties": False}
    response = {"type": "object", "properties": {"p": read or {}}}
    return {
        "openapi": "3.0.0",
        "info": {"version": "1"},
        "paths": {
            "/a": {
                "post": {
                    "operationId": "makeThing",
                    "tags": ["Thing"],
                    "requestBody": {"content": {JSON: {"schema": body}}},
                    "responses": {"200": {"content": {JSON: {"schema": response}}}},
                }
            }
        },
        "components": {"schemas": copy.deepcopy(components or COMPONENTS)},
    }


def union(*branches: Schema, **beside: Any) -> Schema:
    return {"anyOf": [*branches], **beside}


def enum(*values: Any, **beside: Any) -> Schema:
    return {"enum": [*values], **beside}


NONE = "NONE"
# name, old, new, the strongest class when sent, when read; "NONE" includes DOCS
PAIRS: list[tuple[str, Schema, Schema, str, str]] = [
    # Unions are sets of values
    ("an enum is split", enum("a", "b"), union(enum("a"), enum("b")), NONE, NONE),
    ("enums are merged", union(enum("a"), enum("b")), enum("a", "b"), NONE, NONE),
    ("the order of branches", union(STRING, INTEGER), union(INTEGER, STRING), NONE, NONE),
    ("a union of one", union(STRING), STRING, NONE, NONE),
    ("an allOf of one", {"allOf": [STRING]}, STRING, NONE, NONE),
    ("a nested union", union(union(STRING, INTEGER), BOOLEAN), union(STRING, INTEGER, BOOLEAN), NONE, NONE),
    ("oneOf and anyOf", {"oneOf": [STRING, INTEGER]}, union(STRING, INTEGER), NONE, NONE),
    ("a list of types and a union", {"type": ["string", "integer"]}, union(STRING, INTEGER), NONE, NONE),
    ("const and an enum of one", {"const": "a"}, enum("a"), NONE, NONE),
    ("the type of an enum is named", enum("a"), enum("a", type="string"), NONE, NONE),
    ("a covered enum goes", union(enum("a", "b"), {**STRING, "minLength": 1}), {**STRING, "minLength": 1}, NONE, NONE),
    ("integer is covered by number", union(INTEGER, {"type": "number"}), {"type": "number"}, NONE, NONE),
    ("narrower bounds are covered", union({**STRING, "maxLength": 5}, {**STRING, "maxLength": 9}),
     {**STRING, "maxLength": 9}, NONE, NONE),
    ("a branch comes in front", union({**INTEGER, "maximum": 5}), union(STRING, {**INTEGER, "maximum": 5}),
     "ADDITIVE", "WIRE"),
    ("a branch comes", union(STRING, INTEGER), union(STRING, INTEGER, BOOLEAN), "ADDITIVE", "WIRE"),
    ("a branch goes", union(STRING, INTEGER), STRING, "WIRE", "ADDITIVE"),
    ("a default moves to the holder", {**enum("t", "f", type="string"), "default": "f"},
     union(BOOLEAN, enum("t", "f", type="string"), default="f"), "ADDITIVE", "WIRE"),
    ("a default moves into a branch", union(STRING, INTEGER, default="x"),
     union({**STRING, "default": "x"}, INTEGER), NONE, NONE),
    ("an enum loses a value in a union", union(enum("a", "b"), INTEGER), union(enum("a"), INTEGER), "WIRE", "ADDITIVE"),
    ("a free text covers an enum", enum("a", "b"), STRING, "ADDITIVE", "ADDITIVE"),
    ("a free text becomes an enum", STRING, enum("a", "b"), "WIRE", "ADDITIVE"),
    ("a value that the bounds refuse", enum("a", "long text"), {**STRING, "maxLength": 3}, "WIRE", "ADDITIVE"),
    ("a known value beside a text", union(enum("a"), STRING), union(enum("a", "b"), STRING), "ADDITIVE", "ADDITIVE"),
    # Null
    ("nullable without a type", {"nullable": True}, {}, NONE, NONE),
    ("nullable without a type, back", {}, {"nullable": True}, NONE, NONE),
    ("null as a branch", union(STRING, NULL), {**STRING, "nullable": True}, NONE, NONE),
    ("null in the list of types", {"type": ["string", "null"]}, {**STRING, "nullable": True}, NONE, NONE),
    ("null in an enum", enum("a", None), enum("a", nullable=True), NONE, NONE),
    ("null comes", STRING, {**STRING, "nullable": True}, "ADDITIVE", "WIRE"),
    ("null goes", {**STRING, "nullable": True}, STRING, "WIRE", "ADDITIVE"),
    ("null beside a reference", CAT, {"allOf": [CAT], "nullable": True}, "ADDITIVE", "WIRE"),
    ("anything becomes a text", {}, STRING, "WIRE", "ADDITIVE"),
    ("a text becomes anything", STRING, {}, "ADDITIVE", "WIRE"),
    # Defaults of the specification
    ("minLength 0", {**STRING, "minLength": 0}, STRING, NONE, NONE),
    ("deprecated false", {**STRING, "deprecated": False}, STRING, NONE, NONE),
    ("nullable false", {**STRING, "nullable": False}, STRING, NONE, NONE),
    ("uniqueItems false", {"type": "array", "uniqueItems": False}, {"type": "array"}, NONE, NONE),
    ("items of anything", {"type": "array", "items": {}}, {"type": "array"}, NONE, NONE),
    ("additionalProperties true", {"type": "object", "additionalProperties": True}, {"type": "object"}, NONE, NONE),
    ("no required", {"type": "object", "required": []}, {"type": "object"}, NONE, NONE),
    ("below five is at most four", {**INTEGER, "maximum": 5, "exclusiveMaximum": True}, {**INTEGER, "maximum": 4},
     NONE, NONE),
    ("any text as a pattern", {**STRING, "pattern": ".*"}, STRING, NONE, NONE),
    ("a multiple of one", {**INTEGER, "multipleOf": 1}, INTEGER, NONE, NONE),
    # Patterns
    ("a pattern gets an alternative", {**STRING, "pattern": "^(a|b)$"}, {**STRING, "pattern": "^(a|b|c)$"},
     "ADDITIVE", "ADDITIVE"),
    ("a pattern becomes an alternative", {**STRING, "pattern": "^0x[0-9a-f]{4}$"},
     {**STRING, "pattern": "^(?:0x[0-9a-f]{4}|s1[a-z]+)$"}, "ADDITIVE", "ADDITIVE"),
    ("a pattern loses an alternative", {**STRING, "pattern": "^(a|b)$"}, {**STRING, "pattern": "^a$"},
     "WIRE", "ADDITIVE"),
    ("groups and anchors mean nothing", {**STRING, "pattern": "^(?:a|b)$"}, {**STRING, "pattern": "(^a$|^b$)"},
     NONE, NONE),
    ("a class gets wider", {**STRING, "pattern": "^[a-z]{1,5}$"}, {**STRING, "pattern": "^[a-z0-9]{1,9}$"},
     "ADDITIVE", "ADDITIVE"),
    ("a class gets narrower", {**STRING, "pattern": r"^\w+$"}, {**STRING, "pattern": "^[a-z]+$"}, "WIRE", "ADDITIVE"),
    ("a pattern comes", STRING, {**STRING, "pattern": "^a"}, "WIRE", "ADDITIVE"),
    ("undecidable", {**STRING, "pattern": "^a(?=b)"}, {**STRING, "pattern": "^(?!b)a"}, "WIRE", "ADDITIVE"),
    # References
    ("a reference becomes a union", CAT, {"oneOf": [CAT, DOG]}, "ADDITIVE", "WIRE"),
    ("a union becomes a reference", {"oneOf": [CAT, DOG]}, CAT, "WIRE", "ADDITIVE"),
    ("a reference to a union", CAT, {"$ref": "#/components/schemas/Pet"}, "ADDITIVE", "WIRE"),
    ("a reference in an allOf", CAT, {"allOf": [CAT]}, NONE, NONE),
    ("a reference in a union of one", CAT, union(CAT), NONE, NONE),
    ("inline and by reference", STRING, {"$ref": "#/components/schemas/Name"}, NONE, NONE),
    # Notes
    ("deprecated, and another type", {"type": "object", "properties": {"a": STRING}},
     {"nullable": True, "deprecated": True}, "ADDITIVE", "WIRE"),
    ("a default comes in a union", union(STRING, INTEGER), union(STRING, INTEGER, default=1), "BEHAVIOUR", NONE),
    # What is not modelled
    ("a constraint comes", STRING, {**STRING, "not": enum("x")}, "WIRE", "ADDITIVE"),
    ("a constraint goes", {"type": "object", "propertyNames": STRING}, {"type": "object"}, "ADDITIVE", "ADDITIVE"),
    ("dependent properties", {"type": "object"}, {"type": "object", "dependentRequired": {"a": ["b"]}},
     "WIRE", "ADDITIVE"),
    # Objects in a union
    ("an object of a union loses a property", union(STRING, {"type": "object", "properties": {"x": {}, "y": {}}}),
     union(STRING, {"type": "object", "properties": {"x": {}}}), "BEHAVIOUR", "WIRE"),
    ("an open object is another alternative",
     union({"type": "object", "properties": {"a": STRING}}, {"type": "object", "properties": {"b": STRING}}),
     {"type": "object", "properties": {"b": STRING}}, "WIRE", "ADDITIVE"),
]  # fmt: skip


def strongest(old: Schema, new: Schema) -> str:
    """The class of the change of the contract, without changes of Python names."""
    found = [one for one in judged(old, new) if not one.rule.startswith("python-")]
    classes = [BY_ID.get(f"{one.rule}-unseen", BY_ID[one.rule]).cls for one in found]
    cls = min(classes, key=lambda one: one.rank, default=Class.DOCS)
    return NONE if cls is Class.DOCS else str(cls)


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "sent", "read"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_a_pair_has_its_class_in_requests_and_in_responses(old: Schema, new: Schema, sent: str, read: str) -> None:
    found = strongest(contract(sent=old), contract(sent=new)), strongest(contract(read=old), contract(read=new))
    assert found == (sent, read)


def messages(old: Schema, new: Schema) -> list[str]:
    return [message(one) for one in judged(old, new) if not one.rule.startswith(("schema-", "unused"))]


def test_a_reference_that_becomes_a_union_is_one_finding_that_names_the_alternatives() -> None:
    found = messages(contract(read=CAT), contract(read={"oneOf": [CAT, DOG]}))
    assert [one for one in found if "Python" not in one] == ["p is Cat or Dog now (was Cat)"]


def test_a_component_that_becomes_a_union_is_one_finding_with_its_operations() -> None:
    new = {**COMPONENTS, "Name": union(STRING, INTEGER)}
    name = {"$ref": "#/components/schemas/Name"}
    (one,) = [
        one for one in judged(contract(name, name), contract(name, name, new)) if not one.rule.startswith("python-")
    ]
    assert (one.rule, one.operations) == ("response-union-branch-added", ("POST /a",))
    assert {place.holder for place in one.places} == {"body", "response 200"}


def test_a_deprecation_is_a_separate_finding() -> None:
    old, new = contract(sent={"type": "object", "properties": {"a": STRING}}), contract(sent={"deprecated": True})
    assert "p is deprecated" in messages(old, new)


def test_a_pattern_that_cannot_be_compared_is_reported() -> None:
    (said,) = messages(contract(sent={**STRING, "pattern": "^a(?=b)"}), contract(sent={**STRING, "pattern": "^(?!b)a"}))
    assert "could not be decided" in said


def test_a_constraint_that_is_not_modelled_is_named() -> None:
    (said,) = messages(contract(sent=STRING), contract(sent={**STRING, "not": enum("x")}))
    assert "`not`, which is not compared" in said


def test_exponentially_large_unions_are_compared_as_a_whole_in_bounded_time() -> None:
    def endless(name: str) -> Schema:
        loop = {"$ref": "#/components/schemas/Loop"}
        wide = union(*({"type": "object", "properties": {f"{name}{at}": STRING}} for at in range(40)))
        return {"Loop": {"anyOf": [loop, loop, {"allOf": [wide, wide, wide]}, STRING]}}

    place = {"$ref": "#/components/schemas/Loop"}
    found = judged(contract(place, None, endless("a")), contract(place, None, endless("b")), python=False)
    assert found[0].cls is Class.WIRE
