"""
Read a response other than 2xx: which error it becomes, with what the server reports in it.

The API has several shapes of error bodies, and gateways before it send HTML: `error_from_response` reads them
all and never raises. It sends nothing, and does not decide whether to retry.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec

from venice_client._core.errors import VeniceAPIError
from venice_client._core.errors.response import error_class
from venice_client._core.errors.text import one_line, reason
from venice_client._core.headers import public_headers, request_id, retry_after_seconds
from venice_client._core.masking import mask_of
from venice_client._core.response.answer import Answer
from venice_client._core.response.json import parse_json
from venice_client._core.response.text import decode_text
from venice_client._core.schema.media_types import HTML, essence, is_json
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.shapes import AnyOf, Null, Ref, Shape

# Codes that the API writes into its messages, as whole words, and often nowhere else.
_KNOWN_CODE: Final = re.compile(
    r"(?<!\w)(?:AUTHENTICATION_FAILED|CHARACTER_NOT_FOUND|CONTENT_POLICY_VIOLATION|INFERENCE_FAILED"
    r"|INSUFFICIENT_BALANCE|INVALID_API_KEY|INVALID_CONTENT_TYPE|INVALID_FILE_SIZE|INVALID_IMAGE_FORMAT"
    r"|INVALID_MODEL|INVALID_REQUEST|MODEL_AT_CAPACITY|MODEL_NOT_FOUND|PAYLOAD_TOO_LARGE|PAYMENT_REQUIRED"
    r"|RATE_LIMIT_EXCEEDED|REQUEST_TIMEOUT|UNAUTHORIZED|UNKNOWN_ERROR|UPSCALE_FAILED)(?!\w)"
)
_MESSAGES: Final = (
    *("error", "message", "detail", "errors", "details", "issues", "description", "error_description", "title", "msg"),
    *("reason", "error_message", "errorMessage", "error_msg"),
)
"""The fields of a body that may hold its message, the likeliest first."""
_SHOWN: Final = 300
"""Characters that are shown of a body without a message."""
_ALONE: Final = ("message", "detail", "errors")
_WORDS: Final = frozenset({*_MESSAGES, "code", "instance", "object", "path", "status", "success", "timestamp", "type"})
"""Fields that errors have: an object with no others is one where it has one of `_ALONE`."""
_TEXT: Final = re.compile(rb'[:\[]"[^"]')
"""A text in JSON, under a name or in a list."""
_CODE: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
_HTML: Final = re.compile(r"\s*(?:<!doctype\s+html|<html)\b", re.IGNORECASE)
_TITLE: Final = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)


def error_from_response(
    answer: Answer, *, method: str, path: str, secrets: Collection[str] = (), status: int | None = None
) -> VeniceAPIError:
    """
    Return the error of a response other than 2xx, whatever its body holds.

    Every occurrence of one of the `secrets` in what the server sent is replaced by `***`. `status` counts instead of
    the response's own.
    """
    status = answer.status_code if status is None else status
    mask = mask_of(tuple(secrets))
    masked: dict[str, str] = mask.value(public_headers(answer.headers))
    try:
        body: Any = mask.value(parse_json(answer.content))
    except (ValueError, RecursionError):  # msgspec.DecodeError is a ValueError
        body = mask.text(decode_text(answer.content, masked))
    code, message = _read(body, status, essence(masked.get("content-type", "")))
    if 300 <= status < 400 and (location := masked.get("location")):
        to = one_line(location.partition("?")[0], 200)
        message = f"the server redirects to {to}, and redirects are not followed: base_url must be the final address"
    fields = body if isinstance(body, dict) else {}
    inner = fields.get("error")
    source = inner if isinstance(inner, dict) else fields
    issues = next(
        (
            found
            for found in (source.get("issues"), fields.get("issues"), inner, fields.get("errors"), fields.get("detail"))
            if isinstance(found, list)
        ),
        [],
    )
    return error_class(status)(
        message,
        status=status,
        code=code,
        details=source.get("details", fields.get("details")),
        issues=issues,
        body=body,
        request_id=request_id(masked),
        retry_after=retry_after_seconds(masked, status=status),
        headers=masked,
        method=method,
        path=mask.text(path),
    )


def declared_data(operation: Operation | None, error: VeniceAPIError) -> Model | None:
    """Return the body of an error as the model that the contract declares for its status; None without one."""
    declared = operation.results.get(str(error.status), {}) if operation is not None else {}
    shape = next((shape for kind, shape in declared.items() if is_json(kind)), None)
    found = shape.decode(error.body) if shape is not None else None
    return found if isinstance(found, Model) else None


def error_in_success(
    body: Any, answer: Answer, *, method: str, path: str, secrets: Collection[str] = ()
) -> VeniceAPIError:
    """
    Return the error that the body of a 2xx response, or an event of a stream, holds.

    Its status is the one that the body names, such as `{"error": {"code": 502}}`, else 500.
    """
    places = [body.get("error"), body] if isinstance(body, dict) else []
    named = [str(place.get(name)) for place in places if isinstance(place, dict) for name in ("status", "code")]
    status = next((int(code) for code in named if re.fullmatch("[45][0-9][0-9]", code)), 500)
    return error_from_response(answer, method=method, path=path, secrets=secrets, status=status)


def names_error(body: Any) -> bool:
    """
    Whether JSON says that it is an error, or holds nothing but the words of one, such as FastAPI's `{"detail": "..."}`.

    `error: null` and empty ones say nothing.
    """
    return _says_error(body) or (
        isinstance(body, dict) and body.keys() <= _WORDS and any(_texts(body.get(name)).strip() for name in _ALONE)
    )


def _says_error(body: Any) -> bool:
    return isinstance(body, dict) and (bool(body.get("error")) or body.get("object") == "error")


def holds_error(body: Any, shape: Shape | None) -> bool:
    """
    Whether the JSON of a 2xx response is an error, and holds nothing else that its declared shape requires, or has
    where only its words make it one.
    """
    if not names_error(body):
        return False
    is_said = _says_error(body)
    body = {
        name: value for name, value in body.items() if (name, value) not in (("object", "error"), ("success", False))
    }
    branches = shape.branches if isinstance(shape, AnyOf) else (shape,)
    for branch in branches:
        if isinstance(branch, Ref):
            fields = branch.model.__fields__.values()
            expected = [field.wire for field in fields if field.wire != "error" and (field.required or not is_said)]
            is_declared = any(field.wire == "error" for field in fields)
            if any(name in body for name in expected) or (is_declared and not expected):
                return False
        elif not isinstance(branch, Null | None):
            return False  # any object may be right
    return True


def _read(body: Any, status: int, media_type: str) -> tuple[str | None, str]:
    """Code and message of a decoded body, whichever of the API's shapes it has."""
    code: Any = None
    kind: Any = None
    if isinstance(body, dict):
        error, more, code = body.get("error"), body.get("message") or body.get("error_description"), body.get("code")
        if isinstance(error, dict):
            code = error.get("code") or code
            kind = error.get("type")
            more = error.get("message") or _message_below(error) or more
            error = None
        elif isinstance(error, list):
            error = "; ".join(filter(None, map(_item, error)))
        elif isinstance(error, str) and more and _CODE.fullmatch(error):
            error, code = None, code or error
        parts = [part for part in (error, more) if isinstance(part, str) and part.strip()]
        message = ": ".join(dict.fromkeys(parts)) or _message_below(body)
    elif isinstance(body, str) and (_HTML.match(body) or media_type == HTML):
        title = _TITLE.search(body)
        message = "the response is an HTML page, not JSON" + (f": {one_line(title[1])}" if title else "")
    else:
        message = "; ".join(filter(None, map(_item, body))) if isinstance(body, list) else _item(body)
    if isinstance(code, bool) or not isinstance(code, str | int) or code == "":
        word = _KNOWN_CODE.search(message)
        code = word[0] if word else kind if isinstance(kind, str) and kind else None
    if not message.strip() and _TEXT.search(fields := msgspec.json.encode(body)):
        message = one_line(fields.decode(), _SHOWN)
    if not message.strip():
        message = reason(status) or "a response without a message"
    return None if code is None else str(code), message


def _message_below(body: Mapping[str, Any], depth: int = 3) -> str:
    """Return a message that stands in other fields, or deeper: FastAPI's `detail`, RFC 9457, lists of errors."""
    for name in _MESSAGES:
        found = body.get(name)
        if isinstance(found, dict):
            # Another object with a message, or the errors of fields, by their names.
            fields = (f"{field}: {text}" for field, inner in found.items() if (text := _texts(inner)))
            message = (_message_below(found, depth - 1) if depth else "") or "; ".join(fields)
        else:
            message = _texts(found)
        if message.strip():
            return message
    return ""


def _texts(found: Any) -> str:
    """Return a text, or the texts of a list of errors, as one."""
    items = found if isinstance(found, list) else [found]
    return "; ".join(filter(None, (_item(item) for item in items if isinstance(item, str | dict))))


def _item(item: Any) -> str:
    """One entry of a list of errors, in words."""
    if isinstance(item, str):
        return item
    names = ("message", "error", "msg", "detail", "title")
    text = next((item[name] for name in names if item.get(name)), None) if isinstance(item, dict) else None
    if isinstance(text, str):
        where = item.get("path", item.get("param", item.get("loc")))
        where = ".".join(map(str, where)) if isinstance(where, list) else where
        return f"{where}: {text}" if where else text
    return "" if item is None else msgspec.json.encode(item).decode()
