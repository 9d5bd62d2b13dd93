"""Runs the steps of workflows as a runner does, in a copy of the checkout, with a stand-in of GitHub's command line."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT

WORKFLOWS = ROOT / ".github" / "workflows"


def git(place: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost", *arguments]
    return subprocess.run(command, cwd=place, check=True, capture_output=True, text=True).stdout


def clone(repository: Path) -> Path:
    """Make a copy of the checkout a repository, with an environment that is this interpreter's."""
    git(repository, "init", "--quiet", "--initial-branch", "main")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "The state before the bump")
    prepare_environment(repository)
    return repository


def prepare_environment(place: Path) -> None:
    python = place / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    (place / ".venv" / ".ready").touch()


def steps() -> list[tuple[str, str, dict[str, Any]]]:
    """Return the steps of all workflows that run a script, with the name of the workflow and of the job."""
    found = []
    for file in sorted(WORKFLOWS.glob("*.yml")):
        jobs = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]
        found += [(file.stem, name, step) for name, job in jobs.items() for step in job["steps"] if "run" in step]
    return found


class Job:
    """Runs the steps of one job like a runner: each in bash, with the job's environment and an output file."""

    def __init__(self, name: str, place: Path, *, workflow: str = "spec-drift", **variables: str) -> None:
        written = yaml.safe_load((WORKFLOWS / f"{workflow}.yml").read_text(encoding="utf-8"))
        self.job = written["jobs"][name]
        self.place, self.output = place, place.parent / f"{name}.output"
        self.output.touch()
        runner_temp = place.parent / "runner"
        runner_temp.mkdir(exist_ok=True)
        plain = {key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTEST", "GIT"))}
        own = {key: value for key, value in self.job.get("env", {}).items() if "${{" not in value}
        self.environment = {
            **plain, **written.get("env", {}), **own,
            "GITHUB_OUTPUT": str(self.output), "RUNNER_TEMP": str(runner_temp),
            "GITHUB_STEP_SUMMARY": str(place.parent / "summary"),
            "GITHUB_SERVER_URL": "https://github.test", "GITHUB_REPOSITORY": "owner/name", "GITHUB_RUN_ID": "42",
            **variables,
        }  # fmt: skip

    def run(self, step: str, *, status: int = 0) -> str:
        script = next(item["run"] for item in self.job["steps"] if item["name"] == step)
        result = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.place, env=self.environment, capture_output=True, text=True, check=False, timeout=240,
        )  # fmt: skip
        assert result.returncode == status, f"{step}: {result.stdout[-2000:]}{result.stderr[-2000:]}"
        return result.stdout + result.stderr

    @property
    def outputs(self) -> dict[str, str]:
        lines = self.output.read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)


_PROGRAM = """import json, sys
given = sys.argv[1:]
with open({calls!r}, "a", encoding="utf-8") as file:
    file.write(json.dumps(given) + "\\n")
with open({answers!r}, encoding="utf-8") as file:
    answers = json.load(file)
print(next((text for part, text in answers.items() if part in " ".join(given)), ""), end="")
"""


class GitHub:
    """Stands in for the program `gh`: records what it is called with, and prints what a test sets."""

    def __init__(self, folder: Path) -> None:
        self._calls, self._answers = folder / "calls", folder / "answers.json"
        program = folder / "bin" / "gh"
        program.parent.mkdir(parents=True)
        code = program.with_suffix(".py")
        code.write_text(_PROGRAM.format(calls=str(self._calls), answers=str(self._answers)), encoding="utf-8")
        # The first line of a script cannot hold the path of an interpreter with blanks in it.
        command = shlex.join([sys.executable, "-IS", str(code)])
        program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        self.path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
        self.set()

    def set(self, answers: dict[str, str] | None = None) -> None:
        """Print a text where the arguments contain a part, the first that fits; forget the earlier calls."""
        self._answers.write_text(json.dumps(answers or {}), encoding="utf-8")
        self._calls.write_text("", encoding="utf-8")

    @property
    def calls(self) -> list[list[str]]:
        """The calls that change something, in order."""
        lines = self._calls.read_text(encoding="utf-8").splitlines()
        return [call for call in map(json.loads, lines) if call[1] not in {"list", "view", "setup-git"}]
