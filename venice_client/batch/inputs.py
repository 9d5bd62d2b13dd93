"""
The pictures of a folder or of an iterable, one by one, as items of work. Nothing is decoded or held: of a file, its
first bytes are looked at, and an iterable is asked for no more than is wanted.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import attrs

from venice_client._core.errors import RequestValidationError
from venice_client.batch.names import SUFFIXES
from venice_client.images.formats.signatures import HEAD, media_type_of


@attrs.frozen
class Item:
    """One of what went in. `skipped` says why it is no work."""

    index: int
    name: str
    source: Any
    skipped: str = ""
    found: bool = False
    """Whether the name was found on the disk, below the folder: then it may hold slashes."""


def checked(pictures: Any, *, local_files: bool, asynchronous: bool) -> None:
    """Refuse what is neither a folder nor an iterable of pictures, before anything is begun."""
    kind = type(pictures).__name__
    if isinstance(pictures, str | os.PathLike):
        if not local_files:
            raise RequestValidationError(["pictures: a folder is refused, as this client has local_files=False"])
        if not Path(pictures).expanduser().is_dir():
            problem = f"pictures: {str(pictures)[:100]!r} is no folder; for a single picture, pass a list of it"
            raise RequestValidationError([problem])
    elif isinstance(pictures, bytes | bytearray | memoryview) or hasattr(pictures, "read"):
        raise RequestValidationError(
            [f"pictures: this is a single one ({kind}): pass a list of it, or call the method"]
        )
    elif isinstance(pictures, AsyncIterable) and not asynchronous:
        raise RequestValidationError([f"pictures: {kind} is iterated with `async for`: use AsyncVenice"])
    elif not isinstance(pictures, Iterable | AsyncIterable):
        raise RequestValidationError([f"pictures: a folder or an iterable of pictures is needed, not {kind}"])


def total(pictures: Any, *, recursive: bool, left_out: Path | None) -> int | None:
    """The number of items, where it can be told without using them up."""
    if isinstance(pictures, str | os.PathLike):
        return sum(1 for _ in _names(_root(pictures), recursive=recursive, left_out=left_out))
    try:
        return len(pictures)
    except TypeError:
        return None


def items(pictures: Any, *, recursive: bool, left_out: Path | None) -> Iterator[Item]:
    """Yield the items of a folder, sorted by name, or of an iterable in its own order."""
    if isinstance(pictures, str | os.PathLike):
        root = _root(pictures)
        for index, name in enumerate(_names(root, recursive=recursive, left_out=left_out)):
            yield _found(index, root, name)
        return
    for index, given in enumerate(pictures.items() if isinstance(pictures, Mapping) else pictures):
        yield _given(index, given)


async def items_async(pictures: Any, *, recursive: bool, left_out: Path | None) -> AsyncIterator[Item]:
    """Yield the same, of an asynchronous iterable too."""
    if not isinstance(pictures, AsyncIterable):
        waiting = items(pictures, recursive=recursive, left_out=left_out)
        # A folder may be slow to read, and holds up nobody; what an iterable gives is made where it is iterated.
        is_folder = isinstance(pictures, str | os.PathLike)
        while (item := await asyncio.to_thread(next, waiting, None) if is_folder else next(waiting, None)) is not None:
            yield item
        return
    index = 0
    async for given in pictures:
        yield _given(index, given)
        index += 1


def _root(folder: str | os.PathLike[str]) -> Path:
    return Path(folder).expanduser().absolute()


def _names(root: Path, *, recursive: bool, left_out: Path | None) -> Iterator[str]:
    """Yield the names of all files below a folder, relative to it and sorted; links to folders are not followed."""
    left_out = left_out.resolve() if left_out else None
    names: list[str] = []
    waiting = [""]
    while waiting:
        below = waiting.pop()
        with os.scandir(root / below if below else root) as entries:
            for entry in entries:
                name = f"{below}/{entry.name}" if below else entry.name
                if not _is_folder(entry):
                    names.append(name)
                elif (
                    recursive
                    and not entry.name.startswith(".")
                    and not entry.is_symlink()
                    and (left_out is None or Path(entry.path).resolve() != left_out)
                ):
                    waiting.append(name)
    yield from sorted(names)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, say
        return False


def _found(index: int, root: Path, name: str) -> Item:
    path = root / name
    return Item(index, name, path, "a hidden file" if path.name.startswith(".") else _unlike(path), found=True)


def _unlike(path: Path) -> str:
    """Say why a file is no picture. What has the name of one is left to be looked at, and refused, as one."""
    if path.suffix.lower() in SUFFIXES:
        return ""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would block whoever opens it
            return "not a file"
        with path.open("rb") as file:
            return "" if media_type_of(file.read(HEAD)) else "not a picture"
    except OSError:
        return "not a picture, and not to be read"


def _given(index: int, given: Any) -> Item:
    if isinstance(given, tuple) and len(given) in (2, 3) and isinstance(given[0], str):
        return Item(index, given[0], given[1] if len(given) == 2 else given)
    return Item(index, _name_of(given), given)


def _name_of(source: Any) -> str:
    """A name for what came without one: that of its file or URL, or none."""
    if isinstance(source, os.PathLike):
        return os.path.basename(os.fsdecode(source))  # noqa: PTH119  # the name alone, of a path of any kind
    if isinstance(name := getattr(source, "name", None), str):
        return os.path.basename(name)  # noqa: PTH119
    if not isinstance(source, str) or len(source) > 4096 or source[:5].lower() == "data:":
        return ""
    if source[:8].lower().startswith(("http://", "https://")):
        try:
            return unquote(urlsplit(source).path).rstrip("/").rpartition("/")[2]
        except ValueError:
            return ""
    last = source.replace("\\", "/").rstrip("/").rpartition("/")[2] if os.name == "nt" else source.rpartition("/")[2]
    return last if len(last) <= 255 and "\n" not in last else ""
