"""
A report as Markdown, for the text of a pull request: what a bump means for callers, what to change in code that uses
the client, and which version it suggests.

Text from the description is defused: it makes no mention, no link and no markup. No sentence of the vendor is in it,
since a pull request is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.groups import Group, groups
from generator.drift.report.report import BREAKING, Report, is_followed
from generator.drift.report.wording import message
from generator.errors import counted, first_few, printable

_BREAK = "\u200b"  # a space of no width: GitHub then reads no mention, issue number or link
_LIVE = re.compile(r"@(?=\S)|#(?=\d)|\bGH-(?=\d)|\b(?:https?|ftp|mailto|xmpp)(?=:)|\bwww(?=\.)", re.IGNORECASE)
_MARKS = re.compile(r"[\\`*\[\]<>#|~!&$]|(?<![^\W_])_|_(?![^\W_])|^[-+=:](?=\s|[-+=:]|$)")
_NUMBERED = re.compile(r"^(\d{1,9})(?=[.)](?:\s|$))")
_LIMIT = 400
_NAMED = 5  # so many operations by name
_SHOWN = 60  # so many groups of a section
_SECTIONS = (
    ("No code fails on this, but check whether you rely on it:", (Class.BEHAVIOUR, Class.LIFECYCLE)),
    ("### What is new", (Class.ADDITIVE,)),
    ("### Error responses", (Class.ERRORS,)),
    ("### What no caller can notice", (Class.DOCS,)),
)


def as_markdown(report: Report) -> str:
    """Return the report, with a line end."""
    return "\n".join(_document(report)).rstrip("\n") + "\n"


def defused(text: str) -> str:
    """Return foreign text as Markdown that shows it and does nothing else."""
    line = _LIVE.sub(lambda match: match[0] + _BREAK, printable(text, limit=_LIMIT))
    marked = _MARKS.sub(lambda match: "&lt;" if match[0] == "<" else f"\\{match[0]}", line)
    return _NUMBERED.sub(r"\1\\", marked)


def _document(report: Report) -> Iterator[str]:
    old, new = (defused(text) or "(none)" for text in (report.comparison.old_version, report.comparison.new_version))
    yield f"## {defused(report.headline)}"
    yield ""
    bump = f" Suggested version bump: **{report.suggested_bump}**." if report.suggested_bump else ""
    yield f"API contract {old} to {new}.{bump}" if old != new else f"API contract {new}.{bump}"
    yield ""
    yield "### What this bump means for callers"
    yield ""
    for cls, count in report.counts.items():
        if count:
            yield f"- **{cls.value}**, {counted(count, 'finding')}: {cls.meaning}."
    if not report.findings:
        yield "Nothing."
    yield ""
    yield "### What to change in code that uses the client"
    yield ""
    yield from _changes(report)
    if report.accepted:
        yield from ("### Accepted", "")
        for finding, entry in report.accepted:
            yield f"- {finding.cls.value}: {defused(message(finding))} (`{finding.rule}`). {defused(entry.reason)}"
        yield ""
    if report.unmatched:
        yield from ("### Entries of spec/accepted.toml that match no finding", "")
        yield from (f"- {defused(entry.named)}" for entry in report.unmatched)


def _changes(report: Report) -> Iterator[str]:
    breaking = [one for one in report.findings if one.cls in BREAKING and not is_followed(one)]
    if breaking:
        yield "These calls and names have to be changed or checked; what is not listed still works. A type checker"
        yield "finds what is SOURCE."
        yield ""
        yield from _listed(breaking, report.methods())
    else:
        yield "Nothing has to be changed."
    yield ""
    if followed := [one for one in report.findings if one.cls in BREAKING and is_followed(one)]:
        yield from ("Upgrade to keep using these; they are called as before:", "")
        yield from (*_listed(followed, report.methods()), "")
    for heading, classes in _SECTIONS:
        found = [one for one in report.findings if one.cls in classes]
        if found:
            yield from (heading, "", *_listed(found, {}), "")


def _listed(findings: Sequence[Finding], methods: Mapping[str, str]) -> Iterator[str]:
    found = groups(findings)
    several = len({finding.cls for finding in findings}) > 1
    for group in found[:_SHOWN]:
        lines = [
            f"{f'{line.cls.value}: ' if several else ''}{defused(line.text)} (`{line.rule}`)" for line in group.lines
        ]
        title = _title(group, methods)
        if not title:
            yield from (f"- {line}" for line in lines)
        elif len(lines) == 1:
            yield f"- {title}: {lines[0]}"
        else:
            yield f"- {title}"
            yield from (f"  - {line}" for line in lines)
    if len(found) > _SHOWN:
        more = sum(len(group.lines) for group in found[_SHOWN:])
        yield f"- and {more} more, which `python -m generator check` lists"


def _title(group: Group, methods: Mapping[str, str]) -> str:
    """Return what a group is about: the client's methods where they are known, else the operations."""
    if not group.operations or all(name in line.text for line in group.lines for name in group.operations):
        return ""
    names = [f"`venice.{methods[name]}`" if name in methods else defused(name) for name in group.operations]
    listed = first_few(names, _NAMED)
    if len(names) > 1:
        return f"**{len(names)} operations** ({listed})"
    name = defused(group.operations[0])
    return f"**{listed}**" if listed == name else f"{listed} (**{name}**)"
