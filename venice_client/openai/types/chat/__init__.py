"""Types of `openai.types.chat`."""

from __future__ import annotations

from typing import Literal, TypeAlias

from venice_client import models
from venice_client.chat import parsed

ChatCompletion = models.ChatCompletion
ChatCompletionAssistantMessageParam = models.AssistantMessageParam
ChatCompletionChunk = models.ChatCompletionChunk
ChatCompletionContentPartImageParam = models.ImagePartParam
ChatCompletionContentPartInputAudioParam = models.AudioPartParam
ChatCompletionContentPartText = models.TextPart
ChatCompletionContentPartTextParam = models.TextPartParam
ChatCompletionDeveloperMessageParam = models.DeveloperMessageParam
ChatCompletionFunctionTool = models.FunctionTool
ChatCompletionFunctionToolParam = models.FunctionToolParam
ChatCompletionMessage = models.AssistantMessage
ChatCompletionMessageFunctionToolCall = models.ToolCall
ChatCompletionMessageFunctionToolCallParam = models.ToolCallParam
ChatCompletionMessageToolCall = models.ToolCall
ChatCompletionMessageToolCallParam = models.ToolCallParam
ChatCompletionMessageToolCallUnion = models.ToolCall
ChatCompletionMessageToolCallUnionParam = models.ToolCallParam
ChatCompletionNamedToolChoiceParam = models.ToolChoiceParam
ChatCompletionStreamOptionsParam = models.StreamOptionsParam
ChatCompletionSystemMessageParam = models.SystemMessageParam
ChatCompletionTokenLogprob = models.TokenLogprob
ChatCompletionToolMessageParam = models.ToolMessageParam
ChatCompletionToolParam = models.FunctionToolParam
ChatCompletionToolUnionParam = models.FunctionToolParam
ChatCompletionUserMessageParam = models.UserMessageParam
ParsedChatCompletion = parsed.ParsedChatCompletion
ParsedChatCompletionMessage = parsed.ParsedMessage
ParsedChoice = parsed.ParsedChoice
ParsedFunction = parsed.ParsedFunction
ParsedFunctionToolCall = parsed.ParsedToolCall

ChatCompletionModality: TypeAlias = Literal["text", "audio"]
ChatCompletionReasoningEffort: TypeAlias = str
ChatCompletionRole: TypeAlias = Literal["developer", "system", "user", "assistant", "tool", "function"]
ChatCompletionContentPartParam: TypeAlias = (
    models.TextPartParam | models.ImagePartParam | models.AudioPartParam | models.FilePartParam | models.VideoPartParam
)
ChatCompletionMessageParam: TypeAlias = (
    models.DeveloperMessageParam
    | models.SystemMessageParam
    | models.UserMessageParam
    | models.AssistantMessageParam
    | models.ToolMessageParam
)
ChatCompletionToolChoiceOptionParam: TypeAlias = Literal["none", "auto", "required"] | models.ToolChoiceParam
