"""
The entry of a bump in CHANGELOG.md: for users of the Python package, first what they have to do.

Bumps that follow each other are one entry until a release: the lines of the same subject are joined, a value that
changed twice changed once, and what came and went again leaves no line. Where many methods take more, most are only
named: `history` has the details. Changes of documentation are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from attrs import evolve, frozen

from generator.drift.compare.changes import Kind
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.headline import weight
from generator.drift.report.markdown import defused
from generator.drift.report.report import BREAKING, Report
from generator.drift.report.values import joined
from generator.drift.report.wording import cause, message, subject

_UNRELEASED = re.compile(r"^## \[?Unreleased\]?.*\n+", re.MULTILINE)
_ENTRY = re.compile(r"- API contract (\S+) to (\S+) \(([A-Za-z ]+)\)(?::|\.)\n((?:  - .*\n)*)")
_LINE = re.compile(r"  - (.*?): (.*)\n")
_ITEMS, _FEW = 6, 3  # in one line: of what has to be changed, and of what may be used
_ADDITIONS = 6  # lines of what may be used
_ACTION, _NEW, _REMOVED = "**Change your code**", "New methods", "**Removed methods**"
_MOVED = "**Upgrade to keep using**"
_MORE, _OTHER, _GOING = "More in", "Other behaviour of", "Deprecated"
_REST = f"{_MORE} other methods"
_METHOD = re.compile(r"`[^`]+`")
_VALUE = re.compile(
    r'(?P<start>.*) (?P<now>"[^"]*"|\S+)(?P<unit> characters?| items?)? \((?:was (?P<old>.+?)|(?P<no>had no \w+))\\?\)'
)
"""An item about a value that changed."""
_CAME_OR_WENT = re.compile(r'(?P<start>.*:.*) (?P<value>"[^"]*"|\S+) is (?P<how>new|gone)')
_OPPOSITES = (
    (" no longer accepts ", " accepts "), (" must not be null", " accepts null"),
    (" is required now", " is optional now"), (" is no longer deprecated", " is deprecated"),
    (" is no longer declared", " is declared"), (" is no longer ", " may be "),
    (" refuses properties that it does not declare", " accepts more properties than it declares"),
)  # fmt: skip
"""What one bump says of a field, and another one that takes it back."""
_RENAMED = re.compile(
    r"(?P<start>(?:the header )?)(?P<was>\S+)(?P<how>(?: is no longer accepted:| of .*)? (?:it )?is called )"
    r"(?P<now>\S+)(?P<end>(?: in .*)?)"
)
"""What one bump calls otherwise, and another one as before."""
_DOCUMENTATION = "documentation only"
_UNNOTICED = {
    Kind.BOUND_LOOSENED, Kind.BOUND_TIGHTENED, Kind.OBJECT_CLOSED, Kind.OBJECT_OPENED, Kind.PROPERTY_BECAME_REQUIRED,
    Kind.CONSTRAINT_ADDED, Kind.CONSTRAINT_CHANGED, Kind.CONSTRAINT_REMOVED, Kind.DETAIL_CHANGED,
}  # fmt: skip
"""Kinds of changes of responses that the client reads as before."""
_WORDS = {"major": "breaks callers", "minor": "adds to the API", "patch": "no code to change"}
_RANK = [_DOCUMENTATION, *reversed(_WORDS.values())]

Lines = dict[str, list[str]]


def unreleased(text: str) -> int | None:
    """Return where the entries under "Unreleased" start; None where there is no such heading."""
    match = _UNRELEASED.search(text)
    return match.end() if match else None


def with_bump(text: str, version: str, report: Report) -> str | None:
    """
    Return the text of a changelog with the entry of a bump from `version`; None where it has no place for one.

    The entry stands first under "Unreleased". It continues the entry that stands there, if that ends in `version`.
    """
    start = unreleased(text)
    if start is None:
        return None
    after = start
    old, new = defused(version) or "(none)", defused(report.comparison.new_version) or "(none)"
    before = _ENTRY.match(text, start)
    if before and not (before[2] == old and before[3] in _RANK):
        before = None
    known = dict(_parsed(before[4])) if before else {}
    lines, kind = _lines(report, fresh={*known.get(_NEW, ())}), _kind(report)
    if before:
        left, old, after = before[1] != before[2], before[1], before.end()
        lines = _together(known, lines)
        kind = _joined_kind(max(kind, before[3], key=_RANK.index), lines)
        if left and old == new:  # back at the contract of the last release: what came and went does not matter
            return text[:start] + text[after:].lstrip("\n")
    shown = _shortened({label: items for label, items in lines.items() if items})
    cut = {label: _cut(items, label) for label, items in shown.items()}
    written = "".join(f"  - {label}: {items}\n" for label, items in cut.items() if items)
    entry = f"- API contract {old} to {new} ({kind}){':' if written else '.'}\n{written}"
    end = "" if text.startswith(("- ", "\n"), after) or after == len(text) else "\n"  # a paragraph would join the list
    return text[:start] + entry + end + text[after:]


def _kind(report: Report) -> str:
    loud = [one for one in report.findings if one.cls.rank < Class.DOCS.rank]
    return _WORDS[report.suggested_bump or "patch"] if loud else _DOCUMENTATION


def _joined_kind(strongest: str, lines: Lines) -> str:
    """Return what joined bumps mean: as the strongest of them, or less where the lines that said so are undone."""
    left = [label for label, items in lines.items() if items]
    if strongest == _WORDS["major"] and not any(label.startswith("**") for label in left):
        strongest = _WORDS["minor"]
    if strongest == _WORDS["minor"] and not any(label.startswith((_NEW, _MORE)) for label in left):
        strongest = _WORDS["patch"]
    return strongest


def _lines(report: Report, *, fresh: set[str]) -> Lines:
    """
    Return the lines of an entry: a label, and what there is to say under it.

    What happened to `fresh` methods is left out: they are new in the entry, and no release had them as they were.
    """
    methods = report.methods() if any(one.cls in BREAKING or one.kind for one in report.findings) else {}
    lines: Lines = {}
    places: dict[tuple[str, str], dict[str, None]] = {}
    said: set[tuple[str, ...]] = set()
    for one in sorted(report.findings, key=lambda found: (weight(found), found.cls.rank)):
        names = [_method(name, methods) for name in one.operations]
        if one.kind in (Kind.OPERATION_REMOVED, Kind.OPERATION_ADDED):
            lines.setdefault(_REMOVED if one.kind is Kind.OPERATION_REMOVED else _NEW, []).extend(names)
        elif one.kind is Kind.OPERATION_MOVED and (before := _method(str(one.old), methods)) in fresh - {*names}:
            lines.setdefault(_REMOVED, []).append(before)
            lines.setdefault(_NEW, []).extend(names)
        elif one.cls is Class.SOURCE and one.python and one.python in said:
            continue  # the same in Python has several causes
        elif names and fresh.issuperset(names):
            continue
        elif found := _line(one):  # what happens to several methods is one line
            places.setdefault(found, {}).update(dict.fromkeys(name for name in names if name not in fresh))
            said.add(one.python)
    for (start, item), held in places.items():
        lines.setdefault(f"{start} {joined([*held], many=3)}".rstrip(), []).append(item)
    return {label: lines[label] for label in sorted(lines, key=_order)}


def _line(one: Finding) -> tuple[str, str] | None:
    """Return the start of a label and an item; None for what a user of the package need not know."""
    if one.kind is Kind.OPERATION_MOVED and not one.python:
        return _MOVED, _item(message(one))
    if one.cls in BREAKING:
        return _ACTION, _item(message(one))
    if one.cls is Class.LIFECYCLE:
        return f"{_GOING} in", _item(cause(one))
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


def _parsed(text: str) -> Iterator[tuple[str, list[str]]]:
    for match in _LINE.finditer(text):
        yield match[1], match[2].split("; ")


def _together(before: Lines, after: Lines) -> Lines:
    """Join the lines of two entries. What one removed and the other added, in either order, is dropped."""
    labels = sorted({*before, *after}, key=lambda label: (_order(label), [*before, *after].index(label)))
    brief = {*_came_and_went(before, after)}
    lines = {
        label: [item for item in _latest([*before.get(label, ()), *after.get(label, ())]) if (label, item) not in brief]
        for label in labels
    }
    undone = {*before.get(_NEW, ())} & {*after.get(_REMOVED, ())} | {*before.get(_REMOVED, ())} & {*after.get(_NEW, ())}
    for label in (_NEW, _REMOVED):
        lines[label] = [item for item in lines.get(label, ()) if item not in undone]
    return {label: lines[label] for label in sorted(lines, key=_order)}


def _subject(label: str) -> str:
    """Return the methods that a line is about."""
    return label.partition("`")[2]


def _came_and_went(one: Lines, other: Lines) -> Iterator[tuple[str, str]]:
    """
    Yield label and item of what one entry adds to a method, and of what a later one says that it is gone there.

    What went first and came later stays in both: it may be of another type. What a later entry takes back word by word
    is yielded of both, and that something is deprecated which is gone.
    """
    said = {(_subject(label), _short(item)): (label, item) for label, items in one.items() for item in items}
    for label, items in other.items():
        for item in items:
            for back in _taken_back(_short(item)):
                if (earlier := said.get((_subject(label), back))) is not None:
                    yield label, item
                    yield earlier
            name = re.sub(r" is (gone( from the response)?|no longer accepted)$", "", item)
            if name != item and (earlier := said.get((_subject(label), f"{name} is deprecated"))) is not None:
                yield earlier
    added = {(_subject(label), item) for label, items in one.items() if label.startswith(_MORE) for item in items}
    for label, items in other.items():
        for item in items:
            name = re.sub(r" is (gone( from the response)?|no longer accepted)$", "", item)
            if name != item and (_subject(label), name) in added:
                yield label, item
                yield from (
                    (start, name) for start in one if start.startswith(_MORE) and _subject(start) == _subject(label)
                )


def _short(item: str) -> str:
    """Return an item about an alternative without the others that there are or were."""
    return re.sub(r" \((?:was|is|accepts) [^()]*\)$", "", item)


def _taken_back(item: str) -> Iterator[str]:
    """Yield the words that would take an item back; an alternative of a union is accepted "too"."""
    if match := _RENAMED.fullmatch(item):
        yield "{start}{now}{how}{was}{end}".format(**match.groupdict())
    for one, other in _OPPOSITES:
        if one in item:
            yield item.replace(one, other, 1)
            yield f"{item.replace(one, other, 1)} too"
        elif other in item:
            yield item.removesuffix(" too").replace(other, one, 1)


@frozen
class _Value:
    """An item about a value: what it is about, and the value before and after; None for none."""

    about: tuple[str, str]
    old: str | None
    new: str | None
    none: str = ""
    """How the item says that there was no value: "had no maximum", or nothing for "is new"."""

    @classmethod
    def of(cls, item: str) -> _Value | None:
        if match := _VALUE.fullmatch(item):
            return cls((match["start"], match["unit"] or ""), match["old"], match["now"], match["no"] or "")
        if match := _CAME_OR_WENT.fullmatch(item):
            old, new = (None, match["value"]) if match["how"] == "new" else (match["value"], None)
            return cls((match["start"], ""), old, new)
        return None

    def __str__(self) -> str:
        start, unit = self.about
        if self.new is None:
            return f"{start} {self.old} is gone"
        if self.old is None and not self.none:
            return f"{start} {self.new} is new"
        return f"{start} {self.new}{unit} ({self.none or f'was {self.old}'})"


def _latest(items: list[str]) -> list[str]:
    """Return each item once, and a value that changed more than once as one change, or none where it is as before."""
    found: dict[object, str | _Value] = {}
    for item in items:
        value = _Value.of(item)
        before = found.get(value.about) if value else None
        if value is None or (isinstance(before, _Value) and before.new != value.old):
            found[item] = item
        elif not isinstance(before, _Value):
            found[value.about] = value
        elif before.old == value.new:
            del found[value.about]
        else:
            found[value.about] = evolve(before, new=value.new)
    return [*map(str, found.values())]


def _shortened(lines: Lines) -> Lines:
    """Return the lines with a few of those about what may be used; of the others only the methods, in one line."""
    more = [label for label in lines if label.startswith(_MORE) and label != _REST]
    if len(more) <= _ADDITIONS and _REST not in lines:
        return lines
    shown = {name for label in more[:_ADDITIONS] for name in _METHOD.findall(label)}
    names = (name for label in more[_ADDITIONS:] for name in _METHOD.findall(label))
    rest = [name for name in dict.fromkeys([*lines.get(_REST, ()), *names]) if name not in shown]
    kept = {label: items for label, items in lines.items() if label not in more[_ADDITIONS:]} | {_REST: rest}
    return {label: kept[label] for label in sorted(kept, key=_order)}


def _order(label: str) -> int:
    starts = (_REMOVED, _ACTION, _MOVED, _NEW, _OTHER, _GOING, _MORE)
    if label == _REST:
        return len(starts)
    return next((at for at, start in enumerate(starts) if label.startswith(start)), len(starts))


def _cut(items: list[str], label: str) -> str:
    """
    Return some items; an entry that was cut before counts on. Nothing is left where all that it named is undone.

    Methods that came or went stand with all their names: a caller looks for them, and a later bump may undo them.
    """
    rest = [item for item in items if not re.fullmatch(r"and \d+ more", item)]
    most = len(rest) if label in (_REST, _NEW, _REMOVED) else _ITEMS if label.startswith(_ACTION) else _FEW
    more = sum(int(item.split()[1]) for item in items if item not in rest) + max(0, len(rest) - most)
    if not rest and not label.startswith("**"):
        return ""
    return "; ".join([*rest[:most], *([f"and {more} more"] if more else [])])
