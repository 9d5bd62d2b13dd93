"""How the calls of a client are distributed over clients of the HTTP library."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.client.wire import Wire
from venice_client import AsyncVenice
from venice_client._core.transport import client_pool as module
from venice_client._core.transport.client_pool import CALLS_PER_CLIENT, ClientPool


class Made:
    """A stand-in for a client of the library."""

    def __init__(self, proxy: str | None) -> None:
        self.proxy = proxy


def test_calls_share_a_client_up_to_a_limit_and_more_open_another() -> None:
    pool = ClientPool(Made)
    entered = [pool.enter(None)[0] for _ in range(CALLS_PER_CLIENT + 1)]
    assert len({id(pooled) for pooled in entered[:-1]}) == 1
    assert entered[-1] is not entered[0]
    pool.leave(entered[0])
    assert pool.enter(None)[0] is entered[0]


def test_each_proxy_has_its_own_clients() -> None:
    pool = ClientPool(Made)
    assert pool.enter("http://a:1")[0].client.proxy == "http://a:1"
    assert pool.enter(None)[0].client.proxy is None
    assert len(list(pool.drain())) == 2
    assert list(pool.drain()) == []


def test_a_client_idle_too_long_is_returned_to_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = ClientPool(Made)
    entered = [pool.enter(None)[0] for _ in range(CALLS_PER_CLIENT + 1)]
    pool.leave(entered[-1])
    assert pool.enter(None)[1] is None
    pool.leave(entered[-1])
    monkeypatch.setattr(module, "KEPT_SECONDS", 0.0)
    pool.leave(entered[0])
    pooled, outdated = pool.enter(None)
    assert outdated is entered[-1].client
    assert pooled is entered[0]
    pool.leave(pooled)
    assert pool.enter(None)[1] is None  # the first one stays


@pytest.mark.slow
@pytest.mark.parametrize("library", ["httpx", "httpx2", "aiohttp"])
def test_a_thousand_tasks_get_their_own_responses_over_few_connections(library: Any) -> None:
    async def call(venice: AsyncVenice, number: int) -> str:
        options: Any = {"extra_headers": {"X-Marker": f"m{number}"}}
        found = await venice.models.list(**options)
        return str(found.data[0].id)

    async def all_calls() -> tuple[list[str], int]:
        async with AsyncVenice("k", base_url=wire.url, transport=library, timeout=60) as venice:
            found = await asyncio.gather(*(call(venice, number) for number in range(1000)))
            return list(found), wire.open

    with Wire() as wire:
        found, connections = asyncio.run(all_calls())
    assert found == [f"m{number}" for number in range(1000)]
    assert connections <= 100
