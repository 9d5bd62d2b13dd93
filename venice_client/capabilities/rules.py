"""
The table of rules: which capability of a model limits which parameter of which operation. It is data; `check` reads it.

A row names the parameter that a violation is reported for, where the model's row in GET /models (its `model_spec`)
states the capability, how the two are compared, and for which operations. `reads` says what of a request counts where
that is not the parameter itself. A rule with `complete` reports what is missing, so it applies to complete requests
only. A capability that a model's row lacks limits nothing. An operation keeps its rules when its address moves:
`OPERATIONS` resolves the address that it is written with here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from attrs import frozen

from venice_client.api import OPERATIONS
from venice_client.capabilities import request
from venice_client.capabilities.comparisons import Bound, Comparison, MultipleOf, OneOf, Refused
from venice_client.capabilities.request import Reader, value_of

Capability: TypeAlias = str | Callable[[Mapping[str, Any]], Any]

EDIT: Final = OPERATIONS.address("POST /image/edit")
MULTI_EDIT: Final = OPERATIONS.address("POST /image/multi-edit")
GENERATE: Final = OPERATIONS.address("POST /image/generate")
SIMPLE: Final = OPERATIONS.address("POST /images/generations")
CHAT: Final = OPERATIONS.address("POST /chat/completions")
RESPONSES: Final = OPERATIONS.address("POST /responses")
SPEECH: Final = OPERATIONS.address("POST /audio/speech")
MUSIC: Final = OPERATIONS.address("POST /audio/queue")
MUSIC_QUOTE: Final = OPERATIONS.address("POST /audio/quote")
VIDEO: Final = OPERATIONS.address("POST /video/queue")
VIDEO_QUOTE: Final = OPERATIONS.address("POST /video/quote")
EMBEDDINGS: Final = OPERATIONS.address("POST /embeddings")
VOICES: Final = OPERATIONS.address("POST /audio/voices")
TRANSCRIPTIONS: Final = OPERATIONS.address("POST /audio/transcriptions")

EDITS: Final = (EDIT, MULTI_EDIT)
IMAGES: Final = (EDIT, MULTI_EDIT, GENERATE)
TEXTS: Final = (CHAT, RESPONSES)
MUSICS: Final = (MUSIC, MUSIC_QUOTE)
VIDEOS: Final = (VIDEO, VIDEO_QUOTE)

KIND_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(EDITS, "inpaint"),
    **dict.fromkeys((GENERATE, SIMPLE), "image"),
    **dict.fromkeys(TEXTS, "text"),
    EMBEDDINGS: "embedding",
    **dict.fromkeys((SPEECH, VOICES), "tts"),
    TRANSCRIPTIONS: "asr",
    **dict.fromkeys(MUSICS, "music"),
    **dict.fromkeys(VIDEOS, "video"),
}
"""The operations that use a model, and the kind of model that each takes."""
KINDS: Final = frozenset({*KIND_OF.values(), "upscale"})
"""The known kinds. A model of another kind passes every check."""
MODEL_FIELDS: Final = ("model", "modelId")
"""The parameters that name the model."""


@frozen
class Rule:
    """One row."""

    field: str
    capability: Capability
    compare: Comparison
    operations: tuple[str, ...]
    reads: Reader | None = None
    complete: bool = False

    def read(self, values: Mapping[str, Any]) -> Any:
        """Return what a request gives, or None."""
        return value_of(values, self.field) if self.reads is None else self.reads(values)

    def state(self, spec: Mapping[str, Any]) -> Any:
        """Return what a model's row states, or None."""
        return value_of(spec, self.capability) if isinstance(self.capability, str) else self.capability(spec)


def _layers(spec: Mapping[str, Any]) -> Any:
    """How many pictures are combined: 3 where the row has no number, and 1 where it combines none."""
    for path in ("constraints.maxInputImages", "capabilities.maxInputImages"):
        if (most := value_of(spec, path)) is not None:
            return most
    return {True: 3, False: 1}.get(value_of(spec, "constraints.combineImages"))


def _can_be_silent(spec: Mapping[str, Any]) -> Any:
    makes_sound = value_of(spec, "constraints.audio") is True
    return value_of(spec, "constraints.audio_configurable") if makes_sound else None


def _seconds(spec: Mapping[str, Any]) -> Any:
    """The lengths that a model takes, where it does not take a range."""
    return value_of(spec, "duration_options") if value_of(spec, "max_duration") is None else None


def _voices(spec: Mapping[str, Any]) -> Any:
    """The voices of a model that takes no other."""
    return None if value_of(spec, "supports_custom_voice_id") is True else value_of(spec, "voices") or None


LENGTHS: Final = OneOf(always=("auto", "-1"), unit="s", empty_is_unlimited=True)  # duration is a required parameter
MOST: Final = Bound()
LEAST: Final = Bound(is_least=True)
CHARACTERS: Final = Bound("characters")
PICTURES: Final = Bound("pictures")
NO_EFFORT: Final = Refused("does not let it be chosen")
NO_PICTURES: Final = Refused("takes no pictures")
ONE_PICTURE: Final = Refused("takes one picture a request")
NO_SCHEMA: Final = Refused("follows no JSON schema")
TEXT_TO_VIDEO: Final = Refused("makes videos of words alone: leave it out", when="text-to-video")
IMAGE_TO_VIDEO: Final = Refused("makes videos of pictures, and none is given: pass one", when="image-to-video")
WEB: Final = "venice_parameters.enable_web_search"
CONTEXT: Final = "availableContextTokens"
KEEPS_RATIO: Final = "keeps the ratio of a single picture, and would ignore this: leave it out, or pass 'auto'"
SOURCES: Final = (
    *("image_url", "end_image_url", "video_url", "reference_image_urls", "reference_video_urls"),
    *("keyframes", "elements", "scene_image_urls"),
)
"""The parameters from which an image-to-video model may take its picture."""

RULES: Final[tuple[Rule, ...]] = (
    # Pictures
    Rule("aspect_ratio", "constraints.aspectRatios", OneOf(always=("auto",)), EDITS),
    Rule("aspect_ratio", "constraints.aspectRatios", OneOf(), (GENERATE,)),
    Rule("aspect_ratio", "constraints.singleImageAspectRatio", Refused(KEEPS_RATIO), (EDIT,), request.ratio),
    Rule("resolution", "constraints.resolutions", OneOf(), IMAGES),
    Rule("quality", "constraints.qualities", OneOf(), IMAGES),
    Rule("prompt", "constraints.promptCharacterLimit", CHARACTERS, (*IMAGES, SIMPLE)),
    Rule("images", _layers, PICTURES, (MULTI_EDIT,)),
    Rule("steps", "constraints.steps.max", MOST, (GENERATE,)),
    Rule("width", "constraints.widthHeightDivisor", MultipleOf(), (GENERATE,)),
    Rule("height", "constraints.widthHeightDivisor", MultipleOf(), (GENERATE,)),
    Rule("style_references", "supportsStyleReferences", Refused("takes no style references"), (GENERATE,)),
    Rule("style_references", "constraints.maxStyleReferences", PICTURES, (GENERATE,)),
    # Video
    Rule("aspect_ratio", "constraints.aspect_ratios", OneOf(always=("auto", "adaptive")), VIDEOS),
    Rule("resolution", "constraints.resolutions", OneOf(), VIDEOS),
    Rule("duration", "constraints.durations", LENGTHS, VIDEOS),
    Rule("prompt", "constraints.prompt_character_limit", CHARACTERS, (VIDEO,)),
    Rule("audio", "constraints.audio", Refused("makes no sound"), VIDEOS),
    Rule("audio", _can_be_silent, Refused("always makes sound"), VIDEOS, request.equals("audio", False)),
    Rule("image_url", "constraints.model_type", TEXT_TO_VIDEO, (VIDEO,)),
    Rule("image_url", "constraints.model_type", IMAGE_TO_VIDEO, (VIDEO,), request.lacking(*SOURCES), complete=True),
    # Text
    Rule("messages", CONTEXT, Bound("tokens"), (CHAT,), request.words),
    Rule("input", CONTEXT, Bound("tokens"), (RESPONSES,), request.words),
    Rule("max_completion_tokens", CONTEXT, MOST, (CHAT,)),
    Rule("max_completion_tokens", "maxCompletionTokens", MOST, (CHAT,)),
    Rule("max_tokens", CONTEXT, MOST, (CHAT,)),
    Rule("max_tokens", "maxCompletionTokens", MOST, (CHAT,)),
    Rule("max_output_tokens", "maxCompletionTokens", MOST, (RESPONSES,)),
    Rule("messages", "capabilities.supportsVision", NO_PICTURES, (CHAT,), request.pictures),
    Rule("input", "capabilities.supportsVision", NO_PICTURES, (RESPONSES,), request.pictures),
    Rule("messages", "capabilities.supportsMultipleImages", ONE_PICTURE, (CHAT,), request.several_pictures),
    Rule("messages", "capabilities.maxImages", PICTURES, (CHAT,), request.pictures),
    Rule(
        "messages",
        "capabilities.supportsAudioInput",
        Refused("takes no sound"),
        (CHAT,),
        request.count_parts("input_audio"),
    ),
    Rule(
        "messages",
        "capabilities.supportsVideoInput",
        Refused("takes no videos"),
        (CHAT,),
        request.count_parts("video_url"),
    ),
    Rule("messages", "capabilities.maxVideos", Bound("videos"), (CHAT,), request.count_parts("video_url")),
    Rule("tools", "capabilities.supportsFunctionCalling", Refused("calls no functions"), TEXTS, request.functions),
    Rule("tools", "capabilities.supportsXSearch", Refused("does not search X"), TEXTS, request.x_search),
    Rule(WEB, "capabilities.supportsWebSearch", Refused("does not search the web"), TEXTS, request.equals(WEB, "on")),
    Rule(
        "response_format",
        "capabilities.supportsResponseSchema",
        NO_SCHEMA,
        (CHAT,),
        request.equals("response_format.type", "json_schema"),
    ),
    Rule("reasoning_effort", "capabilities.supportsReasoningEffort", NO_EFFORT, (CHAT,), request.some_effort),
    Rule("reasoning_effort", "capabilities.reasoningEffortOptions", OneOf(), (CHAT,), request.effort),
    Rule("reasoning.effort", "capabilities.supportsReasoningEffort", NO_EFFORT, (RESPONSES,), request.some_effort),
    Rule("reasoning.effort", "capabilities.reasoningEffortOptions", OneOf(), (RESPONSES,), request.effort),
    Rule("logprobs", "capabilities.supportsLogProbs", Refused("gives no probabilities"), (CHAT,)),
    # Embeddings, speech and music
    Rule("dimensions", "embeddingDimensions", MOST, (EMBEDDINGS,)),
    Rule("voice", _voices, OneOf(), (SPEECH, MUSIC), request.stock_voice),
    Rule("response_format", "supported_formats", OneOf(), (SPEECH,)),
    Rule("prompt", "prompt_character_limit", CHARACTERS, (MUSIC,)),
    Rule("prompt", "min_prompt_length", Bound("characters", is_least=True), (MUSIC,)),
    Rule("duration_seconds", _seconds, OneOf(), MUSICS),
    Rule("duration_seconds", "min_duration", LEAST, MUSICS),
    Rule("duration_seconds", "max_duration", MOST, MUSICS),
    Rule("lyrics_prompt", "supports_lyrics", Refused("sings no lyrics"), (MUSIC,)),
    Rule("lyrics_prompt", "lyrics_character_limit", CHARACTERS, (MUSIC,)),
    Rule("loop", "supports_loop", Refused("makes no loops"), (MUSIC,)),
    Rule("speed", "min_speed", LEAST, (MUSIC,)),
    Rule("speed", "max_speed", MOST, (MUSIC,)),
)

RULES_OF: Final[Mapping[str, tuple[Rule, ...]]] = {
    key: tuple(rule for rule in RULES if key in rule.operations) for key in KIND_OF
}
