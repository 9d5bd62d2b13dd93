"""Types of `openai.types.responses`."""

from __future__ import annotations

from typing import Any, TypeAlias

from venice_client import models
from venice_client.chat import parsed

EasyInputMessageParam = models.ResponsesPlainMessageParam
FileSearchTool = models.FileSearchTool
FileSearchToolParam = models.FileSearchToolParam
FunctionTool = models.ResponsesFunctionTool
FunctionToolParam = models.ResponsesFunctionToolParam
ParsedResponse = parsed.ParsedResponse
Response = models.ResponsesResponse
ResponseError = models.ResponsesError
ResponseFunctionCallOutputItemParam = models.ResponsesFunctionCallOutputParam
ResponseFunctionToolCall = models.ResponsesOutputFunctionCall
ResponseFunctionToolCallParam = models.ResponsesFunctionCallParam
ResponseFunctionWebSearch = models.ResponsesOutputWebSearch
ResponseInputFileParam = models.InputFileParam
ResponseInputImageParam = models.InputImagePartParam
ResponseInputTextParam = models.InputTextPartParam
ResponseOutputMessage = models.ResponsesOutputMessage
ResponseOutputText = models.ResponsesOutputText
ResponseReasoningItem = models.ResponsesOutputReasoning
ResponseStreamEvent = models.ResponseStreamEvent
ResponseUsage = models.ResponsesUsage
WebSearchTool = models.WebSearchTool
WebSearchToolParam = models.WebSearchToolParam

ResponseInputItemParam: TypeAlias = (
    models.ResponsesPlainMessageParam | models.ResponsesFunctionCallParam | models.ResponsesFunctionCallOutputParam
)
ResponseInputParam: TypeAlias = list[Any]  # of dictionaries and of items of an earlier response
ResponseOutputItem: TypeAlias = (
    models.ResponsesOutputMessage
    | models.ResponsesOutputFunctionCall
    | models.ResponsesOutputReasoning
    | models.ResponsesOutputWebSearch
)
ResponseStatus: TypeAlias = models.ResponsesResponseStatus
ToolParam: TypeAlias = models.ResponsesFunctionToolParam | models.WebSearchToolParam | models.FileSearchToolParam
