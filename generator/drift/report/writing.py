"""Writes a report: text to the terminal, other formats to standard output, counts to $GITHUB_OUTPUT."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from rich.console import Console

    from generator.drift.report.report import Report


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    GITHUB = "github"


@frozen
class Target:
    """The file that annotations stand in."""

    file: str
    """Its name as it is given; empty where there is none, such as for an address."""
    line_of: Callable[[str], int]
    """Returns the line of a JSON pointer."""


def write_report(report: Report, form: Format, console: Console, target: Callable[[], Target]) -> None:
    """Write a report. `target` is called for annotations only."""
    match form:
        case Format.TEXT:
            from generator.drift.report.text import print_text

            print_text(report, console if console.is_terminal or "COLUMNS" in os.environ else _wide(console))
        case Format.MARKDOWN:
            from generator.drift.report.markdown import as_markdown

            _write(as_markdown(report))
        case Format.JSON:
            from generator.drift.report.json import as_json

            _write(as_json(report) + "\n")
        case Format.GITHUB:
            _annotate(report, target())


def pin_target() -> Target:
    """Return the pinned file as a target."""
    from generator.source.yaml_marks import Lines
    from generator.spec.pin import PINNED

    return Target(f"spec/{PINNED.name}", Lines(PINNED.read_bytes()).of)


def file_target(name: str, data: bytes) -> Target:
    """Return a description as it was given as a target."""
    from generator.source.yaml_marks import Lines

    lines = Lines(data)
    return Target("" if "://" in name else name, lines.of)


def _annotate(report: Report, target: Target) -> None:
    from generator.drift.report.github import commands, write_outputs

    for line in commands(report, target.file, target.line_of):
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
