"""Types of `openai.types.embedding`."""

from venice_client import models

Embedding = models.Embedding
