"""
Stages a client in a temporary folder of the system, and puts its generated files into a package.

A stage holds the hand-written files as copies, so that it can be imported and verified without touching the checkout;
that works where the checkout is read-only. The files of this checkout that are replaced are the generated ones; another
package gets the hand-written files too.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from importlib.util import cache_from_source
from pathlib import Path

from generator.errors import GeneratorError, system_faults
from generator.files import CLIENT, PACKAGE
from generator.install.inventory import GENERATED, LIST, MARK, changes, differing, list_text, read_files
from generator.install.journal import Change, apply_changes, is_pending, recover
from generator.install.lock import is_held, locked


@contextlib.contextmanager
def staged() -> Iterator[Path]:
    """Yield a new folder `venice_client` that holds copies of the hand-written files; it is removed in the end."""
    with system_faults("The client cannot be staged"):
        holder = Path(tempfile.mkdtemp(prefix="venice-client-"))
    try:
        stage = holder / PACKAGE
        with system_faults("The client cannot be staged"):
            stage.mkdir()
            for file in hand_written():
                place = stage / file
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(CLIENT / file, place)
                _copy_byte_code(CLIENT / file, place)
        yield stage
    finally:
        shutil.rmtree(holder, ignore_errors=True)


def _copy_byte_code(source: Path, place: Path) -> None:
    """Copy what Python compiled of a module, if it did; Python uses it for a file of the same size and time."""
    compiled = Path(cache_from_source(str(source)))
    with contextlib.suppress(FileNotFoundError):
        data = compiled.read_bytes()
        there = Path(cache_from_source(str(place)))
        there.parent.mkdir(exist_ok=True)
        there.write_bytes(data)


def hand_written() -> list[Path]:
    """Return the regular files of the client that are not generated, relative to its folder, in order."""
    found = []
    for file in sorted(CLIENT.rglob("*")):
        relative = file.relative_to(CLIENT)
        if file.is_file() and relative.parts[0] not in GENERATED and "__pycache__" not in relative.parts:
            found.append(relative)
    return found


def staged_files(stage: Path, target: Path) -> dict[str, bytes]:
    """Return the files of a stage that belong into the package at `target`, with their list."""
    files = read_files(stage)
    if not _is_this_checkout(target):
        files |= {file.as_posix(): (stage / file).read_bytes() for file in hand_written() if (stage / file).exists()}
    files.pop(LIST, None)
    return {**files, LIST: list_text(files)}


def changed_files(stage: Path, target: Path) -> list[str]:
    """Return the generated files in which a stage and the package at `target` differ, in order."""
    files = staged_files(stage, target)
    return differing(target, {name: data for name, data in files.items() if name.split("/")[0] in GENERATED})


@contextlib.contextmanager
def writing(target: Path, holder: str, report: Callable[[str], None]) -> Iterator[None]:
    """
    Hold the lock on the package at `target`, with the rest of a killed command finished or undone.

    `holder` is the name of the command; `report` gets a line about a wait and about what was left by a kill.
    """
    with system_faults("The checkout cannot be locked"):
        target.parent.mkdir(parents=True, exist_ok=True)

    def waiting(other: str) -> None:
        report(f"Waiting for {other or 'another command'}, which writes to {target.parent}.")

    with locked(_lock_file(target), f"python -m generator {holder}", waiting=waiting):
        if sentence := recover(_journal(target)):
            report(sentence)
        yield


def put_in_place(
    stage: Path, target: Path, others: Mapping[Path, tuple[bytes | None, bytes]] | None = None, *, force: bool = False
) -> None:
    """
    Put a staged client and other files (old and new content by path) into their places, all or none.

    Call it inside of `writing`. Raises GeneratorError before anything changes where a file of the user is in the way.
    """
    _require_client(target)
    with system_faults("The client cannot be replaced"):
        steps = changes(target, staged_files(stage, target), force=force)
        steps += [Change(path, old, new) for path, (old, new) in (others or {}).items()]
        apply_changes(steps, _journal(target))


def is_written_now(target: Path) -> bool:
    """Whether a command replaces files at this moment."""
    return is_pending(_journal(target)) and is_held(_lock_file(target))


def is_interrupted(target: Path) -> bool:
    """Whether a killed command left a step that is neither finished nor undone."""
    return is_pending(_journal(target)) and not is_held(_lock_file(target))


def _lock_file(target: Path) -> Path:
    return target.with_name(f".{target.name}.lock")


def _journal(target: Path) -> Path:
    return target.with_name(f".{target.name}.journal")


def _is_this_checkout(target: Path) -> bool:
    return target.resolve() == CLIENT


def _require_client(target: Path) -> None:
    """Raise GeneratorError where a folder is neither empty nor a client of this generator."""
    if _is_this_checkout(target) or not (target.exists() or target.is_symlink()):
        return
    try:
        if MARK in (target / "api" / "__init__.py").read_text(encoding="utf-8"):
            return
        mine = False
    except (OSError, UnicodeDecodeError):
        mine = target.is_dir() and not any(target.iterdir())
    if not mine:
        raise GeneratorError(
            f"{target} exists and is not a client that this generator made: nothing was written. Name another folder."
        )
