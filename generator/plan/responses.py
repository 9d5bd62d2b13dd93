"""
Write the statuses of responses in one way, and put JSON first.
"""

from __future__ import annotations

import re
from typing import Any

from generator.errors import GeneratorError
from generator.plan.references import WAY_OUT
from generator.spec.contract import operations

_STATUS = re.compile(r"[1-5](\d\d|XX)|default")


def complete_responses(document: dict[str, Any]) -> None:
    """Give every response a status that holds; refuse a status that is none."""
    for (method, path), operation in operations(document).items():
        responses: dict[str, Any] = {}
        for status, response in operation["responses"].items():
            written = status if status == "default" else status.upper()
            if not _STATUS.fullmatch(written):
                found = f"{method.upper()} {path}: {status[:40]!r} is not a status of a response."
                raise GeneratorError(f"{found} {WAY_OUT}")
            # One status may be spelt in two ways, `2xx` and `2XX`: what either declares holds.
            content = responses.get(written, {}).get("content", {}) | response["content"]
            json_first = sorted(content, key=lambda media_type: not is_json(media_type))
            responses[written] = {
                **response,
                "content": {media_type: content[media_type] for media_type in json_first},
            }
        operation["responses"] = responses


def is_json(media_type: str) -> bool:
    """Whether a body of this media type is read as JSON."""
    kind = media_type.split(";", maxsplit=1)[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")
