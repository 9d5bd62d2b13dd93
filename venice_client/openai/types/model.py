"""Types of `openai.types.model`."""

from venice_client.openai import types

Model = types.Model
