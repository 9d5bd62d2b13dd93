"""The text of a model for shells and logs: short, without secrets, and with long values cut."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from venice_client._core.schema.record import Record

_TEXT = 60
"""Characters of a text that are shown."""
_DEPTH = 2
"""Levels of objects that are shown with their fields."""
_FIELDS = (24, 6, 4)
"""Fields that are shown of an object, by its level."""
_ITEMS = (5, 2, 1)


def show(model: Record) -> str:
    """Return the class with the fields that are set, then those that the contract lacks."""
    return _model(model, 0)


def _model(model: Record, depth: int) -> str:
    name = type(model).__name__
    if depth > _DEPTH:
        return f"{name}(…)"
    parts = []
    for key, declared in type(model).__fields__.items():
        if model.is_set(key):
            value = getattr(model, key)
            shown = _secret(value) if declared.is_secret and not isinstance(value, Record) else _value(value, depth)
            parts.append(f"{key}={shown}")
    parts += [f"{key}={_value(value, depth)}" for key, value in model.extra.items() if depth == 0]
    most = _FIELDS[depth]
    return f"{name}({', '.join([*parts[:most], '…'] if len(parts) > most else parts)})"


def _secret(value: Any) -> str:
    """Return a credential as its last four characters."""
    return f"'…{value[-4:]}'" if isinstance(value, str) and len(value) > 8 else "'…'" if value else repr(value)


def _value(value: Any, depth: int) -> str:
    if isinstance(value, Record):
        return _model(value, depth + 1)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{memoryview(value).nbytes:,} bytes>"
    if isinstance(value, str) and len(value) > _TEXT:
        return f"{value[:_TEXT]!r}…({len(value):,} in all)"
    if isinstance(value, Mapping | list | tuple) and depth > _DEPTH:
        return "{…}" if isinstance(value, Mapping) else "[…]"
    if isinstance(value, Mapping):
        shown = [f"{key!r}: {_value(item, depth + 1)}" for key, item in islice(value.items(), _ITEMS[min(depth, 2)])]
        return f"{{{_cut(shown, len(value))}}}"
    if isinstance(value, list | tuple):
        shown = [_value(item, depth) for item in value[: _ITEMS[min(depth, 2)]]]
        text = _cut(shown, len(value))
        return f"[{text}]" if isinstance(value, list) else f"({text})"
    text = repr(value)
    return text if len(text) <= 2 * _TEXT else f"<{type(value).__name__}>"


def _cut(shown: list[str], count: int) -> str:
    return ", ".join([*shown, f"…({count:,} in all)"] if count > len(shown) else shown)
