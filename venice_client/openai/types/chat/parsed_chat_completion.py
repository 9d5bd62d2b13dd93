"""Types of `openai.types.chat.parsed_chat_completion`."""

from venice_client.openai.types import chat

ParsedChatCompletion = chat.ParsedChatCompletion
ParsedChatCompletionMessage = chat.ParsedChatCompletionMessage
ParsedChoice = chat.ParsedChoice
