"""
Lets the contestants take turns: one process each, a short piece of work in each round, so that a machine that slows
down does so for all alike. What counts is the median of the rounds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import IO, Final

from benchmarks import answers
from benchmarks.clients.workload import PROGRAMS
from benchmarks.rows import CLIENTS, RAW, VENICE_PY, Row

_ROOT: Final = Path(__file__).resolve().parent.parent
_LITTLE: Final = 2**20
"""Bytes; less memory than this is as good as none, and counts as this much."""


def python_of(client: str) -> str | None:
    """Return the interpreter that has a contestant: this one, except for venice-py, which has another environment."""
    return os.environ.get("VENICE_PY_PYTHON") if client == VENICE_PY else sys.executable


@contextmanager
def served() -> Iterator[tuple[str, Path]]:
    """Run the server, and give its URL and the folder with the pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        answers.picture(folder / "large.png")
        answers.picture(folder / "small.png", (256, 256))
        with subprocess.Popen(
            [sys.executable, "-m", "benchmarks.server", name],
            cwd=_ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as server:
            assert server.stdout
            try:
                yield server.stdout.readline().strip(), folder
            finally:
                assert server.stdin
                server.stdin.close()


class Contestant:
    """The process of a contestant at one row."""

    def __init__(self, client: str, row: Row, url: str, folder: Path) -> None:
        python = python_of(client)
        assert python
        command = [python, "-m", "benchmarks.worker", CLIENTS[client], row.name, url, str(folder)]
        self._process = subprocess.Popen(
            command,
            cwd=_ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._in: IO[str] = self._process.stdin
        self._out: IO[str] = self._process.stdout
        if self._out.readline().strip() != "ready":
            said = self._process.communicate()[1].strip().splitlines()
            raise RuntimeError(f"{client}: {row.title}: {said[-1] if said else 'it ended'}")

    def measure(self, times: int) -> dict[str, float]:
        """Do the row so many times, and return seconds of CPU and bytes of memory."""
        self._in.write(f"{times}\n")
        self._in.flush()
        line = self._out.readline()
        if not line:
            raise RuntimeError(self._process.communicate()[1].strip().splitlines()[-1])
        result: dict[str, float] = json.loads(line)
        return result

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def measured(row: Row, clients: Sequence[str], url: str, folder: Path, rounds: int) -> dict[str, float]:
    """Return the figure of each contestant that does a row: seconds, or bytes."""
    if row.figure == "import":
        return _started(row, clients, url, rounds)
    clients = [client for client in clients if python_of(client) and _does(client, row)]
    if row.figure == "peak":
        return _peaks(row, clients, url, folder)
    with ExitStack() as stack:
        contestants = _ready(row, clients, url, folder, stack)
        figures: dict[str, list[float]] = {client: [] for client in contestants}
        for number in range(min(rounds, row.most_rounds)):
            # The first contestant of a round is the last of the next.
            for client in contestants if number % 2 else reversed(contestants):
                figures[client].append(contestants[client].measure(row.times)["cpu"] / row.times)
    return {client: median(found) for client, found in figures.items()}


def _does(client: str, row: Row) -> bool:
    """Whether a contestant has a row; read from its source text, as its module may need another environment."""
    text = (_ROOT / f"{CLIENTS[client].replace('.', '/')}.py").read_text()
    return f"\ndef {row.name}(" in text


def _ready(row: Row, clients: Sequence[str], url: str, folder: Path, stack: ExitStack) -> dict[str, Contestant]:
    """Start the contestants of a row; another client that cannot run it is reported and left out."""
    found = {}
    for client in clients:
        try:
            found[client] = Contestant(client, row, url, folder)
        except RuntimeError as error:
            if client in (RAW, *row.bars):
                raise
            print(error, file=sys.stderr)
        else:
            stack.callback(found[client].close)
    return found


def _peaks(row: Row, clients: Sequence[str], url: str, folder: Path) -> dict[str, float]:
    """Return the memory that one call takes, as the median of three processes that did nothing large before."""
    found: dict[str, list[float]] = {}
    for _ in range(3):
        with ExitStack() as stack:
            for client, contestant in _ready(row, clients, url, folder, stack).items():
                found.setdefault(client, []).append(contestant.measure(row.times)["peak"])
    return {client: max(median(peaks), _LITTLE) for client, peaks in found.items()}


def _started(row: Row, clients: Sequence[str], url: str, rounds: int) -> dict[str, float]:
    """Return the CPU that a new process takes for a short program, without Python's own start."""
    known = PROGRAMS[row.name]
    programs = {
        client: known[client].replace("URL", url) for client in clients if client in known and python_of(client)
    }
    programs["nothing"] = "pass"
    figures: dict[str, list[float]] = {client: [] for client in programs}
    for number in range(max(15, rounds) + 1):
        for client, program in programs.items():
            seconds = _cpu_of([python_of(client) or sys.executable, "-c", program])
            if number:  # the first fills the caches
                figures[client].append(seconds)
    nothing = median(figures.pop("nothing"))
    return {client: median(found) - nothing for client, found in figures.items()}


def _cpu_of(command: Sequence[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[-1]}: it ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def relative(row: Row, figures: dict[str, float]) -> dict[str, float]:
    """Return the figures as the table has them: ratios to raw httpx; of a new process, milliseconds above it."""
    raw = figures[RAW]
    if row.figure == "import":
        return {client: 1000 * (figure - raw) for client, figure in figures.items()}
    return {client: figure / raw for client, figure in figures.items()}
