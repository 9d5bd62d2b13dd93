"""
The structures of pictures whose description is not at the beginning: the directory of a TIFF, which EXIF has too, and
the boxes of HEIC and AVIF.

They are read as far as width, height, orientation and completeness need it; no pixel is decoded.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack_from
from typing import IO, Final, Literal

WIDTH: Final = 256
HEIGHT: Final = 257
ORIENTATION: Final = 274
PARTS: Final = ((273, 279), (324, 325))
"""Where strips and tiles begin, and their lengths."""
_READ_TAGS: Final = frozenset({WIDTH, HEIGHT, ORIENTATION, *PARTS[0], *PARTS[1]})
_SIZES: Final = {3: 2, 4: 4, 16: 8}  # the types of whole numbers -> bytes of each
_ENTRIES: Final = 1000  # tags of a directory, and
_VALUES: Final = 200_000  # values of a tag, that are read
_META: Final = 4 * 1024 * 1024  # bytes of the description of a HEIC


def tiff_directory(file: IO[bytes]) -> dict[int, list[int]]:
    """
    The whole numbers that the first directory of a TIFF holds, by tag.

    Raises EOFError, with what is missing, where the file ends before them.
    """
    head = read_at(file, 0, 16)
    order: Literal["little", "big"] = "little" if head[:1] == b"I" else "big"
    is_big = 43 in head[2:4]
    wide, counted, length = (8, 8, 20) if is_big else (4, 2, 12)
    start = int.from_bytes(head[8:16] if is_big else head[4:8], order)
    count = int.from_bytes(read_at(file, start, counted), order)
    if not count:
        raise EOFError(f"its directory should be at {start:,}")
    found: dict[int, list[int]] = {}
    for place in range(start + counted, start + counted + min(count, _ENTRIES) * length, length):
        entry = read_at(file, place, length)
        if len(entry) < length:
            raise EOFError(f"its directory continues at {place:,}")
        tag, each = int.from_bytes(entry[:2], order), _SIZES.get(int.from_bytes(entry[2:4], order), 0)
        size = each * int.from_bytes(entry[4 : 4 + wide], order)
        if tag not in _READ_TAGS or not size or size > each * _VALUES:
            continue
        values = entry[4 + wide :][:size]
        if size > wide:
            values = read_at(file, int.from_bytes(values, order), size)
        if len(values) < size:
            raise EOFError("a part of its directory is missing")
        found[tag] = [int.from_bytes(values[i : i + each], order) for i in range(0, size, each)]
    return found


def gif_table(flags: int) -> int:
    """Return the number of bytes of a table of colours of a GIF."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def top_boxes(file: IO[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """Yield the name, the beginning and the end of each box of a HEIC or an AVIF, up to something else."""
    position = 0
    for _ in range(_VALUES):
        head = read_at(file, position, 16)
        length, kind = int.from_bytes(head[:4]), head[4:8]
        if length == 1:
            length = int.from_bytes(head[8:16])
        if length < 8 or len(kind) < 4 or not kind.isascii():
            return  # the end, or a box up to it, or something else
        yield kind, position, position + length
        position += length


def heif_dimensions(file: IO[bytes]) -> tuple[int, int] | None:
    """Width and height of the picture that a HEIC or an AVIF is about, before it is turned."""
    meta = b""
    for kind, start, end in top_boxes(file):
        if kind == b"meta":
            meta = read_at(file, start + 8, min(end - start - 8, _META))
            break
    parts = dict(_inner(meta, 4))
    properties = parts.get(b"iprp", b"")
    described = dict(_inner(properties, 0))
    listed = [(0, 0), *(_extent(kind, content) for kind, content in _inner(described.get(b"ipco", b""), 0))]
    primary = parts.get(b"pitm", b"")
    item = int.from_bytes(primary[4:6] if primary[:1] == b"\0" else primary[4:8])
    own = [listed[index] for index in _properties_of(item, described.get(b"ipma", b"")) if index < len(listed)]
    return max(own or listed)  # of properties that are no size, it is (0, 0)


def _inner(data: bytes, position: int) -> Iterator[tuple[bytes, bytes]]:
    """The boxes in a box."""
    while position + 8 <= len(data):
        length, kind = unpack_from(">L4s", data, position)
        if length < 8:
            return
        yield kind, data[position + 8 : position + length]
        position += length


def _extent(kind: bytes, content: bytes) -> tuple[int, int]:
    return unpack_from(">LL", content, 4) if kind == b"ispe" and len(content) >= 12 else (0, 0)


def _properties_of(item: int, content: bytes) -> list[int]:
    """The numbers of the properties that an item has, counted from 1."""
    (head, count) = unpack_from(">LL", content) if len(content) >= 8 else (0, 0)
    id_size, each = (4 if head >> 24 else 2), (2 if head & 1 else 1)
    position = 8
    for _ in range(min(count, _VALUES)):
        start = position + id_size + 1
        position = start + each * (content[start - 1] if start <= len(content) else 0)
        if int.from_bytes(content[start - id_size - 1 : start - 1]) == item:
            numbers = [int.from_bytes(content[i : i + each]) for i in range(start, position, each)]
            return [number & (0x7FFF if each == 2 else 0x7F) for number in numbers]  # the highest bit: it is essential
        if start > len(content):
            break
    return []


def read_at(file: IO[bytes], position: int, size: int) -> bytes:
    """The bytes at a position; fewer where the file ends before, and none at a position that no file has."""
    if position >> 62:
        return b""
    file.seek(position)
    return file.read(size)
