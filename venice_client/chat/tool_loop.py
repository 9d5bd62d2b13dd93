"""
`chat.completions.run_tools(...)`: a conversation in which the model calls functions, step by step.

    for step in venice.chat.completions.run_tools(model=..., messages=[...], tools=[weather]):
        print(step)
"""

from __future__ import annotations

import inspect
import json
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextvars import copy_context
from typing import Any

from attrs import field, frozen

from venice_client._core.errors import RequestValidationError
from venice_client._core.schema.inputs import foreign_fields
from venice_client._core.schema.model import Model
from venice_client._core.schema.shortcuts import read_text
from venice_client._core.schema.values import is_integer, plain_number
from venice_client.chat.errors import ToolTurnsExceededError
from venice_client.chat.fields import object_at, object_of, objects_at, text_at
from venice_client.chat.tools import Tool, json_of, make_tools


@frozen
class ToolResult:
    """One call of a function."""

    id: str
    """The id of the tool call."""
    name: str
    arguments: str = field(repr=False)
    """JSON text, as the model wrote it."""
    output: str
    """The text that the model gets: the result, or what went wrong."""
    error: BaseException | None = None
    """What the function raised, or why it was not called."""


@frozen
class ToolStep:
    """One request: its completion, and the calls that it led to."""

    completion: Any = field(repr=False)
    """The `ChatCompletion`."""
    results: tuple[ToolResult, ...]
    """Empty in the last step."""
    messages: tuple[Any, ...] = field(repr=False)
    """The conversation with this step."""

    @property
    def is_last(self) -> bool:
        """Whether the model called no tool: the conversation is complete."""
        return not self.results

    @property
    def text(self) -> str:
        """The text of the message; "" where there is none."""
        return read_text(self.completion, "choices", 0, "message", "content")


class Conversation:
    """The state of `run_tools`: what to send next, and what came of it."""

    def __init__(self, arguments: Mapping[str, Any], tools: Any, max_turns: int) -> None:
        if not is_integer(max_turns) or max_turns < 1:
            raise RequestValidationError([f"max_turns must be an integer >= 1, got {max_turns!r:.40}"])
        self._tools: dict[str, Tool[..., Any]] = make_tools(tools)
        self._arguments = {**arguments, "tools": [item.to_dict() for item in self._tools.values()]}
        messages: Any = arguments.get("messages") or ()
        if not isinstance(messages, Iterable) or isinstance(messages, str | bytes | Mapping):
            raise RequestValidationError([f"messages must be a list of messages, got {type(messages).__name__}"])
        self.messages = list(messages)
        self.max_turns = max_turns
        self._turns = 0

    def next_arguments(self) -> dict[str, Any]:
        """Return the arguments of the next request. Raises ToolTurnsExceededError."""
        if self._turns == self.max_turns:
            raise ToolTurnsExceededError(
                f"the model still calls tools after max_turns={self.max_turns} requests", messages=self.messages
            )
        self._turns += 1
        return {**self._arguments, "messages": list(self.messages)}

    def calls(self, completion: Model) -> list[dict[str, Any]]:
        """Add the model's message to the conversation and return its tool calls."""
        choices = objects_at(object_of(completion), "choices")
        message = dict(object_at(choices[0] if choices else {}, "message") or {"role": "assistant", "content": ""})
        listed = objects_at(message, "tool_calls")
        calls = [_complete(call, f"call_{self._turns}_{number}") for number, call in enumerate(listed)]
        if calls:
            message["tool_calls"] = calls
        self.messages.append({name: value for name, value in message.items() if value is not None or name == "content"})
        return calls

    def begin(self, call: Mapping[str, Any]) -> tuple[Tool[..., Any] | None, dict[str, Any], ToolResult | None]:
        """Return the tool and the arguments of a call; or a result that says why it cannot be made."""
        name, text, identity = _parts(call)
        tool = self._tools.get(name)
        if tool is None:
            known = ", ".join(self._tools)
            error: Exception = LookupError(f"there is no tool {name!r}; the tools are {known}")
            return None, {}, ToolResult(identity, name, text, f"Error: {error}", error)
        try:
            return tool, tool.arguments(text), None
        except ValueError as invalid:
            return None, {}, ToolResult(identity, name, text, f"Error: invalid arguments: {invalid}", invalid)

    def finish(self, completion: Model, results: list[ToolResult]) -> ToolStep:
        """Add the results to the conversation and return the step."""
        self.messages += [{"role": "tool", "tool_call_id": item.id, "content": item.output} for item in results]
        return ToolStep(completion, tuple(results), tuple(self.messages))


def _complete(call: dict[str, Any], identity: str) -> dict[str, Any]:
    """Return a call in the form that a request takes: some models give no id, or arguments as an object."""
    function = object_at(call, "function")
    function = {**function, "name": text_at(function, "name"), "arguments": json_of(function.get("arguments"))}
    return {
        **call,
        "id": str(call.get("id") or identity),
        "type": text_at(call, "type") or "function",
        "function": function,
    }


def _parts(call: Mapping[str, Any]) -> tuple[str, str, str]:
    function = call["function"]
    return function["name"], function["arguments"], call["id"]


def _result(call: Mapping[str, Any], value: Any = None, error: Exception | None = None) -> ToolResult:
    name, text, identity = _parts(call)
    if error is not None:
        return ToolResult(identity, name, text, f"Error: {type(error).__name__}: {error}", error)
    return ToolResult(identity, name, text, _output(value))


def _output(value: Any) -> str:
    if isinstance(value, str):
        return value
    for method in ("model_dump_json", "to_json"):
        if callable(made := getattr(value, method, None)):
            return str(made())
    import msgspec

    try:
        return msgspec.json.encode(value, enc_hook=_plain).decode()
    except TypeError:  # keys that are neither text nor numbers
        return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Return a value that JSON lacks as a number, an object, a list of its items, or text."""
    if value is None or isinstance(value, str | bool | list | tuple | frozenset):
        raise TypeError(f"JSON has no keys of type {type(value).__name__}")  # elsewhere msgspec writes them itself
    if (number := plain_number(value)) is not None:
        return number
    if (fields := value if isinstance(value, Mapping) else foreign_fields(value)) is not None:
        return dict(fields)
    return list(value) if isinstance(value, Iterable) else str(value)


def _run(tool: Tool[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Call a function and return its result as text; what is async is returned as it is."""
    value = tool.function(**arguments)
    return value if isinstance(value, AsyncIterable | Awaitable) else _output(value)


def run_tools(
    create: Callable[..., Any], arguments: Mapping[str, Any], tools: Any, *, max_turns: int, parallel: bool
) -> Iterator[ToolStep]:
    """Yield every step until the model calls no tool. `create` is `chat.completions.create`."""
    conversation = Conversation(arguments, tools, max_turns)
    return _steps(create, conversation, parallel=parallel)


def _steps(create: Callable[..., Any], conversation: Conversation, *, parallel: bool) -> Iterator[ToolStep]:
    while True:
        completion = create(**conversation.next_arguments())
        calls = conversation.calls(completion)
        if parallel and len(calls) > 1:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(min(len(calls), 16)) as pool:
                # Each in a copy of the context, which tracers need.
                begun = [pool.submit(copy_context().run, _call, conversation, call) for call in calls]
                results = [future.result() for future in begun]
        else:
            results = [_call(conversation, call) for call in calls]
        yield conversation.finish(completion, results)
        if not results:
            return


def _call(conversation: Conversation, call: Mapping[str, Any]) -> ToolResult:
    tool, arguments, refusal = conversation.begin(call)
    if refusal is not None or tool is None:
        return refusal or _result(call)
    try:
        value = _run(tool, arguments)
    except Exception as error:  # noqa: BLE001  # the error goes to the model as the result of its call
        return _result(call, error=error)
    if isinstance(value, str):
        return _result(call, value)
    if inspect.iscoroutine(value):
        value.close()
    raise RequestValidationError([f"tools: {tool.name!r} is async, and Venice cannot await it: use AsyncVenice"])


def run_tools_async(
    create: Callable[..., Awaitable[Any]], arguments: Mapping[str, Any], tools: Any, *, max_turns: int, parallel: bool
) -> AsyncIterator[ToolStep]:
    """Yield every step until the model calls no tool: see `run_tools`. Plain functions run in threads."""
    conversation = Conversation(arguments, tools, max_turns)
    return _steps_async(create, conversation, parallel=parallel)


async def _steps_async(
    create: Callable[..., Awaitable[Any]], conversation: Conversation, *, parallel: bool
) -> AsyncIterator[ToolStep]:
    while True:
        completion = await create(**conversation.next_arguments())
        calls = conversation.calls(completion)
        results: list[ToolResult] = []
        if parallel and len(calls) > 1:
            import anyio

            found: dict[int, ToolResult] = {}

            async def one(number: int, call: Mapping[str, Any], found: dict[int, ToolResult] = found) -> None:
                found[number] = await _call_async(conversation, call)

            async with anyio.create_task_group() as group:
                for number, call in enumerate(calls):
                    group.start_soon(one, number, call)
            results = [found[number] for number in range(len(calls))]
        else:
            for call in calls:
                results.append(await _call_async(conversation, call))  # one after the other
        yield conversation.finish(completion, results)
        if not results:
            return


async def _call_async(conversation: Conversation, call: Mapping[str, Any]) -> ToolResult:
    tool, arguments, refusal = conversation.begin(call)
    if refusal is not None or tool is None:
        return refusal or _result(call)
    try:
        if inspect.iscoroutinefunction(tool.function):
            value = await tool.function(**arguments)
        else:
            from anyio import to_thread

            value = await to_thread.run_sync(_run, tool, arguments)
            value = await value if inspect.isawaitable(value) else value
        return _result(call, [item async for item in value] if isinstance(value, AsyncIterable) else value)
    except Exception as error:  # noqa: BLE001  # the error goes to the model as the result of its call
        return _result(call, error=error)
