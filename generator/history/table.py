"""
Shows a history as text, a row a bump, and as JSON.

The JSON is one object, the same bytes in every run:

    schema_version   1; raised when a reader of the older form would go wrong
    descriptions     how many there are, unreadable ones included
    classes          how many bumps are of each class, by class
    bumps            a list, in the order of the walk, of
        position     the place of its new description in the walk, from 1
        old, new     each with file, date (of the file's name, else of the version; null for none) and version
        class        the strongest class; null where the two are identical or could not be judged
        counts       how many findings are of each class, by class
        headline     one sentence
        operations   what it reaches by a finding stronger than DOCS: the strongest class by operation
        failed       whether it could not be judged; then the headline says why
    note             where the order is a guess; empty where it is known
    unreadable       a list of position, file, date and reason
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from generator.drift.judge.classes import Class
from generator.drift.report.text import STYLES
from generator.history.bumps import Bump, Description, History

SCHEMA_VERSION = 1
WIDTH = 100

_VERSION = 16  # so many characters of a version at most
_NARROW = 80  # on less than this, the versions are left out where there are dates
_CLASS = max(map(len, Class))


def as_json(history: History) -> str:
    """Return the history as JSON; the docstring of this module says what is in it."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "descriptions": len(history.descriptions),
        "classes": {str(cls): count for cls, count in history.classes.items()},
        "bumps": [_bump(bump) for bump in history.bumps],
        "note": history.note,
        "unreadable": [
            {"position": one.position, "file": one.file, "date": one.date or None, "reason": one.unreadable}
            for one in history.unreadable
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def print_text(history: History, console: Console) -> None:
    """Print a row a bump, the headline cut to the width of the console, and the figures below."""
    for line in _lines(history, console.width):
        line.truncate(console.width, overflow="ellipsis")
        console.print(line, no_wrap=True)
    for line in _figures(history):
        console.print(line)


def _bump(bump: Bump) -> dict[str, Any]:
    return {
        "position": bump.new.position,
        "old": _side(bump.old),
        "new": _side(bump.new),
        "class": bump.cls,
        "counts": {str(cls): bump.count(cls) for cls in Class},
        "headline": bump.headline,
        "operations": {name: str(cls) for name, cls in bump.operations},
        "failed": bump.failed,
    }


def _side(one: Description) -> dict[str, Any]:
    return {"file": one.file, "date": one.date or None, "version": one.version}


def _lines(history: History, width: int) -> list[Text]:
    rows = list(history.rows())
    new = [row.new if isinstance(row, Bump) else row for row in rows]
    dated = any(one.date for one in new)
    date = 12 if dated else 0
    labels = max((len(_label(one)) for one in new), default=0) if width >= _NARROW or not dated else 0
    version = max(len("Version"), min(_VERSION, labels)) + 2 if labels else 0
    digits = {cls: len(str(max(bump.count(cls) for bump in history.bumps))) for cls in _counted(history)}
    lines = []
    if rows:
        letters = " ".join(f"{cls[0]:>{room}}" for cls, room in digits.items())
        head = "Date".ljust(date) if dated else ""
        head += "Version".ljust(version)[:version] + "Class".ljust(_CLASS + 2) + letters + "  What changed"
        lines.append(Text(head, style="bold"))
    for row, one in zip(rows, new, strict=True):
        line = Text(f"{one.date:<{date}}" if dated else "")
        label = Text(_label(one) if version else "")
        label.truncate(max(0, version - 2), overflow="ellipsis")
        label.pad_right(version - label.cell_len)
        line.append_text(label)
        if isinstance(row, Description):
            line.append(f"unreadable: {row.unreadable}", style="red")
        else:
            line.append(f"{row.cls or '-':<{_CLASS + 2}}", style=STYLES[row.cls] if row.cls else "")
            counts = ((row.count(cls), room) for cls, room in digits.items())
            line.append(" ".join(f"{count or '.':>{room}}" for count, room in counts))
            line.append(f"  {row.headline}", style="red" if row.failed else "")
        lines.append(line)
    return lines


def _figures(history: History) -> Iterator[Text]:
    if any(history.rows()):
        yield Text()
    yield Text(f"{history.summary()}.", style="bold")
    if history.note:
        yield Text(history.note, style="dim")
    if counted := _counted(history):
        yield Text(f"Findings by class: {', '.join(f'{cls[0]} {cls}' for cls in counted)}.", style="dim")


def _counted(history: History) -> list[Class]:
    """The classes that have a column: those with findings, except VERSION, which repeats the version."""
    used = {cls for bump in history.bumps for cls, _ in bump.counts}
    return [cls for cls in Class if cls in used and cls is not Class.VERSION]


def _label(one: Description) -> str:
    """The version; of what cannot be read and is known by no date, the file."""
    return one.version or ("" if one.date else one.file)
