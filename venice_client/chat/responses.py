"""Typed output of `responses.parse`: the request, and the value in the answer."""

from __future__ import annotations

from typing import Any, TypeVar

from venice_client._core.errors import RequestValidationError
from venice_client._core.schema.encoding import encode
from venice_client._core.schema.model import Model
from venice_client.chat.errors import ContentFilterFinishReasonError, LengthFinishReasonError, RefusalError
from venice_client.chat.parse import read_output
from venice_client.chat.parsed import ParsedResponse, texts_of, valued
from venice_client.chat.schema import OutputType, is_output_type

T = TypeVar("T")


def expect_response(arguments: dict[str, Any]) -> tuple[dict[str, Any], OutputType[Any]]:
    """Return the arguments of a call as the wire has them, and what its text is read as."""
    arguments = dict(arguments)
    kind = arguments.pop("text_format", None)
    if not is_output_type(kind):
        raise RequestValidationError([f"text_format must be a type, got {type(kind).__name__}"])
    output: OutputType[Any] = OutputType(kind)
    extra = dict(arguments.get("extra_body") or {})
    text = encode(arguments.pop("text", None) or extra.get("text") or {})
    # In the body beside the declared fields: another description may lack `text`.
    extra["text"] = {**(text if isinstance(text, dict) else {}), "format": output.text_format}
    arguments["extra_body"] = extra
    return arguments, output


def parse_response(output: OutputType[T], response: Model, *, raises_on_refusal: bool = True) -> ParsedResponse[T]:
    """Return a response with its value. Raises a subclass of OutputError."""
    raw = response.to_dict()
    text, refusal = texts_of(response)
    if raw.get("status") == "incomplete":
        details = raw.get("incomplete_details")
        reason = details.get("reason") if isinstance(details, dict) else None
        kind = ContentFilterFinishReasonError if reason == "content_filter" else LengthFinishReasonError
        raise kind(f"the answer is not complete ({reason or 'no reason given'})", text=text, completion=response)
    if refusal and raises_on_refusal:
        raise RefusalError("the model refused to answer", text=refusal, completion=response)
    return valued(ParsedResponse, raw, response, value=read_output(output, text, response) if text else None)
