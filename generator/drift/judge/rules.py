"""
The rules: a flat table, one row a rule. It says what a kind of change means to a caller, in a direction.

Where nothing changes on the wire, whether the Python API differs is a fact that the comparison of the two surfaces
decides: such a rule is SOURCE, and has a twin `RULE-unseen` for where Python stays as it was. A rule about responses
has a twin `error-RULE` of class ERRORS for changes that reach error responses only.
"""

from __future__ import annotations

import itertools
from functools import partial
from typing import Literal

from attrs import frozen

from generator.drift.compare.changes import Kind
from generator.drift.judge.classes import Class

Direction = Literal["request", "response", "error", "both", "none"]

WIRE, SOURCE, BEHAVIOUR, ADDITIVE = Class.WIRE, Class.SOURCE, Class.BEHAVIOUR, Class.ADDITIVE
ERRORS, LIFECYCLE, DOCS, VERSION = Class.ERRORS, Class.LIFECYCLE, Class.DOCS, Class.VERSION
UNSEEN = "-unseen"
_K = Kind


@frozen
class Rule:
    """One row."""

    id: str
    cls: Class
    direction: Direction
    help: str
    kinds: tuple[Kind, ...] = ()
    """The kinds of changes that it is for; empty for a rule that is about prose or about Python."""

    @property
    def seen(self) -> str:
        """The rule that this one becomes where the Python API differs; empty for most."""
        return self.id.removesuffix(UNSEEN) if self.id.endswith(UNSEEN) else ""


def _row(direction: Direction, id: str, cls: Class, help: str, *kinds: Kind) -> list[Rule]:  # noqa: A002  the table's
    """A rule, for the kind that it is named after where none is given, and its twin for error responses."""
    return _with_errors(Rule(id, cls, direction, help, kinds or (Kind(id.removeprefix(f"{direction}-")),)))


_none, _request = partial(_row, "none"), partial(_row, "request")
_response, _both = partial(_row, "response"), partial(_row, "both")


def _source(id: str, unseen: Class, direction: Direction, help: str, *kinds: Kind) -> list[Rule]:  # noqa: A002
    """A rule for where the Python API differs, and its twin for where it does not."""
    twin = Rule(f"{id}{UNSEEN}", unseen, direction, f"{help}; the Python API stays as it was", kinds or (Kind(id),))
    return [Rule(id, SOURCE, direction, help), *_with_errors(twin)]


def _with_errors(rule: Rule) -> list[Rule]:
    """A rule, and its twin for error responses where its direction includes them and they have a class of their own."""
    if rule.direction not in ("response", "both") or rule.cls.rank > ADDITIVE.rank:
        return [rule]
    name = rule.id.removeprefix("response-").removesuffix(UNSEEN)
    text = rule.help.removesuffix("; the Python API stays as it was").replace("A response", "An error response")
    if "error response" not in text:
        text = f"In error responses: {text[0].lower()}{text[1:]}"
    return [rule, Rule(f"error-{name}", ERRORS, "error", text, rule.kinds)]


_ROWS: tuple[list[Rule], ...] = (
    # Operations
    _none("operation-removed", WIRE, "An operation is gone"),
    _none("operation-moved", WIRE, "An operation, known by its operationId, has another path or method"),
    _none("operation-added", ADDITIVE, "There is a new operation"),
    _source("operation-id-changed", DOCS, "none", "An operation has another operationId"),
    _source("operation-id-fallback-changed", DOCS, "none",
        "An operation got its operationId, or lost it: its path named it"),
    _source("first-tag-changed", DOCS, "none", "The first tag of an operation, which names its resource, is another"),
    _none("tags-changed", DOCS, "Tags differ, except the first one of an operation"),
    _none("operation-deprecated", LIFECYCLE, "An operation was marked as deprecated"),
    _none("operation-deprecation-withdrawn", LIFECYCLE, "An operation is no longer marked as deprecated"),
    _none("price-changed", BEHAVIOUR, "What an operation costs (x-payment-info) differs"),
    _none("security-alternative-removed", WIRE, "A way to authenticate is no longer accepted",
        _K.SECURITY_REMOVED, _K.SECURITY_SCHEME_CHANGED),
    _none("security-alternative-added", ADDITIVE, "There is a new way to authenticate, or none is needed any more"),
    _none("security-scheme-renamed", DOCS, "A security scheme has another name and is sent as before"),
    _none("server-changed", WIRE, "A server is gone, or the first one is another"),
    _none("server-added", ADDITIVE, "There is a new server"),
    # Parameters
    _request("parameter-added-required", WIRE, "There is a new parameter, and it must be sent"),
    _request("parameter-added", ADDITIVE, "There is a new parameter that may be sent"),
    _request("parameter-became-required", WIRE, "A parameter must be sent now"),
    _request("parameter-became-optional", ADDITIVE, "A parameter need not be sent any more"),
    _request("parameter-style-changed", WIRE, "A parameter is written into the request in another way"),
    _source("parameter-removed", BEHAVIOUR, "request", "A parameter is gone: servers ignore those they do not know"),
    _source("path-parameter-renamed", DOCS, "request", "A placeholder of a path has another name"),
    # Bodies and media types
    _request("body-added-required", WIRE, "An operation requires a body now"),
    _request("body-added", ADDITIVE, "An operation accepts a body now"),
    _request("body-removed", WIRE, "An operation accepts no body any more"),
    _request("body-became-required", WIRE, "A body must be sent now"),
    _request("body-became-optional", ADDITIVE, "A body need not be sent any more"),
    _request("request-media-removed", WIRE, "A body of this media type is no longer accepted"),
    _request("request-media-added", ADDITIVE, "A body may have a new media type"),
    _request("multipart-encoding-changed", WIRE, "A part of a form is encoded in another way", _K.ENCODING_CHANGED),
    # Responses
    [Rule("response-success-removed", WIRE, "response", "A success response is gone", (_K.STATUS_REMOVED,)),
     Rule("response-success-added", ADDITIVE, "response", "There is a new success response", (_K.STATUS_ADDED,)),
     Rule("response-error-removed", ERRORS, "error", "An error response is no longer declared", (_K.STATUS_REMOVED,)),
     Rule("response-error-added", ERRORS, "error", "A new error response is declared", (_K.STATUS_ADDED,))],
    _response("response-media-removed", WIRE, "A response no longer comes in this media type"),
    _source("response-media-added", ADDITIVE, "response", "A response may come in a new media type", _K.MEDIA_ADDED),
    _response("response-header-removed", WIRE, "A header of a response is gone, or renamed",
        _K.HEADER_REMOVED, _K.HEADER_RENAMED),
    _response("response-header-added", ADDITIVE, "A response has a new header"),
    _response("response-header-became-optional", WIRE, "A header may be missing from a response"),
    _response("response-header-became-required", ADDITIVE, "A header is in every response"),
    # Values: types, enums, bounds
    _request("request-type-narrowed", WIRE, "A type that could be sent is refused", _K.TYPE_NARROWED, _K.TYPE_CHANGED),
    _request("request-type-widened", ADDITIVE, "Another type may be sent too"),
    _response("response-type-changed", WIRE, "A response holds a type that it did not hold before",
        _K.TYPE_CHANGED, _K.TYPE_WIDENED),
    _response("response-type-narrowed", ADDITIVE, "A response no longer holds one of its types"),
    _request("request-became-not-nullable", WIRE, "Null is refused"),
    _request("request-became-nullable", ADDITIVE, "Null may be sent"),
    _response("response-became-nullable", WIRE, "A response may hold null"),
    _response("response-became-not-nullable", ADDITIVE, "A response holds null no longer"),
    _request("request-enum-value-removed", WIRE, "A value of an enum is refused"),
    _request("request-enum-value-added", ADDITIVE, "An enum accepts a new value"),
    _request("request-became-enum", WIRE, "A free value became one of a list"),
    _request("request-enum-dropped", ADDITIVE, "A value is free and no longer one of a list"),
    _source("response-enum-narrowed", ADDITIVE, "response", "A value of an enum is no longer in responses",
        _K.ENUM_VALUE_REMOVED),
    _response("response-enum-value-added", ADDITIVE, "A response may hold a new value of an enum: enums are open"),
    _response("response-became-enum", ADDITIVE, "A value of a response is one of a list now"),
    _response("response-enum-dropped", ADDITIVE, "A value of a response is free and no longer one of a list"),
    _source("known-value-removed", DOCS, "both",
        "A value is no longer listed beside a free alternative, which allows it as before",
        _K.KNOWN_VALUE_REMOVED),
    _both("known-value-added", ADDITIVE, "A value is listed that a free alternative allowed before"),
    _request("request-bound-tightened", WIRE,
        "A bound (length, size, range, pattern, format) is new or narrower, or cannot be compared",
        _K.BOUND_TIGHTENED, _K.PATTERN_UNDECIDED, _K.FORMAT_NARROWED),
    _request("request-bound-loosened", ADDITIVE, "A bound is gone or wider"),
    _response("response-bound-changed", ADDITIVE, "A bound of a response differs; the client checks none",
        _K.BOUND_TIGHTENED, _K.BOUND_LOOSENED, _K.PATTERN_UNDECIDED),
    _source("format-changed", ADDITIVE, "both", "A format differs without refusing a value",
        _K.FORMAT_NARROWED, _K.FORMAT_WIDENED),
    _request("request-constraint-tightened", WIRE,
        "A keyword that is not modelled (not, if, patternProperties, ...) limits values in a new way",
        _K.CONSTRAINT_ADDED, _K.CONSTRAINT_CHANGED),
    _request("request-constraint-removed", ADDITIVE, "A keyword that is not modelled limits values no longer",
        _K.CONSTRAINT_REMOVED),
    _response("response-constraint-changed", ADDITIVE, "A keyword that is not modelled differs in a response",
        _K.CONSTRAINT_ADDED, _K.CONSTRAINT_CHANGED, _K.CONSTRAINT_REMOVED),
    _request("request-default-added", BEHAVIOUR, "What is not sent has a default now"),
    _request("request-default-changed", BEHAVIOUR, "What is not sent means something else"),
    _request("request-default-removed", BEHAVIOUR, "What is not sent has no default any more"),
    _response("response-default-changed", DOCS, "The default of a value of a response differs",
        _K.DEFAULT_CHANGED, _K.DEFAULT_ADDED, _K.DEFAULT_REMOVED),
    # Objects
    _request("request-property-added-required", WIRE, "There is a new property, and it must be sent"),
    _request("request-property-added", ADDITIVE, "There is a new property that may be sent"),
    _request("request-property-became-required", WIRE, "A property must be sent now"),
    _request("request-property-became-optional", ADDITIVE, "A property need not be sent any more"),
    _request("request-property-removed", WIRE, "A property of an object that refuses unknown ones is gone or renamed",
        _K.PROPERTY_REMOVED, _K.PROPERTY_RENAMED),
    _source("request-property-removed-open", BEHAVIOUR, "request",
        "A property is gone from an object that ignores unknown ones", _K.PROPERTY_REMOVED_OPEN),
    _source("property-renamed", BEHAVIOUR, "request",
        "A property or parameter has another name; the old one is ignored",
        _K.PROPERTY_RENAMED_OPEN, _K.PARAMETER_RENAMED),
    _request("request-object-closed", WIRE, "Unknown properties are refused"),
    _request("request-object-opened", ADDITIVE, "Unknown properties are no longer refused"),
    _response("response-property-removed", WIRE, "A property is gone from a response, or renamed",
        _K.PROPERTY_REMOVED, _K.PROPERTY_REMOVED_OPEN, _K.PROPERTY_RENAMED, _K.PROPERTY_RENAMED_OPEN),
    _response("response-property-added", ADDITIVE, "A response has a new property",
        _K.PROPERTY_ADDED, _K.PROPERTY_ADDED_REQUIRED),
    _response("response-became-optional", WIRE, "A property may be missing from a response",
        _K.PROPERTY_BECAME_OPTIONAL),
    _source("response-became-required", ADDITIVE, "response", "A property is in every response",
        _K.PROPERTY_BECAME_REQUIRED),
    _response("response-object-changed", ADDITIVE, "A response may hold more, or fewer, unknown properties",
        _K.OBJECT_CLOSED, _K.OBJECT_OPENED),
    # Unions
    _request("request-union-branch-removed", WIRE, "An alternative of a union is refused", _K.BRANCH_REMOVED),
    _request("request-union-branch-added", ADDITIVE, "A union accepts a new alternative", _K.BRANCH_ADDED),
    _source("request-became-union", ADDITIVE, "request", "A value may be one of several shapes now", _K.BECAME_UNION),
    _response("response-union-branch-added", WIRE, "A response may hold a new alternative of a union",
        _K.BRANCH_ADDED, _K.BECAME_UNION),
    _response("response-union-branch-removed", ADDITIVE, "A response no longer holds an alternative of a union",
        _K.BRANCH_REMOVED),
    # Names inside the description
    _source("schema-removed", DOCS, "none", "A component is gone"),
    _source("schema-renamed", DOCS, "both", "A component has another name"),
    _source("inline-became-ref", DOCS, "both", "An inline schema became a reference"),
    _source("schema-inlined", DOCS, "both", "A reference became an inline schema"),
    _source("ref-target-changed", DOCS, "both", "A reference leads to another component"),
    _none("unused-schema-changed", DOCS, "A component that no operation refers to differs"),
    [Rule("python-name-collision", SOURCE, "none",
        "Another name took over one in Python, which got a suffix or is gone")],
    [Rule("python-api-changed", SOURCE, "none",
        "A name, argument or type in Python differs through a change elsewhere")],
    # The rest
    _both("deprecated", LIFECYCLE, "A property, parameter or header was marked as deprecated"),
    _both("deprecation-withdrawn", LIFECYCLE, "It is no longer marked as deprecated"),
    _both("access-changed", BEHAVIOUR, "What is only read, or only written, differs (readOnly, writeOnly)"),
    _both("fact-changed", ADDITIVE, "A fact differs that no other rule knows: look at it", _K.DETAIL_CHANGED),
    [Rule("prose-behaviour", BEHAVIOUR, "none",
        "A sentence about limits, refusal, obligation, an end, money or a default came, went or changed")],
    [Rule("prose-changed", DOCS, "none", "Other sentences and examples differ")],
    _none("respelled", DOCS, "The description says the same in another way, or in another order"),
    _none("version-changed", VERSION, "info.version differs"),
)  # fmt: skip

RULES: tuple[Rule, ...] = tuple(rule for row in _ROWS for rule in row)
"""All rules, in the order in which the table is read."""

BY_ID = {rule.id: rule for rule in RULES}


def _table() -> dict[tuple[Kind, str], Rule]:
    found: dict[tuple[Kind, str], Rule] = {}
    directions = {"both": ("request", "response", "none", "error"), "response": ("response", "error")}
    for rule in RULES:
        for key in itertools.product(rule.kinds, directions.get(rule.direction, (rule.direction,))):
            if key not in found or rule.direction == "error":
                found[key] = rule
    return found


ANSWERS: dict[tuple[Kind, str], Rule] = _table()
"""Which rule answers to a kind of change in a direction. A rule of its own for errors wins."""
