"""Types of `openai.types.shared_params`: dictionaries of requests."""

from __future__ import annotations

from venice_client import models

FunctionDefinition = models.FunctionDefinitionParam
Reasoning = models.ReasoningOptionsParam
ResponseFormatJSONObject = models.JsonObjectFormatParam
ResponseFormatJSONSchema = models.JsonSchemaFormatParam
ResponseFormatText = models.TextFormatParam
