"""
A hash of a request, by which a second run knows that an order is its own.

Content is hashed as it is sent, piece by piece: a picture that was changed on the disk is another request.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec

from venice_client._core.request.upload import is_upload
from venice_client._core.schema.model import encode


def fingerprint(operation: str, body: Any, extra: Mapping[str, Any] | None = None) -> str:
    """Return the SHA-256 of an operation and of what its body holds, whatever order the fields are in."""
    digest = sha256()
    _feed(digest, [operation, encode(body), encode(extra or {})])
    return digest.hexdigest()


def _feed(digest: Any, value: Any) -> None:
    if isinstance(value, Mapping):
        digest.update(b"{%d" % len(value))
        for name in sorted(value):
            _feed(digest, name)
            _feed(digest, value[name])
    elif isinstance(value, list | tuple):
        digest.update(b"[%d" % len(value))
        for item in value:
            _feed(digest, item)
    elif is_upload(value):
        digest.update(b"<%d:" % value.size)
        for piece in value.pieces():
            digest.update(piece)
    else:
        written = msgspec.json.encode(value, enc_hook=str)
        digest.update(b"=%d:" % len(written))
        digest.update(written)
