"""Answers whose messages carry a value: models of the API with `parsed` beside what came."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from venice_client import models
from venice_client._core.schema.model import Model

if TYPE_CHECKING:
    from venice_client.models import AssistantMessage, ChatCompletion, ChatCompletionChoice, ResponsesResponse
else:  # another description may lack a model
    AssistantMessage, ChatCompletion, ChatCompletionChoice, ResponsesResponse = (
        getattr(models, name, Model)
        for name in ("AssistantMessage", "ChatCompletion", "ChatCompletionChoice", "ResponsesResponse")
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


class ParsedFunction(_Valued):
    """The function of a tool call, with its arguments as a value."""

    __slots__ = ("_arguments",)

    name: str
    arguments: str
    """JSON text, as the model wrote it."""

    def read(self, arguments: Any) -> None:
        """Set the arguments as a value."""
        self._arguments = arguments

    @property
    def parsed_arguments(self) -> Any:
        """The arguments: of the tool's type, or None where the tool has none, or they do not fit it."""
        return self._arguments


class ParsedToolCall(_Valued):
    """A tool call whose function carries its arguments as a value."""

    __slots__ = ("_function",)

    id: str
    type: str

    def read(self, function: ParsedFunction) -> None:
        """Set the function."""
        self._function = function

    @property
    def function(self) -> ParsedFunction:
        """The function to call."""
        return self._function


class ParsedMessage(_Valued, AssistantMessage, Generic[T]):
    """A message with the value of its content."""

    __slots__ = ("_calls", "_parsed")

    refusal: str | None

    def read(self, value: T | None, calls: list[ParsedToolCall]) -> None:
        """Set the value and the tool calls."""
        self._parsed, self._calls = value, calls

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

    def read(self, message: ParsedMessage[T]) -> None:
        """Set the message."""
        self._message = message

    if TYPE_CHECKING:
        message: ParsedMessage[T]
        """The message."""
    else:

        @property
        def message(self) -> ParsedMessage[T]:
            """The message."""
            return self._message


class ParsedChatCompletion(_Valued, ChatCompletion, Generic[T]):
    """A completion whose messages carry values: `choices[0].message.parsed`."""

    __slots__ = ("_choices",)

    def read_choices(self, make: Callable[[dict[str, Any]], ParsedChoice[T]]) -> None:
        """Make the choices of what came."""
        self._choices = [make(choice) for choice in self._raw.get("choices") or () if isinstance(choice, dict)]

    if TYPE_CHECKING:
        choices: list[ParsedChoice[T]]  # type: ignore[assignment]  # the same choices, with their values
        """The choices."""
    else:

        @property
        def choices(self) -> list[ParsedChoice[T]]:
            """The choices."""
            return self._choices


def texts_of(response: Model) -> tuple[str, str]:
    """Return the text of a response, and the text of a refusal."""
    said, refused = [], []
    for item in response.to_dict().get("output") or ():
        for part in (item.get("content") or ()) if isinstance(item, dict) else ():
            if isinstance(part, dict) and part.get("type") == "output_text":
                said.append(str(part.get("text") or ""))
            elif isinstance(part, dict) and part.get("type") == "refusal":
                refused.append(str(part.get("refusal") or ""))
    return "".join(said), "".join(refused)


class TextResponse(ResponsesResponse):
    """A response whose text is read in one step."""

    __slots__ = ()

    @property
    def output_text(self) -> str:
        """The text of all messages."""
        return texts_of(self)[0]


class ParsedResponse(_Valued, TextResponse, Generic[T]):
    """A response with the value of its text."""

    __slots__ = ("_value",)

    def read(self, value: T | None) -> None:
        """Set the value."""
        self._value = value

    @property
    def output_parsed(self) -> T | None:
        """The value of the text; None where the model called tools."""
        return self._value
