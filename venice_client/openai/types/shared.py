"""Types of `openai.types.shared`."""

from __future__ import annotations

from typing import Any, TypeAlias

from venice_client.models import FunctionDefinition
from venice_client.models import JsonObjectFormat as ResponseFormatJSONObject
from venice_client.models import JsonSchemaFormat as ResponseFormatJSONSchema
from venice_client.models import ReasoningOptions as Reasoning
from venice_client.models import TextFormat as ResponseFormatText

FunctionParameters: TypeAlias = dict[str, Any]
Metadata: TypeAlias = dict[str, str]
ReasoningEffort: TypeAlias = str

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
