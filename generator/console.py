"""What the commands print, the progress line of a fetch, and how a file is saved. No command is decided here."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen
from rich.console import Console

from generator.drift.judge.classes import Class
from generator.errors import counted, first_few, printable, system_faults
from generator.files import replace_file
from generator.spec.contract import Facts, version_of
from generator.spec.pin import OVERLAY

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from generator.drift.report.report import Report
    from generator.generate import Generated
    from generator.source.web import Progress

out = Console()
err = Console(stderr=True)


def allow_any_character() -> None:
    """Let both outputs show what their encoding lacks as an escape; pipes on Windows have few characters."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """Print a line to stdout as it is."""
    out.print(text, highlight=False, markup=False, soft_wrap=True)


def complain(text: str) -> None:
    """Print a line to stderr as it is."""
    err.print(text, highlight=False, markup=False, soft_wrap=True)


def report_passed(report: Report | None, origin: str, line: Class) -> None:
    """Say that a check found nothing, or nothing at or above the line."""
    where = "" if report is None else f", and the pin with {origin.split('?', maxsplit=1)[0]}"
    text = f"In step: the generated client with the pin{where}."
    if report is not None and report.comparison.changes + report.accepted + report.findings:
        text = f"Passed: no finding that is not accepted is {line.value} or stronger. The client is not affected."
    say(text)


def report_verdict(report: Report | None, problems: int, *, to_stdout: bool) -> None:
    """Print the one line that a check ends with: PASS or FAIL, and the counts."""
    found = "not compared with a description"
    if report:
        from generator.drift.report.report import summed  # not every command compares

        accepted = f"{len(report.accepted)} accepted" if report.accepted else ""
        found = ", ".join(filter(None, (summed(report), accepted))) or "0 findings"
    (say if to_stdout else complain)(f"{'FAIL' if problems else 'PASS'}: {found}; {counted(problems, 'problem')}")


def report_generated(generated: Generated, target: Path, *, is_pin: bool) -> None:
    """Say what was generated, and which actions of the overlay match nothing."""
    say(
        f"{counted(generated.operations, 'operation')}, {counted(generated.models, 'model')} at {shown(target)};"
        f" {counted(len(generated.changed), 'file')} changed."
    )
    if generated.unchecked:
        listed = first_few(list(map(printable, generated.unchecked)))
        complain(f"{len(generated.unchecked)} patterns may be slow or are not Python's; not checked: {listed}")
    if is_pin:
        report_words(generated)
        if generated.other_server:
            complain(f"server: {generated.other_server}")
    elif generated.unmatched:
        complain(
            f"overlay: {len(generated.unmatched)} actions match nothing in this description; the rest was applied."
        )


def report_words(generated: Generated) -> None:
    """List what the overlay lacks, with a skeleton of what is to be written, and actions that match nothing."""
    for line in generated.ambiguities:
        complain(f"names: {line}")
    for action in generated.unmatched:
        complain(f"overlay: {action} matches nothing in the pin")
    if generated.unmatched:
        complain(f"overlay: correct these targets in {shown(OVERLAY)} where the API has new names, and remove the rest")
    for one in generated.without_words:
        lacks = " and ".join(one.missing)
        complain(f"overlay: {one.operation} is {one.name}; it lacks {lacks}. For {shown(OVERLAY)}:\n{one.skeleton}")


def report_unknown(found: Facts) -> None:
    """Say which keys of a description are in no table and were left out."""
    if found.unknown:
        count = "1 key is" if len(found.unknown) == 1 else f"{len(found.unknown)} keys are"
        complain(f"{count} in no table of generator/spec/contract.py and left out: {first_few(found.unknown)}")


def version(found: Facts) -> str:
    """Return the version of a description."""
    return version_of(found.contract) or "none"


def save(path: Path, data: bytes) -> None:
    """Write a file completely or not at all; its folder is made where it is missing."""
    with system_faults(f"{shown(path)} cannot be written"):
        replace_file(path, data)


def shown(path: Path) -> str:
    """Return a path relative to the current folder where it is below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


@frozen
class _Line:
    bar: Bar
    task: TaskID

    def received(self, done: int, total: int | None) -> None:
        self.bar.update(self.task, description="fetching", completed=done, total=total)

    def retrying(self, text: str) -> None:
        self.bar.update(self.task, description=printable(text), completed=0, total=None)


@contextmanager
def terminal_progress() -> Iterator[Progress | None]:
    """Draw one line about a fetch on stderr if that is a terminal; elsewhere nothing follows it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, DownloadColumn, TextColumn
    from rich.progress import Progress as Bar

    words = TextColumn("{task.description}", markup=False)  # a cause may hold brackets
    with Bar(words, BarColumn(), DownloadColumn(), console=Console(stderr=True), transient=True) as bar:
        yield _Line(bar, bar.add_task("fetching", total=None))
