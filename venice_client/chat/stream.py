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
        raw = chunk.to_dict()
        self._whole.add(raw)
        yield ChunkEvent(chunk=chunk, snapshot=self.snapshot)
        choices = {choice["index"]: choice for choice in self._whole.whole()["choices"] if "index" in choice}
        for choice in raw.get("choices") or ():
            if isinstance(choice, dict):
                index = choice.get("index") or 0
                yield from self._choice_events(index, choice, choices.get(index) or {})

    def _choice_events(self, index: int, choice: dict[str, Any], so_far: dict[str, Any]) -> Iterator[ChatEvent[T]]:
        delta, message = choice.get("delta") or {}, so_far.get("message") or {}
        if isinstance(delta.get("content"), str):
            text = message.get("content") or ""
            parsed = parse_partial(text) if self._expected.output is not None else None
            yield ContentDeltaEvent(delta=delta["content"], snapshot=text, parsed=parsed)
        if delta.get("refusal"):
            yield RefusalDeltaEvent(delta=delta["refusal"], snapshot=message["refusal"])
        yield from self._call_events(index, delta, message)
        yield from self._logprobs_events(choice, so_far)
        if choice.get("finish_reason"):
            yield from self._done_events(index, so_far)

    def _call_events(self, index: int, delta: dict[str, Any], message: dict[str, Any]) -> Iterator[ChatEvent[T]]:
        calls = message.get("tool_calls") or []
        for piece in delta.get("tool_calls") or ():
            if not isinstance(piece, dict) or not calls:
                continue
            number = _number(piece, calls)
            if (before := self._open_call.get(index)) is not None and before != number:
                yield from self._call_done(index, before, calls)
            self._open_call[index] = number
            function = calls[number].get("function") or {}
            added = piece.get("function")
            if isinstance(added, dict):
                yield FunctionToolCallArgumentsDeltaEvent(
                    name=function.get("name") or "",
                    index=number,
                    arguments=function.get("arguments") or "",
                    arguments_delta=added.get("arguments") or "",
                    parsed_arguments=parse_partial(function.get("arguments") or ""),
                )

    def _call_done(self, index: int, number: int, calls: list[dict[str, Any]]) -> Iterator[ChatEvent[T]]:
        if (index, "call", number) in self._done:
            return
        self._done.add((index, "call", number))
        function = calls[number].get("function") or {}
        name, arguments = function.get("name") or "", function.get("arguments") or ""
        yield FunctionToolCallArgumentsDoneEvent(
            name=name,
            index=number,
            arguments=arguments,
            parsed_arguments=parse_arguments(self._expected, name, arguments),
        )

    @staticmethod
    def _logprobs_events(choice: dict[str, Any], so_far: dict[str, Any]) -> Iterator[ChatEvent[T]]:
        found, whole = choice.get("logprobs") or {}, so_far.get("logprobs") or {}
        if found.get("content"):
            yield LogprobsDeltaEvent(type="logprobs.content.delta", content=found["content"], snapshot=whole["content"])
        if found.get("refusal"):
            yield LogprobsDeltaEvent(type="logprobs.refusal.delta", content=found["refusal"], snapshot=whole["refusal"])

    def _done_events(self, index: int, so_far: dict[str, Any]) -> Iterator[ChatEvent[T]]:
        if (index, "finished") in self._done:
            return
        self._done.add((index, "finished"))
        message = so_far.get("message") or {}
        check_finish(self._expected, so_far, self.snapshot)
        if text := read_text(message, "content"):
            yield ContentDoneEvent(content=text, parsed=parse_content(self._expected, text, self.snapshot))
        if message.get("refusal"):
            yield RefusalDoneEvent(refusal=message["refusal"])
        calls = message.get("tool_calls") or []
        if (number := self._open_call.get(index)) is not None:
            yield from self._call_done(index, number, calls)
        logprobs = so_far.get("logprobs") or {}
        if logprobs.get("content"):
            yield LogprobsDoneEvent(type="logprobs.content.done", content=logprobs["content"])
        if logprobs.get("refusal"):
            yield LogprobsDoneEvent(type="logprobs.refusal.done", content=logprobs["refusal"])


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


class ChatCompletionStreamManager(Generic[T]):
    """The block of `chat.completions.stream(...)`: the request is sent when it is entered."""

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


class AsyncChatCompletionStreamManager(Generic[T]):
    """The block of `chat.completions.stream(...)` of AsyncVenice: the request is sent when it is entered."""

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
