"""
What a success means: a decoded value, an event stream, or an answer that is left unread, as the call asked for it.

How a body is decoded is `decoding`'s business; an answer that is none of success never comes here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from venice_client._core.response.decode import decode
from venice_client._core.response.deprecation import warn_of_deprecation
from venice_client._core.response.response import Later, Response
from venice_client._core.schema.media_types import EVENT_STREAM, JSON
from venice_client._core.schema.model import Model

if TYPE_CHECKING:
    from venice_client._core.config import BaseClient
    from venice_client._core.request.call import Call
    from venice_client._core.schema.shapes import Shape
    from venice_client._core.transport.answer import Answer

IDLE_SECONDS = 180.0
"""How long to wait between two events of a stream."""


def outcome(client: BaseClient, call: Call, answer: Answer, *, is_async: bool = False) -> Response[Any]:
    """Return what an answer gives, with the answer itself. Warns of a model that will go away."""
    warn_of_deprecation(answer.headers)
    streams = call.stream and _media_type(answer) == EVENT_STREAM
    parsed: Any
    if call.access == "unread":
        parsed = _unread(client, call, answer, streams=streams, is_async=is_async)
    elif streams:
        parsed = _stream(client, call, answer, is_async=is_async)
    elif call.access == "raw":
        parsed = Later(lambda: _value(client, call, answer, answer.content))
    else:
        parsed = _value(client, call, answer, answer.content)
    return Response(answer.status, answer.headers, answer.content, parsed)


def _media_type(answer: Answer) -> str:
    return answer.headers.get("content-type", "").split(";")[0].strip().lower()


def _value(client: BaseClient, call: Call, answer: Answer, content: bytes) -> Any:
    """What the body of an answer holds; a model remembers the answer that it came in."""
    value = decode(call.operation, answer.status, answer.headers, content, strict=client.strict)
    if isinstance(value, Model):
        value._answer = (answer.status, answer.headers)  # noqa: SLF001  # the slot is there for this
    return value


def _unread(client: BaseClient, call: Call, answer: Answer, *, streams: bool, is_async: bool) -> Any:
    from venice_client._core.response.body_reader import Unread

    media_type = _media_type(answer)
    return Unread(
        answer,
        lambda content: _value(client, call, answer, content),
        method=call.method,
        path=call.path,
        stream=(lambda: _stream(client, call, answer, is_async=is_async)) if streams else None,
        is_declared=call.operation is None or call.operation.shape(answer.status, media_type) is not None,
    )


def _stream(client: BaseClient, call: Call, answer: Answer, *, is_async: bool) -> Any:
    from venice_client._core.schema.shapes import Anything
    from venice_client._core.streaming.stream import AsyncStream, Stream

    operation = call.operation
    shape: Shape = (operation and operation.shape(answer.status, EVENT_STREAM)) or Anything()
    if client.strict:
        from venice_client._core.response.strict import StrictShape

        shape = StrictShape(shape, status=answer.status, media_type=EVENT_STREAM, headers=answer.headers)
    kind: type[Any] = AsyncStream if is_async else Stream
    return kind(
        answer,
        shape,
        whole=operation and operation.shape(answer.status, JSON),
        idle=call.idle_timeout or call.timeout or client.timeout or IDLE_SECONDS,
        method=call.method,
        path=call.path,
        secrets=client._secrets(call),  # noqa: SLF001  # it gives them to nobody else
    )
