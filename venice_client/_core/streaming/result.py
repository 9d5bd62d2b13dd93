"""
What a response becomes: its decoded value, an event stream, or a response whose body is read by the caller.

The interceptors map the value. A server that streams against the request, or does not, gives the requested kind all
the same. Only responses of success come here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import frozen

from venice_client._core.errors import VeniceError
from venice_client._core.interceptors import Chain
from venice_client._core.masking import mask_of
from venice_client._core.request.call import Request
from venice_client._core.response.answer import Answer
from venice_client._core.response.decode import declared_by, decode, shape_of
from venice_client._core.response.deprecation import DEPRECATION_HEADERS, warn_of_deprecation
from venice_client._core.response.response import Converter, Response
from venice_client._core.schema.media_types import EVENT_STREAM, JSON
from venice_client._core.schema.model import Model
from venice_client._core.schema.shapes import Anything, Shape

_FIRST_FIELDS = (b"data:", b"event", b": ")
"""How a body begins that is an event stream without saying so."""


@frozen
class Result:
    """What one response becomes."""

    request: Request
    answer: Answer
    convert: Converter | None
    chain: Chain
    strict: bool
    is_async: bool
    secrets: Callable[[], Sequence[str]]
    """Returns what no error may show."""

    def of_mode(self) -> Any:
        """Return what the mode of the request says. Warns of a model that will go away."""
        request, answer = self.request, self.answer
        if not answer.headers.keys().isdisjoint(DEPRECATION_HEADERS):
            warn_of_deprecation(answer.headers)
        if request.mode == "value":
            return self._converted(answer.content)
        if request.mode == "raw":
            make = partial(self._converted, answer.content)
            return Response(answer.status_code, answer.headers, answer.content, None, make)
        from venice_client._core.response.body_reader import AsyncUnreadResponse, Unread, UnreadResponse

        is_declared = request.operation is None or shape_of(self._declared, answer.media_type) is not None
        unread = Unread(
            answer=answer,
            decode=self._converted,
            request=request,
            is_stream=self._is_stream,
            is_declared=is_declared,
        )
        return AsyncUnreadResponse(unread) if self.is_async else UnreadResponse(unread)

    def _converted(self, content: bytes) -> Any:
        """Return the value of a body: decoded, mapped by the interceptors, converted by the facade."""
        request, answer = self.request, self.answer
        try:
            try:
                value = self._value(content)
            except VeniceError as error:
                del content
                self._conceal(error)
                raise
            for interceptor in self.chain.after:
                if interceptor.is_active(request):
                    value = interceptor.after(request, value)
            if self.convert is None:
                return value
            try:
                return self.convert(value, Response(answer.status_code, answer.headers, content, value))
            except VeniceError as error:
                del content, value
                self._conceal(error)
                raise
        except VeniceError as error:
            error.may_have_been_charged = error.may_have_been_charged or request.is_paid
            if not error.method:
                error.method, error.path = request.method, request.path
            raise

    def _conceal(self, error: VeniceError) -> None:
        """Remove the secrets that a body repeats from an error, which keeps the body, and from what tracebacks show."""
        mask_of(tuple(self.secrets())).error(error)
        self.answer.content = b""

    def _value(self, content: bytes) -> Any:
        """Decode a body, to the kind that was requested also where the server streams, or does not, against it."""
        request, answer = self.request, self.answer
        if self._is_stream:
            return self._stream(answer)
        whole = Answer(answer.status_code, answer.headers, content)
        media_type = answer.media_type
        if self._asks_for_stream and not media_type and content.lstrip()[:5] in _FIRST_FIELDS:
            return self._stream(whole)
        if media_type == EVENT_STREAM and (request.collects or JSON in self._declared):
            return self._stream(whole, is_async=False).final()
        value = decode(request.operation, whole, strict=self.strict, secrets=self.secrets)
        if isinstance(value, Model):
            value._answer = (answer.status_code, answer.headers)  # noqa: SLF001  # the slot is there for this
        return self._stream(whole) if self._asks_for_stream else value

    @property
    def _declared(self) -> Mapping[str, Shape]:
        return declared_by(self.request.operation, self.answer.status_code)

    @property
    def _asks_for_stream(self) -> bool:
        """Whether the caller reads events."""
        return self.request.is_event_stream and not self.request.collects

    @property
    def _is_stream(self) -> bool:
        """Whether the response is an event stream that the caller reads."""
        return self._asks_for_stream and self.answer.media_type == EVENT_STREAM

    def _stream(self, answer: Answer, *, is_async: bool | None = None) -> Any:
        """Return the Stream or AsyncStream of a response."""
        from venice_client._core.streaming.stream import AsyncStream, Stream

        shape, whole = (shape_of(self._declared, kind) or Anything() for kind in (EVENT_STREAM, JSON))
        if self.strict:
            from venice_client._core.response.strict import StrictShape

            shape = StrictShape(shape, answer)
        kind: type[Any] = AsyncStream if (self.is_async if is_async is None else is_async) else Stream
        active = [item for item in self.chain.events if item.is_active(self.request)]
        return kind(answer, self.request, shape, whole, secrets=self.secrets, interceptors=active)
