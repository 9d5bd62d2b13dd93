"""More small programs written for the openai package: wrappers, agents, helpers and idioms of users."""

from __future__ import annotations

import base64
import concurrent.futures
import dataclasses
import enum
import json
from pathlib import Path
from typing import Any

import httpx
import pydantic

from tests.client.openai.programs import PNG, TOOLS, M, Recipe, Weather, program, with_async_client, with_client
from tests.client.openai.programs_server import MP3


@with_client
def raw_response_of_the_client(sdk: Any, client: Any) -> Any:
    raw = client.with_raw_response.embeddings.create(model="m", input="a")
    return raw.status_code, raw.parse().data[0].embedding


@with_client
def streaming_response_of_the_client(sdk: Any, client: Any) -> Any:
    with client.with_streaming_response.chat.completions.create(model="m", messages=M) as response:
        return response.status_code, json.loads(response.read())["id"]


@with_async_client
async def async_streaming_response_of_the_client(sdk: Any, client: Any) -> Any:
    async with client.with_streaming_response.audio.speech.create(model="m", voice="v", input="a") as response:
        return response.status_code, b"".join([piece async for piece in response.iter_bytes(100)]) == MP3


@with_client
def raw_parsed_completion(sdk: Any, client: Any) -> Any:
    raw = client.chat.completions.with_raw_response.parse(model="m", messages=M, response_format=Recipe)
    return raw.parse().choices[0].message.parsed


@with_client
def parsed_items_of_a_response(sdk: Any, client: Any) -> Any:
    found = client.responses.parse(model="m", input="a", text_format=Recipe)
    message = found.output[0]
    return message.type, message.content[0].parsed, message.content[0].text, found.output_parsed, found.output_text


@with_client
def parsed_items_of_a_streamed_response(sdk: Any, client: Any) -> Any:
    with client.responses.stream(model="m", input="a", text_format=Recipe) as stream:
        kinds = [event.type for event in stream]
        found = stream.get_final_response()
    return kinds[-1], found.output[0].content[0].parsed


@program
def types_of_submodules(sdk: Any, url: str) -> Any:
    from importlib import import_module

    name = sdk.__name__
    chunk = import_module(f"{name}.types.chat.chat_completion_chunk")
    whole = import_module(f"{name}.types.chat.chat_completion")
    usage = import_module(f"{name}.types.completion_usage")
    with sdk.OpenAI(api_key="a-key", base_url=url) as client:
        answer = client.chat.completions.create(model="m", messages=M)
        first = next(client.chat.completions.create(model="m", messages=M, stream=True))
    return (
        isinstance(answer.choices[0], whole.Choice),
        isinstance(answer.usage, usage.CompletionUsage),
        isinstance(first.choices[0].delta, chunk.ChoiceDelta),
    )


@with_client
def wrapper_that_retries_by_status(sdk: Any, client: Any) -> Any:
    seen = []
    for model in ("429", "500", "404", "m"):
        try:
            seen.append(client.chat.completions.create(model=model, messages=M).choices[0].message.content)
        except (sdk.RateLimitError, sdk.InternalServerError) as error:
            seen.append((type(error).__name__ in ("RateLimitError", "InternalServerError", "ServerError"), error.code))
        except sdk.APIStatusError as error:
            seen.append((error.status_code, error.response.status_code, error.message.rpartition("no such")[2]))
    return seen


@with_client
def memory_of_a_conversation(sdk: Any, client: Any) -> Any:
    memory: list[Any] = [{"role": "system", "content": "You are brief."}]
    for text in ("hi", "again", "bye"):
        memory.append({"role": "user", "content": text})
        message = client.chat.completions.create(model="m", messages=memory).choices[0].message
        memory.append({"role": message.role, "content": message.content})
    return memory


@with_client
def agent_with_a_registry_of_functions(sdk: Any, client: Any) -> Any:
    registry = {"weather": lambda city, unit: f"rain in {city} ({unit})"}
    messages: list[Any] = [*M]
    for _ in range(3):
        message = client.chat.completions.create(model="m", messages=messages, tools=TOOLS).choices[0].message
        if not message.tool_calls:
            break
        messages.append(message.model_dump(exclude_unset=True))
        messages += [
            {
                "role": "tool",
                "tool_call_id": call.id,
                "content": registry[call.function.name](**json.loads(call.function.arguments)),
            }
            for call in message.tool_calls
        ]
    return messages, message.content


@with_client
def tool_calls_of_a_stream_by_index(sdk: Any, client: Any) -> Any:
    calls: dict[int, dict[str, str]] = {}
    for chunk in client.chat.completions.create(model="m", messages=M, tools=TOOLS, stream=True):
        for piece in chunk.choices[0].delta.tool_calls or []:
            call = calls.setdefault(piece.index, {"name": "", "arguments": ""})
            call["name"] += piece.function.name or ""
            call["arguments"] += piece.function.arguments or ""
    return calls


@with_client
def typed_tool_arguments(sdk: Any, client: Any) -> Any:
    tools = [sdk.pydantic_function_tool(Weather, name="weather")]
    message = client.chat.completions.parse(model="m", messages=M, tools=tools).choices[0].message
    return [(call.function.name, call.function.parsed_arguments) for call in message.tool_calls]


class Kind(enum.Enum):
    SOUP = "soup"
    CAKE = "cake"


class Menu(pydantic.BaseModel):
    name: Kind
    minutes: int = pydantic.Field(ge=0, description="How long it takes.")


@with_client
def parsed_enumeration(sdk: Any, client: Any) -> Any:
    found = client.beta.chat.completions.parse(model="m", messages=M, response_format=Menu)
    return found.choices[0].message.parsed


@with_client
def picture_of_a_file_as_a_data_uri(sdk: Any, client: Any) -> Any:
    uri = "data:image/png;base64," + base64.b64encode(PNG).decode()
    content = [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": uri, "detail": "low"}},
    ]
    found = client.chat.completions.create(model="m", messages=[{"role": "user", "content": content}])
    return json.loads(found.choices[0].message.content.removeprefix("Hello ")) == content


@with_client
def picture_in_a_response(sdk: Any, client: Any) -> Any:
    content = [
        {"type": "input_text", "text": "What is it?"},
        {"type": "input_image", "image_url": "https://example.com/a.png", "detail": "auto"},
    ]
    return client.responses.create(model="m", input=[{"role": "user", "content": content}]).output_text


@with_client
def calls_of_many_threads(sdk: Any, client: Any) -> Any:
    def ask(number: int) -> str:
        messages = [{"role": "user", "content": str(number)}]
        text: str = client.chat.completions.create(model="m", messages=messages).choices[0].message.content
        return text

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return list(pool.map(ask, range(12)))


@with_client
def vectors_and_their_similarity(sdk: Any, client: Any) -> Any:
    rows = client.embeddings.create(model="m", input=["a", "b"], encoding_format="float").data
    first, second = (row.embedding for row in sorted(rows, key=lambda row: row.index))
    return sum(a * b for a, b in zip(first, second, strict=True))


@dataclasses.dataclass
class Log:
    """What a program records of each response."""

    model: str
    tokens: int
    text: str


@with_client
def log_of_answers(sdk: Any, client: Any) -> Any:
    answer = client.chat.completions.create(model="m", messages=M)
    log = Log(answer.model, answer.usage.total_tokens, answer.choices[0].message.content)
    return dataclasses.asdict(log), json.loads(answer.to_json())["id"], answer.to_dict()["usage"]["total_tokens"]


@program
def hooks_of_a_client(sdk: Any, url: str) -> Any:
    seen: list[tuple[str, str]] = []
    hooks = {"request": [lambda request: seen.append((request.method, request.url.path))]}
    with httpx.Client(event_hooks=hooks) as http, sdk.OpenAI(api_key="k", base_url=url, http_client=http) as client:
        client.chat.completions.create(model="m", messages=M)
        client.embeddings.create(model="m", input="a")
    return seen


@program
def transport_of_a_test(sdk: Any, url: str) -> Any:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"object": "list", "data": [{"id": request.headers["authorization"]}]})

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        client = sdk.OpenAI(api_key="a-key", base_url=url, http_client=http)
        return [model.id for model in client.models.list()]


@with_client
def options_for_one_call(sdk: Any, client: Any) -> Any:
    found = client.with_options(timeout=5, max_retries=1).chat.completions.create(
        model="m", messages=M, extra_headers={"X-Test": "1"}, extra_query={"a": "b"}, extra_body={"c": 1}, timeout=3.0
    )
    return found.choices[0].message.content


@with_client
def usage_of_the_last_chunk(sdk: Any, client: Any) -> Any:
    stream = client.chat.completions.create(model="m", messages=M, stream=True, stream_options={"include_usage": True})
    return [chunk.usage.total_tokens for chunk in stream if chunk.usage is not None]


@with_async_client
async def async_conversation_with_a_stream(sdk: Any, client: Any) -> Any:
    stream = await client.chat.completions.create(model="m", messages=M, stream=True)
    pieces = [chunk.choices[0].delta.content or "" async for chunk in stream]
    found = await client.responses.create(model="m", input="".join(pieces))
    return found.output_text, found.usage.output_tokens_details.reasoning_tokens


@with_client
def speech_to_a_path_object(sdk: Any, client: Any) -> Any:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.mp3"
        with client.audio.speech.with_streaming_response.create(model="m", voice="v", input="a") as response:
            response.stream_to_file(path)
        return path.read_bytes() == MP3


@program
def errors_that_a_test_makes(sdk: Any, url: str) -> Any:
    request = httpx.Request("POST", "https://x.test/chat")
    limited = httpx.Response(429, headers={"X-Request-ID": "r-1"}, request=request)
    made = [
        sdk.RateLimitError("slow down", response=limited, body={"code": "rate_limit"}),
        sdk.APIStatusError("odd", response=httpx.Response(418, request=request), body=None),
        sdk.APIConnectionError(request=request),
        sdk.APIConnectionError(message="down", request=request),
        sdk.APITimeoutError(request=request),
        sdk.APIError("broken", request, body={"a": 1}),
        sdk.OpenAIError("no key"),
    ]
    found: list[Any] = []
    for error in made:
        try:
            raise error
        except sdk.APIStatusError as caught:
            found.append((caught.status_code, caught.message, caught.request_id, caught.body))
        except sdk.APIConnectionError as caught:
            found.append((isinstance(caught, sdk.APITimeoutError), caught.request.method, "down" in str(caught)))
        except sdk.OpenAIError as caught:
            found.append((getattr(caught, "body", None), "broken" in str(caught)))
    return found


@program
def error_without_a_response(sdk: Any, url: str) -> Any:
    client = sdk.OpenAI(api_key="a-key", base_url="http://127.0.0.1:9/v1", max_retries=0)
    try:
        client.chat.completions.create(model="m", messages=M)
    except sdk.APIError as error:
        return error.code, error.type, error.param, error.body, hasattr(error, "status_code")


@with_client
def header_that_is_left_out(sdk: Any, client: Any) -> Any:
    found = client.with_options(default_headers={"X-Test": "1"})
    options = {"headers": {"x-test": sdk.omit}}
    return [found.get("/echo", cast_to=dict, options=item)["header"] for item in ({}, options)]


@program
def answers_that_a_test_makes(sdk: Any, url: str) -> Any:
    from importlib import import_module

    whole = import_module(f"{sdk.__name__}.types.chat.chat_completion")
    message = sdk.types.chat.ChatCompletionMessage(role="assistant", content="hi")
    choice = whole.Choice.model_construct(index=0, finish_reason="stop", message=message)
    made = sdk.types.chat.ChatCompletion.model_construct(id="a", choices=[choice])
    return made.choices[0].message.content, made.id, made.usage


@with_client
def response_of_an_error(sdk: Any, client: Any) -> Any:
    try:
        client.chat.completions.create(model="404", messages=M)
    except sdk.NotFoundError as error:
        return error.response.reason_phrase, error.response.json()["error"]["code"], error.request.method


@with_client
def options_of_to_dict_and_to_json(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.create(model="m", messages=M)
    return (
        found.to_dict(mode="json", exclude_none=True),
        found.to_dict(exclude_unset=False, use_api_names=False)["system_fingerprint"],
        json.loads(found.to_json(indent=None, exclude_none=True)),
        json.loads(found.model_dump_json(exclude={"choices"}, exclude_none=True, warnings=False)),
    )


@with_client
def request_of_a_raw_response(sdk: Any, client: Any) -> Any:
    found = client.chat.completions.with_raw_response.create(model="m", messages=M)
    return found.http_request.method, found.http_request.url.path


@program
def names_of_other_modules(sdk: Any, url: str) -> Any:
    from importlib import import_module

    name = sdk.__name__
    types = import_module(f"{name}._types")
    return (
        types.NOT_GIVEN is sdk.NOT_GIVEN,
        isinstance(types.NOT_GIVEN, types.NotGiven),
        import_module(f"{name}.types.model").Model is sdk.types.Model,
        import_module(f"{name}.types.images_response").ImagesResponse is sdk.types.ImagesResponse,
        hasattr(import_module(f"{name}.types.chat.chat_completion_tool_param"), "ChatCompletionToolParam"),
        hasattr(import_module(f"{name}.types.chat.parsed_chat_completion"), "ParsedChoice"),
    )
