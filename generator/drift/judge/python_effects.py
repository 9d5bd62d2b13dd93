"""
Says which findings concern the Python API: the two surfaces are compared, and each break is put down to its causes.

A finding that caused a break, and that means nothing on the wire, becomes its SOURCE rule and says what breaks. A break
without a cause is a finding of its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from attrs import evolve

from generator.drift.compare.changes import Kind, Place
from generator.drift.compare.comparison import Comparison
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.judge.rules import BY_ID
from generator.drift.python_api.surfaces import Surfaces
from generator.errors import GeneratorError
from generator.spec.pointers import parts, pointer

if TYPE_CHECKING:
    from generator.drift.python_api.breaks import Break

QUIET = frozenset(
    {"operation-deprecated", "operation-deprecation-withdrawn", "price-changed", "security-alternative-removed",
     "security-alternative-added", "security-scheme-renamed", "server-changed", "server-added", "tags-changed",
     "response-header-added", "response-header-removed", "response-header-became-optional", "deprecated",
     "response-header-became-required", "deprecation-withdrawn", "respelled", "version-changed",
     "response-error-added", "response-error-removed", "operation-added", "parameter-added", "request-property-added",
     "response-property-added", "error-property-added", "request-enum-value-added", "response-enum-value-added",
     "error-enum-value-added", "known-value-added", "request-bound-tightened", "request-bound-loosened",
     "response-bound-changed", "error-bound-changed", "request-default-added", "request-default-changed",
     "request-default-removed", "response-default-changed", "request-became-nullable", "error-header-added",
     "error-header-removed", "parameter-became-optional", "request-property-became-optional",
     "request-enum-value-removed", "request-became-not-nullable", "response-became-nullable",
     "response-became-optional", "request-property-became-required", "parameter-became-required",
     "request-property-added-required",
     "parameter-added-required", "error-became-nullable", "error-became-optional"}
)  # fmt: skip
"""Rules of changes that take no name from Python, or that say all about it: the lock of names keeps what exists."""
_WHOLE = frozenset({"operation-removed", "operation-moved"})
_METHOD = ("operation-", "first-tag-", "path-parameter-")
_LOUD = ("method", "pages", "class")
_CAUSES = frozenset(
    {Kind.ENUM_DROPPED, Kind.BECAME_ENUM, Kind.TYPE_NARROWED, Kind.TYPE_WIDENED, Kind.TYPE_CHANGED, Kind.BRANCH_ADDED,
     Kind.BRANCH_REMOVED, Kind.BECAME_UNION, Kind.BODY_ADDED, Kind.BODY_ADDED_REQUIRED, Kind.KNOWN_VALUE_REMOVED,
     Kind.STATUS_ADDED, Kind.MEDIA_ADDED}
)  # fmt: skip
"""Kinds of changes that may take a class or a type from Python although code on the wire still works."""
_NAMED = 6  # so many statements about Python in one finding


def with_python(findings: Sequence[Finding], comparison: Comparison, surfaces: Surfaces | None) -> list[Finding]:
    """Return the findings with what concerns Python decided. Without surfaces, all that might does."""
    if is_quiet(findings):
        return list(findings)
    from generator.drift.python_api.breaks import breaks  # loads the planning of clients

    try:
        found = breaks(surfaces.old, surfaces.new, comparison.paired) if surfaces else None
    except GeneratorError:  # no client can be made of one of the two
        found = None
    if found is None:  # nothing says that Python is the same
        return _reported(one.as_rule(BY_ID[one.rule].seen or one.rule) for one in findings)
    caused: dict[int, list[Break]] = defaultdict(list)
    alone: list[Break] = []
    for one in found:
        causes = _causes(one, findings)
        for at in causes:
            caused[at].append(one)
        if not causes:
            alone.append(one)
    settled = [_with_breaks(finding, caused[at]) for at, finding in enumerate(findings)]
    return [*_reported(settled), *_alone(alone, comparison, findings)]


def is_quiet(findings: Iterable[Finding]) -> bool:
    """Return whether nothing in Python can differ, so that no client has to be planned."""
    return all(one.rule in QUIET and one.kind is not Kind.FORMAT_NARROWED for one in findings)


def _with_breaks(finding: Finding, found: list[Break]) -> Finding:
    seen = BY_ID[finding.rule].seen
    named = evolve(finding, python=_said(one for one in found if seen or one.kind in _LOUD))
    return named.as_rule(seen) if found and seen else named


def _said(found: Iterable[Break]) -> tuple[str, ...]:
    said = [*dict.fromkeys(one.said for one in found)]
    return (*said[:_NAMED], *([f"{len(said) - _NAMED} more names differ"] if len(said) > _NAMED else []))


def _reported(findings: Iterable[Finding]) -> list[Finding]:
    """Leave out components that are gone without effect in Python: the places that referred to them are reported."""
    return [one for one in findings if one.rule != "schema-removed-unseen" or not one.operations]


def _causes(one: Break, findings: Sequence[Finding]) -> list[int]:
    """Return the findings that a break comes from: those that name it, else those of the same operations."""
    exact: list[int] = []
    close: list[int] = []
    loose: list[int] = []
    for at, finding in enumerate(findings):
        if not _fits(one, finding):
            continue
        if finding.rule in _WHOLE and one.operations <= set(finding.operations):
            return [at]
        names = {name for where in finding.pointers for name in parts(where)}
        values = {item for item in (finding.old, finding.new, finding.subject) if isinstance(item, str)}
        if one.kind in ("class", "result") and one.words & values and not finding.rule.startswith("schema-removed"):
            exact.append(at)
        if one.words & (names | values):
            close.append(at)
        elif not one.fields:
            loose.append(at)
    for listed in (exact, close, loose):
        wire = [at for at in listed if findings[at].cls is Class.WIRE]
        # A component that is gone is explained by the places that referred to it, if there are any.
        direct = [at for at in listed if not findings[at].rule.startswith("schema-removed")]
        if listed:
            return wire or direct or listed
    return []


def _fits(one: Break, finding: Finding) -> bool:
    rule = BY_ID[finding.rule]
    strong = finding.cls is Class.WIRE or (finding.cls is Class.ERRORS and one.kind in ("field", "result"))
    if not strong and not rule.seen:
        return False
    if one.operations:
        if one.operations.isdisjoint(finding.operations):
            return False
    elif one.words.isdisjoint(name for where in finding.pointers for name in parts(where)):
        return False
    if one.kind == "method":
        return rule.id.startswith(_METHOD)
    # "header X of response 200" is read, "header parameter X" is sent.
    directions = {"sent" if " parameter " in place.holder else place.holder.split(" ")[0] for place in finding.places}
    if one.kind == "argument":
        is_read = bool(directions) and directions <= {"response", "error", "header"}
        return not is_read and not rule.id.startswith(("operation-id", "first-tag"))
    if one.kind == "result":
        is_sent = bool(directions) and not directions & {"response", "error", "header", "", "schema"}
        return not is_sent and not rule.id.startswith(("operation-id", "first-tag"))
    return True


def _alone(found: list[Break], comparison: Comparison, others: Sequence[Finding]) -> list[Finding]:
    """Return findings for breaks that no other finding explains, put together by place."""
    by_place: dict[tuple[str, tuple[str, ...]], list[Break]] = defaultdict(list)
    for one in found:
        rule = "python-name-collision" if _is_collision(one) else "python-api-changed"
        by_place[rule, _place(one, comparison)].append(one)
    findings = []
    for (rule, where), listed in sorted(by_place.items()):
        places = tuple(sorted(Place(name) for name in {key for one in listed for key in one.operations}))
        was, now = [one.old for one in listed], [one.new for one in listed]
        base = Finding(rule, BY_ID[rule].cls, (pointer(where),), places, old=was, new=now)
        fields = frozenset(field for one in listed for field in one.fields)
        findings.append(_with_cause(evolve(base, python=_said(listed)), fields, others))
    return findings


def _with_cause(finding: Finding, fields: frozenset[str], findings: Sequence[Finding]) -> Finding:
    """Say what differs in the description, where only one change of the same fields can have been the cause."""
    reached = set(finding.operations)
    found = [one for one in findings if one.kind in _CAUSES and reached & set(one.operations)]
    if fields:
        found = [one for one in found if fields & {name for where in one.pointers for name in parts(where)}]
    if len(found) != 1:
        return finding
    cause = found[0]
    return evolve(
        finding, kind=cause.kind, direction=cause.direction, pointers=cause.pointers, subject=cause.subject,
        places=cause.places, old=cause.old, new=cause.new,
    )  # fmt: skip


def _is_collision(one: Break) -> bool:
    """Return whether one name is the other with a suffix that keeps it apart."""
    short, long = sorted((one.old, one.new), key=len)
    return one.kind in _LOUD and bool(short) and bool(re.fullmatch(re.escape(short) + r"_?\d*_?", long))


def _place(one: Break, comparison: Comparison) -> tuple[str, ...]:
    """Return the component of that name, else the first operation that it concerns."""
    for contract in (comparison.new, comparison.old):
        for word in sorted(one.words):
            if word in contract.get("components", {}).get("schemas", {}):
                return ("components", "schemas", word)
    method, _, path = min(one.operations, default="").partition(" ")
    return ("paths", path, method.lower()) if path else ("components", "schemas")
