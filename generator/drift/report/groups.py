"""
Puts findings in the order in which a person reads them: by operation, the strongest first.

What several operations share is told once, under the component that holds it; findings that read the same in many
operations (76 schemas that became a `$ref`) are one line under a title that counts these operations. It prints
nothing and knows no rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from attrs import define, field, frozen

from generator.drift.compare.compare import Comparison
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.places import BETWEEN, DOCUMENT, location, title
from generator.source.document import printable
from generator.spec.pointers import parts

OPERATIONS = "Operations"
_MANY = 3  # what reads the same in more operations is told once
_PLAIN = ("application/json",)
_Key = tuple[int, str, tuple[str, ...]]  # kind, title, operations


@frozen
class Line:
    """One line: a finding, or several that read the same."""

    cls: Class
    rule: str
    text: str
    old: tuple[str, ...] = ()
    """Sentences of the vendor that went, where they are at hand: to be shown, never to be kept."""
    new: tuple[str, ...] = ()


@frozen
class Group:
    """Lines that belong together, the strongest first."""

    title: str
    """The operation, where it is one, else the component or the document; empty for several operations."""
    operations: tuple[str, ...]
    """The operations that every line of it reaches, by path; empty for a collection of operations, too."""
    lines: tuple[Line, ...]

    @property
    def cls(self) -> Class:
        """The strongest class in it."""
        return self.lines[0].cls


@define
class _Folded:
    findings: list[Finding] = field(factory=list)
    operations: set[str] = field(factory=set)


def groups(findings: Iterable[Finding], comparison: Comparison) -> tuple[Group, ...]:
    """Return all findings in groups, the group with the strongest first."""
    said = {*comparison.prose.added, *comparison.prose.removed, *comparison.prose.changed}
    lines: dict[_Key, dict[Line, int]] = {}
    for line, folded in _folded(findings, comparison, said).items():
        for key in _keys(folded):
            found = lines.setdefault(key, {})
            here = [one for one in folded.findings if not key[2] or key[2][0] in one.operations]
            found[line] = found.get(line, 0) + len(here)
    told: dict[_Key, list[Line]] = {}
    for key, counts in lines.items():
        only = next(iter(counts))
        # An operation of which nothing else is told needs no title of its own.
        alone = key[0] == 0 and len(counts) == 1 and key[2][0] in only.text
        told.setdefault((0, OPERATIONS, ()) if alone else key, []).extend(_counted(*item) for item in counts.items())
    made = [
        (key, Group(key[1], key[2], tuple(sorted(listed, key=lambda line: line.cls.rank))))
        for key, listed in told.items()
    ]
    return tuple(group for _, group in sorted(made, key=lambda one: _group_order(*one)))


def join(texts: Sequence[str], limit: int) -> str:
    """As many of the texts as there is room for, and how many more there are."""
    for count in range(len(texts), 0, -1):
        more = len(texts) - count
        text = ", ".join(texts[:count]) + (f" and {more} more" if more else "")
        if len(text) <= limit or count == 1:
            return text
    return ""


def _folded(findings: Iterable[Finding], comparison: Comparison, said: set[str]) -> dict[Line, _Folded]:
    found: dict[Line, _Folded] = {}
    findings = list(findings)
    same = Counter((_sentences(one.old), _sentences(one.new)) for one in findings if one.pointer in said)
    for finding in findings:
        if finding.pointer in said:
            sentences = _sentences(finding.old), _sentences(finding.new)
            line = _of_prose(finding, comparison, many=any(sentences) and same[sentences] > _MANY)
        else:
            line = _line(finding)
        folded = found.setdefault(line, _Folded())
        folded.findings.append(finding)
        folded.operations.update(finding.operations)
    return found


def _keys(folded: _Folded) -> list[_Key]:
    """The groups that a line belongs to."""
    operations = tuple(sorted(folded.operations, key=_by_path))
    alone = all(len(one.operations) == 1 for one in folded.findings)
    if alone and len(operations) <= _MANY:
        return [(0, printable(name), (name,)) for name in operations]
    names = {title(parts(one.pointer))[0] for one in folded.findings}
    shared = all(one.pointer.startswith("/components/") for one in folded.findings)
    if not operations:
        return [(3, DOCUMENT, ())]
    if shared and len(names) == 1:
        return [(2, names.pop(), operations)]
    return [(1, "", operations)]


def _line(finding: Finding) -> Line:
    text = printable(finding.message, limit=400)
    if finding.media_types not in ((), _PLAIN):
        text += f" (in {', '.join(printable(one) for one in finding.media_types)})"
    return Line(finding.cls, finding.rule, text)


def _of_prose(finding: Finding, comparison: Comparison, *, many: bool) -> Line:
    """A line about sentences, with their place; the last step of it alone where `many` places say the same."""
    contract = comparison.old if finding.pointer in comparison.prose.removed else comparison.new
    where = parts(finding.pointer)[:-1]
    place = location(contract, where)
    if many:
        place = place.rpartition(BETWEEN)[2]
    elif where[:1] == ["components"] or not finding.operations:
        owner = title(where)[0]
        place = BETWEEN.join(filter(None, ("" if owner == DOCUMENT else owner, place)))
    text = f"{place or 'its description'}: {printable(finding.message, limit=400)}"
    return Line(finding.cls, finding.rule, text, _sentences(finding.old), _sentences(finding.new))


def _counted(line: Line, count: int) -> Line:
    many = f" ({count} places)" if count > 1 else ""
    return Line(line.cls, line.rule, line.text + many, line.old, line.new)


def _sentences(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _group_order(key: _Key, group: Group) -> tuple[int, int, list[tuple[str, str]], str]:
    kind, name, operations = key
    return (group.cls.rank, kind, [_by_path(operation) for operation in operations], name)


def _by_path(name: str) -> tuple[str, str]:
    method, _, path = name.partition(" ")
    return (path, method)
