"""The package venice-py, in the environment that VENICE_PY_PYTHON names: its way is asynchronous, over aiohttp."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from venice_ai import VeniceClient  # type: ignore[import-not-found]  # it is in an environment of its own

from benchmarks.clients.workload import AT_ONCE, EMBEDDER, KEY, MESSAGES, MODEL, PROMPT, TEMPERATURE, TEXTS

Work = Callable[[int, str], None]


def _work(url: str, once: Callable[[Any, str], Awaitable[None]]) -> Work:
    loop = asyncio.new_event_loop()

    async def made() -> Any:
        return VeniceClient(api_key=KEY, base_url=url)

    client = loop.run_until_complete(made())

    async def calls(times: int, picture: str) -> None:
        for _ in range(times):
            await once(client, picture)

    return lambda times, picture: loop.run_until_complete(calls(times, picture))


async def _chat(client: Any, _picture: str) -> None:
    answer = await client.chat.completions.create(model=MODEL, messages=MESSAGES, temperature=TEMPERATURE)
    assert answer.choices[0].message.content
    assert answer.usage.total_tokens == 138


def chat(url: str) -> Work:
    """Send a chat and read its answer."""
    return _work(url, _chat)


def chat_async(url: str) -> Work:
    """The same."""
    return _work(url, _chat)


def at_once(url: str) -> Work:
    """Many of them at once."""

    async def many(client: Any, picture: str) -> None:
        await asyncio.gather(*(_chat(client, picture) for _ in range(AT_ONCE)))

    return _work(url, many)


def stream(url: str) -> Work:
    """Read a stream of events, and the word of each."""

    async def read(client: Any, _picture: str) -> None:
        words = 0
        events = await client.chat.completions.create(
            model=MODEL, messages=MESSAGES, temperature=TEMPERATURE, stream=True
        )
        async for event in events:
            words += len(event.choices[0].delta.content or "") > 0
        assert words == 1999

    return _work(url, read)


def embeddings(url: str) -> Work:
    """Turn texts into vectors, and read each."""

    async def embed(client: Any, _picture: str) -> None:
        answer = await client.embeddings.create(model=EMBEDDER, input=TEXTS)
        assert sum(len(row.embedding) for row in answer.data) == 65536

    return _work(url, embed)


def models(url: str) -> Work:
    """List the models, and read three fields of each."""

    async def listed(client: Any, _picture: str) -> None:
        answer = await client.models.list(type="all")
        seeing = 0
        for row in answer.data:
            spec = row.model_spec
            assert row.id
            assert spec.name
            capabilities = getattr(spec, "capabilities", None)
            seeing += capabilities is not None and capabilities.supportsVision is True
        assert seeing == 55

    return _work(url, listed)


def upload_json(url: str) -> Work:
    """Send a picture as base64 in JSON."""

    async def edit(client: Any, picture: str) -> None:
        answer = await client.image.edit(image=Path(picture), prompt=PROMPT)
        assert answer[:4] == b"\x89PNG"

    return _work(url, edit)
