"""A fixture for the tests of chats: a run with either client."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

import pytest

from venice_client import AsyncVenice, Venice

if TYPE_CHECKING:
    from tests.client.conftest import Loopback


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest, server: Loopback) -> Any:
    """Run a function with a client; async iterators are returned as lists."""

    def sync(work: Any) -> Any:
        with Venice("a-key", base_url=server.url, max_retries=0) as venice:
            found = work(venice)
            return list(found) if inspect.isgenerator(found) else found

    def asynchronous(work: Any) -> Any:
        async def go() -> Any:
            async with AsyncVenice("a-key", base_url=server.url, max_retries=0) as venice:
                found = work(venice)
                if inspect.isasyncgen(found):
                    return [item async for item in found]
                return await found

        return asyncio.run(go())

    return sync if request.param == "sync" else asynchronous
