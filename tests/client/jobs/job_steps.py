"""What the tests of jobs share: an order, the steps of a server, and a run with either client."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.standin import StandIn
from venice_client._core.retry.policy import Clock

if TYPE_CHECKING:
    from tests.client.conftest import Caller

EXAMPLES = Path(__file__).parents[3] / "examples"
ORDER: dict[str, Any] = {"model": "wan", "prompt": "waves", "duration": "5s"}
CLIP = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 2000
WORKING = {"status": "PROCESSING", "average_execution_time": 60_000, "execution_duration": 1500}
DONE = {"status": "COMPLETED", "average_execution_time": 60_000, "execution_duration": 61_000}
QUEUE, RETRIEVE, COMPLETE = (f"POST /video/{step}" for step in ("queue", "retrieve", "complete"))


def run(call: Caller, url: str, work: Any, **options: Any) -> tuple[Any, list[float]]:
    """Run a function with a client whose waits take no time; return its result and the waits."""
    waits: list[float] = []

    async def sleep_async(seconds: float) -> None:
        waits.append(seconds)

    def patched(venice: Any) -> Any:
        venice._clock = Clock(now=lambda: sum(waits), sleep=waits.append, sleep_async=sleep_async, chance=lambda: 0.5)
        return work(venice)

    return call(url, patched, **options), waits


def in_steps(call: Caller, work: Any) -> Any:
    """A function of several steps: a generator of the result of each step, awaited with the async client."""

    def sync(venice: Any) -> Any:
        steps, value = work(venice), None
        try:
            while True:
                value = steps.send(value)
        except StopIteration as end:
            return end.value

    async def awaited(venice: Any) -> Any:
        steps, value = work(venice), None
        try:
            while True:
                value = steps.send(value)
                value = await value if inspect.isawaitable(value) else value
        except StopIteration as end:
            return end.value

    return sync if call.kind == "sync" else awaited


def steps(api: StandIn) -> list[str]:
    return [received.operation.rpartition("/")[2] for received in api.requests]


def ready(api: StandIn, *, polls: int = 0) -> None:
    if polls:
        api.answer(RETRIEVE, body=WORKING, times=polls)
    api.answer(RETRIEVE, media_type="video/mp4", body=CLIP)


def elsewhere(api: StandIn, url: str) -> None:
    """The file is on another host than the API."""
    api.answer(QUEUE, body={"model": "wan", "queue_id": "q-1", "download_url": url})
    api.answer(RETRIEVE, body=DONE)
