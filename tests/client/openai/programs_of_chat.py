"""Programs written for the openai package: chats, their models as objects, and their streams."""

from __future__ import annotations

import asyncio
import base64
import copy
import json
import pickle
from typing import Any

import pydantic

from tests.client.openai.programs import PNG, TOOLS, M, program, with_async_client, with_client

# -- chat ----------------------------------------------------------------------------------------------


@with_client
def content_of_a_completion(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.create(model="m", messages=M, temperature=0.2, max_tokens=5)
    return found.choices[0].message.content, found.choices[0].finish_reason, found.id, found.model, found.object


@with_client
def usage_and_its_details(sdk: Any, client: Any) -> Any:
    usage = client.chat.completions.create(model="m", messages=M).usage
    details = usage.completion_tokens_details, usage.prompt_tokens_details
    return usage.total_tokens, details[0].reasoning_tokens, details[0].audio_tokens, details[1].cached_tokens


@with_client
def fields_that_are_absent_read_none(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.create(model="m", messages=M)
    message = found.choices[0].message
    names = ("refusal", "audio", "function_call", "tool_calls", "annotations")
    return [getattr(message, name) for name in names], found.service_tier, found.system_fingerprint


@with_client
def logprobs_of_tokens(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.create(model="m", messages=M, logprobs=True, top_logprobs=0)
    token = found.choices[0].logprobs.content[0]
    return token.token, token.logprob, token.bytes, list(token.top_logprobs)


@with_client
def several_choices(sdk: Any, client: Any) -> Any:
    return [item.index for item in client.chat.completions.create(model="m", messages=M, n=3).choices]


@with_client
def tool_loop_with_attributes(sdk: Any, client: Any) -> Any:
    messages: list[Any] = [*M]
    first = client.chat.completions.create(model="m", messages=messages, tools=TOOLS, tool_choice="auto")
    message = first.choices[0].message
    messages.append(message)
    for call in message.tool_calls:
        arguments = json.loads(call.function.arguments)
        messages.append({"role": "tool", "tool_call_id": call.id, "content": f"sun in {arguments['city']}"})
    return client.chat.completions.create(model="m", messages=messages, tools=TOOLS).choices[0].message.content


@with_client
def tool_loop_with_dumped_message(sdk: Any, client: Any) -> Any:
    first = client.chat.completions.create(model="m", messages=M, tools=TOOLS)
    message = first.choices[0].message.model_dump(exclude_none=True)
    tool = {"role": "tool", "tool_call_id": message["tool_calls"][0]["id"], "content": "rain"}
    return message, client.chat.completions.create(model="m", messages=[*M, message, tool]).choices[0].message.content


@with_client
def message_with_all_fields_goes_back(sdk: Any, client: Any) -> Any:
    message = client.chat.completions.create(model="m", messages=M).choices[0].message.model_dump()
    return client.chat.completions.create(model="m", messages=[*M, message, *M]).choices[0].message.content


@with_client
def parameters_of_openai_alone(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.create(model="m", messages=M, logit_bias={"1": 2}, service_tier="auto")
    return found.choices[0].message.content


@with_client
def unknown_parameter_is_a_type_error(sdk: Any, client: Any) -> Any:
    try:
        client.chat.completions.create(model="m", messages=M, temprature=1)
    except TypeError:
        return "refused"
    return None


@with_client
def missing_argument_is_a_type_error(sdk: Any, client: Any) -> Any:
    try:
        client.chat.completions.create(model="m")
    except TypeError:
        return "refused"
    return None


@with_client
def sentinels_mean_absent(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.create(
        model="m", messages=M, temperature=sdk.NOT_GIVEN, stop=sdk.omit, timeout=sdk.NOT_GIVEN, tools=sdk.NOT_GIVEN
    )
    return found.choices[0].message.content


@with_client
def options_of_a_call(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.create(
        model="m",
        messages=M,
        extra_headers={"X-Test": "1"},
        extra_query={"a": "b"},
        extra_body={"new_field": 1},
        timeout=sdk.Timeout(9.0, connect=2.0),
    )
    return found.choices[0].message.content


@with_client
def options_that_are_none(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.create(
        model="m", messages=M, extra_headers=None, extra_query=None, extra_body=None, timeout=5
    )
    return found.choices[0].message.content


@with_client
def schema_by_hand(sdk: Any, client: Any) -> Any:
    form = {"type": "json_schema", "json_schema": {"name": "r", "schema": {"type": "object"}}}
    text = client.chat.completions.create(model="m", messages=M, response_format=form).choices[0].message.content
    return json.loads(text)


@with_client
def messages_from_a_generator(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.create(model="m", messages=({"role": "user", "content": t} for t in ("a", "b")))
    return found.choices[0].message.content


@with_client
def content_parts(sdk: Any, client: Any) -> Any:
    url = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    parts = [{"type": "text", "text": "what?"}, {"type": "image_url", "image_url": {"url": url}}]
    found = client.chat.completions.create(model="m", messages=[{"role": "user", "content": parts}])
    return found.choices[0].message.role


# -- models as objects ---------------------------------------------------------------------------------


@with_client
def dump_without_absent_fields(sdk: Any, client: Any) -> Any:
    return client.chat.completions.create(model="m", messages=M).model_dump(exclude_unset=True)


@with_client
def dump_as_json(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.create(model="m", messages=M)
    return json.loads(found.model_dump_json(exclude_unset=True)), json.loads(found.to_json()), found.to_dict()


@with_client
def dump_of_parts(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.create(model="m", messages=M)
    return found.model_dump(include={"id", "model"}), "usage" in found.model_dump(exclude={"choices", "usage"})


@with_client
def models_copy_and_pickle(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.create(model="m", messages=M)
    return pickle.loads(pickle.dumps(found)) == found, copy.deepcopy(found) == found, found.model_copy() == found


@with_client
def model_copy_with_changes(sdk: Any, client: Any) -> Any:
    return client.chat.completions.create(model="m", messages=M).model_copy(update={"model": "x"}).model


@program
def model_from_a_mapping(sdk: Any, url: str) -> Any:
    raw = {"role": "assistant", "content": "a"}
    return sdk.types.chat.ChatCompletionMessage.model_validate(raw).content


@with_client
def request_id_of_a_model(sdk: Any, client: Any) -> Any:
    return client.chat.completions.create(model="m", messages=M)._request_id


@with_client
def model_as_a_field_of_pydantic(sdk: Any, client: Any) -> Any:
    kind = pydantic.create_model("Log", answer=(sdk.types.chat.ChatCompletion, ...))
    log = kind(answer=client.chat.completions.create(model="m", messages=M))
    return json.loads(log.model_dump_json(exclude_unset=True))["answer"]["id"]


@with_client
def default_of_getattr(sdk: Any, client: Any) -> Any:
    return getattr(client.chat.completions.create(model="m", messages=M), "weird", "none")


@with_client
def isinstance_of_types(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.create(model="m", messages=M)
    return isinstance(found, sdk.types.chat.ChatCompletion), isinstance(found, sdk.BaseModel)


# -- streams -------------------------------------------------------------------------------------------


@with_client
def text_of_a_stream(sdk: Any, client: Any) -> Any:
    text = ""
    for chunk in client.chat.completions.create(model="m", messages=M, stream=True):
        if chunk.choices[0].delta.content is not None:
            text += chunk.choices[0].delta.content
    return text


@with_client
def usage_of_a_stream(sdk: Any, client: Any) -> Any:
    stream = client.chat.completions.create(model="m", messages=M, stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    return [chunk.usage.total_tokens for chunk in chunks if chunk.usage], len(chunks)


@with_client
def next_of_a_stream(sdk: Any, client: Any) -> Any:
    stream = client.chat.completions.create(model="m", messages=M, stream=True)
    first = next(stream)
    return first.choices[0].delta.role, "".join(item.choices[0].delta.content or "" for item in stream)


@with_client
def stream_as_a_block(sdk: Any, client: Any) -> Any:
    with client.chat.completions.create(model="m", messages=M, stream=True) as stream:
        status = stream.response.status_code
        kind = stream.response.headers["content-type"]
        for chunk in stream:
            return status, kind, chunk.object, isinstance(stream, sdk.Stream)
    return None


@with_client
def tool_calls_of_a_stream(sdk: Any, client: Any) -> Any:
    calls: dict[int, list[str]] = {}
    for chunk in client.chat.completions.create(model="m", messages=M, tools=TOOLS, stream=True):
        for piece in chunk.choices[0].delta.tool_calls or []:
            known = calls.setdefault(piece.index, ["", ""])
            known[0] = piece.function.name or known[0]
            known[1] += piece.function.arguments or ""
    return calls


@with_client
def closed_stream(sdk: Any, client: Any) -> Any:
    stream = client.chat.completions.create(model="m", messages=M, stream=True)
    next(stream)
    stream.close()
    return "closed"


@with_async_client
async def async_stream(sdk: Any, client: Any) -> Any:
    stream = await client.chat.completions.create(model="m", messages=M, stream=True)
    first = await stream.__anext__()
    return first.choices[0].delta.role, [item.choices[0].delta.content async for item in stream]


@with_async_client
async def async_stream_closes(sdk: Any, client: Any) -> Any:
    stream = await client.chat.completions.create(model="m", messages=M, stream=True)
    async for chunk in stream:
        await stream.close()
        return chunk.id
    return None


@with_async_client
async def many_async_calls(sdk: Any, client: Any) -> Any:
    found = await asyncio.gather(
        *(
            client.chat.completions.create(model="m", messages=[{"role": "user", "content": str(number)}])
            for number in range(5)
        )
    )
    return [item.choices[0].message.content for item in found]
