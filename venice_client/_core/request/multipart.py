"""
Forms with files, written piece by piece: the same bytes whichever HTTP library sends them.

A form has a length where its files have sizes, and can be written again where they can be rewound. It opens and closes
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
from functools import partial
from typing import Any

from venice_client._core.errors import RequestValidationError
from venice_client._core.headers import set_header
from venice_client._core.request.call import Part, Request
from venice_client._core.schema.media_types import MULTIPART, OCTETS
from venice_client._core.schema.values import is_upload

_PIECE = 256 * 1024
_UNSAFE = re.compile(r'["\x00-\x1f\x7f\\]')


class Form:
    """The body of a form. Each iteration writes it anew."""

    def __init__(self, parts: Sequence[tuple[str, Part]]) -> None:
        boundary = secrets.token_hex(16)
        self.content_type = f"{MULTIPART}; boundary={boundary}"
        self._pieces: list[bytes | tuple[str, Any]] = []  # texts between files, and files with the names of their parts
        self._was_read = False
        sizes: list[int | None] = []
        text = b""
        for name, part in parts:
            text += _head(boundary, name, part)
            content = _checked(name, part[1])
            if part[0] is None and isinstance(content, bytes):
                text += content + b"\r\n"
                continue
            self._pieces += [text, content if isinstance(content, bytes) else (name, content)]
            sizes += [len(text), _size(content)]
            text = b"\r\n"
        text += f"--{boundary}--\r\n".encode()
        self._pieces.append(text)
        self.rewinds = None not in sizes
        """Whether every file can be read again."""
        self.length = sum(filter(None, sizes), len(text)) if self.rewinds else None
        """The number of bytes; None where the length of a file is unknown."""

    @property
    def can_be_sent(self) -> bool:
        """Whether a next attempt would send all of it."""
        return self.rewinds or not self._was_read

    def __iter__(self) -> Iterator[bytes]:
        self._was_read = True
        for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                yield from read_pieces(*piece)


def _head(boundary: str, name: str, part: Part) -> bytes:
    filename, _, media_type = part
    lines = [f"--{boundary}", f'Content-Disposition: form-data; name="{_quoted(name)}"']
    if filename is not None:
        lines[1] += f'; filename="{_quoted(filename)}"'
        media_type = media_type or mimetypes.guess_type(filename)[0] or OCTETS
    if media_type:
        if not media_type.isprintable():
            raise RequestValidationError([f"{name}: {media_type[:40]!r} is not a media type"])
        lines.append(f"Content-Type: {media_type}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode(errors="replace")


def write_form(request: Request, parts: Sequence[tuple[str, Part]]) -> None:
    """Put a form into the content of a request, with the headers that describe it."""
    form = Form(parts)
    set_header(request.headers, "Content-Type", form.content_type)
    set_header(request.headers, "Content-Length", None if form.length is None else str(form.length))
    request.content = form


def _escaped(found: re.Match[str]) -> str:
    return "\\\\" if found[0] == "\\" else f"%{ord(found[0]):02X}"


_quoted = partial(_UNSAFE.sub, _escaped)
"""Writes a name as it is, except for quotes, control characters (as browsers do) and backslashes."""


def _checked(name: str, content: Any) -> Any:
    if isinstance(content, str):
        return content.encode()
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
