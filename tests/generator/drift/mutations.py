"""
Single mutations of a published contract, and the rule that each of them fires: a table.

A kind looks for the places that it fits and changes one of them. `where` is a set of directions: places that only
requests, or only responses, reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from attrs import frozen

Contract = dict[str, Any]
Schema = dict[str, Any]
JSON = "application/json"


@frozen
class Kind:
    """One kind of mutation."""

    name: str
    direction: str
    fits: Callable[[Schema], bool]
    change: Callable[[Schema], object]
    rules: frozenset[str]


def schemas(contract: Contract, direction: str) -> list[Schema]:
    """The object schemas of bodies (`request`), or of success answers at any depth (`response`)."""
    found: list[Schema] = []
    for path in sorted(contract["paths"]):
        for method in sorted(contract["paths"][path]):
            operation = contract["paths"][path][method]
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            held = operation.get("requestBody", {}) if direction == "request" else operation["responses"].get("200", {})
            for media in held.get("content", {}).values():
                found += _inside(contract, media.get("schema", {}), deep=direction == "response")
    return list({id(one): one for one in found}.values())


def _inside(contract: Contract, schema: Schema, *, deep: bool) -> Iterator[Schema]:
    if "$ref" in schema:
        schema = contract["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if schema.get("properties") and "allOf" not in schema:
        yield schema
        for item in schema["properties"].values():
            for inner in (item, item.get("items", {})) if deep else ():
                if "$ref" not in inner:
                    yield from _inside(contract, inner, deep=True)


def _first(schema: Schema, fits: Callable[[str, Schema], bool]) -> str | None:
    return next((name for name, item in sorted(schema["properties"].items()) if fits(name, item)), None)


def on_property(fits: Callable[[Schema], bool], change: Callable[[Schema], object]) -> Any:
    """Fit and change the first property of an object that fits."""

    def any_fits(schema: Schema) -> bool:
        return _first(schema, lambda _, item: fits(item)) is not None

    def change_first(schema: Schema) -> None:
        change(schema["properties"][_first(schema, lambda _, item: fits(item))])

    return any_fits, change_first


def _optional(schema: Schema) -> str | None:
    return _first(schema, lambda name, _: name not in schema.get("required", ()))


def _required(schema: Schema) -> str | None:
    return _first(schema, lambda name, _: name in schema.get("required", ()))


def _is(kind: str, *without: str) -> Callable[[Schema], bool]:
    return lambda item: item.get("type") == kind and not set(item) & {"enum", "nullable", *without}


def _enum(item: Schema) -> bool:
    return len([one for one in item.get("enum", ()) if one is not None]) > 3


def _closed(schema: Schema) -> bool:
    return schema.get("additionalProperties") is False


def _drop(schema: Schema, name: str | None) -> None:
    del schema["properties"][name]
    schema["required"] = [one for one in schema.get("required", ()) if one != name]


def _require(schema: Schema, name: str | None) -> object:
    schema["required"] = sorted({*schema.get("required", ()), str(name)})
    return None


def _unrequire(schema: Schema, name: str | None) -> None:
    schema["required"] = [one for one in schema["required"] if one != name]


def _kinds() -> Iterator[Kind]:
    def kind(name: str, direction: str, pair: Any, *rules: str) -> Kind:
        return Kind(f"{direction}: {name}", direction, pair[0], pair[1], frozenset(rules or ()))

    for direction in ("request", "response"):
        sent = direction == "request"
        yield kind(
            "a property came",
            direction,
            (lambda _: True, lambda s: s["properties"].update(zz={"type": "string"})),
            f"{direction}-property-added",
        )
        yield kind(
            "a value of an enum went",
            direction,
            on_property(_enum, lambda s: s["enum"].pop(1)),
            "request-enum-value-removed" if sent else "response-enum-narrowed-unseen",
        )
        yield kind(
            "a value of an enum came",
            direction,
            on_property(_enum, lambda s: s["enum"].append("zz")),
            f"{direction}-enum-value-added",
        )
        yield kind(
            "null came",
            direction,
            on_property(_is("string"), lambda s: s.update(nullable=True)),
            f"{direction}-became-nullable",
        )
        yield kind(
            "a type came",
            direction,
            on_property(
                _is("string", "format", "default", "pattern", "minLength", "maxLength"),
                lambda s: s.update(type=["string", "integer"]),
            ),
            "request-type-widened" if sent else "response-type-changed",
        )
        yield kind(
            "another type",
            direction,
            on_property(_is("string", "format", "default"), lambda s: s.update(type="boolean")),
            "request-type-narrowed" if sent else "response-type-changed",
        )
        yield kind(
            "a bound",
            direction,
            on_property(_is("string", "maxLength"), lambda s: s.update(maxLength=7)),
            "request-bound-tightened" if sent else "response-bound-changed",
        )
        yield kind(
            "deprecated",
            direction,
            on_property(_is("string", "deprecated"), lambda s: s.update(deprecated=True)),
            "deprecated",
        )
        yield kind(
            "a default",
            direction,
            on_property(_is("string", "default"), lambda s: s.update(default="zz")),
            "request-default-added" if sent else "response-default-changed",
        )
    yield kind(
        "a property went from a closed object",
        "request",
        (lambda s: _closed(s) and bool(_optional(s)), lambda s: _drop(s, _optional(s))),
        "request-property-removed",
    )
    yield kind(
        "a property went",
        "response",
        (lambda s: len(s["properties"]) > 1, lambda s: _drop(s, min(s["properties"]))),
        "response-property-removed",
    )
    yield kind(
        "became required",
        "request",
        (lambda s: bool(_optional(s)), lambda s: _require(s, _optional(s))),
        "request-property-became-required",
    )
    yield kind(
        "became optional",
        "request",
        (lambda s: bool(_required(s)), lambda s: _unrequire(s, _required(s))),
        "request-property-became-optional",
    )
    yield kind(
        "became optional",
        "response",
        (lambda s: bool(_required(s)), lambda s: _unrequire(s, _required(s))),
        "response-became-optional",
    )
    yield kind(
        "became required",
        "response",
        (lambda s: bool(_optional(s)), lambda s: _require(s, _optional(s))),
        "response-became-required-unseen",  # fields of responses are not arguments in Python
    )
    yield kind(
        "was closed",
        "request",
        (lambda s: "additionalProperties" not in s, lambda s: s.update(additionalProperties=False)),
        "request-object-closed",
    )
    yield kind("was opened", "request", (_closed, lambda s: s.pop("additionalProperties")), "request-object-opened")
    yield kind(
        "a required property came",
        "request",
        (lambda _: True, lambda s: (s["properties"].update(zz={"type": "string"}), _require(s, "zz"))),
        "request-property-added-required",
    )


KINDS: tuple[Kind, ...] = tuple(_kinds())


def operations(contract: Contract) -> list[tuple[str, Any]]:
    """All operations, by name."""
    return [
        (f"{method.upper()} {path}", operation)
        for path, item in sorted(contract["paths"].items())
        for method, operation in sorted(item.items())
        if isinstance(operation, dict) and "responses" in operation
    ]


OPERATION_KINDS: tuple[tuple[str, Callable[[Any], object], str], ...] = (
    (
        "a required parameter",
        lambda o: o.setdefault("parameters", []).append(
            {"name": "zz", "in": "query", "required": True, "schema": {"type": "string"}}
        ),
        "parameter-added-required",
    ),
    (
        "a parameter",
        lambda o: o.setdefault("parameters", []).append({"name": "zz", "in": "query", "schema": {"type": "string"}}),
        "parameter-added",
    ),
    ("deprecated", lambda o: o.update(deprecated=True), "operation-deprecated"),
    ("a price", lambda o: o.update({"x-payment-info": {"zz": 1}}), "price-changed"),
    ("an error answer", lambda o: o["responses"].update({"418": {}}), "response-error-added"),
    ("no success", lambda o: o["responses"].pop("200"), "response-success-removed"),
    ("no key", lambda o: o.update(security=[]), "security-alternative-added"),
    ("another key", lambda o: o.update(security=[{"zz": []}, *o.get("security", [{"BearerAuth": []}])]),
     "security-alternative-added"),
    ("another server", lambda o: o.update(servers=[{"url": "https://zz.test"}]), "server-changed"),
    ("a header", lambda o: o["responses"]["200"].setdefault("headers", {}).update({"X-ZZ": {"schema": {}}}),
     "response-header-added"),
    ("a cookie", lambda o: o.setdefault("parameters", []).append({"name": "zz", "in": "cookie", "schema": {}}),
     "parameter-added"),
    ("another operationId", lambda o: o.update(operationId="zz"), "operation-id-changed-unseen"),
    ("a second tag", lambda o: o.update(tags=[*o["tags"], "ZZ"]), "tags-changed"),
)  # fmt: skip
"""Mutations of operations that have an answer 200 and ask for a key."""
