"""Fixtures for the tests of capabilities: a list of models, a client that checks, and a cache of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client.capabilities.model_rows import LIST, ROWS
from tests.standin import StandIn
from venice_client import (
    Venice,
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("VENICE_CACHE_DIR", str(folder))
    return folder


@pytest.fixture
def listing(api: StandIn) -> StandIn:
    api.answer(LIST, body={"object": "list", "type": "all", "data": ROWS})
    return api


@pytest.fixture
def venice(listing: StandIn) -> Iterator[Venice]:
    with Venice("key", base_url=listing.base_url, max_retries=0, check_models=True) as venice:
        yield venice
