"""
The rules: a flat table, one row a rule. It says what an observed event means to a caller, and does nothing.

The walk over two contracts observes events (`enum-value-removed`) and knows in which direction: a row answers to
events, in a direction, with a class. Where nothing is on the wire, whether the Python API differs is a fact that the
surfaces of the two clients decide: such a rule has a twin, `RULE-unseen`, that is told where it does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import frozen

from generator.drift.judge.classes import Class

Direction = Literal["request", "response", "both", "none"]

WIRE, SOURCE, BEHAVIOUR, ADDITIVE = Class.WIRE, Class.SOURCE, Class.BEHAVIOUR, Class.ADDITIVE
LIFECYCLE, DOCS, VERSION = Class.LIFECYCLE, Class.DOCS, Class.VERSION
UNSEEN = "-unseen"


@frozen
class Rule:
    """One row."""

    id: str
    cls: Class
    direction: Direction
    help: str
    on: tuple[str, ...] = ()
    """The events that it answers to; empty where it is told by another way than the walk."""

    @property
    def seen(self) -> str:
        """The rule that this one becomes where the Python API differs; empty for most."""
        return self.id.removesuffix(UNSEEN) if self.id.endswith(UNSEEN) else ""


def _none(id: str, cls: Class, help: str, *on: str) -> list[Rule]:  # noqa: A002  the table's own words
    return [Rule(id, cls, "none", help, on or (id,))]


def _request(event: str, cls: Class, help: str, *more: str, name: str = "") -> list[Rule]:  # noqa: A002
    return [Rule(name or f"request-{event}", cls, "request", help, (event, *more))]


def _response(event: str, cls: Class, help: str, *more: str, name: str = "") -> list[Rule]:  # noqa: A002
    return [Rule(name or f"response-{event}", cls, "response", help, (event, *more))]


def _source(id: str, unseen: Class, direction: Direction, help: str, *on: str) -> list[Rule]:  # noqa: A002
    """A rule that holds where the Python API differs, and its twin for where it does not."""
    twin = f"{help}; the Python API stays as it was"
    return [Rule(id, SOURCE, direction, help), Rule(f"{id}{UNSEEN}", unseen, direction, twin, on or (id,))]


_ROWS: tuple[list[Rule], ...] = (
    # Operations
    _none("operation-removed", WIRE, "An operation is gone"),
    _none("operation-moved", WIRE, "An operation, known by its operationId, has another path or method"),
    _none("operation-added", ADDITIVE, "There is a new operation"),
    _source("operation-id-changed", DOCS, "none", "An operation has another operationId"),
    _source("operation-id-fallback-changed", DOCS, "none",
        "An operation got its operationId, or lost it: its path named it"),
    _source("first-tag-changed", DOCS, "none", "The first tag of an operation, which names its resource, is another"),
    _none("tags-changed", DOCS, "Tags differ, but for the first of an operation"),
    _none("operation-deprecated", LIFECYCLE, "An operation was marked as going away"),
    _none("operation-deprecation-withdrawn", LIFECYCLE, "An operation is no longer marked as going away"),
    _none("price-changed", BEHAVIOUR, "What an operation costs (x-payment-info) differs"),
    _none("security-alternative-removed", WIRE, "A way to authenticate is no longer accepted"),
    _none("security-alternative-added", ADDITIVE, "There is a new way to authenticate, or none is needed any more"),
    _none("security-scheme-renamed", DOCS, "A security scheme has another name and is sent as before"),
    _none("server-changed", WIRE, "A server is gone, or the first one is another"),
    _none("server-added", ADDITIVE, "There is a new server beside those known"),
    # Parameters
    _request("parameter-added-required", WIRE,
        "There is a new parameter, and it must be sent", name="parameter-added-required"),
    _request("parameter-added", ADDITIVE, "There is a new parameter that may be sent", name="parameter-added"),
    _request("parameter-became-required", WIRE, "A parameter must be sent now", name="parameter-became-required"),
    _request("parameter-became-optional", ADDITIVE,
        "A parameter need not be sent any more", name="parameter-became-optional"),
    _request("parameter-style-changed", WIRE,
        "A parameter is written into the request in another way", name="parameter-style-changed"),
    _source("parameter-removed", BEHAVIOUR, "request", "A parameter is gone: servers ignore those they do not know"),
    _source("path-parameter-renamed", DOCS, "request", "A placeholder of a path has another name"),
    # Bodies and media types
    _request("body-added-required", WIRE, "An operation wants a body now", name="body-added-required"),
    _request("body-added", ADDITIVE, "An operation takes a body now", name="body-added"),
    _request("body-removed", WIRE, "An operation takes no body any more", name="body-removed"),
    _request("body-became-required", WIRE, "A body must be sent now", name="body-became-required"),
    _request("body-became-optional", ADDITIVE, "A body need not be sent any more", name="body-became-optional"),
    _request("media-removed", WIRE, "A body of this media type is no longer taken"),
    _request("media-added", ADDITIVE, "A body may have a new media type"),
    _request("encoding-changed", WIRE,
        "A part of a form is encoded in another way", name="multipart-encoding-changed"),
    # Answers
    _response("success-removed", WIRE, "A success answer is gone"),
    _response("success-added", ADDITIVE, "There is a new success answer"),
    _response("error-removed", ADDITIVE, "An error answer is no longer declared"),
    _response("error-added", ADDITIVE, "A new error answer is declared"),
    _response("media-removed", WIRE, "An answer no longer comes in this media type"),
    _source("response-media-added", ADDITIVE, "response", "An answer may come in a new media type", "media-added"),
    _response("header-removed", WIRE, "A header of an answer is gone"),
    _response("header-added", ADDITIVE, "An answer has a new header"),
    _response("header-became-optional", WIRE, "A header may be missing from an answer"),
    _response("header-became-required", ADDITIVE, "A header is in every answer"),
    # Values: types, enums, bounds
    _request("type-narrowed", WIRE, "A type that could be sent is refused", "type-changed"),
    _request("type-widened", ADDITIVE, "Another type may be sent too"),
    _response("type-changed", WIRE, "An answer holds a type that it did not hold before", "type-widened"),
    _response("type-narrowed", ADDITIVE, "An answer no longer holds one of its types"),
    _request("became-not-nullable", WIRE, "Null is refused"),
    _request("became-nullable", ADDITIVE, "Null may be sent"),
    _response("became-nullable", WIRE, "An answer may hold null"),
    _response("became-not-nullable", ADDITIVE, "An answer holds null no longer"),
    _request("enum-value-removed", WIRE, "A value of an enum is refused"),
    _request("enum-value-added", ADDITIVE, "An enum takes a new value"),
    _request("became-enum", WIRE, "A free value became one of a list"),
    _request("enum-dropped", ADDITIVE, "A value is free and no longer one of a list"),
    _source("response-enum-narrowed", ADDITIVE, "response", "A value of an enum is no longer in answers",
        "enum-value-removed"),
    _response("enum-value-added", ADDITIVE, "An answer may hold a new value of an enum: enums are open"),
    _response("became-enum", ADDITIVE, "A value of an answer is one of a list now"),
    _response("enum-dropped", ADDITIVE, "A value of an answer is free and no longer one of a list"),
    _request("bound-tightened", WIRE, "A bound (length, size, range, pattern, format) is new or narrower"),
    _request("bound-loosened", ADDITIVE, "A bound is gone or wider"),
    _response("bound-changed", ADDITIVE, "A bound of an answer differs; nothing checks it", "bound-tightened",
        "bound-loosened"),
    _source("format-changed", ADDITIVE, "both", "A format differs without shutting a value out"),
    _request("default-added", BEHAVIOUR, "What is not sent has a default now"),
    _request("default-changed", BEHAVIOUR, "What is not sent means something else"),
    _request("default-removed", BEHAVIOUR, "What is not sent has no default any more"),
    _response("default-changed", DOCS, "The default of a value of an answer differs", "default-added",
        "default-removed"),
    # Objects
    _request("property-added-required", WIRE, "There is a new property, and it must be sent"),
    _request("property-added", ADDITIVE, "There is a new property that may be sent"),
    _request("property-became-required", WIRE, "A property must be sent now"),
    _request("property-became-optional", ADDITIVE, "A property need not be sent any more"),
    _request("property-removed", WIRE, "A property of an object that refuses unknown ones is gone or renamed",
        "property-renamed-closed"),
    _source("request-property-removed-open", BEHAVIOUR, "request",
        "A property is gone from an object that ignores unknown ones", "property-removed-open"),
    _source("property-renamed", BEHAVIOUR, "request",
        "A property or parameter has another name; the old one is ignored", "property-renamed-open"),
    _request("object-closed", WIRE, "Unknown properties are refused"),
    _request("object-opened", ADDITIVE, "Unknown properties are no longer refused"),
    _response("property-removed", WIRE, "A property is gone from an answer, or renamed",
        "property-removed-open", "property-renamed-open", "property-renamed-closed"),
    _response("property-added", ADDITIVE, "An answer has a new property", "property-added-required"),
    _response("became-optional", WIRE, "A property may be missing from an answer", "property-became-optional"),
    _source("response-became-required", ADDITIVE, "response", "A property is in every answer",
        "property-became-required"),
    _response("object-changed", ADDITIVE, "An answer may hold more, or fewer, unknown properties",
        "object-closed", "object-opened"),
    # Unions
    _request("union-branch-removed", WIRE, "An alternative of a union is refused"),
    _request("union-branch-added", ADDITIVE, "A union takes a new alternative"),
    _source("request-became-union", ADDITIVE, "request", "A value may be one of several shapes now", "became-union"),
    _response("union-branch-added", WIRE, "An answer may hold a new alternative of a union", "became-union"),
    _response("union-branch-removed", ADDITIVE, "An answer no longer holds an alternative of a union"),
    # Names inside of the description
    _source("schema-removed", DOCS, "none", "A component is gone"),
    _source("schema-renamed", DOCS, "none", "A component has another name"),
    _source("inline-became-ref", DOCS, "both", "An inline schema became a reference"),
    _source("schema-inlined", DOCS, "both", "A reference became an inline schema"),
    _source("ref-target-changed", DOCS, "both", "A reference leads to another component"),
    _none("unused-schema-changed", DOCS, "A component that no operation refers to differs"),
    [Rule("python-name-collision", SOURCE, "none",
        "Another name took the place of one in Python, which got a suffix or lost it")],
    [Rule("python-api-changed", SOURCE, "none",
        "A name, argument or type in Python differs through a change elsewhere")],
    # The rest
    [Rule("deprecated", LIFECYCLE, "both", "A property, parameter or header was marked as going away",
        ("deprecated",))],
    [Rule("deprecation-withdrawn", LIFECYCLE, "both", "It is no longer marked as going away",
        ("deprecation-withdrawn",))],
    [Rule("access-changed", BEHAVIOUR, "both",
        "What is only read, or only written, differs (readOnly, writeOnly)", ("access-changed",))],
    [Rule("fact-changed", ADDITIVE, "both", "A fact differs that no other rule knows: look at it",
        ("fact-changed",))],
    [Rule("prose-behaviour", BEHAVIOUR, "none",
        "A sentence about limits, obligation, deprecation or sunset came, went or changed")],
    [Rule("prose-changed", DOCS, "none", "Other sentences and examples differ")],
    [Rule("respelled", DOCS, "none", "The description says the same in another way, or in another order")],
    [Rule("version-changed", VERSION, "none", "info.version differs")],
)  # fmt: skip

RULES: tuple[Rule, ...] = tuple(rule for row in _ROWS for rule in row)
"""All rules, in the order in which the table is read."""

BY_ID = {rule.id: rule for rule in RULES}


def _answers() -> Iterator[tuple[tuple[str, str], Rule]]:
    for rule in RULES:
        for event in rule.on:
            for direction in ("request", "response", "none") if rule.direction == "both" else (rule.direction,):
                yield (event, direction), rule


ANSWERS: dict[tuple[str, str], Rule] = dict(_answers())
"""Which rule answers to an event in a direction."""
