"""
`chat`, `responses` and `audio` with openai's meaning: the native resources.

The stub beside this module adds openai's parameters for type checkers; the table in `_parameters` sends them.
"""

from venice_client.chat.resource import AsyncChat, AsyncResponses, Chat, Responses
from venice_client.jobs.audio import AsyncAudio, Audio

__all__ = ["AsyncAudio", "AsyncChat", "AsyncResponses", "Audio", "Chat", "Responses"]
