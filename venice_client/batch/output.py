"""
The folder that many pictures are saved in: which name is free for a job, where a picture of it is, and how it gets
there. Names follow from `naming`; what a picture's job is, and what is told of it, is decided in `work`.
"""

from __future__ import annotations

import os
from pathlib import Path

from venice_client._core.errors import VeniceError
from venice_client._core.response.binary import BinaryContent
from venice_client.batch.names import distinct
from venice_client.images.read import Picture, read


class Shelf:
    """The folder, with the names that are set aside in it. Whoever calls `name_for` must hold a lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._taken: dict[str, str] = {}  # base in lower case, as for some file systems case is nothing -> job

    def set_aside(self, base: str, job: str) -> None:
        """Keep a name for a job."""
        self._taken[base.lower()] = job

    def name_for(self, job: str, base: str) -> str:
        """Set a name aside for a job: this one where it is free, else one of its own."""
        if self._taken.get(base.lower(), job) != job or self._files(base):
            base = distinct(base, job)
        self.set_aside(base, job)
        return base

    def save(self, job: str, base: str, content: BinaryContent) -> Path:
        """Save a picture under the name that was set aside for it, with the suffix that fits it."""
        target = self.folder / base
        target.parent.mkdir(parents=True, exist_ok=True)
        for leftover in self._files(base):
            if leftover.stat().st_size == 0:  # the name was claimed, and then the process was killed
                leftover.unlink()
        try:
            return content.save(target)
        except FileExistsError:  # someone else's, put there meanwhile
            return content.save(self.folder / distinct(base, job), overwrite=True)

    def found(self, job: str, base: str) -> tuple[Path, Picture] | None:
        """Return the picture of a job that was saved, and not told of, as its process was killed in between."""
        for path in [*self._files(base), *self._files(distinct(base, job))]:
            try:
                return path, read(path)
            except VeniceError:
                continue
        return None

    def relative(self, path: Path) -> str:
        """Return a path as the manifest tells it."""
        return path.relative_to(self.folder).as_posix()

    def _files(self, base: str) -> list[Path]:
        """Return the files that a base has, whatever their suffix."""
        near = self.folder / base
        try:
            with os.scandir(near.parent) as entries:
                return [Path(entry.path) for entry in entries if entry.name.rpartition(".")[0] == near.name]
        except OSError:
            return []
