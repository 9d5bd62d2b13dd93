"""Types of `openai.types.chat`."""

from __future__ import annotations

from typing import Literal, TypeAlias

from venice_client.chat.parsed import ParsedChatCompletion, ParsedChoice, ParsedFunction
from venice_client.chat.parsed import ParsedMessage as ParsedChatCompletionMessage
from venice_client.chat.parsed import ParsedToolCall as ParsedFunctionToolCall
from venice_client.models import AssistantMessage as ChatCompletionMessage
from venice_client.models import AssistantMessageParam as ChatCompletionAssistantMessageParam
from venice_client.models import AudioPartParam as ChatCompletionContentPartInputAudioParam
from venice_client.models import ChatCompletion, ChatCompletionChunk
from venice_client.models import DeveloperMessageParam as ChatCompletionDeveloperMessageParam
from venice_client.models import FilePartParam as _File
from venice_client.models import FunctionTool as ChatCompletionFunctionTool
from venice_client.models import FunctionToolParam as ChatCompletionFunctionToolParam
from venice_client.models import ImagePartParam as ChatCompletionContentPartImageParam
from venice_client.models import StreamOptionsParam as ChatCompletionStreamOptionsParam
from venice_client.models import SystemMessageParam as ChatCompletionSystemMessageParam
from venice_client.models import TextPart as ChatCompletionContentPartText
from venice_client.models import TextPartParam as ChatCompletionContentPartTextParam
from venice_client.models import TokenLogprob as ChatCompletionTokenLogprob
from venice_client.models import ToolCall as ChatCompletionMessageFunctionToolCall
from venice_client.models import ToolCallParam as ChatCompletionMessageFunctionToolCallParam
from venice_client.models import ToolChoiceParam as ChatCompletionNamedToolChoiceParam
from venice_client.models import ToolMessageParam as ChatCompletionToolMessageParam
from venice_client.models import UserMessageParam as ChatCompletionUserMessageParam

ChatCompletionMessageToolCall = ChatCompletionMessageFunctionToolCall
ChatCompletionMessageToolCallUnion = ChatCompletionMessageFunctionToolCall
ChatCompletionMessageToolCallParam = ChatCompletionMessageFunctionToolCallParam
ChatCompletionMessageToolCallUnionParam = ChatCompletionMessageFunctionToolCallParam
ChatCompletionToolParam = ChatCompletionFunctionToolParam
ChatCompletionToolUnionParam = ChatCompletionFunctionToolParam
ChatCompletionReasoningEffort: TypeAlias = str
ChatCompletionModality: TypeAlias = Literal["text", "audio"]
ChatCompletionRole: TypeAlias = Literal["developer", "system", "user", "assistant", "tool", "function"]
ChatCompletionContentPartParam: TypeAlias = (
    ChatCompletionContentPartTextParam
    | ChatCompletionContentPartImageParam
    | ChatCompletionContentPartInputAudioParam
    | _File
)
ChatCompletionMessageParam: TypeAlias = (
    ChatCompletionDeveloperMessageParam
    | ChatCompletionSystemMessageParam
    | ChatCompletionUserMessageParam
    | ChatCompletionAssistantMessageParam
    | ChatCompletionToolMessageParam
)
ChatCompletionToolChoiceOptionParam: TypeAlias = (
    Literal["none", "auto", "required"] | ChatCompletionNamedToolChoiceParam
)

__all__ = [
    "ChatCompletion",
    "ChatCompletionAssistantMessageParam",
    "ChatCompletionChunk",
    "ChatCompletionContentPartImageParam",
    "ChatCompletionContentPartInputAudioParam",
    "ChatCompletionContentPartParam",
    "ChatCompletionContentPartText",
    "ChatCompletionContentPartTextParam",
    "ChatCompletionDeveloperMessageParam",
    "ChatCompletionFunctionTool",
    "ChatCompletionFunctionToolParam",
    "ChatCompletionMessage",
    "ChatCompletionMessageFunctionToolCall",
    "ChatCompletionMessageFunctionToolCallParam",
    "ChatCompletionMessageParam",
    "ChatCompletionMessageToolCall",
    "ChatCompletionMessageToolCallParam",
    "ChatCompletionMessageToolCallUnion",
    "ChatCompletionMessageToolCallUnionParam",
    "ChatCompletionModality",
    "ChatCompletionNamedToolChoiceParam",
    "ChatCompletionReasoningEffort",
    "ChatCompletionRole",
    "ChatCompletionStreamOptionsParam",
    "ChatCompletionSystemMessageParam",
    "ChatCompletionTokenLogprob",
    "ChatCompletionToolChoiceOptionParam",
    "ChatCompletionToolMessageParam",
    "ChatCompletionToolParam",
    "ChatCompletionToolUnionParam",
    "ChatCompletionUserMessageParam",
    "ParsedChatCompletion",
    "ParsedChatCompletionMessage",
    "ParsedChoice",
    "ParsedFunction",
    "ParsedFunctionToolCall",
]
