"""
Writes a report where it is read: text to the terminal, the other forms to standard output, counts to $GITHUB_OUTPUT.

Each form is loaded when it is asked for.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from generator.drift.report.report import Report


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    GITHUB = "github"


def write_report(report: Report, form: Format, console: Console) -> None:
    """Write a report."""
    match form:
        case Format.TEXT:
            from generator.drift.report.text import print_text

            print_text(report, console if console.is_terminal or "COLUMNS" in os.environ else _wide())
        case Format.MARKDOWN:
            from generator.drift.report.markdown import as_markdown

            _write(as_markdown(report))
        case Format.JSON:
            from generator.drift.report.json import as_json

            _write(as_json(report) + "\n")
        case Format.GITHUB:
            _annotate(report)


def _wide() -> Console:
    """Where nobody said how wide the output is: what is piped is not cut to what a terminal once had."""
    from rich.console import Console

    from generator.drift.report.text import WIDTH

    return Console(width=WIDTH)


def _annotate(report: Report) -> None:
    from generator.drift.report.github import commands, write_outputs
    from generator.source.yaml_lines import line_of
    from generator.spec.pin import FIRST_LINE, load_pin

    contract = load_pin().contract if report.findings or report.accepted else {}
    for line in commands(report, lambda pointer: line_of(contract, pointer, first=FIRST_LINE)):
        _write(f"{line}\n")
    if name := os.environ.get("GITHUB_OUTPUT"):
        write_outputs(report, Path(name))


def _write(text: str) -> None:
    """Write text as UTF-8, which all forms but the terminal's are in, on every machine."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", errors="backslashreplace"))
    sys.stdout.buffer.flush()
