"""
`responses.stream(...)`: a response as events.

    with venice.responses.stream(model=..., input="Hello") as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                print(event.delta, end="")
        response = stream.get_final_response()
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Any, Self

from venice_client._core.streaming.stream import AsyncStream, Stream
from venice_client.chat.parse import Expected
from venice_client.chat.parsed import ParsedResponse
from venice_client.chat.responses import parse_response

if TYPE_CHECKING:
    from venice_client import models


class ResponseStream:
    """The block of `responses.stream(...)`, and its events. The request is sent when the block is entered."""

    def __init__(self, send: Callable[[], Stream[Any, Any]], expected: Expected[Any]) -> None:
        self._send = send
        self._expected = expected
        self._opened: Stream[Any, Any] | None = None

    @property
    def _events(self) -> Stream[Any, Any]:
        if self._opened is None:
            raise TypeError("nothing was sent yet; write `with ...stream(...) as stream:`")
        return self._opened

    def __enter__(self) -> Self:
        self._opened = self._send()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[models.ResponseStreamEvent]:
        return iter(self._events)

    def __next__(self) -> models.ResponseStreamEvent:
        event: models.ResponseStreamEvent = next(self._events)
        return event

    def until_done(self) -> Self:
        """Read to the end."""
        self._events.final()
        return self

    def get_final_response(self) -> ParsedResponse[Any]:
        """Read to the end and return the response."""
        return parse_response(self._expected, self._events.final())

    def close(self) -> None:
        """Stop reading and release the connection."""
        self._events.close()


class AsyncResponseStream:
    """The block of `responses.stream(...)`, and its events. The request is sent when the block is entered."""

    def __init__(self, send: Callable[[], Awaitable[AsyncStream[Any, Any]]], expected: Expected[Any]) -> None:
        self._send = send
        self._expected = expected
        self._opened: AsyncStream[Any, Any] | None = None

    @property
    def _events(self) -> AsyncStream[Any, Any]:
        if self._opened is None:
            raise TypeError("nothing was sent yet; write `async with ...stream(...) as stream:`")
        return self._opened

    async def __aenter__(self) -> Self:
        self._opened = await self._send()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    def __aiter__(self) -> AsyncIterator[models.ResponseStreamEvent]:
        return aiter(self._events)

    async def __anext__(self) -> models.ResponseStreamEvent:
        event: models.ResponseStreamEvent = await anext(self._events)
        return event

    async def until_done(self) -> Self:
        """Read to the end."""
        await self._events.final()
        return self

    async def get_final_response(self) -> ParsedResponse[Any]:
        """Read to the end and return the response."""
        return parse_response(self._expected, await self._events.final())

    async def close(self) -> None:
        """Stop reading and release the connection."""
        await self._events.close()
