"""
oasdiff as an oracle, on published contracts: its errors are findings of class WIRE, SOURCE or ERRORS, for the
same operation.

`make oracle` installs it and runs this; `make test` skips it.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from generator.drift.judge.classes import Class
from generator.spec.pin import pin_text
from tests.contracts import PAIRS, contract
from tests.generator.drift.judging import published

ERROR = 3

EXCEPTIONS: dict[str, str] = {}
"""Kinds of errors of oasdiff (by its id) that are none here, each with the reason. None so far."""


FALSE_ALARMS = {
    ("request-property-type-changed", "/responses"): "a string became a union that includes strings: a widening",
}


@pytest.fixture(scope="module")
def oasdiff() -> Path:
    """The program that `make oracle` installed: the tests themselves use no network."""
    folder = os.environ.get("ORACLE_DIR")
    if folder is None:
        pytest.skip("oasdiff comes from npm: make oracle")
    return Path(folder) / "node_modules" / ".bin" / "oasdiff"


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
