"""
Save bytes as a file, complete or not at all, with a suffix that fits their media type.

An incomplete file whose pieces may have been paid for is kept under the name of its part. The bytes are not examined.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

from venice_client._core.request.options import check_flag
from venice_client._core.response.sniffing import HEAD
from venice_client._core.schema.media_types import essence

fcntl: Any
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

SUFFIXES: Final[Mapping[str, tuple[str, ...]]] = {
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
    "image/bmp": (".bmp", ".dib"),
    "image/gif": (".gif",),
    "image/heic": (".heic", ".heif", ".hif"),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/jpg": (".jpg", ".jpeg"),
    "image/png": (".png", ".apng"),
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
"""Media type -> the suffixes that fit it; the first one is given to a name that has none."""
_KNOWN_SUFFIXES: Final = frozenset(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)


class Saving:
    """
    A file on its way to the disk: `write` the pieces, then `finish`, `discard` or `keep` it.

    Making one raises FileExistsError if there is such a file and `overwrite` is not set, FileNotFoundError or
    NotADirectoryError if the folder is missing, and IsADirectoryError if the path is a folder: before any byte is
    requested.
    """

    def __init__(self, path: str | os.PathLike[str], media_type: str, *, overwrite: bool, mark: str = "") -> None:
        """`mark` is the prefix of the part's name; parts with this prefix that a killed process left are removed."""
        check_flag("overwrite", overwrite)
        try:
            given = Path(path).expanduser()
        except TypeError as error:
            raise TypeError(f"{error}; for an open file, write `.data` to it") from None
        if given.is_dir() or names_folder(path):
            raise IsADirectoryError(errno.EISDIR, "this is a folder: give the name of a file", str(path))
        self.target = target = with_fitting_suffix(given, media_type)
        folder = target.parent
        if not folder.exists():
            raise FileNotFoundError(errno.ENOENT, "the folder to save in does not exist", str(folder))
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "the folder to save in is a file", str(folder))
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "there is a folder of this name", str(target))
        if not overwrite and os.path.lexists(target):
            raise _taken(target)
        self._overwrite = overwrite
        if mark:
            _sweep(folder, mark)
        self._part = folder / f".{mark}{os.urandom(8).hex()}.part"
        self._file = self._part.open("xb")
        _hold(self._file)
        self.size = 0
        self.head = b""
        """The first bytes, enough to recognize the file."""

    def write(self, piece: bytes) -> None:
        """Add a piece."""
        with naming(self.target):
            self._file.write(piece)
        self.size += len(piece)
        if len(self.head) < HEAD:
            self.head += piece[:HEAD]

    def finish(self) -> Path:
        """Give the file its name and return it. Raises FileExistsError if someone took the name meanwhile."""
        with naming(self.target):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        if self._overwrite:
            self._part.replace(self.target)
        else:
            give_name(self._part, self.target)
        self._part.unlink(missing_ok=True)
        return self.target

    def discard(self) -> None:
        """Remove the part."""
        self._close()
        self._part.unlink(missing_ok=True)

    def keep(self) -> Path | None:
        """Close the part and return its path; an empty part is removed, and None returned."""
        self._close()
        if self.size:
            return self._part
        self._part.unlink(missing_ok=True)
        return None

    def _close(self) -> None:
        with contextlib.suppress(OSError):  # a full disk fails once more when what is buffered is written
            self._file.close()


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Name the file in an error of the system, which does not where an open file is written, as on a full disk."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def replace_content(path: Path, content: bytes) -> None:
    """Replace a file by a whole new one, readable by its owner alone. A kill may leave `.NAME-...part` beside it."""
    import tempfile

    with naming(path):
        descriptor, part = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".part", dir=path.parent)
        try:
            write_whole(descriptor, content)
            Path(part).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(part).unlink()
            raise


def write_whole(descriptor: int, content: bytes) -> None:
    """Write the content of a file, close it, and return when it is on the disk."""
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def names_folder(path: str | os.PathLike[str]) -> bool:
    """Whether a path ends with a separator, which `Path` drops."""
    return str(path).endswith(("/", os.sep))


def numbered(path: Path, number: int) -> Path:
    """Return a path with a number at the end of its name, before a known suffix."""
    is_kind = path.suffix.lower() in _KNOWN_SUFFIXES
    return path.with_name(f"{path.stem}-{number}{path.suffix}" if is_kind else f"{path.name}-{number}")


def with_fitting_suffix(path: Path, media_type: str) -> Path:
    """Return a path with a suffix of a media type: its own where that fits, instead of a known one, or added."""
    suffixes = SUFFIXES.get(essence(media_type))
    suffix = path.suffix.lower()
    if suffixes is None or suffix in suffixes:
        return path
    if suffix in _KNOWN_SUFFIXES:
        return path.with_suffix(suffixes[0])
    return path.with_name(path.name.rstrip(".") + suffixes[0])


def _hold(file: IO[bytes]) -> bool:
    """Lock a part while it is written; return False where another process holds the lock."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another process writes it, or the file system has no locks
        return False
    return True


def _sweep(folder: Path, mark: str) -> None:
    """Remove the parts that begin with a mark and that no process is writing."""
    for part in folder.glob(f".{mark}*.part"):
        with contextlib.suppress(OSError), part.open("rb") as file:
            if _hold(file):
                part.unlink()


def give_name(part: Path, target: Path) -> None:
    """
    Give a finished file its name, in one step that fails where the name is taken, also by another process just now.

    Raises FileExistsError.
    """
    taken = _taken(target)
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


def _taken(target: Path) -> FileExistsError:
    return FileExistsError(errno.EEXIST, "this file exists: choose another name, or pass overwrite=True", str(target))
