"""
Parameters of the openai package that the contract of the API lacks: the one table of them.

They are sent as they are, in the body or in the form, and reported once. All other unknown names are refused. The
classes serve type checkers; their keys are what the interceptor declares.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, TypedDict, cast

from venice_client._core.interceptors import Interceptor
from venice_client._core.request.call import CallOptions, Request
from venice_client._core.response.binary import BinaryContent
from venice_client._core.schema.sentinel import is_unset
from venice_client._core.warnings import VeniceWarning
from venice_client.models import ModelList


class ChatParameters(TypedDict, total=False):
    """Parameters of `chat.completions.create`, `parse` and `stream`."""

    audio: Mapping[str, object] | None
    function_call: str | Mapping[str, object]
    functions: Sequence[Mapping[str, object]]
    logit_bias: Mapping[str, int] | None
    modalities: Sequence[str] | None
    moderation: Mapping[str, object] | None
    prediction: Mapping[str, object] | None
    prompt_cache_options: Mapping[str, object] | None
    safety_identifier: str
    service_tier: str | None
    web_search_options: Mapping[str, object]


class ResponseParameters(TypedDict, total=False):
    """Parameters of `responses.create`, `parse` and `stream`."""

    access_programs: object
    background: bool | None
    background_options: object
    context_management: object
    conversation: str | Mapping[str, object] | None
    image: object
    max_tool_calls: int | None
    metadata: Mapping[str, str] | None
    moderation: Mapping[str, object] | None
    previous_response_id: str | None
    prompt: Mapping[str, object] | None
    prompt_cache_options: Mapping[str, object] | None
    prompt_cache_retention: str | None
    safety_identifier: str
    service_tier: str | None
    store: bool | None
    stream_options: Mapping[str, object] | None
    top_logprobs: int | None
    truncation: str | None
    user: str
    verbosity: str | None


class SpeechParameters(TypedDict, total=False):
    """Parameters of `audio.speech.create`."""

    instructions: str
    stream_format: str


class TranscriptionParameters(TypedDict, total=False):
    """Parameters of `audio.transcriptions.create`."""

    chunking_strategy: object
    include: Sequence[str]
    keywords: Sequence[str]
    known_speaker_names: Sequence[str]
    known_speaker_references: Sequence[str]
    languages: Sequence[str]
    prompt: str
    temperature: float
    timestamp_granularities: Sequence[str]


class ImageParameters(TypedDict, total=False):
    """Parameters of `images.generate`."""

    complexity: object
    frame_count: int
    frame_duration_ms: int
    safety_identifier: str
    svg: object


class EditParameters(ImageParameters, total=False):
    """Parameters of `images.edit`."""

    background: str | None
    input_fidelity: str | None
    markup: object
    output_compression: int | None
    user: str


TABLE: Final[Mapping[str, Any]] = {  # TypedDicts, whose class has no name
    "POST /chat/completions": ChatParameters,
    "POST /responses": ResponseParameters,
    "POST /audio/speech": SpeechParameters,
    "POST /audio/transcriptions": TranscriptionParameters,
    "POST /images/generations": ImageParameters,
    "POST /image/edit": EditParameters,
    "POST /image/multi-edit": EditParameters,
}
"""The parameters by operation."""


class OpenAIParameterWarning(VeniceWarning):
    """A parameter of the openai package was sent that the contract of the API lacks. It may have no effect."""


class OpenAIInterceptor(Interceptor):
    """Sends the parameters of the table, and gives results the members that openai's have."""

    keywords: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        operation: dict(parameters.__annotations__) for operation, parameters in TABLE.items()
    }

    reported: ClassVar[set[tuple[str, str]]] = set()
    """Operation and name of the parameters that were reported."""

    def before(self, request: Request) -> None:
        """Put the parameters into the body, and report each of them once."""
        declared = next((names for address, names in self.keywords.items() if request.calls(address)), {})
        given = {name: value for name, value in request.keywords.items() if name in declared and not is_unset(value)}
        if not given:
            return
        extra = {**given, **(request.options.get("extra_body") or {})}
        request.options = cast("CallOptions", {**request.options, "extra_body": extra})
        if new := sorted(name for name in given if (request.name, name) not in self.reported):
            self.reported.update((request.name, name) for name in new)
            text = f"{', '.join(new)}: the contract of {request.name} lacks it; it is sent, and may have no effect"
            warnings.warn(text, OpenAIParameterWarning, stacklevel=2)

    def after(self, request: Request, value: Any) -> Any:  # of any operation
        """Return the value with openai's members."""
        from venice_client.openai._models import SyncPage
        from venice_client.openai._raw import HttpxBinaryResponseContent

        if type(value) is BinaryContent and request.calls("POST /audio/speech"):
            return HttpxBinaryResponseContent(value.data, value.media_type, value.headers)
        if type(value) is not ModelList:
            return value
        page = SyncPage.from_dict(value.to_dict())
        page._answer = value._answer  # noqa: SLF001  # the same response
        return page
