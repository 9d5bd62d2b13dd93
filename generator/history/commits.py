"""
The versions of one file in a git repository, in the order in which they came to the checked-out branch.

Blobs are read through git, without a checkout.
"""

from __future__ import annotations

import re
from pathlib import Path

from attrs import frozen

from generator.errors import UnreadableError, printable
from generator.git import git
from generator.source.document import MAX_BYTES

_COMMIT = re.compile(r"[0-9a-f]{40,64} \d{4}-\d\d-\d\d")
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
        size = int(git(self.repository, "cat-file", "-s", f"{self.commit}:{self.file}") or b"0")
        if size > MAX_BYTES:
            raise UnreadableError(f"{self.name} cannot be read: found {size:,} bytes, and the limit is {MAX_BYTES:,}.")
        return git(self.repository, "cat-file", "blob", f"{self.commit}:{self.file}")


def commits(repository: Path, file: str, since: str = "") -> tuple[Commit, ...]:
    """
    Return the commits that changed a file, oldest first, without those that removed it.

    `since` is a day, as 2025-07-13: the walk starts at the last version before it. Raises UnreadableError.
    """
    listed = git(
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
