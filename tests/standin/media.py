"""
Tiny files of every media type that the API returns.

The pictures and the WAV are real and can be decoded; MP3, FLAC, AAC, Opus and MP4 have the right first bytes
and no other content, enough for a client that reads the type and saves the file.
"""

from __future__ import annotations

import base64
import io
import struct
import wave
from functools import cache

from .png import gradient

# One orange pixel each.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"
    "CAgICAgICAj/wAARCAABAAEDAREAAhEAAxEA/8QAHAAAAAAJAAAAAAAAAAAAAAAAAAECAwQFBgcI/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/a"
    "AAwDAQACAAMAAD8AXRhDev/Z"
)
WEBP = base64.b64decode("UklGRhgAAABXRUJQVlA4TAwAAAAvAAAAAKhg4SvT/wA=")

TEXTS = {
    "text/plain": "The boat is on the lake.\n",
    "text/csv": "timestamp,amount,currency,sku\r\n2026-01-02T03:04:05.000Z,-0.1,USD,sample\r\n",
}


@cache
def content(media_type: str) -> bytes:
    """The bytes of a file of a media type; a short text for a type that is not known here."""
    if media_type in TEXTS:
        return TEXTS[media_type].encode()
    if media_type == "image/png":
        return gradient(256, 256)  # the minimum size of pictures in the API
    if media_type == "audio/wav":
        return _wav()
    if media_type == "audio/pcm":
        return _silence()
    return FILES.get(media_type, b"sample")


def _silence() -> bytes:
    return struct.pack("<h", 0) * 2400


def _wav() -> bytes:
    """A tenth of a second of silence."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(24000)
        file.writeframes(_silence())
    return target.getvalue()


FILES = {
    "image/jpeg": JPEG,
    "image/webp": WEBP,
    "audio/mpeg": b"ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x00" + bytes(413),
    "audio/flac": b"fLaC\x80\x00\x00\x22" + bytes(34),
    "audio/aac": b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9),
    "audio/opus": b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead\x01\x01" + bytes(9),
    "video/mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x00\x08mdat",
}
