"""
The manifest of many pictures: what was begun, done and failed, on disk, so that a second run goes on where the first
one ended, however it ended.

It is a file of JSON lines that is only ever added to. A line is on the disk before what it tells of goes on:
"begun" before a request is sent, "done" after its picture is safe, "failed" with the error's class and text. Whatever
was begun and neither done nor failed was under way when a run ended; so a torn last line takes nothing away. One run
at a time holds the file, where the system has `flock`.

Pictures are named by their job, see `work`. This module sends nothing and reads no picture.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import attrs

from venice_client._core.errors import RequestValidationError
from venice_client._core.transport.forks import let_go_in_children

try:
    import fcntl
except ImportError:  # Windows
    HAS_LOCKS = False
else:
    HAS_LOCKS = True

FORMAT: Final = {"manifest": "venice_client.images.map", "version": 1}
_LONGEST_TEXT: Final = 2000  # characters of an error that are kept
_PATIENCE: Final = 1.0  # seconds that a run which is ending may take to release the file

State: TypeAlias = Literal["begun", "done", "failed"]


@attrs.frozen
class Entry:
    """The last that is known of a job."""

    job: str
    state: State
    name: str = ""
    task: str = ""
    """A digest of what was to be done to the picture."""
    base: str = ""
    """The file that was set aside for it, relative and without a suffix."""
    file: str = ""
    """Where the picture is, relative to the folder of the pictures."""
    size: int = 0
    sha256: str = ""
    error: str = ""
    text: str = ""
    paid: Literal["", "no", "perhaps"] = ""
    """Of a failure: whether the work may have been done and paid for nevertheless."""

    @property
    def unknown(self) -> bool:
        """Whether it may have been paid for without a picture to show for it."""
        return self.state == "begun" or (self.state == "failed" and self.paid == "perhaps")


class Manifest:
    """The file, held open and locked. Any number of threads may add to it."""

    def __init__(self, path: Path) -> None:
        """Open the file and take its lock."""
        self.path = path
        self.entries: dict[str, Entry] = {}
        self._lock = threading.Lock()
        self.fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
        let_go_in_children(self)
        try:
            self._hold()
            self._load()
        except BaseException:
            self.close()
            raise

    def add(self, job: str, state: State, **more: Any) -> Entry:
        """Add a line, and return when it is on the disk."""
        told = {name: value for name, value in more.items() if value not in ("", 0)}
        if "text" in told:
            told["text"] = told["text"][:_LONGEST_TEXT]
        with self._lock:
            self._append({"job": job, "state": state, **told})
            entry = self.entries[job] = _entry(self.entries.get(job), {"job": job, "state": state, **told})
        return entry

    def close(self) -> None:
        """Let go of the file."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def forked(self) -> None:
        """Let go of it in a child: its parent goes on holding it."""
        self.close()

    def _append(self, line: Mapping[str, Any]) -> None:
        data = json.dumps(line).encode() + b"\n"
        while data:
            data = data[os.write(self.fd, data) :]
        os.fsync(self.fd)

    def _hold(self) -> None:
        if not HAS_LOCKS:
            return
        began = time.monotonic()
        while True:
            try:
                fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() - began > _PATIENCE:
                    problem = f"manifest: another run holds {str(self.path)!r}: wait for its end, or name another"
                    raise RequestValidationError([f"{problem}, with manifest="]) from None
                time.sleep(0.05)
            except OSError:
                return  # a file system without locks
            else:
                return

    def _load(self) -> None:
        data = self.path.read_bytes()
        head, *lines = data.split(b"\n") if data else [b""]
        if not data or (len(lines) == 0 and json.dumps(FORMAT).encode().startswith(head)):
            os.ftruncate(self.fd, 0)  # new, or torn in its first line
            self._append(FORMAT)
            return
        if _decoded(head).get("manifest") != FORMAT["manifest"]:
            problem = f"manifest: {str(self.path)!r} is a file of another kind: name another, with manifest="
            raise RequestValidationError([problem])
        for line in map(_decoded, lines):
            if isinstance(job := line.get("job"), str) and line.get("state") in ("begun", "done", "failed"):
                with contextlib.suppress(TypeError, ValueError):
                    self.entries[job] = _entry(self.entries.get(job), line)
        if lines and lines[-1]:  # torn: what is added next must begin on a line of its own
            os.ftruncate(self.fd, len(data) - len(lines[-1]))


def _entry(before: Entry | None, line: Mapping[str, Any]) -> Entry:
    fields = {name: value for name, value in line.items() if _is_sound(name, value)}
    if before is not None:
        fields = {"name": before.name, "base": before.base, "task": before.task, **fields}
    return Entry(**fields)


def _is_sound(name: str, value: Any) -> bool:
    """Whether a field of a line is one of ours: a damaged or foreign one must name no file elsewhere."""
    if name in ("base", "file"):
        return isinstance(value, str) and not Path(value).is_absolute() and ".." not in Path(value).parts
    return name in attrs.fields_dict(Entry) and isinstance(value, int if name == "size" else str)


def _decoded(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
