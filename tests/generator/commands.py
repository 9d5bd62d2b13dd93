"""
Runs `python -m generator` in a checkout: as a process of its own, or forked from one that has loaded the libraries.

A forked command is a process as well, with its own folder, environment, output, exit code and modules of the checkout.
It starts in half the time: most of the time of a small command is the import of libraries. `PYTHON...` variables have
no effect on it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

Run = Callable[..., subprocess.CompletedProcess[str]]

SERVER = """
import gc, json, os, runpy, sys, tomllib
import jinja2.ext, jsonpath_rfc9535, openapi_python_client, rich.markup, rich.table, tomli_w, typer, yaml
gc.freeze()
for line in sys.stdin:
    given = json.loads(line)
    child = os.fork()
    if not child:
        os.setsid()
        os.chdir(given["place"])
        os.environ.clear()
        os.environ.update(given["environment"])
        for number, file in enumerate(given["files"]):
            os.dup2(os.open(file, os.O_RDWR), number)
        sys.path.insert(0, given["place"])
        sys.argv = ["generator", *given["arguments"]]
        exec(given["code"], {})
        runpy.run_module("generator", run_name="__main__", alter_sys=True)
        sys.exit()
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""
MAIN = "\nfrom generator.__main__ import main\nmain()"


def variables(place: Path, **more: str) -> dict[str, str]:
    """Return the environment of a command in a checkout."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTEST"))}
    return {**plain, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "120", **more}


def start(place: Path, *arguments: str | Path, code: str = "", **more: str) -> subprocess.Popen[str]:
    """Start a command as a process of its own, after some code if there is any."""
    command = ["-c", code + MAIN] if code else ["-m", "generator"]
    return subprocess.Popen(
        [sys.executable, *command, *map(str, arguments)], cwd=place, env=variables(place, **more), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def run_alone(place: Path, *arguments: str | Path, code: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own."""
    process = start(place, *arguments, code=code, **more)
    stdout, stderr = process.communicate(timeout=120)
    return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)


class Commands:
    """Runs commands that are forked from one process; use it as a context manager."""

    def __enter__(self) -> Self:
        """Start the process that the commands are forked from."""
        self._server = subprocess.Popen(
            [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End it."""
        self._server.communicate(timeout=60)

    def run(self, place: Path, *arguments: str | Path, code: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a checkout, after some code if there is any."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        with tempfile.NamedTemporaryFile() as stdout, tempfile.NamedTemporaryFile() as stderr:
            given = {
                "place": str(place), "arguments": [*map(str, arguments)], "environment": variables(place, **more),
                "code": code, "files": [os.devnull, stdout.name, stderr.name],
            }  # fmt: skip
            self._server.stdin.write(json.dumps(given) + "\n")
            self._server.stdin.flush()
            status = int(self._server.stdout.readline())
            said = stdout.read().decode(), stderr.read().decode()
        assert "Traceback" not in said[1], said[1]
        return subprocess.CompletedProcess(arguments, status, *said)
