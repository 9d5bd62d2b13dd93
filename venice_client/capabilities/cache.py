"""
The list of models in a file, so that a program that is started often does not ask each time.

The file is private, holds no key, and is written beside and renamed. It is a convenience: one that is missing, damaged,
too large or not to be written is as good as none. Its folder is the user's cache folder, or VENICE_CACHE_DIR; set to
nothing, that variable switches the file off.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from pathlib import Path
from typing import Any

import msgspec

FOLDER_VARIABLE = "VENICE_CACHE_DIR"
MAX_AGE = 3600.0
"""Seconds for which a list is taken as it is."""
_LARGEST = 32 * 1024 * 1024


class Kept(msgspec.Struct):
    """What the file holds."""

    fetched: float
    """When the list came: seconds since 1970."""
    models: list[dict[str, Any]]


def folder() -> Path | None:
    """Return the folder of the file; None where there is to be none."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen is not None:
        return Path(chosen).expanduser() if chosen.strip() else None
    from platformdirs import user_cache_path

    return user_cache_path("venice-client", appauthor=False)


def load(base_url: str) -> Kept | None:
    """Return what is kept of the API at a URL."""
    with contextlib.suppress(OSError, RuntimeError, ValueError, RecursionError, msgspec.DecodeError):
        if (path := _path(base_url)) is not None:
            return msgspec.json.decode(_read(path), type=Kept)
    return None


def save(base_url: str, kept: Kept) -> None:
    """Keep it, where that is possible."""
    with contextlib.suppress(OSError, RuntimeError, ValueError, TypeError):  # no folder, no room, no home
        if (path := _path(base_url)) is None:
            return
        import tempfile

        content = msgspec.json.encode(kept)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number, beside = tempfile.mkstemp(prefix=f".{path.stem}.", dir=path.parent)  # readable by its owner alone
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise


def _path(base_url: str) -> Path | None:
    parent = folder()
    return parent and parent / f"models-{hashlib.sha256(base_url.encode()).hexdigest()[:24]}.json"


def _read(path: Path) -> bytes:
    # A pipe in the place of the file must not be waited for.
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    with os.fdopen(number, "rb") as file:
        about = os.fstat(number)
        if not stat.S_ISREG(about.st_mode) or about.st_size > _LARGEST:
            raise ValueError(f"{path} is no file of this library")
        return file.read(_LARGEST)
