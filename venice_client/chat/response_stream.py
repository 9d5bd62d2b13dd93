"""
`responses.stream(...)`: a response as events.

    with venice.responses.stream(model=..., input="Hello") as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                print(event.delta, end="")
        response = stream.get_final_response()
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self

from venice_client._core.schema.model import Model
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.streaming.stream import AsyncStream, Stream
from venice_client.chat.parsed import ParsedResponse, valued
from venice_client.chat.responses import expect_response, parse_response
from venice_client.chat.schema import OutputType, is_output_type

if TYPE_CHECKING:
    from venice_client import models


def _whole(final: Model, output: OutputType[Any] | None, *, raises_on_refusal: bool) -> ParsedResponse[Any]:
    if output is not None:
        return parse_response(output, final, raises_on_refusal=raises_on_refusal)
    return valued(ParsedResponse, final.to_dict(), final, value=None)


class ResponseStream:
    """The block of `responses.stream(...)`, and its events. The request is sent when the block is entered."""

    def __init__(
        self, send: Callable[[], Stream[Any, Any]], output: OutputType[Any] | None, *, raises_on_refusal: bool
    ) -> None:
        self._send = send
        self._output = output
        self._raises_on_refusal = raises_on_refusal

    def __enter__(self) -> Self:
        self._events = self._send()
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
        return _whole(self._events.final(), self._output, raises_on_refusal=self._raises_on_refusal)

    def close(self) -> None:
        """Stop reading and release the connection."""
        self._events.close()


class AsyncResponseStream:
    """The block of `responses.stream(...)`, and its events. The request is sent when the block is entered."""

    def __init__(
        self,
        send: Callable[[], Awaitable[AsyncStream[Any, Any]]],
        output: OutputType[Any] | None,
        *,
        raises_on_refusal: bool,
    ) -> None:
        self._send = send
        self._output = output
        self._raises_on_refusal = raises_on_refusal

    async def __aenter__(self) -> Self:
        self._events = await self._send()
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
        return _whole(await self._events.final(), self._output, raises_on_refusal=self._raises_on_refusal)

    async def close(self) -> None:
        """Stop reading and release the connection."""
        await self._events.close()


def expect_stream(text_format: Any, options: Mapping[str, Any]) -> tuple[dict[str, Any], OutputType[Any] | None]:
    """Return the arguments of `create`, and what the text is read as."""
    arguments = {name: value for name, value in options.items() if value is not UNSET}
    if not is_output_type(text_format):
        return arguments, None
    return expect_response({**arguments, "text_format": text_format})
