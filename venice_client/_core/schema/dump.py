"""`model_dump`: a model as a dictionary, with pydantic's meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from venice_client._core.schema.encoding import encode
from venice_client._core.schema.record import Record


def dump(
    model: Record,
    mode: str,
    by_alias: bool,
    skip_none: bool,
    skip_unset: bool,
    *,
    include: Any = None,  # a set, or a mapping of names to sets of what is below, as pydantic has it
    exclude: Any = None,  # as above
) -> dict[str, Any]:
    """Return a model by its names in Python; absent fields are None unless they are left out."""
    result: dict[str, Any] = {}
    named = [(name, item.wire if by_alias else name) for name, item in type(model).__fields__.items()]
    values = [(name, key, getattr(model, name)) for name, key in named if not skip_unset or model.is_set(name)]
    values += [(name, name, value) for name, value in model.extra.items()]
    for name, key, value in values:
        below_in, below_out = _below(include, name), _below(exclude, name)
        if (include is not None and below_in is None) or below_out is True or (skip_none and value is None):
            continue
        inner = {"include": None if below_in is True else below_in, "exclude": below_out}
        result[key] = _dumped(value, (mode, by_alias, skip_none, skip_unset), inner)
    return result


def _below(chosen: Any, name: str) -> Any:
    """Return what is chosen below a field: True for all of it, None where it is not chosen."""
    if chosen is None or name not in chosen:
        return None
    if isinstance(chosen, Mapping):
        return True if chosen[name] in (True, ...) else chosen[name]
    return True


def _dumped(value: Any, options: tuple[str, bool, bool, bool], inner: Mapping[str, Any]) -> Any:
    if isinstance(value, Record):
        return dump(value, *options, **inner)
    if isinstance(value, list | tuple):
        return [_dumped(item, options, {}) for item in value]
    if isinstance(value, Mapping):
        return {name: _dumped(item, options, {}) for name, item in value.items()}
    return encode(value) if options[0] == "json" else value
