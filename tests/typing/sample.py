"""
Typical use of the client, with the types that a checker must infer: mypy and pyright read this file, nothing runs it.
"""

from __future__ import annotations

from asyncio import create_task
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, assert_type

from venice_client import (
    UNSET,
    AsyncStream,
    AsyncVenice,
    BinaryContent,
    ImageInput,
    ImageResult,
    RateLimitError,
    RequestValidationError,
    Response,
    ResponseDecodeError,
    Stream,
    StreamInterrupted,
    Venice,
    VeniceAPIError,
    VeniceConnectionError,
)
from venice_client._core.metadata import Balance, Meta
from venice_client.api.chat_completions import create as chat_endpoint
from venice_client.api.images import edit as edit_endpoint
from venice_client.api.models import list_ as models_endpoint
from venice_client.chat.parsed import ParsedChatCompletion, ParsedResponse
from venice_client.images.results import ImageResults
from venice_client.models import (
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionRequest,
    Embedding,
    EmbeddingList,
    ImageEdit,
    ModelList,
    ModelResponse,
    ResponsesResponse,
    TextParserResponse,
    TextPart,
    Transcription,
    UserMessage,
    WebSearchCitation,
)

ChatStream = Stream[ChatCompletionChunk, ChatCompletion]
AsyncChatStream = AsyncStream[ChatCompletionChunk, ChatCompletion]


def clients() -> None:
    venice = Venice("key", timeout=30, max_retries=3, transport="httpx2", strict=True)
    assert_type(venice, Venice)
    assert_type(venice.with_options(timeout=5, retry_paid=True), Venice)
    with Venice(auth=lambda: "key") as entered:
        assert_type(entered, Venice)
    assert_type(AsyncVenice(transport="aiohttp").with_options(max_retries=0), AsyncVenice)


def chat(venice: Venice) -> None:
    messages = [{"role": "user", "content": "hi"}]
    whole = venice.chat.completions.create(model="m", messages=messages, temperature=0.5)
    assert_type(whole, ChatCompletion)
    assert_type(whole.choices[0].message.content, str | list[TextPart] | None)
    assert_type(whole.meta, Meta)
    typed = venice.chat.completions.create(model="m", messages=[UserMessage(role="user", content="hi")], stream=False)
    assert_type(typed, ChatCompletion)

    stream = venice.chat.completions.create(model="m", messages=messages, stream=True, timeout=10, idle_timeout=5)
    assert_type(stream, ChatStream)
    with stream:
        for chunk in stream:
            assert_type(chunk, ChatCompletionChunk)
            assert_type(chunk.id, str)
        assert_type(stream.final(), ChatCompletion)
        assert_type(stream.text(), str)
        assert_type(stream.received, tuple[ChatCompletionChunk, ...])

    raw = venice.chat.completions.with_raw_response.create(model="m", messages=messages)
    assert_type(raw.parsed, ChatCompletion)
    assert_type(raw.headers, Mapping[str, str])
    streamed = venice.chat.completions.with_raw_response.create(model="m", messages=messages, stream=True)
    assert_type(streamed.parsed, ChatStream)
    either = venice.chat.completions.create(model="m", messages=messages, stream=bool(messages))
    assert_type(either, ChatCompletion | ChatStream)
    with venice.chat.completions.with_streaming_response.create(model="m", messages=messages) as unread:
        assert_type(unread.parse(), ChatCompletion)
    with venice.chat.completions.with_streaming_response.create(model="m", messages=messages, stream=True) as events:
        assert_type(events.parse(), ChatStream)
    assert_type(venice.responses.with_raw_response.create("hi", model="m").parse(), ResponsesResponse)


@dataclass
class City:
    name: str


def typed_output(venice: Venice) -> None:
    messages = [{"role": "user", "content": "hi"}]
    raw = venice.chat.completions.with_raw_response.parse(model="m", messages=messages, response_format=City)
    assert_type(raw.parsed, ParsedChatCompletion[City])
    assert_type(raw.parsed.parsed, City | None)
    response = venice.responses.with_raw_response.parse("hi", model="m", text_format=City)
    assert_type(response.parsed, ParsedResponse[City])
    with venice.chat.completions.stream(model="m", messages=messages, response_format=City) as stream:
        for event in stream:
            if event.type == "chunk":
                assert_type(event.chunk, ChatCompletionChunk)
            elif event.type == "content.done":
                assert_type(event.parsed, City | None)


def answers(venice: Venice) -> str:
    messages: list[dict[str, object]] = [{"role": "user", "content": "hi"}]
    answer = venice.chat.completions.create(model="m", messages=messages, tools=[], venice_parameters={})
    message = answer.choices[0].message
    for call in message.tool_calls or []:
        assert_type(call.function.name, str)
        assert_type(call.function.arguments, str)
    if message.reasoning_content is not None:
        return message.reasoning_content.upper()
    logprobs = answer.choices[0].logprobs
    if logprobs is not None and logprobs.content is not None:
        assert_type(logprobs.content[0].token, str)
    text = answer.text
    assert_type([call.function.name for call in answer.tool_calls], list[str])
    assert_type(answer.citations, list[WebSearchCitation])
    assert_type(venice.embeddings.create("a", model="m").vectors, list[list[float]])
    for piece in venice.chat.completions.create(model="m", messages=messages, stream=True).texts():
        text += piece
    for chunk in venice.chat.completions.create(model="m", messages=messages, stream=True):
        text += chunk.text
        if chunk.choices and chunk.choices[0].delta.content is not None:
            text += chunk.choices[0].delta.content
        if chunk.usage is not None:
            assert_type(chunk.usage.total_tokens, int)
    body = ChatCompletionRequest(model="m", messages=[UserMessage(role="user", content="hi")], temperature=None)
    body.temperature = 1.0
    return text


def responses(venice: Venice) -> str:
    events = venice.responses.create("hi", model="m", stream=True)
    assert_type([event.type for event in events], list[str])
    return venice.responses.create("hi", model="m").output_text


def pictures(venice: Venice, folder: Path) -> None:
    sunset = venice.images.edit("photo.jpg", "make the sky a sunset", aspect_ratio="16:9", output_format="png")
    assert_type(sunset, ImageResult)
    assert_type(sunset.save(folder / "sunset"), Path)
    assert_type(sunset.data, bytes)
    assert_type(sunset.request_id, str | None)
    assert_type(sunset.balance, Balance)
    again = venice.images.edit(sunset, "brighter")
    assert_type(venice.images.edit(ImageInput.url("https://example.com/a.png"), "darker"), ImageResult)
    assert_type(venice.images.edit(again.data, "darker", extra_headers={"a": "b"}), ImageResult)
    with folder.open("rb") as file:
        assert_type(venice.images.edit(file, "darker"), ImageResult)
    assert_type(venice.images.upscale(folder, scale=2), ImageResult)
    assert_type(venice.images.remove_background(folder), ImageResult)
    assert_type(venice.images.multi_edit([folder, again], "put them together"), ImageResult)
    assert_type(venice.images.generate("a lighthouse", model="m", variants=2), ImageResults)
    assert_type(venice.images.generate("a lighthouse", model="m")[0], ImageResult)
    venice.images.edit(venice.images.generate("a lighthouse", model="m"), "in winter")
    assert_type(venice.images.with_raw_response.edit("photo.jpg", "sunset"), Response[ImageResult])


def lists(venice: Venice) -> None:
    venice.billing.usage_history(start_timestamp=datetime.now(UTC), end_timestamp="2027-01-31T12:00:00Z")
    venice.billing.usage_analytics(start_date=date(2026, 1, 1), end_date=date(2026, 2, 1))
    venice.api_keys.update("an-id", expires_at=date(2027, 1, 1))
    models = venice.models.list(type="image")
    assert_type(models, ModelList)
    assert_type(models.data, list[ModelResponse])
    assert_type([model.id for model in models.data], list[str])
    embeddings = venice.embeddings.create(model="m", input=["a", "b"])
    assert_type(embeddings, EmbeddingList)
    assert_type(embeddings.data[0], Embedding)
    for character in venice.characters.iterate(search="pirate"):
        assert_type(character.name, str)
    for page in venice.characters.iterate(limit=10).pages():
        assert_type(page.data[0].name, str)


def files(venice: Venice, folder: Path, form: Literal["json", "text"]) -> None:
    assert_type(venice.audio.speech.create(input="hi", response_format="wav"), BinaryContent)
    with (folder / "a.wav").open("rb") as file:
        assert_type(venice.audio.transcriptions.create(file=file), Transcription)
        assert_type(venice.audio.transcriptions.create(file, response_format="json").text, str)
        assert_type(venice.audio.transcriptions.create(file, response_format="text"), str)
        assert_type(venice.augment.text_parser(file, response_format=form), TextParserResponse | str)
        assert_type(venice.audio.transcriptions.with_raw_response.create(file).parsed, Transcription)
    with venice.audio.speech.with_streaming_response.create(input="hi") as response:
        assert_type(response.status_code, int)
        assert_type(response.parse(), BinaryContent)
        assert_type(response.read(), bytes)
        assert_type(response.stream_to_file(folder / "a"), Path)
        for piece in response.iter_bytes():
            assert_type(piece, bytes)


def errors(venice: Venice) -> None:
    try:
        venice.models.list()
    except RateLimitError as error:
        assert_type(error.retry_after, float | None)
    except VeniceAPIError as error:
        assert_type((error.status, error.code, error.request_id), tuple[int, str | None, str | None])
    except VeniceConnectionError as error:
        assert_type(str(error.kind), str)
    except (ResponseDecodeError, StreamInterrupted, RequestValidationError) as error:
        assert_type(error.message, str)


def free(venice: Venice) -> None:
    assert_type(venice.request("GET", "/tee/attestation", query={"model": "m"}), Response[Any])


def endpoints(venice: Venice) -> None:
    body = ChatCompletionRequest(model="m", messages=[UserMessage(role="user", content="hi")])
    assert_type(body.temperature, float | None)
    assert_type(chat_endpoint.sync(client=venice, body=body), ChatCompletion | ChatStream)
    detailed = chat_endpoint.sync_detailed(client=venice, body=body, timeout=5)
    assert_type(detailed, Response[ChatCompletion | ChatStream])
    assert_type(edit_endpoint.sync(client=venice, body=ImageEdit(image=b"", prompt="a")), BinaryContent)
    assert_type(models_endpoint.sync(client=venice, type=UNSET), ModelList)


async def everything(venice: AsyncVenice, folder: Path) -> None:
    messages = [{"role": "user", "content": "hi"}]
    whole = await venice.chat.completions.create(model="m", messages=messages)
    assert_type(whole, ChatCompletion)
    stream = await venice.chat.completions.create(model="m", messages=messages, stream=True)
    assert_type(stream, AsyncChatStream)
    async with stream:
        async for chunk in stream:
            assert_type(chunk, ChatCompletionChunk)
        assert_type(await stream.final(), ChatCompletion)
    raw = await venice.chat.completions.with_raw_response.create(model="m", messages=messages)
    assert_type(raw.parsed, ChatCompletion)
    streamed = await venice.chat.completions.with_raw_response.create(model="m", messages=messages, stream=True)
    assert_type(streamed.parsed, AsyncChatStream)
    assert_type(await create_task(venice.models.with_raw_response.list()), Response[ModelList])
    parsed = await venice.chat.completions.with_raw_response.parse(model="m", messages=messages, response_format=City)
    assert_type(parsed.parsed, ParsedChatCompletion[City])
    async with venice.chat.completions.with_streaming_response.create(
        model="m", messages=messages, stream=True
    ) as events:
        assert_type(await events.parse(), AsyncChatStream)

    assert_type(await venice.images.edit("photo.jpg", "sunset", model="m"), ImageResult)
    assert_type((await venice.images.with_raw_response.edit("photo.jpg", "sunset")).parsed, ImageResult)
    assert_type(await venice.images.generate("a lighthouse", model="m"), ImageResults)
    assert_type(await venice.models.list(), ModelList)
    assert_type((await venice.embeddings.create(model="m", input="a")).data[0], Embedding)
    async for character in venice.characters.iterate(search="pirate"):
        assert_type(character.name, str)
    async with venice.audio.speech.with_streaming_response.create(input="hi") as response:
        assert_type(await response.stream_to_file(folder / "a"), Path)
        assert_type(await response.parse(), BinaryContent)
    assert_type(await venice.request("GET", "/tee/attestation"), Response[Any])

    body = ChatCompletionRequest(model="m", messages=[UserMessage(role="user", content="hi")])
    assert_type(await chat_endpoint.asyncio(client=venice, body=body), ChatCompletion | AsyncChatStream)
    assert_type(await models_endpoint.asyncio(client=venice), ModelList)


def mistakes(venice: Venice) -> None:
    venice.chat.completions.create(model=5, messages=[])  # type: ignore[call-overload]
    venice.chat.completions.create(messages=[])  # type: ignore[call-overload]
    venice.embeddings.create(model="m", input="a", inputs="b")  # type: ignore[call-arg]
    venice.images.edit("photo.jpg")  # type: ignore[call-arg]
    venice.images.edit("photo.jpg", "sunset", aspect_ration="16:9")  # type: ignore[call-arg]
    venice.images.edit(5, "sunset")  # type: ignore[arg-type]
    venice.chat.completions.create(model="m", messages=[], temprature=1)  # type: ignore[call-overload]
    venice.api_keys.create(api_key_type="INFERENCE", description="d", consumptionLimit={})  # type: ignore[call-arg]
    venice.image.edit("photo.jpg", "sunset")  # type: ignore[attr-defined]
    Venice(transport="aiohttp")  # type: ignore[arg-type]
