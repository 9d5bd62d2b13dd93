"""
Settles which findings concern the Python API: the two surfaces are compared, and each break is put down to a finding.

A break that a WIRE finding explains is told by it. One that comes of a finding that might have left Python alone turns
it into its SOURCE rule. One that comes of nothing told is a finding of its own. What broke nothing keeps its twin.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding, Ledger, Scope, in_total_order
from generator.drift.judge.rules import BY_ID
from generator.drift.python_api.breaks import Break, breaks
from generator.drift.python_api.surface import Surface
from generator.errors import GeneratorError
from generator.spec.pointers import parts

QUIET = frozenset(
    {"operation-deprecated", "operation-deprecation-withdrawn", "price-changed", "security-alternative-removed",
     "security-alternative-added", "security-scheme-renamed", "server-changed", "server-added", "tags-changed",
     "response-header-added", "response-header-removed", "response-header-became-optional", "deprecated",
     "response-header-became-required", "deprecation-withdrawn"}
)  # fmt: skip
"""Rules of differences that no name, argument or type in Python can come of."""

_WHOLE = frozenset({"operation-removed", "operation-moved"})
_METHOD = ("operation-", "first-tag-", "path-parameter-")


def settle(
    findings: tuple[Finding, ...],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    paired: Mapping[str, str],
    surface: Callable[[Mapping[str, Any]], Surface] | None,
) -> tuple[Finding, ...]:
    """Return the findings with what might concern Python decided. Without surfaces, all of it does."""
    if all(one.rule in QUIET for one in findings):
        return findings
    try:
        if surface is None:
            return _told(one.as_rule(BY_ID[one.rule].seen or one.rule) for one in findings)
        found = breaks(surface(old), surface(new), paired)
    except (
        GeneratorError
    ):  # no client can be made of one of the two, so that nothing speaks for Python's being the same
        return _told(one.as_rule(BY_ID[one.rule].seen or one.rule) for one in findings)
    seen: set[int] = set()
    alone: list[Break] = []
    for one in found:
        explained = _explanations(one, findings)
        if not explained:
            alone.append(one)
        seen.update(at for at in explained if BY_ID[findings[at].rule].seen)
    settled = [one.as_rule(BY_ID[one.rule].seen) if at in seen else one for at, one in enumerate(findings)]
    return _told([*settled, *_alone(alone, old, new)])


def _told(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """All but components that are gone and left no trace: the places that referred to them are told."""
    return in_total_order(one for one in findings if one.rule != "schema-removed-unseen" or not one.operations)


def _explanations(one: Break, findings: tuple[Finding, ...]) -> list[int]:
    """The findings that a break comes of: those that name it rather than those of the same operations."""
    close: list[int] = []
    loose: list[int] = []
    for at, finding in enumerate(findings):
        if not _fits(one, finding):
            continue
        if finding.rule in _WHOLE and one.operations <= set(finding.operations):
            return [at]
        names = {*parts(finding.pointer), *(item for item in (finding.old, finding.new) if isinstance(item, str))}
        (close if one.words & names else loose).append(at)
    for listed in (close, loose):
        wire = [at for at in listed if findings[at].cls is Class.WIRE]
        # A component that is gone is told by the places that referred to it, if there are any.
        telling = [at for at in listed if not findings[at].rule.startswith("schema-removed")]
        if listed:
            return wire or telling or listed
    return []


def _fits(one: Break, finding: Finding) -> bool:
    rule = BY_ID[finding.rule]
    if finding.cls is not Class.WIRE and not rule.seen:
        return False
    if one.operations:
        if one.operations.isdisjoint(finding.operations):
            return False
    elif one.words.isdisjoint(parts(finding.pointer)):
        return False
    if one.kind == "method":
        return rule.id.startswith(_METHOD)
    if one.kind == "argument":
        return rule.direction != "response" and not rule.id.startswith(("operation-id", "first-tag"))
    if one.kind == "result":
        return rule.direction != "request" and not rule.id.startswith(("operation-id", "first-tag"))
    return True


def _alone(found: list[Break], old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Breaks that no finding explains, put together by place."""
    by_place: dict[tuple[str, tuple[str, ...]], list[Break]] = defaultdict(list)
    for one in found:
        rule = "python-name-collision" if _is_collision(one) else "python-api-changed"
        by_place[rule, _place(one, old, new)].append(one)
    ledger = Ledger()
    for (rule, where), listed in sorted(by_place.items()):
        words = "; ".join(one.said for one in listed[:3]) + (f"; and {len(listed) - 3} more" if len(listed) > 3 else "")
        scope = Scope("none", frozenset(key for one in listed for key in one.operations))
        was, now = [one.old for one in listed], [one.new for one in listed]
        ledger.tell(rule, scope, where, f"in Python, {words}", old=was, new=now)
    return ledger.findings()


def _is_collision(one: Break) -> bool:
    """Whether one name is the other with a suffix that keeps it apart."""
    short, long = sorted((one.old, one.new), key=len)
    return one.kind in ("method", "class") and bool(short) and bool(re.fullmatch(re.escape(short) + r"_?\d*_?", long))


def _place(one: Break, old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """The component of that name, else the first operation that it concerns."""
    for contract in (new, old):
        for word in sorted(one.words):
            if word in contract.get("components", {}).get("schemas", {}):
                return ("components", "schemas", word)
    method, _, path = min(one.operations, default="").partition(" ")
    return ("paths", path, method.lower()) if path else ("components", "schemas")
