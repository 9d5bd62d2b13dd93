"""A staged client is installed into this checkout or into another folder, which keeps the files of the user."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import GeneratorError
from generator.install import staging
from generator.install.inventory import MARK
from generator.install.staging import changed_files, hand_written, put_in_place, staged


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for the client of this checkout: one hand-written file, two generated ones."""
    place = tmp_path / "venice_client"
    for name in ("core/a.py", "api/__init__.py", "models/__init__.py"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(f"old {name} {MARK}\n", encoding="utf-8")
    monkeypatch.setattr(staging, "CLIENT", place)
    return place


def render_into(stage: Path) -> None:
    for folder in ("api", "models"):
        (stage / folder).mkdir()
        (stage / folder / "__init__.py").write_text(f"new {MARK}\n", encoding="utf-8")


def install(target: Path) -> None:
    with staged() as stage:
        render_into(stage)
        put_in_place(stage, target)


def _states(here: Path) -> dict[Path, tuple[int, ...]]:
    """Return what a change of the hand-written files would change: not the time of access, which reading changes."""
    found = {item: item.lstat() for item in here.rglob("*") if "core" in item.parts}
    return {
        item: (one.st_mode, one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns) for item, one in found.items()
    }


def test_hand_written_files_are_not_changed(here: Path) -> None:
    (here / "core" / "link").symlink_to("/nowhere")
    (here / "core" / "empty").mkdir()
    before = _states(here)
    assert hand_written() == [Path("core/a.py")]
    install(here)
    assert _states(here) == before
    assert (here / "api" / "__init__.py").read_text(encoding="utf-8").startswith("new")
    assert [item.name for item in here.parent.iterdir()] == ["venice_client"]


def test_a_stage_is_outside_of_the_checkout_and_is_removed(here: Path) -> None:
    with staged() as stage:
        assert here.parent not in stage.parents
        assert (stage / "core" / "a.py").read_text(encoding="utf-8") == (here / "core" / "a.py").read_text("utf-8")
    assert not stage.parent.exists()


def test_another_folder_gets_the_current_hand_written_files_and_keeps_its_own(here: Path) -> None:
    other = here.parent / "elsewhere" / "venice_client"
    (here / "core" / "removed_later.py").touch()
    for text in ("yesterday", "today"):
        (here / "core" / "a.py").write_text(text, encoding="utf-8")
        install(other)
        assert (other / "core" / "removed_later.py").exists() == (text == "yesterday")
        (here / "core" / "removed_later.py").unlink(missing_ok=True)
        (other / "notes.txt").write_text("mine", encoding="utf-8")
    assert (other / "core" / "a.py").read_text(encoding="utf-8") == "today"
    assert (other / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("content", [{"api/__init__.py": "theirs"}, {"README": "x"}, None])
def test_a_target_that_is_not_a_client_is_refused(here: Path, content: dict[str, str] | None) -> None:
    other = here.parent / "other"
    if content is None:
        other.write_text("a file", encoding="utf-8")
    for name, text in (content or {}).items():
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_text(text, encoding="utf-8")
    with pytest.raises(GeneratorError, match="not a client that this generator made: nothing was written"):
        install(other)
    for name, text in (content or {}).items():
        assert (other / name).read_text(encoding="utf-8") == text
    assert [item.name for item in here.parent.iterdir() if item.name.startswith(".")] == []


@pytest.mark.parametrize("name", ["empty", "missing/deep"])
def test_an_empty_or_missing_folder_is_filled(here: Path, name: str) -> None:
    other = here.parent / name
    if name == "empty":
        other.mkdir()
    install(other)
    assert (other / "api" / "__init__.py").exists()
    assert (other / "core" / "a.py").exists()


def test_the_generated_files_in_which_a_stage_differs_are_listed(here: Path) -> None:
    install(here)
    with staged() as stage:
        render_into(stage)
        assert changed_files(stage, here) == []
        (stage / "models" / "added.py").touch()
        (stage / "core" / "ours.py").touch()
        (here / "models" / "mine.py").touch()
        assert changed_files(stage, here) == ["api/generated.sha256", "models/added.py", "models/mine.py"]
