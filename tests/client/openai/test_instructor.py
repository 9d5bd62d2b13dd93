"""instructor works with the layer's clients, in every mode of openai."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Any

import pytest

from tests.client.openai.programs import M, Recipe
from tests.client.openai.programs_server import ProgramServer
from venice_client.openai import AsyncOpenAI, OpenAI

instructor = pytest.importorskip("instructor")
SOUP = {"name": "soup", "minutes": 20}
CHAT_MODES = ["FUNCTIONS", "TOOLS", "TOOLS_STRICT", "JSON", "JSON_O1", "JSON_SCHEMA", "MD_JSON"]
MODES = [*CHAT_MODES, "RESPONSES_TOOLS", "RESPONSES_TOOLS_WITH_INBUILT_TOOLS"]


@pytest.mark.parametrize("mode", MODES)
def test_instructor_returns_a_value(mode: str) -> None:
    def respond(client: OpenAI, messages: Any, **options: Any) -> Any:
        return client.responses.create(input=messages, **options)

    with ProgramServer() as server, OpenAI(api_key="a-key", base_url=server.url) as client:
        create: Any = partial(respond, client) if mode.startswith("RESPONSES") else client.chat.completions.create
        patched = instructor.patch(create=create, mode=instructor.Mode[mode])
        found = patched(model="m", messages=list(M), response_model=Recipe, max_retries=0)
    assert found.model_dump() == SOUP


@pytest.mark.parametrize("mode", CHAT_MODES)
def test_instructor_returns_a_value_from_an_async_client(mode: str) -> None:
    async def main(url: str) -> Any:
        async with AsyncOpenAI(api_key="a-key", base_url=url) as client:
            patched = instructor.patch(create=client.chat.completions.create, mode=instructor.Mode[mode])
            return await patched(model="m", messages=list(M), response_model=Recipe, max_retries=0)

    with ProgramServer() as server:
        assert asyncio.run(main(server.url)).model_dump() == SOUP


@pytest.mark.parametrize("mode", CHAT_MODES)
@pytest.mark.parametrize("kind", ["partial", "several"])
def test_instructor_reads_a_stream(mode: str, kind: str) -> None:
    model: Any = instructor.Partial[Recipe] if kind == "partial" else Iterable[Recipe]
    with ProgramServer() as server, OpenAI(api_key="a-key", base_url=server.url) as client:
        patched = instructor.patch(create=client.chat.completions.create, mode=instructor.Mode[mode])
        found = list(patched(model="m", messages=list(M), response_model=model, max_retries=0, stream=True))
    assert found[-1].model_dump() == SOUP


def test_instructor_reads_parallel_tool_calls() -> None:
    with ProgramServer() as server, OpenAI(api_key="a-key", base_url=server.url) as client:
        patched = instructor.patch(create=client.chat.completions.create, mode=instructor.Mode.PARALLEL_TOOLS)
        found = patched(model="m", messages=list(M), response_model=Iterable[Recipe], max_retries=0)
    assert [item.model_dump() for item in found] == [SOUP]
