"""Types of `openai.types.completion_usage`."""

from venice_client import models

CompletionTokensDetails = models.OutputTokensDetails
CompletionUsage = models.ChatCompletionUsage
PromptTokensDetails = models.ChatCompletionUsagePromptTokensDetails
