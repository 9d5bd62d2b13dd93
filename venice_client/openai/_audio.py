"""`client.audio` with openai's meaning: speech under openai's names, and transcriptions with its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from venice_client.api.resources import resource_classes
from venice_client.jobs.audio import AsyncAudio as NativeAsyncAudio
from venice_client.jobs.audio import Audio as NativeAudio

if TYPE_CHECKING:
    from typing import TypeAlias, Unpack

    from venice_client import models
    from venice_client._core.request.call import CallOptions, FileInput
    from venice_client._core.schema.sentinel import Unset
    from venice_client.api.audio_speech import AsyncAudioSpeech as NativeAsyncSpeech
    from venice_client.api.audio_speech import AudioSpeech as NativeSpeech
    from venice_client.api.audio_transcriptions import AsyncAudioTranscriptions as NativeAsyncTranscriptions
    from venice_client.api.audio_transcriptions import AudioTranscriptions as NativeTranscriptions
    from venice_client.openai._parameters import SpeechParameters, TranscriptionParameters
    from venice_client.openai._raw import HttpxBinaryResponseContent

    JsonFormat: TypeAlias = Literal["json", "verbose_json"] | Unset | None

    class SpeechOptions(CallOptions, SpeechParameters, total=False):
        """What a call takes beside the input."""

        model: str | Unset | None
        voice: str | Unset | None
        language: str | Unset | None
        prompt: str | Unset | None
        response_format: models.CreateSpeechRequestSchemaResponseFormat | Unset | None
        speed: float | Unset | None
        streaming: bool | Unset | None
        temperature: float | Unset | None
        top_p: float | Unset | None

    class TranscriptionOptions(CallOptions, TranscriptionParameters, total=False):
        """What a call takes beside file and response_format."""

        model: str | Unset | None
        language: str | Unset | None
        timestamps: bool | Unset | None
else:
    NativeSpeech, NativeAsyncSpeech = resource_classes("audio.speech")
    NativeTranscriptions, NativeAsyncTranscriptions = resource_classes("audio.transcriptions")


class Speech(NativeSpeech):
    """The operations of `audio.speech`."""

    if TYPE_CHECKING:

        def create(  # type: ignore[override]  # with the parameters of openai
            self, *, input: str, **options: Unpack[SpeechOptions]
        ) -> HttpxBinaryResponseContent:
            """Speak a text."""
            raise NotImplementedError


class AsyncSpeech(NativeAsyncSpeech):
    """The operations of `audio.speech`, async."""

    if TYPE_CHECKING:

        async def create(  # type: ignore[override]  # with the parameters of openai
            self, *, input: str, **options: Unpack[SpeechOptions]
        ) -> HttpxBinaryResponseContent:
            """Speak a text."""
            raise NotImplementedError


class Transcriptions(NativeTranscriptions):
    """The operations of `audio.transcriptions`."""

    if TYPE_CHECKING:

        @overload  # type: ignore[override]  # with the parameters of openai
        def create(  # type: ignore[overload-overlap]  # str is the rest
            self, *, file: FileInput, response_format: JsonFormat = ..., **options: Unpack[TranscriptionOptions]
        ) -> models.Transcription: ...
        @overload
        def create(self, *, file: FileInput, response_format: str, **options: Unpack[TranscriptionOptions]) -> str: ...
        def create(self, **options: Any) -> Any:
            """Write down what is said in a sound file."""


class AsyncTranscriptions(NativeAsyncTranscriptions):
    """The operations of `audio.transcriptions`, async."""

    if TYPE_CHECKING:

        @overload  # type: ignore[override]  # with the parameters of openai
        async def create(  # type: ignore[overload-overlap]  # str is the rest
            self, *, file: FileInput, response_format: JsonFormat = ..., **options: Unpack[TranscriptionOptions]
        ) -> models.Transcription: ...
        @overload
        async def create(
            self, *, file: FileInput, response_format: str, **options: Unpack[TranscriptionOptions]
        ) -> str: ...
        async def create(self, **options: Any) -> Any:
            """Write down what is said in a sound file."""


class Audio(NativeAudio):
    """The operations of `audio`."""

    @property
    def speech(self) -> Speech:
        """Speak texts."""
        return Speech(self._client)

    @property
    def transcriptions(self) -> Transcriptions:
        """Write down what is said."""
        return Transcriptions(self._client)


class AsyncAudio(NativeAsyncAudio):
    """The operations of `audio`, async."""

    @property
    def speech(self) -> AsyncSpeech:
        """Speak texts."""
        return AsyncSpeech(self._client)

    @property
    def transcriptions(self) -> AsyncTranscriptions:
        """Write down what is said."""
        return AsyncTranscriptions(self._client)
