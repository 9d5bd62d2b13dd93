"""
The body of a request: which of an operation's bodies takes what was given, and how it is written, as JSON or as a form.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cache
from math import isfinite
from typing import Any
from urllib.parse import urlencode

from venice_client._core.errors import ArgumentError, RequestValidationError
from venice_client._core.request.call import Part, Request
from venice_client._core.request.content import raw_content
from venice_client._core.request.json import JSONPieces, write_json
from venice_client._core.request.options import has_header
from venice_client._core.schema.encoding import encode
from venice_client._core.schema.fields import hint
from venice_client._core.schema.inputs import input_value
from venice_client._core.schema.media_types import OCTETS, URLENCODED, is_json, is_raw
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import Anything, Array, Ref, Shape
from venice_client._core.schema.values import is_content, is_file
from venice_client._core.schema.violation import path

_JSON_LEAVES = frozenset({str, int, bool, type(None)})
_NO_CONTENT = frozenset({dict, list, float})


def choose_body(
    operation: Operation,
    values: Mapping[str, Any],
    extra: object = None,
    *,
    by_name: bool = False,
) -> Any:
    """
    Make the body that takes what was given, out of the bodies that an operation declares.

    `values` are by their names on the wire; with `by_name`, by their names in Python. A file among them makes it a
    form where there is one. Returns UNSET where nothing was given and nothing is needed. Raises
    RequestValidationError where no body takes all of them together.
    """
    given = {name: value for name, value in values.items() if value is not UNSET}
    if not given and (not extra or extra is UNSET) and not operation.body_required:
        return UNSET
    bodies = [(media_type, shape.model) for media_type, shape in operation.bodies.items() if isinstance(shape, Ref)]
    if len(bodies) > 1:
        has_file = any(is_file(item) for value in given.values() for item in _items(value))
        bodies.sort(key=lambda body: is_json(body[0]) == has_file)
    known: set[str] = set()
    for _, model in bodies:
        names = _names(model, by_name=by_name)
        if given.keys() <= names.keys():
            # Not by the constructor, which fills all fields: of forty, few are given.
            made = model.from_dict({})
            for key, value in given.items():
                declared = model.__fields__[names[key]]
                if value is not None or not declared.drops_null:
                    setattr(made, names[key], _input(value, declared.shape, names[key]))
            return made
        known |= names.keys()
    unknown = sorted(set(given) - known)
    if unknown:
        way_out = "; extra_body sends fields that the contract lacks"
        raise ArgumentError(
            [f"{operation.name}: unexpected argument {name!r}{hint(name, known) or way_out}" for name in unknown]
        )
    raise RequestValidationError([f"no body of {operation.key} takes all of {', '.join(sorted(given))} together"])


def _input(value: Any, shape: Shape, name: str) -> Any:
    try:
        return input_value(value, shape)
    except RecursionError:
        raise RequestValidationError([f"{name}: it is nested too deeply, or holds itself"]) from None


@cache
def _names(model: Any, *, by_name: bool) -> dict[str, str]:
    """Return the names in Python of a model's fields by what they are given by."""
    return {name if by_name else declared.wire: name for name, declared in model.__fields__.items()}


def input_body(operation: Operation, body: Any, media_type: str | None) -> Any:
    """
    Return a caller's body as the wire has it. A model stays one, so that its fields are reported by their names.

    Raises RequestValidationError for a body that holds itself.
    """
    if body is UNSET or (body is None and not operation.body_required):
        return UNSET
    try:
        return _input_body(operation, body, media_type)
    except RecursionError:
        raise RequestValidationError(["body: it is nested too deeply, or holds itself"]) from None


def _input_body(operation: Operation, body: Any, media_type: str | None) -> Any:
    shape = operation.bodies.get(media_type or body_media_type(operation, body) or "", Anything())
    if not isinstance(body, Model):
        return input_value(body, shape)
    made = copy(body)
    for name, declared in type(body).__fields__.items():
        value = getattr(body, name) if body.is_set(name) else UNSET
        if value is None and declared.drops_null:
            setattr(made, name, UNSET)
        elif value is not UNSET:
            setattr(made, name, input_value(value, declared.shape))
    return made


def write_body(
    request: Request,
    operation: Operation,
    body: Any,
    media_type: str | None,
    extra: Mapping[str, Any],
    problems: list[str],
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
        problems.append(f"body: {operation.key} takes none")
        return
    if is_raw(media_type) and body is not UNSET and not extra:
        request.content = raw_content(body)
        if not has_header(request.headers, "Content-Type"):
            charset = "; charset=utf-8" if isinstance(body, str) and "charset" not in media_type.lower() else ""
            request.headers["Content-Type"] = f"{media_type}{charset}" if "*" not in media_type else OCTETS
        return
    try:
        payload, more = {} if body is UNSET else encode(body), encode(extra)
    except RecursionError:
        problems.append("body: it is nested too deeply, or holds itself")
        return
    if more:
        if not isinstance(payload, dict):
            problems.append("extra_body: only a body that is an object can be added to")
            return
        payload = payload | more
    if is_json(media_type):
        request.content = content = _json(payload, problems)
        if not has_header(request.headers, "Content-Type"):
            request.headers["Content-Type"] = media_type
        if isinstance(content, JSONPieces):
            request.headers["Content-Length"] = str(content.length)
        if operation.streams and isinstance(payload, dict) and payload.get("stream") is True:
            request.is_event_stream = True
    elif not isinstance(payload, dict):
        problems.append(f"body: a form takes a mapping of its fields, not {type(payload).__name__}")
    elif media_type == URLENCODED:
        fields = _form(payload, operation.bodies.get(media_type))
        request.content = urlencode([(name, content) for name, (_, content, _) in fields]).encode()
        if not has_header(request.headers, "Content-Type"):
            request.headers["Content-Type"] = media_type
    else:
        request.form = list(_form(payload, operation.bodies.get(media_type)))


def body_media_type(operation: Operation, body: Any) -> str | None:
    """Return the media type that a body is written in: of the shape that it is made for, else the first."""
    for media_type, shape in operation.bodies.items():
        if isinstance(body, Model) and isinstance(shape, Ref) and isinstance(body, shape.model):
            return media_type
    forms = [media_type for media_type in operation.bodies if not is_json(media_type)]
    if forms and isinstance(body, Mapping) and any(is_file(item) for value in body.values() for item in _items(value)):
        return forms[0]  # a file travels in a form, in a plain mapping too
    return next(iter(operation.bodies), None)


def _json(payload: Any, problems: list[str]) -> bytes | JSONPieces | None:
    if not _fits(payload):
        problems += _unfit(payload, ())
        return None
    try:
        return write_json(payload)
    except (TypeError, ValueError, RecursionError) as error:
        problems.append(f"body: cannot be written as JSON: {error}")
        return None


def _fits(value: Any) -> bool:
    """Whether the encoder changes nothing of a value without a word. All is looked at, so it is quick."""
    kind = value.__class__
    if kind in _JSON_LEAVES:
        return True
    if kind is dict:
        return all(item.__class__ in _JSON_LEAVES or _fits(item) for item in value.values())
    if kind is list:
        return all(item.__class__ in _JSON_LEAVES or _fits(item) for item in value)
    return next(_unfit(value, ()), None) is None


def _unfit(value: Any, place: tuple[str | int, ...]) -> Iterator[str]:
    """What the encoder would change without a word, by its place: bytes to base64, NaN to null."""
    if value.__class__ not in _NO_CONTENT and is_content(value):
        kind = type(value).__name__
        yield f"{path(place)}: a file ({kind}) has no form in JSON: pass base64 text or a URL, or send a form"
    elif isinstance(value, float) and not isfinite(value):
        yield f"{path(place)}: {value} has no form in JSON"
    elif isinstance(value, dict | list | tuple):  # `encode` leaves no other mapping
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            if type(item) not in _JSON_LEAVES:
                yield from _unfit(item, (*place, name))


def _form(payload: Mapping[str, Any], shape: Shape | None) -> Iterable[tuple[str, Part]]:
    declared = {item.wire: item.shape for item in shape.model.__fields__.values()} if isinstance(shape, Ref) else {}
    for name, value in payload.items():
        if value is None:
            continue
        repeated = isinstance(declared.get(name), Array) or any(is_file(item) for item in _items(value))
        for item in _items(value) if repeated else [value]:
            yield name, _part(name, item)


def _part(name: str, value: Any) -> Part:
    if isinstance(value, tuple) and is_file(value):
        return (value[0] or name, _content(value[1]), value[2] if len(value) == 3 else None)
    if is_content(value):
        return (name, _content(value), "application/octet-stream")
    return (None, text_of(value), None)


def _content(value: Any) -> Any:
    return bytes(value) if isinstance(value, bytearray | memoryview) else value


def _items(value: Any) -> Sequence[Any]:
    """The values of a field that may be repeated; a tuple may itself be a file."""
    return value if isinstance(value, list | tuple) and not is_file(value) else [value]


def text_of(value: Any) -> str:
    """Write a value where only text can stand: in a URL, a header, a form."""
    value = encode(value)
    if isinstance(value, str):
        try:
            _ = value.isascii() or value.encode()  # a long text is often base64: nothing is copied then
        except UnicodeEncodeError:
            raise RequestValidationError(
                ["a text holds half of a surrogate pair, which UTF-8 has no form for"]
            ) from None
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
