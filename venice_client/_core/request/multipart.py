"""
Forms with files, written piece by piece: the same bytes whichever HTTP library sends them.

A form knows its length where its files tell theirs, and whether it can be written a second time. It opens and closes
no file; each is sent from its beginning.
"""

from __future__ import annotations

import io
import mimetypes
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from venice_client._core.errors import RequestValidationError
from venice_client._core.request.call import Part, Request
from venice_client._core.request.upload import is_upload

_PIECE = 256 * 1024
_QUOTED = re.compile(r'["\x00-\x1f\x7f\\]')


class Form:
    """The body of a form. Each iteration writes it anew."""

    def __init__(self, parts: Sequence[tuple[str, Part]]) -> None:
        self.boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={self.boundary}"
        self._parts = [(name, self._head(name, part), _checked(name, part[1])) for name, part in parts]
        self._end = f"--{self.boundary}--\r\n".encode()
        self._read = False
        sizes = [_size(content) for _, _, content in self._parts]
        self.rewinds = all(size is not None for size in sizes)
        """Whether every file can be read again."""
        self.length: int | None = None
        """The number of bytes; None where a file does not tell."""
        if self.rewinds:
            heads = sum(len(head) + 2 for _, head, _ in self._parts)
            self.length = heads + sum(size for size in sizes if size) + len(self._end)

    @property
    def can_be_sent(self) -> bool:
        """Whether a next attempt would send all of it."""
        return self.rewinds or not self._read

    def __iter__(self) -> Iterator[bytes]:
        self._read = True
        for name, head, content in self._parts:
            yield head
            yield from [content] if isinstance(content, bytes) else read_pieces(name, content)
            yield b"\r\n"
        yield self._end

    def _head(self, name: str, part: Part) -> bytes:
        filename, _, media_type = part
        lines = [f"--{self.boundary}", f'Content-Disposition: form-data; name="{_quoted(name)}"']
        if filename is not None:
            lines[1] += f'; filename="{_quoted(filename)}"'
            media_type = media_type or mimetypes.guess_type(filename)[0] or "application/octet-stream"
        if media_type:
            if not media_type.isprintable():
                raise RequestValidationError([f"{name}: {media_type[:40]!r} is no media type"])
            lines.append(f"Content-Type: {media_type}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode(errors="replace")


def write_form(request: Request) -> None:
    """Put the form that a request holds into its content, with the headers that describe it."""
    if request.form is None:
        return
    form = Form(request.form)
    for name in [item for item in request.headers if item.lower() in ("content-type", "content-length")]:
        del request.headers[name]
    request.headers["Content-Type"] = form.content_type
    if form.length is not None:
        request.headers["Content-Length"] = str(form.length)
    request.content, request.form = form, None


def _quoted(text: str) -> str:
    """Write a name as it is, but for quotes and control characters, as browsers do, and for backslashes."""
    return _QUOTED.sub(lambda found: "\\\\" if found[0] == "\\" else f"%{ord(found[0]):02X}", text)


def _checked(name: str, content: Any) -> Any:
    if isinstance(content, str):
        return content.encode()
    if isinstance(content, bytearray | memoryview):
        return bytes(content)
    if isinstance(content, io.TextIOBase):
        raise RequestValidationError(
            [f"{name}: the file is open in text mode: open it in binary mode, open(path, 'rb')"]
        )
    return content


def _size(content: Any) -> int | None:
    """The number of bytes of a part; None for a file that cannot be rewound."""
    if isinstance(content, bytes):
        return len(content)
    if is_upload(content):
        return int(content.size)
    try:
        content.seek(0, os.SEEK_END)
        size: int = content.tell()
        content.seek(0)
    except (AttributeError, OSError, TypeError, ValueError):
        return None
    return size


def read_pieces(name: str, file: Any) -> Iterator[bytes]:
    """Yield the bytes of an open file or an upload, from its beginning. `name` is its name in errors."""
    if is_upload(file):
        yield from file.pieces()
        return
    try:
        if hasattr(file, "seek"):
            with suppress(OSError):
                file.seek(0)
        while piece := file.read(_PIECE):
            if not isinstance(piece, bytes | bytearray | memoryview):
                raise RequestValidationError([f"{name}: the file gives {type(piece).__name__}, not bytes"])
            yield bytes(piece)
    except (OSError, ValueError) as error:
        if isinstance(error, RequestValidationError):
            raise
        raise RequestValidationError([f"{name}: the file cannot be read: {error}"]) from error
