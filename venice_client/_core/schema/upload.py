"""
Content that is sent in pieces, again for each retry: a file of a form, or base64 inside of JSON.

It knows its size before the first byte is read, so that Content-Length can be sent, and does not hold a file's bytes in
memory. Other modules decide where an upload comes from.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from typing import Protocol, runtime_checkable

_BLOCK = 84 * 1024
"""
Bytes that are encoded at once. A multiple of three, so that the encoded parts join to one text; and so few that their
base64 is below 128 KiB, because the allocator returns larger blocks to the system after each use.
"""


@runtime_checkable
class Upload(Protocol):
    """Bytes that can be read from the beginning any number of times."""

    @property
    def size(self) -> int:
        """The number of bytes that `pieces` yields."""
        ...

    def pieces(self) -> Iterator[bytes]:
        """
        Yield the bytes from the beginning, in pieces of a size that suits a socket.

        Raises RequestValidationError where they changed after `size` was read.
        """
        ...


class Base64:
    """
    A text of a JSON body that is the base64 of an upload, and is encoded while it is sent.

    Not an attrs class: msgspec would encode its fields.
    """

    __slots__ = ("prefix", "upload")

    def __init__(self, upload: Upload, prefix: str = "") -> None:
        self.upload = upload
        self.prefix = prefix
        """What stands before it: of a data URI, all up to the comma and the comma."""

    def __len__(self) -> int:
        """The number of characters of the text."""
        return len(self.prefix) + (self.upload.size + 2) // 3 * 4

    def encoded(self) -> Iterator[bytes]:
        """Yield the base64, without what stands before it, in pieces: standard alphabet, padded, without line ends."""
        rest = b""
        for piece in self.upload.pieces():
            data = memoryview(rest + piece if rest else piece)
            whole = len(data) - len(data) % 3
            for start in range(0, whole, _BLOCK):
                yield binascii.b2a_base64(data[start : min(start + _BLOCK, whole)], newline=False)
            rest = bytes(data[whole:])
        if rest:
            yield binascii.b2a_base64(rest, newline=False)

    def __repr__(self) -> str:
        return f"Base64({self.upload!r}, {self.prefix!r})"

    def __str__(self) -> str:
        return self.prefix + b"".join(self.encoded()).decode("ascii")
