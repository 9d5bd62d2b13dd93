"""
JSON that a server sent. Nesting that would overflow the C stack raises RecursionError.

msgspec counts nesting by Python's recursion limit. Some libraries raise that limit to 100,000, far beyond the stack.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any, Final

import msgspec

BOM: Final = b"\xef\xbb\xbf"
_SAFE_DEPTH: Final = 5000
_TOKENS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
_HALF_PAIR: Final = re.compile("[\ud800-\udfff]")
_decode = msgspec.json.Decoder().decode


def parse_json(content: bytes) -> Any:
    """
    Return what JSON holds, without a byte order mark. Raises ValueError or RecursionError.

    Half of a surrogate pair, as streams have it that cut an emoji, becomes U+FFFD.
    """
    if len(content) > _SAFE_DEPTH and sys.getrecursionlimit() > _SAFE_DEPTH:
        _check_depth(content)
    try:
        return _decode(content)
    except msgspec.DecodeError as error:
        refused: Exception = error
    if content[:3] == BOM:
        content = content[3:]
        try:
            return _decode(content)
        except msgspec.DecodeError as error:
            refused = error
    try:
        text = json.dumps(json.loads(content.decode()), ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError):
        raise refused from None
    return json.loads(_HALF_PAIR.sub("\ufffd", text))


def _check_depth(content: bytes) -> None:
    if content.count(b"[") + content.count(b"{") <= _SAFE_DEPTH:
        return
    depth = 0
    for token in _TOKENS.finditer(content):
        mark = token[0]
        if mark in (b"[", b"{"):
            depth += 1
            if depth > _SAFE_DEPTH:
                raise RecursionError("the JSON is nested too deeply")
        elif mark in (b"]", b"}"):
            depth -= 1
