"""
`venice.chat.completions` and `venice.responses` with typed output, stream events and the tool loop.

The generated operations are unchanged. The methods take what `create` takes: `extends` puts its parameters into their
signatures, and type checkers read them in the generated `CreateOptions`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal, Unpack, cast

from venice_client._core.errors import RequestValidationError
from venice_client._core.request.arguments import extends
from venice_client._core.request.call import CallOptions
from venice_client._core.response.response import Response
from venice_client._core.schema.sentinel import UNSET, Unset
from venice_client.api.resources import resource_classes
from venice_client.chat.parse import expect, parse_completion
from venice_client.chat.parsed import ParsedChatCompletion, ParsedResponse
from venice_client.chat.response_stream import AsyncResponseStream, ResponseStream
from venice_client.chat.responses import expect_response, parse_response
from venice_client.chat.stream import AsyncChatCompletionStreamManager, ChatCompletionStreamManager
from venice_client.chat.tool_loop import ToolStep, run_tools, run_tools_async
from venice_client.chat.tools import Tool

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from venice_client._core.response.raw import async_raw, raw
    from venice_client.api.chat_completions import AsyncChatCompletions as GeneratedAsyncChatCompletions
    from venice_client.api.chat_completions import AsyncChatCompletionsWithRawResponse, ChatCompletionsWithRawResponse
    from venice_client.api.chat_completions import ChatCompletions as GeneratedChatCompletions
    from venice_client.api.chat_completions.create import CreateOptions, CreateParameters
    from venice_client.api.resources import AsyncChat as GeneratedAsyncChat
    from venice_client.api.resources import Chat as GeneratedChat
    from venice_client.api.responses import AsyncResponses as GeneratedAsyncResponses
    from venice_client.api.responses import AsyncResponsesWithRawResponse, ResponsesWithRawResponse
    from venice_client.api.responses import Responses as GeneratedResponses
    from venice_client.api.responses.create import CreateOptions as ResponseOptions

    class _RawChatCompletions(ChatCompletionsWithRawResponse):
        def __init__(self, resource: ChatCompletions) -> None:
            self.parse = raw(resource.parse)

    class _AsyncRawChatCompletions(AsyncChatCompletionsWithRawResponse):
        def __init__(self, resource: AsyncChatCompletions) -> None:
            self.parse = async_raw(resource.parse)

    class _RawResponses(ResponsesWithRawResponse):
        def __init__(self, resource: Responses) -> None:
            self.parse = raw(resource.parse)

    class _AsyncRawResponses(AsyncResponsesWithRawResponse):
        def __init__(self, resource: AsyncResponses) -> None:
            self.parse = async_raw(resource.parse)

    T = TypeVar("T", default=None)
    """The type of an answer's value: None where a call names none."""
    R = TypeVar("R")
else:
    from typing import TypeVar

    T, R = TypeVar("T"), TypeVar("R")
    GeneratedChat, GeneratedAsyncChat = resource_classes("chat")
    GeneratedChatCompletions, GeneratedAsyncChatCompletions = resource_classes("chat.completions")
    GeneratedResponses, GeneratedAsyncResponses = resource_classes("responses")
    CreateOptions = CreateParameters = ResponseOptions = CallOptions  # another description may lack the operations

Tools = Iterable[Tool[..., Any] | Callable[..., Any] | Mapping[str, Any]]


class _ParseInViews:
    """Puts `parse` beside the generated operations of `with_raw_response`."""

    if not TYPE_CHECKING:

        @cached_property
        def with_raw_response(self) -> Any:
            """The same operations; each returns the response with status and headers, and its value in `parsed`."""
            view = super().with_raw_response
            view.parse = self._in_mode("raw").parse
            return view


class ChatCompletions(_ParseInViews, GeneratedChatCompletions):
    """The operations of `chat.completions`, with typed output, stream events and tools."""

    if TYPE_CHECKING:

        @cached_property
        def with_raw_response(self) -> _RawChatCompletions: ...

    @extends("create")
    def parse(
        self,
        *,
        messages: Sequence[Any],
        model: str,
        response_format: type[T] | Mapping[str, Any] | None = None,
        tools: Tools | None = None,
        **options: Unpack[CreateOptions],
    ) -> ParsedChatCompletion[T]:
        """
        Answer a conversation with a value of a type, in `choices[0].message.parsed`.

        Args:
            messages: The conversation.
            model: The id of a model with `supportsResponseSchema`.
            response_format: A pydantic model, dataclass, attrs class, TypedDict, or a type made of these.
            tools: Functions, `chat.tool`s, or mappings as the API has them; arguments come in `parsed_arguments`.
            options: What `create` takes.

        Raises:
            LengthFinishReasonError, ContentFilterFinishReasonError: The answer is not complete.
            RefusalError: The model refused.
            InvalidOutputError: The answer does not fit the type.
        """
        given = _arguments(options, messages=messages, model=model, response_format=response_format, tools=tools)
        arguments, expected = expect(given, raises_on_refusal=self._client.raises_on_refusal)
        return _valued(cast("Any", self.create)(**arguments), partial(parse_completion, expected))

    @extends("create")
    def stream(
        self,
        *,
        messages: Sequence[Any],
        model: str,
        response_format: type[T] | Mapping[str, Any] | None = None,
        tools: Tools | None = None,
        **options: Unpack[CreateOptions],
    ) -> ChatCompletionStreamManager[T]:
        """
        Answer a conversation as events, with the completion so far.

            with venice.chat.completions.stream(model=..., messages=[...]) as stream:
                for event in stream:
                    if event.type == "content.delta":
                        print(event.delta, end="")
                completion = stream.get_final_completion()

        It takes what `parse` takes. The request is sent when the block is entered.
        """
        given = _arguments(options, messages=messages, model=model, response_format=response_format, tools=tools)
        arguments, expected = expect(given, raises_on_refusal=self._client.raises_on_refusal)
        return ChatCompletionStreamManager(lambda: cast("Any", self.create)(**arguments, stream=True), expected)

    @extends("create")
    def run_tools(
        self,
        *,
        messages: Sequence[Any],
        model: str,
        tools: Tools,
        max_turns: int = 10,
        parallel: bool = False,
        e2ee: Literal[False] | Unset | None = UNSET,
        **options: Unpack[CreateParameters],
    ) -> Iterator[ToolStep]:
        """
        Let the model call functions, and yield every step, until it answers without a call.

        Args:
            messages: The conversation; it is not changed. Each step has its continuation.
            model: The id of a model with `supportsFunctionCalling`.
            tools: Functions with annotated parameters, or `chat.tool`s. What one raises is reported to the model, as
                are names that do not exist and arguments that do not fit.
            max_turns: The most requests.
            parallel: Whether several calls of one answer run at once, in threads.
            e2ee: False where the client encrypts by default: tools cannot be encrypted.
            options: What `create` takes.

        Raises:
            ToolTurnsExceededError: The model still calls tools after `max_turns` requests.
        """
        arguments = _arguments(options, messages=messages, model=model, e2ee=e2ee)
        return run_tools(cast("Any", self.create), arguments, tools, max_turns=max_turns, parallel=parallel)


class AsyncChatCompletions(_ParseInViews, GeneratedAsyncChatCompletions):
    """The operations of `chat.completions` for AsyncVenice: see `ChatCompletions`."""

    if TYPE_CHECKING:

        @cached_property
        def with_raw_response(self) -> _AsyncRawChatCompletions: ...

    @extends("create")
    async def parse(
        self,
        *,
        messages: Sequence[Any],
        model: str,
        response_format: type[T] | Mapping[str, Any] | None = None,
        tools: Tools | None = None,
        **options: Unpack[CreateOptions],
    ) -> ParsedChatCompletion[T]:
        """Answer a conversation with a value of a type: see `ChatCompletions.parse`."""
        given = _arguments(options, messages=messages, model=model, response_format=response_format, tools=tools)
        arguments, expected = expect(given, raises_on_refusal=self._client.raises_on_refusal)
        return _valued(await cast("Any", self.create)(**arguments), partial(parse_completion, expected))

    @extends("create")
    def stream(
        self,
        *,
        messages: Sequence[Any],
        model: str,
        response_format: type[T] | Mapping[str, Any] | None = None,
        tools: Tools | None = None,
        **options: Unpack[CreateOptions],
    ) -> AsyncChatCompletionStreamManager[T]:
        """Answer a conversation as events, in `async with`: see `ChatCompletions.stream`."""
        given = _arguments(options, messages=messages, model=model, response_format=response_format, tools=tools)
        arguments, expected = expect(given, raises_on_refusal=self._client.raises_on_refusal)
        return AsyncChatCompletionStreamManager(lambda: cast("Any", self.create)(**arguments, stream=True), expected)

    @extends("create")
    def run_tools(
        self,
        *,
        messages: Sequence[Any],
        model: str,
        tools: Tools,
        max_turns: int = 10,
        parallel: bool = False,
        e2ee: Literal[False] | Unset | None = UNSET,
        **options: Unpack[CreateParameters],
    ) -> AsyncIterator[ToolStep]:
        """
        Let the model call functions, and yield every step: see `ChatCompletions.run_tools`.

        Async functions are awaited, others run in threads.
        """
        arguments = _arguments(options, messages=messages, model=model, e2ee=e2ee)
        return run_tools_async(cast("Any", self.create), arguments, tools, max_turns=max_turns, parallel=parallel)


class Chat(GeneratedChat):
    """The operations of `chat`."""

    @cached_property
    def completions(self) -> ChatCompletions:
        """Answer conversations."""
        return ChatCompletions(self._client)


class AsyncChat(GeneratedAsyncChat):
    """The operations of `chat`."""

    @cached_property
    def completions(self) -> AsyncChatCompletions:
        """Answer conversations."""
        return AsyncChatCompletions(self._client)


class Responses(_ParseInViews, GeneratedResponses):
    """The operations of `responses`, with typed output."""

    if TYPE_CHECKING:

        @cached_property
        def with_raw_response(self) -> _RawResponses: ...

    @extends("create")
    def parse(
        self,
        input: Any,  # noqa: A002  # what the API calls it, in the forms that `create` takes
        *,
        model: str,
        text_format: type[T] | None = None,
        **options: Unpack[ResponseOptions],
    ) -> ParsedResponse[T]:
        """
        Answer with a value of a type, in `output_parsed`.

        Args:
            input: A text, or a list of items, as `create` takes it.
            model: The id of a model with `supportsResponseSchema`.
            text_format: A pydantic model, dataclass, attrs class, TypedDict, or a type made of these.
            options: What `create` takes. The arguments of tools with a type come in `output[0].parsed_arguments`.

        Raises:
            OutputError: One of its subclasses, where the answer has no value of the type.
        """
        given = _arguments(options, input=input, model=model, text_format=text_format)
        arguments, expected = expect_response(given, raises_on_refusal=self._client.raises_on_refusal)
        return _valued(cast("Any", self.create)(**arguments), partial(parse_response, expected))

    @extends("create")
    def stream(
        self,
        input: Any,  # noqa: A002  # what the API calls it, in the forms that `create` takes
        *,
        model: str,
        text_format: type[Any] | None = None,
        **options: Unpack[ResponseOptions],
    ) -> ResponseStream:
        """
        Answer as events, in a `with` block; `get_final_response()` reads to the end.

        It takes what `create` takes, and the type of `parse` as `text_format`.
        """
        given = _arguments(options, input=input, model=model, text_format=text_format)
        arguments, expected = expect_response(given, raises_on_refusal=self._client.raises_on_refusal)
        return ResponseStream(lambda: cast("Any", self.create)(**arguments, stream=True), expected)


class AsyncResponses(_ParseInViews, GeneratedAsyncResponses):
    """The operations of `responses` for AsyncVenice: see `Responses`."""

    if TYPE_CHECKING:

        @cached_property
        def with_raw_response(self) -> _AsyncRawResponses: ...

    @extends("create")
    async def parse(
        self,
        input: Any,  # noqa: A002  # what the API calls it, in the forms that `create` takes
        *,
        model: str,
        text_format: type[T] | None = None,
        **options: Unpack[ResponseOptions],
    ) -> ParsedResponse[T]:
        """Answer with a value of a type: see `Responses.parse`."""
        given = _arguments(options, input=input, model=model, text_format=text_format)
        arguments, expected = expect_response(given, raises_on_refusal=self._client.raises_on_refusal)
        return _valued(await cast("Any", self.create)(**arguments), partial(parse_response, expected))

    @extends("create")
    def stream(
        self,
        input: Any,  # noqa: A002  # what the API calls it, in the forms that `create` takes
        *,
        model: str,
        text_format: type[Any] | None = None,
        **options: Unpack[ResponseOptions],
    ) -> AsyncResponseStream:
        """
        Answer as events, in an `async with` block; `get_final_response()` reads to the end.

        It takes what `create` takes, and the type of `parse` as `text_format`.
        """
        given = _arguments(options, input=input, model=model, text_format=text_format)
        arguments, expected = expect_response(given, raises_on_refusal=self._client.raises_on_refusal)
        return AsyncResponseStream(lambda: cast("Any", self.create)(**arguments, stream=True), expected)


def _valued(found: Any, parse: Callable[[Any], R]) -> R:
    """Return an answer with its value; of a view that gives responses, the response with it."""
    return cast("R", found.with_value(parse)) if isinstance(found, Response) else parse(found)


def _arguments(options: Mapping[str, Any], **named: Any) -> dict[str, Any]:
    """Return the arguments of a request: those that were given. `stream` is the method's own choice."""
    if options.get("stream"):
        raise RequestValidationError(["stream: use create(..., stream=True) or stream(...)"])
    given = {**named, **options}
    given.pop("stream", None)
    return {name: value for name, value in given.items() if value is not None and value is not UNSET}
