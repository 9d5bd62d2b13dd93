"""Whoever looks at the client sees the old one or the new one, whole, whatever happens to the run that makes it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.errors import GeneratorError
from generator.install import staging as tree
from generator.install.staging import hand_written, put_in_place, recover, same, staged

Checkout = Callable[..., Path]
Start = Callable[..., "subprocess.Popen[str]"]

RUN = """
import sys
from generator.install import staging as tree
from generator.source.document import read_file
from generator.generate import generate
from generator.spec.pin import PINNED
contract = read_file(PINNED)
for item in contract["paths"].values():
    item["post"]["operationId"] = sys.argv[1]
if len(sys.argv) > 2:
    tree._exchange = lambda first, second: False
    import os, pathlib
    left, rename = int(sys.argv[2]), pathlib.Path.rename
    def dying(self, to):
        global left
        if self.name in ("venice_client", ".venice_client.old"):
            if left == 0:
                os.kill(os.getpid(), 9)
            left -= 1
        return rename(self, to)
    pathlib.Path.rename = dying
print("ready", flush=True)
generate(contract, tree.CLIENT)
"""


def client(place: Path) -> dict[str, bytes]:
    """The files of the client in a checkout."""
    root = place / "venice_client"
    return {
        str(file.relative_to(root)): file.read_bytes()
        for file in sorted(root.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    }


def leftovers(place: Path) -> list[str]:
    return [item.name for item in place.iterdir() if item.name.startswith(".venice_client")]


def finish(run: subprocess.Popen[str]) -> int:
    _, errors = run.communicate(timeout=120)
    assert run.returncode in (0, -signal.SIGKILL), errors
    return run.returncode


@pytest.mark.slow
def test_a_run_killed_at_any_moment_leaves_the_old_tree_or_the_new_one(checkout: Checkout, start_in: Start) -> None:
    place = checkout()
    known = {}
    for name in ("old", "new"):
        began = time.monotonic()
        assert finish(start_in(place, RUN, name)) == 0
        known[name] = client(place)
    whole = time.monotonic() - began
    assert known["old"] != known["new"]
    assert finish(start_in(place, RUN, "old")) == 0
    moments = random.Random(20)
    for _ in range(8):
        run = start_in(place, RUN, "new")
        time.sleep(moments.uniform(0.4, 1.0) * whole)
        os.killpg(run.pid, signal.SIGKILL)
        finish(run)
        found = client(place)
        assert found in (known["old"], known["new"])
    assert finish(start_in(place, RUN, "new")) == 0
    assert client(place) == known["new"]
    assert leftovers(place) == []


@pytest.mark.slow
def test_without_an_exchange_the_next_run_mends_what_a_kill_left(checkout: Checkout, start_in: Start) -> None:
    place = checkout()
    assert finish(start_in(place, RUN, "old")) == 0
    old = client(place)
    for step in range(3):
        (place / "venice_client" / "core" / "note.py").write_text(f"{step}\n", encoding="utf-8")
        assert finish(start_in(place, RUN, f"killed{step}", str(step))) == -signal.SIGKILL
        assert leftovers(place)
        assert finish(start_in(place, RUN, "old")) == 0
        assert leftovers(place) == []
        assert client(place) == {**old, "core/note.py": f"{step}\n".encode()}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A client of this tree with one hand-written file and one generated file."""
    place = tmp_path / "venice_client"
    for name in ("core/a.py", "api/__init__.py", "models/__init__.py"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(f"old {name} {tree.MARK}\n", encoding="utf-8")
    monkeypatch.setattr(tree, "CLIENT", place)
    return place


def render_into(stage: Path) -> None:
    for folder in ("api", "models"):
        (stage / folder).mkdir()
        (stage / folder / "__init__.py").write_text(f"new {tree.MARK}\n", encoding="utf-8")


@pytest.mark.parametrize("exchange", [True, False])
def test_what_a_person_saves_during_a_generation_survives(
    here: Path, exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchange:
        monkeypatch.setattr(tree, "_exchange", lambda *_: False)
    with staged(here) as stage:
        render_into(stage)
        (here / "core" / "b.py").write_text("added", encoding="utf-8")
        (here / "core" / "saved").write_text("edited", encoding="utf-8")
        (here / "core" / "saved").replace(here / "core" / "a.py")  # as editors save
        put_in_place(stage, here)
    assert (here / "core" / "a.py").read_text(encoding="utf-8") == "edited"
    assert (here / "core" / "b.py").read_text(encoding="utf-8") == "added"
    assert (here / "api" / "__init__.py").read_text(encoding="utf-8").startswith("new")
    assert leftovers(here.parent) == []


def test_what_a_person_saved_survives_a_kill_right_after_the_swap(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: Path) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(tree, "_keep", killed)
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(Killed), staged(here) as stage:  # noqa: PT012
            render_into(stage)
            (here / "core" / "b.py").write_text("added", encoding="utf-8")
            put_in_place(stage, here)
    assert leftovers(here.parent)
    assert not (here / "core" / "b.py").exists()
    recover(here)
    assert (here / "core" / "b.py").read_text(encoding="utf-8") == "added"
    assert leftovers(here.parent) == []


def test_a_stage_that_never_came_into_place_brings_nothing_back(here: Path) -> None:
    left = here.parent / ".venice_client.new-x" / "venice_client"
    left.mkdir(parents=True)
    (left / "a.py").write_text("stale", encoding="utf-8")
    recover(here)
    assert leftovers(here.parent) == []
    assert not (here / "a.py").exists()


def test_hand_written_files_are_the_same_files_after_a_swap(here: Path) -> None:
    number = (here / "core" / "a.py").stat().st_ino
    assert hand_written() == [Path("core/a.py")]
    with staged(here) as stage:
        render_into(stage)
        put_in_place(stage, here)
    assert (here / "core" / "a.py").stat().st_ino == number


def test_another_folder_gets_the_hand_written_files_of_today_and_keeps_what_was_added(here: Path) -> None:
    other = here.parent / "elsewhere" / "venice_client"
    for text in ("yesterday", "today"):
        (here / "core" / "a.py").write_text(text, encoding="utf-8")
        with staged(other) as stage:
            render_into(stage)
            put_in_place(stage, other)
        (other / "notes.txt").write_text("mine", encoding="utf-8")
    assert (other / "core" / "a.py").read_text(encoding="utf-8") == "today"
    assert (other / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (here / "core" / "a.py").read_text(encoding="utf-8") == "today"


@pytest.mark.parametrize("content", [{"api/__init__.py": "theirs"}, {"README": "x"}, None])
def test_a_target_that_is_no_client_of_ours_is_refused(here: Path, content: dict[str, str] | None) -> None:
    other = here.parent / "other"
    if content is None:
        other.write_text("a file", encoding="utf-8")
    for name, text in (content or {}).items():
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_text(text, encoding="utf-8")
    with staged(other) as stage:
        render_into(stage)
        with pytest.raises(GeneratorError, match="no client that this generator made: nothing was written"):
            put_in_place(stage, other)
    for name, text in (content or {}).items():
        assert (other / name).read_text(encoding="utf-8") == text
    assert [item.name for item in here.parent.iterdir() if item.name.startswith(".")] == []


def test_an_empty_folder_and_a_missing_one_are_filled(here: Path) -> None:
    for name in ("empty", "missing/deep"):
        other = here.parent / name
        if name == "empty":
            other.mkdir()
        with staged(other) as stage:
            render_into(stage)
            put_in_place(stage, other)
        assert (other / "api" / "__init__.py").exists()


def test_the_generated_files_in_which_two_clients_differ_are_listed(here: Path) -> None:
    with staged(here) as stage:
        render_into(stage)
        (stage / "models" / "added.py").touch()
        (stage / "core" / "ours.py").touch()
        assert same(stage, here) == ["api/__init__.py", "models/__init__.py", "models/added.py"]
        assert same(stage, stage) == []
