"""
The manifest of `images.map`: which pictures were begun, done and failed, as a file from which a later run continues.

The file holds JSON lines and is only appended to. "begun" is on the disk before the request of a picture is sent,
"done" before the picture gets its name, "failed" after an error. A picture that is begun and neither done nor failed
was in progress when its run ended. One run at a time holds the file, where the system has `flock`. This module sends
nothing and reads no picture.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import attrs

from venice_client._core.errors import RequestValidationError
from venice_client._core.forks import renew_in_children

try:
    import fcntl
except ImportError:  # Windows
    HAS_LOCKS = False
else:
    HAS_LOCKS = True

KIND: Final = "venice_client.images.map"
VERSION: Final = 1
_LONGEST_TEXT: Final = 2000
"""Characters of an error that are kept."""
_PATIENCE: Final = 1.0
"""Seconds that a run which is ending may take to release the file."""

State: TypeAlias = Literal["begun", "done", "failed"]


@attrs.frozen
class Entry:
    """The latest state of a job."""

    job: str
    state: State
    name: str = ""
    """The name of the picture, as in `MapResult.name`."""
    task: str = ""
    """A digest of the operation and its options."""
    base: str = ""
    """The file name that is reserved for the result, relative to the folder and without a suffix."""
    file: str = ""
    """The file of the result, relative to the folder."""
    size: int = 0
    sha256: str = ""
    error: str = ""
    text: str = ""
    paid: Literal["", "no", "perhaps"] = ""
    """Of a failure: whether the work may have been done and paid for."""

    @property
    def is_unknown(self) -> bool:
        """Whether the picture may have been paid for although no result was saved."""
        return self.state == "begun" or (self.state == "failed" and self.paid == "perhaps")


class Manifest:
    """The open and locked file. Any number of threads may add to it."""

    def __init__(self, path: Path) -> None:
        """
        Open the file, take its lock and read it.

        Raises RequestValidationError for a file of another kind or of a newer version, and while another run holds it.
        """
        self.path = path
        self.entries: dict[str, Entry] = {}
        self.id = ""
        """Eight hexadecimal digits that differ between manifests."""
        self._lock = threading.Lock()
        self._fd = open_file(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        renew_in_children(self)
        try:
            self._take_lock()
            self._load()
        except BaseException:
            self.close()
            raise

    def add(self, job: str, state: State, **more: Any) -> Entry:
        """Append a line, and return when it is on the disk. Raises OSError, and then the file is as before."""
        line = {"job": job, "state": state, **{name: value for name, value in more.items() if value not in ("", 0)}}
        if "text" in line:
            line["text"] = line["text"][:_LONGEST_TEXT]
        with self._lock:
            self._append(line)
            entry = self.entries[job] = _entry(self.entries.get(job), line)
        return entry

    def close(self) -> None:
        """Release the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def forked(self) -> None:
        """Release the file in a child process: a lock that the child shares would outlive the run."""
        self.close()

    def _append(self, line: Mapping[str, Any]) -> None:
        data = json.dumps(line).encode() + b"\n"
        found = os.fstat(self._fd)
        if not found.st_nlink:  # without it the next run would pay again
            raise FileNotFoundError(errno.ENOENT, "the manifest was removed during the run", str(self.path))
        try:
            write_all(self._fd, data)
            os.fsync(self._fd)
        except OSError as error:
            # Half of a line would spoil the next one too.
            with contextlib.suppress(OSError):
                os.ftruncate(self._fd, found.st_size)
            raise OSError(error.errno, error.strerror, str(self.path)) from None

    def _take_lock(self) -> None:
        if not HAS_LOCKS:
            return
        began = time.monotonic()
        while True:
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() - began > _PATIENCE:
                    problem = f"manifest: another run holds {str(self.path)!r}; wait for its end, or pass another file"
                    raise RequestValidationError([problem]) from None
                time.sleep(0.05)
            except OSError:  # a file system without locks
                return
            else:
                return

    def _load(self) -> None:
        head, *lines = self.path.read_bytes().split(b"\n")
        if not lines and b'{"manifest": '.startswith(head[:13]):  # new, or its first line was cut off
            os.ftruncate(self._fd, 0)
            self._append({"manifest": KIND, "version": VERSION, "id": secrets.token_hex(4)})
            head = self.path.read_bytes().rstrip(b"\n")
        self._check(_decoded(head))
        self.id = hashlib.sha256(head).hexdigest()[:8]
        for line in map(_decoded, lines):
            job, state = line.get("job"), line.get("state")
            if isinstance(job, str) and state in ("begun", "done", "failed"):
                self.entries[job] = _entry(self.entries.get(job), line)
        if lines and lines[-1]:  # cut off: the next line must not be joined to it
            os.ftruncate(self._fd, os.fstat(self._fd).st_size - len(lines[-1]))

    def _check(self, head: Mapping[str, Any]) -> None:
        version = head.get("version")
        if head.get("manifest") != KIND or not isinstance(version, int):
            problem = (
                f"manifest: {str(self.path)!r} is a file of another kind, or its first line is damaged; "
                "pass another file, with which all pictures are new"
            )
            raise RequestValidationError([problem])
        if version > VERSION:
            problem = f"manifest: {str(self.path)!r} must be of version <= {VERSION}, got {version}"
            raise RequestValidationError([f"{problem}; a newer venice-client wrote it, so update this one"])


def open_file(path: Path, flags: int) -> int:
    """
    Open a file and return a descriptor above 2.

    Where the standard streams are closed the system gives their numbers to files, and what a library or a child process
    writes to "standard output" would end up in the file.
    """
    flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    descriptor, low = os.open(path, flags, 0o666), []
    try:
        while descriptor <= 2:
            low.append(descriptor)
            descriptor = os.dup(descriptor)
    finally:
        for number in low:
            os.close(number)
    return descriptor


def write_all(descriptor: int, data: bytes) -> None:
    """Write all bytes to a file."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _entry(before: Entry | None, line: Mapping[str, Any]) -> Entry:
    fields = {name: value for name, value in line.items() if _is_sound(name, value)}
    if before is not None:
        fields = {"name": before.name, "base": before.base, "task": before.task, **fields}
    return Entry(**fields)


def _is_sound(name: str, value: Any) -> bool:
    """Whether a field may be used: a damaged or foreign manifest must not name a file outside of the folder."""
    if name in ("base", "file"):
        return isinstance(value, str) and not Path(value).is_absolute() and ".." not in Path(value).parts
    return name in _FIELDS and type(value) is (int if name == "size" else str)


_FIELDS: Final = frozenset(attrs.fields_dict(Entry))


def _decoded(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
