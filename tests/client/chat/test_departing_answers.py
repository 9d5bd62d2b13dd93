"""Answers that depart from the contract: every field of another type reads as absent, and no answer is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.client.json_places import DROPPED, places, replaced
from tests.table import table
from venice_client import VeniceError
from venice_client._core.schema.model import Model
from venice_client.chat import tool
from venice_client.chat.errors import InvalidOutputError, OutputError
from venice_client.chat.parse import Expected, parse_completion
from venice_client.chat.responses import parse_response
from venice_client.chat.schema import OutputType
from venice_client.chat.stream import _State
from venice_client.chat.tool_loop import run_tools
from venice_client.models import ChatCompletion, ChatCompletionChunk, ResponsesResponse

ODD: tuple[Any, ...] = (DROPPED, None, True, 7, "x", [], {}, [None], ["x"], [[]], [{}], {"a": 1})


@tool
def weather(city: str) -> str:
    return city


CALL = {"id": "c", "index": 0, "type": "function", "function": {"name": "weather", "arguments": '{"city": "Rome"}'}}
LOGPROBS = {"content": [{"token": "a", "logprob": -1, "top_logprobs": []}], "refusal": None}
MESSAGE = {"role": "assistant", "content": '{"value": 5}', "refusal": None, "tool_calls": [CALL]}
COMPLETION = {
    "id": "a",
    "choices": [{"index": 0, "finish_reason": "stop", "message": MESSAGE, "logprobs": LOGPROBS}],
}
DELTA = {"index": 0, "finish_reason": "stop", "delta": {**MESSAGE, "refusal": "no"}, "logprobs": LOGPROBS}
CHUNKS = [
    {"id": "a", "choices": [{"index": 0, "delta": {"tool_calls": [{**CALL, "id": "b", "index": 1}]}}]},
    {"id": "a", "choices": [DELTA]},
]
TEXT = {"type": "output_text", "text": '{"value": 5}', "annotations": []}
RESPONSE = {
    "id": "r",
    "status": "completed",
    "incomplete_details": {"reason": "x"},
    "output": [
        {"type": "message", "id": "m", "role": "assistant", "content": [TEXT, {"type": "refusal", "refusal": ""}]},
        {"type": "function_call", "id": "f", "call_id": "c", "name": "weather", "arguments": "{}"},
    ],
}


def odd(whole: Any) -> Iterator[Any]:
    """Copies in which one value is dropped or replaced."""
    return (replaced(whole, path, wrong) for path in places(whole) for wrong in ODD)


def expected() -> Expected[int]:
    return Expected(OutputType(int), {"weather": weather}, raises_on_refusal=True)


def parse(raw: Any) -> None:
    found = parse_completion(expected(), ChatCompletion.from_dict(raw))
    assert repr(found)
    assert found.parsed in (5, None)
    for call in found.tool_calls:
        assert all(hasattr(call, name) for name in ("id", "type"))
        assert all(hasattr(call.function, name) for name in ("name", "arguments", "parsed_arguments"))


def call_tools(raw: Any) -> None:
    for step in run_tools(lambda **_options: ChatCompletion.from_dict(raw), {}, [weather], max_turns=1, parallel=False):
        assert isinstance(step.text, str)


def read_events(raw: Any) -> None:
    state = _State(expected())
    for chunk in raw:
        model = ChatCompletionChunk.from_dict(chunk) if isinstance(chunk, dict) else chunk
        assert all(map(repr, state.events(model)))
    state.final()


def parse_responses(raw: Any) -> None:
    found = parse_response(expected(), ResponsesResponse.from_dict(raw))
    assert repr(found.output)
    assert found.output_parsed in (5, None)


@pytest.mark.slow
@table(
    ("read", "whole"),
    [(parse, COMPLETION), (call_tools, COMPLETION), (read_events, CHUNKS), (parse_responses, RESPONSE)],
)
def test_any_value_of_an_answer_may_be_missing_or_of_another_type(read: Any, whole: Any) -> None:
    for raw in odd(whole):
        try:
            read(raw)
        except VeniceError:
            pass  # what the client says of an answer without the value
        except Exception as error:
            error.add_note(json.dumps(raw))
            raise


def test_a_tool_call_without_name_and_id_is_kept() -> None:
    raw = {"choices": [{"message": {"tool_calls": [{"type": "custom", "function": {}}]}}]}
    call: Any = parse_completion(expected(), ChatCompletion.from_dict(raw)).tool_calls[0]
    assert (call.id, call.type, call.function.name, call.function.parsed_arguments) == (None, "custom", None, None)


@table("response", [None, True, "words", ["a"]])
def test_a_response_that_is_not_an_object_is_an_error_with_what_came(response: Any) -> None:
    for read in (parse_completion, parse_response):
        with pytest.raises(InvalidOutputError, match="the response must be a JSON object, got ") as caught:
            read(expected(), response)
        assert caught.value.completion is response
    assert issubclass(InvalidOutputError, OutputError)
    assert not isinstance(response, Model)
