"""
The headline of a report: one sentence that says the most important thing first and names operation, field and value.

Order: what breaks callers, first what breaks all of them; operations that came, defaults and prices, new fields,
errors, sentences. What is left out is counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from generator.drift.compare.changes import Kind
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.values import joined
from generator.drift.report.wording import cause, message, prose_subject, subject, with_operations
from generator.errors import printable

_CLAUSES = 3
_LISTED = 3  # changes of one operation
_ALTERNATIVES = 4  # that came to one field, or went
_OPERATIONS = {
    Kind.OPERATION_REMOVED: "removed", Kind.OPERATION_ADDED: "added", Kind.OPERATION_DEPRECATED: "deprecated",
}  # fmt: skip
_ALWAYS = ("removed", "added")
"""What happened to operations is never left out."""
_TYPED = {Kind.PROPERTY_ADDED, Kind.PARAMETER_ADDED}
_HEADERS = {Kind.HEADER_ADDED, Kind.HEADER_REMOVED, Kind.HEADER_BECAME_OPTIONAL, Kind.HEADER_BECAME_REQUIRED}
_SELDOM = {
    Kind.BECAME_NULLABLE, Kind.PROPERTY_BECAME_OPTIONAL, Kind.BRANCH_ADDED, Kind.BECAME_UNION, Kind.TYPE_WIDENED,
}  # fmt: skip
"""What may break a caller and mostly does not: a response may be one thing more. A first bound is another such."""
_SELDOM_RANK = 3
_BRANCHES = {" no longer accepts ": "or", " accepts ": "and", " may be ": "or"}
_SINGULAR = re.compile(r"^\{\} (no longer )?(is|accepts|has|refuses|holds|lists)\b")
_PLURAL = {
    "is": "are", "accepts": "accept", "has": "have", "refuses": "refuse", "holds": "hold", "lists": "list",
}  # fmt: skip
_PROSE_VERBS = {"new": ("is new", "are new"), "gone": ("is gone", "are gone")}
_KIND_OF_PART = re.compile(r"the (?:\w+ parameter|header) ")


def headline(findings: Sequence[Finding]) -> str:
    """Return one sentence for all findings of a comparison."""
    left = [one for one in findings if one.cls is not Class.VERSION]
    if not left:
        return "Nothing but the version changed." if findings else "Nothing changed."
    loud = [one for one in left if one.cls is not Class.DOCS]
    if not loud:
        return f"{_documentation(left)}."
    groups: dict[tuple[int, tuple[str, ...], str], list[Finding]] = {}
    for one in sorted(loud, key=weight):
        verb = _OPERATIONS.get(one.kind, "") if one.kind else ""
        operations = () if verb else one.operations
        rank = weight(one)
        if rank == _SELDOM_RANK:  # what is said of the same operations first has it
            rank = next((first for first in (1, 2) if (first, operations, verb) in groups), rank)
        groups.setdefault((rank, operations, verb), []).append(one)
    groups = _merged(groups)
    keys = [key for at, key in enumerate(groups) if at < _CLAUSES or key[2] in _ALWAYS]
    rest = sum(len(group) for key, group in groups.items() if key not in keys)
    said: list[str] = []
    before: tuple[str, ...] = ()
    for key in keys:
        text = _clause(key[1], key[2], groups[key], repeated=bool(key[1]) and key[1] == before)
        said.append(text)
        before = key[1]
    text = "; ".join(said)
    if rest:
        text += f"; {rest} more {'change' if rest == 1 else 'changes'}"
    if all(one.cls is Class.ERRORS for one in loud):
        text = f"Error responses only: {text}"
    return f"{text}."


Groups = dict[tuple[int, tuple[str, ...], str], list[Finding]]


def _merged(groups: Groups) -> Groups:
    """Join groups of other operations to which the same happened: "a price is declared" is said once."""
    found: Groups = {}
    same: dict[tuple[int, tuple[str, ...]], tuple[int, tuple[str, ...], str]] = {}
    for key, group in groups.items():
        rank, operations, verb = key
        texts = tuple(cause(one) for one in group)
        first = same.setdefault((rank, texts), key)
        if first == key or verb or group[0].kind is None or group[0].cls is Class.SOURCE:
            found[key] = group
            continue
        joint = (rank, tuple(sorted({*first[1], *operations})), verb)
        found = {joint if one == first else one: held for one, held in found.items()}
        found[joint] = [*found[joint], *group]
        same[rank, texts] = joint
    return found


def weight(finding: Finding) -> int:
    """Return how early a finding is said: 0 is first."""
    if finding.cls is Class.WIRE:
        if finding.kind in (Kind.OPERATION_REMOVED, Kind.OPERATION_MOVED):
            return 0
        if finding.kind in _SELDOM or (finding.kind is Kind.BOUND_TIGHTENED and finding.old is None):
            return _SELDOM_RANK
        return 2 if finding.direction == "response" else 1
    if finding.cls is Class.SOURCE:
        return 4
    if finding.kind is Kind.OPERATION_ADDED or (finding.kind is Kind.STATUS_ADDED and finding.direction == "response"):
        return 5
    if finding.kind is None:
        return 10
    by_class = {Class.BEHAVIOUR: 6, Class.ADDITIVE: 7, Class.LIFECYCLE: 8, Class.ERRORS: 9}
    return by_class.get(finding.cls, 11)


def _clause(operations: tuple[str, ...], verb: str, group: list[Finding], *, repeated: bool) -> str:
    """Return what happened to some operations."""
    if verb:
        names = [printable(name) for one in group for name in one.operations]
        return f"{joined(names, many=_LISTED)} {verb}"
    if group[0].cls is Class.SOURCE:
        said = [*dict.fromkeys(word for one in group for word in (one.python or (message(one),)))]
        text = f"in Python, {joined(said, many=_LISTED)}"
        causes = [*dict.fromkeys(filter(None, (cause(one) for one in group if one.python)))]
        text += f" ({joined(causes, many=1)})" if causes else ""
    elif group[0].kind is None:
        said = [*dict.fromkeys(prose_subject(one) for one in group)]
        kinds = {one.subject for one in group}
        verb = _PROSE_VERBS.get(kinds.pop() if len(kinds) == 1 else "", ("differs", "differ"))[len(group) > 1]
        what = "sentences" if len(group) > 1 else "a sentence"
        text = f"{what} about limits or obligations at {joined(said, many=_LISTED)} {verb}"
    else:
        text = joined(_together(group), many=_LISTED)
    return text if repeated else with_operations(text, operations)


def _together(group: Sequence[Finding]) -> list[str]:
    """Return the changes in words; those that differ in their field alone are one: "a, b and 3 more are required"."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in group:
        words, about = cause(one), f"the header {one.subject}" if one.kind in _HEADERS else subject(one)
        pattern = words.replace(about, "{}", 1) if about in words else words
        if one.kind in _TYPED:
            pattern = pattern.partition(" (")[0]
        found.setdefault(pattern, []).append((about, words))
    said: list[str] = []
    for pattern, held in found.items():
        names = [*dict.fromkeys(about for about, _ in held)]
        if len(names) == 1 or "{}" not in pattern:
            said += dict.fromkeys(words for _, words in held)
        else:
            several = _SINGULAR.sub(lambda match: f"{{}} {match[1] or ''}{_PLURAL[match[2]]}", pattern)
            several = several.replace("that it does not", "that they do not")
            said.append(several.replace("{}", _names(names), 1))
    return _alike(said)


def _names(subjects: Sequence[str]) -> str:
    """Return subjects as a list; what all of them are is said once: "the query parameters a and b"."""
    kinds = {match[0] if (match := _KIND_OF_PART.match(one)) else "" for one in subjects}
    kind = min(kinds)
    if len(kinds) > 1 or not kind or any(" of " in one for one in subjects):
        return joined(subjects, many=_LISTED)
    return f"{kind.rstrip()}s {joined([one.removeprefix(kind) for one in subjects], many=_LISTED)}"


def _alike(texts: list[str]) -> list[str]:
    """Join neighbours about one field that differ in their last words: "input may be a and b too"."""
    groups: list[tuple[tuple[str, str], list[str]]] = []
    for text in texts:
        verb = next((one for one in _BRANCHES if one in text), "")
        start, _, rest = text.partition(verb) if verb else (text, "", "")
        if verb and groups and groups[-1][0] == (start, verb):
            groups[-1][1].append(rest)
        else:
            groups.append(((start, verb), [rest]))
    said = []
    for (start, verb), found in groups:
        end = " too" if len(found) > 1 and all(one.endswith(" too") for one in found) else ""
        rests = [one.removesuffix(end) for one in found]
        said.append(f"{start}{verb}{joined(rests, _BRANCHES.get(verb, 'and'), many=_ALTERNATIVES)}{end}")
    return said


def _documentation(findings: Sequence[Finding]) -> str:
    said = [with_operations(message(one), one.operations) for one in findings if one.kind is not None]
    prose = [message(one) for one in findings if one.kind is None]
    if not said:
        return f"Documentation only: {joined(prose)}"
    return f"Nothing that a caller can notice: {joined(said + prose, many=_LISTED)}"
