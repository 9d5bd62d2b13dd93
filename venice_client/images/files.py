"""
Files as the source of a picture or of a file of another kind: by name, or open. They are read when they are sent.

Opening a name never waits: pipes, sockets and devices are refused unopened. An open file belongs to the caller: it is
read from its current position, and is not closed.
"""

from __future__ import annotations

import errno
import inspect
import io
import os
import stat
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from venice_client._core.errors import RequestValidationError
from venice_client.images.picture import Picture, Recognizer, check_size, recognize, refusal, shown
from venice_client.images.uploads import BytesUpload, FileUpload, HandleUpload, Window, open_file, rest_of

_TRIED: Final = "not a data URI, not an http(s) URL, not base64 of a known type of file"
_HINTS: Final = {
    "file:": ": pass the path without `file://`",
    "b'": ": it is bytes written as a str: pass the bytes",
    'b"': ": it is bytes written as a str: pass the bytes",
}
_REASONS: Final = {
    errno.ELOOP: "a link that leads back to itself",
    errno.ENAMETOOLONG: "the name is longer than the system allows",
    errno.ENOTDIR: "a part of its path is not a folder",
}


def from_name(
    name: str,
    *,
    limit: int,
    is_text: bool = False,
    sent_as: str | None = None,
    recognizer: Recognizer = recognize,
) -> Picture:
    """
    Return the picture in a file. `is_text`: the name is a str that may have been meant to be something else.

    Raises RequestValidationError where the file can't be read, or holds no picture of at most `limit` bytes.
    """
    if not name.strip():
        raise refusal("the str is empty" if is_text else "the path is empty")
    # A str that names no file may be anything, such as half a picture, so only its beginning is shown.
    label, what = shown(name, 40 if is_text else 200), f"the file {shown(name, 200)}"
    try:
        path = os.path.abspath(Path(name).expanduser())  # noqa: PTH100 - links are not resolved
        status = os.stat(path)  # noqa: PTH116
        if stat.S_ISDIR(status.st_mode):
            raise refusal(f"{what} is a folder")
        if not stat.S_ISREG(status.st_mode):
            raise refusal(f"{what} is not a regular file (a pipe, a socket or a device): open it, and pass it open")
        with open_file(path) as file:
            status = os.fstat(file.fileno())
            upload = FileUpload(path, status.st_size, status.st_mtime_ns, status.st_ino)
            return recognizer(upload, file, what, name=sent_as or os.path.basename(path), limit=limit)  # noqa: PTH119
    except RequestValidationError:  # it is a ValueError too
        raise
    except PermissionError:
        raise refusal(f"can't open the file {label}: permission denied") from None
    except (OSError, ValueError, RuntimeError) as error:  # a NUL in it, half a character, or no such user
        raise refusal(_missing(name, label, error, is_text=is_text)) from None


def refused_name(name: str, *, is_text: bool = False) -> RequestValidationError:
    """Return the error where no file may be opened by its name, whether there is such a file or not."""
    if is_text:
        return refusal(f"files are not opened by name (local_files=False): {shown(name)}; {_TRIED}")
    return refusal(f"files are not opened by name (local_files=False): open it, and pass it open: {shown(name)}")


def _missing(name: str, label: str, error: Exception, *, is_text: bool) -> str:
    number = error.errno if isinstance(error, OSError) else errno.EINVAL if "\0" not in name else 0
    if isinstance(error, OSError) and number not in {errno.ENOENT, errno.EINVAL, *_REASONS}:
        return f"can't read the file {label}: {error.strerror}"
    if is_text:
        hint = next((text for start, text in _HINTS.items() if name.lstrip().lower().startswith(start)), "")
        return f"no such file: {label}{hint}; {_TRIED}"
    reason = _REASONS.get(number or 0, "")
    if number == errno.ENOENT and Path(name).expanduser().is_symlink():
        reason = "it is a link to what is not there"
    return f"no such file: {label}" + (f" ({reason})" if reason else "")


def from_file(
    file: Any,  # of any class that has `read`
    *,
    limit: int,
    sent_as: str | None = None,
    recognizer: Recognizer = recognize,
) -> Picture:
    """
    Return the picture in a file that is open for reading bytes.

    With `seek` it is read when it is sent, else it is read now, up to `limit` bytes.
    """
    own = getattr(file, "name", None)
    own = os.path.basename(own) if isinstance(own, str) else None  # noqa: PTH119 - a name, perhaps not a path
    what = f"the open file {shown(own)}" if own else "the open file"
    if isinstance(file, io.TextIOBase):
        raise refusal(_text_mode(what))
    if inspect.iscoroutinefunction(file.read):
        raise refusal(f"{what} is read with await: AsyncVenice takes it, or pass the bytes that its read() gives")
    try:
        upload = _rest(file)
        if upload is None:
            content = BytesUpload(_read_all(file, what, limit))
            if not content.size and _position(file):
                raise refusal(f"{what} has been read to its end already: seek(0) takes it from its beginning")
            return recognizer(content, io.BytesIO(content.data), what, name=sent_as or own, limit=limit)
        if upload.start:
            what += f" (from its position {upload.start:,} on)"
        if not upload.stays and not isinstance(piece := file.read(1), bytes | bytearray | memoryview):
            raise refusal(_odd(what, piece))
        try:
            window = cast("BinaryIO", Window(upload))
            return recognizer(upload, window, what, name=sent_as or own, limit=limit)
        finally:
            upload.leave()
    except RequestValidationError:
        raise
    except io.UnsupportedOperation:
        raise refusal(f"{what} is not open for reading: open it in binary mode, open(path, 'rb')") from None
    except TypeError as error:
        raise refusal(f"can't read {what} piece by piece: pass the bytes that it gives ({error})") from error
    except (OSError, ValueError) as error:  # such as one that was closed
        raise refusal(f"can't read {what}: {shown(str(error), 100)}") from error


def _rest(file: Any) -> HandleUpload | None:
    """Return the rest of a file with `seek`; None where it has none, or nothing is left, as with devices."""
    try:
        return rest_of(file)
    except (AttributeError, OSError, TypeError, ValueError):
        return None


def _position(file: Any) -> int:
    try:
        return int(file.tell())
    except (AttributeError, OSError, TypeError, ValueError):
        return 0


def _read_all(file: Any, what: str, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        piece = file.read(limit + 1 - size)
        if not isinstance(piece, bytes | bytearray | memoryview):
            raise refusal(_odd(what, piece))
        if not piece:
            return b"".join(pieces)
        pieces.append(bytes(piece))
        size += len(pieces[-1])
        check_size(size, what, limit)


def _odd(what: str, piece: Any) -> str:
    if isinstance(piece, str):
        return _text_mode(what)
    if inspect.iscoroutine(piece):
        piece.close()
        return f"{what} is read with await: AsyncVenice takes it, or pass the bytes that its read() gives"
    hint = ", as a non-blocking file does that has nothing to read yet: pass the bytes" if piece is None else ""
    return f"{what} gave {type(piece).__name__} instead of bytes{hint}"


def _text_mode(what: str) -> str:
    return f"{what} is in text mode: open it in binary mode, open(path, 'rb')"
