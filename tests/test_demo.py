"""The demo runs in a copy of the checkout."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from venice_client.api import OPERATIONS


@pytest.mark.slow
def test_the_demo_fetches_diffs_regenerates_and_edits_a_picture(repository: Path) -> None:
    behind_a_proxy = {**os.environ, "HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "example.com"}
    result = subprocess.run(
        [sys.executable, "examples/demo.py"],
        cwd=repository, env=behind_a_proxy, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    count = f"{len(OPERATIONS) + 1} operations"
    for said in ("POST /image/palette", "mood", count, "extract_palette", "Saved: build/demo/edited.png"):
        assert said in result.stdout
    original = (repository / "examples" / "photo.png").read_bytes()
    edited = (repository / "build" / "demo" / "edited.png").read_bytes()
    assert edited != original
    assert struct.unpack(">II", edited[16:24]) == struct.unpack(">II", original[16:24])
