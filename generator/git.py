"""Read a repository with git, started with settings that keep it from running programs of the repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

from generator.errors import UnreadableError, printable
from generator.files import ROOT

_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never", "--no-pager")
_SECONDS = 120


def git(folder: Path, *arguments: str) -> bytes:
    """Return what git prints in a folder. Raises UnreadableError."""
    command = ["git", *_SAFE, "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS, stdin=subprocess.DEVNULL)
    except FileNotFoundError as error:
        raise UnreadableError("git is not installed.") from error
    except subprocess.TimeoutExpired as error:
        raise UnreadableError(f"git did not answer within {_SECONDS} seconds in {folder}.") from error
    if done.returncode:
        said = printable(done.stderr.decode(errors="replace").removeprefix("fatal: "), limit=300)
        raise UnreadableError(f"git cannot read {folder}: {said}")
    return done.stdout


def show(revision: str, path: Path) -> bytes:
    """Return a file of this checkout as it was at a commit or a tag. Raises UnreadableError."""
    return git(ROOT, "show", f"{revision}:./{path.relative_to(ROOT).as_posix()}")
