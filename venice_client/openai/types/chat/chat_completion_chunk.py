"""Types of `openai.types.chat.chat_completion_chunk`."""

from venice_client import models

ChatCompletionChunk = models.ChatCompletionChunk
Choice = models.ChatCompletionChunkChoice
ChoiceDelta = models.ChatCompletionChunkDelta
ChoiceDeltaToolCall = models.ChatCompletionChunkToolCall
ChoiceDeltaToolCallFunction = models.ChatCompletionChunkFunction
