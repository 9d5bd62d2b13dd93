"""
Whether the file of a picture is complete: one that was cut off would be paid for and fail.

Each format's own marks of its end are searched, and no pixel is decoded. Bytes after the end are allowed, as phones
append to their photos. In doubt a picture passes: the server decides then.
"""

from __future__ import annotations

import struct
from typing import IO, Final

from venice_client.images.formats.containers import PARTS, gif_table, read_at, tiff_directory, top_boxes
from venice_client.images.formats.dimensions import LostError, jpeg_segments

_SCAN: Final = 0xDA
_TAIL: Final = 64 * 1024  # where the end of a JPEG is searched first
_BLOCK: Final = 1024 * 1024
_STEPS: Final = 200_000  # chunks or blocks that are read before a picture passes


def damage(file: IO[bytes], size: int, media_type: str) -> str | None:
    """Return what is missing in a picture of `size` bytes, as the end of a sentence; None where nothing is."""
    check = _CHECKS.get(media_type)
    return check(file, size) if check else None


def _png(file: IO[bytes], size: int) -> str | None:
    position, pixels = 8, False
    for _ in range(_STEPS):
        file.seek(position)
        head = file.read(8)
        length, kind = int.from_bytes(head[:4]), head[4:]
        if len(head) == 8 and not kind.isalpha():
            return "one of its PNG chunks has no name"
        if position == 8 and head and (length != 13 or kind != b"IHDR"):
            return "its PNG header is missing"
        position += 12 + length
        if position > size:
            return _cut("the last PNG chunk is missing" if len(head) < 8 else f"a PNG chunk ends at {position:,}", size)
        pixels = pixels or kind == b"IDAT"
        if kind == b"IEND":
            return None if pixels else "it holds no pixels"
    return None


def _jpeg(file: IO[bytes], size: int) -> str | None:
    scan = None
    try:
        for marker, position, length in jpeg_segments(file):
            if position + length > size:
                break
            if marker == _SCAN:
                scan = position + length
    except LostError:
        return None
    if scan is None:
        return _cut("its pixels are missing", size)
    # Within a scan FF is followed by 00 or by a restart marker: FF D9 can only be the end.
    for start in (max(scan, size - _TAIL), scan):
        if _contains(file, start, size, b"\xff\xd9"):
            return None
    return _cut("the mark at the end of a JPEG is missing", size)


def _webp(file: IO[bytes], size: int) -> str | None:
    expected = 8 + int.from_bytes(read_at(file, 4, 4), "little")
    if expected == size + 1:
        # Some writers count a last byte of padding that they don't write.
        position, length = 12, 0
        while position < size:
            length = int.from_bytes(read_at(file, position + 4, 4), "little")
            position += 8 + length + length % 2
        if position == expected and length % 2:
            return None
    return _cut(f"its header says {expected:,}", size) if expected > size else None


def _gif(file: IO[bytes], size: int) -> str | None:
    position, in_data, is_image = 13 + gif_table(int.from_bytes(read_at(file, 10, 1))), False, False
    for _ in range(_STEPS):
        head = read_at(file, position, 1 if in_data else 10)
        if not head:
            # Many writers leave out the trailer: the end of the last image's data will do.
            return None if is_image and not in_data else _cut("its pixels are missing", size)
        if in_data:
            position += 1 + head[0]
            in_data = head[0] > 0
        elif head[0] in {0x21, 0x2C}:
            is_image = head[0] == 0x2C
            position += 2 if head[0] == 0x21 else 11 + gif_table(int.from_bytes(head[9:10]))
            in_data = True
        else:  # the trailer, or something unknown
            return None
    return None


def _bmp(file: IO[bytes], size: int) -> str | None:
    """Pixels end where offset, width, height and depth say: the size field of the header is often wrong."""
    head = read_at(file, 0, 34).ljust(34, b"\0")
    offset, header, width, height, _planes, depth, compression = struct.unpack_from("<LLllHHL", head, 10)
    if header == 12:  # of OS/2
        (width, height, _planes, depth), compression = struct.unpack_from("<HHHH", head, 18), 0
    row = (width * depth + 31) // 32 * 4
    is_plain = compression in {0, 3, 6}  # RGB and bit fields; the size of compressed pixels is not computed
    end = offset + (row * abs(height) if is_plain else 1)
    return _cut(f"its pixels end at {end:,}", size) if end > size else None


def _tiff(file: IO[bytes], size: int) -> str | None:
    try:
        directory = tiff_directory(file)
    except EOFError as error:
        return _cut(str(error), size)
    for starts, lengths in PARTS:
        parts = zip(directory.get(starts, ()), directory.get(lengths, ()), strict=False)
        end = max((start + length for start, length in parts), default=0)
        if end > size:
            return _cut(f"its pixels go on to {end:,}", size)
    return None


def _boxes(file: IO[bytes], size: int) -> str | None:
    """AVIF and HEIC: boxes, each with its length, one after the other."""
    described = held = False
    for kind, start, end in top_boxes(file):
        if end > size:
            return _cut(f"its box {kind.decode()!r} ends at {end:,}", size)
        described = described or kind in {b"meta", b"moov"}
        # Small ones may lie within the description.
        held = held or kind in {b"mdat", b"imda"} or (kind == b"meta" and b"idat" in read_at(file, start, end - start))
    return None if described and held else _cut("its pixels are missing", size)


def _cut(found: str, size: int) -> str:
    return f"it ends after {size:,} bytes, and {found}"


def _contains(file: IO[bytes], start: int, end: int, mark: bytes) -> bool:
    file.seek(start)
    last = b""
    while start < end and (block := file.read(min(_BLOCK, end - start))):
        if mark in last + block[:1] or mark in block:
            return True
        last = block[-1:]
        start += len(block)
    return False


_CHECKS: Final = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
    "image/gif": _gif,
    "image/bmp": _bmp,
    "image/tiff": _tiff,
    "image/avif": _boxes,
    "image/heic": _boxes,
}
