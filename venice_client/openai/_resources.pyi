from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal, TypeAlias, Unpack, overload

from typing_extensions import TypeVar

from venice_client import models
from venice_client._core.request.call import FileInput
from venice_client._core.schema.model import Model
from venice_client._core.schema.sentinel import Unset
from venice_client._core.streaming.stream import AsyncStream, Stream
from venice_client.api.audio_speech import AsyncAudioSpeech, AudioSpeech
from venice_client.api.audio_speech.create import CreateOptions as SpeechCreateOptions
from venice_client.api.audio_transcriptions import AsyncAudioTranscriptions, AudioTranscriptions
from venice_client.api.audio_transcriptions.create import CreateOptions as TranscriptionCreateOptions
from venice_client.api.chat_completions.create import CreateOptions as ChatCreateOptions
from venice_client.api.responses.create import CreateOptions as ResponseCreateOptions
from venice_client.chat import resource as native
from venice_client.chat.parsed import ParsedChatCompletion, ParsedResponse
from venice_client.chat.stream import AsyncChatCompletionStreamManager, ChatCompletionStreamManager
from venice_client.jobs import audio as native_audio
from venice_client.openai._parameters import (
    ChatParameters,
    ResponseParameters,
    SpeechParameters,
    TranscriptionParameters,
)
from venice_client.openai._raw import HttpxBinaryResponseContent

_T = TypeVar("_T", default=None)
Messages: TypeAlias = Iterable[Model | Mapping[str, object]]
Type: TypeAlias = type[_T] | Mapping[str, object] | Unset | None
Chunks: TypeAlias = Stream[models.ChatCompletionChunk, models.ChatCompletion]
AsyncChunks: TypeAlias = AsyncStream[models.ChatCompletionChunk, models.ChatCompletion]
Input: TypeAlias = str | list[object]
Events: TypeAlias = Stream[models.ResponseStreamEvent, models.ResponsesResponse]
AsyncEvents: TypeAlias = AsyncStream[models.ResponseStreamEvent, models.ResponsesResponse]
Whole: TypeAlias = Literal[False] | Unset | None
JsonFormat: TypeAlias = Literal["json", "verbose_json"] | Unset | None

class ChatOptions(ChatCreateOptions, ChatParameters, total=False):
    tools: Iterable[Mapping[str, object]] | Unset | None

class Plain(ChatOptions, total=False):
    response_format: Mapping[str, object] | Model | Unset | None

class ResponseOptions(ResponseCreateOptions, ResponseParameters, total=False): ...
class SpeechOptions(SpeechCreateOptions, SpeechParameters, total=False): ...
class TranscriptionOptions(TranscriptionCreateOptions, TranscriptionParameters, total=False): ...

class ChatCompletions(native.ChatCompletions):
    @overload  # type: ignore[override]  # with the parameters of openai, as all below
    def create(
        self, *, messages: Messages, model: str, stream: Whole = ..., **options: Unpack[Plain]
    ) -> models.ChatCompletion: ...
    @overload
    def create(self, *, messages: Messages, model: str, stream: Literal[True], **options: Unpack[Plain]) -> Chunks: ...
    @overload
    def create(
        self, *, messages: Messages, model: str, stream: bool, **options: Unpack[Plain]
    ) -> models.ChatCompletion | Chunks: ...
    def parse(  # type: ignore[override]
        self, *, messages: Messages, model: str, response_format: Type[_T] = ..., **options: Unpack[ChatOptions]
    ) -> ParsedChatCompletion[_T]: ...
    def stream(  # type: ignore[override]
        self, *, messages: Messages, model: str, response_format: Type[_T] = ..., **options: Unpack[ChatOptions]
    ) -> ChatCompletionStreamManager[_T]: ...

class AsyncChatCompletions(native.AsyncChatCompletions):
    @overload  # type: ignore[override]
    async def create(
        self, *, messages: Messages, model: str, stream: Whole = ..., **options: Unpack[Plain]
    ) -> models.ChatCompletion: ...
    @overload
    async def create(
        self, *, messages: Messages, model: str, stream: Literal[True], **options: Unpack[Plain]
    ) -> AsyncChunks: ...
    @overload
    async def create(
        self, *, messages: Messages, model: str, stream: bool, **options: Unpack[Plain]
    ) -> models.ChatCompletion | AsyncChunks: ...
    async def parse(  # type: ignore[override]
        self, *, messages: Messages, model: str, response_format: Type[_T] = ..., **options: Unpack[ChatOptions]
    ) -> ParsedChatCompletion[_T]: ...
    def stream(  # type: ignore[override]
        self, *, messages: Messages, model: str, response_format: Type[_T] = ..., **options: Unpack[ChatOptions]
    ) -> AsyncChatCompletionStreamManager[_T]: ...

class Responses(native.Responses):
    @overload  # type: ignore[override]
    def create(
        self, *, input: Input, model: str, stream: Whole = ..., **options: Unpack[ResponseOptions]
    ) -> models.ResponsesResponse: ...
    @overload
    def create(
        self, *, input: Input, model: str, stream: Literal[True], **options: Unpack[ResponseOptions]
    ) -> Events: ...
    @overload
    def create(
        self, *, input: Input, model: str, stream: bool, **options: Unpack[ResponseOptions]
    ) -> models.ResponsesResponse | Events: ...
    def parse(  # type: ignore[override]
        self, *, input: Input, model: str, text_format: type[_T] = ..., **options: Unpack[ResponseOptions]
    ) -> ParsedResponse[_T]: ...

class AsyncResponses(native.AsyncResponses):
    @overload  # type: ignore[override]
    async def create(
        self, *, input: Input, model: str, stream: Whole = ..., **options: Unpack[ResponseOptions]
    ) -> models.ResponsesResponse: ...
    @overload
    async def create(
        self, *, input: Input, model: str, stream: Literal[True], **options: Unpack[ResponseOptions]
    ) -> AsyncEvents: ...
    @overload
    async def create(
        self, *, input: Input, model: str, stream: bool, **options: Unpack[ResponseOptions]
    ) -> models.ResponsesResponse | AsyncEvents: ...
    async def parse(  # type: ignore[override]
        self, *, input: Input, model: str, text_format: type[_T] = ..., **options: Unpack[ResponseOptions]
    ) -> ParsedResponse[_T]: ...

class Speech(AudioSpeech):
    def create(  # type: ignore[override]
        self, *, input: str, **options: Unpack[SpeechOptions]
    ) -> HttpxBinaryResponseContent: ...

class AsyncSpeech(AsyncAudioSpeech):
    async def create(  # type: ignore[override]
        self, *, input: str, **options: Unpack[SpeechOptions]
    ) -> HttpxBinaryResponseContent: ...

class Transcriptions(AudioTranscriptions):
    @overload  # type: ignore[override]
    def create(  # type: ignore[overload-overlap]  # str is the rest
        self, *, file: FileInput, response_format: JsonFormat = ..., **options: Unpack[TranscriptionOptions]
    ) -> models.Transcription: ...
    @overload
    def create(self, *, file: FileInput, response_format: str, **options: Unpack[TranscriptionOptions]) -> str: ...

class AsyncTranscriptions(AsyncAudioTranscriptions):
    @overload  # type: ignore[override]
    async def create(  # type: ignore[overload-overlap]  # str is the rest
        self, *, file: FileInput, response_format: JsonFormat = ..., **options: Unpack[TranscriptionOptions]
    ) -> models.Transcription: ...
    @overload
    async def create(
        self, *, file: FileInput, response_format: str, **options: Unpack[TranscriptionOptions]
    ) -> str: ...

class Chat(native.Chat):
    @cached_property
    def completions(self) -> ChatCompletions: ...

class AsyncChat(native.AsyncChat):
    @cached_property
    def completions(self) -> AsyncChatCompletions: ...

class Audio(native_audio.Audio):
    @property
    def speech(self) -> Speech: ...
    @property
    def transcriptions(self) -> Transcriptions: ...

class AsyncAudio(native_audio.AsyncAudio):
    @property
    def speech(self) -> AsyncSpeech: ...
    @property
    def transcriptions(self) -> AsyncTranscriptions: ...
