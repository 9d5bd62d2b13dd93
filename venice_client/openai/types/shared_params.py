"""Types of `openai.types.shared_params`: dictionaries of requests."""

from __future__ import annotations

from venice_client.models import FunctionDefinitionParam as FunctionDefinition
from venice_client.models import JsonObjectFormatParam as ResponseFormatJSONObject
from venice_client.models import JsonSchemaFormatParam as ResponseFormatJSONSchema
from venice_client.models import ReasoningOptionsParam as Reasoning
from venice_client.models import TextFormatParam as ResponseFormatText
from venice_client.openai.types.shared import FunctionParameters, Metadata, ReasoningEffort

__all__ = [
    "FunctionDefinition",
    "FunctionParameters",
    "Metadata",
    "Reasoning",
    "ReasoningEffort",
    "ResponseFormatJSONObject",
    "ResponseFormatJSONSchema",
    "ResponseFormatText",
]
