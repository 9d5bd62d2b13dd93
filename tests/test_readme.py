"""Every Python snippet of the README runs as it stands, against the stand-in."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generator.generate import describe
from generator.spec.pin import load_pin
from tests.conftest import ROOT
from tests.standin import StandIn

SNIPPETS = re.findall(
    r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)


def test_the_readme_has_snippets() -> None:
    assert len(SNIPPETS) >= 4


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_a_snippet_runs_and_sends_only_what_the_contract_allows(snippet: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples" / "photo.png", tmp_path / "photo.jpg")
    with StandIn(describe(load_pin().contract).document) as vendor:
        result = subprocess.run(
            [sys.executable, "-W", "error", "-c", snippet],
            cwd=tmp_path,
            env={"VENICE_API_KEY": "k", "VENICE_BASE_URL": vendor.base_url, "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
        assert vendor.requests
        vendor.assert_valid()


def test_every_target_that_the_readme_names_is_in_the_makefile() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", readme, re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test", "bump"} <= named <= targets
