"""instructor works with the layer's clients, in every mode of openai."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.client.openai.programs import M, Recipe
from tests.client.openai.programs_server import ProgramServer
from venice_client.openai import OpenAI

instructor = pytest.importorskip("instructor")
MODES = ["TOOLS", "TOOLS_STRICT", "JSON", "JSON_O1", "JSON_SCHEMA", "MD_JSON", "RESPONSES_TOOLS"]


@pytest.mark.parametrize("mode", MODES)
def test_instructor_gives_a_value(mode: str) -> None:
    def respond(client: OpenAI, messages: Any, **options: Any) -> Any:
        return client.responses.create(input=messages, **options)

    with ProgramServer() as server, OpenAI(api_key="a-key", base_url=server.url) as client:
        create: Any = partial(respond, client) if mode.startswith("RESPONSES") else client.chat.completions.create
        patched = instructor.patch(create=create, mode=instructor.Mode[mode])
        found = patched(model="m", messages=list(M), response_model=Recipe, max_retries=0)
    assert found == Recipe(name="soup", minutes=20)
