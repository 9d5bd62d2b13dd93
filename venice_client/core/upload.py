"""
Content that is sent piece by piece, as often as a retry needs it: of a form's file, or inside of JSON as base64.

It knows its size before the first byte is read, so that Content-Length can be told, and nothing is held in memory
that a file holds. Where it comes from is not this module's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable


@runtime_checkable
class Upload(Protocol):
    """Bytes that can be read from the beginning any number of times."""

    @property
    def size(self) -> int:
        """The number of bytes that `pieces` yields."""
        ...

    def pieces(self) -> Iterator[bytes]:
        """
        Yield the bytes anew, in pieces of a size that suits a socket.

        Raises RequestValidationError where they are no longer what they were when `size` was told.
        """
        ...
