"""Bodies that are sent as they are: neither JSON nor a form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from venice_client._core.errors import RequestValidationError
from venice_client._core.request.multipart import read_pieces
from venice_client._core.request.options import refuse


def raw_content(content: Any) -> bytes | Pieces:
    """Return a body that is sent as it is: text in UTF-8, bytes, an open file or an iterable of bytes."""
    if isinstance(content, str):
        try:
            return content.encode()
        except UnicodeEncodeError as error:
            raise RequestValidationError([f"content cannot be written in UTF-8: {error}"]) from None
    if isinstance(content, bytes | bytearray | memoryview):
        return bytes(content)
    # A model yields its fields where it is iterated over: that would end the request when half of it is sent.
    holds_fields = isinstance(content, Mapping) or callable(getattr(content, "model_dump", None))
    if callable(getattr(content, "read", None)) or (isinstance(content, Iterable) and not holds_fields):
        return Pieces(content)
    raise refuse("content", "bytes, str, an open file or an iterable of bytes", content)


class Pieces:
    """A body that an open file or an iterable yields; only a file that can be rewound is sent again."""

    def __init__(self, source: Any) -> None:  # an open file, or an iterable that is checked as it yields
        self._source = source
        self._is_file = callable(getattr(source, "read", None))
        self._was_read = False
        seekable = getattr(source, "seekable", None)
        self._rewinds = isinstance(source, list | tuple) or (self._is_file and callable(seekable) and bool(seekable()))

    @property
    def can_be_sent(self) -> bool:
        """Whether a next attempt would send all of it."""
        return self._rewinds or not self._was_read

    def __iter__(self) -> Iterator[bytes]:
        self._was_read = True
        if self._is_file:
            yield from read_pieces("content", self._source)
            return
        for piece in self._source:
            if not isinstance(piece, bytes | bytearray | memoryview):
                raise RequestValidationError([f"content must yield bytes, got {type(piece).__name__}"])
            yield bytes(piece)
