"""`client.chat.completions` with openai's meaning: the native methods, and the parameters of openai beside theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, overload

from venice_client import models
from venice_client.chat.resource import AsyncChat as NativeAsyncChat
from venice_client.chat.resource import AsyncChatCompletions as NativeAsyncChatCompletions
from venice_client.chat.resource import Chat as NativeChat
from venice_client.chat.resource import ChatCompletions as NativeChatCompletions

if TYPE_CHECKING:
    from typing import TypeAlias, TypeVar, Unpack

    from venice_client._core.schema.model import Model
    from venice_client._core.schema.sentinel import Unset
    from venice_client._core.streaming.stream import AsyncStream, Stream
    from venice_client.api.chat_completions.create import CreateOptions
    from venice_client.chat.parsed import ParsedChatCompletion
    from venice_client.chat.stream import AsyncChatCompletionStreamManager, ChatCompletionStreamManager
    from venice_client.client import AsyncVenice, Venice
    from venice_client.openai._parameters import ChatParameters

    T = TypeVar("T")
    Messages: TypeAlias = Iterable[Model | Mapping[str, object]]
    Type: TypeAlias = type[T] | Mapping[str, object] | Unset | None
    Chunks: TypeAlias = Stream[models.ChatCompletionChunk, models.ChatCompletion]
    AsyncChunks: TypeAlias = AsyncStream[models.ChatCompletionChunk, models.ChatCompletion]

    class ChatOptions(CreateOptions, ChatParameters, total=False):
        """What `parse` takes beside messages, model and response_format."""

        tools: Iterable[Mapping[str, object]] | Unset | None

    class Plain(ChatOptions, total=False):
        """What `create` takes beside messages, model and stream."""

        response_format: Mapping[str, object] | Model | Unset | None


class ChatCompletions(NativeChatCompletions):
    """The operations of `chat.completions`."""

    _raises_on_refusal: ClassVar[bool] = False

    if not TYPE_CHECKING:
        with_raw_response = cached_property(lambda self: self._in_mode("raw"))  # with `parse` too
    else:

        @overload  # type: ignore[override]  # with the parameters of openai
        def create(
            self,
            *,
            messages: Messages,
            model: str,
            stream: Literal[False] | Unset | None = ...,
            **options: Unpack[Plain],
        ) -> models.ChatCompletion: ...
        @overload
        def create(
            self, *, messages: Messages, model: str, stream: Literal[True], **options: Unpack[Plain]
        ) -> Chunks: ...
        @overload
        def create(
            self, *, messages: Messages, model: str, stream: bool, **options: Unpack[Plain]
        ) -> models.ChatCompletion | Chunks: ...
        def create(self, **options: Any) -> Any:
            """Answer a conversation, whole or as a stream of chunks."""

        def parse(  # type: ignore[override]  # with the parameters of openai
            self, *, messages: Messages, model: str, response_format: Type[T] = ..., **options: Unpack[ChatOptions]
        ) -> ParsedChatCompletion[T]:
            """Answer a conversation with a value of a type."""
            raise NotImplementedError

        def stream(  # type: ignore[override]  # with the parameters of openai
            self, *, messages: Messages, model: str, response_format: Type[T] = ..., **options: Unpack[ChatOptions]
        ) -> ChatCompletionStreamManager[T]:
            """Answer a conversation as events."""
            raise NotImplementedError


class AsyncChatCompletions(NativeAsyncChatCompletions):
    """The operations of `chat.completions`."""

    _raises_on_refusal: ClassVar[bool] = False

    if not TYPE_CHECKING:
        with_raw_response = cached_property(lambda self: self._in_mode("raw"))  # with `parse` too
    else:

        @overload  # type: ignore[override]  # with the parameters of openai
        async def create(
            self,
            *,
            messages: Messages,
            model: str,
            stream: Literal[False] | Unset | None = ...,
            **options: Unpack[Plain],
        ) -> models.ChatCompletion: ...
        @overload
        async def create(
            self, *, messages: Messages, model: str, stream: Literal[True], **options: Unpack[Plain]
        ) -> AsyncChunks: ...
        @overload
        async def create(
            self, *, messages: Messages, model: str, stream: bool, **options: Unpack[Plain]
        ) -> models.ChatCompletion | AsyncChunks: ...
        async def create(self, **options: Any) -> Any:
            """Answer a conversation, whole or as a stream of chunks."""

        async def parse(  # type: ignore[override]  # with the parameters of openai
            self, *, messages: Messages, model: str, response_format: Type[T] = ..., **options: Unpack[ChatOptions]
        ) -> ParsedChatCompletion[T]:
            """Answer a conversation with a value of a type."""
            raise NotImplementedError

        def stream(  # type: ignore[override]  # with the parameters of openai
            self, *, messages: Messages, model: str, response_format: Type[T] = ..., **options: Unpack[ChatOptions]
        ) -> AsyncChatCompletionStreamManager[T]:
            """Answer a conversation as events."""
            raise NotImplementedError


class Chat(NativeChat):
    """The operations of `chat`."""

    @cached_property
    def completions(self) -> ChatCompletions:
        """Answer conversations."""
        return ChatCompletions(self._client)


class AsyncChat(NativeAsyncChat):
    """The operations of `chat`."""

    @cached_property
    def completions(self) -> AsyncChatCompletions:
        """Answer conversations."""
        return AsyncChatCompletions(self._client)


class Beta:
    """`client.beta`: another place of `client.chat`."""

    def __init__(self, client: Venice) -> None:
        self.chat = Chat(client)


class AsyncBeta:
    """`client.beta`: another place of `client.chat`."""

    def __init__(self, client: AsyncVenice) -> None:
        self.chat = AsyncChat(client)
