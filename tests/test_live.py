"""Calls of the real API, by choice: `make test-live` with VENICE_API_KEY set. The edit costs a few cents."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from venice_client import Venice

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not os.environ.get("VENICE_API_KEY"), reason="VENICE_API_KEY is not set"),
]


@pytest.fixture
def venice() -> Iterator[Venice]:
    with Venice() as client:
        yield client


def picture(size: int = 256) -> bytes:
    """A grey square in PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\x80" * size) * size)
    header = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_picture_is_edited_and_saved(venice: Venice, tmp_path: Path) -> None:
    edited = venice.images.edit(picture(), "paint a red circle in the middle")
    assert edited.media_type.startswith("image/")
    assert edited.width
    assert edited.height
    assert edited.save(tmp_path / "edited").read_bytes() == edited.data


def test_keys_are_listed(venice: Venice) -> None:
    assert isinstance(venice.api_keys.list().data, list)


def test_usage_is_listed(venice: Venice) -> None:
    history = venice.billing.usage_history()
    assert not isinstance(history, str)
    assert isinstance(history.data, list)


def test_models_are_listed(venice: Venice) -> None:
    assert venice.models.list().data
