"""
The events of `chat.completions.stream(...)`, one class for each `type`.

| type | when |
| --- | --- |
| `chunk` | for each chunk, before the events that it brings |
| `content.delta`, `content.done` | for text of a message, and when it is complete |
| `refusal.delta`, `refusal.done` | for text of a refusal |
| `tool_calls.function.arguments.delta`, `.done` | for the arguments of a tool call |
| `logprobs.content.delta`, `.done`, `logprobs.refusal.delta`, `.done` | for log probabilities |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias

from attrs import frozen

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from venice_client.chat.parsed import ParsedChatCompletion
    from venice_client.models import ChatCompletionChunk

    T = TypeVar("T", default=Any)
else:
    from typing import TypeVar

    T = TypeVar("T")


@frozen(kw_only=True)
class ChunkEvent(Generic[T]):
    """A chunk came."""

    type: Literal["chunk"] = "chunk"
    chunk: ChatCompletionChunk
    snapshot: ParsedChatCompletion[T]
    """The completion so far."""


@frozen(kw_only=True)
class ContentDeltaEvent:
    """More text of a message came."""

    type: Literal["content.delta"] = "content.delta"
    delta: str
    snapshot: str
    """The text so far."""
    parsed: Any = None
    """The value so far, of plain dicts and lists, where a type was requested."""


@frozen(kw_only=True)
class ContentDoneEvent(Generic[T]):
    """The text of a message is complete."""

    type: Literal["content.done"] = "content.done"
    content: str
    parsed: T | None = None
    """The value, where a type was requested."""


@frozen(kw_only=True)
class RefusalDeltaEvent:
    """More text of a refusal came."""

    type: Literal["refusal.delta"] = "refusal.delta"
    delta: str
    snapshot: str


@frozen(kw_only=True)
class RefusalDoneEvent:
    """A refusal is complete."""

    type: Literal["refusal.done"] = "refusal.done"
    refusal: str


@frozen(kw_only=True)
class FunctionToolCallArgumentsDeltaEvent:
    """More of the arguments of a tool call came."""

    type: Literal["tool_calls.function.arguments.delta"] = "tool_calls.function.arguments.delta"
    name: str
    index: int
    arguments: str
    """The JSON text so far."""
    arguments_delta: str
    parsed_arguments: Any = None
    """The arguments so far, as plain dicts and lists."""


@frozen(kw_only=True)
class FunctionToolCallArgumentsDoneEvent:
    """The arguments of a tool call are complete."""

    type: Literal["tool_calls.function.arguments.done"] = "tool_calls.function.arguments.done"
    name: str
    index: int
    arguments: str
    parsed_arguments: Any = None
    """The arguments of the tool's type, where it has one."""


@frozen(kw_only=True)
class LogprobsDeltaEvent:
    """More log probabilities came, of the content or of a refusal."""

    type: Literal["logprobs.content.delta", "logprobs.refusal.delta"]
    content: list[Any]
    snapshot: list[Any]


@frozen(kw_only=True)
class LogprobsDoneEvent:
    """The log probabilities of the content or of a refusal are complete."""

    type: Literal["logprobs.content.done", "logprobs.refusal.done"]
    content: list[Any]


ChatEvent: TypeAlias = (
    ChunkEvent[T]
    | ContentDeltaEvent
    | ContentDoneEvent[T]
    | RefusalDeltaEvent
    | RefusalDoneEvent
    | FunctionToolCallArgumentsDeltaEvent
    | FunctionToolCallArgumentsDoneEvent
    | LogprobsDeltaEvent
    | LogprobsDoneEvent
)
