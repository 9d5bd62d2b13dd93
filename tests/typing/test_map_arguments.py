"""Type checkers find each wrong call of `images.map`, and nothing in the right ones."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from pathlib import Path
from collections.abc import AsyncIterator, Iterator
from typing import assert_type
from venice_client import AsyncVenice, MapResult, Venice
from venice_client.batch.run import AsyncMapRun, MapRun

venice = Venice()
slow = AsyncVenice()


def pairs() -> Iterator[tuple[str, bytes]]:
    yield "a", b""


async def stream() -> AsyncIterator[Path]:
    yield Path("a.png")


assert_type(venice.images.map("photos", "x", to="out", aspect_ratio="16:9", concurrency=4), MapRun)
assert_type(venice.images.map(pairs(), "x", progress=True, timeout=5.0), MapRun)
assert_type(venice.images.map({"a": b"", "b": Path("x")}, operation="upscale", scale=2), MapRun)
assert_type(slow.images.map(stream(), operation="remove_background"), AsyncMapRun)
assert_type(venice.images.map([1, 2], call=lambda client, item: item, task="t"), MapRun)
for item in venice.images.map([Path("x"), b"", "y"], "x"):
    assert_type(item, MapResult)
venice.images.map("photos", "x", concurency=5)  # wrong
venice.images.map("photos", "x", aspect_ration="16:9")  # wrong
venice.images.map("photos", "x", scale=2)  # wrong
venice.images.map("photos")  # wrong
venice.images.map("photos", "x", operation="upscale")  # wrong
venice.images.map("photos", operation="upscale", aspect_ratio="16:9")  # wrong
venice.images.map(stream(), "x")  # wrong
venice.images.map(5, "x")  # wrong
slow.images.map("photos", "x", on_error="ignore")  # wrong
venice.images.map("photos", "x", aspect_ratio=5)  # wrong
"""
WRONG = {number for number, line in enumerate(PROGRAM.splitlines(), 1) if line.endswith("# wrong")}


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return path


@pytest.mark.slow
def test_mypy_finds_the_wrong_calls(program: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-error-summary",
        "--cache-dir",
        str(program.parent),
        str(program),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    found = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
    assert found == WRONG


@pytest.mark.slow
def test_pyright_finds_the_wrong_calls(program: Path) -> None:
    checker = Path(sys.executable).with_name("basedpyright")
    if not checker.exists():
        pytest.skip("basedpyright is not installed")
    command = [str(checker), "--pythonpath", sys.executable, "--level", "error", "--outputjson", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    found = {item["range"]["start"]["line"] + 1 for item in json.loads(done.stdout)["generalDiagnostics"]}
    assert found == WRONG
