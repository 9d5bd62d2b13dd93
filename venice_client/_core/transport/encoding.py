"""
Content-Encoding undone: gzip and deflate, piece by piece, with an end that is checked.

HTTP libraries take a compressed body that stops in the middle for a whole one, so a picture would be cut without a
word. This module knows no library and raises ValueError alone; what that means for a call is the transport's to say.
"""

from __future__ import annotations

import zlib

ACCEPTED = "gzip, deflate"
"""What is asked for where the caller does not ask for something else."""

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_RAW = -zlib.MAX_WBITS


class Decompressor:
    """Undoes one compression. `feed` takes pieces; `finish` raises where the end is missing."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._begun = False

    def feed(self, data: bytes) -> bytes:
        """Return what the piece gives. Raises ValueError for what is not compressed."""
        if not data:
            return b""
        try:
            made = self._inner.decompress(data)
        except zlib.error as error:
            if self._begun:
                raise ValueError(f"the compressed body is damaged: {error}") from None
            # "deflate" means zlib's format, and some servers send it bare.
            self._inner = zlib.decompressobj(_RAW)
            try:
                made = self._inner.decompress(data)
            except zlib.error:
                raise ValueError("the body is not compressed as its Content-Encoding says") from None
        self._begun = True
        if self._inner.eof and (rest := self._inner.unused_data):
            # gzip may hold several files in a row.
            self._inner = zlib.decompressobj(_GZIP_OR_ZLIB)
            made += self.feed(rest)
        return made

    def finish(self) -> bytes:
        """Return what is left. Raises ValueError where the compressed body stops before its end."""
        if not self._begun:
            return b""
        rest = self._inner.flush()
        if not self._inner.eof:
            raise ValueError("the compressed body stops before its end")
        return rest


def decompressor(content_encoding: str | None) -> Decompressor | None:
    """Return what undoes a Content-Encoding; None for a body as it is, and for an encoding that is not ours."""
    names = [name.strip().lower() for name in (content_encoding or "").split(",")]
    names = [name for name in names if name not in ("", "identity")]
    return Decompressor() if len(names) == 1 and names[0] in ("gzip", "x-gzip", "deflate") else None
