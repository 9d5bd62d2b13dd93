"""
The names of the openai package, for Venice: a program written for it runs with its import changed.

    from venice_client.openai import OpenAI

    client = OpenAI()  # VENICE_API_KEY
    client.chat.completions.create(model="...", messages=[{"role": "user", "content": "Hello"}])

Errors are the native classes under openai's names. docs/openai.md lists what differs. The openai package is not
imported, and need not be installed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from venice_client import __version__
from venice_client._core.errors import (
    AuthenticationError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
)
from venice_client._core.errors import ResponseDecodeError as APIResponseValidationError
from venice_client._core.errors import ServerError as InternalServerError
from venice_client._core.errors import VeniceAPIError as APIStatusError
from venice_client._core.errors import VeniceConnectionError as APIConnectionError
from venice_client._core.errors import VeniceError as APIError
from venice_client._core.errors import VeniceError as OpenAIError
from venice_client._core.errors import VeniceTimeoutError as APITimeoutError
from venice_client._core.schema.model import Model as BaseModel
from venice_client._core.schema.sentinel import UNSET as NOT_GIVEN
from venice_client._core.schema.sentinel import UNSET as not_given  # noqa: N811  # openai's name
from venice_client._core.schema.sentinel import UNSET as omit  # noqa: N811  # the same
from venice_client._core.schema.sentinel import Unset as NotGiven
from venice_client._core.schema.sentinel import Unset as Omit
from venice_client._core.streaming.stream import AsyncStream, Stream
from venice_client.chat.errors import ContentFilterFinishReasonError, LengthFinishReasonError
from venice_client.chat.tools import pydantic_function_tool
from venice_client.openai import types
from venice_client.openai._client import AsyncOpenAI, OpenAI
from venice_client.openai._parameters import OpenAIParameterWarning
from venice_client.openai._raw import APIResponse, HttpxBinaryResponseContent

if TYPE_CHECKING:
    from venice_client._core.transport.base import HTTPClient
    from venice_client.api.embeddings import Embeddings
    from venice_client.openai._audio import Audio
    from venice_client.openai._chat import Beta, Chat
    from venice_client.openai._http import DEFAULT_CONNECTION_LIMITS as DEFAULT_CONNECTION_LIMITS
    from venice_client.openai._http import DEFAULT_TIMEOUT as DEFAULT_TIMEOUT
    from venice_client.openai._http import DefaultAsyncHttpxClient as DefaultAsyncHttpxClient
    from venice_client.openai._http import DefaultHttpxClient as DefaultHttpxClient
    from venice_client.openai._http import Timeout as Timeout
    from venice_client.openai._images import Images
    from venice_client.openai._models import Models
    from venice_client.openai._responses import Responses

    # The resources of the module-level client.
    audio: Audio
    beta: Beta
    chat: Chat
    embeddings: Embeddings
    images: Images
    models: Models
    responses: Responses

Client = OpenAI
AsyncClient = AsyncOpenAI
NoneType = type(None)
VERSION = __version__
DEFAULT_MAX_RETRIES = 2

# The options of the module-level client: a program sets them, and calls `chat.completions.create` of this module.
api_key: str | Callable[[], str] | None = None
organization: str | None = None
project: str | None = None
base_url: str | None = None
timeout: Any = None  # a number of seconds or an httpx.Timeout
max_retries: int = DEFAULT_MAX_RETRIES
default_headers: Mapping[str, str] | None = None
default_query: Mapping[str, object] | None = None
http_client: HTTPClient | None = None

_OPTIONS = (
    *("api_key", "organization", "project", "base_url", "timeout", "max_retries"),
    *("default_headers", "default_query", "http_client"),
)
_RESOURCES = frozenset({"audio", "beta", "chat", "embeddings", "images", "models", "responses"})
_HTTP = frozenset(
    {"DEFAULT_CONNECTION_LIMITS", "DEFAULT_TIMEOUT", "DefaultAsyncHttpxClient", "DefaultHttpxClient", "Timeout"}
)
_client: tuple[tuple[Any, ...], OpenAI] | None = None
"""The module-level client, with the options that it was made with."""


def _module_client() -> OpenAI:
    global _client  # noqa: PLW0603  # the module is the client
    options = {name: globals()[name] for name in _OPTIONS}
    now = tuple(options.values())
    if _client is None or _client[0] != now:
        _client = (now, OpenAI(**options))
    return _client[1]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name in _RESOURCES:
            return getattr(_module_client(), name)
        if name in _HTTP:
            return getattr(import_module(f"{__name__}._http"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)


def __dir__() -> list[str]:
    return sorted({*__all__, *_OPTIONS, *_RESOURCES})


__all__ = [
    "DEFAULT_CONNECTION_LIMITS",
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_TIMEOUT",
    "NOT_GIVEN",
    "VERSION",
    "APIConnectionError",
    "APIError",
    "APIResponse",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncClient",
    "AsyncOpenAI",
    "AsyncStream",
    "AuthenticationError",
    "BadRequestError",
    "BaseModel",
    "Client",
    "ConflictError",
    "ContentFilterFinishReasonError",
    "DefaultAsyncHttpxClient",
    "DefaultHttpxClient",
    "HttpxBinaryResponseContent",
    "InternalServerError",
    "LengthFinishReasonError",
    "NoneType",
    "NotFoundError",
    "NotGiven",
    "Omit",
    "OpenAI",
    "OpenAIError",
    "OpenAIParameterWarning",
    "PermissionDeniedError",
    "RateLimitError",
    "Stream",
    "Timeout",
    "UnprocessableEntityError",
    "__version__",
    "not_given",
    "omit",
    "pydantic_function_tool",
    "types",
]
