"""
JSON on its way out: bytes, or, where pictures are in it, pieces that are made anew for each attempt.

A picture is encoded to base64 while it is sent, so that a body of many megabytes is never held in memory, and its
length is known all the same. What has no form in JSON is refused by `body`, before it comes here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from venice_client._core.request.upload import Base64


def write_json(payload: Any) -> bytes | JSONPieces:
    """Write a value as JSON. Raises TypeError, ValueError or RecursionError for what has no form in it."""
    leaves: list[Base64] = []
    # Stands for each leaf until it is sent: 128 random bits, which no text of the payload holds.
    mark = ""

    def hook(value: Any) -> str:
        nonlocal mark
        if not isinstance(value, Base64):
            raise TypeError(f"a {type(value).__name__} has no form in JSON")
        mark = mark or os.urandom(16).hex()
        leaves.append(value)
        return value.prefix + mark

    content = msgspec.json.encode(payload, enc_hook=hook)
    return JSONPieces(content.split(mark.encode()), leaves) if leaves else content


class JSONPieces:
    """The body of a request whose long texts are made while it is sent. Each iteration makes it anew."""

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
