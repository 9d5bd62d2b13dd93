"""
Where the bytes of an upload come from: memory, a file by its name, or a file that the caller opened.

Each can be read any number of times, and only the first holds its bytes in memory. A file that has changed since it was
inspected is refused, and the request with it: what was checked is what is sent. `watched` reports how much was sent.
"""

from __future__ import annotations

import io
import os
import stat
import threading
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Final

import attrs

from venice_client._core.forks import RenewedLock
from venice_client._core.progress import Reporter
from venice_client._core.schema.upload import Upload
from venice_client.images.picture import refusal, shown

PIECE: Final = 126 * 1024
"""
Bytes that are read at once: a multiple of three, for base64, and below 128 KiB: larger pieces of memory are returned to
the system and requested again each time. A form in pieces of 84 KiB takes a third more CPU.
"""
# Opening must not wait, even if a pipe has replaced the file, and must not translate line ends.
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_pread: Final = getattr(os, "pread", None)  # Windows has none
_ONE_AT_A_TIME: Final = RenewedLock(threading.RLock)  # a position and what is read there belong together


def watched(uploads: Sequence[Upload], progress: object) -> list[Upload]:
    """
    Return the uploads of one call, which report their bytes as they are sent: not those of the form or base64 around
    them. `progress` is a callable of (bytes sent, all bytes), or True for a bar. Another attempt begins at 0.
    """
    count = _Count(Reporter(progress, "B"), sum(upload.size for upload in uploads))
    return [_Watched(upload, index, count) for index, upload in enumerate(uploads)]


@attrs.define
class _Count:
    """The bytes that were sent of each upload of a call."""

    reporter: Reporter
    total: int
    sent: dict[int, int] = attrs.field(factory=dict)

    def update(self, index: int, sent: int) -> None:
        if not sent and self.sent.get(index):
            self.sent.clear()  # another attempt begins
        self.sent[index] = sent
        done = sum(self.sent.values())
        self.reporter.report(done, self.total)
        if done >= self.total:
            self.reporter.close()


@attrs.frozen
class _Watched:
    """An upload that reports how much of it was sent."""

    upload: Upload
    index: int
    count: _Count

    @property
    def size(self) -> int:
        return self.upload.size

    def pieces(self) -> Iterator[bytes]:
        sent = 0
        self.count.update(self.index, sent)
        for piece in self.upload.pieces():
            yield piece
            sent += len(piece)
            self.count.update(self.index, sent)


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
    """A file by its absolute name, as it was when it was inspected."""

    path: str
    size: int
    modified: int
    """In nanoseconds."""
    number: int
    """The inode, so that a replaced file is noticed."""

    def pieces(self) -> Iterator[bytes]:
        try:
            with open_file(self.path) as file:
                left = self.size
                self._check(file)
                while left:
                    piece = file.read(min(left, PIECE))
                    left -= len(piece)
                    if not left or not piece:
                        # Checked before the last piece is sent, so that a server never gets a complete wrong picture.
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
        return refusal(f"{self._name} has changed since it was inspected: pass it again when it is finished")

    @property
    def _name(self) -> str:
        return f"the file {shown(self.path, 200)}"

    def __repr__(self) -> str:
        return f"<{self.size:,} bytes of {shown(self.path, 200)}>"


@attrs.frozen(repr=False, eq=False)
class HandleUpload:
    """A file that the caller opened, from a position on. It stays open, at the same position."""

    file: Any
    start: int
    size: int

    def pieces(self) -> Iterator[bytes]:
        position, end = self.start, self.start + self.size
        try:
            while position < end:
                # One byte more shows that it has grown.
                piece = self.read_at(position, min(end + 1 - position, PIECE))
                if not piece:
                    raise refusal("the open file has become shorter since it was inspected: pass it again")
                position += len(piece)
                if position > end or (position == end and self.read_at(end, 1)):
                    raise refusal("the open file has grown since it was inspected: pass it again when it is finished")
                yield piece
            self.leave()
        except (OSError, ValueError) as error:  # closed in between
            if not isinstance(error, OSError) and hasattr(error, "problems"):
                raise
            raise refusal(f"can't read the open file: {shown(str(error), 100)}") from error

    @property
    def stays(self) -> bool:
        """Whether reading it leaves the file where it is."""
        return _stays(self.file)

    def leave(self) -> None:
        """Restore the position of the file."""
        if not self.stays:
            with _ONE_AT_A_TIME.current:
                self.file.seek(self.start)

    def read_at(self, position: int, size: int) -> bytes:
        """Return the bytes at a position; threads and tasks may call it at the same time."""
        if type(self.file) is io.BytesIO:
            return bytes(self.file.getbuffer()[position : position + size])
        if _pread is not None and self.stays:
            return bytes(_pread(self.file.fileno(), size, position))
        with _ONE_AT_A_TIME.current:
            before = self.file.tell()
            self.file.seek(position)
            piece = bytes(self.file.read(size))
            if self.stays:  # another thread may inspect the same file
                self.file.seek(before)
        return piece

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
        piece = self._upload.read_at(self._upload.start + self._position, count)
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)


def rest_of(file: Any) -> HandleUpload | None:
    """Return an open file from its position to its end; None where it has no `seek` or nothing is left."""
    if not getattr(file, "seekable", lambda: True)():
        return None
    with _ONE_AT_A_TIME.current:
        start = file.tell()
        if type(file) is io.BytesIO:
            end = file.getbuffer().nbytes
        elif _stays(file):
            file.flush()  # what was written, and lies in its buffer
            end = os.fstat(file.fileno()).st_size
        else:
            file.seek(0, os.SEEK_END)
            end = file.tell()
            file.seek(start)
    return HandleUpload(file, start, end - start) if isinstance(end, int) and end > start else None


def _stays(file: Any) -> bool:
    """
    Whether an open file is where it was after each piece that is read.

    These are plain files and files in memory, not those that decompress or convert what they read: these may have to
    begin anew to go back.
    """
    kind = type(file)
    is_plain = kind is io.FileIO or (kind in (io.BufferedReader, io.BufferedRandom) and type(file.raw) is io.FileIO)
    return kind is io.BytesIO or is_plain


def open_file(path: str) -> BinaryIO:
    """Open a regular file. Raises OSError for a pipe, a socket or a device."""
    file = os.fdopen(os.open(path, _FLAGS), "rb", buffering=0)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(0, "it is not a regular file")
    return file
