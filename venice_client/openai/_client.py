"""The clients of the openai package: `Venice` and `AsyncVenice` with openai's options and meaning."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Self, TypeVar, cast

from attrs import asdict, evolve

from venice_client._core.auth import AsyncAuth, Auth
from venice_client._core.base_client import BaseClient
from venice_client._core.config import Config
from venice_client._core.errors import MissingAPIKeyError
from venice_client._core.interceptors import Interceptor
from venice_client._core.masking import conceal_options
from venice_client._core.request.call import Request
from venice_client._core.request.options import URL, TimeLimits, check_mapping
from venice_client._core.response.response import Converter
from venice_client._core.schema.sentinel import UNSET, Unset, is_unset
from venice_client._core.transport.base import AsyncHTTPClient, HTTPClient
from venice_client.client import AsyncVenice, Venice
from venice_client.openai._images import AsyncImages, Images
from venice_client.openai._models import AsyncModels, Models
from venice_client.openai._parameters import OpenAIInterceptor
from venice_client.openai._raw import WithStreamingResponse, with_openai_names
from venice_client.openai._resources import AsyncAudio, AsyncChat, AsyncResponses, Audio, Chat, Responses

if TYPE_CHECKING:
    from venice_client._core.client import CommonClient as Base
else:

    class Base:
        """At run time, the clients below have the class beside this one."""


A = TypeVar("A")
H = TypeVar("H")

log = logging.getLogger("venice_client.openai")

_IGNORED: Final = ("organization", "project", "webhook_secret", "websocket_base_url", "admin_api_key", "data_residency")
"""Options of openai's clients that mean nothing to Venice."""
_LACKING: Final = (
    *("admin", "assistants", "batches", "completions", "containers", "conversations", "evals", "files", "fine_tuning"),
    *("moderations", "realtime", "skills", "threads", "uploads", "vector_stores", "videos", "webhooks"),
)
"""Resources of openai's clients that Venice does not offer."""


def _config(given: Mapping[str, Any], more: Mapping[str, Any]) -> Config:
    """Return the native options. Raises MissingAPIKeyError where there is no key."""
    own = _native({**given, **more})
    config = Config.of(own)
    if not config.api_key and config.auth is None and own.get("api_key") is None:
        raise MissingAPIKeyError
    return config


def _native(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as the native client has them: what is absent, or means nothing to Venice, is left out."""
    options = {
        name: value
        for name, value in given.items()
        if (value is not None or name == "failure_budget") and not is_unset(value)  # None switches the budget off
    }
    options.pop("self", None)
    if ignored := [name for name in _IGNORED if options.pop(name, None) is not None]:
        log.debug("%s: Venice has no such option, so it is ignored", ", ".join(ignored))
    if options.pop("_strict_response_validation", False):
        options["strict"] = True
    for name in ("default_headers", "set_default_headers"):
        if name in options:
            headers = check_mapping(options[name], name)
            options[name] = {key: text for key, text in headers.items() if not is_unset(text)}
    return options


def _settable(name: str, read: Callable[[Any], object] | None = None) -> property:
    """Return an option of the client as an attribute that can be set, as openai's."""

    def write(client: Any, value: Any) -> None:
        value = conceal_options({name: value})  # no traceback shows a key
        client._configure(client.config.evolve(value))  # noqa: SLF001  # the class below
        if name == "base_url":
            client._connect()  # noqa: SLF001  # the same

    return property(read or (lambda client: getattr(client.config, name)), write, doc=f"The option {name}.")


def _timeout(client: Any) -> object:
    """Return what was given as the timeout, or openai's default."""
    from venice_client.openai._http import DEFAULT_TIMEOUT, Timeout

    given = client.config.timeout
    if given is None:
        return DEFAULT_TIMEOUT
    return given if isinstance(given, int | float) else Timeout(**asdict(given))


class _Options(Base, Generic[A, H]):
    """What both clients share: `A` is what they take as a key, and `H` as an HTTP client."""

    raises_on_refusal: ClassVar[bool] = False

    def __init__(
        self,
        *,
        api_key: A | None = None,
        organization: str | None = None,
        project: str | None = None,
        webhook_secret: str | None = None,
        base_url: str | URL | Unset | None = None,
        websocket_base_url: str | URL | None = None,
        timeout: float | TimeLimits | Unset | None = UNSET,
        max_retries: int = 2,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        http_client: H | None = None,
        **venice_options: Any,  # those of `Venice`
    ) -> None:
        given = {name: value for name, value in locals().items() if name not in ("venice_options", "__class__")}
        given = conceal_options(given)
        del api_key, base_url, default_headers, default_query  # no traceback shows them
        BaseClient.__init__(cast("BaseClient", self), _config(given, venice_options))

    def _own_interceptors(self) -> tuple[Interceptor, ...]:
        return (OpenAIInterceptor(), *super()._own_interceptors())

    async def _send(self, request: Request, convert: Converter | None) -> Any:
        begun = time.monotonic()
        found = await super()._send(request, convert)
        return with_openai_names(found, request, self.base_url, timedelta(seconds=time.monotonic() - begun))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            message = f"{type(self).__name__!r} object has no attribute {name!r}"
            if name in _LACKING:
                message = f"{message}: Venice does not offer {name}; docs/openai.md lists what there is"
            raise AttributeError(message, name=name, obj=self)

    if TYPE_CHECKING:
        api_key: str
        """The key; "" where a callable gives it."""
        base_url: str
        max_retries: int
        timeout: float | TimeLimits | None  # type: ignore[assignment]  # as openai's, limits of each kind too
    else:
        api_key, base_url, max_retries = map(_settable, ("api_key", "base_url", "max_retries"))
        timeout = _settable("timeout", _timeout)

    def with_options(  # type: ignore[override]  # with openai's options
        self,
        *,
        api_key: Any = UNSET,  # of the type that the constructor takes
        organization: str | None = None,
        project: str | None = None,
        base_url: str | URL | Unset | None = UNSET,
        timeout: float | TimeLimits | Unset | None = UNSET,
        http_client: Any = UNSET,  # the same
        max_retries: int | Unset = UNSET,
        default_headers: Mapping[str, str] | None = None,
        set_default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        set_default_query: Mapping[str, object] | None = None,
        **venice_options: Any,  # those of `Venice.with_options`
    ) -> Self:
        """
        Return a client with other options.

        Headers and query parameters are added to the present ones; those of `set_default_headers` and
        `set_default_query` replace them. `venice_options` are those of `Venice.with_options`.
        """
        for name, pair in (
            ("default_headers", (default_headers, set_default_headers)),
            ("default_query", (default_query, set_default_query)),
        ):
            if None not in pair:
                raise ValueError(f"The `{name}` and `set_{name}` arguments are mutually exclusive")
        given = {name: value for name, value in locals().items() if name not in ("name", "pair", "venice_options")}
        given = conceal_options(given)
        del api_key, base_url, default_headers, default_query, set_default_headers, pair  # no traceback shows them
        given.pop("__class__", None)
        options = _native({**given, **venice_options})
        headers, query = options.pop("set_default_headers", None), options.pop("set_default_query", None)
        copied = super().with_options(**options)
        if headers is not None:
            BaseClient._configure(copied, evolve(copied.config, default_headers=headers))  # noqa: SLF001  # this class
        if query is not None:
            BaseClient._configure(copied, evolve(copied.config, default_query=query))  # noqa: SLF001  # the same
        return copied

    copy = with_options  # type: ignore[assignment]  # with openai's options, as above

    def is_closed(self) -> bool:
        """Return False: a client can be used again after `close`."""
        return False

    @property
    def with_raw_response(self) -> Self:
        """The same client; each call returns the response, and its value by `parse()`."""
        return self.in_mode("raw")

    @property
    def with_streaming_response(self) -> WithStreamingResponse:
        """The same client; each call returns a context manager, in which the body is read piece by piece."""
        return WithStreamingResponse(self)

    @property
    def beta(self) -> Self:
        """The same client: `client.beta.chat` is `client.chat`."""
        return self


def _free_options(
    body: object, options: Mapping[str, Any] | None, files: Any, cast_to: Any, *, stream: bool
) -> dict[str, Any]:
    """Return the arguments of `request` for those of openai's `get`, `post` and so on."""
    given = dict(options or {})
    found: dict[str, Any] = {
        "headers": given.get("headers"),
        "query": given.get("params"),
        "timeout": given.get("timeout"),
        "extra_body": given.get("extra_json"),
    }
    found = {name: value for name, value in found.items() if value is not None and not is_unset(value)}
    if files is not None:
        found |= {"files": files, "data": body or {}}
    elif body is not None:
        found["json"] = body
    if stream:
        found["stream"] = True
    elif cast_to is not object:
        found["cast_to"] = cast_to
    return found


def _value(found: Any, cast_to: Any) -> Any:
    return found.parsed if cast_to is object and hasattr(found, "parsed") else found


def _short_form(method: str) -> Any:  # a function that is bound to a client when it is read
    def short_form(
        self: Any,
        path: str,
        *,
        cast_to: Any = object,
        body: object = None,
        options: Mapping[str, Any] | None = None,
        files: Any = None,
        stream: bool = False,
        stream_cls: object = None,  # noqa: ARG001  # openai's
        **native: Any,
    ) -> Any:
        sent = self.request(method, path, **_free_options(body, options, files, cast_to, stream=stream), **native)
        if not self.is_async:
            return _value(sent, cast_to)

        async def wait() -> Any:
            return _value(await sent, cast_to)

        return wait()

    short_form.__name__ = method.lower()
    short_form.__doc__ = f"Send a {method} to a path below the base URL; `cast_to` is the type of the result."
    return short_form


class OpenAI(_Options[Auth, HTTPClient], Venice):
    """
    The client of the openai package, for Venice.

        client = OpenAI()  # VENICE_API_KEY

    It takes the options of openai's client, and those of `Venice`. OPENAI_API_KEY is not read.
    """

    images: cached_property[Images] = cached_property(Images)
    models: cached_property[Models] = cached_property(Models)
    chat: cached_property[Chat] = cached_property(Chat)
    responses: cached_property[Responses] = cached_property(Responses)
    audio: cached_property[Audio] = cached_property(Audio)
    if not TYPE_CHECKING:
        get, post, put, patch, delete = map(_short_form, ("GET", "POST", "PUT", "PATCH", "DELETE"))


class AsyncOpenAI(_Options[AsyncAuth, AsyncHTTPClient], AsyncVenice):
    """The async client of the openai package, for Venice: see `OpenAI`."""

    images: cached_property[AsyncImages] = cached_property(AsyncImages)
    models: cached_property[AsyncModels] = cached_property(AsyncModels)
    chat: cached_property[AsyncChat] = cached_property(AsyncChat)
    responses: cached_property[AsyncResponses] = cached_property(AsyncResponses)
    audio: cached_property[AsyncAudio] = cached_property(AsyncAudio)
    if not TYPE_CHECKING:
        get, post, put, patch, delete = map(_short_form, ("GET", "POST", "PUT", "PATCH", "DELETE"))

    async def close(self) -> None:
        """Close the connections, except those of a caller's HTTP client."""
        await self.aclose()
