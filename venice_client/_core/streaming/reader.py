"""
What both kinds of stream share: events decoded one by one, errors inside the stream, and how a stream ends.

Nothing here waits: `stream` reads the bytes, `sse` cuts them into events, and `accumulate` joins these.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from types import GenericAlias
from typing import TYPE_CHECKING, Any, Final, Generic, NoReturn

import msgspec

from venice_client._core.errors import (
    ResponseDecodeError,
    StreamInterrupted,
    StreamTimeoutError,
    VeniceAPIError,
    VeniceConnectionError,
    VeniceError,
    VeniceTimeoutError,
)
from venice_client._core.masking import mask_of
from venice_client._core.response.answer import Answer, Head, undecodable
from venice_client._core.response.error_body import error_in_success, names_error
from venice_client._core.response.json import BOM, parse_json
from venice_client._core.schema.encoding import encode
from venice_client._core.schema.media_types import EVENT_STREAM
from venice_client._core.schema.model import Model
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import Shape
from venice_client._core.streaming.accumulate import piece_of, text_of, whole_of
from venice_client._core.streaming.sse import UNNAMED, Event, EventDecoder

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from venice_client._core.interceptors import Interceptor
    from venice_client._core.request.call import Request
    from venice_client._core.response.response import Response

    T = TypeVar("T", default=Any)
    F = TypeVar("F", default=Any)
    """What `final` gives."""
else:
    from typing import TypeVar

    T, F = TypeVar("T"), TypeVar("F")

IDLE_SECONDS: Final = 180.0
"""How long to wait between two events of a stream."""
_CLOSED: Final = "the stream was closed before it was complete"
_LAST: Final = frozenset({"response.completed", "response.failed", "response.incomplete", "response.cancelled"})
"""The events after which a stream of /responses, which has no `[DONE]`, is complete."""
_BRACKET: Final = ord("[")
_HEAD: Final = 1024 * 1024
"""Bytes of a body without events that are kept, to find out what it is."""


class Reader(Head, Generic[T, F]):
    """What both kinds of stream share: everything but the waiting."""

    if not TYPE_CHECKING:
        __class_getitem__ = classmethod(GenericAlias)  # `Stream[Chunk]` is enough, before Python 3.13 as well

    def __init__(
        self,
        answer: Answer,
        request: Request,
        shape: Shape,
        whole: Shape,
        *,
        secrets: Callable[[], Collection[str]],
        interceptors: Sequence[Interceptor],
    ) -> None:
        """`shape` is of an event, `whole` of the response that they are the pieces of."""
        self._answer = answer
        self.status_code, self.headers = answer.status_code, answer.headers
        self._request = request
        self._decode = shape.decode
        self._whole = whole
        self._secrets = secrets
        self._interceptors = interceptors
        self._decoder = EventDecoder()
        self._data: list[bytes] = []  # of the events that came: thousands of objects would keep the collector busy
        self._head = bytearray()  # the beginning of the body, until there is an event
        self._dropped = False
        self._complete = False
        self._closed = False
        self._idle = request.idle_timeout or request.timeout or IDLE_SECONDS
        self._heard = time.monotonic()
        answer.limit_silence(self._idle)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._request.method} {self._request.path}>"

    @property
    def response(self) -> Response[None]:
        """Status and headers of the response; its body is what the stream reads."""
        from venice_client._core.response.response import Response

        return Response(self.status_code, self.headers, b"")

    @property
    def received(self) -> tuple[T, ...]:
        """What has come so far, in order."""
        return tuple(map(self._decode, self._pieces()))

    def _pieces(self) -> Iterator[Any]:
        """Yield the events that came, as JSON has them."""
        return map(parse_json, self._data)

    def _over(self) -> bool:
        """Whether there is nothing more to come; a stream that was closed before its end is an error."""
        if self._closed and not self._complete:
            raise StreamInterrupted(_CLOSED, received=self.received)
        return self._complete

    def _feed(self, chunk: bytes) -> list[Event]:
        """Return the events that a chunk completes."""
        if not self._data and len(self._head) < _HEAD:
            self._head += chunk
        try:
            events = self._decoder.feed(chunk)
        except ValueError as error:
            raise self._unreadable(str(error), b"") from None
        now = time.monotonic()
        if events:
            self._heard = now
        elif now - self._heard > self._idle:  # comments keep a connection alive, and are no news
            raise self._silent()
        return events

    def _last(self) -> list[Event]:
        """Return the event that the end of the response cut off, or the events of a body of another kind."""
        last = self._decoder.finish()
        return last if last or self._data or self._dropped else self._bare()

    def _bare(self) -> list[Event]:
        """Return the events of a body without any: JSON in spite of its media type is an error or a stream of one."""
        body = bytes(self._head).removeprefix(BOM).strip()
        if body[:1] not in (b"{", b"["):
            return []
        try:
            raw = parse_json(body)
        except (ValueError, RecursionError):
            return []
        if names_error(raw):
            raise self._error(raw, body)
        piece = piece_of(raw)
        if piece is None:
            raise self._unreadable("the response must be a stream of events, got JSON", body)
        return [(msgspec.json.encode(piece), UNNAMED), (b"[DONE]", UNNAMED)]

    def _check_end(self) -> None:
        if not self._complete and not self._ends_with_the_body():
            text = _CLOSED if self._closed else "the stream ended before it was complete"
            raise StreamInterrupted(text, received=self.received)

    def _ends_with_the_body(self) -> bool:
        """Whether the events are of an unknown path, and neither of a chat nor of a response, which have a last one."""
        if self._request.operation is not None or not self._data or self._closed:
            return False
        raw = parse_json(self._data[-1])
        is_known = isinstance(raw, dict) and ("choices" in raw or str(raw.get("type")).startswith("response."))
        return not is_known

    def _fail(self, error: VeniceError) -> NoReturn:
        """Raise the error of a stream that ended too early; what came is kept, and no secret is shown."""
        found = self._interruption(error)
        found.may_have_been_charged = self._request.is_paid
        found.method, found.path = self._request.method, self._request.path
        mask = mask_of(tuple(self._secrets()))
        mask.error(error)
        if found is error:
            raise error
        mask.error(found)
        raise found from error

    def _interruption(self, error: VeniceError) -> VeniceError:
        if isinstance(error, StreamInterrupted):
            return error
        if self._closed and isinstance(error, VeniceConnectionError | VeniceTimeoutError):  # by the loop's own caller
            return StreamInterrupted(_CLOSED, received=self.received)
        if isinstance(error, VeniceTimeoutError):
            return self._silent()
        if isinstance(error, VeniceConnectionError):
            text = error.message
            if error.kind == "reset":
                text = "the connection was lost before the stream was complete"
            return StreamInterrupted(text, received=self.received)
        error.received = self.received
        return error

    def _silent(self) -> StreamTimeoutError:
        text = f"no event arrived within {self._idle:g} s, before the stream was complete"
        return StreamTimeoutError(text, received=self.received)

    def _value(self, data: bytes, name: str) -> Any:  # T, or UNSET
        """Return what an event holds; UNSET where that is nothing. Sets `_complete` with the last."""
        if not data:
            return UNSET
        if data[0] == _BRACKET and data.strip() == b"[DONE]":
            self._finish()
            return UNSET
        is_last = False
        try:
            raw = parse_json(data)
        except (ValueError, RecursionError) as error:
            if name == "error":
                raise self._error(None, data) from None
            raise self._unreadable(f"an event of the stream is not JSON: {error}", data) from None
        if raw.__class__ is dict:
            kind = raw.get("type")
            # `names_error` without the call: streams have events by the thousand.
            if raw.get("error") or raw.get("object") == "error" or kind == "error" or name == "error":
                raise self._error(raw, data)
            if kind is not None:
                is_last = isinstance(kind, str) and kind in _LAST
            choices = raw.get("choices")
            first = choices[0] if choices.__class__ is list and choices else None
            if first.__class__ is dict and "message" in first:  # a complete answer as an event
                raw = piece_of(raw)
                data = msgspec.json.encode(raw)
        elif name == "error":
            raise self._error(raw, data)
        value = self._decode(raw)  # strict reading raises before the event is kept
        if not self._interceptors:
            self._data.append(data)
        elif (value := self._intercepted(value)) is not UNSET:
            self._data.append(msgspec.json.encode(encode(value)))
        if is_last:
            self._finish()
        return value

    def _intercepted(self, value: Any) -> Any:  # an event of the operation, of any type
        """Return an event as the interceptors have it; UNSET where one drops it."""
        for interceptor in self._interceptors:
            value = interceptor.event(self._request, value)
            if value is None:
                self._dropped = True
                return UNSET
        return value

    def _finish(self) -> None:
        for interceptor in self._interceptors:
            interceptor.end(self._request)
        self._complete = True

    def _text(self) -> str:
        return text_of(self._pieces())

    def _final(self) -> F:
        final: F = self._whole.decode(whole_of(self._pieces()))
        if isinstance(final, Model):
            final._answer = (self.status_code, self.headers)  # noqa: SLF001  # as with any answer
        return final

    def _error(self, raw: Any, data: bytes) -> VeniceAPIError:
        event = Answer(self.status_code, self.headers, data)
        method, path = self._request.method, self._request.path
        return error_in_success(raw, event, method=method, path=path, secrets=self._secrets())

    def _unreadable(self, what: str, data: bytes) -> ResponseDecodeError:
        return undecodable(what, self, data, media_type=EVENT_STREAM)
