"""
Where the bytes of a picture come from when they are sent: memory, a file by its name, or a file that the caller opened.

Each can be read any number of times, and none but the first holds a picture in memory. A file that is no longer what
it was when it was looked at is refused, and the request with it: what was checked is what is sent.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import attrs

from venice_client.images.wording import refusal, shown

PIECE: Final = 84 * 1024  # what suits `core.upload`, too: it becomes base64 without being cut
# Opening must wait for nothing, not even where a pipe took the file's place, and must not translate line ends.
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


@attrs.frozen(repr=False)
class BytesUpload:
    """Bytes in memory."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def pieces(self) -> Iterator[bytes]:
        for start in range(0, len(self.data), PIECE):
            yield self.data[start : start + PIECE]

    def __repr__(self) -> str:
        return f"<{self.size:,} bytes>"


@attrs.frozen(repr=False)
class FileUpload:
    """A file by its absolute name, as it was when it was looked at."""

    path: str
    size: int
    modified: int
    """In nanoseconds."""
    number: int
    """The inode, so that a file that was replaced is seen."""

    def pieces(self) -> Iterator[bytes]:
        try:
            with open_file(self.path) as file:
                left = self.size
                self._check(file)
                while left:
                    piece = file.read(min(left, PIECE))
                    left -= len(piece)
                    if not left or not piece:
                        # Looked at before the last piece goes out, so that a server never gets a whole false picture.
                        self._check(file)
                    if not piece:
                        raise self._changed()
                    yield piece
        except OSError as error:
            raise refusal(f"can't read {self._name}: {error.strerror}") from error

    def _check(self, file: BinaryIO) -> None:
        status = os.fstat(file.fileno())
        if (status.st_size, status.st_mtime_ns, status.st_ino) != (self.size, self.modified, self.number):
            raise self._changed()

    def _changed(self) -> Exception:
        return refusal(f"{self._name} has changed since it was looked at: pass it again when it is finished")

    @property
    def _name(self) -> str:
        return f"the file {shown(self.path, 200)}"

    def __repr__(self) -> str:
        return f"<{self.size:,} bytes of {shown(self.path, 200)}>"


@attrs.frozen(repr=False, eq=False)
class HandleUpload:
    """A file that the caller opened, from a position on. It stays open, and is left at its end."""

    file: Any
    start: int
    size: int

    def pieces(self) -> Iterator[bytes]:
        position, end = self.start, self.start + self.size
        try:
            while position < end:
                # Sought each time: the same file may be read for another picture, or by the caller, in between.
                self.file.seek(position)
                piece = self.file.read(min(end - position, PIECE))
                if not piece:
                    raise refusal("the open file has become shorter since it was looked at: pass it again")
                position += len(piece)
                if position == end and self.file.read(1):
                    raise refusal("the open file has grown since it was looked at: pass it again when it is finished")
                yield bytes(piece)
        except (OSError, ValueError) as error:  # closed in between
            if not isinstance(error, OSError) and hasattr(error, "problems"):
                raise
            raise refusal(f"can't read the open file: {shown(str(error), 100)}") from error

    def __repr__(self) -> str:
        return f"<{self.size:,} bytes of an open file>"


class Window(io.RawIOBase):
    """The part of an open file that an upload sends, as a file of its own. Closing it closes nothing."""

    def __init__(self, upload: HandleUpload) -> None:
        self._upload = upload
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._upload.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any, /) -> int:
        count = max(0, min(len(buffer), self._upload.size - self._position))
        self._upload.file.seek(self._upload.start + self._position)
        piece = self._upload.file.read(count)
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)


def open_file(path: str) -> BinaryIO:
    """Open a regular file, and nothing else: an OSError tells of a pipe, a socket or a device in its place."""
    file = os.fdopen(os.open(path, _FLAGS), "rb", buffering=0)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(0, "it is not a regular file")
    return file
