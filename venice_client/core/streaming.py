"""
Event streams, typed: `Stream` and `AsyncStream` iterate over the decoded data of the events as they come.

A stream is complete when `[DONE]` came, or an event that says so; one that ends before raises StreamInterrupted. An
event that holds an error raises it. Closing early frees the connection; both kinds are context managers.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import msgspec

from venice_client.core.error_body import error_from_response
from venice_client.core.errors import (
    ResponseDecodeError,
    StreamInterrupted,
    VeniceConnectionError,
    VeniceTimeoutError,
)
from venice_client.core.http import Answer
from venice_client.core.operation import EVENT_STREAM
from venice_client.core.shapes import Shape
from venice_client.core.sse import Event, EventDecoder

T = TypeVar("T")

_LAST = frozenset({"response.completed", "response.failed", "response.incomplete", "response.cancelled"})
"""The events after which a stream of /responses, which has no `[DONE]`, is complete."""


class _Reader(Generic[T]):
    """What both kinds of stream share: everything but the waiting."""

    def __init__(self, answer: Answer, shape: Shape, *, method: str, path: str, secrets: Collection[str] = ()) -> None:
        self._answer = answer
        self._shape = shape
        self._method = method
        self._path = path
        self._secrets = secrets
        self._decoder = EventDecoder()
        self._received: list[T] = []
        self._complete = False

    @property
    def headers(self) -> Any:
        """The answer's headers."""
        return self._answer.headers

    def _feed(self, chunk: bytes) -> Iterator[T]:
        try:
            events = self._decoder.feed(chunk)
        except ValueError as error:
            raise self._unreadable(str(error), b"") from None
        return self._read(events)

    def _end(self) -> Iterator[T]:
        yield from self._read(self._decoder.finish())
        if not self._complete:
            raise StreamInterrupted("the stream ended before it was complete", received=self._received)

    @contextmanager
    def _lost(self) -> Iterator[None]:
        """A connection that is lost half-way is a stream that ended too early; what came is kept."""
        try:
            yield
        except VeniceTimeoutError:
            raise
        except VeniceConnectionError as error:
            text = "the connection was lost before the stream was complete"
            raise StreamInterrupted(text, received=self._received) from error

    def _read(self, events: list[Event]) -> Iterator[T]:
        for event in events:
            if event.data == b"[DONE]":
                self._complete = True
            elif event.data:
                yield self._value(event)
            if self._complete:
                return

    def _value(self, event: Event) -> T:
        try:
            raw = msgspec.json.decode(event.data)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if event.event == "error":
                raise self._error(None, event.data) from None
            raise self._unreadable(f"an event of the stream is not JSON: {error}", event.data) from None
        fields = raw if isinstance(raw, dict) else {}
        if event.event == "error" or fields.get("type") == "error" or fields.get("error") is not None:
            raise self._error(raw, event.data)
        self._complete = fields.get("type") in _LAST
        value: T = self._shape.decode(raw)
        self._received.append(value)
        return value

    def _error(self, raw: Any, data: bytes) -> Exception:
        places = [raw.get("error"), raw] if isinstance(raw, dict) else []
        said = [str(place.get(name)) for place in places if isinstance(place, dict) for name in ("status", "code")]
        status = next((int(code) for code in said if re.fullmatch("[45][0-9][0-9]", code)), 500)
        return error_from_response(
            status=status,
            headers=self._answer.headers,
            content=data,
            method=self._method,
            path=self._path,
            secrets=self._secrets,
        )

    def _unreadable(self, what: str, data: bytes) -> ResponseDecodeError:
        return ResponseDecodeError(
            what,
            status=self._answer.status,
            media_type=EVENT_STREAM,
            body=data,
            request_id=self._answer.headers.get("cf-ray"),
        )


class Stream(_Reader[T]):
    """
    The events of an answer, to be iterated over once.

        with venice.chat.completions.create(model=..., messages=[...], stream=True) as stream:
            for chunk in stream:
                ...
    """

    def __iter__(self) -> Iterator[T]:
        try:
            with self._lost():
                for chunk in self._answer.chunks():
                    yield from self._feed(chunk)
                    if self._complete:
                        return  # some servers keep the connection open
            yield from self._end()
        finally:
            self.close()

    def close(self) -> None:
        """Stop reading and give the connection back."""
        self._answer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncStream(_Reader[T]):
    """The events of an answer, to be iterated over once, with `async for`."""

    async def __aiter__(self) -> AsyncIterator[T]:
        try:
            with self._lost():
                async for chunk in self._answer.achunks():
                    for value in self._feed(chunk):
                        yield value
                    if self._complete:
                        return  # some servers keep the connection open
            for value in self._end():
                yield value
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """Stop reading and give the connection back."""
        await self._answer.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
