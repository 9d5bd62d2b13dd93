"""Types of the openai package, for annotations: the native models under its names."""

from venice_client import models
from venice_client.openai._images import Image as Image
from venice_client.openai._images import ImagesResponse as ImagesResponse
from venice_client.openai.types import audio as audio
from venice_client.openai.types import chat as chat
from venice_client.openai.types import responses as responses
from venice_client.openai.types import shared as shared
from venice_client.openai.types import shared_params as shared_params

CompletionUsage = models.ChatCompletionUsage
CreateEmbeddingResponse = models.EmbeddingList
Embedding = models.Embedding
FunctionDefinition = shared.FunctionDefinition
FunctionParameters = shared.FunctionParameters
Metadata = shared.Metadata
Model = models.ModelResponse
Reasoning = shared.Reasoning
ReasoningEffort = shared.ReasoningEffort
ResponseFormatJSONObject = shared.ResponseFormatJSONObject
ResponseFormatJSONSchema = shared.ResponseFormatJSONSchema
ResponseFormatText = shared.ResponseFormatText
AudioModel = ChatModel = EmbeddingModel = ImageModel = ResponsesModel = str
