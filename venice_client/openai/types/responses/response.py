"""Types of `openai.types.responses.response`."""

from venice_client.openai.types import responses

Response = responses.Response
