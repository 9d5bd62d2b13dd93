"""Types of `openai.types.images_response`."""

from venice_client.openai import types

ImagesResponse = types.ImagesResponse
