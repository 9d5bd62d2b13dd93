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

from venice_client import __version__ as __version__
from venice_client._core import errors as _errors
from venice_client._core.schema.model import Model as _Model
from venice_client._core.schema.sentinel import UNSET as _UNSET
from venice_client._core.schema.sentinel import Unset as _Unset
from venice_client._core.streaming.stream import AsyncStream as AsyncStream
from venice_client._core.streaming.stream import Stream as Stream
from venice_client.chat.errors import ContentFilterFinishReasonError as ContentFilterFinishReasonError
from venice_client.chat.errors import LengthFinishReasonError as LengthFinishReasonError
from venice_client.chat.tools import pydantic_function_tool as pydantic_function_tool
from venice_client.openai._client import AsyncOpenAI as AsyncOpenAI
from venice_client.openai._client import OpenAI as OpenAI
from venice_client.openai._parameters import OpenAIParameterWarning as OpenAIParameterWarning
from venice_client.openai._raw import APIResponse as APIResponse
from venice_client.openai._raw import HttpxBinaryResponseContent as HttpxBinaryResponseContent

if TYPE_CHECKING:
    from venice_client._core.transport.base import HTTPClient
    from venice_client.api.embeddings import Embeddings
    from venice_client.openai import types as types
    from venice_client.openai._http import DEFAULT_CONNECTION_LIMITS as DEFAULT_CONNECTION_LIMITS
    from venice_client.openai._http import DEFAULT_TIMEOUT as DEFAULT_TIMEOUT
    from venice_client.openai._http import DefaultAsyncHttpxClient as DefaultAsyncHttpxClient
    from venice_client.openai._http import DefaultHttpxClient as DefaultHttpxClient
    from venice_client.openai._http import Timeout as Timeout
    from venice_client.openai._images import Images
    from venice_client.openai._models import Models
    from venice_client.openai._resources import Audio, Chat, Responses

    # The resources of the module-level client.
    audio: Audio
    beta: OpenAI
    chat: Chat
    embeddings: Embeddings
    images: Images
    models: Models
    responses: Responses

OpenAIError = APIError = _errors.VeniceError
APIStatusError = _errors.VeniceAPIError
APIConnectionError = _errors.VeniceConnectionError
APITimeoutError = _errors.VeniceTimeoutError
APIResponseValidationError = _errors.ResponseDecodeError
BadRequestError = _errors.BadRequestError
AuthenticationError = _errors.AuthenticationError
PermissionDeniedError = _errors.PermissionDeniedError
NotFoundError = _errors.NotFoundError
ConflictError = _errors.ConflictError
UnprocessableEntityError = _errors.UnprocessableEntityError
RateLimitError = _errors.RateLimitError
InternalServerError = _errors.ServerError

Client = OpenAI
AsyncClient = AsyncOpenAI
BaseModel = _Model
NotGiven = Omit = _Unset
NOT_GIVEN = not_given = omit = _UNSET
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
        if name == "types":
            return import_module(f"{__name__}.types")
        if name in _HTTP:
            return getattr(import_module(f"{__name__}._http"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)


def __dir__() -> list[str]:
    return sorted({*(name for name in globals() if name[0] != "_"), *_HTTP, *_RESOURCES, "__version__", "types"})
