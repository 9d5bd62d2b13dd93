"""httpx and json as they are: what everything else is measured against."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

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

Work = Callable[[int, str], None]
_HEADERS = {"Authorization": f"Bearer {KEY}"}
_CHAT: dict[str, Any] = {"model": MODEL, "messages": MESSAGES, "temperature": TEMPERATURE}


def _client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers=_HEADERS, timeout=60)


def chat(url: str) -> Work:
    """Send a chat and read its answer."""
    client = _client(url)

    def work(times: int, _picture: str) -> None:
        for _ in range(times):
            answer = client.post("/chat/completions", json=_CHAT).json()
            assert answer["choices"][0]["message"]["content"]
            assert answer["usage"]["total_tokens"] == 138

    return work


def chat_async(url: str) -> Work:
    """The same, awaited."""
    return _async(url, 1)


def at_once(url: str) -> Work:
    """Many of them at once."""
    return _async(url, AT_ONCE)


def _async(url: str, number: int) -> Work:
    loop = asyncio.new_event_loop()
    client = httpx.AsyncClient(base_url=url, headers=_HEADERS, timeout=60)

    async def call() -> None:
        answer = (await client.post("/chat/completions", json=_CHAT)).json()
        assert answer["choices"][0]["message"]["content"]
        assert answer["usage"]["total_tokens"] == 138

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
            with client.stream("POST", "/chat/completions", json={**_CHAT, "stream": True}) as response:
                for line in response.iter_lines():
                    if line.startswith("data: ") and line != "data: [DONE]":
                        event = json.loads(line[6:])
                        words += len(event["choices"][0]["delta"]["content"]) > 0
            assert words == 1999

    return work


def streams_at_once(url: str) -> Work:
    """Read several streams at once."""
    loop = asyncio.new_event_loop()
    client = httpx.AsyncClient(base_url=url, headers=_HEADERS, timeout=60)

    async def read() -> None:
        words = 0
        async with client.stream("POST", "/chat/completions", json={**_CHAT, "stream": True}) as response:
            async for line in response.aiter_lines():
                if line.startswith("data: ") and line != "data: [DONE]":
                    event = json.loads(line[6:])
                    words += len(event["choices"][0]["delta"]["content"]) > 0
        assert words == 1999

    async def reads(times: int) -> None:
        for _ in range(times):
            await asyncio.gather(*(read() for _ in range(STREAMS_AT_ONCE)))

    return lambda times, _picture: loop.run_until_complete(reads(times))


def client_each(url: str) -> Work:
    """Make a client for each request, as some web services do."""

    def work(times: int, _picture: str) -> None:
        for _ in range(times):
            with _client(url) as client:
                answer = client.post("/chat/completions", json=_CHAT).json()
                assert answer["usage"]["total_tokens"] == 138

    return work


def embeddings(url: str) -> Work:
    """Turn texts into vectors, and read each."""
    client = _client(url)

    def work(times: int, _picture: str) -> None:
        for _ in range(times):
            answer = client.post("/embeddings", json={"model": EMBEDDER, "input": TEXTS}).json()
            assert sum(len(row["embedding"]) for row in answer["data"]) == 65536

    return work


def models(url: str) -> Work:
    """List the models, and read three fields of each."""
    client = _client(url)

    def work(times: int, _picture: str) -> None:
        for _ in range(times):
            answer = client.get("/models", params={"type": "all"}).json()
            seeing = 0
            for row in answer["data"]:
                spec = row["model_spec"]
                assert row["id"]
                assert spec["name"]
                seeing += "capabilities" in spec and spec["capabilities"]["supportsVision"] is True
            assert seeing == 55

    return work


def upload_json(url: str) -> Work:
    """Send a picture as base64 in JSON."""
    client = _client(url)

    def work(times: int, picture: str) -> None:
        for _ in range(times):
            image = b64encode(Path(picture).read_bytes()).decode()
            answer = client.post("/image/edit", json={"image": image, "prompt": PROMPT})
            assert answer.content[:4] == b"\x89PNG"

    return work


def upload_form(url: str) -> Work:
    """Send a picture in a form."""
    client = _client(url)

    def work(times: int, picture: str) -> None:
        for _ in range(times):
            with Path(picture).open("rb") as file:
                files = {"image": (picture, file, "image/png")}
                answer = client.post("/image/edit", data={"prompt": PROMPT}, files=files)
            assert answer.content[:4] == b"\x89PNG"

    return work
