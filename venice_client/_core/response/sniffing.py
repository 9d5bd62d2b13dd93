"""
The media type of a file by its first bytes, for a response that does not name one.

It knows the signatures of the files that the API returns, and does not check that a file is complete or valid.
"""

from __future__ import annotations

from typing import Final

_MARKS: Final = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"%PDF-", "application/pdf"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
)
_FTYP: Final = {
    b"M4A": "audio/mp4",
    b"M4B": "audio/mp4",
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"qt": "video/quicktime",
}
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}


def sniff(content: bytes) -> str | None:
    """Return the media type that the first bytes identify; None where they identify none."""
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12])
    if content[:4] == b"OggS":
        return "audio/opus" if b"OpusHead" in content[:64] else "audio/ogg"
    if content[4:8] == b"ftyp":
        return _FTYP.get(content[8:12].rstrip(), "video/mp4")
    for mark, media_type in _MARKS:
        if content.startswith(mark):
            return media_type
    return None
