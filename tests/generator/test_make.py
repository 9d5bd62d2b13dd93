"""`make drift` and `make bump` pass on a description, and explain the exit code of the generator."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("make") or os.name != "posix", reason="make is not installed"),
]
Make = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def place(in_step: Callable[[Path], Path], tmp_path: Path) -> Path:
    """Return a checkout with a small pin whose environment is the one that the tests run in."""
    made = in_step(tmp_path)
    for name in ("Makefile", "pyproject.toml", "requirements-dev.lock"):
        shutil.copy(ROOT / name, made / name)
    python = made / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{made}" exec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    (made / ".venv" / ".ready").touch()
    return made


@pytest.fixture
def make(place: Path) -> Make:
    """Return a function that runs make in the checkout."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        plain = {key: value for key, value in os.environ.items() if not key.startswith(("COV", "MAKE", "MFLAGS"))}
        return subprocess.run(
            ["make", *arguments], cwd=place, env={**plain, **variables}, capture_output=True, text=True, check=False,
            timeout=300, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    return run


def test_make_drift_passes_where_nothing_differs_and_explains_each_other_exit_code(make: Make, place: Path) -> None:
    odd = place / 'it\'s "new" $HOME.yaml'
    shutil.copy(place / "spec" / "swagger.yaml", odd)
    same = make("drift", f"FROM={odd.name.replace('$', '$$')}")
    assert (same.returncode, "Exit code" in same.stdout) == (0, False), same.stderr
    assert same.stdout.splitlines()[-1].startswith("PASS")

    changed = make("drift", "FROM=../2.yaml")
    assert (changed.returncode, "GET /others" in changed.stdout) == (2, True)
    assert "\nExit code 1: the API has changed" in changed.stdout

    missing = make("drift", "FROM=missing.yaml")
    assert missing.returncode == 2
    assert missing.stdout.startswith(
        "FAIL: not compared with a description; 1 problem\nExit code 3: the description could not be fetched or read"
    )

    (place / "spec" / "accepted.toml").write_text("accepted = 1\n", encoding="utf-8")
    wrong = make("drift", "FROM=../2.yaml")
    assert wrong.returncode == 2
    assert wrong.stdout.splitlines() == [
        "FAIL: not compared with a description; 1 problem",
        "Exit code 2: the command line or spec/accepted.toml is wrong.",
    ]


def test_make_bump_takes_a_file_or_explains_why_nothing_was_changed(make: Make, place: Path) -> None:
    missing = make("bump", "FROM=missing.yaml")
    assert missing.returncode == 2
    assert missing.stdout.startswith("Exit code 3: the description could not be fetched or read")

    edited = place / "venice_client" / "api" / "resources.py"
    text = edited.read_bytes()
    edited.write_bytes(text + b"# edited\n")
    refused = make("bump", "FROM=../2.yaml")
    assert refused.returncode == 2
    assert "\nExit code 1: it was not possible and nothing was changed" in refused.stdout
    edited.write_bytes(text)

    done = make("bump", "FROM=../2.yaml")
    assert (done.returncode, "Exit code" in done.stdout) == (0, False), done.stderr
    assert (place / "venice_client" / "api" / "others" / "__init__.py").exists()
    assert make("drift", "FROM=../2.yaml").returncode == 0


def test_a_variable_of_the_environment_is_not_taken_for_the_description(make: Make) -> None:
    shown = make("--dry-run", "drift", FROM="missing.yaml")
    assert "--from" not in shown.stdout
    assert '--from "$FROM"' in make("--dry-run", "drift", "FROM=missing.yaml").stdout


def test_the_set_up_says_which_python_it_needs_and_what_to_check_where_pip_fails(make: Make, place: Path) -> None:
    (place / ".venv" / ".ready").unlink()
    old = place / "old"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    refused = make("setup", "PYTHON=./old")
    assert refused.returncode == 2
    assert refused.stdout.startswith("./old is not Python 3.11 to 3.14: install one, or name it with make PYTHON=")
    assert make("setup", "PYTHON=").stdout.startswith("There is no Python 3.11 to 3.14: install one, or")

    (place / "requirements-dev.lock").write_text("no-such-package==1 --hash=sha256:" + 64 * "0", encoding="utf-8")
    failed = make("setup", f"PYTHON={sys.executable}", PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert failed.returncode == 2
    assert "requirements-dev.lock was not installed: the lines above are pip's. Check the network" in failed.stdout
    assert not (place / ".venv" / ".ready").exists()


def test_an_environment_of_a_folder_that_was_moved_or_of_a_removed_python_is_made_again(
    make: Make, place: Path
) -> None:
    ready = place / ".venv" / ".ready"
    ready.write_text(f"{place.resolve()}\n", encoding="utf-8")
    assert "venv --clear" not in make("--dry-run", "setup").stdout
    ready.write_text("/elsewhere\n", encoding="utf-8")
    assert "venv --clear .venv\n" in make("--dry-run", "setup").stdout
    ready.write_text(f"{place.resolve()}\n", encoding="utf-8")
    (place / ".venv" / "bin" / "python").unlink()
    assert "venv --clear .venv\n" in make("--dry-run", "setup").stdout


def test_an_environment_behind_a_link_is_never_removed(make: Make, place: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (place / ".venv").rename(other)
    (place / ".venv").symlink_to(other)
    (other / ".ready").write_text("/elsewhere\n", encoding="utf-8")
    assert "venv --clear" not in make("--dry-run", "setup").stdout
    (other / ".ready").unlink()
    refused = make("setup", f"PYTHON={sys.executable}")
    assert refused.returncode == 2
    assert refused.stdout.startswith(".venv is a link, and making the environment would remove what is in the folder")
    assert (other / "bin" / "python").exists()


def test_settings_of_the_user_for_other_pythons_do_not_reach_the_environments(make: Make, place: Path) -> None:
    printer = place / ".venv" / "bin" / "python"
    printer.write_text("#!/bin/sh\nenv\n", encoding="utf-8")
    user = {"PIP_USER": "1", "PIP_TARGET": "/x", "PIP_REQUIRE_HASHES": "1", "PYTHONPATH": "/x", "PYTHONOPTIMIZE": "2"}
    kept = {"PIP_INDEX_URL": "https://packages.example/simple", "PIP_CERT": "/x", "HTTPS_PROXY": "http://127.0.0.1:9"}
    seen = dict(line.split("=", 1) for line in make("words", **user, **kept).stdout.splitlines() if "=" in line)
    assert not user.keys() & seen.keys()
    assert kept.items() <= seen.items()
