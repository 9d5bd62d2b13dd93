"""
Canonical YAML: one form of every value, on every machine.

The two writers of PyYAML differ, so none of them is used. Readers of YAML 1.1 and of 1.2 agree on its
output: what either could take for something else than the string it is stands in double quotes.
"""

from __future__ import annotations

import math
import re
from typing import Any

# A string is written plain if it starts like a word or a path and no reader knows it as a word of its own.
# The rules are spelt out in ASCII, since Python's tables of letters and printable characters grow with its
# versions.
_PLAIN = re.compile(r"[A-Za-z_/$](?:[A-Za-z0-9_./$@=+()'*;?!&|~^<>\\%-]|:(?=[^ :])| (?=[^ #:]))*")
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\xa0\xad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufffe\uffff]')
_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LONGEST_SIMPLE_KEY = 120  # readers give up on a key without its mark, "? ", at 1024


def dump(value: Any) -> str:
    """
    Canonical YAML: block style, two spaces a level, mappings in the order given, no aliases, no folded lines.

    Strings are plain where every reader takes them for strings, else in double quotes. `TypeError` for what
    JSON does not know and for keys that are not strings, `ValueError` for numbers that are not finite and for
    lone surrogates.
    """
    out: list[str] = []
    _write(value, "", out)
    return "\n".join(out) + "\n"


def _write(value: Any, indent: str, out: list[str]) -> None:
    """Add the lines of a value; those of a collection start with `indent`."""
    if not isinstance(value, dict | list | tuple) or not value:
        out.append(indent + _inline(value))
        return
    for key, item in value.items() if isinstance(value, dict) else ((None, item) for item in value):
        nested = isinstance(item, dict | list | tuple) and len(item) > 0
        if isinstance(value, dict):
            if not isinstance(key, str):
                raise TypeError(f"keys must be str, got {type(key).__name__}: {key!r}")
            name = _string(key)
            if len(name) > _LONGEST_SIMPLE_KEY:
                out.append(f"{indent}? {name}")
                name = ""
            out.append(f"{indent}{name}:" if nested else f"{indent}{name}: {_inline(item)}")
            if nested:
                _write(item, indent + "  ", out)
        else:
            first = len(out)
            _write(item, indent + "  ", out)
            out[first] = f"{indent}- {out[first][len(indent) + 2 :]}"


def _inline(value: Any) -> str:
    if isinstance(value, str):
        return _string(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"a number must be finite, got {value!r}")
        text = float.__repr__(value)
        return text if "." in text else text.replace("e", ".0e")  # YAML 1.1 asks for the point
    if isinstance(value, dict | list | tuple):
        return "{}" if isinstance(value, dict) else "[]"
    raise TypeError(f"only values of JSON can be written, got {type(value).__name__}: {value!r}")


def _string(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError(f"{text!r} contains half of a surrogate pair, which UTF-8 cannot encode")
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return _SHORT.get(char) or (f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}")
