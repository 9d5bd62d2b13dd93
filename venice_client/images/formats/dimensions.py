"""
Width and height of a picture from its header: no pixel is decoded.

They are as stored, before a rotation that EXIF or HEIF describes.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import IO, Final

from venice_client._core.response.sniffing import picture_type
from venice_client.images.formats.containers import HEIGHT, WIDTH, heif_dimensions, read_at, tiff_directory

_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the markers of JPEG with width and height
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # its markers without a length
_SCAN: Final = 0xDA
_STEPS: Final = 20_000  # segments of a JPEG, fill bytes among them, that are read


def dimensions_of(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a picture; None where its header has none, and for other bytes."""
    media_type = picture_type(data)
    return dimensions(io.BytesIO(data), media_type) if media_type else None


def dimensions(file: IO[bytes], media_type: str) -> tuple[int, int] | None:
    """Return width and height of the picture in a file with `seek`; None where its header has none."""
    try:
        found = _READERS[media_type](file)
    except (struct.error, LookupError, EOFError):  # it ends within its header
        return None
    return found if found and min(found) > 0 else None


class LostError(ValueError):
    """There are other bytes than expected; it may still be a picture."""


def jpeg_segments(file: IO[bytes]) -> Iterator[tuple[int, int, int]]:
    """
    Yield marker, position and length of each segment of a JPEG, up to the first scan.

    Ends early where the file does; raises LostError where something else stands than a segment.
    """
    position = 2
    for _ in range(_STEPS):
        file.seek(position)
        head = file.read(4)
        if len(head) < 4:
            return
        marker, length = head[1], int.from_bytes(head[2:])
        if head[0] == marker == 0xFF:
            position += 1
        elif head[0] == 0xFF and marker in _BARE:
            position += 2
        elif head[0] != 0xFF or marker < 0xC0 or length < 2:
            raise LostError
        else:
            yield marker, position + 4, length - 2
            if marker == _SCAN:
                return
            position += 2 + length
    raise LostError


def _png(file: IO[bytes]) -> tuple[int, int] | None:
    file.seek(16)
    width, height = struct.unpack(">II", file.read(8))
    return width, height


def _jpeg(file: IO[bytes]) -> tuple[int, int] | None:
    try:
        for marker, position, _ in jpeg_segments(file):
            if marker in _FRAMES:
                height, width = struct.unpack(">HH", read_at(file, position + 1, 4))
                return width, height
    except LostError:
        pass
    return None


def _webp(file: IO[bytes]) -> tuple[int, int] | None:
    head = read_at(file, 12, 18)
    if head.startswith(b"VP8X"):
        return int.from_bytes(head[12:15], "little") + 1, int.from_bytes(head[15:18], "little") + 1
    if head.startswith(b"VP8L"):
        bits = int.from_bytes(head[9:13], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if head.startswith(b"VP8 "):
        width, height = struct.unpack("<HH", head[14:18])
        return width & 0x3FFF, height & 0x3FFF  # the two bits above are a hint for scaling
    return None


def _gif(file: IO[bytes]) -> tuple[int, int] | None:
    width, height = struct.unpack("<HH", read_at(file, 6, 4))
    return width, height


def _bmp(file: IO[bytes]) -> tuple[int, int] | None:
    head = read_at(file, 14, 12)
    width, height = struct.unpack("<HH", head[4:8]) if head[0] == 12 else struct.unpack("<ii", head[4:12])
    return width, abs(height)  # a negative height says that the first line is the upper one


def _tiff(file: IO[bytes]) -> tuple[int, int] | None:
    directory = tiff_directory(file)
    return directory[WIDTH][0], directory[HEIGHT][0]


_READERS: Final = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
    "image/gif": _gif,
    "image/bmp": _bmp,
    "image/tiff": _tiff,
    "image/avif": heif_dimensions,
    "image/heic": heif_dimensions,
}
