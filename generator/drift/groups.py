"""
Puts the changes of a comparison in the order in which a person reads them.

A fact that several operations reach is told once, under the component that holds it; changes that read the same
in several operations (76 schemas that became a `$ref`) are one line under a title that names these operations.
It prints nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from attrs import define, field, frozen

from generator.document import printable
from generator.drift.compare import Change, Comparison
from generator.drift.places import BETWEEN, VALUE, location, shown, title
from generator.pointers import parts

VERSION = "/info/version"
UNUSED = "Components that no operation refers to"
_OPERATION = 3  # parts of the pointer of an operation
_Key = tuple[int, str, tuple[str, ...]]  # rank, title, operations
_SETS = ("enum", "required", "security")


@frozen
class Line:
    """One line: a change, or several that read the same."""

    kind: str
    place: str
    """Below the title of its group."""
    old: str
    new: str


@frozen
class Group:
    """Lines that belong together."""

    title: str
    """The operation, where it is one, else the component or the document; empty for several operations."""
    operations: tuple[str, ...]
    """The operations that every line of it reaches."""
    lines: tuple[Line, ...]


@define
class _Folded:
    line: Line
    operations: set[str] = field(factory=set)


def told(comparison: Comparison) -> tuple[Change, ...]:
    """The changes but for the version and the operations that came or went: those have a place of their own."""
    whole = {*comparison.operations_added, *comparison.operations_removed}
    return tuple(
        change
        for change in comparison.changes
        if change.pointer != VERSION and not (_is_operation(change) and whole.issuperset(change.operations))
    )


def groups(comparison: Comparison) -> tuple[Group, ...]:
    """The changes that are left to tell, operations first, then what several share, then the document."""
    folded: dict[Line, _Folded] = {}
    lines: dict[_Key, list[Line]] = {}
    for changes in _of_one_set(told(comparison)):
        change = changes[0]
        where = parts(change.pointer)
        name = title(where)[0]
        contract = comparison.old if change.kind == "removed" else comparison.new
        place = location(contract, where[:-1] if _is_target(change) else where)
        if where[0] == "paths" and change.operations:
            line = _line(changes, place)
            folded.setdefault(line, _Folded(line)).operations.update(change.operations)
        elif where[0] == "components" and len(change.operations) == 1:
            line = _line(changes, BETWEEN.join(filter(None, (name, place))))
            folded.setdefault(line, _Folded(line)).operations.update(change.operations)
        else:
            rank = 2 if where[0] == "components" else 4
            key: _Key = (rank, name, tuple(sorted(change.operations, key=_by_path)))
            if where[0] == "components" and not change.operations:
                key, place = (3, UNUSED, ()), BETWEEN.join(filter(None, (name, place)))
            lines.setdefault(key, []).append(_line(changes, place or name))
    for one in folded.values():
        operations = tuple(sorted(one.operations, key=_by_path))
        single = len(operations) == 1
        shared = (0 if single else 1, printable(operations[0]) if single else "", operations)
        lines.setdefault(shared, []).append(one.line)
    ordered = sorted(lines.items(), key=lambda item: _group_order(item[0]))
    return tuple(Group(name, operations, tuple(found)) for (_, name, operations), found in ordered)


def join(texts: Sequence[str], limit: int) -> str:
    """As many of the texts as there is room for, and how many more there are."""
    for count in range(len(texts), 0, -1):
        more = len(texts) - count
        text = ", ".join(texts[:count]) + (f" and {more} more" if more else "")
        if len(text) <= limit or count == 1:
            return text
    return ""


def _of_one_set(changes: Iterable[Change]) -> Iterable[list[Change]]:
    """The changes one by one, but for the values that came to or went from one set: those are told together."""
    for _, found in groupby(changes, key=lambda change: (change.pointer, change.kind)):
        yield list(found)


def _line(changes: list[Change], place: str) -> Line:
    change = changes[0]
    old, new = change.old, change.new
    if _is_target(change):
        old, new = {"$ref": old}, {"$ref": new}
    if len(changes) > 1:
        words = join([shown(one.old if one.kind == "removed" else one.new) for one in changes], VALUE)
        return Line(change.kind, place, *((words, "") if change.kind == "removed" else ("", words)))
    if place.endswith(_SETS) and isinstance(new if old is None else old, list) and change.kind != "changed":
        place += " (all of it)"
    told_old = "" if change.kind == "added" else shown(old)
    return Line(change.kind, place, told_old, "" if change.kind == "removed" else shown(new))


def _is_target(change: Change) -> bool:
    """Whether it is a reference that leads elsewhere."""
    return change.pointer.endswith("/$ref") and isinstance(change.old, str) and isinstance(change.new, str)


def _is_operation(change: Change) -> bool:
    where = parts(change.pointer)
    return where[0] == "paths" and len(where) == _OPERATION and change.kind != "changed"


def _group_order(key: _Key) -> tuple[int, list[tuple[str, str]], str]:
    rank, name, operations = key
    return (rank, [_by_path(operation) for operation in operations], name)


def _by_path(name: str) -> tuple[str, str]:
    method, _, path = name.partition(" ")
    return (path, method)
