"""Types of `openai.types.chat.chat_completion_message_tool_call`."""

from venice_client import models

ChatCompletionMessageToolCall = models.ToolCall
Function = models.ToolCallFunction
