"""Answers whose messages carry a value: models of the API with `parsed` beside what came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from venice_client import models
from venice_client._core.schema.model import Model
from venice_client.chat.fields import objects_at, text_at

if TYPE_CHECKING:
    from venice_client.models import (
        AssistantMessage,
        ChatCompletion,
        ChatCompletionChoice,
        ResponsesOutputFunctionCall,
        ResponsesOutputMessage,
        ResponsesOutputText,
        ResponsesResponse,
        ToolCall,
        ToolCallFunction,
    )
else:  # another description may lack a model
    AssistantMessage, ChatCompletion, ChatCompletionChoice = (
        getattr(models, name, Model) for name in ("AssistantMessage", "ChatCompletion", "ChatCompletionChoice")
    )
    ResponsesOutputMessage, ResponsesOutputText, ResponsesResponse = (
        getattr(models, name, Model) for name in ("ResponsesOutputMessage", "ResponsesOutputText", "ResponsesResponse")
    )
    ResponsesOutputFunctionCall, ToolCall, ToolCallFunction = (
        getattr(models, name, Model) for name in ("ResponsesOutputFunctionCall", "ToolCall", "ToolCallFunction")
    )

T = TypeVar("T")


class _Valued(Model):
    """A model with values beside what came, which a copy and a pickle keep."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        slots = [name for kind in type(self).__mro__ if issubclass(kind, _Valued) for name in vars(kind)["__slots__"]]
        return (*super().__reduce__(), {name: getattr(self, name) for name in slots})

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)


V = TypeVar("V", bound=_Valued)


def valued(kind: type[V], raw: Any, whole: Model | None = None, /, **values: Any) -> V:
    """
    Return a model of what came, with values beside it, by the names of the class's slots.

    `whole` is the model of the same response, whose metadata it gets.
    """
    made = kind.from_dict(raw)
    if whole is not None:
        made._answer = whole._answer  # noqa: SLF001  # of the same class
    for name, value in values.items():
        setattr(made, f"_{name}", value)
    return made


class ParsedFunction(_Valued, ToolCallFunction):
    """The function of a tool call, with its arguments as a value."""

    __slots__ = ("_arguments",)

    _arguments: Any  # of the tool's type

    @property
    def parsed_arguments(self) -> Any:
        """The arguments: of the tool's type, or None where the tool has none, or they do not fit it."""
        return self._arguments


class ParsedToolCall(_Valued, ToolCall):
    """A tool call whose function carries its arguments as a value."""

    __slots__ = ("_function",)

    _function: ParsedFunction

    if TYPE_CHECKING:
        function: ParsedFunction
        """The function to call."""
    else:

        @property
        def function(self) -> ParsedFunction:
            """The function to call."""
            return self._function


class ParsedMessage(_Valued, AssistantMessage, Generic[T]):
    """A message with the value of its content."""

    __slots__ = ("_calls", "_parsed")

    _parsed: T | None
    refusal: str | None

    @property
    def parsed(self) -> T | None:
        """The value of the content; None where the model called tools or refused."""
        return self._parsed

    if TYPE_CHECKING:
        tool_calls: list[ParsedToolCall] | None  # type: ignore[assignment]  # the same calls, with their values
        """The tool calls; None where there are none."""
    else:

        @property
        def tool_calls(self) -> list[ParsedToolCall] | None:
            """The tool calls; None where there are none."""
            return self._calls or None


class ParsedChoice(_Valued, ChatCompletionChoice, Generic[T]):
    """A choice whose message carries a value."""

    __slots__ = ("_message",)

    if TYPE_CHECKING:
        message: ParsedMessage[T]
        """The message."""
    else:

        @property
        def message(self) -> ParsedMessage[T]:
            """The message."""
            return self._message


class ParsedChatCompletion(_Valued, ChatCompletion, Generic[T]):
    """A completion whose messages carry values: `choices[0].message.parsed`, or `parsed` of the first choice."""

    __slots__ = ("_choices",)

    _choices: list[ParsedChoice[T]]

    @property
    def parsed(self) -> T | None:
        """The value of the first choice; None where the model called tools or refused."""
        return self._choices[0].message.parsed if self._choices else None

    if TYPE_CHECKING:
        choices: list[ParsedChoice[T]]  # type: ignore[assignment]  # the same choices, with their values
        """The choices."""

        @property
        def message(self) -> ParsedMessage[T] | None: ...
        @property
        def tool_calls(self) -> list[ParsedToolCall]: ...  # type: ignore[override]  # as above
    else:

        @property
        def choices(self) -> list[ParsedChoice[T]]:
            """The choices."""
            return self._choices


def texts_of(response: Model) -> tuple[str, str]:
    """Return the text of a response, and the text of a refusal."""
    said, refused = [], []
    for item in objects_at(response.to_dict(), "output"):
        for part in objects_at(item, "content"):
            if part.get("type") == "output_text":
                said.append(text_at(part, "text"))
            elif part.get("type") == "refusal":
                refused.append(text_at(part, "refusal"))
    return "".join(said), "".join(refused)


class ParsedOutputText(_Valued, ResponsesOutputText, Generic[T]):
    """A text of a response with its value."""

    __slots__ = ("_parsed",)

    _parsed: T | None

    @property
    def parsed(self) -> T | None:
        """The value of the text; None where the response has several texts: it is their value together."""
        return self._parsed


class ParsedOutputMessage(_Valued, ResponsesOutputMessage, Generic[T]):
    """A message of a response whose texts carry values."""

    __slots__ = ("_parsed",)

    if not TYPE_CHECKING:

        @property
        def content(self) -> list[Any]:
            """The parts of the message."""
            parts, text = super().content, ResponsesOutputText
            if not isinstance(parts, list):
                return parts  # against the contract, as it came
            return [
                valued(ParsedOutputText, part.to_dict(), parsed=self._parsed) if isinstance(part, text) else part
                for part in parts
            ]


class ParsedOutputFunctionCall(_Valued, ResponsesOutputFunctionCall):
    """A call of a function with its arguments as a value."""

    __slots__ = ("_parsed",)

    _parsed: Any  # of the tool's type

    @property
    def parsed_arguments(self) -> Any:
        """The arguments: of the tool's type, or None where the tool has none, or they do not fit it."""
        return self._parsed


class ParsedResponse(_Valued, ResponsesResponse, Generic[T]):
    """A response with the value of its text: `output_parsed`, and `parsed` of the text in `output`."""

    __slots__ = ("_arguments", "_value")

    _value: T | None
    _arguments: dict[int, Any]
    """The arguments of calls by the positions of their items."""

    @property
    def output_parsed(self) -> T | None:
        """The value of the text; None where the model called tools."""
        return self._value

    if not TYPE_CHECKING:

        @property
        def output(self) -> list[Any]:
            """The items of the response."""
            items = super().output
            if not isinstance(items, list):
                return items  # against the contract, as it came
            messages = [item for item in items if isinstance(item, ResponsesOutputMessage)]
            texts = sum(len(item.content) for item in messages if isinstance(item.content, list))
            value = self._value if texts == 1 else None
            return [
                valued(ParsedOutputMessage, item.to_dict(), parsed=value)
                if isinstance(item, ResponsesOutputMessage)
                else valued(ParsedOutputFunctionCall, item.to_dict(), parsed=self._arguments[index])
                if index in self._arguments
                else item
                for index, item in enumerate(items)
            ]
