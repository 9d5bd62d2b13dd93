"""Types of the openai package, for annotations: the native models under its names."""

from venice_client.models import CompletionUsage, Embedding, FunctionDefinition
from venice_client.models import EmbeddingList as CreateEmbeddingResponse
from venice_client.models import ModelResponse as Model
from venice_client.openai._images import Image, ImagesResponse
from venice_client.openai.types import audio, chat, responses, shared, shared_params
from venice_client.openai.types.shared import (
    FunctionParameters,
    Metadata,
    Reasoning,
    ReasoningEffort,
    ResponseFormatJSONObject,
    ResponseFormatJSONSchema,
    ResponseFormatText,
)

ChatModel = str
EmbeddingModel = str
ImageModel = str
AudioModel = str

__all__ = [
    "AudioModel",
    "ChatModel",
    "CompletionUsage",
    "CreateEmbeddingResponse",
    "Embedding",
    "EmbeddingModel",
    "FunctionDefinition",
    "FunctionParameters",
    "Image",
    "ImageModel",
    "ImagesResponse",
    "Metadata",
    "Model",
    "Reasoning",
    "ReasoningEffort",
    "ResponseFormatJSONObject",
    "ResponseFormatJSONSchema",
    "ResponseFormatText",
    "audio",
    "chat",
    "responses",
    "shared",
    "shared_params",
]
