"""
`chat.completions.stream(...)`: a chat as events, with the completion so far.

    with venice.chat.completions.stream(model=..., messages=[...], response_format=Recipe) as stream:
        for event in stream:
            if event.type == "content.delta":
                print(event.delta, end="")
        recipe = stream.get_final_completion().choices[0].message.parsed
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Generic, Self, TypeVar

from venice_client._core.response.raw import Unopened
from venice_client._core.schema.model import Model
from venice_client._core.schema.shortcuts import read_text
from venice_client._core.streaming.accumulate import Accumulator
from venice_client._core.streaming.stream import AsyncStream, Stream
from venice_client.chat.events import (
    ChatEvent,
    ChunkEvent,
    ContentDeltaEvent,
    ContentDoneEvent,
    FunctionToolCallArgumentsDeltaEvent,
    FunctionToolCallArgumentsDoneEvent,
    LogprobsDeltaEvent,
    LogprobsDoneEvent,
    RefusalDeltaEvent,
    RefusalDoneEvent,
)
from venice_client.chat.fields import items_at, object_at, objects_at, text_at
from venice_client.chat.parse import Expected, check_finish, parse_arguments, parse_completion, parse_content
from venice_client.chat.parsed import ParsedChatCompletion
from venice_client.chat.partial import parse_partial

T = TypeVar("T")


class _State(Generic[T]):
    """The completion so far, and which events each chunk brings."""

    def __init__(self, expected: Expected[T]) -> None:
        self._expected = expected
        self._whole = Accumulator()
        self._done: set[tuple[Any, ...]] = set()
        self._open_call: dict[int, int] = {}
        """The tool call that is coming, by the index of its choice."""

    @property
    def snapshot(self) -> ParsedChatCompletion[T]:
        """The completion so far; nothing of it is parsed."""
        return self._read(Expected(None, raises_on_refusal=False))

    def final(self) -> ParsedChatCompletion[T]:
        return self._read(self._expected)

    def _read(self, expected: Expected[Any]) -> ParsedChatCompletion[T]:
        from venice_client.models import ChatCompletion

        return parse_completion(expected, ChatCompletion.from_dict(self._whole.whole()))

    def events(self, chunk: Any) -> Iterator[ChatEvent[T]]:
        """Add a chunk and yield its events."""
        raw = chunk.to_dict() if isinstance(chunk, Model) else None
        if raw is None:
            return  # an event against the contract
        self._whole.add(raw)
        yield ChunkEvent(chunk=chunk, snapshot=self.snapshot)
        choices = {_index(choice): choice for choice in objects_at(self._whole.whole(), "choices")}
        for choice in objects_at(raw, "choices"):
            index = _index(choice)
            yield from self._choice_events(index, choice, choices.get(index) or {})

    def _choice_events(self, index: int, choice: dict[str, Any], so_far: dict[str, Any]) -> Iterator[ChatEvent[T]]:
        delta, message = object_at(choice, "delta"), object_at(so_far, "message")
        if isinstance(delta.get("content"), str):
            text = read_text(message, "content")
            parsed = parse_partial(text) if self._expected.output is not None else None
            yield ContentDeltaEvent(delta=delta["content"], snapshot=text, parsed=parsed)
        if refusal := text_at(delta, "refusal"):
            yield RefusalDeltaEvent(delta=refusal, snapshot=text_at(message, "refusal"))
        yield from self._call_events(index, delta, message)
        yield from self._logprobs_events(choice, so_far)
        if choice.get("finish_reason"):
            yield from self._done_events(index, so_far)

    def _call_events(self, index: int, delta: dict[str, Any], message: dict[str, Any]) -> Iterator[ChatEvent[T]]:
        calls = objects_at(message, "tool_calls")
        for piece in objects_at(delta, "tool_calls") if calls else ():
            number = _number(piece, calls)
            if (before := self._open_call.get(index)) is not None and before != number:
                yield from self._call_done(index, before, calls)
            self._open_call[index] = number
            function = object_at(calls[number], "function")
            if isinstance(piece.get("function"), dict):
                yield FunctionToolCallArgumentsDeltaEvent(
                    name=text_at(function, "name"),
                    index=number,
                    arguments=text_at(function, "arguments"),
                    arguments_delta=text_at(piece["function"], "arguments"),
                    parsed_arguments=parse_partial(text_at(function, "arguments")),
                )

    def _call_done(self, index: int, number: int, calls: list[dict[str, Any]]) -> Iterator[ChatEvent[T]]:
        if (index, "call", number) in self._done or number >= len(calls):
            return
        self._done.add((index, "call", number))
        function = object_at(calls[number], "function")
        name, arguments = text_at(function, "name"), text_at(function, "arguments")
        yield FunctionToolCallArgumentsDoneEvent(
            name=name,
            index=number,
            arguments=arguments,
            parsed_arguments=parse_arguments(self._expected, name, arguments),
        )

    @staticmethod
    def _logprobs_events(choice: dict[str, Any], so_far: dict[str, Any]) -> Iterator[ChatEvent[T]]:
        found, whole = object_at(choice, "logprobs"), object_at(so_far, "logprobs")
        if content := items_at(found, "content"):
            snapshot = items_at(whole, "content")
            yield LogprobsDeltaEvent(type="logprobs.content.delta", content=content, snapshot=snapshot)
        if refusal := items_at(found, "refusal"):
            snapshot = items_at(whole, "refusal")
            yield LogprobsDeltaEvent(type="logprobs.refusal.delta", content=refusal, snapshot=snapshot)

    def _done_events(self, index: int, so_far: dict[str, Any]) -> Iterator[ChatEvent[T]]:
        if (index, "finished") in self._done:
            return
        self._done.add((index, "finished"))
        message = object_at(so_far, "message")
        check_finish(self._expected, so_far, self.snapshot)
        if text := read_text(message, "content"):
            yield ContentDoneEvent(content=text, parsed=parse_content(self._expected, text, self.snapshot))
        if refusal := text_at(message, "refusal"):
            yield RefusalDoneEvent(refusal=refusal)
        calls = objects_at(message, "tool_calls")
        if (number := self._open_call.get(index)) is not None:
            yield from self._call_done(index, number, calls)
        logprobs = object_at(so_far, "logprobs")
        if content := items_at(logprobs, "content"):
            yield LogprobsDoneEvent(type="logprobs.content.done", content=content)
        if refused := items_at(logprobs, "refusal"):
            yield LogprobsDoneEvent(type="logprobs.refusal.done", content=refused)


def _index(choice: dict[str, Any]) -> int:
    index = choice.get("index")
    return index if isinstance(index, int) else 0


def _number(piece: dict[str, Any], calls: list[dict[str, Any]]) -> int:
    """Return which of the calls so far a piece belongs to: by its id, else by its index, else the last one."""
    if piece.get("id"):
        for number in reversed(range(len(calls))):
            if calls[number].get("id") == piece["id"]:
                return number
    index = piece.get("index")
    return index if isinstance(index, int) and 0 <= index < len(calls) else len(calls) - 1


class ChatCompletionStream(Generic[T]):
    """The events of a chat, to be iterated over once."""

    def __init__(self, stream: Stream[Any, Any], expected: Expected[T]) -> None:
        self._stream = stream
        self._state = _State(expected)
        self._iterator = self._events()

    def _events(self) -> Iterator[ChatEvent[T]]:
        for chunk in self._stream:
            yield from self._state.events(chunk)

    def __iter__(self) -> Iterator[ChatEvent[T]]:
        return self._iterator

    def __next__(self) -> ChatEvent[T]:
        return next(self._iterator)

    @property
    def current_completion_snapshot(self) -> ParsedChatCompletion[T]:
        """The completion so far."""
        return self._state.snapshot

    def until_done(self) -> Self:
        """Read to the end."""
        for _ in self._iterator:
            pass
        return self

    def get_final_completion(self) -> ParsedChatCompletion[T]:
        """Read to the end and return the completion, with values. Raises a subclass of OutputError."""
        self.until_done()
        return self._state.final()

    def close(self) -> None:
        """Stop reading and release the connection."""
        self._stream.close()


class AsyncChatCompletionStream(Generic[T]):
    """The events of a chat, to be iterated over once with `async for`."""

    def __init__(self, stream: AsyncStream[Any, Any], expected: Expected[T]) -> None:
        self._stream = stream
        self._state = _State(expected)
        self._iterator = self._events()

    async def _events(self) -> AsyncIterator[ChatEvent[T]]:
        async for chunk in self._stream:
            for event in self._state.events(chunk):
                yield event

    def __aiter__(self) -> AsyncIterator[ChatEvent[T]]:
        return self._iterator

    async def __anext__(self) -> ChatEvent[T]:
        return await anext(self._iterator)

    @property
    def current_completion_snapshot(self) -> ParsedChatCompletion[T]:
        """The completion so far."""
        return self._state.snapshot

    async def until_done(self) -> Self:
        """Read to the end."""
        async for _ in self._iterator:
            pass
        return self

    async def get_final_completion(self) -> ParsedChatCompletion[T]:
        """Read to the end and return the completion, with values. Raises a subclass of OutputError."""
        await self.until_done()
        return self._state.final()

    async def close(self) -> None:
        """Stop reading and release the connection."""
        await self._stream.aclose()


class ChatCompletionStreamManager(Unopened, Generic[T]):
    """The block of `chat.completions.stream(...)`: the request is sent when it is entered."""

    _BLOCK = "with ...stream(...) as stream:"

    def __init__(self, send: Callable[[], Stream[Any, Any]], expected: Expected[T]) -> None:
        self._send = send
        self._expected = expected
        self._stream: ChatCompletionStream[T] | None = None

    def __enter__(self) -> ChatCompletionStream[T]:
        self._stream = ChatCompletionStream(self._send(), self._expected)
        return self._stream

    def __exit__(self, *_error: object) -> None:
        if self._stream is not None:
            self._stream.close()


class AsyncChatCompletionStreamManager(Unopened, Generic[T]):
    """The block of `chat.completions.stream(...)` of AsyncVenice: the request is sent when it is entered."""

    _BLOCK = "async with ...stream(...) as stream:"

    def __init__(self, send: Callable[[], Awaitable[AsyncStream[Any, Any]]], expected: Expected[T]) -> None:
        self._send = send
        self._expected = expected
        self._stream: AsyncChatCompletionStream[T] | None = None

    async def __aenter__(self) -> AsyncChatCompletionStream[T]:
        self._stream = AsyncChatCompletionStream(await self._send(), self._expected)
        return self._stream

    async def __aexit__(self, *_error: object) -> None:
        if self._stream is not None:
            await self._stream.close()
