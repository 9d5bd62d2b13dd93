"""
Walks descriptions in order and judges every bump.

Each description is read and reduced once. With more than one job, the walk is cut into stretches that processes judge
on their own; each returns the descriptions at its two ends, and the bump between two stretches is judged here. The
result is the same for any number of jobs.

What cannot be read is reported and skipped; a bump that cannot be judged is reported, too.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from attrs import field, frozen

from generator.drift.assess import assess
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.groups import DOCUMENT, groups
from generator.errors import GeneratorError, printable
from generator.history.bumps import Bump, Description, History
from generator.history.commits import Commit
from generator.history.order import Source, leading_date
from generator.source.document import read
from generator.spec.contract import Facts, facts, version_of
from generator.startup import tidy_rarely

MOST_JOBS = 4
_STRETCH = 16  # so many descriptions at most: progress is reported by stretch
_PER_JOB = 4  # so many stretches a job at least, so that none is idle for long
_FEW = 6  # so few are judged before a process has started
_LONGEST = 2000
_BROKEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, AssertionError)
_ADVICE = " Fetch it again, or name another file."

Origin = Source | Commit
Progress = Callable[[int], None]
"""Called with the number of further descriptions that are done."""


@frozen
class Judged:
    """A description that was read, with its facts."""

    description: Description
    facts: Facts


@frozen
class Stretch:
    """Some descriptions in a row."""

    descriptions: tuple[Description, ...]
    bumps: tuple[Bump, ...]
    first: Judged | None = field(repr=False)
    last: Judged | None = field(repr=False)


def walk(found: Sequence[Origin], *, jobs: int = 1, progress: Progress = lambda _count: None) -> History:
    """Read and judge all descriptions, in their order, with so many processes."""
    whole = _joined(_stretches(found, jobs if len(found) > _FEW else 1, progress))
    return History(whole.descriptions, whole.bumps)


def usual_jobs() -> int:
    """As many as there are processors for this process, and no more than four."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST_JOBS)


def bump(old: Judged, new: Judged) -> Bump:
    """Judge what came between two descriptions."""
    try:
        report = assess(old.facts.contract, new.facts.contract, old.facts.prose, new.facts.prose)
        findings = report.findings
        said = printable(report.headline, limit=_LONGEST)
    except _BROKEN as error:  # one pair must not cost the others their history
        said = printable(f"not judged: {type(error).__name__}: {error}", limit=_LONGEST)
        return Bump(old.description, new.description, (), said, (), failed=True)
    counts = Counter(one.cls for one in findings)
    ordered = tuple((cls, counts[cls]) for cls in Class if counts[cls])
    return Bump(old.description, new.description, ordered, said, _reached(findings), _lines(findings))


def _reached(findings: Iterable[Finding]) -> tuple[tuple[str, Class], ...]:
    """The operations that findings reach, with the strongest class: the findings come strongest first."""
    found: dict[str, Class] = {}
    for one in findings:
        if one.cls.rank < Class.DOCS.rank:
            for name in one.operations:
                found.setdefault(name, one.cls)
    return tuple((printable(name, limit=_LONGEST), cls) for name, cls in sorted(found.items()))


def _lines(findings: Sequence[Finding]) -> tuple[tuple[str, tuple[tuple[Class, str], ...]], ...]:
    """Return the report of a bump, group by group: no sentence of the vendor is in it."""
    return tuple(
        (
            printable(", ".join(group.operations) or DOCUMENT, limit=_LONGEST),
            tuple((line.cls, line.text) for line in group.lines),
        )
        for group in groups([one for one in findings if one.cls is not Class.VERSION])
    )


def _stretches(found: Sequence[Origin], jobs: int, progress: Progress) -> Iterator[Stretch]:
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
    """Set a process up: an interrupt ends it silently, the process that started it reports it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    tidy_rarely()


def _stretch(found: Sequence[Origin]) -> Stretch:
    return _joined(map(_read, found))


def _joined(stretches: Iterable[Stretch]) -> Stretch:
    """Join stretches, and judge the bumps between them."""
    descriptions: list[Description] = []
    bumps: list[Bump] = []
    first: Judged | None = None
    last: Judged | None = None
    for one in stretches:
        descriptions += one.descriptions
        if last is not None and one.first is not None:
            bumps.append(bump(last, one.first))
        bumps += one.bumps
        first, last = first or one.first, one.last or last
    return Stretch(tuple(descriptions), tuple(bumps), first, last)


def _read(source: Origin) -> Stretch:
    """Return one description; of one that cannot be read, the reason."""
    name, date = printable(source.name, limit=_LONGEST), source.date
    try:
        reduced = facts(read(source.read(), source=name))
    except GeneratorError as error:
        text = re.sub(r"^.{1,4000}? cannot be read: ", "", str(error), count=1)
        reason = printable(text.removeprefix("found ").removesuffix(_ADVICE), limit=_LONGEST)
    except _BROKEN as error:
        reason = printable(f"{type(error).__name__}: {error}")
    else:
        version = printable(version_of(reduced.contract))
        one = Judged(Description(source.position, name, date or leading_date(version), version), reduced)
        return Stretch((one.description,), (), one, one)
    return Stretch((Description(source.position, name, date, unreadable=reason),), (), None, None)
