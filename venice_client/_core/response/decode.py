"""
Decode a response of success by its own Content-Type, or by the first bytes where that is wrong.

The value is of the declared kind (JSON, text, a file), or an error: never a value of another kind. A body that departs
from the contract in other ways is decoded as far as possible. ResponseDecodeError keeps the bytes: they may have been
paid for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from venice_client._core.errors import ResponseDecodeError, VeniceAPIError
from venice_client._core.response.binary import BinaryContent
from venice_client._core.response.error_body import error_in_success, holds_error
from venice_client._core.response.json import BOM, parse_json
from venice_client._core.response.sniffing import sniff
from venice_client._core.schema.media_types import (
    EVENT_STREAM,
    HTML,
    JSON,
    OCTETS,
    best_match,
    charset_of,
    essence,
    is_json,
)
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.shapes import Anything, Shape

_TEXT_LIKE: Final = ("application/xml", "application/yaml", "application/x-ndjson")
_MARKED: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"})
"""Media types whose files begin with a mark that `sniff` knows."""


def decode(
    operation: Operation | None,
    status: int,
    headers: Mapping[str, str],
    content: bytes,
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
    declared = declared_by(operation, status)
    if not content:
        return _empty(operation, status, headers, declared)
    named = essence(headers.get("content-type", ""))
    media_type = named or _guess(content, declared)
    if named and declared and not strict:
        media_type = _true_type(named, content, declared)
    if operation is not None and not is_json(media_type) and _looks_like_json(content):
        raw = _try_json(content)
        if holds_error(raw, None):
            raise _error(raw, operation, headers, content, secrets)
    shape = _shape(declared, media_type)
    is_json_body = is_json(media_type)
    is_other = bool(declared) and shape is None and not strict and not _like(media_type, declared)
    if is_other and not is_json_body and media_type != HTML:
        raise _mismatch(status, media_type, headers, content, declared)
    if is_json_body:
        raw = _json(status, media_type, headers, content)
        if operation is not None and holds_error(raw, shape):
            raise _error(raw, operation, headers, content, secrets)
        if is_other:
            raise _mismatch(status, media_type, headers, content, declared)
        shape = shape or next((item for kind, item in declared.items() if is_json(kind)), Anything())
        if strict and declared:
            _demand(shape, raw, declared, status=status, media_type=media_type, headers=headers, content=content)
        return shape.decode(raw)
    if media_type == HTML and shape is None and operation is not None:
        raise _unreadable("is a page in HTML, most likely of a proxy on the way", status, media_type, headers, content)
    if strict and declared and shape is None:
        _demand(Anything(), None, declared, status=status, media_type=media_type, headers=headers, content=content)
    if media_type.startswith("text/") or media_type in _TEXT_LIKE:
        return _text(headers, content)
    if media_type in _MARKED and operation is not None and sniff(content) is None:
        what = f"is {media_type} by its name, and does not begin as such a file does"
        raise _unreadable(what, status, media_type, headers, content)
    return BinaryContent(content, media_type, headers)


def declared_by(operation: Operation | None, status: int) -> Mapping[str, Shape]:
    """Return the declared bodies of a status by media type, or of any success where the status is not declared."""
    if operation is None:
        return {}
    exact = operation.results.get(str(status))
    if exact:
        return exact
    return {
        kind: shape
        for code, content in operation.results.items()
        if code.startswith("2") or code == "default"
        for kind, shape in content.items()
    }


def _shape(declared: Mapping[str, Shape], media_type: str) -> Shape | None:
    kind = best_match(tuple(declared), media_type)
    return None if kind is None else declared[kind]


def _demand(shape: Shape, raw: Any, declared: Mapping[str, Shape], **answer: Any) -> None:
    """Raise where a response departs from the contract, by its media type or by its values."""
    from venice_client._core.response.strict import demand, refuse

    media_type = answer["media_type"]
    if _shape(declared, media_type) is None and not (is_json(media_type) and any(map(is_json, declared))):
        refuse([f"media type: {media_type} is none of {', '.join(declared)}"], 1, **answer)
    demand(shape, raw, **answer)


def _empty(operation: Operation | None, status: int, headers: Mapping[str, str], declared: Mapping[str, Shape]) -> None:
    if operation is not None and declared and status not in (204, 205):
        raise _unreadable("is empty, although the contract declares a body", status, None, headers, b"")


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
        return found if found and _shape(declared, found) is not None else named
    if family == "bytes" or _shape(declared, named) is None:
        found = sniff(content)
        if found and (_shape(declared, found) is not None or _same_kind(found, named)):
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


def _json(status: int, media_type: str, headers: Mapping[str, str], content: bytes) -> Any:
    try:
        return parse_json(content)
    except (ValueError, RecursionError) as error:
        raise _unreadable(
            f"is not the JSON that it says it is: {error}", status, media_type, headers, content
        ) from None


def _try_json(content: bytes) -> Any:
    try:
        return parse_json(content)
    except (ValueError, RecursionError):
        return None


def _text(headers: Mapping[str, str], content: bytes) -> str:
    try:
        return content.removeprefix(BOM).decode(charset_of(headers), errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")


def _error(
    raw: Any, operation: Operation, headers: Mapping[str, str], content: bytes, secrets: Callable[[], Collection[str]]
) -> VeniceAPIError:
    return error_in_success(
        raw, headers=headers, content=content, method=operation.method, path=operation.path, secrets=secrets()
    )


def _mismatch(
    status: int, media_type: str, headers: Mapping[str, str], content: bytes, declared: Mapping[str, Shape]
) -> ResponseDecodeError:
    what = f"is {media_type[:80]}, where the contract has {', '.join(declared)}"
    return _unreadable(what, status, media_type, headers, content)


def _unreadable(
    what: str, status: int, media_type: str | None, headers: Mapping[str, str], content: bytes
) -> ResponseDecodeError:
    return ResponseDecodeError(
        f"the response {what}",
        status=status,
        media_type=media_type,
        body=content,
        request_id=headers.get("cf-ray"),
    )
