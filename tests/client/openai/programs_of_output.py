"""Programs written for the openai package: typed output, stream events, and responses."""

from __future__ import annotations

import copy
from typing import Any

from tests.client.openai.programs import PNG, M, Recipe, Weather, program, with_async_client, with_client

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
def parsed_arguments_of_a_response(sdk: Any, client: Any) -> Any:
    tools = [sdk.pydantic_function_tool(Recipe)]
    both = client.responses.parse(model="m", input="hi", tools=tools, text_format=Recipe)
    alone = client.responses.parse(model="m", input="hi", tools=tools)
    call = alone.output[0]
    return call.name, call.arguments, call.parsed_arguments, both.output[0].parsed_arguments, alone.output_parsed


@with_client
def parsed_response_without_a_type(sdk: Any, client: Any) -> Any:
    response = client.responses.parse(model="m", input="hi")
    return response.output_text, response.output_parsed


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
    client.timeout = 5.0
    return client.models.list().data[0].id, client.api_key, client.max_retries, client.timeout


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
