"""Copies of this checkout to run commands in, made once where several tests start from the same."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.source.yaml_writer import dump
from tests.conftest import ROOT

Document = dict[str, Any]

PIN = """
import sys
from pathlib import Path
from generator.source.document import read_file
from generator.spec import pin
from generator.spec.contract import facts
found = facts(read_file(Path(sys.argv.pop())))
pin.PINNED.write_text(pin.pin_text(found.contract))
pin.LOCK.write_text(pin.lock_text(found, source="x", data=b"x"))
from generator.__main__ import main
main()
"""
OVERLAY = """overlay: "1.0.0"
info: {title: x, version: "1"}
actions:
  - target: "$.paths['/things'].post"
    update: {x-python-name: things.make, summary: Make a thing.}
"""


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that the first process of a test run makes and all of them read: copy it before a change."""
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder, part = shared / name, shared / f"{name}.part"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            make(part)
            part.rename(folder)
    return folder


def git(place: Path, *arguments: str) -> None:
    """Run git in a folder, with an author."""
    command = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost", *arguments]
    subprocess.run(command, cwd=place, check=True, capture_output=True)


def copy_checkout(place: Path) -> Path:
    """
    Copy what the generator needs of this checkout.

    The generator comes with its byte code: to compile it again takes longer than most of its commands.
    """
    hidden, compiled = shutil.ignore_patterns(".*"), shutil.ignore_patterns(".*", "__pycache__")
    for folder, left_out in (("generator", hidden), ("venice_client", compiled), ("spec", compiled)):
        shutil.copytree(ROOT / folder, place / folder, ignore=left_out)
    return place


def make_in_step(folder: Path, contract_of: Callable[..., Document]) -> None:
    """Make a checkout with a small pin that is in step with its client, and descriptions beside it."""
    place = copy_checkout(folder / "checkout")
    (place / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n- An entry.\n", encoding="utf-8")
    (place / "spec" / "overlay.yaml").write_text(OVERLAY, encoding="utf-8")
    for number in (1, 2, 3):
        contract = contract_of(
            {f"Thing{number}": {"type": "object", "properties": {f"a{number}": {"type": "string"}}}},
            requestBody={"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/Thing{number}"}}}},
        )
        contract["info"] = {"title": "A title.", "version": str(number)}
        if number == 2:
            contract["paths"]["/others"] = {"get": {"operationId": "others", "tags": ["Others"], "responses": {}}}
        (folder / f"{number}.yaml").write_text(dump(contract), encoding="utf-8")
    command = [sys.executable, "-c", PIN, "generate", str(folder / "1.yaml")]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTHON"))}
    subprocess.run(command, cwd=place, env={**environment, "PYTHONPATH": str(place)}, check=True, capture_output=True)


def tree(root: Path) -> dict[str, bytes]:
    """Return the files of a checkout that commands may write, by their paths."""
    return {
        str(file.relative_to(root)): file.read_bytes()
        for folder in ("spec", "venice_client")
        for file in sorted((root / folder).rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    } | {"CHANGELOG.md": (root / "CHANGELOG.md").read_bytes()}
