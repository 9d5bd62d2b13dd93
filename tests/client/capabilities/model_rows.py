"""What the tests of capabilities share: rows of a list of models, and counts of calls."""

from __future__ import annotations

from typing import Any

from tests.standin import StandIn
from tests.standin.media import content

PNG = content("image/png")
LIST = "GET /models"
EDIT = "POST /image/edit"
CHAT = "chat-completions"


def row(name: str, kind: str, **spec: Any) -> dict[str, Any]:
    return {
        "id": name,
        "type": kind,
        "object": "model",
        "owned_by": "venice.ai",
        "model_spec": {"privacy": "private", "traits": [], **spec},
    }


def text(name: str, **more: Any) -> dict[str, Any]:
    can = {"supportsVision": False, "supportsFunctionCalling": False, "supportsReasoning": True}
    return row(name, "text", capabilities={**can, **more.pop("can", {})}, **more)


EDITING = {"aspectRatios": ["1:1", "3:2"], "promptCharacterLimit": 20, "combineImages": True}
VIDEO = {"aspect_ratios": [], "resolutions": ["720p", "4k"], "durations": ["5s", "8s"], "model_type": "text-to-video"}
ROWS = [
    row("wide-edit", "inpaint", constraints={**EDITING, "maxInputImages": 2, "resolutions": ["1K", "2K"]}),
    row("plain-edit", "inpaint", constraints={**EDITING, "combineImages": False, "singleImageAspectRatio": False}),
    row("three-edit", "inpaint", constraints=EDITING),
    row("bare-edit", "inpaint"),
    row("broken-edit", "inpaint", offline=True),
    row(
        "painter",
        "image",
        traits=["default"],
        constraints={"steps": {"default": 8, "max": 30}, "widthHeightDivisor": 16, "maxStyleReferences": 1},
    ),
    row("sketcher", "image", supportsStyleReferences=False, constraints={"steps": {"max": 0}, "qualities": ["low"]}),
    text("blind", traits=["default"], maxCompletionTokens=100),
    text(
        "seeing",
        can={
            "supportsVision": True,
            "supportsMultipleImages": True,
            "maxImages": 2,
            "supportsFunctionCalling": True,
            "supportsReasoningEffort": True,
            "reasoningEffortOptions": ["low", "high"],
        },
    ),
    text("short", availableContextTokens=50),
    text("stubborn", can={"supportsReasoningEffort": False, "supportsResponseSchema": False}),
    row("words-to-film", "video", constraints={**VIDEO, "audio": True, "audio_configurable": False}),
    row("stills-to-film", "video", constraints={**VIDEO, "audio": False, "model_type": "image-to-video"}),
    row("band", "music", duration_options=[60, 90.0], supports_loop=False, lyrics_required=True),
    row("orchestra", "music", duration_options=[60], min_duration=30, max_duration=120, min_prompt_length=3),
    row("reader", "tts", voices=["Aria", "Tim"], supported_formats=["mp3"]),
    row("any-reader", "tts", voices=["Aria"], supports_custom_voice_id=True),
    row("vectors", "embedding", embeddingDimensions=512),
    {"id": "without-limits", "type": "inpaint"},
    {"id": "new-kind", "type": "holograms", "model_spec": {}},
]


def lists(api: StandIn) -> int:
    return sum(request.operation == LIST for request in api.requests)


def edits(api: StandIn) -> int:
    return sum(request.operation == EDIT for request in api.requests)
