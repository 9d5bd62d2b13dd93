"""
The clients under `Venice` and `AsyncVenice`: the one way that every call takes.

They differ in the waiting alone: `CommonClient` makes the call. `base_client` decides what is sent and what a response
becomes, `retry` what is sent again, and when.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Never, Protocol, Self, TypeVar, Unpack, cast, overload

from venice_client._core.auth import AsyncAuth, Auth, fetch_credentials, needs_credentials
from venice_client._core.base_client import BaseClient
from venice_client._core.config import Config
from venice_client._core.errors import VeniceAPIError, VeniceConnectionError, VeniceError
from venice_client._core.interceptors import Interceptor
from venice_client._core.masking import conceal_options
from venice_client._core.request.arguments import checked
from venice_client._core.request.call import BodyOptions, CallOptions, Mode, Request
from venice_client._core.request.options import URL, TimeLimits
from venice_client._core.response.answer import Answer
from venice_client._core.response.response import Converter, Response
from venice_client._core.retry.budget import FailureBudget
from venice_client._core.retry.policy import Attempt, Attempts
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.sentinel import UNSET, Unset
from venice_client._core.transport.base import AsyncHTTPClient, HTTPClient, SyncTransportName, TransportName
from venice_client._core.transport.network import Verify

if TYPE_CHECKING:
    from venice_client._core.streaming.stream import AsyncStream, Stream

T = TypeVar("T")


class _ShortForm(Protocol):
    """`request` with one HTTP method."""

    @overload
    def __call__(self, path: str, *, stream: Literal[True], **options: Unpack[BodyOptions]) -> Stream[Any]: ...
    @overload
    def __call__(self, path: str, *, cast_to: type[T], **options: Unpack[BodyOptions]) -> T: ...
    @overload
    def __call__(self, path: str, **options: Unpack[BodyOptions]) -> Response[Any]: ...


class _AsyncShortForm(Protocol):
    """`request` with one HTTP method."""

    @overload
    def __call__(
        self, path: str, *, stream: Literal[True], **options: Unpack[BodyOptions]
    ) -> Coroutine[Any, Any, AsyncStream[Any]]: ...
    @overload
    def __call__(self, path: str, *, cast_to: type[T], **options: Unpack[BodyOptions]) -> Coroutine[Any, Any, T]: ...
    @overload
    def __call__(self, path: str, **options: Unpack[BodyOptions]) -> Coroutine[Any, Any, Response[Any]]: ...


def _short_form(method: str) -> Any:  # a function that is bound to a client when it is read
    def short_form(self: Any, path: str, **options: Any) -> Any:
        return self.request(method, path, **options)

    short_form.__name__ = method.lower()
    short_form.__doc__ = f"Call `request` with {method}."
    return checked(short_form)


def run_blocking(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine of a sync client: whatever it waits for blocks, so that it never hands over to an event loop."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        value: T = end.value
        return value
    raise RuntimeError("a sync call waits for an event loop")


async def awaited(client: BaseClient, found: Awaitable[T] | T) -> T:
    """Return what a method of a client gives, which an async one has to wait for."""
    return await cast("Awaitable[T]", found) if client.is_async else cast("T", found)


class CommonClient(BaseClient):
    """
    The way of a call, written once. What waits is a coroutine here.

    Those of a sync client block instead, and `run_blocking` runs them.
    """

    async def _transmit(self, request: Request, headers: Mapping[str, str], seconds: float, url: str = "") -> Answer:
        """Send a request once, to its own path or to a URL, and return any response."""
        answer: Answer = await self._transport.send(request, headers, seconds, url)
        return answer

    async def _sleep(self, seconds: float) -> None:
        """Wait."""
        if self.is_async:
            await self._clock.sleep_async(seconds)
        else:
            self._clock.sleep(seconds)

    async def _send(self, request: Request, convert: Converter | None) -> Any:
        """Make a call and return what its mode says."""
        for interceptor in self._chain(request.operation).before:
            if self.is_async:
                await interceptor.abefore(request)
            else:
                interceptor.before(request)
        self._build(request)
        seconds = self._seconds(request)
        try:
            attempts = Attempts(request, self._retry, self._budget, self._clock, seconds, self.config.auth)
            answer = await self._exchange(attempts, partial(self._attempt, request, seconds))
        except VeniceError as error:
            self._mask(request).error(error)
            raise
        return self._result(request, answer, convert).of_mode()

    async def _free_call(self, method: str, path: str, cast_to: Any, options: dict[str, Any]) -> Any:
        """Call a path that the contract may lack."""
        request, convert = self._free_request(method, path, cast_to, options)  # type: ignore[arg-type]  # checked there
        found = await self._send(request, convert)
        if isinstance(found, Response):
            _ = found.parsed  # a body that cannot be decoded raises here
        return found

    async def _exchange(self, attempts: Attempts, once: Callable[[], Awaitable[Answer]]) -> Answer:
        """Send until there is a response of success, again where that is safe."""
        while True:
            while pause := attempts.admit():
                await self._sleep(pause)
            try:
                answer = await once()
            except (VeniceAPIError, VeniceConnectionError) as error:
                wait = attempts.failed(error)
                if wait is None:
                    raise
            except BaseException:
                attempts.abandoned()
                raise
            else:
                attempts.succeeded(answer.status_code)
                return answer
            await self._sleep(wait)

    async def _attempt(self, request: Request, seconds: float) -> Answer:
        """Send a request once. A callable or a signer is called for the credentials of each attempt."""
        auth = self.config.auth
        if auth is not None and needs_credentials(request.operation, auth, request.headers):
            url = self.base_url + request.path
            request.credentials = await fetch_credentials(auth, request.method, url, can_wait=self.is_async)
        answer = await self._transmit(request, self._headers(request), seconds)
        self._check(request, answer)
        return answer


class SyncClient(CommonClient):
    """The client that endpoint modules take; `Venice` is the one that callers make."""

    def __init__(
        self,
        api_key: Auth | None = None,
        *,
        auth: Auth | None = None,
        base_url: str | URL | None = None,
        timeout: float | TimeLimits | None = None,
        max_retries: int = 2,
        retry_paid: bool = False,
        max_retry_wait: float = 60.0,
        on_attempt: Callable[[Attempt], object] | None = None,
        failure_budget: FailureBudget | Unset | None = UNSET,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        interceptors: Sequence[Interceptor] = (),
        http_client: HTTPClient | None = None,
        transport: SyncTransportName | None = None,
        verify: Verify = True,
        proxy: str | None = None,
        trust_env: bool = True,
        validate: bool = True,
        strict: bool = False,
        local_files: bool = True,
        check_models: bool | Literal["strict"] = False,
        e2ee: object = False,
        **unknown: Never,
    ) -> None:
        options = conceal_options(locals())
        del api_key, auth, base_url, default_headers, default_query, proxy, unknown  # so that no traceback shows them
        BaseClient.__init__(self, Config.of(options))

    def send(
        self,
        operation: Operation,
        arguments: Mapping[str, Any],
        body: Any = UNSET,
        *,
        media_type: str | None = None,
        options: CallOptions | None = None,
        mode: Mode | None = None,
        convert: Converter | None = None,
    ) -> Any:
        """
        Call an operation and return what the mode says: its value, or a response.

        `convert` makes what is returned, of the value and its `Response`. Raises what `venice_client.errors` lists.
        """
        request = self._request(operation, arguments, body, media_type, options, mode)
        return run_blocking(self._send(request, convert))

    @overload
    def request(
        self, method: str, path: str, *, stream: Literal[True], **options: Unpack[BodyOptions]
    ) -> Stream[Any]: ...
    @overload
    def request(self, method: str, path: str, *, cast_to: type[T], **options: Unpack[BodyOptions]) -> T: ...
    @overload
    def request(self, method: str, path: str, **options: Unpack[BodyOptions]) -> Response[Any]: ...
    @checked
    def request(self, method: str, path: str, *, cast_to: Any = None, **options: Any) -> Any:
        """
        Call any path below the base URL, the contract's or not.

            venice.request("GET", "/tee/attestation", extra_query={"model": "m"}).parsed
            venice.request("POST", "/new", files={"file": open("a.pdf", "rb")}, cast_to=dict)

        Args:
            method: The HTTP method.
            path: The path below the base URL, with a query or without.
            cast_to: What to return instead of a `Response`: a model, `bytes`, `str`, `dict`, `httpx.Response`, a
                dataclass, or a class of pydantic.
            options: One body (`json`, `content`, `data`, `files` with or without `data`), `stream=True` for a `Stream`
                of events, `query`, `headers`, and the options of every call (`timeout`, `extra_headers`, ...).

        The `parsed` of the response is plain dicts and lists for JSON, str for text, BinaryContent for anything else.
        """
        return run_blocking(self._free_call(method, path, cast_to, options))

    get: ClassVar[_ShortForm] = _short_form("GET")
    post: ClassVar[_ShortForm] = _short_form("POST")
    put: ClassVar[_ShortForm] = _short_form("PUT")
    patch: ClassVar[_ShortForm] = _short_form("PATCH")
    delete: ClassVar[_ShortForm] = _short_form("DELETE")

    def close(self) -> None:
        """Close the connections, except those of a caller's HTTP client. The client can be used again after that."""
        if self._is_owner:
            self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


class AsyncClient(CommonClient):
    """The client that the async functions of endpoint modules take; `AsyncVenice` is the one that callers make."""

    is_async: ClassVar[bool] = True

    def __init__(
        self,
        api_key: AsyncAuth | None = None,
        *,
        auth: AsyncAuth | None = None,
        base_url: str | URL | None = None,
        timeout: float | TimeLimits | None = None,
        max_retries: int = 2,
        retry_paid: bool = False,
        max_retry_wait: float = 60.0,
        on_attempt: Callable[[Attempt], object] | None = None,
        failure_budget: FailureBudget | Unset | None = UNSET,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        interceptors: Sequence[Interceptor] = (),
        http_client: AsyncHTTPClient | None = None,
        transport: TransportName | None = None,
        verify: Verify = True,
        proxy: str | None = None,
        trust_env: bool = True,
        validate: bool = True,
        strict: bool = False,
        local_files: bool = True,
        check_models: bool | Literal["strict"] = False,
        e2ee: object = False,
        **unknown: Never,
    ) -> None:
        options = conceal_options(locals())
        del api_key, auth, base_url, default_headers, default_query, proxy, unknown  # so that no traceback shows them
        BaseClient.__init__(self, Config.of(options))

    async def send(
        self,
        operation: Operation,
        arguments: Mapping[str, Any],
        body: Any = UNSET,
        *,
        media_type: str | None = None,
        options: CallOptions | None = None,
        mode: Mode | None = None,
        convert: Converter | None = None,
    ) -> Any:
        """Call an operation and return what the mode says: see `SyncClient.send`."""
        request = self._request(operation, arguments, body, media_type, options, mode)
        return await self._send(request, convert)

    @overload
    async def request(
        self, method: str, path: str, *, stream: Literal[True], **options: Unpack[BodyOptions]
    ) -> AsyncStream[Any]: ...
    @overload
    async def request(self, method: str, path: str, *, cast_to: type[T], **options: Unpack[BodyOptions]) -> T: ...
    @overload
    async def request(self, method: str, path: str, **options: Unpack[BodyOptions]) -> Response[Any]: ...
    @checked
    async def request(self, method: str, path: str, *, cast_to: Any = None, **options: Any) -> Any:
        """Call any path below the base URL, the contract's or not: see `SyncClient.request`."""
        return await self._free_call(method, path, cast_to, options)

    get: ClassVar[_AsyncShortForm] = _short_form("GET")
    post: ClassVar[_AsyncShortForm] = _short_form("POST")
    put: ClassVar[_AsyncShortForm] = _short_form("PUT")
    patch: ClassVar[_AsyncShortForm] = _short_form("PATCH")
    delete: ClassVar[_AsyncShortForm] = _short_form("DELETE")

    async def aclose(self) -> None:
        """Close the connections, except those of a caller's HTTP client. The client can be used again after that."""
        if self._is_owner:
            await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()
