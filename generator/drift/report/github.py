"""
A report for GitHub Actions: one annotation a finding, and the counts for the steps that follow.

An annotation stands at the line of spec/swagger.yaml that its place has in the pin, or at the next place above that
the pin knows. What comes from the description is escaped, so that it cannot start a command of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report.report import Report
from generator.errors import GeneratorError
from generator.source.document import printable

FILE = "spec/swagger.yaml"
LEVELS = {Class.WIRE: "error", Class.SOURCE: "error", Class.BEHAVIOUR: "warning", Class.LIFECYCLE: "warning"}
_NAMED = 3  # so many operations by name
_LIMIT = 400

LineOf = Callable[[str], int]


def commands(report: Report, line_of: LineOf) -> Iterator[str]:
    """The commands, a line each, the strongest first; `line_of` tells the line of a JSON pointer."""
    for finding in report.findings:
        yield annotation(LEVELS.get(finding.cls, "notice"), finding.rule, _text(finding), line_of(finding.pointer))
    for finding, entry in report.accepted:
        text = f"{_text(finding)} (accepted: {entry.reason})"
        yield annotation("notice", finding.rule, text, line_of(finding.pointer))


def annotation(level: str, title: str, text: str, line: int) -> str:
    """One command."""
    place = f"title={_property(title)},file={FILE},line={line}"
    return f"::{level} {place}::{_data(printable(text, limit=_LIMIT))}"


def outputs(report: Report) -> str:
    """The lines for $GITHUB_OUTPUT: the strongest class, and how many findings there are of each; 0 is told too."""
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
    names = finding.operations[:_NAMED]
    more = len(finding.operations) - len(names)
    reached = ", ".join(names) + (f" and {more} more" if more else "")
    named = all(name in finding.message for name in finding.operations)
    return f"{finding.cls.value}: {finding.message}" + ("" if named else f" ({reached})")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
