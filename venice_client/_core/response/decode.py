"""
Reads a success. The answer's own Content-Type decides which decoder runs, never the order of the contract.

A body that departs from the contract is not refused: it is decoded as far as it goes, and JSON is read under a wrong
name too. What cannot be read at all, or is plainly something else (a page in HTML where a picture was asked for, a
text where a model was), raises ResponseDecodeError, which keeps the bytes: they may have been paid for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from venice_client._core.errors import ResponseDecodeError
from venice_client._core.response.binary import BinaryContent
from venice_client._core.response.sniffing import sniff
from venice_client._core.schema.media_types import EVENT_STREAM, charset_of, is_json, media_type_of
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.shapes import Anything, Shape

_TEXT_LIKE = ("application/xml", "application/yaml", "application/x-ndjson")
_BOM = b"\xef\xbb\xbf"


def value_of(
    operation: Operation | None, status: int, headers: Mapping[str, str], content: bytes, *, strict: bool = False
) -> Any:
    """Return what `decode` does; a model remembers the response that it came in."""
    value = decode(operation, status, headers, content, strict=strict)
    if isinstance(value, Model):
        value._answer = (status, headers)  # noqa: SLF001  # the slot is there for this
    return value


def decode(
    operation: Operation | None, status: int, headers: Mapping[str, str], content: bytes, *, strict: bool = False
) -> Any:
    """
    Return the value of a 2xx answer: a model or what else JSON says, text, or BinaryContent; None for an empty one.

    With `strict`, an answer that departs from the contract raises instead of being decoded as far as it goes.
    """
    media_type = media_type_of(headers)
    shape = operation.shape(status, media_type) if operation else None
    declared = _declared(operation, status)
    if not content:
        return _empty(operation, status, headers, declared)
    if not media_type:
        media_type = _guess(content, declared)
    if not strict and declared and media_type not in declared and not _like(media_type, declared):
        media_type = _instead(content, declared) or media_type
        if media_type not in declared and media_type != "text/html":
            what = f"is {media_type[:80]}, where the contract has {', '.join(declared)}"
            raise _unreadable(what, status, media_type, headers, content)
    if is_json(media_type):
        shape = shape or next((item for kind, item in declared.items() if is_json(kind)), Anything())
        raw = _json(status, media_type, headers, content)
        if strict and declared:
            _demand(shape, raw, declared, status=status, media_type=media_type, headers=headers, content=content)
        return shape.decode(raw)
    if media_type == "text/html" and "text/html" not in declared and operation is not None:
        raise _unreadable("is a page in HTML, most likely of a proxy on the way", status, media_type, headers, content)
    if strict and declared and media_type not in declared:
        _demand(Anything(), None, declared, status=status, media_type=media_type, headers=headers, content=content)
    if media_type.startswith("text/") or media_type in _TEXT_LIKE:
        return _text(headers, content)
    return BinaryContent(content, media_type, headers)


def _demand(shape: Shape, raw: Any, declared: Mapping[str, Shape], **answer: Any) -> None:
    """Raise where an answer departs from the contract, by its media type or by what it holds."""
    from venice_client._core.response.strict import demand, refuse

    media_type = answer["media_type"]
    if media_type not in declared and not (is_json(media_type) and any(map(is_json, declared))):
        refuse([f"media type: {media_type} is none of {', '.join(declared)}"], 1, **answer)
    demand(shape, raw, **answer)


def _declared(operation: Operation | None, status: int) -> Mapping[str, Shape]:
    """The declared answers of a status, or of any success where the status is not declared."""
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


def _empty(operation: Operation | None, status: int, headers: Mapping[str, str], declared: Mapping[str, Shape]) -> None:
    if operation is not None and declared and status not in (204, 205):
        raise _unreadable("is empty, although the contract declares a body", status, None, headers, b"")


def _guess(content: bytes, declared: Mapping[str, Shape]) -> str:
    """The media type of an answer that names none: JSON where it looks like it and may be, else what is declared."""
    if content.removeprefix(_BOM).lstrip()[:1] in (b"{", b"[") and (not declared or any(map(is_json, declared))):
        return "application/json"
    others = [kind for kind in declared if not is_json(kind)]
    if len(others) == 1:
        return others[0]
    return sniff(content) or "application/octet-stream"


def _family(media_type: str) -> str:
    if media_type == EVENT_STREAM:
        return media_type
    if is_json(media_type):
        return "json"
    return "text" if media_type.startswith("text/") or media_type in _TEXT_LIKE else "bytes"


def _like(media_type: str, declared: Mapping[str, Shape]) -> bool:
    """Whether an answer of a media type gives the like of what the contract declares: JSON, a text, or bytes."""
    family = _family(media_type)
    return any(_family(kind) == family or kind == "*/*" for kind in declared)


def _instead(content: bytes, declared: Mapping[str, Shape]) -> str | None:
    """What an answer under a wrong name is: JSON where that is declared, or a file that its first bytes tell."""
    if content.removeprefix(_BOM).lstrip()[:1] in (b"{", b"["):
        return next(filter(is_json, declared), None)
    found = sniff(content)
    return found if found in declared else None


def _json(status: int, media_type: str, headers: Mapping[str, str], content: bytes) -> Any:
    try:
        return msgspec.json.decode(content.removeprefix(_BOM))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(
            f"is not the JSON that it says it is: {error}", status, media_type, headers, content
        ) from None


def _text(headers: Mapping[str, str], content: bytes) -> str:
    try:
        return content.removeprefix(_BOM).decode(charset_of(headers), errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")


def _unreadable(
    what: str, status: int, media_type: str | None, headers: Mapping[str, str], content: bytes
) -> ResponseDecodeError:
    return ResponseDecodeError(
        f"the answer {what}",
        status=status,
        media_type=media_type,
        body=content,
        request_id=headers.get("cf-ray"),
    )
