"""
What a response becomes: its decoded value, an event stream, or a response whose body is read by the caller.

The interceptors map the value. A server that streams against the request, or does not, gives the requested kind all
the same. Only responses of success come here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import frozen

from venice_client._core.errors import VeniceError
from venice_client._core.interceptors import Chain
from venice_client._core.masking import mask_of
from venice_client._core.request.call import Request
from venice_client._core.response.answer import Answer
from venice_client._core.response.decode import declared_by, decode
from venice_client._core.response.deprecation import DEPRECATION_HEADERS, warn_of_deprecation
from venice_client._core.response.response import Converter, Response
from venice_client._core.schema.media_types import EVENT_STREAM, JSON
from venice_client._core.schema.model import Model
from venice_client._core.schema.shapes import Anything, Shape

if TYPE_CHECKING:
    from venice_client._core.response.body_reader import Unread

_FIRST_FIELDS = (b"data:", b"event", b": ")
"""How a body begins that is an event stream without saying so."""


@frozen
class Results:
    """Makes the results of one request."""

    chain: Chain
    strict: bool
    is_async: bool
    secrets: Callable[[], Sequence[str]]
    """Returns what no error may show."""

    def value(self, request: Request, answer: Answer, convert: Converter | None) -> Any:
        """Return the value of a response. Warns of a model that will go away."""
        self._warn(answer)
        return self._converted(request, answer, convert, answer.content)

    def response(self, request: Request, answer: Answer, convert: Converter | None) -> Response[Any]:
        """Return a response whose value is decoded when it is read. Warns of a model that will go away."""
        self._warn(answer)
        make = partial(self._converted, request, answer, convert, answer.content)
        return Response(answer.status_code, answer.headers, answer.content, None, make)

    def _warn(self, answer: Answer) -> None:
        if not answer.headers.keys().isdisjoint(DEPRECATION_HEADERS):
            warn_of_deprecation(answer.headers)

    def _converted(self, request: Request, answer: Answer, convert: Converter | None, content: bytes) -> Any:
        """Return the value of a body: decoded, mapped by the interceptors, converted by the facade."""
        try:
            try:
                value = self._value(request, answer, content)
            except VeniceError as error:
                del content
                self._conceal(error, answer)
                raise
            for interceptor in self.chain.after:
                if interceptor.is_active(request):
                    value = interceptor.after(request, value)
            if convert is None:
                return value
            try:
                return convert(value, Response(answer.status_code, answer.headers, content, value))
            except VeniceError as error:
                del content, value
                self._conceal(error, answer)
                raise
        except VeniceError as error:
            error.may_have_been_charged = error.may_have_been_charged or request.is_paid
            if not error.method:
                error.method, error.path = request.method, request.path
            raise

    def _conceal(self, error: VeniceError, answer: Answer) -> None:
        """Remove the secrets that a body repeats from an error, which keeps the body, and from what tracebacks show."""
        mask_of(tuple(self.secrets())).error(error)
        answer.content = b""

    def _value(self, request: Request, answer: Answer, content: bytes) -> Any:
        """Decode a body, to the kind that was requested also where the server streams, or does not, against it."""
        if _is_stream(request, answer):
            return self._stream(request, answer)
        whole = Answer(answer.status_code, answer.headers, content)
        media_type = answer.media_type
        if _asks_for_stream(request) and not media_type and content.lstrip()[:5] in _FIRST_FIELDS:
            return self._stream(request, whole)
        if media_type == EVENT_STREAM and (
            request.collects or JSON in declared_by(request.operation, answer.status_code)
        ):
            return self._stream(request, whole, is_async=False).final()
        value = decode(request.operation, whole, strict=self.strict, secrets=self.secrets)
        if isinstance(value, Model):
            value._answer = (answer.status_code, answer.headers)  # noqa: SLF001  # the slot is there for this
        return self._stream(request, whole) if _asks_for_stream(request) else value

    def unread(self, request: Request, answer: Answer, convert: Converter | None) -> Unread:
        """Return what is left to do with a response whose body is read by the caller."""
        from venice_client._core.response.body_reader import Unread

        self._warn(answer)
        operation = request.operation
        return Unread(
            answer=answer,
            decode=partial(self._converted, request, answer, convert),
            request=request,
            is_stream=_is_stream(request, answer),
            is_declared=operation is None or operation.shape(answer.status_code, answer.media_type) is not None,
        )

    def _stream(self, request: Request, answer: Answer, *, is_async: bool | None = None) -> Any:
        """Return the Stream or AsyncStream of a response."""
        from venice_client._core.streaming.stream import AsyncStream, Stream

        shape, whole = (_shape(request, answer, kind) for kind in (EVENT_STREAM, JSON))
        if self.strict:
            from venice_client._core.response.strict import StrictShape

            shape = StrictShape(shape, answer)
        kind: type[Any] = AsyncStream if (self.is_async if is_async is None else is_async) else Stream
        active = [item for item in self.chain.events if item.is_active(request)]
        return kind(answer, request, shape, whole, secrets=self.secrets, interceptors=active)


def _shape(request: Request, answer: Answer, media_type: str) -> Shape:
    operation = request.operation
    return (operation and operation.shape(answer.status_code, media_type)) or Anything()


def _asks_for_stream(request: Request) -> bool:
    """Whether the caller reads events."""
    return request.is_event_stream and not request.collects


def _is_stream(request: Request, answer: Answer) -> bool:
    """Whether a response is an event stream that the caller reads."""
    return _asks_for_stream(request) and answer.media_type == EVENT_STREAM
