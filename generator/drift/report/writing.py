"""Writes a report: text to the terminal, other formats to standard output, counts to $GITHUB_OUTPUT."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.console import Console

    from generator.drift.report.report import Report


Format = Literal["text", "markdown", "json", "github"]
"""How a report is written."""


def write_report(report: Report, form: Format, console: Console, file: str, data: Callable[[], bytes]) -> None:
    """Write a report. `file` is the description that it is about, and `data` its content: annotations stand in it."""
    match form:
        case "text":
            from generator.drift.report.text import print_text

            print_text(report, console if console.is_terminal or "COLUMNS" in os.environ else _wide(console))
        case "markdown":
            from generator.drift.report.markdown import as_markdown

            _write(as_markdown(report))
        case "json":
            from generator.drift.report.json import as_json

            _write(as_json(report) + "\n")
        case "github":
            _annotate(report, file, data())


def _annotate(report: Report, file: str, data: bytes) -> None:
    from generator.drift.report.github import commands, write_outputs
    from generator.source.yaml_marks import Lines

    for line in commands(report, "" if "://" in file else file, Lines(data).of):
        _write(f"{line}\n")
    if name := os.environ.get("GITHUB_OUTPUT"):
        write_outputs(report, Path(name))


def _wide(console: Console) -> Console:
    """Return a console of full width: what is piped is not cut to the width of a terminal."""
    from rich.console import Console

    from generator.drift.report.text import WIDTH

    return Console(width=WIDTH, file=console.file)


def _write(text: str) -> None:
    """Write text as UTF-8, on every machine."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", errors="backslashreplace"))
    sys.stdout.buffer.flush()
