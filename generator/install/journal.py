"""
Replaces many files as one step, with a journal: after a kill the next writing command finishes the step or undoes it.

Everything new, and a copy of everything old, is written into a folder beside the files first. The journal is then put
into the folder, which commits the step, and each file is renamed into its place. A failure of the system restores the
old files. A file that changed meanwhile is never overwritten: the step is undone, and the error names it.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from generator.errors import GeneratorError, SystemFaultError
from generator.files import content, digest

_JOURNAL = "journal.json"


class ChangedMeanwhileError(GeneratorError):
    """A file changed while the command ran; nothing was overwritten."""


@frozen
class Change:
    """A file and its new content; None removes it. `old` is the content that it is based on, None for no file."""

    path: Path
    old: bytes | None
    new: bytes | None


def apply_changes(changes: Sequence[Change], folder: Path) -> None:
    """
    Make all changes, or none. `folder` holds the journal and must not exist.

    Raises SystemFaultError or ChangedMeanwhileError; then all files are as they were.
    """
    needed = [change for change in changes if change.old != change.new]
    if not needed:
        return
    try:
        (folder / "new").mkdir(parents=True)
        (folder / "old").mkdir()
        for number, change in enumerate(needed):
            for name, data in (("new", change.new), ("old", change.old)):
                if data is not None:
                    (folder / name / str(number)).write_bytes(data)
        steps = [
            {
                "path": os.path.relpath(change.path, folder.parent),
                "old": change.old is not None,
                "new": None if change.new is None else digest(change.new),
            }
            for change in needed
        ]
        (folder / "draft").write_text(json.dumps(steps), encoding="utf-8")
        (folder / "draft").replace(folder / _JOURNAL)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise SystemFaultError.of(error, doing="The new files cannot be written") from error
    finish(folder)


def finish(folder: Path) -> None:
    """
    Carry out the journal in a folder, and remove it.

    Where that is not possible, all files get their old content, and the error says why.
    """
    steps = _read(folder)
    try:
        for number, step in enumerate(steps):
            _forward(folder, number, step)
    except (OSError, ChangedMeanwhileError) as error:
        try:
            _undo(folder, steps)
        except OSError as other:
            raise SystemFaultError(
                f"A file cannot be replaced ({error}), nor restored ({other}): the next command tries again."
            ) from other
        if isinstance(error, OSError):
            raise SystemFaultError.of(error, doing="A file cannot be replaced") from error
        raise
    _remove(folder)


def recover(folder: Path) -> str | None:
    """
    Finish or undo what a killed command left in a folder; return a sentence about it, None if there is nothing.

    Call it under the lock only.
    """
    if not os.path.lexists(folder):
        return None
    if not (folder / _JOURNAL).exists():  # it was killed before its first change
        shutil.rmtree(folder, ignore_errors=True)
        return "Removed the rest of a command that was killed before it changed a file."
    try:
        finish(folder)
    except GeneratorError as error:
        return f"Undid the step of a command that was killed: {error}"
    return "Finished the step of a command that was killed."


def is_pending(folder: Path) -> bool:
    """Whether a step is under way, or was left by a kill."""
    return (folder / _JOURNAL).exists()


def _read(folder: Path) -> list[dict[str, Any]]:
    try:
        steps: list[dict[str, Any]] = json.loads((folder / _JOURNAL).read_text(encoding="utf-8"))
    except ValueError as error:
        raise GeneratorError(
            f"{folder / _JOURNAL} is damaged ({error}): restore the checkout, then remove it."
        ) from error
    return steps


def _forward(folder: Path, number: int, step: Mapping[str, Any]) -> None:
    path, new = folder.parent / step["path"], folder / "new" / str(number)
    current = _content(path)
    if step["new"] is None:
        if current is not None:
            _require_old(folder, number, step, path, current)
            path.unlink()
        _remove_empty(path.parent, folder.parent)
    elif new.exists() and (current is None or digest(current) != step["new"]):  # it is gone once it is in its place
        _require_old(folder, number, step, path, current)
        path.parent.mkdir(parents=True, exist_ok=True)
        _move(new, path)


def _require_old(folder: Path, number: int, step: Mapping[str, Any], path: Path, current: bytes | None) -> None:
    old = (folder / "old" / str(number)).read_bytes() if step["old"] else None
    if current != old:
        raise ChangedMeanwhileError(f"{path} changed while the command ran: run it again. Nothing was changed.")


def _undo(folder: Path, steps: Sequence[Mapping[str, Any]]) -> None:
    """Give every file that the step changed its old content. A fault leaves the journal for the next command."""
    for number, step in enumerate(steps):
        path, old = folder.parent / step["path"], folder / "old" / str(number)
        try:
            current = _content(path)
        except ChangedMeanwhileError:
            continue  # a link or a folder is not of this step
        changed = current is None if step["new"] is None else current is not None and digest(current) == step["new"]
        if changed and step["old"]:
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(old, _part(path))
            _part(path).replace(path)
        elif changed:
            path.unlink(missing_ok=True)
        _part(path).unlink(missing_ok=True)
        _remove_empty(path.parent, folder.parent)
    _remove(folder)


def _remove(folder: Path) -> None:
    with contextlib.suppress(OSError):  # first, so that a rest of the folder is never carried out again
        (folder / _JOURNAL).unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _move(new: Path, path: Path) -> None:
    try:
        new.replace(path)
    except OSError as error:
        if error.errno != errno.EXDEV:  # the place is on another file system, such as a mount point
            raise
        shutil.copyfile(new, _part(path))
        _part(path).replace(path)
        new.unlink()


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _content(path: Path) -> bytes | None:
    """Return what a file holds; None where there is none. A link, a folder or a pipe raises ChangedMeanwhileError."""
    if path.is_symlink() or (os.path.lexists(path) and not path.is_file()):
        raise ChangedMeanwhileError(f"{path} is not a regular file: move it away. Nothing was changed.")
    return content(path)


def _remove_empty(folder: Path, root: Path) -> None:
    """Remove a folder in which nothing is, except for bytecode that Python left, and those around it; `root` stays."""
    with contextlib.suppress(OSError):
        while folder != root and {item.name for item in folder.iterdir()} <= {"__pycache__"}:
            shutil.rmtree(folder / "__pycache__", ignore_errors=True)
            folder.rmdir()
            folder = folder.parent
