"""
The body of a request: the choice among the bodies of an operation, and its encoding as JSON or as a form.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import isfinite
from os import PathLike
from typing import Any
from urllib.parse import urlencode

from venice_client._core.errors import ArgumentError, RequestValidationError
from venice_client._core.headers import set_default_header
from venice_client._core.request.call import Part, Request
from venice_client._core.request.content import raw_content
from venice_client._core.request.json import JSONPieces, write_json
from venice_client._core.request.multipart import write_form
from venice_client._core.schema.encoding import INERT, encode, given_fields
from venice_client._core.schema.fields import hint
from venice_client._core.schema.inputs import bounded_input, input_model
from venice_client._core.schema.media_types import OCTETS, URLENCODED, is_json, is_raw
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.record import Record, fields_by_wire, model_of
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import Anything, Array, Ref, Shape, without_null
from venice_client._core.schema.values import is_content, is_file
from venice_client._core.schema.violation import path

_JSON_LEAVES = frozenset({str, int, bool, type(None)})
_NO_CONTENT = frozenset({dict, list, float})
_NO_FILES = INERT | {dict, type(None)}


def choose_body(
    operation: Operation,
    values: Mapping[str, Any],
    extra: object = None,
    *,
    by_name: bool = False,
) -> Any:
    """
    Make a body of one of the types that an operation declares, from the given values.

    `values` are by their names on the wire; with `by_name`, by their names in Python. A file among them makes it a
    form where there is one. They stay as they are: `input_body` converts them. Returns UNSET where nothing was given
    and nothing is needed. Raises RequestValidationError where no body takes all of them together.
    """
    given = {name: value for name, value in values.items() if value is not UNSET}
    if not given and (not extra or extra is UNSET) and not operation.body_required:
        return UNSET
    known: set[str] = set()
    for model in _models(operation, with_file=len(operation.bodies) > 1 and _hold_file(given.values())):
        fields = model.__fields__ if by_name else fields_by_wire(model)
        if given.keys() <= fields.keys():
            # Not by the constructor, which fills all fields: of forty, few are given.
            made = {
                fields[key].name: value
                for key, value in given.items()
                if value is not None or not fields[key].drops_null
            }
            return model_of(model, made)
        known |= fields.keys()
    unknown = sorted(set(given) - known)
    if unknown:
        way_out = "; extra_body sends fields that the contract lacks"
        raise ArgumentError(
            [f"{operation.name}: unexpected argument {name!r}{hint(name, known) or way_out}" for name in unknown]
        )
    raise RequestValidationError([f"no body of {operation.key} takes all of {', '.join(sorted(given))} together"])


@cache
def _models(operation: Operation, *, with_file: bool) -> tuple[type[Record], ...]:
    """Return the models of an operation's bodies: those of forms first for values with a file, else those of JSON."""
    models = [(media_type, shape.model) for media_type, shape in operation.bodies.items() if isinstance(shape, Ref)]
    return tuple(model for _, model in sorted(models, key=lambda body: is_json(body[0]) == with_file))


def _hold_file(values: Iterable[Any]) -> bool:
    """Whether one of the values, or one of their items, is a file."""
    for value in values:
        if value.__class__ not in _NO_FILES and (is_file(value) or any(map(is_file, _items(value) or ()))):
            return True
    return False


def input_body(operation: Operation, body: Any, media_type: str | None) -> Any:
    """
    Return a caller's body as the wire has it. A model stays one, so that its fields are reported by their names.

    Raises RequestValidationError for a body that holds itself.
    """
    if body is UNSET or (body is None and not operation.body_required):
        return UNSET
    if isinstance(body, Model):
        return input_model(body)
    shape = operation.bodies.get(media_type or body_media_type(operation, body) or "", Anything())
    return bounded_input(body, shape, "body")


def write_body(
    request: Request,
    operation: Operation,
    body: Any,
    media_type: str | None,
    extra: Mapping[str, Any],
    problems: list[str],
    *,
    is_plain: bool = False,
) -> None:
    """
    Write a body, with what is to be added to it, into the request. What cannot be written is added to the problems.

    `validation` checks the values against the contract.
    """
    if body is UNSET and not extra:
        if operation.body_required:
            problems.append("body: required, and not given")
        return
    if media_type is None:
        problems.append(f"body: {operation.key} takes no body")
        return
    if is_raw(media_type) and body is not UNSET and not extra:
        request.content = raw_content(body)
        charset = "; charset=utf-8" if isinstance(body, str) and "charset" not in media_type.lower() else ""
        set_default_header(request.headers, "Content-Type", OCTETS if "*" in media_type else f"{media_type}{charset}")
        return
    payload: Any = {} if body is UNSET else given_fields(body) if isinstance(body, Model) else body
    if extra:
        if not isinstance(payload, dict):
            problems.append(f"extra_body requires a body that is an object, got {type(payload).__name__}")
            return
        payload = {**payload, **bounded_input(extra, Anything(), "extra_body")}
    if is_json(media_type):
        request.content = content = _json(payload, problems, is_plain=is_plain)
        set_default_header(request.headers, "Content-Type", media_type)
        if isinstance(content, JSONPieces):
            request.headers["Content-Length"] = str(content.length)
        if operation.streams and isinstance(payload, dict) and payload.get("stream") is True:
            request.is_event_stream = True
    elif not isinstance(payload, dict):
        problems.append(f"body: a form must be a mapping of its fields, got {type(payload).__name__}")
    elif media_type == URLENCODED:
        fields = _form(payload, operation.bodies.get(media_type))
        request.content = urlencode([(name, content) for name, (_, content, _) in fields]).encode()
        set_default_header(request.headers, "Content-Type", media_type)
    else:
        write_form(request, _form(payload, operation.bodies.get(media_type)))


def body_media_type(operation: Operation, body: Any) -> str | None:
    """Return the media type that a body is written in: of the shape that it is made for, else the first."""
    if isinstance(body, Model):
        return _media_type_of(operation, type(body))
    if isinstance(body, Mapping) and _hold_file(body.values()):
        forms = [media_type for media_type in operation.bodies if not is_json(media_type)]
        if forms:
            return forms[0]  # a file travels in a form, in a plain mapping too
    return next(iter(operation.bodies), None)


@cache
def _media_type_of(operation: Operation, model: Any) -> str | None:
    for media_type, shape in operation.bodies.items():
        if isinstance(shape, Ref) and issubclass(model, shape.model):
            return media_type
    return next(iter(operation.bodies), None)


def _json(payload: Any, problems: list[str], *, is_plain: bool) -> bytes | JSONPieces | None:
    try:
        if not is_plain and (unfit := list(_unfit(payload, ()))):
            problems += unfit
            return None
        return write_json(payload)
    except (TypeError, ValueError, RecursionError) as error:
        problems.append(f"body: cannot be written as JSON: {error}")
        return None


def _unfit(value: Any, place: tuple[str | int, ...]) -> Iterator[str]:
    """Return what the encoder would change silently, by its place: bytes to base64, NaN to null."""
    if value.__class__ not in _NO_CONTENT and (is_content(value) or isinstance(value, PathLike)):
        kind = type(value).__name__
        yield f"{path(place)}: a file ({kind}) cannot be sent as JSON: pass base64 text or a URL, or send a form"
    elif isinstance(value, float) and not isfinite(value):
        yield f"{path(place)}: {value} cannot be written as JSON"
    elif isinstance(value, dict | list | tuple):  # `input_value` leaves no other mapping
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            if type(item) not in _JSON_LEAVES:
                yield from _unfit(item, (*place, name))


def _form(payload: Mapping[str, Any], shape: Shape | None) -> list[tuple[str, Part]]:
    parts: list[tuple[str, Part]] = []
    for name, value in payload.items():
        if value.__class__ in INERT:
            parts.append((name, (None, text_of(value), None)))
        elif value is not None:
            items = _items(value)
            if items is None or not (_is_list(shape, name) or any(map(is_file, items))):
                items = [value]
            parts += [(name, _part(name, item)) for item in items]
    return parts


def _is_list(shape: Shape | None, wire: str) -> bool:
    """Whether a model declares a field as a list. A form that is not declared repeats the field, as HTTP clients do."""
    if isinstance(shape, Anything):
        return True
    declared = fields_by_wire(shape.model).get(wire) if isinstance(shape, Ref) else None
    return declared is not None and isinstance(without_null(declared.shape), Array)


def _part(name: str, value: Any) -> Part:
    is_named = isinstance(value, tuple) and is_file(value)
    if not is_named and not is_content(value):
        return (None, text_of(value), None)
    filename, content, *more = value if is_named else (name, value, OCTETS)
    if isinstance(content, bytearray | memoryview):
        content = bytes(content)
    return (filename or name, content, more[0] if more else None)


def _items(value: Any) -> Sequence[Any] | None:
    """Return the values of a field that may be repeated; None for a single one. A tuple may itself be a file."""
    return value if isinstance(value, list | tuple) and not is_file(value) else None


def text_of(value: Any) -> str:
    """Return a value as text, for a URL, a header or a form."""
    if value.__class__ is not str:
        value = encode(value)
    if isinstance(value, str):
        try:
            _ = value.isascii() or value.encode()  # a long text is often base64: nothing is copied then
        except UnicodeEncodeError:
            raise RequestValidationError(
                ["a text contains half of a surrogate pair, which UTF-8 cannot encode"]
            ) from None
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
