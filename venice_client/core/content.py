"""
An answer that is a file: its bytes, its media type, and how it gets to the disk.

`BinaryContent` is what speech, music, video and any other binary answer comes back as; pictures have a
subclass of their own. It does not look into the bytes: the media type is what the server said.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import attrs

from venice_client.core.error_body import public_headers

# Media type -> the suffixes that fit it; the first one is given to a name that has none.
_SUFFIXES: Final[Mapping[str, tuple[str, ...]]] = {
    "application/json": (".json",),
    "application/pdf": (".pdf",),
    "application/zip": (".zip",),
    "audio/aac": (".aac",),
    "audio/flac": (".flac",),
    "audio/mp3": (".mp3",),
    "audio/mp4": (".m4a", ".mp4"),
    "audio/mpeg": (".mp3",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/opus": (".opus", ".ogg"),
    "audio/pcm": (".pcm", ".raw"),
    "audio/wav": (".wav",),
    "audio/wave": (".wav",),
    "audio/webm": (".weba", ".webm"),
    "audio/x-flac": (".flac",),
    "audio/x-wav": (".wav",),
    "image/avif": (".avif",),
    "image/bmp": (".bmp",),
    "image/gif": (".gif",),
    "image/heic": (".heic", ".heif"),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/jpg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/svg+xml": (".svg",),
    "image/tiff": (".tiff", ".tif"),
    "image/webp": (".webp",),
    "text/csv": (".csv",),
    "text/plain": (".txt", ".text"),
    "video/mp4": (".mp4", ".m4v"),
    "video/mpeg": (".mpeg", ".mpg"),
    "video/ogg": (".ogv", ".ogg"),
    "video/quicktime": (".mov", ".qt"),
    "video/webm": (".webm",),
    "video/x-matroska": (".mkv",),
}
_KNOWN_SUFFIXES: Final = frozenset(suffix for suffixes in _SUFFIXES.values() for suffix in suffixes)


@attrs.frozen
class BinaryContent:
    """The bytes of an answer. `bytes(content)` and `len(content)` work; equality looks at all fields."""

    data: bytes
    media_type: str
    """Without parameters, such as `audio/mpeg`."""
    headers: Mapping[str, str] = attrs.field(factory=dict, converter=public_headers, hash=False)
    """The response's headers, names in lower case, without cookies."""

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """
        Writes the bytes to a file and returns its path, which may differ from the one given.

        A name without a suffix gets the media type's; a suffix that belongs to another kind of file is
        replaced (`sunset.jpg` becomes `sunset.png` if the server sent PNG); any other ending, as in `v1.2`,
        is kept and the suffix added. `~` is the home folder. The file appears whole or not at all.

        Raises FileExistsError if there is such a file and `overwrite` is not set, FileNotFoundError or
        NotADirectoryError if the folder is missing (it is not created), IsADirectoryError if the path is a
        folder, and what else the system raises. The bytes remain in `data` then.
        """
        given = Path(path).expanduser()
        if given.is_dir():
            raise IsADirectoryError(errno.EISDIR, "this is a folder: give the name of a file", str(given))
        target = _fitting(given, self.media_type)
        folder = target.parent
        if not folder.exists():
            raise FileNotFoundError(errno.ENOENT, "the folder to save in does not exist", str(folder))
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "the folder to save in is a file", str(folder))
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "there is a folder of this name", str(target))
        part = folder / f".{os.urandom(8).hex()}.part"
        try:
            with part.open("xb") as file:
                file.write(self.data)
                file.flush()
                os.fsync(file.fileno())
            if overwrite:
                part.replace(target)
            else:
                _put_new(part, target)
        finally:
            part.unlink(missing_ok=True)
        return target

    def __bytes__(self) -> bytes:
        return self.data

    def __len__(self) -> int:
        return len(self.data)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.media_type}, {len(self.data):,} bytes)"


def _fitting(path: Path, media_type: str) -> Path:
    suffixes = _SUFFIXES.get(media_type.partition(";")[0].strip().lower())
    suffix = path.suffix.lower()
    if suffixes is None or suffix in suffixes:
        return path
    if suffix in _KNOWN_SUFFIXES:
        return path.with_suffix(suffixes[0])
    return path.with_name(path.name.rstrip(".") + suffixes[0])


def _put_new(part: Path, target: Path) -> None:
    """
    Gives the finished file its name, in one step that fails if the name is taken, also by someone else just
    now.
    """
    taken = FileExistsError(errno.EEXIST, "this file exists: choose another name, or pass overwrite=True", str(target))
    try:
        os.link(part, target)
    except FileExistsError:
        raise taken from None
    except (OSError, NotImplementedError):
        # The file system has no hard links: claim the name with an empty file, then replace that.
        try:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            raise taken from None
        try:
            part.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                target.unlink()
            raise
