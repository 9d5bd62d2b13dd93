"""
The media type of a file by its first bytes: one table for what the API returns and for pictures that are sent.

Nothing is decoded, and a file that is damaged behind a sound beginning is recognized all the same.
"""

from __future__ import annotations

import re
from typing import Final

HEAD: Final = 64
"""Bytes that are enough to recognize a file."""

# What a file starts with -> its media type; the first pattern that matches counts.
_SIGNATURES: Final = tuple(
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
        (rb"fLaC", "audio/flac"),
        (rb"ID3|\xff[\xfb\xf3\xf2]", "audio/mpeg"),
        (rb"\xff[\xf1\xf9]", "audio/aac"),
        (rb"RIFF.{4}WAVE", "audio/wav"),
        (rb"OggS.*OpusHead", "audio/opus"),
        (rb"OggS", "audio/ogg"),
        (rb".{4}ftypM4[AB]", "audio/mp4"),
        (rb".{4}ftypqt", "video/quicktime"),
        (rb".{4}ftyp", "video/mp4"),
        (rb"\x1a\x45\xdf\xa3", "video/webm"),
        (rb"%PDF-", "application/pdf"),
    )
)


# A page or an error that a server returns instead of a file.
_TEXT: Final = re.compile(rb"""(?:\xef\xbb\xbf)?\s*(?:<[!?a-z]|\{\s*["}]|\[\s*["{\]])""", re.IGNORECASE)


def is_page_or_json(content: bytes) -> bool:
    """Whether the first bytes are those of HTML, XML or JSON, so that no video, sound or picture follows."""
    return _TEXT.match(content[:HEAD]) is not None


def sniff(content: bytes) -> str | None:
    """Return the media type that the first bytes identify; None where they identify none."""
    head = content[:HEAD]
    for pattern, media_type in _SIGNATURES:
        if pattern.match(head):
            return media_type
    return None


def picture_type(content: bytes) -> str | None:
    """Return the media type of a picture; None where the first bytes are not a picture's."""
    found = sniff(content)
    return found if found is not None and found.startswith("image/") else None
