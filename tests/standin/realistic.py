"""
Samples that are useful to a reader: real pictures, and sentences instead of placeholders.

Each function takes the request and the sample, and returns a better sample. If the
description has another shape than these functions expect, the sample is not changed.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from . import media, png, streams

JsonObject = Mapping[str, Any]


def improved(key: str, requested: JsonObject, content: Any) -> Any:
    """The sample of an operation, improved if there is a function for it."""
    try:
        return BY_OPERATION[key](requested, content) if key in BY_OPERATION else content
    except (KeyError, IndexError, TypeError):
        return content


def edited(value: Any, files: Mapping[str, list[bytes]]) -> bytes:
    """The first picture of a request, tinted; a gradient if it cannot be read as PNG."""
    uploads: list[bytes] = [*files.get("image", ()), *files.get("images", ())]
    if isinstance(value, Mapping):
        first = value.get("image") or value.get("images")
        text = first[0] if isinstance(first, list) else first
        if isinstance(text, str) and not text.startswith("http"):
            uploads.append(_from_base64(text))
    picture = png.decode(uploads[0]) if uploads else None
    return png.encode(png.sunset(picture)) if picture else png.gradient()


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text.rpartition(",")[2], validate=True)
    except ValueError:
        return b""


def _picture(name: str) -> str:
    return base64.b64encode(media.content(f"image/{name}")).decode()


def _generate(requested: JsonObject, content: JsonObject) -> JsonObject:
    return {**content, "images": [_picture(requested.get("format") or "webp")] * (requested.get("variants") or 1)}


def _generations(requested: JsonObject, content: JsonObject) -> JsonObject:
    name = requested.get("output_format") or "png"
    if requested.get("response_format") == "url":
        return {**content, "data": [{"url": f"data:image/{name};base64,{_picture(name)}"}]}
    return {**content, "data": [{"b64_json": _picture(name)}]}


def _embeddings(requested: JsonObject, content: JsonObject) -> JsonObject:
    texts = requested.get("input")
    count = len(texts) if isinstance(texts, list) and texts and isinstance(texts[0], str | list) else 1
    return {**content, "data": [{**content["data"][0], "index": index} for index in range(count)]}


def _chat(requested: JsonObject, content: JsonObject) -> JsonObject:
    choice = content["choices"][0]
    message = {**choice["message"], "content": streams.SENTENCE}
    message = {name: part for name, part in message.items() if name != "tool_calls"}
    return {**content, "model": requested["model"], "choices": [{**choice, "index": 0, "message": message}]}


def _responses(requested: JsonObject, content: JsonObject) -> JsonObject:
    text = {"type": "output_text", "text": streams.SENTENCE, "annotations": []}
    message = {
        "type": "message",
        "id": "msg_sample",
        "status": "completed",
        "role": "assistant",
        "content": [text],
    }
    kept = {name: part for name, part in content.items() if name != "error"}
    return {**kept, "model": requested["model"], "output": [message]}


def _queue(requested: JsonObject, content: JsonObject) -> JsonObject:
    """Without an address: the file is the response of a poll."""
    kept = {name: part for name, part in content.items() if name != "download_url"}
    return {**kept, "model": requested["model"]}


BY_OPERATION: dict[str, Callable[[JsonObject, Any], JsonObject]] = {
    "POST /audio/queue": _queue,
    "POST /chat/completions": _chat,
    "POST /embeddings": _embeddings,
    "POST /image/generate": _generate,
    "POST /images/generations": _generations,
    "POST /responses": _responses,
    "POST /video/queue": _queue,
}
