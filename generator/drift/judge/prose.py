"""
Judges prose: which statements of the vendor came, went or changed.

A statement that only moved, or that says the same in other words, is not a finding. It works on texts, and on the
hashes of texts that a lock holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from attrs import frozen

from generator.drift.compare.changes import Place
from generator.drift.compare.comparison import Comparison, in_order
from generator.drift.compare.prose import Entry, ProseChange
from generator.drift.judge.findings import Finding
from generator.drift.judge.rules import BY_ID
from generator.errors import printable
from generator.spec.contract import METHODS
from generator.spec.pointers import parts
from generator.spec.statements import is_example, short_hash, statements

_SHOWN = 320


@frozen
class _Said:
    key: str
    text: str
    """Empty where only a hash is known."""


def judge_prose(comparison: Comparison) -> Iterator[Finding]:
    """Yield findings about prose: one for each statement that differs, and one for all other texts."""
    left = [change for change in comparison.prose.changes if change.kind != "moved"]
    uses = _Places(comparison)
    kept, known = _moved(comparison, uses)
    said = [(change, _said(change, change.old), _said(change, change.new)) for change in left]
    pairs = [(change, _beyond(old, new), _beyond(new, old)) for change, old, new in said]
    # A statement moves from a text that lacks it now to one that lacked it. One that replaces another has changed.
    gone = Counter(one.key for _, lost, won in pairs if not won for one in lost)
    came = Counter(one.key for _, lost, won in pairs if not lost for one in won)
    quiet = len(comparison.prose.changes)
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[tuple[ProseChange, list[str], list[str]]]] = {}
    for change, lost, won in pairs:
        is_replaced = bool(lost and won)
        was = _unmoved([one for one in lost if is_replaced or not came[one.key]], kept, change, uses)
        now = _unmoved([one for one in won if is_replaced or not gone[one.key]], known, change, uses)
        if was or now:
            quiet -= 1
            key = tuple(one.key for one in was), tuple(one.key for one in now)
            groups.setdefault(key, []).append((change, [one.text for one in was], [one.text for one in now]))
    for found in groups.values():
        _, was_texts, now_texts = found[0]
        places = {place for change, *_ in found for place in uses.of(change.pointer)}
        yield Finding(
            "prose-behaviour",
            BY_ID["prose-behaviour"].cls,
            tuple(sorted((change.pointer for change, *_ in found), key=in_order)),
            tuple(sorted(places)),
            subject="changed" if found[0][1] and found[0][2] else "gone" if found[0][1] else "new",
            old=_shown(was_texts),
            new=_shown(now_texts),
        )
    if quiet:
        yield Finding("prose-changed", BY_ID["prose-changed"].cls, ("",), subject=str(quiet))


def _moved(comparison: Comparison, uses: _Places) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """
    Return the operations that moved statements reach from their new places, and those that they reached before.

    One text may replace several, and several one.
    """
    kept: dict[str, set[str]] = {}
    known: dict[str, set[str]] = {}
    for change in comparison.prose.changes:
        for one in _said(change, change.new) if change.kind == "moved" else ():
            kept.setdefault(one.key, set()).update(place.operation for place in uses.of(change.pointer))
            known.setdefault(one.key, set()).update(place.operation for place in uses.of(change.origin))
    return kept, known


def _unmoved(found: list[_Said], moved: Mapping[str, set[str]], change: ProseChange, uses: _Places) -> list[_Said]:
    """Leave out the statements that a move accounts for, in all operations that the text reaches."""
    if moved.keys().isdisjoint(one.key for one in found):
        return found
    reached = {place.operation for place in uses.of(change.pointer)}
    return [one for one in found if not reached <= moved.get(one.key, set())]


class _Places:
    """The places of operations that a text belongs to."""

    def __init__(self, comparison: Comparison) -> None:
        self._paired = comparison.paired
        self._uses = comparison.uses
        self._contracts = (comparison.old, comparison.new)

    def of(self, pointer: str) -> set[Place]:
        """Return the places, with the field that the text is about."""
        where = parts(pointer)
        field = _field(where)
        match where:
            case ["paths", path, method, *rest] if method in METHODS:
                return {Place(f"{method.upper()} {path}", self._holder(where, rest), field)}
            case ["components", "schemas", name, *_]:
                found = {self._paired.get(one, one) for uses in self._uses for one in uses.of(name)}
                return {Place(one, f"schema {name}", field) for one in found}
        return set()

    def _holder(self, where: list[str], rest: list[str]) -> str:
        match rest:
            case ["requestBody", *_]:
                return "body"
            case ["responses", status, "headers", name, *_]:
                return f"header {name} of response {status}"
            case ["responses", status, *_]:
                return f"{'error' if status[:1] in '45' else 'response'} {status}"
            case ["parameters", index, *_]:
                for contract in reversed(self._contracts):
                    held = contract.get("paths", {}).get(where[1], {}).get(where[2], {}).get("parameters", [])
                    if index.isdecimal() and int(index) < len(held):
                        one = held[int(index)]
                        return f"{one.get('in', '')} parameter {one.get('name', '')}".strip()
        return ""


def _field(where: list[str]) -> str:
    text, steps = "", iter(where)
    for step in steps:
        if step in ("properties", "patternProperties"):
            name = next(steps, "")
            text += f".{name}" if text else name
        elif step == "items":
            text += "[]"
    return text


def _said(change: ProseChange, entry: Entry | None) -> list[_Said]:
    """Return the statements of a text; stand-ins where the other side is known by hashes only."""
    if entry is None or is_example(change.pointer):
        return []
    other = change.new if entry is change.old else change.old
    hashed = isinstance(entry, tuple) or isinstance(other, tuple)
    if isinstance(entry, tuple):
        return [_Said(mark, "") for mark in entry[1:]]
    return [_Said(short_hash(one.key)[:8] if hashed else one.key, one.text) for one in statements(entry)]


def _beyond(one: list[_Said], other: list[_Said]) -> list[_Said]:
    """Return the statements of the first text that the second one lacks."""
    left = Counter(said.key for said in other)
    found = []
    for said in one:
        if left[said.key]:
            left[said.key] -= 1
        else:
            found.append(said)
    return found


def _shown(sentences: list[str]) -> list[str] | None:
    found = [printable(one, limit=_SHOWN) for one in sentences if one]
    return found or None
