"""
Join the pieces of a stream: the chunks of a chat to a completion, the events of a response to the response.

It works on decoded JSON, by the features of the two protocols (`choices` with a `delta`; a `type` that begins
with `response.`), and knows no model. It follows three rules, whatever the types of the values are:

1. The fields in `GROWING` are joined. Any other field keeps its last value that is not empty.
2. An item of a list is identified by its index, its id and its type together. A new id begins a new item.
3. A piece of a tool call without index and id belongs to the last one.

A response is the one of its last event. Some servers leave its `output` empty there: it has the items that came then.

A value that belongs to neither protocol is skipped, and nothing raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

GROWING: Final = frozenset(
    {
        "arguments",
        "content",
        "data",
        "partial_json",
        "reasoning",
        "reasoning_content",
        "refusal",
        "summary",
        "text",
        "thinking",
        "transcript",
    }
)
"""Texts that come in pieces. An unknown text is not joined: to keep its last value is the safe rule."""
PIECEWISE: Final = frozenset({"reasoning_details", "tool_calls"})
"""Lists whose items come in pieces; an item of any other list without index and id is a whole one."""
_TIMES: Final = frozenset({"created", "created_at"})
_TEXT: Final = "text"


def text_of(pieces: Iterable[Any]) -> str:
    """Return the generated text: of a chat's first choice, or of a response."""
    parts: list[str] = []
    for piece in pieces:
        if not isinstance(piece, Mapping):
            continue
        if piece.get("type") == "response.output_text.delta":
            parts.append(_text(piece.get("delta")))
        for choice in _mappings(piece.get("choices")):
            delta = choice.get("delta")
            if not choice.get("index") and isinstance(delta, Mapping):
                parts.append(_text(delta.get("content")))
    return "".join(parts)


class Accumulator:
    """Joins pieces as they arrive."""

    def __init__(self) -> None:
        self._whole: dict[str, Any] = {}
        self._choices: dict[int, dict[str, Any]] = {}
        self._response: Mapping[str, Any] | None = None
        self._items: dict[int, Mapping[str, Any]] = {}
        """The items of a response that are done, by their places."""
        self._last = 0

    def add(self, piece: Any) -> None:
        """Add a piece; another value is skipped."""
        if not isinstance(piece, Mapping):
            return
        if isinstance(piece.get("response"), Mapping) and str(piece.get("type")).startswith("response."):
            self._response = piece["response"]
            return
        if piece.get("type") == "response.output_item.done" and isinstance(piece.get("item"), Mapping):
            place = piece.get("output_index")
            self._items[place if isinstance(place, int) else len(self._items)] = piece["item"]
        _add(self._whole, {name: value for name, value in piece.items() if name != "choices"})
        for choice in _mappings(piece.get("choices")):
            index = choice.get("index")
            self._last = index if isinstance(index, int) else self._last
            _add(self._choices.setdefault(self._last, {}), choice)
        if "choices" in piece:
            self._whole.setdefault("choices", [])

    def whole(self) -> dict[str, Any]:
        """Return the response so far, in the form of one that is not streamed."""
        if self._response is not None:
            came = [self._items[place] for place in sorted(self._items)]
            return {**self._response, "output": self._response.get("output") or came} if came else dict(self._response)
        if "choices" not in self._whole and self._whole.get("object") != "chat.completion.chunk":
            return dict(self._whole)
        finished = [_finished(dict(self._choices[index])) for index in sorted(self._choices)]
        return {**self._whole, "object": "chat.completion", "choices": finished}


def whole_of(pieces: Iterable[Any]) -> dict[str, Any]:
    """Return the joined pieces, in the form of a response that is not streamed."""
    accumulator = Accumulator()
    for piece in pieces:
        accumulator.add(piece)
    return accumulator.whole()


def piece_of(whole: Any) -> dict[str, Any] | None:
    """
    Return a complete response as the only event of a stream, for a server that does not stream.

    None where it is neither a completion nor a response.
    """
    if not isinstance(whole, Mapping):
        return None
    if isinstance(whole.get("choices"), list):
        return {**whole, "object": "chat.completion.chunk", "choices": [_as_piece(item) for item in whole["choices"]]}
    if whole.get("object") == "response" or isinstance(whole.get("output"), list):
        return {"type": "response.completed", "response": dict(whole)}
    return None


def _as_piece(choice: Any) -> Any:
    if not isinstance(choice, Mapping) or "message" not in choice or choice.get("delta"):
        return choice
    message = choice["message"]
    if isinstance(message, Mapping) and isinstance(calls := message.get("tool_calls"), list):
        numbered = [{"index": at, **call} if isinstance(call, Mapping) else call for at, call in enumerate(calls)]
        message = {**message, "tool_calls": numbered}
    return {**{name: value for name, value in choice.items() if name != "message"}, "delta": message}


def _add(to: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Add a piece to what came before, deeply."""
    for name, value in more.items():
        before = to.get(name)
        if _is_empty(name, value):
            to.setdefault(name, value)
        elif isinstance(value, Mapping):
            inner = before if isinstance(before, dict) else {}
            _add(inner, value)
            to[name] = inner
        elif name == "content" and (isinstance(value, list) or isinstance(before, list)):
            to[name] = _with_parts(_parts(before), _parts(value))
        elif isinstance(value, list):
            to[name] = _extended(before if isinstance(before, list) else [], value, is_piecewise=name in PIECEWISE)
        elif name in GROWING and isinstance(value, str) and isinstance(before, str):
            to[name] = before + value
        else:
            to[name] = value


def _is_empty(name: str, value: Any) -> bool:
    return value is None or value in ("", [], {}) or (name in _TIMES and value == 0)


def _extended(items: list[Any], more: list[Any], *, is_piecewise: bool) -> list[Any]:
    for item in more:
        same = _same(items, item, is_piecewise=is_piecewise) if isinstance(item, Mapping) else None
        if same is not None:
            _add(same, item)
        elif isinstance(item, Mapping):
            begun: dict[str, Any] = {}
            _add(begun, item)
            items.append(begun)
        else:
            items.append(item)
    return items


def _same(items: list[Any], item: Mapping[str, Any], *, is_piecewise: bool) -> dict[str, Any] | None:
    """Return the item of a list that a piece continues; None where it begins a new one."""
    index, identity = item.get("index"), item.get("id")
    if isinstance(index, int):
        found = [old for old in items if isinstance(old, dict) and old.get("index") == index]
    elif identity:
        found = [old for old in items if isinstance(old, dict) and old.get("id") == identity]
    else:
        found = [old for old in items[-1:] if isinstance(old, dict)] if is_piecewise else []
    if not found or any(_differs(found[-1], item, name) for name in ("id", "type")):
        return None
    return found[-1]


def _differs(old: Mapping[str, Any], new: Mapping[str, Any], name: str) -> bool:
    return bool(old.get(name)) and bool(new.get(name)) and old[name] != new[name]


def _parts(content: Any) -> list[Any]:
    """Return content as a list of its parts."""
    if isinstance(content, str):
        return [{"type": _TEXT, "text": content}] if content else []
    return content if isinstance(content, list) else [] if content is None else [content]


def _with_parts(parts: list[Any], more: list[Any]) -> list[Any]:
    """Add parts of a content; a text continues the text before it."""
    joined = list(parts)
    for part in more:
        if joined and _is_plain_text(joined[-1]) and _is_plain_text(part):
            joined[-1] = {**joined[-1], "text": joined[-1]["text"] + part["text"]}
        else:
            joined = _extended(joined, [part], is_piecewise=False)
    return joined


def _is_plain_text(part: Any) -> bool:
    return (
        isinstance(part, Mapping)
        and part.get("type") == _TEXT
        and isinstance(part.get("text"), str)
        and part.keys() == {"type", "text"}
    )


def _finished(choice: dict[str, Any]) -> dict[str, Any]:
    """Return a choice with a message instead of a delta, and tool calls without the indices of their pieces."""
    delta = choice.pop("delta", None)
    message = {"role": "assistant", "content": None, **(delta if isinstance(delta, dict) else {})}
    content = message["content"]
    if isinstance(content, list) and all(_is_plain_text(part) for part in content):
        message["content"] = "".join(part["text"] for part in content)
    if isinstance(calls := message.get("tool_calls"), list):
        message["tool_calls"] = [
            {name: value for name, value in call.items() if name != "index"} if isinstance(call, dict) else call
            for call in calls
        ]
    return {"finish_reason": None, "logprobs": None, **choice, "message": message}


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(_text(part.get("text")) for part in _mappings(value))
    return value if isinstance(value, str) else ""
