"""
JSON bodies: bytes, or, with pictures, pieces that are encoded again for each attempt.

Pictures are encoded to base64 while they are sent, so a body of many megabytes is never held in memory; its length is
known in advance. `body` refuses values that JSON cannot represent.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from venice_client._core.schema.upload import Base64
from venice_client._core.schema.values import url_text


def write_json(payload: Any) -> bytes | JSONPieces:
    """Write a value as JSON. Raises TypeError, ValueError or RecursionError for what has no form in it."""
    leaves: list[Base64] = []
    # Stands for each leaf until it is sent: 128 random bits, which no text of the payload holds.
    mark = ""

    def hook(value: Any) -> str:
        nonlocal mark
        if isinstance(value, str):  # of a library: BeautifulSoup and MarkupSafe have classes of their own
            return str.__str__(value)
        if (text := url_text(value)) is not None:
            return text
        if not isinstance(value, Base64):
            raise TypeError(f"a {type(value).__name__} cannot be written as JSON")
        mark = mark or os.urandom(16).hex()
        leaves.append(value)
        return value.prefix + mark

    content = msgspec.json.encode(payload, enc_hook=hook)
    return JSONPieces(content.split(mark.encode()), leaves) if leaves else content


class JSONPieces:
    """A JSON body whose long texts are encoded while it is sent; it can be iterated again."""

    def __init__(self, texts: Sequence[bytes], leaves: Sequence[Base64]) -> None:
        self._texts = texts
        """What stands before, between and after the leaves."""
        self._leaves = leaves
        between = sum(map(len, texts))
        self.length = between + sum(len(leaf) - len(leaf.prefix) for leaf in leaves)
        """The number of bytes."""

    def __iter__(self) -> Iterator[bytes]:
        yield self._texts[0]
        for leaf, text in zip(self._leaves, self._texts[1:], strict=True):
            yield from leaf.encoded()
            yield text
