"""The media types that are more than names to this client."""

from __future__ import annotations

from typing import Final

JSON: Final = "application/json"
URLENCODED: Final = "application/x-www-form-urlencoded"
EVENT_STREAM: Final = "text/event-stream"


def is_json(media_type: str) -> bool:
    """Whether a body of this media type is JSON."""
    return media_type == JSON or media_type.endswith("+json")
