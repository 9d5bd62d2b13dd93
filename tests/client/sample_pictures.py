"""Small pictures of every type that the API accepts: real files, and for HEIC a header only."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import Any

from PIL import Image

WIDTH, HEIGHT = 61, 43


def gradient(mode: str = "RGB", size: tuple[int, int] = (WIDTH, HEIGHT)) -> Image.Image:
    """A picture with four different corners, which show its orientation."""
    across = Image.linear_gradient("L").rotate(90).resize(size)
    down = Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", (across, down, Image.new("L", size, 40))).convert(mode)


def encoded(kind: str, image: Image.Image | None = None, **options: Any) -> bytes:
    """The encoded file of a picture, written by Pillow."""
    target = io.BytesIO()
    (image or gradient()).save(target, kind, **options)
    return target.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))


def png(width: int, height: int) -> bytes:
    """A PNG that declares any size and has almost no data."""
    header = chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(10))) + chunk(b"IEND", b"")


def box(kind: bytes, *content: bytes) -> bytes:
    """A box of HEIC."""
    return struct.pack(">L4s", 8 + sum(map(len, content)), kind) + b"".join(content)


def heic(width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """A HEIC with the properties of its picture, turned by 90 degrees, and no pixels that could be decoded."""
    properties = box(b"ipco", box(b"ispe", struct.pack(">LLL", 0, width, height)), box(b"irot", b"\x01"))
    chosen = box(b"ipma", struct.pack(">LLHBBB", 0, 1, 1, 2, 1, 2))
    meta = box(b"meta", bytes(4), box(b"pitm", bytes(4), b"\x00\x01"), box(b"iprp", properties, chosen))
    return box(b"ftyp", b"heic", bytes(4), b"mif1heic") + meta + box(b"mdat", bytes(40))


def exif(orientation: int = 1) -> bytes:
    """EXIF data with a camera, a GPS position and an orientation."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = "Secret camera"
    data.get_ifd(0x8825).update({1: "N", 2: (50.0, 5.0, 16.0), 3: "E", 4: (14.0, 25.0, 14.0), 29: "2026:01:02"})
    return data.tobytes()


PNG = encoded("PNG")
JPEG = encoded("JPEG")
SAMPLES = {
    "image/png": PNG,
    "image/jpeg": JPEG,
    "image/webp": encoded("WEBP"),
    "image/gif": encoded("GIF"),
    "image/bmp": encoded("BMP"),
    "image/tiff": encoded("TIFF"),
    "image/avif": encoded("AVIF"),
    "image/heic": heic(),
}
B64 = base64.b64encode(PNG).decode()
