"""
A picture that is ready to be sent: where its bytes come from, or its URL, and what its first bytes tell of it.

`recognised` looks at bytes before they become a picture. It decodes no pixels, and knows no limits but the API's on
the number of bytes: width and height are `limits`' business.
"""

from __future__ import annotations

import binascii
from typing import IO, Final

import attrs

from venice_client._core.request.upload import Upload
from venice_client.images.formats.completeness import damage
from venice_client.images.formats.dimensions import dimensions
from venice_client.images.formats.signatures import looks, media_type_of, named
from venice_client.images.wording import refusal

SIZE_LIMIT: Final = 25 * 1024 * 1024
"""Bytes that a picture may hold: the API's limit."""
FIT_LIMIT: Final = 256 * 1024 * 1024
"""Bytes that a picture may hold which is to be made smaller."""


@attrs.frozen
class Picture:
    """
    A picture to send: its bytes or its URL, exactly one of the two.

    It pickles where its bytes are in memory or in a file by its name; another process needs that file, unchanged.
    """

    upload: Upload | None = None
    """The bytes, to be read as often as they are needed."""
    url: str | None = None
    media_type: str | None = None
    """Told by the bytes, not by the name; None for a URL."""
    filename: str | None = None
    """The file's own name, else one such as `image.png`, with a suffix that fits the bytes; None for a URL."""
    width: int | None = None
    """As it is stored, before any rotation that EXIF asks for; None where the header does not tell."""
    height: int | None = None

    def __attrs_post_init__(self) -> None:
        if (self.upload is None) == (self.url is None):
            raise ValueError("a picture has either an upload or a URL")

    @property
    def size(self) -> int | None:
        """The number of bytes; None for a URL."""
        return None if self.upload is None else self.upload.size

    @property
    def data(self) -> bytes | None:
        """The bytes, read now; None for a URL."""
        return None if self.upload is None else b"".join(self.upload.pieces())

    @property
    def base64(self) -> str:
        """The bytes as base64: standard alphabet, padded, without line breaks. ValueError for a URL."""
        data = self.data
        if data is None:
            raise ValueError("this picture is a URL: its bytes are not here")
        return binascii.b2a_base64(data, newline=False).decode("ascii")


def recognised(upload: Upload, file: IO[bytes], what: str, *, name: str | None, limit: int) -> Picture:
    """
    The picture that an upload sends. `file` has the same bytes, to be looked at, and `what` names it in errors.

    Raises RequestValidationError for what is no picture, is damaged, or holds more bytes than `limit`.
    """
    head = file.read(1024)
    media_type = media_type_of(head)
    if media_type is None:
        raise refusal(f"{what} {looks(head)}")
    check_size(upload.size, what, limit)
    if missing := damage(file, upload.size, media_type):
        raise refusal(f"{what} is damaged: {missing}")
    width, height = dimensions(file, media_type) or (None, None)
    return Picture(upload=upload, media_type=media_type, filename=named(name, media_type), width=width, height=height)


def check_size(size: int, what: str, limit: int) -> None:
    """Refuse what holds too many bytes."""
    if size > limit:
        advice = ", which is the most that the API takes: fit=True makes it smaller" if limit == SIZE_LIMIT else ""
        raise refusal(f"{what}: more than {limit // 1024 // 1024} MB{advice}")
