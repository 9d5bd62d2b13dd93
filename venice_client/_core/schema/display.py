"""The text of a model for shells, logs and notebooks: short, without secrets, and with long values cut."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
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
_ROWS = 50
"""Rows of a table, and below, its columns."""
_COLUMNS = 8


def show(model: Record) -> str:
    """Return the class with the fields that are set, then those that the contract lacks."""
    return _model(model, 0)


def table(model: Record) -> str | None:
    """Return the list of objects in a model as an HTML table of their plain fields; None where it has no such list."""
    fields = type(model).__fields__
    rows = next((found for key in fields if (found := _records(getattr(model, key)))), [])
    names = dict.fromkeys(key for row in rows[:_ROWS] for key in type(row).__fields__ if _cell(row, key))
    if not names:
        return None
    columns = list(names)[:_COLUMNS]
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(_cell(row, key))}</td>' for key in columns)}</tr>" for row in rows[:_ROWS]
    )
    rest = f"<p>… {len(rows):,} in all</p>" if len(rows) > _ROWS else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"


def _records(value: Any) -> list[Record]:
    return [item for item in value if isinstance(item, Record)] if isinstance(value, list) else []


def _cell(row: Record, key: str) -> str:
    """Return the text of a plain field; "" for an absent one, and for objects, lists and other classes' fields."""
    declared = type(row).__fields__.get(key)
    value = getattr(row, key) if declared is not None else None
    if declared is None or value is None or not isinstance(value, str | int | float):
        return ""
    text = _secret(value) if declared.is_secret else str(value)
    return text if len(text) <= _TEXT else f"{text[:_TEXT]}…"


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
