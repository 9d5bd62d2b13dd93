"""
One lock a checkout for the commands that write.

The system releases it when the process ends, however it ends. The file names its holder, so that a second writer can
say for whom it waits; it is removed with the lock. Commands that only read take no lock.
The generator runs where the system has such locks: on Linux and macOS.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from generator.errors import printable, system_faults


@contextlib.contextmanager
def locked(file: Path, holder: str, *, waiting: Callable[[str], None]) -> Iterator[None]:
    """
    Hold the lock that `file` stands for while the block runs.

    `holder` names this command to others. Where another process holds the lock, `waiting` is called once with its
    name, and this one waits.
    """
    with system_faults("The checkout cannot be locked"):
        handle = _acquire(file, waiting)
    try:
        with system_faults("The checkout cannot be locked"):
            os.ftruncate(handle, 0)
            os.lseek(handle, 0, os.SEEK_SET)
            os.write(handle, f"{holder} (process {os.getpid()})".encode())
        yield
    finally:
        with contextlib.suppress(OSError):
            file.unlink()
        os.close(handle)


def is_held(file: Path) -> bool:
    """Whether a process holds the lock at this moment."""
    try:
        handle = os.open(file, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _take(handle, wait=False)
    finally:
        os.close(handle)


def _take(handle: int, *, wait: bool) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _acquire(file: Path, waiting: Callable[[str], None]) -> int:
    reported = False
    while True:
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if not _take(handle, wait=False):
                if not reported:
                    waiting(printable(os.read(handle, 200).decode("utf-8", "replace")))
                    reported = True
                _take(handle, wait=True)
            # The holder before may have removed the file that this process has open.
            if _is_same(handle, file):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _is_same(handle: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), file.stat())
    except FileNotFoundError:
        return False
