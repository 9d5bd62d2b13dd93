"""
A picture or another file that is ready to be sent (its bytes or URL, and what they say), and the limits of pictures.

`recognize` checks the bytes of a picture: media type, completeness, size. It decodes no pixel; `check_limits`
compares width and height. `recognize_file` takes any bytes.
"""

from __future__ import annotations

import binascii
import mimetypes
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final, TypeAlias

import attrs

from venice_client._core.errors import RequestValidationError
from venice_client._core.response.save import SUFFIXES, with_fitting_suffix
from venice_client._core.response.sniffing import picture_type, sniff
from venice_client._core.schema.upload import Upload
from venice_client.images.formats.completeness import damage
from venice_client.images.formats.dimensions import dimensions
from venice_client.images.formats.refused import looks

SIZE_LIMIT: Final = 25 * 1024 * 1024
"""The most bytes that the API takes of one picture."""
RESIZE_LIMIT: Final = 256 * 1024 * 1024
"""The most bytes of a picture that is resized before it is sent."""
FILE_LIMIT: Final = 256 * 1024 * 1024
"""The most bytes of a file of another kind that are held in memory."""
_SUFFIXES: Final = frozenset(
    suffix for kind, suffixes in SUFFIXES.items() if kind.startswith("image/") for suffix in suffixes
)
_SHOWN: Final = 40
_FIT: Final = "resize=True makes it smaller"


@attrs.frozen
class Picture:
    """
    A picture to send, or a file of another kind: its bytes or its URL, exactly one of the two.

    It pickles where its bytes are in memory or in a file; another process needs that file, unchanged.
    """

    upload: Upload | None = None
    """The bytes, which can be read any number of times."""
    url: str | None = None
    media_type: str | None = None
    """From the first bytes, not from the name; None for a URL."""
    filename: str | None = None
    """The file's own name, else one such as `image.png`, with a suffix that fits the bytes; None for a URL."""
    width: int | None = None
    """As stored, before a rotation that EXIF describes; None where the header has none."""
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


def fitting_name(name: str | None, media_type: str) -> str:
    """
    Return the name that a picture is sent under: the last part of its own, else `image`, with a suffix that fits.

    The suffix of another kind of picture is replaced, as servers check it; any other ending, as in `v1.2`, stays.
    """
    suffixes = SUFFIXES[media_type]
    name = re.split(r"[/\\]", name or "")[-1]
    stem, ending = os.path.splitext(name)  # noqa: PTH122 - a name, perhaps not a path
    if ending.lower() in suffixes:
        return name
    return (stem if ending.lower() in _SUFFIXES else name or "image") + suffixes[0]


def recognize(upload: Upload, file: IO[bytes], what: str, *, name: str | None, limit: int) -> Picture:
    """
    Return the picture of an upload. `file` has the same bytes, to be inspected; `what` names it in errors.

    Raises RequestValidationError for bytes that are not a picture, are damaged, or are more than `limit`.
    """
    head = file.read(1024)
    media_type = picture_type(head)
    if media_type is None:
        raise refusal(f"{what} {looks(head)}")
    check_size(upload.size, what, limit)
    if missing := damage(file, upload.size, media_type):
        raise refusal(f"{what} is damaged: {missing}")
    width, height = dimensions(file, media_type) or (None, None)
    filename = fitting_name(name, media_type)
    return Picture(upload=upload, media_type=media_type, filename=filename, width=width, height=height)


def recognize_file(upload: Upload, file: IO[bytes], what: str, *, name: str | None, limit: int) -> Picture:
    """Return the file of an upload. Raises RequestValidationError where it is empty or has more bytes than `limit`."""
    if not upload.size:
        raise refusal(f"{what} is empty")
    if upload.size > limit:
        raise refusal(f"{what}: more than {limit // 1024 // 1024} MB")
    media_type = sniff(file.read(64)) or mimetypes.guess_type(name or "")[0] or "application/octet-stream"
    filename = name or with_fitting_suffix(Path("file"), media_type).name
    return Picture(upload=upload, media_type=media_type, filename=filename)


Recognizer: TypeAlias = Callable[..., Picture]
"""`recognize` or `recognize_file`."""


def check_size(size: int, what: str, limit: int) -> None:
    """Raise RequestValidationError for more than `limit` bytes."""
    if size > limit:
        advice = ", the most that the API takes: resize=True makes it smaller" if limit == SIZE_LIMIT else ""
        raise refusal(f"{what}: more than {limit // 1024 // 1024} MB{advice}")


def shown(text: str, limit: int = _SHOWN) -> str:
    """Return the text in quotes, cut at a length: it may be a whole picture."""
    return repr(text) if len(text) <= limit else repr(text[:limit]) + "…"


def refusal(violation: str) -> RequestValidationError:
    """Return the error of one violation."""
    return RequestValidationError([violation])


@attrs.frozen(kw_only=True)
class Limits:
    """The limits of a place; None limits nothing."""

    min_pixels: int | None = None
    max_pixels: int | None = None
    """Width times height."""
    max_bytes: int | None = None
    min_side: int | None = None
    """Of width and of height."""


GENERAL: Final = Limits(min_pixels=65_536, max_pixels=33_177_600, max_bytes=SIZE_LIMIT)
"""The API's limits for pictures in general."""


def check_limits(
    picture: Picture,
    *,
    min_pixels: int | None = None,
    max_pixels: int | None = None,
    max_bytes: int | None = None,
    min_side: int | None = None,
    what: str = "the picture",
) -> None:
    """Raise RequestValidationError with every limit that the picture exceeds, and what to do. A URL passes."""
    found = f"{what} is {picture.width:,} x {picture.height:,} pixels" if picture.width and picture.height else ""
    pixels = (picture.width or 0) * (picture.height or 0)
    size = picture.size or 0
    problems = []
    if found and max_pixels is not None and pixels > max_pixels:
        problems.append(f"{found} ({pixels:,}), and at most {max_pixels:,} are taken: {_FIT}")
    if found and min_pixels is not None and pixels < min_pixels:
        problems.append(f"{found} ({pixels:,}), and at least {min_pixels:,} are needed: enlarge it first")
    if found and min_side is not None and min(picture.width or 0, picture.height or 0) < min_side:
        problems.append(f"{found}, and both sides must have at least {min_side:,}: enlarge it first")
    if max_bytes is not None and size > max_bytes:
        problems.append(f"{what} holds {size:,} bytes, and at most {max_bytes:,} are taken: {_FIT}")
    if problems:
        raise RequestValidationError(problems)
