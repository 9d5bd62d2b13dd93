"""Programs written for the openai package give the same results with the layer."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import openai
import pytest

import venice_client.openai
from tests.client.openai import (  # noqa: F401  # they add to the programs
    programs_of_chat,
    programs_of_clients,
    programs_of_files,
    programs_of_output,
    programs_of_users,
)
from tests.client.openai.programs import PROGRAMS
from tests.client.openai.programs_server import ProgramServer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[ProgramServer]:
    with ProgramServer() as running:
        yield running


def result(name: str, sdk: Any, url: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return PROGRAMS[name](sdk, url)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_has_the_same_result_as_with_openai(
    name: str, server: ProgramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "VENICE_API_KEY", "VENICE_BASE_URL"):
        monkeypatch.delenv(variable, raising=False)
    expected = result(name, openai, server.url)
    assert expected is not None
    assert result(name, venice_client.openai, server.url) == expected
