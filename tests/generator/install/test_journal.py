"""Many files are replaced atomically: all or none, also after a kill, a system error, or a concurrent edit."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.errors import SystemFaultError
from generator.install import journal
from generator.install.journal import Change, ChangedMeanwhileError, apply_changes, is_pending, recover


class Killed(BaseException):
    """Simulates the end of the process."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("a", "b", "gone/only"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"old {name}")
    return tmp_path


def changes(place: Path) -> list[Change]:
    return [
        Change(place / "a", b"old a", b"new a"),
        Change(place / "new/deep/c", None, b"new c"),
        Change(place / "b", b"old b", b"new b"),
        Change(place / "gone/only", b"old gone/only", None),
    ]


def tree(place: Path) -> dict[str, str]:
    return {str(file.relative_to(place)): file.read_text() for file in sorted(place.rglob("*")) if file.is_file()}


OLD = {"a": "old a", "b": "old b", "gone/only": "old gone/only"}
NEW = {"a": "new a", "b": "new b", "new/deep/c": "new c"}


def folders(place: Path) -> list[str]:
    return sorted(str(item.relative_to(place)) for item in place.rglob("*") if item.is_dir())


def test_all_changes_are_applied_and_no_temporary_file_is_left(place: Path) -> None:
    apply_changes(changes(place), place / ".journal")
    assert tree(place) == NEW
    assert folders(place) == ["new", "new/deep"]


def test_an_empty_change_modifies_no_file(place: Path) -> None:
    apply_changes([Change(place / "a", b"old a", b"old a")], place / ".journal")
    assert (tree(place), folders(place)) == (OLD, ["gone"])


def dying(monkeypatch: pytest.MonkeyPatch, name: str, after: int, error: BaseException) -> Callable[[], int]:
    """Let a method of Path raise once it was called `after` times; return a function that counts its calls."""
    real, count = getattr(Path, name), 0

    def method(self: Path, *arguments: object, **options: object) -> object:
        nonlocal count
        count += 1
        if count == after + 1:
            raise error
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, name, method)
    return lambda: count


@pytest.mark.parametrize("method", ["replace", "unlink", "write_bytes", "write_text", "mkdir"])
@pytest.mark.parametrize("after", range(6))
def test_a_kill_at_any_call_is_recovered_by_the_next_command(
    place: Path, monkeypatch: pytest.MonkeyPatch, method: str, after: int
) -> None:
    with monkeypatch.context() as patched:
        count = dying(patched, method, after, Killed())
        try:
            apply_changes(changes(place), place / ".journal")
        except Killed:
            killed = True
        else:
            killed = False
    assert killed == (count() == after + 1)
    committed, left = is_pending(place / ".journal"), (place / ".journal").exists()
    said = recover(place / ".journal")
    assert tree(place) in (NEW, OLD)
    if committed or not killed:
        assert tree(place) == NEW
    assert (said is not None) == left
    assert not (place / ".journal").exists()


@pytest.mark.parametrize("method", ["replace", "unlink", "write_bytes", "write_text", "mkdir"])
@pytest.mark.parametrize("after", range(6))
def test_a_system_error_at_any_call_restores_the_old_files(
    place: Path, monkeypatch: pytest.MonkeyPatch, method: str, after: int
) -> None:
    with monkeypatch.context() as patched:
        count = dying(patched, method, after, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "somewhere"))
        failed = False
        try:
            apply_changes(changes(place), place / ".journal")
        except SystemFaultError as error:
            failed = "No space left" in str(error)
    if method != "unlink":
        assert failed == (count() > after)
    assert tree(place) == (OLD if failed else NEW)
    assert folders(place) == (["gone"] if failed else ["new", "new/deep"])


@pytest.mark.parametrize("name", ["a", "b", "gone/only", "new/deep/c"])
def test_a_file_edited_during_the_change_is_kept_and_named(
    place: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real = journal.finish

    def edited_before(folder: Path) -> None:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("mine")
        real(folder)

    monkeypatch.setattr(journal, "finish", edited_before)
    with pytest.raises(ChangedMeanwhileError, match=name):
        apply_changes(changes(place), place / ".journal")
    assert tree(place) == {**OLD, name: "mine"}


def test_a_file_edited_after_a_kill_is_kept(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        dying(patched, "replace", 2, Killed())  # the journal and "a" are in place
        with pytest.raises(Killed):
            apply_changes(changes(place), place / ".journal")
    (place / "b").write_text("mine")
    assert "Undid the step" in str(recover(place / ".journal"))
    assert tree(place) == {**OLD, "b": "mine"}


def test_files_are_copied_to_another_file_system(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.replace

    def other_system(self: Path, target: Path) -> Path:
        if self.parent.name == "new":
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", other_system)
    apply_changes(changes(place), place / ".journal")
    assert tree(place) == NEW


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_only_regular_files_are_replaced(place: Path, kind: str) -> None:
    (place / "a").unlink()
    if kind == "link":
        (place / "a").symlink_to(place / "b")
    elif kind == "folder":
        (place / "a").mkdir()
    else:
        os.mkfifo(place / "a")
    with pytest.raises(ChangedMeanwhileError, match="a is not a regular file"):
        apply_changes(changes(place), place / ".journal")
    assert os.path.lexists(place / "a")
    assert (place / "b").read_text() == "old b"


def test_a_checkout_moved_after_a_kill_is_recovered_in_its_new_place(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        dying(patched, "replace", 2, Killed())
        with pytest.raises(Killed):
            apply_changes(changes(place), place / ".journal")
    moved = place.rename(place.with_name("moved"))
    assert "Finished" in str(recover(moved / ".journal"))
    assert tree(moved) == NEW
