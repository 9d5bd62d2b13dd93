"""
Server-sent events for the operations that stream, which the description leaves out.

The shapes are OpenAI's: chat.completion.chunk lines that end with `data: [DONE]`, and named response events.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

WORDS = ("The", " boat", " is", " on", " the", " lake", ".")
SENTENCE = "".join(WORDS)
USAGE = {"prompt_tokens": 5, "completion_tokens": len(WORDS), "total_tokens": 5 + len(WORDS)}


def chat(requested: Mapping[str, Any], completion: Mapping[str, Any]) -> Iterator[bytes]:
    """The chunks of a chat completion: a role, words, the reason to stop, and usage where it is requested."""
    head = {
        "id": "chatcmpl-sample",
        "object": "chat.completion.chunk",
        "created": 1767323045,
        "model": requested.get("model", "sample-model"),
    }

    def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
        return _event({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    yield chunk({"role": "assistant", "content": ""})
    for word in WORDS:
        yield chunk({"content": word})
    yield chunk({}, "stop")
    if (requested.get("stream_options") or {}).get("include_usage"):
        yield _event({**head, "choices": [], "usage": USAGE})
    yield b"data: [DONE]\n\n"


def responses(requested: Mapping[str, Any], response: Mapping[str, Any]) -> Iterator[bytes]:
    """The events of a response: created, one delta a word, completed with the whole."""
    place = {"item_id": "msg_sample", "output_index": 0, "content_index": 0}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": {**response, "status": "in_progress", "output": []}},
        *({"type": "response.output_text.delta", **place, "delta": word} for word in WORDS),
        {"type": "response.completed", "response": {**response, "status": "completed"}},
    ]
    for number, event in enumerate(events):
        yield _event({**event, "sequence_number": number}, name=event["type"])


def _event(data: Mapping[str, Any], name: str | None = None) -> bytes:
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data)}\n\n".encode()


BY_OPERATION: dict[str, Callable[[Mapping[str, Any], Any], Iterator[bytes]]] = {
    "POST /chat/completions": chat,
    "POST /responses": responses,
}
