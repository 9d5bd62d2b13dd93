"""Types of `openai.types.chat.chat_completion_message_param`."""

from venice_client.openai.types import chat

ChatCompletionMessageParam = chat.ChatCompletionMessageParam
