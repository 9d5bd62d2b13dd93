"""
The picture that goes in, given the way people have it: a path, a URL, bytes, base64, a data URI, an open
file.

`read` turns any of these into a `Picture`: either the bytes of a picture, recognised by its first bytes, or
a URL for the server to fetch. A str is looked at in this order, and the first that fits decides:

1. `data:` URI, base64 or percent-encoded;
2. `http://` or `https://` URL;
3. base64 of a picture: white space in it ignored, standard or URL-safe alphabet, with or without padding.
   Recognised by what its beginning decodes to; such a str never touches the file system;
4. the path of a file, `~` being the home folder.

Nothing is fetched, decoded, resized or converted here, and pixels are not counted: the server does that.
"""

from __future__ import annotations

import binascii
import inspect
import os
import re
import stat
import string
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias
from urllib.parse import unquote_to_bytes

import attrs

from venice_client.core.errors import RequestValidationError
from venice_client.images.signatures import HEAD, filename_of, looks, media_type_of

PictureInput: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
"""What `read` takes."""

SIZE_LIMIT: Final = 25 * 1024 * 1024
"""Bytes that a picture may hold: the API's limit."""

_SHOWN: Final = 40  # characters of a caller's string in an error: it may be a whole picture
_ALPHABET: Final = string.ascii_letters + string.digits + "+/"


@attrs.frozen
class Picture:
    """A picture to send: its bytes or its URL, exactly one of the two."""

    data: bytes | None = attrs.field(default=None, repr=lambda data: data and f"<{len(data):,} bytes>")
    url: str | None = None
    media_type: str | None = None
    """Told by the bytes, not by the name; None for a URL."""
    filename: str | None = None
    """The file's own name, else one such as `image.png`; None for a URL."""

    def __attrs_post_init__(self) -> None:
        if (self.data is None) == (self.url is None):
            raise ValueError("a picture has either data or a URL")

    @property
    def size(self) -> int | None:
        """The number of bytes; None for a URL."""
        return None if self.data is None else len(self.data)

    @property
    def base64(self) -> str:
        """The bytes as base64: standard alphabet, padded, without line breaks. ValueError for a URL."""
        if self.data is None:
            raise ValueError("this picture is a URL: its bytes are not here")
        return binascii.b2a_base64(self.data, newline=False).decode("ascii")


def read(source: PictureInput) -> Picture:
    """
    The picture that `source` is. See the module for how a str is understood.

    A path object is always a path, and bytes are always the picture itself. A file open in binary mode is
    read from its current position to its end, and is not closed. Raises RequestValidationError (a ValueError)
    for what is not a picture, is empty, is larger than 25 MB, or can't be read.
    """
    if isinstance(source, str):
        return _from_text(source)
    if isinstance(source, bytes | bytearray | memoryview):
        _check_size(source.nbytes if isinstance(source, memoryview) else len(source), "the bytes")
        return _picture(bytes(source), "the bytes")
    if isinstance(source, os.PathLike):
        return _from_path(os.fsdecode(source), limit=200)
    if callable(getattr(source, "read", None)):
        return _from_file(source)
    kind = type(source).__name__
    raise _refusal(f"can't take a picture from {kind}: pass a path, a URL, bytes, base64, or an open file")


def _from_text(source: str) -> Picture:
    text = source.lstrip()
    scheme = text[:8].lower()
    if scheme.startswith("data:"):
        return _from_data_uri(text.rstrip())
    if scheme.startswith(("http://", "https://")):
        url = text.rstrip()
        if re.search(r"\s", url) or not re.match(r"https?://[^/?#]", url, re.IGNORECASE):
            raise _refusal(f"not a URL, though it starts as one: {_shown(source)}")
        return Picture(url=url)
    if _starts_as_picture(source):
        return _picture(_decode(source, f"base64 of a picture {_shown(source)}"), "the base64")
    return _from_path(source, limit=_SHOWN, is_text=True)


def _from_data_uri(uri: str) -> Picture:
    what = f"the data URI {_shown(uri)}"
    declared, comma, content = uri[5:].partition(",")
    if not comma:
        raise _refusal(f"{what} has no comma, and so no content")
    if declared.rpartition(";")[2].strip().lower() == "base64":
        if "%" in content:
            content = unquote_to_bytes(content).decode("latin-1")
        return _picture(_decode(content, what), what)
    _check_size(len(content) - 2 * content.count("%"), what)
    return _picture(unquote_to_bytes(content), what)


def _starts_as_picture(text: str) -> bool:
    """Whether the text begins as base64 of a picture does: 16 characters of it are enough, a dot ends it."""
    start = "".join(text[: 4 * HEAD].split()).replace("-", "+").replace("_", "/")
    run = len(start) - len(start.lstrip(_ALPHABET))
    run = min(run, HEAD) // 4 * 4
    return run >= 16 and media_type_of(binascii.a2b_base64(start[:run])) is not None


def _decode(text: str, what: str) -> bytes:
    text = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    _check_size(len(text) * 3 // 4, what)
    try:
        return binascii.a2b_base64(text + "=" * (-len(text) % 4), strict_mode=True)
    except ValueError as error:
        raise _refusal(f"{what} is damaged: {error}") from None


def _from_path(name: str, *, limit: int, is_text: bool = False) -> Picture:
    what = f"the file {_shown(name, limit)}"
    tried = "not a data URI, not an http(s) URL, not base64 of a picture, and " if is_text else ""
    if not name.strip():
        raise _refusal("the picture is an empty string" if is_text else "the path is empty")
    try:
        path = Path(name).expanduser()
        status = path.stat()
    except PermissionError:
        raise _refusal(f"can't open {what}: permission denied") from None
    except (OSError, ValueError, RuntimeError):  # missing, or too long, or a NUL in it, or no such user
        raise _refusal(f"{tried}no such file: {_shown(name, limit)}") from None
    if stat.S_ISDIR(status.st_mode):
        raise _refusal(f"{what} is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise _refusal(f"{what} is not a regular file (a pipe, a socket or a device): open it, and pass it open")
    _check_size(status.st_size, what)
    try:
        with path.open("rb") as file:
            return _picture(_read_all(file, what), what, path.name)
    except OSError as error:
        raise _refusal(f"can't read {what}: {error.strerror}") from error


def _from_file(file: Any) -> Picture:
    name = getattr(file, "name", None)
    name = os.path.basename(name) if isinstance(name, str) else None  # noqa: PTH119 - a name, perhaps not a path
    what = f"the open file {_shown(name)}" if name else "the open file"
    try:
        data = _read_all(file, what)
    except RequestValidationError:  # it is a ValueError too
        raise
    except (OSError, ValueError) as error:  # closed, or open for writing
        raise _refusal(f"can't read {what}: {_shown(str(error), 100)}") from error
    return _picture(data, what, name or None)


def _read_all(file: Any, what: str) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        piece = file.read(SIZE_LIMIT + 1 - size)
        if isinstance(piece, str):
            raise _refusal(f"{what} is in text mode: open it in binary mode, open(path, 'rb')")
        if inspect.iscoroutine(piece):
            piece.close()
            raise _refusal(f"{what} is read with await: pass the bytes that its read() gives")
        if not isinstance(piece, bytes | bytearray | memoryview):
            raise _refusal(f"{what} gave {type(piece).__name__} instead of bytes")
        if not piece:
            return b"".join(pieces)
        pieces.append(bytes(piece))
        size += len(pieces[-1])
        _check_size(size, what)


def _picture(data: bytes, what: str, filename: str | None = None) -> Picture:
    media_type = media_type_of(data)
    if media_type is None:
        raise _refusal(f"{what} {looks(data)}: PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or HEIC is needed")
    return Picture(data=data, media_type=media_type, filename=filename or filename_of(media_type))


def _check_size(size: int, what: str) -> None:
    if size > SIZE_LIMIT:
        raise _refusal(f"{what}: more than 25 MB, which is the most that the API takes")


def _shown(text: str, limit: int = _SHOWN) -> str:
    return repr(text) if len(text) <= limit else repr(text[:limit]) + "…"


def _refusal(problem: str) -> RequestValidationError:
    return RequestValidationError([problem])
