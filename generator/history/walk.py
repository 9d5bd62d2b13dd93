"""
Walks descriptions in order and judges every bump.

Each description is read, reduced and, where a difference asks for it, turned into its Python surface once. With more
than one job, the walk is cut into stretches that processes judge on their own; each hands back what it needs to have
at its two ends, and the bump between two stretches is judged here. What comes of it is the same for any number of jobs.

What cannot be read is told and stepped over; a bump that cannot be judged is told, too. It prints nothing.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cached_property
from typing import Any

from attrs import field, frozen

from generator.drift.compare.compare import compare_facts
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.judge.judge import judge
from generator.drift.python_api.surface import Surface, surface_of
from generator.drift.report.headline import headline
from generator.errors import GeneratorError
from generator.history.bumps import Bump, Description, History
from generator.history.order import Source, leading_date
from generator.source.document import printable, read, read_bytes
from generator.spec.contract import Facts, facts

MOST_JOBS = 4
_STRETCH = 16  # so many descriptions at most: progress is told, and ends are handed over, by stretch
_PER_JOB = 4  # so many stretches a job at least, so that none is idle for long
_FEW = 6  # so few are judged before a process has started
_LONGEST = 2000
_UNTIDY = (
    100_000  # objects that may wait for the collector: descriptions hold no cycles, and looking for some takes time
)
_BROKEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, AssertionError)
_ADVICE = " Fetch it again, or name another file."

Progress = Callable[[int], None]
"""Told how many more descriptions are done with."""


class Judged:
    """A description that was read, with what judging it takes."""

    def __init__(self, description: Description, reduced: Facts) -> None:
        self.description = description
        self.facts = reduced

    @cached_property
    def surface(self) -> Surface:
        """Its Python surface, made when it is first asked for. It goes along when this is sent to a process."""
        return surface_of(self.facts.contract)


@frozen
class Stretch:
    """Some descriptions in a row."""

    descriptions: tuple[Description, ...]
    bumps: tuple[Bump, ...]
    first: Judged | None = field(repr=False)
    last: Judged | None = field(repr=False)


def walk(found: Sequence[Source], *, jobs: int = 1, progress: Progress = lambda _count: None) -> History:
    """Read and judge all descriptions, in their order, with so many processes."""
    descriptions: list[Description] = []
    bumps: list[Bump] = []
    last: Judged | None = None
    for stretch in _stretches(found, jobs if len(found) > _FEW else 1, progress):
        descriptions += stretch.descriptions
        if last is not None and stretch.first is not None:
            bumps.append(bump(last, stretch.first))
        bumps += stretch.bumps
        last = stretch.last or last
    return History(tuple(descriptions), tuple(bumps))


def usual_jobs() -> int:
    """As many as there are processors for this process, and no more than four."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST_JOBS)


def bump(old: Judged, new: Judged) -> Bump:
    """Judge what came between two descriptions."""
    prose = {"old_prose": old.facts.prose, "new_prose": new.facts.prose}

    def surface(contract: Mapping[str, Any]) -> Surface:
        return old.surface if contract is old.facts.contract else new.surface

    try:
        comparison = compare_facts(old.facts.contract, new.facts.contract, **prose)
        findings = judge(comparison, **prose, surface=surface)
        said = printable(headline(findings), limit=_LONGEST)
    except _BROKEN as error:  # one pair must not cost the others their history
        said = printable(f"not judged: {type(error).__name__}: {error}", limit=_LONGEST)
        return Bump(old.description, new.description, (), said, (), failed=True)
    counts = Counter(one.cls for one in findings)
    ordered = tuple((cls, counts[cls]) for cls in Class if counts[cls])
    return Bump(old.description, new.description, ordered, said, _reached(findings))


def _reached(findings: Iterable[Finding]) -> tuple[tuple[str, Class], ...]:
    """The operations that findings reach, with the strongest class: the findings come strongest first."""
    found: dict[str, Class] = {}
    for one in findings:
        if one.cls.rank < Class.DOCS.rank:
            for name in one.operations:
                found.setdefault(name, one.cls)
    return tuple((printable(name, limit=_LONGEST), cls) for name, cls in sorted(found.items()))


def _stretches(found: Sequence[Source], jobs: int, progress: Progress) -> Iterator[Stretch]:
    if jobs < 2:
        for source in found:
            yield _stretch([source])
            progress(1)
        return
    length = min(_STRETCH, -(-len(found) // (jobs * _PER_JOB)))
    cut = [found[at : at + length] for at in range(0, len(found), length)]
    pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_start)
    try:
        for stretch in pool.map(_stretch, cut):
            yield stretch
            progress(len(stretch.descriptions))
    finally:
        pool.shutdown(cancel_futures=True)


def _start() -> None:
    """Set a process up: an interrupt ends it without a word, since the one that started it says all that is to say."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(_UNTIDY)


def _stretch(found: Sequence[Source]) -> Stretch:
    descriptions: list[Description] = []
    bumps: list[Bump] = []
    first: Judged | None = None
    last: Judged | None = None
    for source in found:
        one = _read(source)
        if isinstance(one, Description):
            descriptions.append(one)
            continue
        descriptions.append(one.description)
        if last is not None:
            bumps.append(bump(last, one))
        first, last = first or one, one
    return Stretch(tuple(descriptions), tuple(bumps), first, last)


def _read(source: Source) -> Judged | Description:
    """Read one description; one that cannot be read comes back with the reason."""
    name = printable(source.path.name, limit=_LONGEST)
    date = leading_date(source.path.name)
    try:
        reduced = facts(read(read_bytes(source.path), source=name))
    except GeneratorError as error:
        text = str(error).replace(f"{source.path} cannot be read: ", "").removeprefix(f"{name} cannot be read: ")
        reason = printable(text.removeprefix("found ").removesuffix(_ADVICE), limit=_LONGEST)
        return Description(source.position, name, date, unreadable=reason)
    except _BROKEN as error:
        return Description(source.position, name, date, unreadable=printable(f"{type(error).__name__}: {error}"))
    info = reduced.contract.get("info")
    version = printable(str(info.get("version", ""))) if isinstance(info, dict) else ""
    return Judged(Description(source.position, name, date or leading_date(version), version), reduced)
