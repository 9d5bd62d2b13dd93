"""
The views of a resource: `with_raw_response` gives responses with status and headers, decoded when `parsed` is read;
`with_streaming_response` gives responses whose body is read piece by piece.

    response = venice.images.with_raw_response.generate(...)
    response.headers, response.meta, response.parsed

    with venice.audio.speech.with_streaming_response.create(...) as response:
        response.stream_to_file("speech.mp3")

A view holds the resource of a client that is bound to another mode, so every operation has both. The functions here
type its methods.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, Generic, ParamSpec, TypeVar, cast

from venice_client._core.request.arguments import check_call

if TYPE_CHECKING:
    from venice_client._core.response.body_reader import AsyncUnreadResponse, UnreadResponse
    from venice_client._core.response.response import Response

P = ParamSpec("P")
T = TypeVar("T")
Whole_co = TypeVar("Whole_co", covariant=True)
Other_co = TypeVar("Other_co", covariant=True)
"""What a method of a view gives for a whole answer, and for a stream or text."""


class View:
    """The operations of a resource in another mode."""

    if not TYPE_CHECKING:  # a type checker reports the attribute itself

        def __getattr__(self, name: str) -> object:
            operations = ", ".join(item for item in vars(self) if not item.startswith("_"))
            message = f"{type(self).__name__} has no operation {name!r}; it has {operations}"
            raise AttributeError(message, name=name, obj=self)


class Unopened:
    """A call that is made when its block is entered: before that, there is nothing to read."""

    _BLOCK: ClassVar[str]
    """The statement that enters it."""

    if not TYPE_CHECKING:  # a type checker reports both itself

        def __getattr__(self, name: str) -> Any:
            text = f"{type(self).__name__!r} object has no attribute {name!r}: {self._advice()}"
            raise AttributeError(text, name=name, obj=self)

        def __iter__(self) -> Any:
            raise TypeError(f"{type(self).__name__!r} object is not iterable: {self._advice()}")

        __aiter__ = __iter__

    @classmethod
    def _advice(cls) -> str:
        return f"nothing was sent yet; write `{cls._BLOCK}`"


class _UnopenedResponse(Unopened):
    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._response: Any = None  # of the kind that the block gives


class Opening(_UnopenedResponse, Generic[T]):
    """A call that is made when the block is entered. The connection is released when the block is left."""

    _BLOCK = "with ...with_streaming_response...(...) as response:"

    def __enter__(self) -> UnreadResponse[T]:
        response: UnreadResponse[T] = self._call()
        self._response = response
        return response

    def __exit__(self, *_error: object) -> None:
        if self._response is not None:
            self._response.close()


class AsyncOpening(_UnopenedResponse, Generic[T]):
    """A call that is made when the block is entered: see `Opening`."""

    _BLOCK = "async with ...with_streaming_response...(...) as response:"

    async def __aenter__(self) -> AsyncUnreadResponse[T]:
        response: AsyncUnreadResponse[T] = await self._call()
        self._response = response
        return response

    async def __aexit__(self, *_error: object) -> None:
        if self._response is not None:
            await self._response.aclose()


def raw(method: Callable[P, T]) -> Callable[P, Response[T]]:
    """Return a method of a resource in mode "raw", typed as what it gives."""
    return cast("Callable[P, Response[T]]", method)


def async_raw(method: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, Response[T]]]:
    """Return an async method of a resource in mode "raw", typed as what it gives."""
    return cast("Callable[P, Coroutine[Any, Any, Response[T]]]", method)


def unread(method: Callable[P, T]) -> Callable[P, Opening[T]]:
    """Return a method of a resource in mode "streamed" as one that gives a block to enter."""
    return cast("Callable[P, Opening[T]]", _opening(method, Opening))


def async_unread(method: Callable[P, Awaitable[T]]) -> Callable[P, AsyncOpening[T]]:
    """Return an async method of a resource in mode "streamed" as one that gives a block to enter."""
    return cast("Callable[P, AsyncOpening[T]]", _opening(method, AsyncOpening))


def _opening(method: Callable[..., Any], kind: Callable[[Callable[[], Any]], Any]) -> Any:
    @wraps(method, updated=())  # without the attributes: those are of the function that takes `self`
    def opening(*args: Any, **kwargs: Any) -> Any:
        check_call(method, args, kwargs)
        return kind(lambda: method(*args, **kwargs))

    return opening
