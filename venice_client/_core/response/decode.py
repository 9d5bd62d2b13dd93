"""
Decode a response of success by its own Content-Type, or by the first bytes where that is wrong.

The value is of the declared kind (JSON, text, a file), or an error: never a value of another kind. A body that departs
from the contract in other ways is decoded as far as possible. ResponseDecodeError keeps the bytes: they may have been
paid for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any, Final

from venice_client._core.errors import ResponseDecodeError
from venice_client._core.response.answer import Answer, undecodable
from venice_client._core.response.binary import BinaryContent
from venice_client._core.response.error_body import error_in_success, holds_error
from venice_client._core.response.json import BOM, parse_json
from venice_client._core.response.sniffing import sniff
from venice_client._core.response.text import decode_text
from venice_client._core.schema.media_types import EVENT_STREAM, HTML, JSON, OCTETS, best_match, is_json
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.shapes import Anything, Shape

_TEXT_LIKE: Final = ("application/xml", "application/yaml", "application/x-ndjson")
_MARKED: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"})
"""Media types whose files begin with a mark that `sniff` knows."""


def decode(
    operation: Operation | None,
    answer: Answer,
    *,
    strict: bool = False,
    secrets: Callable[[], Collection[str]] = tuple,
) -> Any:
    """
    Return the value of a 2xx response: a model or other JSON, text, or BinaryContent; None for an empty one.

    Raises ResponseDecodeError for a body of another kind than the contract declares, and VeniceAPIError for JSON that
    is an error. With `strict`, a response that departs from the contract raises ResponseDecodeError. No error shows
    one of the `secrets`, which are read for errors alone.
    """
    content = answer.content
    declared = declared_by(operation, answer.status_code)
    if not content:
        if declared and answer.status_code not in (204, 205):
            raise _unreadable("is empty, although the contract declares a body", answer, None)
        return None
    named = answer.media_type
    media_type = named or _guess(content, declared)
    if named and declared and not strict:
        media_type = _true_type(named, content, declared)
    is_json_body = is_json(media_type)
    if operation is not None and not is_json_body and _looks_like_json(content):
        with suppress(ValueError, RecursionError):  # no JSON after all
            _raise_error(parse_json(content), None, operation, answer, secrets)
    shape = shape_of(declared, media_type)
    is_other = bool(declared) and shape is None and not strict and not _like(media_type, declared)
    if is_other and not is_json_body and media_type != HTML:
        raise _mismatch(media_type, declared, answer)
    if is_json_body:
        raw = _json(answer, media_type)
        if operation is not None:
            _raise_error(raw, shape, operation, answer, secrets)
        if is_other:
            raise _mismatch(media_type, declared, answer)
        shape = shape or next((item for kind, item in declared.items() if is_json(kind)), Anything())
        if strict and declared:
            _require_valid(shape, raw, declared, answer, media_type)
        return shape.decode(raw)
    if media_type == HTML and shape is None and operation is not None:
        raise _unreadable("is an HTML page, most likely of a proxy", answer, media_type)
    if strict and declared and shape is None:
        _require_valid(Anything(), None, declared, answer, media_type)
    if _family(media_type) in ("text", EVENT_STREAM):
        return decode_text(content, answer.headers)
    if media_type in _MARKED and operation is not None and sniff(content) is None:
        what = f"is {media_type} by its Content-Type, but its first bytes are not those of such a file"
        raise _unreadable(what, answer, media_type)
    return BinaryContent(content, media_type, answer.headers)


def declared_by(operation: Operation | None, status: int) -> Mapping[str, Shape]:
    """Return the declared bodies of a status by media type, or of any success where the status is not declared."""
    return (operation.results.get(str(status)) or operation.successes) if operation is not None else {}


def shape_of(declared: Mapping[str, Shape], media_type: str) -> Shape | None:
    """Return the shape of the declared media type that fits best; None where none fits."""
    kind = best_match(tuple(declared), media_type)
    return None if kind is None else declared[kind]


def _require_valid(shape: Shape, raw: Any, declared: Mapping[str, Shape], answer: Answer, media_type: str) -> None:
    """Raise where a response departs from the contract, by its media type or by its values."""
    from venice_client._core.response.strict import require_valid

    if shape_of(declared, media_type) is None and not (is_json(media_type) and any(map(is_json, declared))):
        problem = f"media type: {media_type} is none of {', '.join(declared)}"
        text = f"the response departs from the contract: {problem}"
        raise undecodable(text, answer, answer.content, media_type=media_type, departures=[problem])
    require_valid(shape, raw, answer, answer.content, media_type)


def _guess(content: bytes, declared: Mapping[str, Shape]) -> str:
    """Return the media type of a body that names none: JSON where it looks like it, else what is declared."""
    if _looks_like_json(content) and (not declared or any(map(is_json, declared)) or b'"error"' in content[:200]):
        return JSON
    others = [kind for kind in declared if not is_json(kind) and kind != EVENT_STREAM]
    return others[0] if len(others) == 1 else sniff(content) or OCTETS


def _true_type(named: str, content: bytes, declared: Mapping[str, Shape]) -> str:
    """
    Return the media type of a body: the named one, unless the body plainly is of another kind that is declared.

    A file is recognised by its first bytes. JSON in spite of its name is JSON where that is declared, or may be an
    error.
    """
    family = _family(named)
    if family in ("json", EVENT_STREAM):
        found = None if _looks_like_json(content) else sniff(content)
        return found if found and shape_of(declared, found) is not None else named
    if family == "bytes" or shape_of(declared, named) is None:
        found = sniff(content)
        if found and (shape_of(declared, found) is not None or _same_kind(found, named)):
            return found
    if _looks_like_json(content) and not _like(named, declared) and any(map(is_json, declared)):
        return next(filter(is_json, declared))
    if _looks_like_json(content) and family == "bytes":
        return JSON  # no file begins so
    return named


def _same_kind(one: str, other: str) -> bool:
    return one.partition("/")[0] == other.partition("/")[0]


def _looks_like_json(content: bytes) -> bool:
    return content[:64].removeprefix(BOM).lstrip()[:1] in (b"{", b"[")


def _family(media_type: str) -> str:
    if media_type == EVENT_STREAM:
        return media_type
    if is_json(media_type):
        return "json"
    return "text" if media_type.startswith("text/") or media_type in _TEXT_LIKE else "bytes"


def _like(media_type: str, declared: Mapping[str, Shape]) -> bool:
    """Whether a body of a media type gives the same kind of value as a declared one: JSON, a text, or bytes."""
    family = _family(media_type)
    return any(_family(kind) == family for kind in declared)


def _json(answer: Answer, media_type: str) -> Any:
    try:
        return parse_json(answer.content)
    except (ValueError, RecursionError) as error:
        raise _unreadable(f"is not valid JSON: {error}", answer, media_type) from None


def _raise_error(
    raw: Any, shape: Shape | None, operation: Operation, answer: Answer, secrets: Callable[[], Collection[str]]
) -> None:
    """Raise the error that a body is instead of its value."""
    if holds_error(raw, shape):
        raise error_in_success(raw, answer, method=operation.method, path=operation.path, secrets=secrets())


def _mismatch(media_type: str, declared: Mapping[str, Shape], answer: Answer) -> ResponseDecodeError:
    what = f"is {media_type[:80]}, where the contract has {', '.join(declared)}"
    return _unreadable(what, answer, media_type)


def _unreadable(what: str, answer: Answer, media_type: str | None) -> ResponseDecodeError:
    return undecodable(f"the response {what}", answer, answer.content, media_type=media_type)
