"""Types of `openai.types.create_embedding_response`."""

from venice_client import models

CreateEmbeddingResponse = models.EmbeddingList
Usage = models.EmbeddingUsage
