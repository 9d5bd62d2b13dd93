"""What the tests of transports share: work with a client of one kind over one library, calls, and failures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from venice_client import (
    AsyncVenice,
    Venice,
)

if TYPE_CHECKING:
    from tests.client.conftest import Loopback

TRANSPORTS = [("sync", "httpx"), ("sync", "httpx2"), ("async", "httpx"), ("async", "httpx2"), ("async", "aiohttp")]


class Over:
    """Runs a piece of work with a client of one kind over one library."""

    def __init__(self, kind: str, library: str) -> None:
        self.kind = kind
        self.library = library

    def __call__(self, url: str, work: Callable[[Any], Any], **options: Any) -> Any:
        options = {"base_url": url, "transport": self.library, "max_retries": 0, **options}
        if self.kind == "sync":
            with Venice("k", **options) as venice:
                return work(venice)

        async def go() -> Any:
            async with AsyncVenice("k", **options) as venice:
                result = await work(venice)
                await asyncio.sleep(0)
                return result

        return asyncio.run(go())

    def stream(self, url: str, work: Callable[[Any], Any], **options: Any) -> list[Any]:
        """Return the texts of a chat stream."""
        if self.kind == "sync":
            return self(url, lambda venice: [chunk.id for chunk in work(venice)], **options)  # type: ignore[no-any-return]

        async def drain(venice: Any) -> list[Any]:
            return [chunk.id async for chunk in await work(venice)]

        return self(url, drain, **options)  # type: ignore[no-any-return]


def read(venice: Any) -> Any:
    return venice.models.list()


def paid(venice: Any) -> Any:
    return venice.embeddings.create(model="m", input="a")


def talk(venice: Any) -> Any:
    return venice.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}], stream=True)


FAILURES: dict[str, tuple[Callable[[Loopback], None], str]] = {
    "closed": (lambda s: s.say(), "reset"),
    "reset": (lambda s: s.say(then="reset"), "reset"),
    "half a head": (lambda s: s.say(b"HTTP/1.1 200 OK\r\nContent-"), "reset"),
    "half a body": (lambda s: s.say(s.head("application/json", length=10) + b"{"), "reset"),
    "reset in the body": (lambda s: s.say(s.head("application/json", length=10) + b"{", then="reset"), "reset"),
    "no http": (lambda s: s.say(b"220 smtp ready\r\n\r\n"), "reset"),
    "silence": (lambda s: s.say(then="hold"), "timeout"),
    "silence in the body": (lambda s: s.say(s.head("application/json", length=10) + b"{", then="hold"), "timeout"),
    "silence in the head": (lambda s: s.say(b"HTTP/1.1 200 OK\r\nContent-", then="hold"), "timeout"),
}
