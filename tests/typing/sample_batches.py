"""Right and wrong calls of `images.map`: a checker must infer these types, and find what each `type: ignore` names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import assert_type

from venice_client import AsyncVenice, MapResult, Venice
from venice_client.batch.run import AsyncMapRun, MapRun


def pairs() -> Iterator[tuple[str, bytes]]:
    yield "a", b""


async def stream() -> AsyncIterator[Path]:
    yield Path("a.png")


def right_calls(venice: Venice, slow: AsyncVenice) -> None:
    assert_type(venice.images.map("photos", "x", to="out", aspect_ratio="16:9", concurrency=4), MapRun)
    assert_type(venice.images.map("photos", "x", quality="high", idle_timeout=5, strip_metadata=True), MapRun)
    assert_type(venice.images.map(pairs(), "x", progress=True, timeout=5.0), MapRun)
    assert_type(venice.images.map({"a": b"", "b": Path("x")}, operation="upscale", scale=2), MapRun)
    assert_type(slow.images.map(stream(), operation="remove_background"), AsyncMapRun)
    assert_type(venice.images.map([1, 2], call=lambda client, item: item, task="t"), MapRun)
    for item in venice.images.map([Path("x"), b"", "y"], "x"):
        assert_type(item, MapResult)


def wrong_calls(venice: Venice, slow: AsyncVenice) -> None:
    venice.images.map("photos", "x", concurency=5)  # type: ignore[call-overload]
    venice.images.map("photos", "x", aspect_ration="16:9")  # type: ignore[call-overload]
    venice.images.map("photos", "x", scale=2)  # type: ignore[call-overload]
    venice.images.map("photos")  # type: ignore[call-overload]
    venice.images.map("photos", "x", operation="upscale")  # type: ignore[call-overload]
    venice.images.map("photos", operation="upscale", aspect_ratio="16:9")  # type: ignore[call-overload]
    venice.images.map(stream(), "x")  # type: ignore[call-overload]
    venice.images.map(5, "x")  # type: ignore[call-overload]
    slow.images.map("photos", "x", on_error="ignore")  # type: ignore[call-overload]
    venice.images.map("photos", "x", aspect_ratio=5)  # type: ignore[call-overload]
