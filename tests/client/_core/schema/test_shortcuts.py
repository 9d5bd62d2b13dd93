"""Shortcuts of models read a part of a response, whatever came."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from tests.table import table
from venice_client import AsyncVenice, Venice
from venice_client._core.schema.shortcuts import read_value
from venice_client.models import ChatCompletion, ChatCompletionChunk, EmbeddingList, ResponsesResponse

if TYPE_CHECKING:
    from tests.client.conftest import Loopback

MESSAGES = [{"role": "user", "content": "hi"}]
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
CITATION = {"title": "t", "url": "https://a.example"}
COMPLETION: dict[str, Any] = {
    "id": "c",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": "Hello", "reasoning_content": "Hm", "tool_calls": [CALL]},
        },
        {"index": 1, "finish_reason": "length", "message": {"role": "assistant", "content": "another"}},
    ],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    "venice_parameters": {"web_search_citations": [CITATION]},
}
RESPONSE: dict[str, Any] = {
    "id": "r",
    "object": "response",
    "created_at": 1,
    "model": "m",
    "status": "completed",
    "output": [
        {"type": "reasoning", "id": "1", "content": [{"type": "output_text", "text": "not this"}]},
        {
            "type": "message",
            "id": "2",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": "Hel"}, {"type": "refusal", "refusal": "no"}],
        },
        {"type": "function_call", "id": "3", "call_id": "3", "name": "f", "arguments": "{}", "status": "completed"},
        {"type": "message", "id": "4", "content": [{"type": "output_text", "text": "lo"}]},
        {"type": "new_kind", "content": "?"},
    ],
}


def check_completion(completion: ChatCompletion) -> None:
    assert completion.text == "Hello"
    assert completion.reasoning == "Hm"
    assert completion.message is not None
    assert completion.message.content == "Hello"
    assert [call.function.name for call in completion.tool_calls] == ["f"]
    assert completion.finish_reason == "stop"


def events(*raw: dict[str, Any], end: bytes = b"data: [DONE]\n\n") -> bytes:
    return b"".join(b"data: " + json.dumps(one).encode() + b"\n\n" for one in raw) + end


def chunks() -> bytes:
    deltas: list[dict[str, Any]] = [
        {"role": "assistant", "reasoning_content": "Hm"},
        {"content": "Hel"},
        {"content": "lo"},
        {"tool_calls": [{"index": 0, **CALL}]},
    ]
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    listed = [{**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    other = {**head, "choices": [{"index": 1, "delta": {"content": "another"}}]}
    last = {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    return events(*listed, other, last, {**head, "choices": []})


@pytest.fixture
def venice(server: Loopback) -> Venice:
    return Venice("a-key", base_url=server.url, max_retries=0)


def test_a_completion_reads_its_first_choice_in_one_step() -> None:
    completion = ChatCompletion.from_dict(COMPLETION)
    check_completion(completion)
    assert [citation.title for citation in completion.citations] == ["t"]


def test_a_content_of_parts_reads_as_its_texts() -> None:
    parts = [{"type": "thinking", "thinking": "no"}, {"type": "text", "text": "a"}, "b", None, {"type": "text"}]
    assert ChatCompletion.from_dict({"choices": [{"message": {"content": parts}}]}).text == "ab"


@table(
    "raw",
    [
        {},
        {"choices": None},
        {"choices": []},
        {"choices": {}},
        {"choices": [None]},
        {"choices": ["x"]},
        {"choices": [{"message": None}]},
        {"choices": [{"message": {"content": 7, "tool_calls": "x"}}], "venice_parameters": []},
    ],
)
def test_what_is_missing_or_of_another_type_reads_as_nothing(raw: dict[str, Any]) -> None:
    completion = ChatCompletion.from_dict(raw)
    assert (completion.text, completion.reasoning) == ("", "")
    assert (completion.tool_calls, completion.citations) == ([], [])
    assert ChatCompletionChunk.from_dict(raw).text == ""


def test_a_step_reads_no_method_of_a_value_of_another_type() -> None:
    assert read_value("text", "title") is None
    assert read_value([], "count") is None
    assert read_value(ChatCompletion.from_dict({"id": "a"}), "id", "index") is None


def test_a_response_reads_its_text_and_its_calls_in_one_step() -> None:
    response = ResponsesResponse.from_dict(RESPONSE)
    assert response.output_text == "Hello"
    assert [call.name for call in response.function_calls] == ["f"]


def test_cost_and_tokens_of_an_answer_read_in_one_step() -> None:
    usage = {"prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": {"reasoning_tokens": 0}}
    completion = ChatCompletion.from_dict({**COMPLETION, "usage": usage, "cost": {"usd": 0.25, "diem": 0}})
    assert (completion.cost_usd, completion.usage.cached_tokens, completion.usage.reasoning_tokens) == (0.25, 4, 0)
    chunk = ChatCompletionChunk.from_dict({"usage": usage, "cost": {"usd": 0.25, "diem": 0}})
    assert chunk.usage is not None
    assert chunk.cost is not None
    assert (chunk.cost.usd, chunk.usage.cached_tokens, chunk.usage.reasoning_tokens) == (0.25, 4, 0)
    response = ResponsesResponse.from_dict({"usage": {"input_tokens_details": {"cached_tokens": 2}}})
    assert response.usage is not None
    assert (response.usage.cached_tokens, response.usage.reasoning_tokens) == (2, None)
    assert ChatCompletion.from_dict(COMPLETION).cost_usd is None


def test_items_with_an_index_are_placed_by_it() -> None:
    data = [{"index": 1, "embedding": [3.0]}, {"index": 0, "embedding": [1.0, 2.0]}]
    assert EmbeddingList.from_dict({"data": data}).vectors == [[1.0, 2.0], [3.0]]
    swapped = {**COMPLETION, "choices": list(reversed(COMPLETION["choices"]))}
    check_completion(ChatCompletion.from_dict(swapped))
    equal = [{**choice, "index": 0} for choice in COMPLETION["choices"]]
    check_completion(ChatCompletion.from_dict({**COMPLETION, "choices": equal}))
    of_another_choice = {"choices": [{"index": 1, "delta": {"content": "another"}}]}
    assert ChatCompletionChunk.from_dict(of_another_choice).text == ""


def test_vectors_come_in_the_order_of_the_list() -> None:
    found = EmbeddingList.from_dict({"data": [{"embedding": [1.0, 2.0]}, {"embedding": [3.0]}, {}]})
    assert found.vectors == [[1.0, 2.0], [3.0], []]


def test_shortcuts_stand_in_no_dump_copy_or_pickle_of_their_own() -> None:
    completion = ChatCompletion.from_dict(COMPLETION)
    assert completion.to_dict() == COMPLETION
    assert "text" not in completion.model_dump()
    assert "text" not in dict(completion)
    for copied in (copy.deepcopy(completion), pickle.loads(pickle.dumps(completion))):
        assert copied.text == "Hello"
    assert "text" in dir(completion)


def test_a_field_that_was_set_since_counts() -> None:
    completion = ChatCompletion.from_dict(COMPLETION)
    completion.choices = []
    assert completion.text == ""


def test_an_undeclared_field_of_the_same_name_stands_in_extra() -> None:
    completion = ChatCompletion.from_dict({**COMPLETION, "text": "from the server"})
    assert completion.text == "Hello"
    assert completion.extra == {"text": "from the server"}


def test_whole_responses_raw_views_and_parsed_ones_have_shortcuts(server: Loopback, venice: Venice) -> None:
    server.answer(json.dumps(COMPLETION))
    check_completion(venice.chat.completions.create(model="m", messages=MESSAGES))
    check_completion(venice.chat.completions.with_raw_response.create(model="m", messages=MESSAGES).parsed)
    with venice.chat.completions.with_streaming_response.create(model="m", messages=MESSAGES) as response:
        check_completion(response.parse())
    parsed = venice.chat.completions.parse(model="m", messages=MESSAGES)
    check_completion(parsed)
    assert parsed.message is parsed.choices[0].message


def test_streams_give_texts_and_chunks_and_collected_completions_have_shortcuts(
    server: Loopback, venice: Venice
) -> None:
    server.answer(chunks(), media_type="text/event-stream")
    with venice.chat.completions.create(model="m", messages=MESSAGES, stream=True) as stream:
        assert list(stream.texts()) == ["Hel", "lo"]
        check_completion(stream.final())
    with venice.chat.completions.create(model="m", messages=MESSAGES, stream=True) as stream:
        listed = list(stream)
    assert [(chunk.reasoning, chunk.text) for chunk in listed][:3] == [("Hm", ""), ("", "Hel"), ("", "lo")]


def test_a_streamed_response_has_its_text_at_the_end_and_in_its_events(server: Loopback, venice: Venice) -> None:
    delta = {"type": "response.output_text.delta", "delta": "Hel"}
    added = {"type": "response.output_item.added", "item": {"type": "message", "content": [{"new": {"a": 1}}]}}
    body = events(delta, added, {"type": "response.completed", "response": RESPONSE}, end=b"")
    server.answer(body, media_type="text/event-stream")
    stream = venice.responses.create("hi", model="m", stream=True)
    assert list(stream.texts()) == ["Hel"]
    assert stream.final().output_text == "Hello"
    last = stream.received[-1].response
    assert last is not None
    assert last.output_text == "Hello"
    item: Any = stream.received[1].item
    assert (item.type, item.content[0].new.a) == ("message", 1)


def test_async_responses_and_streams_have_shortcuts(server: Loopback) -> None:
    async def go() -> None:
        async with AsyncVenice("a-key", base_url=server.url, max_retries=0) as venice:
            server.answer(json.dumps(COMPLETION))
            server.answer(json.dumps(COMPLETION))
            server.answer(chunks(), media_type="text/event-stream")
            completions = venice.chat.completions
            check_completion(await completions.create(model="m", messages=MESSAGES))
            check_completion((await completions.with_raw_response.create(model="m", messages=MESSAGES)).parsed)
            stream = await completions.create(model="m", messages=MESSAGES, stream=True)
            assert [piece async for piece in stream.texts()] == ["Hel", "lo"]
            check_completion(await stream.final())

    asyncio.run(go())
