"""
What the first bytes of a file tell: whether it is a picture that the API takes, and if not, what it may be.

Nothing is decoded here: a damaged picture with a sound beginning passes.
"""

from __future__ import annotations

import re
from typing import Final

HEAD: Final = 64  # bytes that are enough to tell a picture by

# What the file starts with -> media type. The pattern is matched at the first byte.
_PICTURES: Final = tuple(
    (re.compile(pattern, re.DOTALL), media_type)
    for pattern, media_type in (
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"\xff\xd8\xff[\xc0-\xfe]", "image/jpeg"),
        (rb"RIFF.{4}WEBP", "image/webp"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"BM.{4}.{4}.{4}[\x0c\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00", "image/bmp"),
        (rb"II[\x2a\x2b]\x00|MM\x00[\x2a\x2b]", "image/tiff"),
        (rb".{4}ftyp(?:avi[fs]|(?:mif1|msf1|miaf).{4}(?:.{4})*?avi[fs])", "image/avif"),
        (rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", "image/heic"),
    )
)
# The same for what people send by mistake -> what it looks like.
_OTHERS: Final = tuple(
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), name)
    for pattern, name in (
        (rb"\xff\x0a|\x00\x00\x00\x0cJXL ", "a JPEG XL picture, which the API does not take"),
        (rb"\s*%PDF-", "a PDF document"),
        (rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype\s+html|<html|<head|<body)", "an HTML page"),
        (rb"(?:\xef\xbb\xbf)?\s*(?=<[?!s]).*?<svg", "an SVG drawing: render it first"),
        (rb"(?:\xef\xbb\xbf)?\s*<\?xml", "an XML document"),
        (rb"(?:\xef\xbb\xbf)?\s*[\[{]\s*[\"\[{\]}]", "JSON"),
        (rb"PK\x03\x04", "a ZIP archive"),
        (rb"\x1f\x8b", "gzip-compressed data"),
        (rb".{4}ftyp|\x1aE\xdf\xa3", "a video"),
        (rb"data:image/", "a data URI: pass it as a str"),
    )
)
_SUFFIX: Final = {"image/jpeg": ".jpg"}  # of other types: the part after the slash
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def media_type_of(data: bytes) -> str | None:
    """The media type that the first bytes of a picture tell. None if they are not a picture's."""
    head = data[:HEAD]
    return next((media_type for pattern, media_type in _PICTURES if pattern.match(head)), None)


def filename_of(media_type: str) -> str:
    """A name for a picture that comes without one, such as `image.png`."""
    return "image" + _SUFFIX.get(media_type, "." + media_type.partition("/")[2])


def looks(data: bytes) -> str:
    """What bytes that are no picture look like, as the end of a sentence."""
    if not data:
        return "has no content"
    head = data[:1024]
    known = next((name for pattern, name in _OTHERS if pattern.match(head)), None)
    if known is None and not _CONTROL.search(head) and len(head.decode("utf-8", "ignore").encode()) > len(head) - 4:
        known = "text"
    return f"is not a picture but looks like {known}" if known else "is not a picture of a known type"
