"""The openai package, which can be pointed at the API where that is compatible."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openai import AsyncOpenAI, OpenAI

from benchmarks.clients.workload import AT_ONCE, EMBEDDER, KEY, MESSAGES, MODEL, PROMPT, TEMPERATURE, TEXTS

Work = Callable[[int, str], None]


def _client(url: str) -> OpenAI:
    return OpenAI(api_key=KEY, base_url=url)


def chat(url: str) -> Work:
    """Send a chat and read its answer."""
    client = _client(url)

    def work(times: int, _picture: str) -> None:
        for _ in range(times):
            answer = client.chat.completions.create(model=MODEL, messages=MESSAGES, temperature=TEMPERATURE)
            assert answer.choices[0].message.content
            assert answer.usage
            assert answer.usage.total_tokens == 138

    return work


def chat_async(url: str) -> Work:
    """The same, awaited."""
    return _async(url, 1)


def at_once(url: str) -> Work:
    """Many of them at once."""
    return _async(url, AT_ONCE)


def _async(url: str, number: int) -> Work:
    loop = asyncio.new_event_loop()
    client = AsyncOpenAI(api_key=KEY, base_url=url)

    async def call() -> None:
        answer = await client.chat.completions.create(model=MODEL, messages=MESSAGES, temperature=TEMPERATURE)
        assert answer.choices[0].message.content
        assert answer.usage
        assert answer.usage.total_tokens == 138

    async def calls(times: int) -> None:
        for _ in range(times):
            await asyncio.gather(*(call() for _ in range(number)))

    return lambda times, _picture: loop.run_until_complete(calls(times))


def stream(url: str) -> Work:
    """Read a stream of events, and the word of each."""
    client = _client(url)

    def work(times: int, _picture: str) -> None:
        for _ in range(times):
            words = 0
            with client.chat.completions.create(
                model=MODEL, messages=MESSAGES, temperature=TEMPERATURE, stream=True
            ) as events:
                for event in events:
                    words += len(event.choices[0].delta.content or "") > 0
            assert words == 1999

    return work


def embeddings(url: str) -> Work:
    """Turn texts into vectors, and read each. It requests plain numbers: the server has no others."""
    client = _client(url)

    def work(times: int, _picture: str) -> None:
        for _ in range(times):
            answer = client.embeddings.create(model=EMBEDDER, input=TEXTS, encoding_format="float")
            assert sum(len(row.embedding) for row in answer.data) == 65536

    return work


def models(url: str) -> Work:
    """List the models, and read three fields of each: what openai does not know is a dict."""
    client = _client(url)

    def work(times: int, _picture: str) -> None:
        for _ in range(times):
            answer = client.models.list(extra_query={"type": "all"})
            seeing = 0
            for row in answer.data:
                spec: dict[str, Any] = row.model_spec  # type: ignore[attr-defined]  # kept as it came
                assert row.id
                assert spec["name"]
                seeing += "capabilities" in spec and spec["capabilities"]["supportsVision"] is True
            assert seeing == 55

    return work


def upload_form(url: str) -> Work:
    """Send a picture in a form, to the endpoint that openai has; its answer is not looked into."""
    client = _client(url)

    def work(times: int, picture: str) -> None:
        for _ in range(times):
            with Path(picture).open("rb") as file:
                raw = client.images.with_raw_response.edit(image=(picture, file, "image/png"), prompt=PROMPT)
            assert raw.http_response.content[:4] == b"\x89PNG"

    return work
