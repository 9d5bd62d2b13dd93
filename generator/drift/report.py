"""
Tells a comparison: as text to a person, as JSON to a program. It knows no rule and judges nothing.

The JSON is one object, sorted, the same bytes in every run:

    schema_version   1; raised when a reader of the older form would go wrong
    old_version      `info.version` of the old contract: a label, it may go backwards
    new_version      the same of the new contract
    headline         the sentence that the text starts with
    changes          a list of
        kind         "added", "removed" or "changed"
        pointer      JSON pointer of the fact: in the new contract, or in the old one if it was removed; below a
                     place that refers to a schema, where the two sides differ in that
        operations   the operations that it reaches, such as "POST /image/edit"; sorted
        old, new     the values as the contracts have them; null where there is none, as `kind` tells
    prose            where sentences and examples differ; they are not kept, and so not told
        count        in how many places
        added, removed, changed    lists of JSON pointers
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from generator.document import printable
from generator.drift.compare import Change, Comparison
from generator.drift.groups import UNUSED, VERSION, Group, Line, groups, join, told
from generator.drift.places import BETWEEN, DOCUMENT

SCHEMA_VERSION = 1
WIDTH = 100

_MARKERS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
_NAMED = 3  # so many names are told before the rest is counted
# What JSON may hold as it is, but a terminal or an encoder should not get.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]")


def headline(comparison: Comparison) -> str:
    """What a person would say first, in one sentence."""
    added, removed = comparison.operations_added, comparison.operations_removed
    said = [f"{_names(names)} {word}" for names, word in ((added, "added"), (removed, "removed")) if names]
    gone = {*added, *removed}
    facts = [change for change in told(comparison) if not _goes_with(change, gone)]
    if facts:
        other = "other " if said else ""
        reached = {name for change in facts for name in change.operations} - gone
        where = f" in {_counted(len(reached), 'operation')}" if reached else ", and no operation is concerned"
        said.append(f"{_counted(len(facts), f'{other}fact')} changed{where}")
        if len(said) == 1:
            said.append("no operation came or went")
    if said:
        return "; ".join(said) + "."
    only = ["the version"] if any(change.pointer == VERSION for change in comparison.changes) else []
    count = comparison.prose.count
    if not count:
        return f"Nothing but {only[0]} changed." if only else "Nothing changed."
    return f"Nothing but {' and '.join([*only, 'prose'])} changed ({_counted(count, 'place')})."


def as_json(comparison: Comparison) -> str:
    """The comparison as JSON; the docstring of this module says what is in it."""
    prose = comparison.prose
    text = json.dumps(
        {
            "schema_version": SCHEMA_VERSION,
            "old_version": comparison.old_version,
            "new_version": comparison.new_version,
            "headline": headline(comparison),
            "changes": [
                {
                    "kind": change.kind,
                    "pointer": change.pointer,
                    "operations": list(change.operations),
                    "old": change.old,
                    "new": change.new,
                }
                for change in comparison.changes
            ],
            "prose": {
                "count": prose.count,
                "added": list(prose.added),
                "removed": list(prose.removed),
                "changed": list(prose.changed),
            },
        },
        ensure_ascii=False,
        indent=2,
    )
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def print_text(comparison: Comparison, console: Console) -> None:
    """Print the comparison to a person: the headline, operations that came and went, then group by group."""
    width = min(console.width, WIDTH)
    for line in _text(comparison, width):
        line.truncate(width, overflow="ellipsis")
        console.print(line, width=width, no_wrap=True)


def _text(comparison: Comparison, width: int) -> Iterator[Text]:
    yield Text(headline(comparison), style="bold")
    old, new = printable(comparison.old_version), printable(comparison.new_version)
    if old != new:
        yield Text(f"Version {old or '(none)'} -> {new or '(none)'}", style="dim")
    found = groups(comparison)
    came_and_went = {*comparison.operations_added, *comparison.operations_removed}
    with_it = {group.operations[0]: group for group in found if _is_of(group, came_and_went)}
    for title, kind, names in (
        ("Operations added", "added", comparison.operations_added),
        ("Operations removed", "removed", comparison.operations_removed),
    ):
        if names:
            yield from (Text(), Text(title, style="bold"))
        for name in names:
            yield _marked(kind, printable(name, limit=width))
            for line in with_it[name].lines if name in with_it else ():
                yield from _lines(line, width, indent="      ")
    for group in found:
        if not _is_of(group, came_and_went):
            yield Text()
            yield from _title(group, width)
            for line in group.lines:
                yield from _lines(line, width)
    if count := comparison.prose.count:
        yield from (Text(), Text(f"Prose changed in {_counted(count, 'place')}; told, not shown."))


def _is_of(group: Group, operations: set[str]) -> bool:
    return len(group.operations) == 1 and group.operations[0] in operations


def _title(group: Group, width: int) -> Iterator[Text]:
    count = len(group.operations)
    alone = count == (0 if group.title in (DOCUMENT, UNUSED) else 1)
    if group.title and alone:
        yield Text(group.title, style="bold")
        return
    names = [printable(name) for name in group.operations]
    reached = f"{_counted(count, 'operation')}: " if count else "no operation"
    if group.title:
        yield Text(group.title, style="bold")
        yield Text(f"  reaches {reached}{join(names, width - len(reached) - 10)}", style="dim")
    else:
        yield Text(f"{reached}{join(names, width - len(reached))}", style="bold")


def _lines(line: Line, width: int, indent: str = "  ") -> Iterator[Text]:
    """The place and the values: in one line if there is room, else in two or three."""
    values = [value for value in (line.old, line.new) if value]
    together = " -> ".join(values)
    whole = _marked(line.kind, f"{line.place}: {together}" if values else line.place, indent)
    if whole.cell_len <= width:
        yield whole
        return
    yield _marked(line.kind, _middle(line.place, width - len(indent) - 2), indent)
    if len(indent) + 4 + cell_len(together) <= width:
        yield Text(f"{indent}    {together}")
    else:
        yield from (Text(f"{indent}    {'-> ' if index else ''}{value}") for index, value in enumerate(values))


def _marked(kind: str, text: str, indent: str = "  ") -> Text:
    marker, style = _MARKERS[kind]
    return Text.assemble(indent, (marker, style), f" {text}")


def _middle(place: str, room: int) -> str:
    """A place that fits: its end says most, its start says which part of the operation it is in."""
    steps = place.split(BETWEEN)
    while len(steps) > 2 and len(BETWEEN.join(steps)) + 4 > room:
        del steps[1]
    short = BETWEEN.join(steps)
    return place if short == place else BETWEEN.join([steps[0], "…", *steps[1:]])


def _goes_with(change: Change, operations: set[str]) -> bool:
    """Whether it only came or went with these operations."""
    return bool(change.operations) and operations.issuperset(change.operations)


def _names(names: tuple[str, ...]) -> str:
    if len(names) > _NAMED:
        return f"{len(names)} operations"
    return " and ".join(printable(name) for name in names)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
