"""This client, over httpx."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from benchmarks.clients.workload import (
    AT_ONCE,
    EMBEDDER,
    KEY,
    MESSAGES,
    MODEL,
    PROMPT,
    STREAMS_AT_ONCE,
    TEMPERATURE,
    TEXTS,
)
from venice_client import AsyncVenice, Venice
from venice_client._core.transport.base import TransportName

Work = Callable[[int, str], None]


def _client(url: str) -> Venice:
    return Venice(KEY, base_url=url)


def chat(url: str) -> Work:
    """Send a chat and read its answer."""
    venice = _client(url)

    def work(times: int, _picture: str) -> None:
        for _ in range(times):
            answer = venice.chat.completions.create(model=MODEL, messages=MESSAGES, temperature=TEMPERATURE)
            assert answer.choices[0].message.content
            assert answer.usage
            assert answer.usage.total_tokens == 138

    return work


def chat_async(url: str, transport: TransportName | None = None) -> Work:
    """The same, awaited."""
    return _async(url, 1, transport)


def at_once(url: str, transport: TransportName | None = None) -> Work:
    """Many of them at once."""
    return _async(url, AT_ONCE, transport)


def _async(url: str, number: int, transport: TransportName | None) -> Work:
    loop = asyncio.new_event_loop()
    venice = AsyncVenice(KEY, base_url=url, transport=transport)

    async def call() -> None:
        answer = await venice.chat.completions.create(model=MODEL, messages=MESSAGES, temperature=TEMPERATURE)
        assert answer.choices[0].message.content
        assert answer.usage
        assert answer.usage.total_tokens == 138

    async def calls(times: int) -> None:
        for _ in range(times):
            await asyncio.gather(*(call() for _ in range(number)))

    return lambda times, _picture: loop.run_until_complete(calls(times))


def stream(url: str) -> Work:
    """Read a stream of events, and the word of each."""
    venice = _client(url)

    def work(times: int, _picture: str) -> None:
        for _ in range(times):
            words = 0
            with venice.chat.completions.create(
                model=MODEL, messages=MESSAGES, temperature=TEMPERATURE, stream=True
            ) as events:
                for event in events:
                    words += len(event.choices[0].delta.content or "") > 0
            assert words == 1999

    return work


def streams_at_once(url: str, transport: TransportName | None = None) -> Work:
    """Read several streams at once."""
    loop = asyncio.new_event_loop()
    venice = AsyncVenice(KEY, base_url=url, transport=transport)

    async def read() -> None:
        words = 0
        async with await venice.chat.completions.create(
            model=MODEL, messages=MESSAGES, temperature=TEMPERATURE, stream=True
        ) as events:
            async for event in events:
                words += len(event.choices[0].delta.content or "") > 0
        assert words == 1999

    async def reads(times: int) -> None:
        for _ in range(times):
            await asyncio.gather(*(read() for _ in range(STREAMS_AT_ONCE)))

    return lambda times, _picture: loop.run_until_complete(reads(times))


def client_each(url: str) -> Work:
    """Make a client for each request, as some web services do."""

    def work(times: int, _picture: str) -> None:
        for _ in range(times):
            with _client(url) as venice:
                answer = venice.chat.completions.create(model=MODEL, messages=MESSAGES, temperature=TEMPERATURE)
                assert answer.usage
                assert answer.usage.total_tokens == 138

    return work


def embeddings(url: str) -> Work:
    """Turn texts into vectors, and read each."""
    venice = _client(url)

    def work(times: int, _picture: str) -> None:
        for _ in range(times):
            answer = venice.embeddings.create(model=EMBEDDER, input=TEXTS)
            assert sum(len(row.embedding) for row in answer.data) == 65536

    return work


def models(url: str) -> Work:
    """List the models, and read three fields of each."""
    venice = _client(url)

    def work(times: int, _picture: str) -> None:
        for _ in range(times):
            answer = venice.models.list(type="all")
            seeing = 0
            for row in answer.data:
                spec = row.model_spec
                assert row.id
                assert spec.name
                if spec.capabilities:
                    seeing += spec.capabilities.supports_vision is True
            assert seeing == 55

    return work


def upload_json(url: str) -> Work:
    """Send a picture as base64 in JSON."""
    from venice_client.api.images import edit
    from venice_client.models import ImageEdit

    venice = _client(url)

    def work(times: int, picture: str) -> None:
        for _ in range(times):
            answer = edit.sync(client=venice, body=ImageEdit(image=Path(picture), prompt=PROMPT))
            assert answer.data[:4] == b"\x89PNG"

    return work


def upload_form(url: str) -> Work:
    """Send a picture in a form."""
    venice = _client(url)

    def work(times: int, picture: str) -> None:
        for _ in range(times):
            answer = venice.images.edit(picture, PROMPT)
            assert answer.data[:4] == b"\x89PNG"

    return work
