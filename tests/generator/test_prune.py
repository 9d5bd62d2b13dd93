"""The command `names prune`: the aliases that it drops, those that it keeps, and its output."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.spec.contract import facts
from generator.spec.pin import lock_text, pin_text

ALIASES = """
[aliases.classes]
GoneThing = {since = "2026-01-01"}
NewlyGone = {since = "2026-06-01"}
"""
READ = """
import sys, warnings
sys.path.insert(0, sys.argv[1])
warnings.simplefilter("ignore")
from venice_client import models
for name in ("GoneThing", "NewlyGone"):
    try:
        getattr(models, name)
        print(name, "resolves")
    except AttributeError:
        print(name, "is not known")
"""


def run(place: Path, *command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(place), "COLUMNS": "200", "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(
        command, cwd=place, env=environment, capture_output=True, text=True, check=False, timeout=120
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def generator(place: Path, *arguments: str) -> list[str]:
    return run(place, sys.executable, "-m", "generator", *arguments).splitlines()


def git(place: Path, *arguments: str) -> str:
    who = ("-c", "user.name=n", "-c", "user.email=n@example.test", "-c", "commit.gpgsign=false")
    return run(place, "git", *who, *arguments)


@pytest.fixture
def place(checkout: Callable[..., Path], contract_of: Callable[..., Any]) -> Path:
    """A checkout in git whose lock has one alias of 181 days and one of 30, and whose first release lacks both."""
    made = checkout()
    contract = contract_of()
    contract["info"]["version"] = "20260701.000000"
    (made / "spec" / "swagger.yaml").write_text(pin_text(contract), encoding="utf-8")
    locked = lock_text(facts(contract), source="x", data=b"x")
    (made / "spec" / "swagger.lock.toml").write_text(locked, encoding="utf-8")
    (made / "spec" / "names.toml").unlink()
    (made / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n", encoding="utf-8")
    generator(made, "generate", "--force")
    git(made, "init", "-q")
    git(made, "add", "spec")
    git(made, "commit", "-qm", "First")
    git(made, "tag", "v0.1.0")
    with (made / "spec" / "names.toml").open("a", encoding="utf-8") as file:
        file.write(ALIASES)
    generator(made, "generate")
    return made


@pytest.mark.slow
def test_prune_drops_an_alias_after_180_days_and_a_release(place: Path) -> None:
    before = (place / "spec" / "names.toml").read_text(encoding="utf-8")
    assert generator(place, "names", "prune") == [
        "kept the class GoneThing: old enough, but no release has it as an alias yet",
        "Nothing to drop: no alias is at least 180 days old and in a release.",
    ]
    git(place, "commit", "-qam", "Second")
    git(place, "tag", "v0.2.0")
    assert generator(place, "names", "prune", "--dry-run") == ["would drop the class GoneThing"]
    assert (place / "spec" / "names.toml").read_text(encoding="utf-8") == before
    assert "GoneThing resolves" in run(place, sys.executable, "-c", READ, str(place))
    assert generator(place, "names", "prune") == ["dropped the class GoneThing"]
    after = (place / "spec" / "names.toml").read_text(encoding="utf-8")
    assert "GoneThing" not in after
    assert "NewlyGone" in after
    assert "Removed, 180 days after the API contract lost them: the class GoneThing." in (
        (place / "CHANGELOG.md").read_text(encoding="utf-8")
    )
    assert run(place, sys.executable, "-c", READ, str(place)) == "GoneThing is not known\nNewlyGone resolves\n"
    assert "PASS: not compared with a description; 0 problems" in generator(place, "check", "--offline")
    assert generator(place, "names", "prune") == [
        "Nothing to drop: no alias is at least 180 days old and in a release."
    ]
