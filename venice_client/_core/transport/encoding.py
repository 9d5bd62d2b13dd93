"""
Decompress Content-Encoding gzip and deflate in pieces, and check that the data is complete.

HTTP libraries accept a truncated compressed body, so a picture would be cut without an error.
"""

from __future__ import annotations

import zlib
from typing import Final

ACCEPTED: Final = "gzip, deflate"
"""The Accept-Encoding of a request whose caller sets none."""
_NAMES: Final = frozenset({"gzip", "x-gzip", "deflate"})
_MOST: Final = 5
"""Encodings of one body; more are an attack."""

_GZIP_OR_ZLIB: Final = zlib.MAX_WBITS | 32
_RAW: Final = -zlib.MAX_WBITS


class DecodingError(ValueError):
    """A body that does not match its Content-Encoding, or is damaged or truncated."""


class Decompressor:
    """Decompresses a body. `feed` takes pieces; `finish` raises where the end is missing."""

    def __init__(self, times: int) -> None:
        self._steps = [_Step() for _ in range(times)]

    def feed(self, data: bytes) -> bytes:
        """Return the decompressed piece. Raises DecodingError for data that is not compressed."""
        for step in self._steps:
            data = step.feed(data)
        return data

    def finish(self) -> bytes:
        """Return the rest. Raises DecodingError where the body is truncated."""
        data = b""
        for step in self._steps:
            data = step.feed(data) + step.finish()
        return data


class _Step:
    """One encoding."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._begun = False
        self._ended = False

    def feed(self, data: bytes) -> bytes:
        made = []
        while data and not self._ended:
            made.append(self._decompress(data))
            if not self._inner.eof:
                break
            data = self._inner.unused_data
            # gzip may hold several members in a row; other bytes behind the last one are padding.
            if data.startswith(b"\x1f"):
                self._inner = zlib.decompressobj(_GZIP_OR_ZLIB)
            else:
                self._ended = bool(data)
                break
        return b"".join(made)

    def _decompress(self, data: bytes) -> bytes:
        try:
            made = self._inner.decompress(data)
        except zlib.error as error:
            if self._begun:
                raise DecodingError(f"the compressed body is damaged: {error}") from None
            # "deflate" means zlib's format, and some servers send it without its header.
            self._inner = zlib.decompressobj(_RAW)
            try:
                made = self._inner.decompress(data)
            except zlib.error:
                raise DecodingError("the body is not compressed as its Content-Encoding says") from None
        self._begun = True
        return made

    def finish(self) -> bytes:
        if not self._begun:
            return b""
        rest = self._inner.flush()
        if not self._inner.eof:
            raise DecodingError("the compressed body is truncated")
        return rest


def decompressor(content_encoding: str | None) -> Decompressor | None:
    """
    Return what undoes a Content-Encoding, or None where the body is to be read as it came.

    That is a body without an encoding, or with an unknown one, which only an Accept-Encoding of the caller brings.
    """
    if not content_encoding:
        return None
    names = [name.strip().lower() for name in content_encoding.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if not names or len(names) > _MOST or not _NAMES.issuperset(names):
        return None
    return Decompressor(len(names))
