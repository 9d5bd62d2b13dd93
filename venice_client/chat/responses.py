"""Typed output of `responses.parse`: the request, and the value in the answer."""

from __future__ import annotations

from typing import Any, TypeVar

from venice_client._core.errors import RequestValidationError
from venice_client._core.schema.encoding import encode
from venice_client._core.schema.model import Model
from venice_client.chat.errors import ContentFilterFinishReasonError, LengthFinishReasonError, RefusalError
from venice_client.chat.fields import items_at, object_at, object_of, text_at
from venice_client.chat.parse import Expected, make_tool_params, parse_arguments, parse_content
from venice_client.chat.parsed import ParsedResponse, texts_of, valued
from venice_client.chat.schema import OutputType, is_output_type

T = TypeVar("T")


def expect_response(
    arguments: dict[str, Any], *, raises_on_refusal: bool = True
) -> tuple[dict[str, Any], Expected[Any]]:
    """Return the arguments of a call as the wire has them, and what its answer is read as."""
    arguments = dict(arguments)
    kind = arguments.pop("text_format", None)
    tools, known = make_tool_params(arguments.get("tools"))
    if tools is not None:
        arguments["tools"] = tools
    if kind is None:
        return arguments, Expected(None, known, raises_on_refusal)
    if not is_output_type(kind):
        raise RequestValidationError([f"text_format must be a type, got {type(kind).__name__}"])
    output: OutputType[Any] = OutputType(kind)
    extra = dict(arguments.get("extra_body") or {})
    text = encode(arguments.pop("text", None) or extra.get("text") or {})
    # In the body beside the declared fields: another description may lack `text`.
    extra["text"] = {**(text if isinstance(text, dict) else {}), "format": output.text_format}
    arguments["extra_body"] = extra
    return arguments, Expected(output, known, raises_on_refusal)


def parse_response(expected: Expected[T], response: Model) -> ParsedResponse[T]:
    """Return a response with its values. Raises a subclass of OutputError."""
    raw = object_of(response)
    if expected.output is None and not expected.tools:
        return valued(ParsedResponse, raw, response, value=None, arguments={})
    text, refusal = texts_of(response)
    if raw.get("status") == "incomplete":
        reason = text_at(object_at(raw, "incomplete_details"), "reason")
        kind = ContentFilterFinishReasonError if reason == "content_filter" else LengthFinishReasonError
        raise kind(f"the answer is not complete ({reason or 'no reason given'})", text=text, completion=response)
    if refusal and expected.raises_on_refusal:
        raise RefusalError("the model refused to answer", text=refusal, completion=response)
    calls = {
        index: parse_arguments(expected, item.get("name"), item.get("arguments"))
        for index, item in enumerate(items_at(raw, "output"))
        if isinstance(item, dict) and item.get("type") == "function_call"
    }
    value = parse_content(expected, text, response)
    return valued(ParsedResponse, raw, response, value=value, arguments=calls)
