"""
Checks for `Venice(strict=True)`: a success that departs from the contract raises, with all its violations and bytes.

Off by default, since the API adds fields and values without notice, and a result may have been paid for.
"""

from __future__ import annotations

from typing import Any

import msgspec

from venice_client._core.response.answer import Head, undecodable
from venice_client._core.schema.check import find_violations
from venice_client._core.schema.shapes import Shape
from venice_client._core.schema.violation import path

_SHOWN = 10
_MOST = 1000


def require_valid(shape: Shape, raw: Any, response: Head, content: bytes, media_type: str | None = None) -> None:
    """Raise ResponseDecodeError where what came departs from the contract."""
    if found := [item for item in find_violations(shape, raw) if item.kind != "near"]:
        texts = [f"{path(item.place)}: {_said(item.kind) or item.says}" for item in found[:_MOST]]
        more = f"; and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
        text = f"the response departs from the contract: {'; '.join(texts[:_SHOWN])}{more}"
        raise undecodable(text, response, content, media_type=media_type, departures=texts)


def _said(kind: str) -> str:
    return {"missing": "required, and missing", "null": "null, and the contract does not allow it"}.get(kind, "")


class StrictShape(Shape):
    """The shape of a stream's chunks for a strict client: decoding a chunk that violates the contract raises."""

    plain = False

    def __init__(self, shape: Shape, response: Head) -> None:
        self._shape = shape
        self._response = response

    def decode(self, raw: Any) -> Any:
        """Decode a value that is as the contract has it."""
        require_valid(self._shape, raw, self._response, msgspec.json.encode(raw))
        return self._shape.decode(raw)
