"""
The first bytes of files: whether they are a picture that the API takes, or what else they may be. And the name that a
picture is sent under.

Nothing is decoded: a damaged picture with a sound beginning passes.
"""

from __future__ import annotations

import os
import re
from typing import Final

HEAD: Final = 64  # bytes that are enough to recognize a picture

# What the file starts with -> media type. The pattern is matched at the first byte.
_PICTURES: Final = tuple(
    (re.compile(pattern, re.DOTALL), media_type)
    for pattern, media_type in (
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"\xff\xd8\xff+[\xc0-\xfe]", "image/jpeg"),
        (rb"RIFF.{4}WEBP", "image/webp"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"BM.{4}.{4}.{4}[\x0c\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00", "image/bmp"),
        (rb"II[\x2a\x2b]\x00|MM\x00[\x2a\x2b]", "image/tiff"),
        (rb".{4}ftyp(?:avi[fs]|(?:mif1|msf1|miaf).{4}(?:.{4})*?avi[fs])", "image/avif"),
        (rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", "image/heic"),
    )
)
# The same for pictures that the API does not take.
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
# Media type -> the suffixes that fit it; the first one is given to a name that has none.
_SUFFIXES: Final = {
    "image/png": (".png", ".apng"),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    "image/bmp": (".bmp", ".dib"),
    "image/tiff": (".tiff", ".tif"),
    "image/avif": (".avif",),
    "image/heic": (".heic", ".heif", ".hif"),
}
_TAKEN: Final = "PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or HEIC is needed"
_KNOWN_SUFFIXES: Final = frozenset(suffix for suffixes in _SUFFIXES.values() for suffix in suffixes)
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def media_type_of(data: bytes) -> str | None:
    """Return the media type of a picture by its first bytes; None where they are not a picture's."""
    head = data[:HEAD]
    for pattern, media_type in _PICTURES:
        if pattern.match(head):
            return media_type
    return None


def is_other_picture(data: bytes) -> bool:
    """Whether the first bytes are those of a picture that the API does not take, but may make."""
    return any(pattern.match(data[:HEAD]) for pattern, _ in _OTHER_PICTURES)


def fitting_name(name: str | None, media_type: str) -> str:
    """
    Return the name that a picture is sent under: the last part of its own, else `image`, with a suffix that fits.

    The suffix of another kind of picture is replaced, as servers check it; any other ending, as in `v1.2`, stays.
    """
    suffixes = _SUFFIXES[media_type]
    name = re.split(r"[/\\]", name or "")[-1]
    stem, ending = os.path.splitext(name)  # noqa: PTH122 - a name, perhaps not a path
    if ending.lower() in suffixes:
        return name
    return (stem if ending.lower() in _KNOWN_SUFFIXES else name or "image") + suffixes[0]


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
