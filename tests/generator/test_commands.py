"""Commands are safe: two at once, a kill at any moment, files of the user, system errors."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.source.yaml_writer import dump
from tests.conftest import ROOT
from tests.generator.checkouts import made_once
from tests.generator.commands import Commands, Run, run_alone, start
from tests.thorough import THOROUGH, count

Document = dict[str, Any]
COMMON = ("venice_client", "spec", "CHANGELOG.md")
"""All mixes, 30 kills and one before each rename take ten minutes; by default a part of them is tried."""


@pytest.fixture
def place(in_step: Callable[[Path], Path], tmp_path: Path) -> Path:
    """Return a checkout with a small pin that is in step with its client, and two newer descriptions beside it."""
    return in_step(tmp_path)


def tree(place: Path) -> dict[str, bytes]:
    found = {}
    for name in COMMON:
        for file in [place / name, *(place / name).rglob("*")]:
            if file.is_file() and "__pycache__" not in file.parts:
                found[str(file.relative_to(place))] = file.read_bytes()
    return found


def rest(place: Path) -> list[str]:
    return sorted(item.name for item in place.iterdir() if item.name.startswith("."))


@pytest.fixture
def run(commands: Commands) -> Run:
    """Return a function that runs a command in a checkout."""
    return commands.run


@pytest.fixture(scope="session")
def bumped(
    in_step: Callable[[Path], Path], commands: Commands, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """Return the tree after a bump of the checkout."""

    def make(folder: Path) -> None:
        assert commands.run(in_step(folder), "bump", "--from", "../2.yaml").returncode == 0

    return tree(made_once(tmp_path_factory, "bumped", make) / "checkout")


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("other", ["generate", "bump", "check", *(["diff", "fetch"] if THOROUGH else [])])
@pytest.mark.parametrize("first", ["generate", "bump"])
def test_two_concurrent_commands_do_not_affect_each_other(
    place: Path, bumped: dict[str, bytes], first: str, other: str
) -> None:
    new = bumped if "bump" in (first, other) else tree(place)
    arguments = {
        "generate": ["generate"], "bump": ["bump", "--from", "../2.yaml"], "check": ["check", "--offline"],
        "diff": ["diff", "../1.yaml", "../2.yaml"], "fetch": ["fetch", "--from", "../2.yaml"],
    }  # fmt: skip
    for delay in (0.0, 0.4, 0.8, 1.2) if THOROUGH else (0.4,):
        copy = place.with_name(f"copy{delay}")
        shutil.copytree(place, copy)
        processes = [start(copy, *arguments[first])]
        time.sleep(delay)
        processes.append(start(copy, *arguments[other]))
        for process in processes:
            _, errors = process.communicate(timeout=120)
            assert process.returncode == 0, errors
            assert "Traceback" not in errors
        assert tree(copy) == new
        assert rest(copy) == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_bump_killed_at_any_moment_leaves_the_old_or_the_new_tree_or_is_recovered(
    place: Path, bumped: dict[str, bytes], run: Run
) -> None:
    old, new = tree(place), bumped
    moments, seen = random.Random(17), set()
    began = time.monotonic()
    run_alone(place, "check", "--from", "../3.yaml")
    whole = time.monotonic() - began
    for number in range(count(5, 30)):
        copy = place.with_name(f"killed{number}")
        shutil.copytree(place, copy)
        process = start(copy, "bump", "--from", "../2.yaml")
        time.sleep(moments.uniform(0.3, 1.2) * whole)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        again = run(copy, "generate")
        assert again.returncode == 0, again.stderr
        found = tree(copy)
        assert found in (old, new)
        seen.add(found == new)
        assert rest(copy) == []
        shutil.rmtree(copy)


DYING = """
import os, pathlib, sys
left, real = int(os.environ["LEFT"]), pathlib.Path.replace
def replace(self, target):
    global left
    if left == 0:
        os.kill(os.getpid(), 9)
    left -= 1
    return real(self, target)
pathlib.Path.replace = replace
"""


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_bump_killed_before_each_rename_is_finished_or_undone_by_the_next_command(
    place: Path, bumped: dict[str, bytes], run: Run
) -> None:
    old, new = tree(place), bumped
    for left in range(0, 100, 1 if THOROUGH else 6):
        copy = place.with_name(f"dying{left}")
        shutil.copytree(place, copy)
        killed = run(copy, "bump", "--from", "../2.yaml", code=DYING, LEFT=str(left))
        if killed.returncode == 0:
            break
        assert killed.returncode == -signal.SIGKILL
        checked = run(copy, "check", "--offline")
        assert (checked.returncode == 0) == (left == 0)
        mended = run(copy, "generate")
        assert mended.returncode == 0, mended.stderr
        assert tree(copy) == (old if left == 0 else new)
        assert ("Finished the step" in mended.stderr) == (left > 0)
        assert rest(copy) == []
        shutil.rmtree(copy)
    assert left > 8


@pytest.mark.slow
def test_a_changelog_edited_during_a_bump_is_not_overwritten(place: Path, run: Run) -> None:
    code = (
        "from generator.install import journal\nreal = journal.finish\n"
        "def finish(folder):\n    open('CHANGELOG.md', 'a').write('mine')\n    return real(folder)\n"
        "journal.finish = finish\n"
    )
    old = tree(place)
    result = run(place, "bump", "--from", "../2.yaml", code=code)
    assert result.returncode == 1
    assert "CHANGELOG.md changed while the command ran: run it again" in result.stderr
    assert tree(place) == {**old, "CHANGELOG.md": old["CHANGELOG.md"] + b"mine"}
    assert rest(place) == []


@pytest.mark.slow
def test_a_file_of_the_user_stops_bump_and_generate_and_is_kept_with_force(place: Path, run: Run) -> None:
    old = tree(place)
    mine = place / "venice_client" / "api" / "things" / "mine.py"
    mine.write_text("mine", encoding="utf-8")
    for command in (["generate"], ["bump", "--from", "../2.yaml"]):
        result = run(place, *command)
        assert result.returncode == 1
        assert "api/things/mine.py was not generated, or was edited since: nothing was written" in result.stderr
        assert {**old, "venice_client/api/things/mine.py": b"mine"} == tree(place)
    assert run(place, "bump", "--from", "../2.yaml", "--force").returncode == 0
    assert mine.read_text(encoding="utf-8") == "mine"


# System errors


FAULT = """
import errno, os, pathlib
real, left = pathlib.Path.write_bytes, int(os.environ["LEFT"])
def write_bytes(self, data):
    global left
    left -= 1
    if left < 0:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))
    return real(self, data)
pathlib.Path.write_bytes = write_bytes
"""


@pytest.mark.slow
@pytest.mark.parametrize("left", [0, 3])
def test_a_full_disk_exits_with_3_and_one_line_and_leaves_the_tree_unchanged(place: Path, left: int, run: Run) -> None:
    old = tree(place)
    result = run(place, "bump", "--from", "../2.yaml", code=FAULT, LEFT=str(left))
    assert result.returncode == 3
    assert result.stderr.count("\n") == 1
    assert "No space left on device" in result.stderr
    assert tree(place) == old
    assert rest(place) == []


@pytest.fixture
def read_only(place: Path) -> Iterator[Path]:
    """Mount a checkout read-only; permissions do not hold for a superuser."""
    if os.geteuid() == 0:
        made = subprocess.run(["mount", "--bind", str(place), str(place)], capture_output=True, check=False)
        again = subprocess.run(
            ["mount", "-o", "remount,bind,ro", str(place)], capture_output=True, check=False
        )  # fmt: skip
        if made.returncode or again.returncode:
            subprocess.run(["umount", str(place)], capture_output=True, check=False)
            pytest.skip("mounting is not permitted here")
        yield place
        subprocess.run(["umount", str(place)], check=True)
    else:
        folders = [place, *(item for item in place.rglob("*") if item.is_dir())]
        for folder in folders:
            folder.chmod(0o555)
        yield place
        for folder in folders:
            folder.chmod(0o755)


@pytest.mark.slow
def test_commands_that_only_read_work_in_a_read_only_checkout_and_others_fail_in_one_line(
    read_only: Path, run: Run
) -> None:
    assert run(read_only, "check", "--offline").returncode == 0
    assert run(read_only, "check", "--from", "../1.yaml").returncode == 0
    assert run(read_only, "diff", "../1.yaml", "../2.yaml").returncode == 0
    fetched = run(read_only, "fetch", "--from", "../2.yaml")
    assert fetched.returncode == 0, fetched.stderr
    saved = Path("".join(fetched.stdout.split("saved as ")[1].splitlines())[:-1])
    assert saved.read_bytes() == (read_only / ".." / "2.yaml").read_bytes()
    shutil.rmtree(saved.parent)
    for command in (["generate"], ["bump", "--from", "../2.yaml"], ["fetch", "--from", "../2.yaml", "--out", "x.yaml"]):
        result = run(read_only, *command)
        assert result.returncode == 3
        assert result.stderr.count("\n") == 1
        assert os.strerror(errno.EROFS) in result.stderr or os.strerror(errno.EACCES) in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["venice_client", "venice_client/api"])
def test_a_generated_folder_may_be_a_mount_point(place: Path, bumped: dict[str, bytes], folder: str, run: Run) -> None:
    target = place / folder
    other = place.with_name("filled")
    shutil.copytree(target, other)
    if subprocess.run(["mount", "-t", "tmpfs", "none", str(target)], capture_output=True, check=False).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        shutil.copytree(other, target, dirs_exist_ok=True)
        result = run(place, "bump", "--from", "../2.yaml")
        assert result.returncode == 0, result.stderr
        assert tree(place) == bumped
        assert rest(place) == []
    finally:
        subprocess.run(["umount", str(target)], check=True)


def test_output_that_the_console_cannot_encode_does_not_change_the_exit_code(tmp_path: Path, contract_of: Any) -> None:
    names: list[Path] = []
    for name in ("plain", "→x"):
        contract = contract_of({"T": {"type": "object", "properties": {name: {"type": "string"}}}})
        ref = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/T"}}}}
        contract["paths"]["/things"]["post"]["requestBody"] = ref
        names.append(tmp_path / f"{len(names)}.yaml")
        names[-1].write_text(dump(contract), encoding="utf-8")
    result = run_alone(ROOT, "diff", *names, PYTHONIOENCODING="cp1252")
    assert result.returncode == 0, result.stderr
    assert "\\u2192x" in result.stdout
