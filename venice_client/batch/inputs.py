"""
The pictures of a folder or an iterable, one by one, as items of work.

No pixel is decoded and nothing is kept in memory: of a file the first bytes are read, and an iterable is advanced only
when the next item is needed.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import attrs

from venice_client._core.errors import RequestValidationError
from venice_client._core.request.options import check_path
from venice_client._core.response.sniffing import HEAD, picture_type

SUFFIXES: Final = (
    ".avif", ".bmp", ".gif", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp",
)  # fmt: skip
"""Suffixes of pictures, in lower case."""


@attrs.frozen
class Item:
    """One input."""

    index: int
    name: str
    """Its key, or the name of its file or URL; "" where it has none."""
    source: Any
    skipped: str = ""
    """Why nothing is sent for it; "" for a picture."""
    in_folder: bool = False
    """Whether the name is a path below the mapped folder, in which slashes separate folders."""


def check_pictures(pictures: Any, *, local_files: bool, is_async: bool) -> None:
    """Raise RequestValidationError for what is neither a folder nor an iterable of pictures."""
    kind = type(pictures).__name__
    problem = ""
    if isinstance(pictures, str | os.PathLike):
        if not local_files:
            problem = "a folder is refused, because this client has local_files=False"
        elif not absolute(pictures, "pictures").is_dir():
            advice = "wrap a single picture in []"
            if set("*?[") & set(str(pictures)):
                advice = "Path(folder).glob(pattern) gives the files of a pattern"
            elif not absolute(pictures, "pictures").exists():
                advice = "there is no such file or folder"
            problem = f"must be a folder or an iterable, got {str(pictures)[:100]!r}; {advice}"
    elif isinstance(pictures, bytes | bytearray | memoryview) or hasattr(pictures, "read"):
        problem = f"must be a folder or an iterable, got a single picture ({kind}); wrap it in []"
    elif isinstance(pictures, AsyncIterable) and not is_async:
        problem = f"{kind} needs `async for`: use AsyncVenice"
    elif not isinstance(pictures, Iterable | AsyncIterable):
        problem = f"must be a folder or an iterable of pictures, got {kind}"
    if problem:
        raise RequestValidationError([f"pictures: {problem}"])


def absolute(path: str | os.PathLike[str], argument: str) -> Path:
    """Return an absolute path, which stays the same when the working folder changes."""
    try:
        return check_path(argument, path).absolute()
    except OSError as error:  # no working folder
        raise RequestValidationError([f"{argument}: {str(path)[:100]!r} cannot be resolved: {error}"]) from None


def count_items(pictures: Any, *, recursive: bool, without: Path | None) -> int | None:
    """Return the number of items, or None where it is not known before all were taken."""
    if isinstance(pictures, str | os.PathLike):
        return sum(1 for _ in _list_names(absolute(pictures, "pictures"), recursive=recursive, without=without))
    try:
        return len(pictures)
    except TypeError:
        return None


def iter_items(pictures: Any, *, recursive: bool, without: Path | None) -> Iterator[Item]:
    """Yield the items of a folder, sorted by name, or of an iterable in its own order. `without` is left out."""
    if isinstance(pictures, str | os.PathLike):
        root = absolute(pictures, "pictures")
        for index, name in enumerate(_list_names(root, recursive=recursive, without=without)):
            yield _item_of_file(index, root, name)
        return
    for index, value in enumerate(pictures.items() if isinstance(pictures, Mapping) else pictures):
        yield _item_of_value(index, value)


async def iter_items_async(pictures: Any, *, recursive: bool, without: Path | None) -> AsyncIterator[Item]:
    """Yield the same, also of an asynchronous iterable."""
    if isinstance(pictures, AsyncIterable):
        index = 0
        async for value in pictures:
            yield _item_of_value(index, value)
            index += 1
        return
    items = iter_items(pictures, recursive=recursive, without=without)
    # Reading a folder may block, so it happens in a thread; an iterable of the caller stays in the caller's thread.
    is_folder = isinstance(pictures, str | os.PathLike)
    while (item := await asyncio.to_thread(next, items, None) if is_folder else next(items, None)) is not None:
        yield item


def _list_names(root: Path, *, recursive: bool, without: Path | None) -> Iterator[str]:
    """Yield the names of all files below a folder, relative to it and sorted; links to folders are not followed."""
    without = without.resolve() if without else None
    names: list[str] = []
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(root / folder if folder else root) as entries:
            for entry in entries:
                name = f"{folder}/{entry.name}" if folder else entry.name
                if not _is_folder(entry):
                    names.append(name)
                elif (
                    recursive
                    and not entry.name.startswith(".")
                    and not entry.is_symlink()
                    and (without is None or Path(entry.path).resolve() != without)
                ):
                    folders.append(name)
    yield from sorted(names)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, for example
        return False


def _item_of_file(index: int, root: Path, name: str) -> Item:
    path = root / name
    skipped = "a hidden file" if path.name.startswith(".") else _why_no_picture(path)
    return Item(index, name, path, skipped, in_folder=True)


def _why_no_picture(path: Path) -> str:
    """Return why a file is not a picture. A file with the suffix of a picture is sent or refused as one."""
    if path.suffix.lower() in SUFFIXES:
        return ""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would block
            return "not a file"
        with path.open("rb") as file:
            return "" if picture_type(file.read(HEAD)) else "not a picture"
    except OSError:
        return "not a picture, and not readable"


def _item_of_value(index: int, value: Any) -> Item:
    if isinstance(value, tuple) and len(value) in (2, 3) and isinstance(value[0], str):
        return Item(index, value[0], value[1] if len(value) == 2 else value)
    return Item(index, _name_of(value), value)


def _name_of(source: Any) -> str:
    """Return the name of a file or URL, or ""."""
    if isinstance(source, os.PathLike):
        return os.path.basename(os.fsdecode(source))  # noqa: PTH119  # a path of any class
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
