"""
PNG files for tests, with chosen filters.
"""

from __future__ import annotations

import struct
import zlib

from . import png


def filtered(width: int, height: int, channels: int, rows: list[bytes]) -> bytes:
    """A PNG file of rows that begin with the number of their filter."""
    plain = png.encode(png.Picture(width, height, channels, ()))
    pixels = zlib.compress(b"".join(rows))
    chunk = struct.pack(">I", len(pixels)) + b"IDAT" + pixels + struct.pack(">I", zlib.crc32(b"IDAT" + pixels))
    return plain[:33] + chunk + plain[-12:]


def photo(*, alpha: bool = False, filters: tuple[int, ...] = (0,)) -> bytes:
    """A 20x10 picture whose rows declare the given filters in turn."""
    channels = 4 if alpha else 3
    rows = [
        bytes([filters[y % len(filters)], *((x * 7 + y * 5) % 256 for x in range(20 * channels))]) for y in range(10)
    ]
    return filtered(20, 10, channels, rows)
