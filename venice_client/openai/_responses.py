"""`client.responses` with openai's meaning: the native methods, and the parameters of openai beside theirs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, overload

from venice_client._core.streaming.stream import AsyncStream, Stream
from venice_client.chat.parsed import ParsedResponse, TextResponse
from venice_client.chat.resource import AsyncResponses as NativeAsyncResponses
from venice_client.chat.resource import Responses as NativeResponses

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


class Responses(NativeResponses):
    """The operations of `responses`."""

    _raises_on_refusal: ClassVar[bool] = False

    if not TYPE_CHECKING:
        with_raw_response = cached_property(lambda self: self._in_mode("raw"))  # with `parse` too
    else:

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


class AsyncResponses(NativeAsyncResponses):
    """The operations of `responses`, async."""

    _raises_on_refusal: ClassVar[bool] = False

    if not TYPE_CHECKING:
        with_raw_response = cached_property(lambda self: self._in_mode("raw"))  # with `parse` too
    else:

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
