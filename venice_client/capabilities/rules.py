"""
The table of what is held against a model's abilities: one row a rule. It is data; `verdict` reads it.

A row names the parameter that a problem is told of, where a row of GET /models (in its `model_spec`) tells the ability,
how they are compared, and for which operations. `given` says what of a request counts where that is not the
parameter itself. A rule with `whole` asks for something that is missing, so that it is held against a whole request
only. A list or a number that the row of a model lacks limits nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from attrs import frozen

from venice_client.capabilities import request_values as given
from venice_client.capabilities.comparisons import AtMost, Comparison, MultipleOf, OneOf, Refused
from venice_client.capabilities.request_values import Given, value_of

Ability: TypeAlias = str | Callable[[Mapping[str, Any]], Any]

EDIT: Final = "POST /image/edit"
MULTI_EDIT: Final = "POST /image/multi-edit"
GENERATE: Final = "POST /image/generate"
SIMPLE: Final = "POST /images/generations"
CHAT: Final = "POST /chat/completions"
RESPONSES: Final = "POST /responses"
EMBEDDINGS: Final = "POST /embeddings"
SPEECH: Final = "POST /audio/speech"
TRANSCRIPTIONS: Final = "POST /audio/transcriptions"
VOICES: Final = "POST /audio/voices"
MUSIC: Final = "POST /audio/queue"
MUSIC_QUOTE: Final = "POST /audio/quote"
VIDEO: Final = "POST /video/queue"
VIDEO_QUOTE: Final = "POST /video/quote"

EDITS: Final = (EDIT, MULTI_EDIT)
IMAGES: Final = (EDIT, MULTI_EDIT, GENERATE)
TEXTS: Final = (CHAT, RESPONSES)
VIDEOS: Final = (VIDEO, VIDEO_QUOTE)


@frozen
class Target:
    """An operation that uses a model: the kinds of model that it takes, and the parameters that may name it."""

    kinds: tuple[str, ...]
    names: tuple[str, ...] = ("model", "modelId")


TARGETS: Final[Mapping[str, Target]] = {
    EDIT: Target(("inpaint",)),
    MULTI_EDIT: Target(("inpaint",)),
    GENERATE: Target(("image",)),
    SIMPLE: Target(("image",)),
    CHAT: Target(("text",)),
    RESPONSES: Target(("text",)),
    EMBEDDINGS: Target(("embedding",)),
    SPEECH: Target(("tts",)),
    TRANSCRIPTIONS: Target(("asr",)),
    VOICES: Target(("tts",)),
    MUSIC: Target(("music",)),
    MUSIC_QUOTE: Target(("music",)),
    VIDEO: Target(("video",)),
    VIDEO_QUOTE: Target(("video",)),
}
ALIASES: Final = {
    **dict.fromkeys(("video.generate", "video.submit"), VIDEO),
    **dict.fromkeys(("audio.generate", "audio.submit"), MUSIC),
}
"""Methods that are no operation of their own, by the one that they begin with."""
KINDS: Final = frozenset({"asr", "embedding", "image", "inpaint", "music", "text", "tts", "upscale", "video"})
"""The kinds that are known: a model of another kind may be anything, and passes."""


@frozen
class Rule:
    """One row."""

    field: str
    ability: Ability
    compare: Comparison
    operations: tuple[str, ...]
    given: Given | None = None
    whole: bool = False

    def found(self, values: Mapping[str, Any]) -> Any:
        """Return what a request gives, or None."""
        return value_of(values, self.field) if self.given is None else self.given(values)

    def told(self, spec: Mapping[str, Any]) -> Any:
        """Return what a model says of itself, or None."""
        return value_of(spec, *self.ability.split(".")) if isinstance(self.ability, str) else self.ability(spec)


def _layers(spec: Mapping[str, Any]) -> Any:
    """How many pictures are combined: without a number it is 3, and 1 where pictures are not combined."""
    most = value_of(spec, "constraints", "maxInputImages")
    most = value_of(spec, "capabilities", "maxInputImages") if most is None else most
    return {True: 3, False: 1}.get(value_of(spec, "constraints", "combineImages")) if most is None else most


def _can_be_silent(spec: Mapping[str, Any]) -> Any:
    makes_sound = value_of(spec, "constraints", "audio") is True
    return value_of(spec, "constraints", "audio_configurable") if makes_sound else None


def _seconds(spec: Mapping[str, Any]) -> Any:
    """The lengths that a model takes, where it does not take all between two."""
    return value_of(spec, "duration_options") if value_of(spec, "max_duration") is None else None


def _voices(spec: Mapping[str, Any]) -> Any:
    """The voices of a model, where it does not take any other."""
    return None if value_of(spec, "supports_custom_voice_id") is True else value_of(spec, "voices") or None


EFFORT: Final = "capabilities.supportsReasoningEffort"
SOURCES: Final = (
    *("image_url", "end_image_url", "video_url", "reference_image_urls", "reference_video_urls"),
    *("keyframes", "elements", "scene_image_urls"),
)
"""The parameters of a video that a model which wants a picture may take it from."""

RULES: Final[tuple[Rule, ...]] = (
    # Pictures
    Rule("aspect_ratio", "constraints.aspectRatios", OneOf(also=("auto",)), EDITS),
    Rule("aspect_ratio", "constraints.aspectRatios", OneOf(), (GENERATE,)),
    Rule(
        "aspect_ratio",
        "constraints.singleImageAspectRatio",
        Refused("keeps the ratio of a single picture, and would ignore this: leave it out, or pass 'auto'"),
        (EDIT,),
        given=given.ratio,
    ),
    Rule("resolution", "constraints.resolutions", OneOf(), IMAGES),
    Rule("quality", "constraints.qualities", OneOf(), IMAGES),
    Rule("prompt", "constraints.promptCharacterLimit", AtMost("characters"), (*IMAGES, SIMPLE)),
    Rule("images", _layers, AtMost("pictures"), (MULTI_EDIT,)),
    Rule("steps", "constraints.steps.max", AtMost(), (GENERATE,)),
    Rule("width", "constraints.widthHeightDivisor", MultipleOf(), (GENERATE,)),
    Rule("height", "constraints.widthHeightDivisor", MultipleOf(), (GENERATE,)),
    Rule(
        "style_references",
        "supportsStyleReferences",
        Refused("takes no style references"),
        (GENERATE,),
        given=given.filled("style_references"),
    ),
    Rule("style_references", "constraints.maxStyleReferences", AtMost("pictures"), (GENERATE,)),
    # Video
    Rule("aspect_ratio", "constraints.aspect_ratios", OneOf(also=("auto", "adaptive")), VIDEOS),
    Rule("resolution", "constraints.resolutions", OneOf(), VIDEOS),
    Rule(
        "duration",  # always required, so that a model without a choice takes anything
        "constraints.durations",
        OneOf(also=("auto", "-1"), unit="s", empty_takes_none=False),
        VIDEOS,
    ),
    Rule("prompt", "constraints.prompt_character_limit", AtMost("characters"), (VIDEO,)),
    Rule("audio", "constraints.audio", Refused("makes no sound"), VIDEOS, given=given.switch("audio")),
    Rule("audio", _can_be_silent, Refused("always makes sound"), VIDEOS, given=given.silence),
    Rule(
        "image_url",
        "constraints.model_type",
        Refused("makes videos of words alone: leave it out", when="text-to-video"),
        (VIDEO,),
        given=given.filled("image_url"),
    ),
    Rule(
        "image_url",
        "constraints.model_type",
        Refused("makes videos of pictures, and none is given: pass one", when="image-to-video"),
        (VIDEO,),
        given=given.lacking(*SOURCES),
        whole=True,
    ),
    # Text
    Rule("messages", "capabilities.supportsVision", Refused("takes no pictures"), (CHAT,), given=given.pictures),
    Rule("input", "capabilities.supportsVision", Refused("takes no pictures"), (RESPONSES,), given=given.pictures),
    Rule(
        "messages",
        "capabilities.supportsMultipleImages",
        Refused("takes one picture a request"),
        (CHAT,),
        given=given.several_pictures,
    ),
    Rule("messages", "capabilities.maxImages", AtMost("pictures"), (CHAT,), given=given.pictures),
    Rule("messages", "capabilities.supportsAudioInput", Refused("takes no sound"), (CHAT,), given=given.audios),
    Rule("messages", "capabilities.supportsVideoInput", Refused("takes no videos"), (CHAT,), given=given.videos),
    Rule("messages", "capabilities.maxVideos", AtMost("videos"), (CHAT,), given=given.videos),
    Rule("tools", "capabilities.supportsFunctionCalling", Refused("calls no functions"), TEXTS, given=given.functions),
    Rule("tools", "capabilities.supportsXSearch", Refused("does not search X"), TEXTS, given=given.x_search),
    Rule(
        "venice_parameters.enable_web_search",
        "capabilities.supportsWebSearch",
        Refused("does not search the web"),
        TEXTS,
        given=given.web_search,
    ),
    Rule(
        "response_format",
        "capabilities.supportsResponseSchema",
        Refused("follows no JSON schema"),
        (CHAT,),
        given=given.answer_schema,
    ),
    Rule("reasoning_effort", EFFORT, Refused("does not let it be chosen"), (CHAT,), given=given.some_effort),
    Rule("reasoning_effort", "capabilities.reasoningEffortOptions", OneOf(), (CHAT,), given=given.effort),
    Rule("reasoning.effort", EFFORT, Refused("does not let it be chosen"), (RESPONSES,), given=given.some_effort),
    Rule("reasoning.effort", "capabilities.reasoningEffortOptions", OneOf(), (RESPONSES,), given=given.effort),
    Rule(
        "logprobs",
        "capabilities.supportsLogProbs",
        Refused("tells no probabilities"),
        (CHAT,),
        given=given.switch("logprobs"),
    ),
    Rule("max_completion_tokens", "maxCompletionTokens", AtMost(), (CHAT,)),
    Rule("max_tokens", "maxCompletionTokens", AtMost(), (CHAT,)),
    Rule("max_output_tokens", "maxCompletionTokens", AtMost(), (RESPONSES,)),
    # Embeddings
    Rule("dimensions", "supportsCustomDimensions", Refused("has one number of dimensions"), (EMBEDDINGS,)),
    Rule("dimensions", "embeddingDimensions", AtMost(), (EMBEDDINGS,)),
    # Speech and music
    Rule("voice", _voices, OneOf(), (SPEECH, MUSIC), given=given.stock_voice),
    Rule("response_format", "supported_formats", OneOf(), (SPEECH,)),
    Rule("prompt", "prompt_character_limit", AtMost("characters"), (MUSIC,)),
    Rule("prompt", "min_prompt_length", AtMost("characters", least=True), (MUSIC,)),
    Rule("duration_seconds", _seconds, OneOf(), (MUSIC, MUSIC_QUOTE)),
    Rule("duration_seconds", "min_duration", AtMost(least=True), (MUSIC, MUSIC_QUOTE)),
    Rule("duration_seconds", "max_duration", AtMost(), (MUSIC, MUSIC_QUOTE)),
    Rule("lyrics_prompt", "supports_lyrics", Refused("sings no lyrics"), (MUSIC,), given=given.filled("lyrics_prompt")),
    Rule("lyrics_prompt", "lyrics_character_limit", AtMost("characters"), (MUSIC,)),
    Rule(
        "lyrics_prompt",
        "lyrics_required",
        Refused("wants lyrics, and none are given: pass them", when=True),
        (MUSIC,),
        given=given.lacking("lyrics_prompt", "lyrics_optimizer", "force_instrumental"),
        whole=True,
    ),
    Rule(
        "force_instrumental",
        "supports_force_instrumental",
        Refused("does not take it"),
        (MUSIC,),
        given=given.switch("force_instrumental"),
    ),
    Rule("loop", "supports_loop", Refused("makes no loops"), (MUSIC,), given=given.switch("loop")),
    Rule("language_code", "supports_language_code", Refused("does not take it"), (MUSIC,)),
    Rule("speed", "supports_speed", Refused("has one speed"), (MUSIC,)),
    Rule("speed", "min_speed", AtMost(least=True), (MUSIC,)),
    Rule("speed", "max_speed", AtMost(), (MUSIC,)),
)

BY_OPERATION: Final[Mapping[str, tuple[Rule, ...]]] = {
    key: tuple(rule for rule in RULES if key in rule.operations) for key in TARGETS
}
