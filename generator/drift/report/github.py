"""
A report for GitHub Actions: one annotation a finding, and the counts for the steps that follow.

An annotation stands in the file that was compared, at the line of its place, or of the next place above that the file
has. What comes from the description is escaped, so that it cannot start a command of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.report import Report
from generator.drift.report.wording import message, reached
from generator.errors import GeneratorError, printable

LEVELS = {
    Class.WIRE: "error", Class.SOURCE: "error", Class.BEHAVIOUR: "warning", Class.ERRORS: "warning",
    Class.LIFECYCLE: "warning",
}  # fmt: skip
_NAMED = 3  # so many operations by name
_LIMIT = 400

LineOf = Callable[[str], int]
"""Returns the line of a JSON pointer."""


def commands(report: Report, file: str, line_of: LineOf) -> Iterator[str]:
    """Yield the commands, a line each, the strongest first; `file` is empty where none can be named."""
    found = [(LEVELS.get(finding.cls, "notice"), finding, "") for finding in report.findings]
    found += [("notice", finding, f" (accepted: {entry.reason})") for finding, entry in report.accepted]
    for level, finding, more in found:
        yield annotation(level, finding.rule, f"{_text(finding)}{more}", file, line_of(finding.pointer))


def annotation(level: str, title: str, text: str, file: str, line: int) -> str:
    """Return one command."""
    place = f"title={_property(title)}" + (f",file={_property(file)},line={line}" if file else "")
    return f"::{level} {place}::{_data(printable(text, limit=_LIMIT))}"


def outputs(report: Report) -> str:
    """Return the lines for $GITHUB_OUTPUT: the strongest class, and how many findings there are of each."""
    strongest = report.strongest
    lines = [f"class={'' if strongest is None else strongest.value}"]
    lines += [f"{cls.value.lower()}={count}" for cls, count in report.counts.items()]
    return "".join(f"{line}\n" for line in lines)


def write_outputs(report: Report, path: Path) -> None:
    """Add the outputs to the file that $GITHUB_OUTPUT names."""
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(outputs(report))
    except OSError as error:
        raise GeneratorError(f"The file that GITHUB_OUTPUT names cannot be written: {error.strerror}.") from error


def _text(finding: Finding) -> str:
    said = message(finding)
    named = all(name in said for name in finding.operations)
    return f"{finding.cls.value}: {said}" + ("" if named else f" ({reached(finding.operations, _NAMED)})")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
