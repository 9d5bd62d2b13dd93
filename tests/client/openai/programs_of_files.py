"""Programs written for the openai package: raw responses, audio, images, embeddings and models."""

from __future__ import annotations

import base64
import io
import tempfile
from pathlib import Path
from typing import Any

import numpy

from tests.client.openai.programs import PNG, M, with_async_client, with_client

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
