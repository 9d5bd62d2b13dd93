"""
The entry of a bump in CHANGELOG.md: for users of the Python package, first what they have to do.

Where many methods take more, most are only named: `history` has the details. Changes of documentation are left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from generator.drift.compare.changes import Kind
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.headline import weight
from generator.drift.report.markdown import defused
from generator.drift.report.report import BREAKING, Report, is_followed
from generator.drift.report.values import joined
from generator.drift.report.wording import cause, message, subject
from generator.errors import GeneratorError

_UNRELEASED = re.compile(r"^## \[?Unreleased\]?.*\n+", re.MULTILINE)
_ENTRY = re.compile(r"- API contract (\S+) to (\S+) \([A-Za-z ]+\)[:.]\n(?:  - .*\n)*")
_ITEMS, _FEW = 6, 3  # in one line: of what has to be changed, and of what may be used
_ADDITIONS = 6  # lines of what may be used
_ACTION, _NEW, _REMOVED = "**Change your code**", "New methods", "**Removed methods**"
_UPGRADE = "**Upgrade to keep using**"
_MORE, _OTHER, _GOING = "More in", "Other behaviour of", "Deprecated in"
_ORDER = (_REMOVED, _ACTION, _UPGRADE, _NEW, _OTHER, _GOING, _MORE)
_REST = f"{_MORE} other methods"
_METHOD = re.compile(r"`[^`]+`")
_UNNOTICED = {
    Kind.BOUND_LOOSENED, Kind.BOUND_TIGHTENED, Kind.OBJECT_CLOSED, Kind.OBJECT_OPENED, Kind.PROPERTY_BECAME_REQUIRED,
    Kind.CONSTRAINT_ADDED, Kind.CONSTRAINT_CHANGED, Kind.CONSTRAINT_REMOVED, Kind.DETAIL_CHANGED,
}  # fmt: skip
"""Kinds of changes of responses that the client reads as before."""
_WORDS = {"major": "breaks callers", "minor": "adds to the API", "patch": "no code to change"}

Lines = dict[str, list[str]]


def start_of_entry(text: str, version: str) -> str:
    """Return the version that the first entry under "Unreleased" starts from, if it ends in `version`; "" for none."""
    entry = _ENTRY.match(text, _unreleased(text))
    return entry[1] if entry and entry[2] == shown_version(version) else ""


def shown_version(version: str) -> str:
    """Return a version as entries have it."""
    return defused(version) or "(none)"


def with_bump(text: str, report: Report, *, is_continued: bool = False) -> str:
    """Return a changelog with the entry of a report: first, or instead of the one that it continues."""
    versions = map(shown_version, (report.comparison.old_version, report.comparison.new_version))
    said = _shortened(_lines(report))
    lines = "".join(f"  - {label}: {_cut(items, label)}\n" for label, items in said.items() if items)
    entry = f"- API contract {' to '.join(versions)} ({_kind(report)}){':' if lines else '.'}\n{lines}"
    return with_entry(text, entry if report.findings else "", is_continued=is_continued)


def with_entry(text: str, entry: str, *, is_continued: bool = False) -> str:
    """Return a changelog with an entry, as `with_bump` does. Raises GeneratorError where it has no place for one."""
    start = _unreleased(text)
    before = _ENTRY.match(text, start) if is_continued else None
    rest = text[before.end() if before else start :]
    if not entry:
        rest = rest.lstrip("\n")
    elif not rest.startswith(("- ", "\n")) and rest:
        rest = f"\n{rest}"  # a paragraph would join the list
    return text[:start] + entry + rest


def _unreleased(text: str) -> int:
    """Return where the entries under "Unreleased" start."""
    match = _UNRELEASED.search(text)
    if match is None:
        raise GeneratorError('CHANGELOG.md has no heading "## Unreleased" to put the entry of the bump under.')
    return match.end()


def _kind(report: Report) -> str:
    loud = any(one.cls.rank < Class.DOCS.rank for one in report.findings)
    return _WORDS[report.suggested_bump or "patch"] if loud else "documentation only"


def _lines(report: Report) -> Lines:
    """Return the lines of an entry: a label, and what there is to say under it."""
    methods = report.methods() if any(one.cls in BREAKING or one.kind for one in report.findings) else {}
    lines: Lines = {}
    places: dict[tuple[str, str], dict[str, None]] = {}
    said: set[tuple[str, ...]] = set()
    for one in sorted(report.findings, key=lambda found: (weight(found), found.cls.rank)):
        names = [_method(name, methods) for name in one.operations]
        if one.kind in (Kind.OPERATION_REMOVED, Kind.OPERATION_ADDED):
            lines.setdefault(_REMOVED if one.kind is Kind.OPERATION_REMOVED else _NEW, []).extend(names)
        elif one.cls is Class.SOURCE and one.python and one.python in said:
            continue  # the same in Python has several causes
        elif found := _line(one):  # what happens to several methods is one line
            places.setdefault(found, {}).update(dict.fromkeys(names))
            said.add(one.python)
    for (start, item), held in places.items():
        lines.setdefault(f"{start} {joined([*held], many=3)}".rstrip(), []).append(item)
    return {label: items for start in _ORDER for label, items in lines.items() if label.startswith(start)}


def _line(one: Finding) -> tuple[str, str] | None:
    """Return the start of a label and an item; None for what a user of the package need not know."""
    if is_followed(one):
        return _UPGRADE, _item(message(one))
    if one.cls in BREAKING:
        return _ACTION, _item(message(one))
    if one.cls is Class.LIFECYCLE:
        return _GOING, _item(cause(one))
    if one.cls is Class.BEHAVIOUR and one.kind is not None:
        return _OTHER, _item(cause(one))
    if one.cls is Class.ADDITIVE and not (one.direction == "response" and one.kind in _UNNOTICED):
        added = one.kind in (Kind.PROPERTY_ADDED, Kind.PARAMETER_ADDED, Kind.PROPERTY_ADDED_REQUIRED)
        return _MORE, _item(subject(one) if added else cause(one))
    return None


def _method(name: str, methods: Mapping[str, str]) -> str:
    return f"`venice.{methods[name]}`" if name in methods else defused(name)


def _item(text: str) -> str:
    return defused(text.replace("; ", ", "))


def _shortened(lines: Lines) -> Lines:
    """Return the lines with a few of those about what may be used; of the others only the methods, in one line."""
    more = [label for label in lines if label.startswith(_MORE)]
    if len(more) <= _ADDITIONS:
        return lines
    shown = {name for label in more[:_ADDITIONS] for name in _METHOD.findall(label)}
    names = dict.fromkeys(name for label in more[_ADDITIONS:] for name in _METHOD.findall(label))
    kept = {label: items for label, items in lines.items() if label not in more[_ADDITIONS:]}
    return kept | {_REST: [name for name in names if name not in shown]}


def _cut(items: list[str], label: str) -> str:
    """Return some items. Methods that came or went stand with all their names: a caller looks for them."""
    most = len(items) if label in (_REST, _NEW, _REMOVED) else _ITEMS if label.startswith(_ACTION) else _FEW
    more = [f"and {len(items) - most} more"] if len(items) > most else []
    return "; ".join([*items[:most], *more])
