"""The first bytes of files that the API does not take as a picture: what they look like."""

from __future__ import annotations

import re
from typing import Final

# What pictures start with that the API does not take. The patterns are matched at the first byte.
_OTHER_PICTURES: Final = tuple(
    (re.compile(pattern, re.DOTALL), name)
    for pattern, name in (
        (rb"\xff\x0a|\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
        (rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", "a JPEG 2000 picture"),
        (rb"8BPS", "a Photoshop document"),
        (rb"\x00\x00[\x01\x02]\x00[^\x00]\x00|icns", "an icon"),
    )
)
# The same for files that are passed by mistake -> what they look like.
_OTHERS: Final = tuple(
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), name)
    for pattern, name in (
        (rb"\s*%PDF-", "a PDF document"),
        (rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)?(?:<!doctype\s+html|<html|<head|<body)", "an HTML page"),
        (rb"(?:\xef\xbb\xbf)?\s*(?=<[?!s]).*?<svg", "an SVG drawing: render it first"),
        (rb"(?:\xef\xbb\xbf)?\s*<\?xml", "an XML document"),
        (rb"(?:\xef\xbb\xbf)?\s*[\[{]\s*[\"\[{\]}]", "JSON"),
        (rb"\x89PNG|\xc2\x89PNG|(?:\xef\xbf\xbd){2}", "a picture that was damaged by reading or writing it as text"),
        (
            rb"\x00\x05\x16[\x00\x07]",
            "the notes of macOS beside a file (their names begin with ._): pass the file itself",
        ),
        (rb"version https://git-lfs", "a pointer of Git LFS: fetch the file first, by git lfs pull"),
        (rb"RIFF.{4}WAVE|ID3|fLaC|OggS|.{4}ftypM4A", "sound"),
        (rb"RIFF.{4}AVI |FLV\x01|\x00\x00\x01[\xb3\xba]", "a video"),
        (rb"PK\x03\x04", "a ZIP archive"),
        (rb"\x1f\x8b", "gzip-compressed data"),
        (rb".{4}ftyp|\x1aE\xdf\xa3", "a video"),
        (rb"data:image/", "a data URI: pass what it holds"),
        (rb"(?-i:iVBORw0KGgo|/9j/[0-9A-Za-z+/]{4}|R0lGOD[dl]h|UklGR)", "base64 of a picture: pass what it holds"),
    )
)
_TAKEN: Final = "PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or HEIC is needed"
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def is_other_picture(data: bytes) -> bool:
    """Whether the first bytes are those of a picture that the API does not take, but may make."""
    return any(pattern.match(data) for pattern, _ in _OTHER_PICTURES)


def looks(data: bytes) -> str:
    """Return what other bytes look like, and what to do, as the end of a sentence."""
    if not data:
        return "is empty"
    head = data[:1024]
    if other := next((name for pattern, name in _OTHER_PICTURES if pattern.match(head)), None):
        return f"is {other}, which the API does not take: save it as PNG first"
    known = next((name for pattern, name in _OTHERS if pattern.match(head)), None)
    if (
        known is None
        and not _CONTROL.search(head)
        and len(head.decode("utf-8", "ignore").encode()) > max(len(head) - 4, 0)
    ):
        known = "text"
    text = f"is not a picture but looks like {known}" if known else "is not a picture of a known type"
    return text if known and ":" in known else f"{text}: {_TAKEN}"
