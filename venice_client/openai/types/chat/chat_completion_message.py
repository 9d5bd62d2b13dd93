"""Types of `openai.types.chat.chat_completion_message`."""

from venice_client import models

ChatCompletionMessage = models.AssistantMessage
