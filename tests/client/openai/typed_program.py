"""A program written for the openai package, with its import changed, as strict type checkers read it."""

from __future__ import annotations

import json
from pathlib import Path

import pydantic

from venice_client import openai
from venice_client.openai import AsyncOpenAI, OpenAI, RateLimitError
from venice_client.openai.types.chat import ChatCompletion, ChatCompletionMessageParam, ChatCompletionToolParam


class Recipe(pydantic.BaseModel):
    name: str
    minutes: int


client = OpenAI(api_key="k", organization="o", timeout=openai.Timeout(20.0, connect=2.0), max_retries=1)
client.base_url, client.max_retries, client.timeout = "https://api.venice.ai/api/v1", 2, 10.0
messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Hello"}]
tools: list[ChatCompletionToolParam] = [
    {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
]


def answer() -> str:
    completion: ChatCompletion = client.chat.completions.create(
        model="m", messages=messages, tools=tools, logit_bias={"1": 2}, temperature=openai.NOT_GIVEN
    )
    message = completion.choices[0].message
    if message.refusal is not None:
        return message.refusal
    for call in message.tool_calls or []:
        print(call.function.name, json.loads(call.function.arguments))  # noqa: T201
    usage = completion.usage
    details = usage.completion_tokens_details
    return f"{usage.total_tokens} {details.reasoning_tokens if details else 0}"


def stream() -> str:
    text = ""
    for chunk in client.chat.completions.create(model="m", messages=messages, stream=True):
        if chunk.choices and chunk.choices[0].delta.content is not None:
            text += chunk.choices[0].delta.content
    with client.chat.completions.stream(model="m", messages=messages, response_format=Recipe) as events:
        for event in events:
            if event.type == "content.delta":
                text += event.delta
        recipe = events.get_final_completion().choices[0].message.parsed
    return text + (recipe.name if recipe else "")


def others() -> None:
    recipe: Recipe | None = (
        client.chat.completions.parse(model="m", messages=messages, response_format=Recipe).choices[0].message.parsed
    )
    text: str = client.responses.create(model="m", input="Hello", instructions="Be brief").output_text
    speech = client.audio.speech.create(model="t", voice="v", input="Hello", instructions="softly")
    speech.write_to_file("speech.mp3")
    with client.audio.speech.with_streaming_response.create(model="t", voice="v", input="Hello") as response:
        for piece in response.iter_bytes(chunk_size=1024):
            len(piece)
    words: str = client.audio.transcriptions.create(model="w", file=Path("a.mp3")).text
    picture: str | None = client.images.generate(model="m", prompt="a cat", size="1024x1024").data[0].b64_json
    edited: str | None = client.images.edit(image=Path("a.png"), prompt="blue", n=2).data[0].url
    ids: list[str] = [model.id for model in client.models.list()]
    vector: list[float] = client.embeddings.create(model="e", input="a").data[0].embedding
    print(recipe, text, words, picture, edited, ids, vector)  # noqa: T201


async def asynchronous() -> None:
    async with AsyncOpenAI(api_key="k") as other:
        try:
            first = await other.chat.completions.create(model="m", messages=messages)
        except RateLimitError as error:
            print(error.status_code, error.response.headers, error.code, error.request_id)  # noqa: T201
            return
        print(first.choices[0].message.content)  # noqa: T201
        async for chunk in await other.chat.completions.create(model="m", messages=messages, stream=True):
            print(chunk.choices[0].delta.content)  # noqa: T201
        print([model.id async for model in other.models.list()])  # noqa: T201
