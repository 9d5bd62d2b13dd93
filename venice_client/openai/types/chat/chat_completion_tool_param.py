"""Types of `openai.types.chat.chat_completion_tool_param`."""

from venice_client.openai.types import chat

ChatCompletionToolParam = chat.ChatCompletionToolParam
