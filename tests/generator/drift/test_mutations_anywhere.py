"""
One keyword changed at any place of the pinned contract is one finding, under the rule of its direction and no other.

The place is drawn from all schemas outside of unions: of parameters, bodies, responses, errors, headers and components.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attrs import frozen

from generator.drift.compare.comparison import compare_facts
from generator.drift.judge.judge import on_the_wire
from generator.drift.report.wording import message
from generator.spec.contract import operations
from generator.spec.keywords import KEYWORDS
from generator.spec.pin import load_pin

PINNED: dict[str, Any] = load_pin().contract
PLACES = 3
Schema = dict[str, Any]
Way = tuple[str | int, ...]


@frozen
class Mutation:
    """A change of one schema, and what it means in a request, a response and an error response."""

    name: str
    fits: Callable[[Schema], bool]
    change: Callable[[Schema], object]
    request: str
    response: str
    error: str


def _is(kind: str, *without: str) -> Callable[[Schema], bool]:
    return lambda schema: schema.get("type") == kind and not {*schema} & {"enum", "nullable", *without}


def _has(*keywords: str) -> Callable[[Schema], bool]:
    return lambda schema: all(key in schema for key in keywords) and "nullable" not in schema


def _set(**values: Any) -> Callable[[Schema], object]:
    return lambda schema: schema.update(values)


def _both(request: str, response: str) -> tuple[str, str, str]:
    return request, response, f"error-{response.removeprefix('response-').removesuffix('-unseen')}"


def _alternative(schema: Schema) -> Callable[[Schema], object]:
    """Make a schema one of two alternatives."""

    def change(one: Schema) -> None:
        inner = dict(one)
        one.clear()
        one["oneOf"] = [inner, schema]

    return change


RESPELLED = ("respelled", "respelled", "respelled")
TIGHTER = _both("request-bound-tightened", "response-bound-changed")
WIDER = _both("request-bound-loosened", "response-bound-changed")
NOTE = ("deprecated", "deprecated", "deprecated")
MUTATIONS = (
    Mutation("maxLength comes", _is("string", "maxLength", "format"), _set(maxLength=7777), *TIGHTER),
    Mutation("minLength comes", _is("string", "minLength"), _set(minLength=1), *TIGHTER),
    Mutation("pattern comes", _is("string", "pattern"), _set(pattern="^z"), *TIGHTER),
    Mutation("maxLength goes", _has("maxLength"), lambda one: one.pop("maxLength"), *WIDER),
    Mutation("maximum comes", _is("number", "maximum"), _set(maximum=7), *TIGHTER),
    Mutation("minimum comes", _is("integer", "minimum"), _set(minimum=-7), *TIGHTER),
    Mutation("exclusiveMinimum goes", _has("exclusiveMinimum"), lambda one: one.pop("exclusiveMinimum"), *WIDER),
    Mutation("multipleOf comes", _is("number", "multipleOf"), _set(multipleOf=5), *TIGHTER),
    Mutation("maxItems comes", _is("array", "maxItems"), _set(maxItems=777), *TIGHTER),
    Mutation("minItems comes", _is("array", "minItems"), _set(minItems=1), *TIGHTER),
    Mutation("uniqueItems comes", _is("array", "uniqueItems"), _set(uniqueItems=True), *TIGHTER),
    Mutation("maxItems goes", _has("maxItems"), lambda one: one.pop("maxItems"), *WIDER),
    Mutation("minProperties comes", _is("object", "minProperties"), _set(minProperties=1), *TIGHTER),
    Mutation("format goes", _has("format"), lambda one: one.pop("format"),
             "format-changed-unseen", "format-changed-unseen", "error-format-changed"),
    Mutation("a value comes", lambda one: "enum" in one and one.get("type") == "string",
             lambda one: one["enum"].append("zz"), *_both("request-enum-value-added", "response-enum-value-added")),
    Mutation("a value goes", lambda one: len([v for v in one.get("enum", ()) if v is not None]) > 2,
             lambda one: one["enum"].remove(next(v for v in one["enum"] if v is not None)),
             *_both("request-enum-value-removed", "response-enum-narrowed-unseen")),
    Mutation("null comes", _is("string"), _set(nullable=True),
             *_both("request-became-nullable", "response-became-nullable")),
    Mutation("null goes", lambda one: one.get("nullable") is True and "type" in one, lambda one: one.pop("nullable"),
             *_both("request-became-not-nullable", "response-became-not-nullable")),
    Mutation("another type", _is("boolean", "default"), _set(type="array"),
             *_both("request-type-narrowed", "response-type-changed")),
    Mutation("a property comes", _has("properties"), lambda one: one["properties"].update(zz={"type": "string"}),
             *_both("request-property-added", "response-property-added")),
    Mutation("closed", lambda one: "properties" in one and one.get("additionalProperties", True) is True,
             _set(additionalProperties=False), *_both("request-object-closed", "response-object-changed")),
    Mutation("a constraint comes", _is("string", "not"), _set(**{"not": {"enum": ["zz"]}}),
             *_both("request-constraint-tightened", "response-constraint-changed")),
    Mutation("deprecated comes", _is("string", "deprecated"), _set(deprecated=True), *NOTE),
    Mutation("readOnly comes", _is("string", "readOnly"), _set(readOnly=True),
             *_both("access-changed", "access-changed")),
    Mutation("writeOnly comes", _is("string", "writeOnly"), _set(writeOnly=True),
             *_both("access-changed", "access-changed")),
    Mutation("minimum goes", _has("minimum"), lambda one: one.pop("minimum"), *WIDER),
    Mutation("maximum goes", _has("maximum"), lambda one: one.pop("maximum"), *WIDER),
    Mutation("pattern goes", _has("pattern"), lambda one: one.pop("pattern"), *WIDER),
    Mutation("exclusiveMaximum comes", _is("number", "maximum", "exclusiveMaximum"), _set(exclusiveMaximum=7.5),
             *TIGHTER),
    Mutation("maxProperties comes", _is("object", "maxProperties"), _set(maxProperties=777), *TIGHTER),
    Mutation("format comes", _is("string", "format"), _set(format="uuid"),
             "request-bound-tightened", "format-changed-unseen", "error-format-changed"),
    Mutation("default comes", _is("string", "default"), _set(default="zz"), "request-default-added",
             "response-default-changed", "response-default-changed"),
    Mutation("default changes", lambda one: isinstance(one.get("default"), int) and "enum" not in one,
             lambda one: one.update(default=not one["default"] if one["default"] in (True, False) else 7777),
             "request-default-changed", "response-default-changed", "response-default-changed"),
    Mutation("a constant", _is("string", "const", "default"), _set(const="zz"),
             *_both("request-became-enum", "response-became-enum")),
    Mutation("null comes as a type", _is("string"), _set(type=["string", "null"]),
             *_both("request-became-nullable", "response-became-nullable")),
    Mutation("null comes as an alternative", _is("string", "default"), _alternative({"type": "null"}),
             *_both("request-became-nullable", "response-became-nullable")),
    Mutation("closed by unevaluatedProperties", lambda one: "properties" in one and "additionalProperties" not in one,
             _set(unevaluatedProperties=False), *_both("request-object-closed", "response-object-changed")),
    Mutation("other properties are limited", lambda one: "properties" in one and "additionalProperties" not in one,
             _set(additionalProperties={"type": "string"}), *_both("request-object-closed", "response-object-changed")),
    Mutation("a condition comes", _is("object", "if"), _set(**{"if": {"required": ["a"]}, "then": {"required": ["b"]}}),
             *_both("request-constraint-tightened", "response-constraint-changed")),
    Mutation("dependentRequired comes", _is("object", "dependentRequired"), _set(dependentRequired={"a": ["b"]}),
             *_both("request-constraint-tightened", "response-constraint-changed")),
    Mutation("one of two must come", _is("object", "anyOf"), _set(anyOf=[{"required": ["a"]}, {"required": ["b"]}]),
             *_both("request-constraint-tightened", "response-constraint-changed")),
    Mutation("contentEncoding comes", _is("string", "contentEncoding"), _set(contentEncoding="base64"),
             *_both("fact-changed", "fact-changed")),
    # What says the same
    Mutation("limits of nothing", lambda one: "type" in one, _set(unevaluatedProperties=True, propertyNames={}),
             *RESPELLED),
    Mutation("minLength 0", _is("string", "minLength"), _set(minLength=0), *RESPELLED),
    Mutation("wrapped in allOf", _is("string"), lambda one: one.update(allOf=[{"type": one.pop("type")}]), *RESPELLED),
    Mutation("a step of one", _is("integer", "multipleOf"), _set(multipleOf=1), *RESPELLED),
)  # fmt: skip


def _schemas(value: Any, way: Way = ()) -> Iterator[tuple[Way, Schema]]:
    """Yield every schema below a schema, except alternatives and their parts, with the path to it."""
    if not isinstance(value, dict) or "$ref" in value or {"anyOf", "oneOf", "allOf"} & value.keys():
        return
    yield way, value
    for name, item in value.get("properties", {}).items():
        yield from _schemas(item, (*way, "properties", name))
    if isinstance(value.get("items"), dict):
        yield from _schemas(value["items"], (*way, "items"))


def _held(holder: Any, way: Way) -> Iterator[tuple[Way, Schema]]:
    yield from _schemas(holder.get("schema"), (*way, "schema"))
    for kind, media in holder.get("content", {}).items():
        yield from _schemas(media.get("schema"), (*way, "content", kind, "schema"))


def places() -> Iterator[tuple[str, Way, Schema]]:
    """Yield the direction and the path of every inline schema of an operation."""
    for (method, path), operation in operations(PINNED).items():
        way: Way = ("paths", path, method)
        for at, parameter in enumerate(operation.get("parameters", ())):
            yield from (("request", *one) for one in _held(parameter, (*way, "parameters", at)))
        yield from (("request", *one) for one in _held(operation.get("requestBody", {}), (*way, "requestBody")))
        for status, response in operation["responses"].items():
            direction = "error" if status[0] in "45" else "response"
            inner = (*way, "responses", status)
            yield from ((direction, *one) for one in _held(response, inner))
            for name, header in response.get("headers", {}).items():
                yield from ((direction, *one) for one in _held(header, (*inner, "headers", name)))


PLACED = [*places()]


@pytest.mark.slow
@pytest.mark.parametrize("direction", ["request", "response", "error"])
@pytest.mark.parametrize("mutation", MUTATIONS, ids=[one.name for one in MUTATIONS])
def test_a_keyword_changed_at_any_place_fires_exactly_its_rule(mutation: Mutation, direction: str) -> None:
    fitting = [way for at, way, schema in PLACED if at == direction and mutation.fits(schema)]
    for way in random.Random(f"{mutation.name} {direction}").sample(fitting, min(PLACES, len(fitting))):
        new = copy.deepcopy(PINNED)
        schema: Any = new
        for step in way:
            schema = schema[step]
        mutation.change(schema)
        found = on_the_wire(compare_facts(PINNED, new, old_prose={}, new_prose={}))
        said = [(one.rule, message(one)) for one in found]
        assert [one.rule for one in found] == [getattr(mutation, direction)], (way, said)
        operation = () if found[0].rule == "respelled" else (f"{str(way[2]).upper()} {way[1]}",)
        assert found[0].operations == operation, (way, said)


def test_every_keyword_in_the_pin_is_mutated() -> None:
    used = {key for _, _, schema in PLACED for key in schema}
    changed = {key for one in MUTATIONS for key in KEYWORDS if key in one.name.split()}
    changed |= {"enum", "type", "properties", "additionalProperties", "nullable", "not"}
    other = {"items", "required", "default"}  # by tests/generator/drift/test_rules_real.py
    assert used <= changed | other
    assert len(PLACED) > 500
