"""What `request(..., cast_to=...)` makes of a response."""

from __future__ import annotations

from types import NoneType
from typing import Any, get_origin

import msgspec

from venice_client._core.errors import RequestValidationError
from venice_client._core.response.binary import BinaryContent
from venice_client._core.response.json import parse_json
from venice_client._core.response.response import Converter, Response, decode_error
from venice_client._core.response.text import decode_text
from venice_client._core.schema.model import Model
from venice_client._core.schema.python_types import read_json


def caster(cast_to: Any) -> Converter | None:
    """
    Return what converts a response to a type: a model, bytes, str, BinaryContent, `httpx.Response`, `type(None)` for no
    value, or any type that JSON can be read as. None for None and `Response`.
    """
    if cast_to is None or cast_to is Response:
        return None
    if isinstance(cast_to, type):
        if issubclass(cast_to, Model):
            return lambda _value, response: _model(cast_to, response)
        if cast_to is bytes:
            return lambda _value, response: response.content
        if cast_to is str:
            return lambda _value, response: decode_text(response.content, response.headers)
        if cast_to is BinaryContent:
            return lambda _value, response: BinaryContent(response.content, response.media_type, response.headers)
        if cast_to.__module__.partition(".")[0] in ("httpx", "httpx2") and cast_to.__name__ == "Response":
            return lambda _value, response: _of_httpx(cast_to, response)
        if cast_to is NoneType:
            return lambda _value, _response: None
    elif get_origin(cast_to) is None:
        raise RequestValidationError([f"cast_to must be a type, got {type(cast_to).__name__}"])
    return lambda _value, response: _read(cast_to, response)


def _json(response: Response[Any]) -> Any:
    if not response.content.strip():
        raise decode_error(response, "the response is empty, and cast_to requires JSON: type(None) takes no value")
    try:
        return parse_json(response.content)
    except (ValueError, RecursionError) as error:
        raise decode_error(response, f"the response is not JSON: {error}") from None


def _model(cast_to: type[Model], response: Response[Any]) -> Any:
    raw = _json(response)
    if not isinstance(raw, dict):
        raise decode_error(response, f"the response must be a JSON object to become a {cast_to.__name__}")
    model = cast_to.from_dict(raw)
    model._answer = (response.status_code, response.headers)  # noqa: SLF001  # the slot is there for this
    return model


def _of_httpx(cast_to: Any, response: Response[Any]) -> Any:
    headers = {
        name: value
        for name, value in response.headers.items()
        if name.lower() not in ("content-encoding", "content-length", "transfer-encoding")  # the content is decoded
    }
    return cast_to(response.status_code, headers=headers, content=response.content)


def _read(cast_to: Any, response: Response[Any]) -> Any:
    raw = msgspec.json.encode(_json(response))
    try:
        return read_json(raw, cast_to)
    except (ValueError, TypeError) as error:  # msgspec's and pydantic's errors are ValueErrors
        problem = str(error)
    # Not behind it: pydantic's errors and the frames of both show what came, which may repeat a key.
    raise decode_error(response, f"the response does not fit cast_to: {problem}")
