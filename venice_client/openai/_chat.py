"""`client.chat.completions` with openai's meaning: the native methods, and the parameters of openai beside theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, overload

from venice_client import models
from venice_client.chat.resource import AsyncChat as NativeAsyncChat
from venice_client.chat.resource import AsyncChatCompletions as NativeAsyncChatCompletions
from venice_client.chat.resource import Chat as NativeChat
from venice_client.chat.resource import ChatCompletions as NativeChatCompletions

if TYPE_CHECKING:
    from typing import TypeVar, Unpack

    from venice_client._core.schema.model import Model
    from venice_client._core.schema.sentinel import Unset
    from venice_client._core.streaming.stream import AsyncStream, Stream
    from venice_client.api.chat_completions.create import CreateOptions
    from venice_client.chat.parsed import ParsedChatCompletion
    from venice_client.chat.stream import AsyncChatCompletionStreamManager, ChatCompletionStreamManager
    from venice_client.openai._parameters import ChatParameters

    class ChatOptions(CreateOptions, ChatParameters, total=False):
        """What a call takes beside messages, model, response_format, stream and tools."""

    T = TypeVar("T")
    Messages = Iterable[Model | Mapping[str, object]]
    Tools = Iterable[Mapping[str, object]] | None | Unset
    Format = Mapping[str, object] | Model | None | Unset
    Chunks = Stream[models.ChatCompletionChunk, models.ChatCompletion]
    AsyncChunks = AsyncStream[models.ChatCompletionChunk, models.ChatCompletion]


class ChatCompletions(NativeChatCompletions):
    """The operations of `chat.completions`."""

    _raises_on_refusal: ClassVar[bool] = False

    if TYPE_CHECKING:

        @overload  # type: ignore[override]  # with the parameters of openai
        def create(
            self,
            *,
            messages: Messages,
            model: str,
            response_format: Format = ...,
            stream: Literal[False] | Unset | None = ...,
            tools: Tools = ...,
            **options: Unpack[ChatOptions],
        ) -> models.ChatCompletion: ...
        @overload
        def create(
            self,
            *,
            messages: Messages,
            model: str,
            response_format: Format = ...,
            stream: Literal[True],
            tools: Tools = ...,
            **options: Unpack[ChatOptions],
        ) -> Chunks: ...
        @overload
        def create(
            self,
            *,
            messages: Messages,
            model: str,
            response_format: Format = ...,
            stream: bool,
            tools: Tools = ...,
            **options: Unpack[ChatOptions],
        ) -> models.ChatCompletion | Chunks: ...
        def create(self, **options: Any) -> Any:
            """Answer a conversation, whole or as a stream of chunks."""

        def parse(  # type: ignore[override]  # with the parameters of openai
            self,
            *,
            messages: Messages,
            model: str,
            response_format: type[T] | Mapping[str, object] | Unset | None = ...,
            tools: Tools = ...,
            **options: Unpack[ChatOptions],
        ) -> ParsedChatCompletion[T]:
            """Answer a conversation with a value of a type."""
            raise NotImplementedError

        def stream(  # type: ignore[override]  # with the parameters of openai
            self,
            *,
            messages: Messages,
            model: str,
            response_format: type[T] | Mapping[str, object] | Unset | None = ...,
            tools: Tools = ...,
            **options: Unpack[ChatOptions],
        ) -> ChatCompletionStreamManager[T]:
            """Answer a conversation as events."""
            raise NotImplementedError


class AsyncChatCompletions(NativeAsyncChatCompletions):
    """The operations of `chat.completions`, async."""

    _raises_on_refusal: ClassVar[bool] = False

    if TYPE_CHECKING:

        @overload  # type: ignore[override]  # with the parameters of openai
        async def create(
            self,
            *,
            messages: Messages,
            model: str,
            response_format: Format = ...,
            stream: Literal[False] | Unset | None = ...,
            tools: Tools = ...,
            **options: Unpack[ChatOptions],
        ) -> models.ChatCompletion: ...
        @overload
        async def create(
            self,
            *,
            messages: Messages,
            model: str,
            response_format: Format = ...,
            stream: Literal[True],
            tools: Tools = ...,
            **options: Unpack[ChatOptions],
        ) -> AsyncChunks: ...
        @overload
        async def create(
            self,
            *,
            messages: Messages,
            model: str,
            response_format: Format = ...,
            stream: bool,
            tools: Tools = ...,
            **options: Unpack[ChatOptions],
        ) -> models.ChatCompletion | AsyncChunks: ...
        async def create(self, **options: Any) -> Any:
            """Answer a conversation, whole or as a stream of chunks."""

        async def parse(  # type: ignore[override]  # with the parameters of openai
            self,
            *,
            messages: Messages,
            model: str,
            response_format: type[T] | Mapping[str, object] | Unset | None = ...,
            tools: Tools = ...,
            **options: Unpack[ChatOptions],
        ) -> ParsedChatCompletion[T]:
            """Answer a conversation with a value of a type."""
            raise NotImplementedError

        def stream(  # type: ignore[override]  # with the parameters of openai
            self,
            *,
            messages: Messages,
            model: str,
            response_format: type[T] | Mapping[str, object] | Unset | None = ...,
            tools: Tools = ...,
            **options: Unpack[ChatOptions],
        ) -> AsyncChatCompletionStreamManager[T]:
            """Answer a conversation as events."""
            raise NotImplementedError


class Chat(NativeChat):
    """The operations of `chat`."""

    @property
    def completions(self) -> ChatCompletions:
        """Answer conversations."""
        return ChatCompletions(self._client)


class AsyncChat(NativeAsyncChat):
    """The operations of `chat`."""

    @property
    def completions(self) -> AsyncChatCompletions:
        """Answer conversations."""
        return AsyncChatCompletions(self._client)


class Beta:
    """`client.beta`: other names of `client.chat`."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat


class AsyncBeta:
    """`client.beta`: other names of `client.chat`."""

    def __init__(self, chat: AsyncChat) -> None:
        self.chat = chat
