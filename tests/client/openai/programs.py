"""
Small programs written for the openai package. Each takes the package and the URL of a server, and returns a value.

`test_openai_programs` runs each with the real package and with the layer, and compares.
"""

from __future__ import annotations

import asyncio
import base64
import copy
import io
import json
import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import PIL.Image
import pydantic

Program = Callable[[Any, str], Any]
PROGRAMS: dict[str, Program] = {}


def picture() -> bytes:
    """Return a picture that edits take."""
    file = io.BytesIO()
    PIL.Image.new("RGB", (512, 512), "red").save(file, "PNG")
    return file.getvalue()


M = [{"role": "user", "content": "hi there"}]
PNG = picture()


class Recipe(pydantic.BaseModel):
    name: str
    minutes: int


class Weather(pydantic.BaseModel):
    """Look up the weather."""

    city: str
    unit: str = "C"


TOOLS: Any = [
    {
        "type": "function",
        "function": {
            "name": "weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "unit": {"type": "string"}},
                "required": ["city"],
            },
        },
    }
]


def program(function: Program) -> Program:
    PROGRAMS[function.__name__] = function
    return function


def with_client(function: Callable[[Any, Any], Any]) -> Program:
    """Register a program that takes the package and a client."""

    def run(sdk: Any, url: str) -> Any:
        with sdk.OpenAI(api_key="a-key", base_url=url, max_retries=0) as client:
            return function(sdk, client)

    PROGRAMS[function.__name__] = run
    return run


def with_async_client(function: Callable[[Any, Any], Any]) -> Program:
    """Register an async program that takes the package and a client."""

    def run(sdk: Any, url: str) -> Any:
        async def main() -> Any:
            async with sdk.AsyncOpenAI(api_key="a-key", base_url=url, max_retries=0) as client:
                return await function(sdk, client)

        return asyncio.run(main())

    PROGRAMS[function.__name__] = run
    return run


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


# -- typed output and stream events --------------------------------------------------------------------


@with_client
def parsed_value(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.parse(model="m", messages=M, response_format=Recipe)
    message = found.choices[0].message
    return message.parsed, message.content, message.refusal, message.tool_calls


@with_client
def parsed_value_of_beta(sdk: Any, client: Any) -> Any:
    return client.beta.chat.completions.parse(model="m", messages=M, response_format=Recipe).choices[0].message.parsed


@with_client
def parsed_refusal(sdk: Any, client: Any) -> Any:
    message = client.chat.completions.parse(model="refuse", messages=M, response_format=Recipe).choices[0].message
    return message.parsed, message.refusal


@with_client
def parsed_tool_arguments(sdk: Any, client: Any) -> Any:
    tools = [sdk.pydantic_function_tool(Weather, name="weather")]
    call = client.chat.completions.parse(model="m", messages=M, tools=tools).choices[0].message.tool_calls[0]
    return call.function.name, call.function.parsed_arguments, call.id


@with_client
def answer_that_was_cut_off(sdk: Any, client: Any) -> Any:
    try:
        client.chat.completions.parse(model="length", messages=M, response_format=Recipe)
    except sdk.LengthFinishReasonError as error:
        return error.completion.choices[0].finish_reason, isinstance(error, sdk.OpenAIError)


@with_client
def answer_that_was_filtered(sdk: Any, client: Any) -> Any:
    try:
        client.chat.completions.parse(model="filter", messages=M, response_format=Recipe)
    except sdk.ContentFilterFinishReasonError as error:
        return isinstance(error, sdk.OpenAIError)


@program
def tool_of_a_pydantic_model(sdk: Any, url: str) -> Any:
    tool = sdk.pydantic_function_tool(Recipe, name="recipe", description="Cook")
    function = tool["function"]
    parameters = function["parameters"]
    return tool["type"], function["name"], function["description"], function["strict"], parameters["required"]


@with_client
def events_of_a_chat(sdk: Any, client: Any) -> Any:
    with client.chat.completions.stream(model="m", messages=M) as stream:
        found = [(event.type, getattr(event, "delta", None), getattr(event, "content", None)) for event in stream]
        return found, stream.get_final_completion().choices[0].message.content


@with_client
def events_of_typed_output(sdk: Any, client: Any) -> Any:
    with client.chat.completions.stream(model="m", messages=M, response_format=Recipe) as stream:
        done = [event.parsed for event in stream if event.type == "content.done"]
        return done, stream.get_final_completion().choices[0].message.parsed


@with_client
def events_of_tool_calls(sdk: Any, client: Any) -> Any:
    tools = [sdk.pydantic_function_tool(Weather, name="weather")]
    with client.chat.completions.stream(model="m", messages=M, tools=tools) as stream:
        return [
            (event.type, event.name, event.arguments)
            for event in stream
            if event.type.startswith("tool_calls.function.arguments")
        ]


@with_client
def until_done_and_snapshot(sdk: Any, client: Any) -> Any:
    with client.chat.completions.stream(model="m", messages=M) as stream:
        stream.until_done()
        return stream.current_completion_snapshot.choices[0].message.content


@with_async_client
async def async_events_of_a_chat(sdk: Any, client: Any) -> Any:
    async with client.chat.completions.stream(model="m", messages=M, response_format=Recipe) as stream:
        types = [event.type async for event in stream]
        return types, (await stream.get_final_completion()).choices[0].message.parsed


@with_async_client
async def async_parsed_value(sdk: Any, client: Any) -> Any:
    found = await client.chat.completions.parse(model="m", messages=M, response_format=Recipe)
    return found.choices[0].message.parsed


# -- responses -----------------------------------------------------------------------------------------


@with_client
def text_of_a_response(sdk: Any, client: Any) -> Any:
    found = client.responses.create(model="m", input="hi", instructions="be brief")
    return found.output_text, found.output[0].content[0].text, found.status, found.usage.total_tokens


@with_client
def absent_fields_of_a_response(sdk: Any, client: Any) -> Any:
    found = client.responses.create(model="m", input=M)
    return found.incomplete_details, found.instructions, found.previous_response_id, found.error, found.metadata


@with_client
def events_of_a_response(sdk: Any, client: Any) -> Any:
    events = list(client.responses.create(model="m", input="hi", stream=True))
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    return [event.type for event in events], text, events[-1].response.id


@with_client
def parsed_response(sdk: Any, client: Any) -> Any:
    found = client.responses.parse(model="m", input="hi", text_format=Recipe)
    return found.output_parsed, found.output_text


@with_client
def final_response_of_a_stream(sdk: Any, client: Any) -> Any:
    with client.responses.stream(model="m", input="hi") as stream:
        types = [event.type for event in stream]
        return types, stream.get_final_response().output_text


@with_async_client
async def async_response(sdk: Any, client: Any) -> Any:
    first = await client.responses.create(model="m", input="hi")
    async with client.responses.stream(model="m", input="hi", text_format=Recipe) as stream:
        final = await stream.get_final_response()
    return first.output_text, final.output_parsed


@with_client
def function_call_of_a_response(sdk: Any, client: Any) -> Any:
    tools = [{"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}}]
    call = client.responses.create(model="m", input="hi", tools=tools).output[0]
    return call.type, call.name, call.arguments, call.call_id


@with_client
def chosen_function_of_a_response(sdk: Any, client: Any) -> Any:
    tools = [{"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}}]
    choice = {"type": "function", "name": "weather"}
    return client.responses.create(model="m", input="hi", tools=tools, tool_choice=choice).output[0].name


@with_client
def raw_response_of_a_value(sdk: Any, client: Any) -> Any:
    raw = client.chat.completions.with_raw_response.parse(model="m", messages=M, response_format=Recipe)
    return raw.parse().choices[0].message.parsed, raw.headers["x-request-id"]


@program
def settings_of_a_client_change(sdk: Any, url: str) -> Any:
    client = sdk.OpenAI(api_key="first", base_url="http://127.0.0.1:9/v1")
    client.api_key, client.base_url, client.max_retries = "second", url, 0
    return client.models.list().data[0].id, client.api_key, client.max_retries


@with_client
def copy_of_a_parsed_value(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.parse(model="m", messages=M, response_format=Recipe)
    return copy.deepcopy(found).choices[0].message.parsed, copy.copy(found).choices[0].message.content


@with_client
def parsed_message_goes_back(sdk: Any, client: Any) -> Any:
    tools = [sdk.pydantic_function_tool(Weather, name="weather")]
    message = client.chat.completions.parse(model="m", messages=M, tools=tools).choices[0].message
    tool = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "rain"}
    return client.chat.completions.create(model="m", messages=[*M, message, tool]).choices[0].message.content


@with_client
def output_of_a_response_goes_back(sdk: Any, client: Any) -> Any:
    tools = [{"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}}]
    first = client.responses.create(model="m", input="hi", tools=tools)
    output = {"type": "function_call_output", "call_id": first.output[0].call_id, "output": "rain"}
    text = client.responses.create(model="m", input="hi").output[0].model_dump()
    return (
        client.responses.create(model="m", input=[*M, *first.output, output]).status,
        client.responses.create(model="m", input=[*M, text, *M]).output_text,
    )


@with_client
def many_parameters(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.create(
        model="m",
        messages=[
            {"role": "system", "content": "a"},
            {"role": "developer", "content": "b"},
            {"role": "user", "content": "c"},
        ],
        modalities=["text"],
        prediction={"type": "content", "content": "x"},
        functions=[{"name": "x", "parameters": {}}],
        metadata={"a": "b"},
        store=False,
        user="u",
        seed=1,
        stop=["x"],
        tool_choice="none",
        reasoning_effort="low",
        max_completion_tokens=5,
    )
    return found.choices[0].message.content


@with_client
def cast_of_a_path(sdk: Any, client: Any) -> Any:
    body = {"model": "m", "messages": M}
    found = client.post("/chat/completions", cast_to=sdk.types.chat.ChatCompletion, body=body)
    return found.choices[0].message.content


@with_client
def raw_images_and_speech(sdk: Any, client: Any) -> Any:
    made = client.images.with_raw_response.generate(prompt="a", model="m").parse().created
    edited = client.images.with_raw_response.edit(image=("a.png", PNG), prompt="a", model="m").parse().data[0].b64_json
    speech = client.audio.speech.with_raw_response.create(model="t", voice="a", input="b").content
    return made, edited[:8], len(speech)


# -- raw responses -------------------------------------------------------------------------------------


@with_client
def raw_response(sdk: Any, client: Any) -> Any:
    raw = client.chat.completions.with_raw_response.create(model="m", messages=M)
    found = raw.parse()
    whole = raw.http_response
    return (
        *(found.choices[0].message.content, raw.status_code, raw.request_id, raw.headers["x-request-id"], raw.text),
        *(raw.content, whole.json()["id"], raw.elapsed.total_seconds() > 0, raw.method),
    )


@with_client
def raw_stream(sdk: Any, client: Any) -> Any:
    raw = client.chat.completions.with_raw_response.create(model="m", messages=M, stream=True)
    return [chunk.object for chunk in raw.parse()]


@with_async_client
async def async_raw_response(sdk: Any, client: Any) -> Any:
    raw = await client.chat.completions.with_raw_response.create(model="m", messages=M)
    return raw.parse().choices[0].message.content, raw.headers.get("content-type")


@with_client
def raw_response_of_a_list(sdk: Any, client: Any) -> Any:
    return [model.id for model in client.models.with_raw_response.list().parse()]


@with_client
def streaming_response(sdk: Any, client: Any) -> Any:
    with client.chat.completions.with_streaming_response.create(model="m", messages=M) as response:
        kind = response.headers.get("content-type")
        return kind, response.parse().id


@with_client
def lines_of_a_streaming_response(sdk: Any, client: Any) -> Any:
    with client.chat.completions.with_streaming_response.create(model="m", messages=M, stream=True) as response:
        return [line for line in response.iter_lines() if line]


@with_client
def pieces_of_a_streaming_response(sdk: Any, client: Any) -> Any:
    with client.audio.speech.with_streaming_response.create(model="tts", voice="alloy", input="hi") as response:
        return [len(piece) for piece in response.iter_bytes(1000)]


@with_client
def json_and_text_of_a_streaming_response(sdk: Any, client: Any) -> Any:
    view = client.chat.completions.with_streaming_response
    with view.create(model="m", messages=M) as first, view.create(model="m", messages=M) as second:
        return first.json()["id"], second.text()


@with_async_client
async def async_streaming_response(sdk: Any, client: Any) -> Any:
    view = client.audio.speech.with_streaming_response
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "speech.bin")
        async with view.create(model="tts", voice="alloy", input="hi") as response:
            await response.stream_to_file(path)
        return path.read_bytes()  # noqa: ASYNC240


# -- audio ---------------------------------------------------------------------------------------------


@with_client
def bytes_of_speech(sdk: Any, client: Any) -> Any:
    found = client.audio.speech.create(model="tts", voice="alloy", input="hi", instructions="softly")
    return found.content, found.read(), [len(piece) for piece in found.iter_bytes(chunk_size=1024)]


@with_client
def speech_in_files(sdk: Any, client: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder, "speech.wav"), Path(folder, "speech.mp3")
        second.write_bytes(b"old")
        client.audio.speech.create(model="tts", voice="alloy", input="hi").write_to_file(first)
        with client.audio.speech.with_streaming_response.create(model="tts", voice="a", input="hi") as response:
            response.stream_to_file(second)
        return first.read_bytes(), second.read_bytes(), sorted(item.name for item in Path(folder).iterdir())


@with_async_client
async def async_speech(sdk: Any, client: Any) -> Any:
    found = await client.audio.speech.create(model="tts", voice="alloy", input="hi")
    return await found.aread() == found.content, found.response.headers["content-type"]


@with_client
def transcription_of_an_open_file(sdk: Any, client: Any) -> Any:
    file = io.BytesIO(b"ID3 sound")
    file.name = "talk.mp3"
    return client.audio.transcriptions.create(model="whisper", file=file).text


@with_client
def transcription_of_a_path(sdk: Any, client: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "talk.mp3")
        path.write_bytes(b"ID3 sound")
        return client.audio.transcriptions.create(model="whisper", file=path).text


@with_client
def transcription_of_a_tuple_as_text(sdk: Any, client: Any) -> Any:
    return client.audio.transcriptions.create(
        model="whisper", file=("talk.mp3", b"ID3 sound"), response_format="text", prompt="words", temperature=0.1
    ).strip()


# -- images --------------------------------------------------------------------------------------------


@with_client
def generated_image(sdk: Any, client: Any) -> Any:
    found = client.images.generate(model="m", prompt="a cat", size="1024x1024", response_format="b64_json")
    return base64.b64decode(found.data[0].b64_json)[:4], found.data[0].url, found.created


@with_client
def generated_image_by_url(sdk: Any, client: Any) -> Any:
    found = client.images.generate(model="m", prompt="a cat", response_format="url")
    return found.data[0].url, found.data[0].b64_json, found.data[0].revised_prompt


@with_client
def several_generated_images(sdk: Any, client: Any) -> Any:
    return len(client.images.generate(model="m", prompt="a cat", n=3).data)


@with_client
def edited_image(sdk: Any, client: Any) -> Any:
    file = io.BytesIO(PNG)
    file.name = "a.png"
    found = client.images.edit(model="m", image=file, prompt="blue", size="1024x1024", response_format="b64_json")
    return base64.b64decode(found.data[0].b64_json)[:4], len(found.data)


@with_client
def edited_images(sdk: Any, client: Any) -> Any:
    found = client.images.edit(model="m", image=[("a.png", PNG), ("b.png", PNG)], prompt="join", n=2)
    return [row.b64_json[:8] for row in found.data]


@with_async_client
async def async_images(sdk: Any, client: Any) -> Any:
    made = await client.images.generate(model="m", prompt="a cat", response_format="b64_json")
    edited = await client.images.edit(model="m", image=("a.png", PNG), prompt="blue")
    return made.data[0].b64_json[:8], edited.data[0].b64_json[:8]


# -- embeddings and models -----------------------------------------------------------------------------


@with_client
def embedding_of_a_text(sdk: Any, client: Any) -> Any:
    found = client.embeddings.create(model="e", input="hi")
    return found.data[0].embedding, found.usage.total_tokens, found.data[0].index


@with_client
def embeddings_of_texts(sdk: Any, client: Any) -> Any:
    found = client.embeddings.create(model="e", input=["a", "b"], dimensions=2, encoding_format="float")
    return numpy.array([row.embedding for row in found.data]).shape


@with_client
def loop_over_models(sdk: Any, client: Any) -> Any:
    models = client.models.list()
    return [model.id for model in models], len(models.data), models.has_next_page(), next(iter(models)).owned_by


@with_async_client
async def async_loop_over_models(sdk: Any, client: Any) -> Any:
    page = await client.models.list()
    return [model.id async for model in client.models.list()], [model.id async for model in page], page.data[0].id


@with_client
def one_model(sdk: Any, client: Any) -> Any:
    return client.models.retrieve("beta").id


@with_client
def unknown_model(sdk: Any, client: Any) -> Any:
    try:
        client.models.retrieve("nope")
    except sdk.NotFoundError as error:
        return error.status_code, error.code


# -- errors --------------------------------------------------------------------------------------------


def error_of(status: str, name: str) -> None:
    def run(sdk: Any, client: Any) -> Any:
        kind = getattr(sdk, name)
        try:
            client.chat.completions.create(model=status, messages=M)
        except kind as error:
            tree = [isinstance(error, getattr(sdk, base)) for base in ("APIStatusError", "APIError", "OpenAIError")]
            return (
                *(tree, error.status_code, error.response.status_code, error.response.json()["error"]["message"]),
                *(error.code, error.param, error.type, error.request_id, error.request.method),
                *(error.response.headers["x-request-id"], json.loads(error.response.text)),
            )

    run.__name__ = f"error_{status}"
    with_client(run)


for _status, _name in (
    *(("400", "BadRequestError"), ("401", "AuthenticationError"), ("403", "PermissionDeniedError")),
    *(("404", "NotFoundError"), ("409", "ConflictError"), ("422", "UnprocessableEntityError")),
    *(("429", "RateLimitError"), ("500", "InternalServerError")),
):
    error_of(_status, _name)


@program
def server_that_is_not_there(sdk: Any, url: str) -> Any:
    client = sdk.OpenAI(api_key="k", base_url="http://127.0.0.1:9/v1", max_retries=0)
    try:
        client.models.list()
    except sdk.APIConnectionError as error:
        return isinstance(error, sdk.APIError), isinstance(error, sdk.APIStatusError)


@program
def missing_key(sdk: Any, url: str) -> Any:
    try:
        sdk.OpenAI(base_url=url)
    except sdk.OpenAIError:
        return "refused"


# -- clients -------------------------------------------------------------------------------------------


@program
def options_of_clients(sdk: Any, url: str) -> Any:
    client = sdk.OpenAI(
        api_key="k",
        organization="org",
        project="p",
        base_url=url,
        timeout=20.0,
        max_retries=4,
        default_headers={"X-Test": "1"},
        default_query={"a": "b"},
    )
    return client.api_key, client.max_retries, client.timeout, client.get("/echo", cast_to=object)


@program
def key_of_a_callable(sdk: Any, url: str) -> Any:
    client = sdk.OpenAI(api_key=lambda: "k", base_url=url)
    return client.chat.completions.create(model="m", messages=M).choices[0].message.content


@program
def timeout_object(sdk: Any, url: str) -> Any:
    client = sdk.OpenAI(api_key="k", base_url=url, timeout=sdk.Timeout(30.0, connect=5.0))
    return client.timeout.connect, client.timeout.read, client.models.list().data[0].id


@with_client
def copies_of_clients(sdk: Any, client: Any) -> Any:
    first = client.with_options(timeout=3, max_retries=1, default_headers={"X-Test": "a"})
    second = first.copy(set_default_headers={"X-Other": "b"})
    third = second.with_options(api_key="other")
    return (
        *(first.timeout, first.max_retries, client.max_retries, third.api_key, second.max_retries),
        *(item.get("/echo", cast_to=object)["header"] for item in (client, first, second)),
    )


@with_client
def options_that_exclude_each_other(sdk: Any, client: Any) -> Any:
    try:
        client.copy(default_headers={"a": "b"}, set_default_headers={"c": "d"})
    except ValueError:
        return "refused"


@program
def client_of_defaults(sdk: Any, url: str) -> Any:
    with sdk.OpenAI(api_key="k", base_url=url, http_client=sdk.DefaultHttpxClient(timeout=9)) as client:
        return client.models.list().data[0].id


@program
def async_client_of_defaults(sdk: Any, url: str) -> Any:
    async def main() -> Any:
        client = sdk.AsyncOpenAI(api_key="k", base_url=url, http_client=sdk.DefaultAsyncHttpxClient())
        found = await client.models.list()
        await client.close()
        return found.data[0].id

    return asyncio.run(main())


@with_client
def paths_of_the_caller(sdk: Any, client: Any) -> Any:
    posted = client.post("/echo", cast_to=object, body={"a": 1}, options={"headers": {"X-Test": "1"}})
    return posted["body"], posted["header"], client.get("/models", cast_to=object)["data"][0]["id"]


@with_async_client
async def async_paths_of_the_caller(sdk: Any, client: Any) -> Any:
    return (await client.post("/echo", cast_to=object, body={"a": 1}))["body"]


@program
def names_of_clients(sdk: Any, url: str) -> Any:
    return sdk.Client is sdk.OpenAI, sdk.AsyncClient is sdk.AsyncOpenAI, sdk.DEFAULT_MAX_RETRIES, bool(sdk.NOT_GIVEN)


@program
def client_of_the_module(sdk: Any, url: str) -> Any:
    sdk.api_key, sdk.base_url, sdk.max_retries = "k", f"{url}/", 0
    try:
        return (
            *(
                sdk.chat.completions.create(model="m", messages=M).choices[0].message.content,
                sdk.models.list().data[0].id,
            ),
            *(
                sdk.embeddings.create(model="e", input="a").data[0].embedding,
                sdk.responses.create(model="m", input="a").id,
            ),
            *(
                sdk.images.generate(model="m", prompt="a").created,
                len(sdk.audio.speech.create(model="t", voice="a", input="b").content),
            ),
        )
    finally:
        sdk.api_key = sdk.base_url = None


@program
def default_timeout(sdk: Any, url: str) -> Any:
    return sdk.DEFAULT_TIMEOUT.read, sdk.DEFAULT_TIMEOUT.connect, sdk.Timeout(3).read
