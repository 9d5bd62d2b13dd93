"""
Typed output: requests for a value of a type, and answers whose messages carry it.

    answer = venice.chat.completions.parse(model=..., messages=[...], response_format=Recipe)
    answer.choices[0].message.parsed    # a Recipe

Everything here works on the arguments of a call and on its answer; the call itself is the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

import msgspec
from attrs import field, frozen

from venice_client._core.schema.model import Model
from venice_client._core.schema.python_types import read_json
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shortcuts import read_text
from venice_client.chat.errors import (
    ContentFilterFinishReasonError,
    InvalidOutputError,
    LengthFinishReasonError,
    RefusalError,
)
from venice_client.chat.fields import object_at, object_of, objects_at, text_at
from venice_client.chat.parsed import (
    ParsedChatCompletion,
    ParsedChoice,
    ParsedFunction,
    ParsedMessage,
    ParsedToolCall,
    valued,
)
from venice_client.chat.schema import OutputType, is_output_type
from venice_client.chat.tools import FunctionTool, Tool, json_of

T = TypeVar("T")


@frozen
class Expected(Generic[T]):
    """What a call expects of its answer: a type of the content, and types of the arguments of tools."""

    output: OutputType[T] | None
    tools: Mapping[str, Tool[..., Any] | type[Any]] = field(factory=dict)
    raises_on_refusal: bool = True


def expect(arguments: dict[str, Any], *, raises_on_refusal: bool = True) -> tuple[dict[str, Any], Expected[Any]]:
    """
    Return the arguments of a call as the wire has them, and what its answer is read as.

    `response_format` may be a type, and `tools` may hold functions, `Tool` objects and pydantic models.
    """
    arguments = dict(arguments)
    output = None
    kind: Any = arguments.get("response_format")
    if is_output_type(kind):
        output = OutputType(kind)
        arguments["response_format"] = output.response_format
    tools, known = make_tool_params(arguments.get("tools"))
    if tools is not None:
        arguments["tools"] = tools
    return arguments, Expected(output, known, raises_on_refusal)


def make_tool_params(given: Any) -> tuple[list[Any] | None, dict[str, Tool[..., Any] | type[Any]]]:
    """Return tools as the wire has them, and by name those whose arguments have a type."""
    if given is None or given is UNSET or not isinstance(given, Iterable):
        return None, {}
    params: list[Any] = []
    known: dict[str, Tool[..., Any] | type[Any]] = {}
    for item in given:
        if isinstance(item, Tool) or (callable(item) and not isinstance(item, Mapping | type)):
            made: Tool[..., Any] = item if isinstance(item, Tool) else Tool(item)
            params.append(made.to_dict())
            known[made.name] = made
            continue
        if isinstance(item, FunctionTool) or type(item).__name__ == "PydanticFunctionTool":  # ours, or openai's
            known[str(item["function"]["name"])] = item.model
        params.append(dict(item) if isinstance(item, dict) else item)
    return params, known


def parse_content(expected: Expected[T], text: str | None, completion: Any) -> T | None:
    """Return the value in the text of an answer. Raises InvalidOutputError."""
    return read_output(expected.output, text, completion) if expected.output is not None and text else None


def read_output(output: OutputType[T], text: str, completion: Any) -> T:
    """Return the value of a text. Raises InvalidOutputError."""
    try:
        return output.read(text)
    except (ValueError, msgspec.MsgspecError) as error:
        raise InvalidOutputError(
            f"the answer does not fit {output.name}: {str(error)[:300]}", text=text, completion=completion
        ) from error


def parse_arguments(expected: Expected[Any], name: object, text: object) -> Any:
    """Return the arguments of a tool call, of the tool's type; None where they do not fit, or there is no such tool."""
    tool = expected.tools.get(name) if isinstance(name, str) else None
    try:
        if isinstance(tool, Tool):
            return tool.arguments(json_of(text))
        if isinstance(tool, type):
            return read_json(json_of(text), tool)
    except ValueError:
        pass  # the text itself is still there
    return None


def check_finish(expected: Expected[Any], choice: Mapping[str, Any], completion: Any) -> None:
    """Raise where a choice was cut off, filtered or refused, and a value is expected of it."""
    if expected.output is None and not expected.tools:
        return
    message = object_at(choice, "message")
    text = read_text(message, "content")
    reason = choice.get("finish_reason")
    if reason == "length":
        raise LengthFinishReasonError(
            "the answer was cut off at the limit of tokens before it was complete",
            text=text,
            completion=completion,
        )
    if reason == "content_filter":
        raise ContentFilterFinishReasonError("a content filter stopped the answer", text=text, completion=completion)
    if expected.raises_on_refusal and expected.output is not None and text_at(message, "refusal"):
        raise RefusalError("the model refused to answer", text=message["refusal"], completion=completion)


def parse_completion(expected: Expected[T], completion: Model) -> ParsedChatCompletion[T]:
    """Return a completion with `parsed` in its messages. Raises a subclass of OutputError."""
    raw = object_of(completion)
    choices = objects_at(raw, "choices")
    for choice in choices:
        check_finish(expected, choice, completion)
    made = [_parsed_choice(expected, choice, completion) for choice in choices]
    return valued(ParsedChatCompletion, raw, completion, choices=made)


def _parsed_choice(expected: Expected[T], choice: dict[str, Any], completion: Model) -> ParsedChoice[T]:
    message = object_at(choice, "message")
    value = parse_content(expected, read_text(message, "content"), completion)
    calls = [_parsed_call(expected, call) for call in objects_at(message, "tool_calls")]
    return valued(ParsedChoice, choice, message=valued(ParsedMessage, message, parsed=value, calls=calls))


def _parsed_call(expected: Expected[Any], call: dict[str, Any]) -> ParsedToolCall:
    raw = object_at(call, "function")
    arguments = parse_arguments(expected, raw.get("name"), raw.get("arguments"))
    return valued(ParsedToolCall, call, function=valued(ParsedFunction, raw, arguments=arguments))
