"""
The headline: what a person would say first about a bump, in one sentence.

The strongest findings first, those of one rule together; operations that came, and what was renamed widely, are always
said. It judges nothing: the findings say how strong they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.judge.rules import BY_ID, UNSEEN
from generator.source.document import printable

_SAID = 3  # so many phrases
_NAMED = 3  # so many operations by name
_TOGETHER = 2  # so many findings of one rule by their own words
_FIRST = ("operation-removed", "operation-moved", "response-success-removed", "ref-target-changed", "inline-became-ref")
_RENAMED = ("security-scheme-renamed", "schema-renamed", "ref-target-changed", "inline-became-ref", "schema-inlined")
_LAST = ("python-name-collision", "python-api-changed")

PLURALS = {
    "operation-removed": "{count} operations removed",
    "operation-added": "{count} operations added",
    "operation-deprecated": "{count} operations deprecated",
    "price-changed": "the price of {count} operations differs",
    "inline-became-ref": "{count} inline {what} became references: nothing on the wire",
    "schema-inlined": "{count} references became inline {what}: nothing on the wire",
    "schema-renamed": "{count} components renamed: nothing on the wire",
    "prose-behaviour": "{count} sentences about limits, obligation or an end differ",
    "request-property-added": "{count} properties may be sent that are new",
    "response-property-added": "answers have {count} new properties",
    "response-property-removed": "{count} properties gone from answers",
    "request-default-changed": "{count} defaults differ",
    "parameter-removed": "{count} parameters gone",
    "parameter-added": "{count} new parameters",
}
"""What several findings of one rule come to; others are told by the help of their rule."""


def headline(findings: Sequence[Finding]) -> str:
    """Return one sentence for all findings of a comparison, in their total order."""
    told = [one for one in findings if one.cls is not Class.VERSION]
    if not told:
        return "Nothing but the version changed." if findings else "Nothing changed."
    groups = _groups(told)
    strongest = told[0].cls
    chosen = [group for group in groups if _is_chosen(group, strongest)]
    said = [_phrase(group) for group in chosen[:_SAID]]
    loud = {key for group in chosen if group[0].cls is Class.WIRE for one in group for key in one.operations}
    left = [one for group in groups if group not in chosen[:_SAID] for one in group]
    weaker = [
        one for one in left if one.cls is not Class.DOCS and not (one.operations and loud.issuperset(one.operations))
    ]
    if strongest is Class.DOCS and len(said) == 1 and told[0].rule == "prose-changed":
        return f"Nothing but prose changed: {told[0].message}."
    if weaker:
        said.append(f"{len(weaker)} other {'change' if len(weaker) == 1 else 'changes'}")
    return f"{'; '.join(said)}."


def _groups(findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings by rule, in the order in which they are told."""
    by_rule: dict[str, list[Finding]] = {}
    for one in findings:
        by_rule.setdefault(one.rule, []).append(one)
    return sorted(by_rule.values(), key=_order)


def _order(group: list[Finding]) -> tuple[float, int, int, str]:
    rule, rank = _plain(group[0].rule), float(group[0].cls.rank)
    if rule == "operation-added":  # second only to what breaks callers
        rank = Class.WIRE.rank + 0.5
    weight = _FIRST.index(rule) if rule in _FIRST else len(_FIRST) + (rule in _LAST)
    return rank, weight, -sum(max(1, len(one.operations)) for one in group), rule


def _is_chosen(group: list[Finding], strongest: Class) -> bool:
    rule = _plain(group[0].rule)
    return group[0].cls is strongest or rule == "operation-added" or rule in _RENAMED


def _phrase(group: list[Finding]) -> str:
    rule = _plain(group[0].rule)
    if rule in ("operation-added", "operation-removed") and len(group) <= _NAMED:
        names = " and ".join(printable(one.operations[0]) for one in group if one.operations)
        return f"{names} {rule.rpartition('-')[2]}"
    if rule == "inline-became-ref":
        return _counted(PLURALS[rule], group)
    if rule == "security-scheme-renamed":
        return "; ".join(f"{one.message}, on {_operations(one)}" for one in group[:_TOGETHER])
    if len(group) <= _TOGETHER:
        return "; ".join(dict.fromkeys(_told(one) for one in group))
    if rule in PLURALS:
        return _counted(PLURALS[rule], group)
    what = BY_ID[rule].help
    return f"{what[:1].lower()}{what[1:]} ({len(group)} places)"


def _counted(text: str, group: list[Finding]) -> str:
    what = (
        "errors" if all("/responses/4" in one.pointer or "/responses/5" in one.pointer for one in group) else "schemas"
    )
    if len(group) == 1:
        what, text = what.removesuffix("s"), text.replace("became references", "became a reference")
    return text.format(count=len(group), what=what)


def _told(one: Finding) -> str:
    """A finding in its own words, with its operation where they do not name it."""
    if len(one.operations) > 1:
        return f"{one.message} ({_operations(one)})"
    named = all(name in one.message for name in one.operations)
    return one.message if named else f"{one.message} ({one.operations[0]})"


def _operations(one: Finding) -> str:
    return one.operations[0] if len(one.operations) == 1 else f"{len(one.operations)} operations"


def _plain(rule: str) -> str:
    return rule.removesuffix(UNSEEN)
