"""Writes the table of the benchmarks as a page of the documentation."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from textwrap import fill

from benchmarks.measure import python_of, relative
from benchmarks.rows import AIOHTTP, OPENAI, OURS, RAW, VENICE_PY, Row

_TEXT = """\
# Benchmarks

Made by `make bench`; do not edit.

What a program spends on its own machine, as a ratio to raw httpx and `json` that do the same work in one run: lower
is better, 1.0 is raw httpx. CPU is user and system time of the client's process. Memory is the most that one call takes
above what the process held before; less than 1 MiB counts as 1 MiB. The last rows are the CPU of a new process, in
milliseconds above raw httpx, which is imported alone, or imported and called.

{table}

A bold figure is within its bar. The bars are goals, and the ratios vary from run to run, by up to 0.3 on a machine that
others use; `make bench-check`, which CI runs, measures up to three times and fails above the bar and half its margin
(`benchmarks/rows.py` says how much that is).

How it is measured: the server is a process of its own that answers at once on loopback with what was prepared. Every
contestant is a process of its own; they take turns in rounds, and the medians count. Each of them builds its request
anew, and reads the same fields of the answer. Each event of the stream is a chunk of HTTP of its own, as from a server
that has them one by one. Many calls at once are measured in the first seconds of a client: after five, raw httpx takes
about 1.0 ms a call instead of 1.7. An empty field is a row that a contestant does not have.

The bars come from another benchmark, with other answers, in which raw httpx takes more. So the columns of one row say
more than its bar: over aiohttp, 64 calls at once have as their bar what venice-py takes there.

Up to Python 3.11, the collector runs in the middle of decoding, and a long list costs more: on 3.11, the list of models
takes about 1.15 of raw httpx.

venice-py is measured where VENICE_PY_PYTHON names an interpreter that has it; it is asynchronous, over aiohttp, in all
rows. openai sends the picture to the endpoint that it has.

{versions}
"""


def written(table: Mapping[Row, Mapping[str, float]]) -> str:
    """Return the page."""
    lines = [
        "| work | bar | venice-client | bar with aiohttp | with aiohttp | openai | venice-py | raw httpx |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row, figures in table.items():
        found = relative(row, dict(figures))
        cells = [
            row.title,
            _bar(row, OURS),
            _figure(row, OURS, found),
            _bar(row, AIOHTTP),
            _figure(row, AIOHTTP, found),
            _figure(row, OPENAI, found),
            _figure(row, VENICE_PY, found),
            _absolute(row, figures[RAW]),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return _TEXT.format(table="\n".join(lines), versions=_versions())


def _bar(row: Row, client: str) -> str:
    if client not in row.bars:
        return ""
    return f"{row.bars[client]:+.0f} ms" if row.figure == "import" else f"{row.bars[client]:.2f}"


def _figure(row: Row, client: str, found: Mapping[str, float]) -> str:
    if client not in found:
        return ""
    text = f"{found[client]:+.0f} ms" if row.figure == "import" else f"{found[client]:.2f}"
    return f"**{text}**" if client in row.bars and found[client] <= row.bars[client] else text


def _absolute(row: Row, figure: float) -> str:
    return f"{figure / 2**20:.1f} MiB" if row.figure == "peak" else f"{1000 * figure:.2f} ms"


def _versions() -> str:
    known = [f"{name} {version(name)}" for name in ("httpx", "aiohttp", "msgspec", "openai")]
    python = python_of(VENICE_PY)
    if python:
        program = "from importlib.metadata import version; print(version('venice-py'))"
        said = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True)
        known.append(f"venice-py {said.stdout.strip()}")
    python_here = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return fill(f"Measured with {python_here}, {', '.join(known)}.", 120)
