"""
The versions of one file in a git repository, in the order in which they came to the checked-out branch.

Blobs are read through git, without a checkout. Git is started with settings that keep a repository from running
programs.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from attrs import frozen

from generator.errors import UnreadableError
from generator.source.document import MAX_BYTES, printable

_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never", "--no-pager")
_COMMIT = re.compile(r"[0-9a-f]{40,64} \d{4}-\d\d-\d\d")
_SECONDS = 120
_SHORT = 12


@frozen
class Commit:
    """One description of a walk, from a commit."""

    position: int
    """Its place in the walk, from 1."""
    repository: Path
    file: str
    """The path of the file in the repository."""
    commit: str
    date: str
    """The day of the commit, as 2025-07-13."""

    @property
    def name(self) -> str:
        """The commit, shortened."""
        return self.commit[:_SHORT]

    def read(self) -> bytes:
        """Return what the file holds at this commit. Raises UnreadableError."""
        size = int(_git(self.repository, "cat-file", "-s", f"{self.commit}:{self.file}") or b"0")
        if size > MAX_BYTES:
            raise UnreadableError(f"{self.name} cannot be read: found {size:,} bytes, and the limit is {MAX_BYTES:,}.")
        return _git(self.repository, "cat-file", "blob", f"{self.commit}:{self.file}")


def commits(repository: Path, file: str, since: str = "") -> tuple[Commit, ...]:
    """
    Return the commits that changed a file, oldest first, without those that removed it.

    `since` is a day, as 2025-07-13: the walk starts at the last version before it. Raises UnreadableError.
    """
    listed = _git(
        repository, "log", "--reverse", "--first-parent", "-m", "--name-only", "--diff-filter=d", "--no-renames",
        "--no-ext-diff", "--no-textconv", "--format=%H %cs", "--end-of-options", "HEAD", "--", file,
    )  # fmt: skip
    lines = listed.decode("ascii", errors="replace").splitlines()
    rows = [line.split(" ") for line in lines if _COMMIT.fullmatch(line)]
    if not rows:
        raise UnreadableError(f"{repository} holds no version of {printable(file)} in the history of its branch.")
    first = next((at for at, row in enumerate(rows) if row[1] >= since), len(rows))
    kept = rows[max(0, first - 1) :] if since else rows
    return tuple(Commit(at, repository, file, commit, date) for at, (commit, date) in enumerate(kept, 1))


def _git(repository: Path, *arguments: str) -> bytes:
    command = ["git", *_SAFE, "-C", str(repository), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS, stdin=subprocess.DEVNULL)
    except FileNotFoundError as error:
        raise UnreadableError("git is not installed: history --git needs it.") from error
    except subprocess.TimeoutExpired as error:
        raise UnreadableError(f"git did not answer within {_SECONDS} seconds in {repository}.") from error
    if done.returncode:
        said = printable(done.stderr.decode(errors="replace").removeprefix("fatal: "), limit=300)
        raise UnreadableError(f"git cannot read {repository}: {said}")
    return done.stdout
