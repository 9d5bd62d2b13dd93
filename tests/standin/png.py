"""
Small PNG work in pure Python: draw, read and write 8-bit RGB pictures, and tint one like a sunset.

Reads 8-bit RGB and RGBA without interlacing, as most PNG files are; anything else is
None. Writes unfiltered rows. Meant for pictures of a screen's size: a megapixel takes a second or two.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import attrs

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST = 40_000_000  # bytes of pixels; more would be slow

Colour = tuple[int, int, int]
DUSK: tuple[Colour, ...] = ((92, 36, 110), (255, 112, 48), (58, 20, 60))  # top, middle, bottom


@attrs.frozen
class Picture:
    """Pixels by rows; `channels` is 3 (RGB) or 4 (RGBA)."""

    width: int
    height: int
    channels: int
    rows: tuple[bytes, ...]


def encode(picture: Picture) -> bytes:
    """The picture as a PNG file."""
    kind = 2 if picture.channels == 3 else 6
    header = struct.pack(">IIBBBBB", picture.width, picture.height, 8, kind, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in picture.rows), 6)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def decode(data: bytes) -> Picture | None:
    """The picture of a PNG file, or None for other data or another kind of PNG."""
    try:
        return _decode(data)
    except (ValueError, IndexError, struct.error, zlib.error):
        return None


def sunset(picture: Picture) -> Picture:
    """The same picture in a violet to orange tint; transparency is kept."""
    rows: list[bytes] = []
    for y, row in enumerate(picture.rows):
        light = _light(y / max(1, picture.height - 1))
        tinted = bytearray(row)
        for channel in range(3):
            table = bytes((value * 9 + light[channel] * 11) // 20 for value in range(256))
            tinted[channel :: picture.channels] = row[channel :: picture.channels].translate(table)
        rows.append(bytes(tinted))
    return attrs.evolve(picture, rows=tuple(rows))


def gradient(width: int = 64, height: int = 64) -> bytes:
    """A PNG file with a colour gradient, for responses to requests without a picture."""
    rows = tuple(
        bytes(v for x in range(width) for v in (255 * x // width, 255 * y // height, 160)) for y in range(height)
    )
    return encode(Picture(width, height, 3, rows))


def _light(place: float) -> Colour:
    """The colour of the light at a height, 0 at the top and 1 at the bottom."""
    upper, lower, part = (0, 1, place * 2) if place < 0.5 else (1, 2, place * 2 - 1)
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(DUSK[upper], DUSK[lower], strict=True))
    return red, green, blue


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _decode(data: bytes) -> Picture | None:
    if not data.startswith(SIGNATURE):
        return None
    chunks: dict[bytes, list[bytes]] = {}
    at = len(SIGNATURE)
    while at < len(data) and b"IEND" not in chunks:
        size, name = struct.unpack_from(">I4s", data, at)
        chunks.setdefault(name, []).append(data[at + 8 : at + 8 + size])
        at += size + 12
    width, height, depth, kind, _, _, interlace = struct.unpack(">IIBBBBB", chunks.get(b"IHDR", [b""])[0])
    channels = {2: 3, 6: 4}.get(kind, 0)
    if depth != 8 or not channels or interlace or width * height * channels > LARGEST:
        return None
    stride = width * channels
    pixels = zlib.decompressobj().decompress(b"".join(chunks.get(b"IDAT", [])), height * (stride + 1))
    if not stride or len(pixels) != height * (stride + 1):
        return None
    rows: list[bytes] = []
    above = bytes(stride)
    for start in range(0, len(pixels), stride + 1):
        above = UNFILTERS[pixels[start]](pixels[start + 1 : start + 1 + stride], above, channels)
        rows.append(above)
    return Picture(width, height, channels, tuple(rows))


def _none(row: bytes, above: bytes, step: int) -> bytes:
    return row


def _sub(row: bytes, above: bytes, step: int) -> bytes:
    line = bytearray(step) + row
    for i in range(step, len(line)):
        line[i] = (line[i] + line[i - step]) & 255
    return bytes(line[step:])


def _up(row: bytes, above: bytes, step: int) -> bytes:
    return bytes((value + over) & 255 for value, over in zip(row, above, strict=True))


def _average(row: bytes, above: bytes, step: int) -> bytes:
    line = bytearray(step) + row
    for i, over in enumerate(above, step):
        line[i] = (line[i] + (line[i - step] + over) // 2) & 255
    return bytes(line[step:])


def _paeth(row: bytes, above: bytes, step: int) -> bytes:
    line = bytearray(step) + row
    for i, (b, c) in enumerate(zip(above, bytes(step) + above[:-step], strict=True), step):
        a = line[i - step]
        to_a, to_b, to_c = abs(b - c), abs(a - c), abs(a + b - 2 * c)
        nearest = a if to_a <= to_b and to_a <= to_c else b if to_b <= to_c else c
        line[i] = (line[i] + nearest) & 255
    return bytes(line[step:])


UNFILTERS: tuple[Callable[[bytes, bytes, int], bytes], ...] = (_none, _sub, _up, _average, _paeth)
