"""Types of `openai.types.shared`."""

from __future__ import annotations

from typing import TypeAlias

from venice_client import models

FunctionDefinition = models.FunctionDefinition
Reasoning = models.ReasoningOptions
ResponseFormatJSONObject = models.JsonObjectFormat
ResponseFormatJSONSchema = models.JsonSchemaFormat
ResponseFormatText = models.TextFormat

FunctionParameters: TypeAlias = dict[str, object]
Metadata: TypeAlias = dict[str, str]
ReasoningEffort: TypeAlias = str
