"""
Event streams, typed: `Stream` and `AsyncStream` iterate over the decoded data of the events as they come.

A stream is complete when `[DONE]` came, or an event that says so; one that ends before raises StreamInterrupted, and
one that falls silent StreamTimeoutError; both hold what came. An event that holds an error raises it. Closing early
frees the connection. All of this but the waiting is in `reader`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from typing import Self, cast

from venice_client._core.errors import VeniceError
from venice_client._core.schema.encoding import encode
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.streaming.accumulate import text_of
from venice_client._core.streaming.reader import F, Reader, T


class Stream(Reader[T, F]):
    """
    The events of an answer, to be iterated over once. Leaving the loop, or the block, gives the connection back.

        with venice.chat.completions.create(model=..., messages=[...], stream=True) as stream:
            for chunk in stream:
                ...
            stream.final().usage
    """

    _pulled: Iterator[T] | None = None
    """What `next` reads from."""

    def __iter__(self) -> Iterator[T]:
        # A loop owns its generator, so that leaving it closes the stream.
        return self._events() if self._pulled is None else self._pulled

    def __next__(self) -> T:
        """Return the next event. A loop after that begins with the one that follows."""
        if self._pulled is None:
            self._pulled = self._events()
        return next(self._pulled)

    def _events(self) -> Iterator[T]:
        if self._over():
            return
        try:
            chunks = self._answer.chunks()
            for chunk in chunks:
                for data, name in self._feed(chunk):
                    value = self._value(data, name)
                    if value is not UNSET:
                        yield value
                    if self._complete:
                        break
                if self._complete:
                    self._answer.drain(chunks)
                    return
            for data, name in self._last():
                value = self._value(data, name)
                if value is not UNSET:
                    yield value
            self._check_end()
        except VeniceError as error:
            self._fail(error)
        finally:
            # Tracebacks with locals show them, and a server may repeat a key.
            value, chunk, data, name = UNSET, b"", b"", ""
            self.close()

    def texts(self) -> Iterator[str]:
        """Yield the text as it comes, piece by piece: of a chat's first choice, or of a response."""
        for event in self:
            if piece := text_of([encode(event)]):
                yield piece

    def text(self) -> str:
        """Read to the end and return the text that was said: of a chat's first choice, or of a response."""
        for _ in self:
            pass
        return self._text()

    def final(self) -> F:
        """Read to the end and return the answer as it would have come in one piece, with tool calls and usage."""
        for _ in self:
            pass
        return self._final()

    def close(self) -> None:
        """Stop reading and give the connection back."""
        self._closed = True
        self._answer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


class AsyncStream(Reader[T, F]):
    """The events of an answer, to be iterated over once, with `async for`: see `Stream`."""

    _pulled: AsyncIterator[T] | None = None
    """What `anext` reads from."""

    def __aiter__(self) -> AsyncIterator[T]:
        return self._events() if self._pulled is None else self._pulled

    async def __anext__(self) -> T:
        """Return the next event: see `Stream.__next__`."""
        if self._pulled is None:
            self._pulled = self._events()
        return await anext(self._pulled)

    async def _events(self) -> AsyncIterator[T]:
        if self._over():
            return
        try:
            async with aclosing(self._answer.achunks()) as chunks:
                async for chunk in chunks:
                    for data, name in self._feed(chunk):
                        value = self._value(data, name)
                        if value is not UNSET:
                            yield value
                        if self._complete:
                            break
                    if self._complete:
                        await self._answer.adrain(chunks)
                        return
            for data, name in self._last():
                value = self._value(data, name)
                if value is not UNSET:
                    yield value
            self._check_end()
        except VeniceError as error:
            self._fail(error)
        finally:
            value, chunk, data, name = UNSET, b"", b"", ""
            await self.aclose()

    async def texts(self) -> AsyncIterator[str]:
        """Yield the text as it comes, piece by piece: of a chat's first choice, or of a response."""
        async with aclosing(cast("AsyncGenerator[T]", aiter(self))) as events:
            async for event in events:
                if piece := text_of([encode(event)]):
                    yield piece

    async def text(self) -> str:
        """Read to the end and return the text that was said: of a chat's first choice, or of a response."""
        async for _ in self:
            pass
        return self._text()

    async def final(self) -> F:
        """Read to the end and return the answer as it would have come in one piece, with tool calls and usage."""
        async for _ in self:
            pass
        return self._final()

    async def aclose(self) -> None:
        """Stop reading and give the connection back."""
        self._closed = True
        await self._answer.aclose()

    close = aclose

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()
