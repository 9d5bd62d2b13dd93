"""`client.responses` with openai's meaning: the native methods, and `stream`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, cast, overload

from venice_client._core.request.arguments import extends
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.streaming.stream import AsyncStream, Stream
from venice_client.chat.parsed import ParsedResponse, TextResponse
from venice_client.chat.resource import AsyncResponses as NativeAsyncResponses
from venice_client.chat.resource import Responses as NativeResponses
from venice_client.chat.responses import expect_response, parse_response
from venice_client.chat.schema import OutputType, is_output_type

if TYPE_CHECKING:
    from typing import TypeVar, Unpack

    from venice_client import models
    from venice_client._core.schema.sentinel import Unset
    from venice_client.api.responses.create import CreateOptions
    from venice_client.openai._parameters import ResponseParameters

    class ResponseOptions(CreateOptions, ResponseParameters, total=False):
        """What a call takes beside input, model and stream."""

    T = TypeVar("T")
    Events = Stream[models.ResponseStreamEvent, models.ResponsesResponse]
    AsyncEvents = AsyncStream[models.ResponseStreamEvent, models.ResponsesResponse]
    Input = str | list[Any]


def _whole(final: Any, output: OutputType[Any] | None) -> Any:  # TextResponse, or ParsedResponse of the type
    if output is not None:
        return parse_response(output, final, raises_on_refusal=False)
    found = TextResponse.from_dict(final.to_dict())
    found._answer = final._answer  # noqa: SLF001  # the same response
    return found


class ResponseStream:
    """The events of a response, to be iterated over once."""

    def __init__(self, events: Stream[Any, Any], output: OutputType[Any] | None) -> None:
        self._events = events
        self._output = output

    def __iter__(self) -> Iterator[models.ResponseStreamEvent]:
        return iter(self._events)

    def __next__(self) -> models.ResponseStreamEvent:
        event: models.ResponseStreamEvent = next(self._events)
        return event

    def until_done(self) -> Self:
        """Read to the end."""
        for _ in self._events:
            pass
        return self

    def get_final_response(self) -> ParsedResponse[Any]:
        """Read to the end and return the response."""
        return cast("ParsedResponse[Any]", _whole(self._events.final(), self._output))

    def close(self) -> None:
        """Stop reading and release the connection."""
        self._events.close()


class AsyncResponseStream:
    """The events of a response, to be iterated over once with `async for`."""

    def __init__(self, events: AsyncStream[Any, Any], output: OutputType[Any] | None) -> None:
        self._events = events
        self._output = output

    def __aiter__(self) -> AsyncIterator[models.ResponseStreamEvent]:
        return aiter(self._events)

    async def __anext__(self) -> models.ResponseStreamEvent:
        event: models.ResponseStreamEvent = await anext(self._events)
        return event

    async def until_done(self) -> Self:
        """Read to the end."""
        async for _ in self._events:
            pass
        return self

    async def get_final_response(self) -> ParsedResponse[Any]:
        """Read to the end and return the response."""
        return cast("ParsedResponse[Any]", _whole(await self._events.final(), self._output))

    async def close(self) -> None:
        """Stop reading and release the connection."""
        await self._events.aclose()


class ResponseStreamManager:
    """The block of `responses.stream(...)`: the request is sent when it is entered."""

    def __init__(self, send: Callable[[], Stream[Any, Any]], output: OutputType[Any] | None) -> None:
        self._send = send
        self._output = output
        self._stream: ResponseStream | None = None

    def __enter__(self) -> ResponseStream:
        self._stream = ResponseStream(self._send(), self._output)
        return self._stream

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()


class AsyncResponseStreamManager:
    """The block of `responses.stream(...)`: the request is sent when it is entered."""

    def __init__(self, send: Callable[[], Awaitable[AsyncStream[Any, Any]]], output: OutputType[Any] | None) -> None:
        self._send = send
        self._output = output
        self._stream: AsyncResponseStream | None = None

    async def __aenter__(self) -> AsyncResponseStream:
        self._stream = AsyncResponseStream(await self._send(), self._output)
        return self._stream

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            await self._stream.close()


def _expect(text_format: Any, options: Mapping[str, Any]) -> tuple[dict[str, Any], OutputType[Any] | None]:
    """Return the arguments of `create`, and what the text is read as."""
    arguments = {name: value for name, value in options.items() if value is not UNSET}
    if not is_output_type(text_format):
        return arguments, None
    return expect_response({**arguments, "text_format": text_format})


class Responses(NativeResponses):
    """The operations of `responses`."""

    _raises_on_refusal: ClassVar[bool] = False

    if TYPE_CHECKING:

        @overload  # type: ignore[override]  # with the parameters of openai
        def create(
            self,
            *,
            input: Input,
            model: str,
            stream: Literal[False] | Unset | None = ...,
            **options: Unpack[ResponseOptions],
        ) -> TextResponse: ...
        @overload
        def create(
            self, *, input: Input, model: str, stream: Literal[True], **options: Unpack[ResponseOptions]
        ) -> Events: ...
        @overload
        def create(
            self, *, input: Input, model: str, stream: bool, **options: Unpack[ResponseOptions]
        ) -> TextResponse | Events: ...
        def create(self, **options: Any) -> Any:
            """Answer a text or a conversation."""

        def parse(
            self,
            *,
            input: Input,
            model: str,
            text_format: type[T],
            **options: Unpack[ResponseOptions],
        ) -> ParsedResponse[T]:
            """Answer with a value of a type."""
            raise NotImplementedError

    @extends("create")
    def stream(
        self, *, text_format: type[Any] | Unset = UNSET, **options: Any
    ) -> ResponseStreamManager:  # options: what `create` takes
        """Answer as events, in a `with` block; `get_final_response()` reads to the end."""
        arguments, output = _expect(text_format, options)
        arguments.pop("stream", None)
        return ResponseStreamManager(lambda: cast("Any", self.create)(**arguments, stream=True), output)


class AsyncResponses(NativeAsyncResponses):
    """The operations of `responses`, async."""

    _raises_on_refusal: ClassVar[bool] = False

    if TYPE_CHECKING:

        @overload  # type: ignore[override]  # with the parameters of openai
        async def create(
            self,
            *,
            input: Input,
            model: str,
            stream: Literal[False] | Unset | None = ...,
            **options: Unpack[ResponseOptions],
        ) -> TextResponse: ...
        @overload
        async def create(
            self, *, input: Input, model: str, stream: Literal[True], **options: Unpack[ResponseOptions]
        ) -> AsyncEvents: ...
        @overload
        async def create(
            self, *, input: Input, model: str, stream: bool, **options: Unpack[ResponseOptions]
        ) -> TextResponse | AsyncEvents: ...
        async def create(self, **options: Any) -> Any:
            """Answer a text or a conversation."""

        async def parse(
            self,
            *,
            input: Input,
            model: str,
            text_format: type[T],
            **options: Unpack[ResponseOptions],
        ) -> ParsedResponse[T]:
            """Answer with a value of a type."""
            raise NotImplementedError

    @extends("create")
    def stream(
        self, *, text_format: type[Any] | Unset = UNSET, **options: Any
    ) -> AsyncResponseStreamManager:  # options: what `create` takes
        """Answer as events, in an `async with` block; `get_final_response()` reads to the end."""
        arguments, output = _expect(text_format, options)
        arguments.pop("stream", None)
        return AsyncResponseStreamManager(lambda: cast("Any", self.create)(**arguments, stream=True), output)
