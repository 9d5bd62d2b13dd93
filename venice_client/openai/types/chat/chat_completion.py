"""Types of `openai.types.chat.chat_completion`."""

from venice_client import models

ChatCompletion = models.ChatCompletion
Choice = models.ChatCompletionChoice
ChoiceLogprobs = models.ChatCompletionChoiceLogprobs
