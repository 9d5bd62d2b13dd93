"""Types of `openai.types.responses`."""

from __future__ import annotations

from typing import Any, TypeAlias

from venice_client.chat.parsed import ParsedResponse
from venice_client.chat.parsed import TextResponse as Response
from venice_client.models import (
    FileSearchTool,
    FileSearchToolParam,
    ResponsesFunctionTool,
    ResponseStreamEvent,
    WebSearchTool,
    WebSearchToolParam,
)
from venice_client.models import InputFileParam as ResponseInputFileParam
from venice_client.models import InputImagePartParam as ResponseInputImageParam
from venice_client.models import InputTextPartParam as ResponseInputTextParam
from venice_client.models import ResponsesError as ResponseError
from venice_client.models import ResponsesFunctionCallOutputParam as ResponseFunctionCallOutputItemParam
from venice_client.models import ResponsesFunctionCallParam as ResponseFunctionToolCallParam
from venice_client.models import ResponsesFunctionToolParam as FunctionToolParam
from venice_client.models import ResponsesOutputFunctionCall as ResponseFunctionToolCall
from venice_client.models import ResponsesOutputMessage as ResponseOutputMessage
from venice_client.models import ResponsesOutputReasoning as ResponseReasoningItem
from venice_client.models import ResponsesOutputText as ResponseOutputText
from venice_client.models import ResponsesOutputWebSearch as ResponseFunctionWebSearch
from venice_client.models import ResponsesPlainMessageParam as EasyInputMessageParam
from venice_client.models import ResponsesResponseStatus as ResponseStatus
from venice_client.models import ResponsesUsage as ResponseUsage

FunctionTool = ResponsesFunctionTool
ResponseOutputItem: TypeAlias = (
    ResponseOutputMessage | ResponseFunctionToolCall | ResponseReasoningItem | ResponseFunctionWebSearch
)
ResponseInputItemParam: TypeAlias = (
    EasyInputMessageParam | ResponseFunctionToolCallParam | ResponseFunctionCallOutputItemParam
)
ResponseInputParam: TypeAlias = list[Any]
ToolParam: TypeAlias = FunctionToolParam | WebSearchToolParam | FileSearchToolParam

__all__ = [
    "EasyInputMessageParam",
    "FileSearchTool",
    "FileSearchToolParam",
    "FunctionTool",
    "FunctionToolParam",
    "ParsedResponse",
    "Response",
    "ResponseError",
    "ResponseFunctionCallOutputItemParam",
    "ResponseFunctionToolCall",
    "ResponseFunctionToolCallParam",
    "ResponseFunctionWebSearch",
    "ResponseInputFileParam",
    "ResponseInputImageParam",
    "ResponseInputItemParam",
    "ResponseInputParam",
    "ResponseInputTextParam",
    "ResponseOutputItem",
    "ResponseOutputMessage",
    "ResponseOutputText",
    "ResponseReasoningItem",
    "ResponseStatus",
    "ResponseStreamEvent",
    "ResponseUsage",
    "ToolParam",
    "WebSearchTool",
    "WebSearchToolParam",
]
