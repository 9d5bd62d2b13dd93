"""Only generated files are replaced: files of the user are named and kept."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.errors import GeneratorError
from generator.install.inventory import LIST, MARK, changes, differing, list_text
from generator.install.journal import apply_changes

FIRST = {"api/__init__.py": MARK.encode(), "api/a.py": b"first a", "models/m.py": b"first m"}
SECOND = {"api/__init__.py": MARK.encode(), "api/a.py": b"second a", "models/n.py": b"second n"}


def install(package: Path, files: dict[str, bytes], *, force: bool = False) -> None:
    steps = changes(package, {**files, LIST: list_text(files)}, force=force)
    apply_changes(steps, package.parent / ".journal")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    install(tmp_path / "client", FIRST)
    (tmp_path / "client" / "core").mkdir()
    (tmp_path / "client" / "core" / "mine.py").write_text("mine")
    return tmp_path / "client"


def test_listed_files_are_replaced_and_removed(package: Path) -> None:
    install(package, SECOND)
    assert differing(package, {**SECOND, LIST: list_text(SECOND)}) == []
    assert (package / "core" / "mine.py").read_text() == "mine"


def test_the_list_has_the_format_of_sha256sum(package: Path) -> None:
    lines = (package / LIST).read_text().splitlines()
    assert [line.split("  ")[1] for line in lines] == sorted(FIRST)
    assert {len(line.split("  ")[0]) for line in lines} == {64}


def add_link(place: Path) -> None:
    place.symlink_to("/nowhere")


def add_link_to_a_folder(place: Path) -> None:
    place.symlink_to(place.parents[1] / "core", target_is_directory=True)


def add_file(place: Path) -> None:
    place.write_text("the only copy")


KINDS: dict[str, Callable[[Path], None]] = {
    "file": add_file, "link": add_link, "link to a folder": add_link_to_a_folder, "pipe": os.mkfifo,
}  # fmt: skip


def state(path: Path) -> tuple[int, ...]:
    """Return what an installation must not change; to read a link may change its time of access."""
    found = os.lstat(path)
    return found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["api/mine.py", "models/deep/mine.txt", "api/.hidden"])
def test_an_unlisted_file_in_a_generated_folder_stops_the_command_and_is_kept_with_force(
    package: Path, kind: str, name: str
) -> None:
    (package / name).parent.mkdir(exist_ok=True)
    KINDS[kind](package / name)
    before = state(package / name)
    with pytest.raises(GeneratorError, match=name):
        install(package, SECOND)
    assert (package / "api/a.py").read_bytes() == b"first a"
    install(package, SECOND, force=True)
    assert (package / "api/a.py").read_bytes() == b"second a"
    assert state(package / name) == before


@pytest.mark.parametrize("name", ["api/a.py", "models/m.py"])
def test_an_edited_file_stops_the_command_and_is_overwritten_with_force(package: Path, name: str) -> None:
    (package / name).write_bytes(b"edited")
    with pytest.raises(GeneratorError, match=f"{name} was not generated, or was edited since: nothing was written"):
        install(package, SECOND)
    assert (package / name).read_bytes() == b"edited"
    install(package, SECOND, force=True)
    assert differing(package, {**SECOND, LIST: list_text(SECOND)}) == []


def test_an_edit_equal_to_the_generated_file_is_accepted(package: Path) -> None:
    (package / "api/a.py").write_bytes(b"second a")
    install(package, SECOND)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "file"])
@pytest.mark.parametrize("force", [False, True])
def test_a_link_or_pipe_instead_of_a_generated_file_is_refused_even_with_force(
    package: Path, kind: str, force: bool
) -> None:
    (package / "api/a.py").unlink()
    KINDS[kind](package / "api/a.py")
    before = state(package / "api/a.py")
    with pytest.raises(GeneratorError, match=r"a\.py must be a regular file"):
        install(package, SECOND, force=force)
    assert state(package / "api/a.py") == before


@pytest.mark.parametrize("name", ["api", "models"])
def test_a_generated_folder_that_is_a_link_is_refused(package: Path, tmp_path: Path, name: str) -> None:
    (package / name).rename(tmp_path / "elsewhere")
    (package / name).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(GeneratorError, match=f"{name} is not a folder of its own"):
        install(package, SECOND, force=True)
    assert not (tmp_path / "elsewhere" / "n.py").exists()


def test_empty_folders_and_bytecode_are_kept(package: Path) -> None:
    (package / "api" / "empty").mkdir()
    (package / "api" / "__pycache__").mkdir()
    (package / "api" / "__pycache__" / "a.pyc").touch()
    install(package, SECOND)
    assert (package / "api" / "empty").is_dir()
    assert (package / "api" / "__pycache__" / "a.pyc").exists()


def test_a_list_that_names_files_outside_removes_nothing(package: Path, tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"x")
    with (package / LIST).open("a") as file:
        file.write("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881  ../victim\n")
    install(package, SECOND)
    assert (tmp_path / "victim").exists()


def test_without_a_list_only_files_with_the_generated_mark_are_replaced(package: Path) -> None:
    for name in FIRST:
        (package / name).write_text(f"# {MARK}\n")
    (package / LIST).unlink()
    (package / "models/mine.py").write_text("mine")
    with pytest.raises(GeneratorError, match=r"models/mine.py was not generated"):
        install(package, SECOND)
    (package / "models/mine.py").unlink()
    install(package, SECOND)
    assert differing(package, {**SECOND, LIST: list_text(SECOND)}) == []


def test_a_committed_edit_is_replaced_and_an_uncommitted_one_is_not(package: Path) -> None:
    def git(*arguments: str) -> None:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@localhost", *arguments]
        subprocess.run(command, cwd=package.parent, check=True, capture_output=True)

    (package / "api/a.py").write_bytes(b"merged")
    (package / "api/b.py").write_bytes(b"merged too")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "merge")
    (package / "models/m.py").write_bytes(b"edited")
    with pytest.raises(GeneratorError, match=r"models/m.py was not") as caught:
        install(package, SECOND)
    assert "a.py" not in str(caught.value)
    git("checkout", "-q", "client/models/m.py")
    install(package, SECOND)
    assert differing(package, {**SECOND, LIST: list_text(SECOND)}) == []
