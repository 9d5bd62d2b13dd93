"""The value of JSON text that is still incomplete: what is there so far, for display while an answer comes."""

from __future__ import annotations

from typing import Any, Final

import msgspec

_CLOSING: Final = {"{": "}", "[": "]"}


def parse_partial(text: str) -> Any:
    """
    Return the value of the beginning of a JSON text, or None where nothing can be read yet.

    Open texts, lists and objects are closed where they end, so that a text or a number may still grow. A name without
    a value and an incomplete literal are left out. Nothing is raised: text that is not JSON reads as None.
    """
    closers: list[str] = []
    in_text = escaped = False
    safe = 0  # the end of the last place at which closing all that is open gives a value
    safe_closers: list[str] = []
    for position, character in enumerate(text):
        if in_text:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_text = False
            continue
        if character == '"':
            in_text = True
        elif character in _CLOSING:
            closers.append(_CLOSING[character])
            safe, safe_closers = position + 1, list(closers)
        elif character in "}]":
            if not closers or closers.pop() != character:
                return None
            safe, safe_closers = position + 1, list(closers)
        elif character == ",":
            safe, safe_closers = position, list(closers)
    candidates = [text]
    if in_text:
        whole = text[:-1] if escaped else text
        candidates += [cut + '"' + "".join(reversed(closers)) for cut in _without_open_escape(whole)]
    else:
        candidates.append(text + "".join(reversed(closers)))
    candidates.append(text[:safe] + "".join(reversed(safe_closers)))
    for candidate in candidates:
        try:
            return msgspec.json.decode(candidate)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
            continue
    return None


def _without_open_escape(text: str) -> list[str]:
    """Return a text without a Unicode escape that has fewer than four digits at its end."""
    start = text.rfind("\\u", max(0, len(text) - 6))
    return [text] if start < 0 else [text, text[:start]]
