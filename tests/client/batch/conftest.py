"""Fixtures for the tests of `images.map`."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.batch.pictures import Till, TillServer, png
from venice_client import AsyncVenice, Venice
from venice_client.batch.result import MapResult

if TYPE_CHECKING:
    from tests.client.conftest import Caller


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with five pictures and some other files."""
    folder = tmp_path / "photos"
    (folder / "below").mkdir(parents=True)
    for number, name in enumerate(["a.png", "b b.PNG", "-c.jpg", "ü.png", "below/a.png"]):
        (folder / name).write_bytes(png(number))
    (folder / ".hidden.png").write_bytes(png(9))
    (folder / "notes.txt").write_text("no picture")
    os.mkfifo(folder / "pipe")
    return folder


@pytest.fixture
def mapped(call: Caller) -> Callable[..., list[MapResult]]:
    """Map with a client of either kind, and list the results; `run` gets the iterator."""

    def go(url: str, *arguments: Any, run: list[Any] | None = None, **options: Any) -> Any:
        def sync(venice: Venice) -> list[MapResult]:
            made = venice.images.map(*arguments, **options)
            (run if run is not None else []).append(made)
            return list(made)

        async def asynchronous(venice: AsyncVenice) -> list[MapResult]:
            async with venice.images.map(*arguments, **options) as made:
                (run if run is not None else []).append(made)
                return [item async for item in made]

        return call(url, sync if call.kind == "sync" else asynchronous)

    go.kind = call.kind  # type: ignore[attr-defined]
    return go


@pytest.fixture
def till() -> Iterator[tuple[type[Till], str]]:
    class OneTill(Till):
        """Counters of this server only."""

    kind: type[Till] = OneTill
    kind.paid, kind.answered, kind.gate, kind.delay = Counter(), Counter(), threading.Event(), 0.0
    kind.gate.set()
    with TillServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield kind, f"http://127.0.0.1:{server.server_port}/api/v1"
        server.shutdown()
        thread.join()
