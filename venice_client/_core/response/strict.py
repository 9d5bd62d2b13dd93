"""
The answer to `Venice(strict=True)`: a success that departs from the contract raises, with all its departures and bytes.

Off by default, since the API adds fields and values without notice, and a result may have been paid for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from venice_client._core.errors import ResponseDecodeError
from venice_client._core.schema.check import departures
from venice_client._core.schema.shapes import Shape
from venice_client._core.schema.violation import path

_TOLD = 10
_MOST = 1000


def demand(shape: Shape, raw: Any, *, status: int, media_type: str, headers: Mapping[str, str], content: bytes) -> None:
    """Raise ResponseDecodeError where what came departs from the contract."""
    if found := [item for item in departures(shape, raw) if item.kind != "near"]:
        texts = [f"{path(item.place)}: {_said(item.kind) or item.says}" for item in found[:_MOST]]
        refuse(texts, len(found), status=status, media_type=media_type, headers=headers, content=content)


def refuse(
    texts: list[str], number: int, *, status: int, media_type: str, headers: Mapping[str, str], content: bytes
) -> None:
    """Raise ResponseDecodeError with these departures."""
    more = f"; and {number - _TOLD:,} more" if number > _TOLD else ""
    raise ResponseDecodeError(
        f"the answer departs from the contract: {'; '.join(texts[:_TOLD])}{more}",
        status=status,
        media_type=media_type,
        body=content,
        request_id=headers.get("cf-ray"),
        departures=texts,
    )


def _said(kind: str) -> str:
    return {"missing": "required, and missing", "null": "null, and the contract does not allow it"}.get(kind, "")


class StrictShape(Shape):
    """The shape of a stream's chunks for a strict client: decoding a chunk that violates the contract raises."""

    plain = False

    def __init__(self, shape: Shape, *, status: int, media_type: str, headers: Mapping[str, str]) -> None:
        self._shape = shape
        self._answer: dict[str, Any] = {"status": status, "media_type": media_type, "headers": headers}

    def decode(self, raw: Any) -> Any:
        """Decode a value that is as the contract has it."""
        demand(self._shape, raw, content=msgspec.json.encode(raw), **self._answer)
        return self._shape.decode(raw)
