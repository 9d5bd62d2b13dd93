"""
Other ways to take an answer: `with_raw_response` gives it with status and headers, its value decoded when it is asked
for; `with_streaming_response` gives it unread, to be read piece by piece.

    response = venice.images.with_raw_response.generate(...)
    response.headers, response.meta, response.parsed

    with venice.audio.speech.with_streaming_response.create(...) as response:
        response.stream_to_file("speech.mp3")

Both work by a resource of the same class whose client answers differently, so every operation has them, the
facade's too. Reading an unread answer is `unread`'s work.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from venice_client._core.client import AsyncClient, SyncClient
    from venice_client._core.response.body_reader import AsyncUnreadResponse, UnreadResponse
    from venice_client._core.response.response import Response
    from venice_client._core.schema.operation import Operation

P = ParamSpec("P")
T = TypeVar("T")


class Held:
    """An answer in the place of its own value: what `sync` and the facade return of it is the answer itself."""

    def __init__(self, answer: Any) -> None:
        self.parsed = answer

    def map(self, convert: Callable[[Any], Any]) -> Held:
        """Return the answer with another value, made when it is asked for."""
        return Held(self.parsed.map(convert))


class RawClient:
    """A client whose `send` gives answers in the place of values."""

    def __init__(self, client: SyncClient, access: str) -> None:
        self._client = client
        self._access = access

    def send(self, operation: Operation, arguments: Mapping[str, Any], *more: Any, **options: Any) -> Held:
        """Call an operation and return its answer."""
        from venice_client._core.response.body_reader import UnreadResponse

        response = self._client.send(operation, arguments, *more, **options, access=self._access)
        return Held(response if self._access == "raw" else UnreadResponse(response.parsed))

    def __repr__(self) -> str:
        return repr(self._client)


class AsyncRawClient:
    """The same for the async client."""

    def __init__(self, client: AsyncClient, access: str) -> None:
        self._client = client
        self._access = access

    async def send(self, operation: Operation, arguments: Mapping[str, Any], *more: Any, **options: Any) -> Held:
        """Call an operation and return its answer."""
        from venice_client._core.response.body_reader import AsyncUnreadResponse

        response = await self._client.send(operation, arguments, *more, **options, access=self._access)
        return Held(response if self._access == "raw" else AsyncUnreadResponse(response.parsed))

    def __repr__(self) -> str:
        return repr(self._client)


class Opening(Generic[T]):
    """A call that is made when the block is entered, and whose connection is given back when it is left."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._response: UnreadResponse[T] | None = None

    def __enter__(self) -> UnreadResponse[T]:
        response: UnreadResponse[T] = self._call()
        self._response = response
        return response

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._response is not None:
            self._response.close()


class AsyncOpening(Generic[T]):
    """The same for the async client."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._response: AsyncUnreadResponse[T] | None = None

    async def __aenter__(self) -> AsyncUnreadResponse[T]:
        response: AsyncUnreadResponse[T] = await self._call()
        self._response = response
        return response

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._response is not None:
            await self._response.aclose()


def raw(method: Callable[P, T]) -> Callable[P, Response[T]]:
    """Return a method of a resource with a raw client, typed as what it is: one that gives answers."""
    return cast("Callable[P, Response[T]]", method)


def async_raw(method: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[Response[T]]]:
    """Return the same for an async method."""
    return cast("Callable[P, Awaitable[Response[T]]]", method)


def unread(method: Callable[P, T]) -> Callable[P, Opening[T]]:
    """Return a method of a resource with a raw client as one that gives a block to enter."""

    def opening(*args: P.args, **kwargs: P.kwargs) -> Opening[T]:
        return Opening(lambda: method(*args, **kwargs))

    return opening


def async_unread(method: Callable[P, Awaitable[T]]) -> Callable[P, AsyncOpening[T]]:
    """Return the same for an async method."""

    def opening(*args: P.args, **kwargs: P.kwargs) -> AsyncOpening[T]:
        return AsyncOpening(lambda: method(*args, **kwargs))

    return opening
