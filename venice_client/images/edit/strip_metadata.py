"""
Removes metadata from a picture: place, time, camera, author. Its pixels stay as they are.

A list says what is kept (colours, transparency, animation); everything else is removed. The orientation is kept, alone,
so that the picture is still seen upright. A file of another structure is written as PNG by Pillow.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Final

import attrs

from venice_client.images.edit.pillow import encoded, opened, upright
from venice_client.images.formats.containers import ORIENTATION, gif_table, tiff_directory
from venice_client.images.formats.dimensions import jpeg_segments
from venice_client.images.picture import Picture, fitting_name, refusal
from venice_client.images.uploads import BytesUpload

_PNG_KEPT: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)
_WEBP_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_EXIF: Final = b"Exif\x00\x00"
_IN_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # what ends the data of a scan of a JPEG


def stripped(picture: Picture) -> Picture:
    """The picture without its metadata. Raises RequestValidationError where that can't be done, and for a URL."""
    data = picture.data
    if data is None or picture.media_type is None:
        raise refusal("strip_metadata: the picture is a URL, and the server fetches it as it is: pass its bytes")
    strip = _WAYS.get(picture.media_type)
    try:
        if strip:
            return attrs.evolve(picture, upload=BytesUpload(strip(data)))
    except (LookupError, ValueError, struct.error):
        pass  # it is built in another way than most: Pillow may know better
    with opened(data, f"strip_metadata: the picture {picture.filename!r}") as image:
        if getattr(image, "n_frames", 1) > 1:
            raise refusal("strip_metadata: the picture has several frames: choose one of them first")
        turned = upright(image)
        turned.info = {key: value for key, value in turned.info.items() if key in {"icc_profile", "transparency"}}
        data = encoded(turned)
    return attrs.evolve(
        picture,
        upload=BytesUpload(data),
        media_type="image/png",
        filename=fitting_name(picture.filename, "image/png"),
        width=turned.width,
        height=turned.height,
    )


def _orientation(tiff: bytes) -> int:
    """What EXIF data say of how the picture lies: 1 to 8, 1 being upright."""
    try:
        (value,) = tiff_directory(io.BytesIO(tiff)).get(ORIENTATION, [1])
    except (EOFError, ValueError):
        return 1
    return value if 1 <= value <= 8 else 1


def _only_orientation(value: int) -> bytes:
    """EXIF data that say nothing but how the picture lies."""
    return b"MM\x00\x2a\x00\x00\x00\x08" + struct.pack(">HHHLHHL", 1, 0x0112, 3, 1, value, 0, 0)


def _png(data: bytes) -> bytes:
    kept, position = [data[:8]], 8
    while position < len(data):
        length, kind = struct.unpack_from(">L4s", data, position)
        chunk = data[position : position + 12 + length]
        if kind in _PNG_KEPT:
            kept.append(chunk)
        elif kind == b"eXIf" and (value := _orientation(chunk[8:-4])) > 1:
            body = b"eXIf" + _only_orientation(value)
            kept.append(struct.pack(">L", len(body) - 4) + body + struct.pack(">L", zlib.crc32(body)))
        position += len(chunk)
        if kind == b"IEND":
            break
    return b"".join(kept)


def _jpeg(data: bytes) -> bytes:
    kept, position, value = [], 2, 1
    for marker, start, length in jpeg_segments(io.BytesIO(data)):
        position = start + length
        content = data[start:position]
        if marker == 0xE1 and content.startswith(_EXIF):
            value = _orientation(content[6:])
        if _in_jpeg(marker, content):
            # JFIF may hold a small picture of what was there before an edit: it goes.
            kept.append(_segment(marker, content[:12] + b"\0\0" if marker == 0xE0 else content))
    kept.append(b"".join(_scans(data, position)))
    if value > 1:
        # After JFIF's own segment, which has to be the first.
        place = 1 if kept[0].startswith(b"\xff\xe0") else 0
        kept.insert(place, _segment(0xE1, _EXIF + _only_orientation(value)))
    return data[:2] + b"".join(kept)


def _scans(data: bytes, position: int) -> Iterator[bytes]:
    """From the first scan's data to the end of the picture; what follows it, as phones append, is left out."""
    while True:
        found = _IN_SCAN.search(data, position)
        if found is None:
            raise ValueError
        yield data[position : found.start()]
        position = found.end()
        marker = data[position - 1]
        if marker == 0xD9:
            yield b"\xff\xd9"
            return
        (length,) = struct.unpack_from(">H", data, position)
        content = data[position + 2 : position + length]
        if _in_jpeg(marker, content):
            yield _segment(marker, content)
        position += length


def _in_jpeg(marker: int, content: bytes) -> bool:
    if marker == 0xE0:
        return content.startswith(b"JFIF\x00")
    if marker == 0xE2:
        return content.startswith(b"ICC_PROFILE\x00")
    if marker == 0xEE:
        return content.startswith(b"Adobe")
    return not (0xE1 <= marker <= 0xEF or marker == 0xFE)


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _webp(data: bytes) -> bytes:
    kept, position, value = [], 12, 1
    while position + 8 <= len(data):
        kind, length = struct.unpack_from("<4sL", data, position)
        content = data[position + 8 : position + 8 + length]
        if kind == b"EXIF":
            value = _orientation(content.removeprefix(_EXIF))
        if kind in _WEBP_KEPT:
            kept.append((kind, content))
        position += 8 + length + length % 2
    if kept[0][0] == b"VP8X":
        flags = kept[0][1][0] & ~0x0C | (0x08 if value > 1 else 0)
        kept[0] = (b"VP8X", bytes([flags]) + kept[0][1][1:])
        if value > 1:
            kept.append((b"EXIF", _only_orientation(value)))
    chunks = [struct.pack("<4sL", kind, len(content)) + content + b"\0" * (len(content) % 2) for kind, content in kept]
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<L", len(body)) + body


def _gif(data: bytes) -> bytes:
    position = 13 + gif_table(data[10])
    kept = [data[:position]]
    while data[position] != 0x3B:
        start = position
        is_kept = True
        if data[start] == 0x21:
            position += 2
            # Comments go, and of what applications add all but the repeating of an animation.
            name = data[start + 3 : start + 14]
            is_kept = data[start + 1] != 0xFE and (data[start + 1] != 0xFF or name in _GIF_KEPT)
        elif data[start] == 0x2C:
            position += 11 + gif_table(data[start + 9])
        else:
            raise ValueError
        while data[position]:
            position += 1 + data[position]
        position += 1
        if is_kept:
            kept.append(data[start:position])
    return b"".join([*kept, b"\x3b"])


_GIF_KEPT: Final = frozenset({b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"})


def _unchanged(data: bytes) -> bytes:
    """A BMP has no place for metadata."""
    return data


_WAYS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
    "image/gif": _gif,
    "image/bmp": _unchanged,
}
