"""
Puts the pieces of a stream together: the chunks of a chat to a completion, the events of a response to the response.

It works on what came from the wire, by the two protocols' own marks (`choices` with a `delta`; a `type` that begins
with `response.`), and knows no model. What is no piece of either is passed over, and nothing raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

_SAID_ONCE: Final = frozenset({"finish_reason", "id", "index", "name", "object", "role", "stop_reason", "type"})
"""Texts that are given whole, and sometimes again with each piece; all others grow."""


def text_of(pieces: Iterable[Any]) -> str:
    """Return the text that was said: of a chat's first choice, or of a response."""
    parts: list[str] = []
    for piece in pieces:
        if not isinstance(piece, Mapping):
            continue
        if piece.get("type") == "response.output_text.delta":
            parts.append(_text(piece.get("delta")))
        for choice in _mappings(piece.get("choices")):
            if not choice.get("index"):
                delta = choice.get("delta")
                parts.append(_text(delta.get("content")) if isinstance(delta, Mapping) else "")
    return "".join(parts)


def whole_of(pieces: Iterable[Any]) -> dict[str, Any]:
    """Return the answer that came in pieces, as it would have come in one."""
    whole: dict[str, Any] = {}
    choices: dict[Any, dict[str, Any]] = {}
    response: Any = None
    for piece in pieces:
        if not isinstance(piece, Mapping):
            continue
        if isinstance(piece.get("response"), Mapping) and str(piece.get("type")).startswith("response."):
            response = piece["response"]
            continue
        for name, value in piece.items():
            if name != "choices" and value is not None and (name not in _SAID_ONCE or name not in whole):
                whole[name] = value  # the last word on usage, the first on the id
        for choice in _mappings(piece.get("choices")):
            _add(choices.setdefault(choice.get("index", 0), {}), choice)
    if response is not None:
        return dict(response)
    if choices or "choices" in whole or whole.get("object") == "chat.completion.chunk":
        ordered = sorted(choices.items(), key=lambda item: item[0] if isinstance(item[0], int) else 0)
        whole |= {"object": "chat.completion", "choices": [_finished(choice) for _, choice in ordered]}
    return whole


def _add(to: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Add a piece to what came before, deeply."""
    for name, value in more.items():
        before = to.get(name)
        if value is None:
            to.setdefault(name, None)
        elif isinstance(value, Mapping):
            inner = before if isinstance(before, dict) else {}
            _add(inner, value)
            to[name] = inner
        elif isinstance(value, list):
            to[name] = _longer(before if isinstance(before, list) else [], value)
        elif isinstance(value, str) and isinstance(before, str) and name not in _SAID_ONCE:
            to[name] = before + value
        elif not (name in _SAID_ONCE and value == "" and before):
            to[name] = value


def _longer(items: list[Any], more: list[Any]) -> list[Any]:
    """Tool calls are told apart by their index; anything else in a list is one more."""
    for item in more:
        if isinstance(item, Mapping) and isinstance(item.get("index"), int):
            same = next((old for old in items if isinstance(old, dict) and old.get("index") == item["index"]), None)
            if same is None:
                same = {}
                items.append(same)
            _add(same, item)
        else:
            items.append(item)
    return items


def _finished(choice: dict[str, Any]) -> dict[str, Any]:
    """A choice with a message in the place of a delta; the indices of tool calls have done their work."""
    message = choice.pop("delta", None)
    message = {"role": "assistant", "content": None, **(message if isinstance(message, dict) else {})}
    if isinstance(calls := message.get("tool_calls"), list):
        message["tool_calls"] = [
            {name: value for name, value in call.items() if name != "index"} if isinstance(call, dict) else call
            for call in calls
        ]
    return {"finish_reason": None, "logprobs": None, **choice, "message": message}


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
