"""
Find where a value violates its shape: one set of rules for requests and responses.

It raises and changes nothing and reads no file. A valid value is visited once. `validation` decides what a violation in
a request means (an error or a warning), `strict` does so for responses. Formats such as `uri` are not checked.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from io import TextIOBase
from math import isclose, isfinite
from typing import Any

from attrs import evolve

from venice_client._core.errors.text import one_line
from venice_client._core.schema.encoding import given_fields
from venice_client._core.schema.fields import hint, nearest
from venice_client._core.schema.model import Model
from venice_client._core.schema.patterns import matches
from venice_client._core.schema.record import Record, fields_by_wire
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import (
    AnyOf,
    Array,
    Binary,
    Boolean,
    Choice,
    Dictionary,
    Integer,
    Null,
    Number,
    Ref,
    Shape,
    Text,
    Vector,
    takes_null,
    without_null,
)
from venice_client._core.schema.upload import Base64
from venice_client._core.schema.values import is_file, listed, url_text, written
from venice_client._core.schema.violation import NEW, Violation, Violations, bound, count, mismatch, shown

_VALUES_SHOWN = 12
_FIELDS_SHOWN = 3
_NEAR = 0.8
"""How alike an undeclared name and a declared one are where the first is reported as misspelt."""
_LEAVES = frozenset({str, int, float, bool})
_USUAL = _LEAVES | {dict, list}
"""Kinds of common classes: a dict lookup is ten times as fast as isinstance with an abstract class."""


def find_violations(shape: Shape, value: Any) -> Violations:
    """Return all violations of a shape by a value; empty for a valid value."""
    if value is None:
        return () if takes_null(shape) else (Violation("null"),)
    check = _CHECKS.get(type(shape))
    if check is None:
        return ()
    if value.__class__ not in _USUAL and isinstance(value, Enum):
        value = value.value
    return check(shape, value)


def _text(shape: Text, value: Any) -> Violations:
    if not isinstance(value, str | Base64):
        is_moment = isinstance(value, date) and (shape.format or shape.pattern)
        text = written(value, shape) if is_moment else url_text(value)
        if text is None:
            return _no_text(value)
        value = text
    found = []
    if shape.max_length is not None and len(value) > shape.max_length:
        found.append(bound(count(len(value), "character"), f"more than {shape.max_length:,}"))
    if shape.min_length is not None and len(value) < shape.min_length:
        found.append(bound(count(len(value), "character"), f"less than {shape.min_length:,}"))
    if shape.pattern is not None and isinstance(value, str) and not matches(shape.pattern, value):
        found.append(Violation("bound", shown(value), f"does not match {one_line(shape.pattern, 80)}"))
    return found


def _no_text(value: Any) -> Violations:
    if isinstance(value, TextIOBase):
        return (Violation("bound", shown(value), "is not a string: pass its text, read()"),)
    if is_file(value):
        what = "is not a string: pass text, decoded or as base64, a URL where allowed, or send a form"
        return (Violation("bound", f"a file ({type(value).__name__})", what),)
    return mismatch(value, "a string")


def _number(shape: Number, value: Any) -> Violations:
    whole = isinstance(shape, Integer)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return mismatch(value, "a whole number" if whole else "a number")
    if isinstance(value, float):
        if not isfinite(value):
            return mismatch(value, "a finite number")
        if whole and not value.is_integer():
            return mismatch(value, "a whole number")
    found = []
    if shape.maximum is not None and value > shape.maximum:
        found.append(f"is more than {shape.maximum}")
    if shape.minimum is not None and value < shape.minimum:
        found.append(f"is less than {shape.minimum}")
    if shape.above is not None and value <= shape.above:
        found.append(f"is not more than {shape.above}")
    if shape.below is not None and value >= shape.below:
        found.append(f"is not less than {shape.below}")
    if shape.multiple_of and not _is_multiple(value, shape.multiple_of):
        found.append(f"is not a multiple of {shape.multiple_of}")
    return [Violation("bound", shown(value), what) for what in found]


def _is_multiple(value: float, step: float) -> bool:
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    try:
        times = value / step
        return isclose(times, round(times), rel_tol=1e-9, abs_tol=1e-9)
    except OverflowError:
        return True


def _boolean(_shape: Boolean, value: Any) -> Violations:
    return () if isinstance(value, bool) else mismatch(value, "true or false")


def _null(_shape: Null, value: Any) -> Violations:
    return mismatch(value, "null")


def _choice(shape: Choice, value: Any) -> Violations:
    values = shape.values
    if value.__class__ is str and value in values:
        return ()
    if any(value == item and isinstance(value, bool) == isinstance(item, bool) for item in values):
        return ()
    known = ", ".join(str(item) or "''" for item in values[:_VALUES_SHOWN])
    if len(values) > _VALUES_SHOWN:
        known += f" and {len(values) - _VALUES_SHOWN} more"
    if not any(isinstance(value, type(item)) and isinstance(value, bool) == isinstance(item, bool) for item in values):
        return mismatch(value, f"one of {known}" if len(values) > 1 else known)
    return (Violation("value", shown(value), known),)


def _binary(_shape: Binary, value: Any) -> Violations:
    content = value[1] if isinstance(value, tuple) and is_file(value) else value
    if isinstance(content, TextIOBase):
        return _text_mode(content)
    return () if is_file(value) else mismatch(value, "a file: pass bytes, an open file, or (name, content)")


def _text_mode(file: TextIOBase) -> Violations:
    return (Violation("bound", shown(file), "is open in text mode: open it in binary mode"),)


def _array(shape: Array, value: Any) -> Violations:
    items = listed(value)
    if items is None:
        return mismatch(value, "a list")
    found: list[Violation] = []
    if shape.max_items is not None and len(items) > shape.max_items:
        found.append(bound(count(len(items), "item"), f"more than {shape.max_items:,}"))
    if shape.min_items is not None and len(items) < shape.min_items:
        found.append(bound(count(len(items), "item"), f"less than {shape.min_items:,}"))
    free, kinds = _UNBOUNDED.get(type(shape.item), (None, frozenset()))
    if shape.item == free and kinds.issuperset(map(type, items)):
        return found  # the numbers of a vector, without a look at each
    for index, item in enumerate(items):
        if below := find_violations(shape.item, item):
            found += under(index, below)
    return found


def _vector(shape: Vector, value: Any) -> Violations:
    return _array(shape, shape.decode(value))


def _dictionary(shape: Dictionary, value: Any) -> Violations:
    if not isinstance(value, Mapping):
        return mismatch(value, "an object")
    found: list[Violation] = []
    if type(shape.value) in _CHECKS:
        for name, item in value.items():
            if below := find_violations(shape.value, item):
                found += under(str(name), below)
    return found


def _declared(declared: Any, value: Any) -> Violations:  # a field, see `fields_by_wire`
    if declared.is_limit and isinstance(shape := without_null(declared.shape), Ref):
        return _model(shape, value, is_limit=True)
    return find_violations(declared.shape, value)


def _model(shape: Ref, value: Any, *, is_limit: bool = False) -> Violations:
    model = shape.model
    own: Mapping[str, Any] = {}  # fields, see `fields_by_wire`
    if isinstance(value, Model):
        own = fields_by_wire(type(value))  # its fields are reported by their names in Python
        value = given_fields(value)
    elif value.__class__ is not dict and not isinstance(value, Mapping):
        return mismatch(value, f"an object{_expected(model, value)}")
    fields = fields_by_wire(model)
    found: list[Violation] = []
    for wire, item in value.items():
        declared = fields.get(wire)
        if declared is None:
            found += _undeclared(model, str(wire), is_closed=is_limit or model.__closed__)
        elif declared.is_limit and (null := _place_of_null(item)) is not None:
            found.append(Violation("limit", place=(own[wire].name if wire in own else wire, *null)))
        elif item is not UNSET and (below := _declared(declared, item)):
            found += under(own[wire].name if wire in own else wire, below)
    for wire, declared in fields.items():
        if declared.required and value.get(wire, UNSET) is UNSET:
            found.append(Violation("missing", place=(own[wire].name if wire in own else wire,)))
    return found


def _expected(model: type[Record], value: Any) -> str:
    """Return what an object needs that a text was given for, where that is little: `: expected {"url": ...}`."""
    if isinstance(value, type):
        return ": parse() takes a type of output"
    if not isinstance(value, str):
        return ": run_tools() and parse() take functions as tools" if inspect.isroutine(value) else ""
    names = [wire for wire, declared in fields_by_wire(model).items() if declared.required]
    listed_fields = ", ".join(f'"{name}": ...' for name in names)
    return f": expected {{{listed_fields}}}" if 0 < len(names) <= _FIELDS_SHOWN else ""


def _undeclared(model: type[Record], wire: str, *, is_closed: bool) -> Violations:
    """
    Report undeclared fields: all of a closed object, and of a limit of spending, since a misspelt one would be no
    limit; in an open object those whose name is near a declared one.
    """
    if is_closed:
        return (Violation("field", what=hint(wire, fields_by_wire(model)), place=(wire,)),)
    near = nearest(wire, fields_by_wire(model), cutoff=_NEAR)
    return (Violation("near", what=near, place=(wire,)),) if near else ()


def _place_of_null(value: Any) -> tuple[str, ...] | None:
    """Return where a value is null; None where it is not."""
    if isinstance(value, Model):
        value = given_fields(value)
    below = value.items() if isinstance(value, Mapping) else ()
    places = ((str(name), *place) for name, item in below if (place := _place_of_null(item)) is not None)
    return () if value is None else next(places, None)


def _any_of(shape: AnyOf, value: Any) -> Violations:
    fields = value
    if value.__class__ in _LEAVES:
        return _best(shape, value, fields)
    if isinstance(value, Model):
        for item in shape.branches:
            if isinstance(item, Ref) and item.name == type(value).__name__ and item.model is type(value):
                return _model(item, value)
        fields = given_fields(value)
    branch = shape.named_branch(fields) if isinstance(fields, Mapping) else None
    if branch is not None:
        return find_violations(branch, value)
    name, known = shape.tags if isinstance(fields, Mapping) else ("", {})
    if name and isinstance(fields.get(name), str):
        # An object of a new kind: nothing more can be said of it.
        listed_values = ", ".join(str(value) for _, value in known)
        return (Violation("value", shown(fields[name]), listed_values, (name,)),)
    return _best(shape, value, fields)


def _best(shape: AnyOf, value: Any, fields: Any) -> Violations:
    """Return the violations of the nearest branch; none where a branch accepts the value."""
    tried = []
    for item in shape.branches:
        found = find_violations(item, value)
        if not found:
            return ()
        tried.append((item, found))
    if all(len(found) == 1 and found[0].kind == "type" and not found[0].place for _, found in tried):
        kinds = dict.fromkeys(found[0].what for item, found in tried if not isinstance(item, Null))
        if len([item for item, _ in tried if isinstance(item, Ref)]) > 1:  # what each of them needs says too much
            kinds = dict.fromkeys(what.partition(": expected")[0] for what in kinds)
        return (evolve(tried[0][1][0], what=" or ".join(sorted(kinds, key=_has_hint))),)
    return min(tried, key=lambda pair: _badness(pair[0], pair[1], fields))[1]


def _badness(shape: Shape, found: Violations, value: Any) -> tuple[bool, bool, int]:
    """Rank a branch by its distance to the value: unknown enum values first, then the same type, then the best fit."""
    other_type = found[0].kind == "type" and not found[0].place
    return any(item.kind not in NEW for item in found), other_type, -shape.fits(value)


def _has_hint(what: str) -> bool:
    return ":" in what


def under(step: str | int, found: Violations) -> list[Violation]:
    """Return violations of a part of a value with their places in the whole."""
    return [evolve(item, place=(step, *item.place)) for item in found]


_CHECKS: Mapping[type[Shape], Callable[[Any, Any], Violations]] = {
    AnyOf: _any_of,
    Array: _array,
    Binary: _binary,
    Boolean: _boolean,
    Choice: _choice,
    Dictionary: _dictionary,
    Integer: _number,
    Null: _null,
    Number: _number,
    Ref: _model,
    Text: _text,
    Vector: _vector,
}
_UNBOUNDED: Mapping[type[Shape], tuple[Shape, frozenset[type]]] = {
    Integer: (Integer(), frozenset({int})),
    Number: (Number(), frozenset({int, float})),
    Text: (Text(), frozenset({str})),
}
