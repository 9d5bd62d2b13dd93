"""`model_dump` and `model_validate`: a model as a dictionary and back, with pydantic's meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from venice_client._core.schema.encoding import encode
from venice_client._core.schema.record import Record, fields_by_wire
from venice_client._core.schema.shapes import AnyOf, Array, Dictionary, Ref, Shape

_NAMES = ("mode", "by_alias", "include", "exclude", "exclude_none", "exclude_unset", "exclude_defaults")
_PYDANTIC = frozenset({"context", "exclude_computed_fields", "fallback", "round_trip", "serialize_as_any", "warnings"})
"""Options of pydantic that mean nothing here."""


def check_options(given: Mapping[str, Any]) -> None:
    """Raise TypeError for an option of `model_dump` that pydantic does not have either."""
    for name in given:
        if name not in _PYDANTIC:
            from venice_client._core.schema.fields import hint

            raise TypeError(f"model_dump() got an unexpected argument {name!r}{hint(name, _NAMES)}")


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


def by_wire(values: Mapping[str, Any], model: type[Record]) -> dict[str, Any]:
    """Return an object by names on the wire; its fields may have those or the ones in Python, which `dump` writes."""
    wires, fields = fields_by_wire(model), model.__fields__
    result: dict[str, Any] = {}
    for name, value in values.items():
        declared = wires.get(name)
        if declared is None and name in fields and fields[name].wire not in values:
            declared = fields[name]
        result[declared.wire if declared else name] = _by_wire(value, declared.shape) if declared else value
    return result


def _by_wire(value: Any, shape: Shape) -> Any:
    if shape.plain:
        return value
    if isinstance(shape, AnyOf) and isinstance(value, Mapping | list | tuple):
        if (named := shape.named_branch(value)) is not None:
            return _by_wire(value, named)
        tried = [(branch, _by_wire(value, branch)) for branch in shape.branches]
        return max(tried, key=lambda pair: (shape.named_branch(pair[1]) is pair[0], pair[0].fits(pair[1])))[1]
    if isinstance(shape, Ref) and isinstance(value, Mapping):
        return by_wire(value, shape.model)
    if isinstance(shape, Array) and isinstance(value, list | tuple):
        return [_by_wire(item, shape.item) for item in value]
    if isinstance(shape, Dictionary) and isinstance(value, Mapping):
        return {name: _by_wire(item, shape.value) for name, item in value.items()}
    return value
