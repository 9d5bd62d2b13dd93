"""
The folder of results: names that every system can hold, room that is reserved before a call is paid for, and files
that appear whole or not at all.

A result is written to a part file beside its place, `.NAME-JOB-MANIFEST.part`, which is made before the call: so a
folder that cannot be written, a name that the file system refuses, and a full disk are found out at no cost.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import unicodedata
from pathlib import Path
from typing import Final

import attrs

from venice_client._core.response.binary import BinaryContent
from venice_client._core.response.save import give_name, with_fitting_suffix
from venice_client.batch.inputs import SUFFIXES
from venice_client.batch.manifest import Entry, Manifest, open_file, write_all

LEAST_ROOM: Final = 64 * 1024
"""Bytes that are reserved for a result while the size of none is known."""
_LINE_ROOM: Final = 8 * 1024
"""Bytes that are reserved in addition, and released before the manifest's line is written."""
_LONGEST: Final = 180
"""Bytes of a name without its suffix: the part file adds up to 24."""
_REFUSED: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\ud800-\udfff]')
_DEVICE: Final = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(?=\s*(\.|$))")


def portable_name(name: str, *, folders: bool = False) -> str:
    """
    Return the name of a result without its suffix, such as Linux, macOS and Windows can hold.

    The suffix of a picture is removed. A character that some system refuses becomes "_", as do the dots at both ends;
    a device name of Windows (CON, NUL, COM1, ...) gets "_" behind it; blanks at both ends are dropped; what is longer
    than 180 bytes is cut; nothing becomes "picture". With `folders` each slash separates folders, whose names are
    treated alike; else it is a character like the others.
    """
    *parents, last = name.split("/") if folders else [name]
    kept = [_portable(part) for part in parents if part not in ("", ".", "..")]
    return "/".join([*kept, _without_suffix(last)])


@attrs.define
class Part:
    """A file that is reserved for the result of a job, and open."""

    path: Path
    base: str
    descriptor: int

    def close(self) -> None:
        """Close the file, once: another thread may reuse the number."""
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


class Output:
    """The folder, and the manifest of what is in it. `reserve` must be called by one thread at a time."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self._ending = f"-{manifest.id}.part"
        self._owners: dict[str, str] = {}
        """The key of a name -> the job that it is reserved for."""
        self._names: dict[Path, set[str]] = {}
        """Folder -> the keys of the names in it, without suffixes, when it was first used."""
        self._largest = LEAST_ROOM
        for entry in manifest.entries.values():
            if entry.base:
                self._owners[_key(entry.base)] = entry.job
            self._largest = max(self._largest, entry.size)

    def reserve(self, job: str, base: str) -> Part:
        """
        Reserve a name and the room for a result as large as the largest so far.

        Raises OSError where the folder cannot be written, the name cannot be held, or no room is left.
        """
        base = self._free(job, base)
        path = self._part(job, base)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        descriptor = open_file(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        part = Part(path, base, descriptor)
        try:
            _allocate(descriptor, path, self._largest + _LINE_ROOM)
        except BaseException:
            self.discard(part)
            raise
        self._owners[_key(base)] = job
        return part

    def write(self, part: Part, content: BinaryContent) -> str:
        """Write a result to its part, and return the file that `publish` will make of it. Closes the part."""
        try:
            write_all(part.descriptor, content.data)
            os.ftruncate(part.descriptor, len(content.data))
            os.fsync(part.descriptor)
        finally:
            part.close()
        self._largest = max(self._largest, len(content.data))
        return self._relative(with_fitting_suffix(self.folder / part.base, content.media_type))

    def publish(self, job: str, base: str, file: str) -> Path:
        """Give a part that was written its name. Raises FileExistsError where another program has taken the name."""
        part, target = self._part(job, base), self.folder / file
        give_name(part, target)
        part.unlink(missing_ok=True)
        return target

    def another_name(self, job: str, file: str) -> str:
        """Return a name for a result whose own was taken by another program meanwhile."""
        path = Path(file)
        return path.with_name(f"{path.stem}-{job}{path.suffix}").as_posix()

    def discard(self, part: Part) -> None:
        """Remove a part."""
        with contextlib.suppress(OSError):
            part.close()
        with contextlib.suppress(OSError):
            part.path.unlink(missing_ok=True)

    def saved(self, entry: Entry) -> Path | None:
        """Return the file of a job that is done, if its bytes are those that the manifest recorded."""
        if entry.state != "done" or not entry.file:
            return None
        path = self.folder / entry.file
        return path if _digest(path, entry.size) == entry.sha256 else None

    def recover(self, entry: Entry) -> None:
        """Finish or remove what a run that was killed has left of a job."""
        if not entry.base:
            return
        part = self._part(entry.job, entry.base)
        if entry.state == "done" and entry.file and not (self.folder / entry.file).exists():
            if part.exists() and _digest(part, entry.size) == entry.sha256:
                self.publish(entry.job, entry.base, entry.file)
        elif entry.state == "begun":
            part.unlink(missing_ok=True)

    def _part(self, job: str, base: str) -> Path:
        near = self.folder / base
        return near.with_name(f".{near.name}-{job[:8]}{self._ending}")

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _free(self, job: str, base: str) -> str:
        """Return this name, or one that is like it, which no other job and no file has."""
        for name in (base, f"{base}-{job[:8]}", f"{base}-{job}"):
            if self._owners.get(_key(name), job) == job and not self._is_taken(name):
                return name
        raise FileExistsError(errno.EEXIST, "this file and the alternatives to it exist", str(self.folder / base))

    def _is_taken(self, base: str) -> bool:
        near = self.folder / base
        if near.parent not in self._names:
            self._names[near.parent] = self._listed(near.parent)
        return _key(near.name) in self._names[near.parent]

    def _listed(self, folder: Path) -> set[str]:
        """List a folder, once: the cost of a picture must not grow with their number. Parts of killed runs go."""
        found: set[str] = set()
        with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(self._ending):
                    Path(entry.path).unlink(missing_ok=True)
                else:
                    found.add(_key(entry.name.rpartition(".")[0]))
        return found


def _key(name: str) -> str:
    """Return what is equal for names that some file system takes for one: case and composition of letters."""
    return unicodedata.normalize("NFC", name).casefold()


def _without_suffix(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    if dot + suffix.lower() in SUFFIXES:
        name = stem
    name = _portable(name)
    # A name that still ends like a picture would lose that ending when it is saved.
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}_{suffix}" if stem and dot + suffix.lower() in SUFFIXES else name


def _portable(name: str) -> str:
    name = _REFUSED.sub("_", name).encode()[:_LONGEST].decode("utf-8", "ignore").strip()
    name = re.sub(r"^\.+|[.\s]+$", "_", name)
    return _DEVICE.sub(r"\1_", name, count=1) if _DEVICE.match(name) else name or "picture"


def _allocate(descriptor: int, path: Path, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(descriptor, 0, size)
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS):
                raise OSError(error.errno, error.strerror, str(path.parent)) from None
        else:
            return
    if shutil.disk_usage(path.parent).free < size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path.parent))


def _digest(path: Path, size: int) -> str | None:
    """Return the SHA-256 of a file of this size; None for any other."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size != size:
                return None
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
