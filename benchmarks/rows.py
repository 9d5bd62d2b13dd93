"""What is measured: each row with its bar, and how much of it makes one measurement. Nothing runs here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

RAW: Final = "raw httpx"
OURS: Final = "venice-client"
AIOHTTP: Final = "venice-client, aiohttp"
OPENAI: Final = "openai"
VENICE_PY: Final = "venice-py"
CLIENTS: Final = {
    RAW: "benchmarks.clients.raw",
    OURS: "benchmarks.clients.ours",
    AIOHTTP: "benchmarks.clients.ours_aiohttp",
    OPENAI: "benchmarks.clients.openai",
    VENICE_PY: "benchmarks.clients.venice_py",
}
"""The contestants with the module of each; a contestant does the rows that its module has."""

Figure = Literal["cpu", "peak", "import"]


@dataclass(frozen=True, eq=False)
class Row:
    """One line of the table."""

    name: str
    """The name of the function that does it, in the modules of the contestants."""
    title: str
    figure: Figure
    bars: dict[str, float]
    """The bars of this client's two forms: ratios to raw httpx; of a new process, milliseconds above raw httpx."""
    times: int = 1
    """How often it is done for one measurement, so that one takes long enough to be measured."""
    most_rounds: int = 100


ROWS: Final = (
    Row("chat", "one chat call", "cpu", {OURS: 1.15}, 40),
    Row("chat_async", "one chat call, async", "cpu", {OURS: 1.15, AIOHTTP: 0.75}, 40),
    Row("client_each", "a client for each call", "cpu", {OURS: 0.40}, 5),
    Row("stream", "a stream of 2,000 events, typed", "cpu", {OURS: 1.0}, 2),
    Row("embeddings", "64 embeddings of 1,024 numbers", "cpu", {OURS: 0.40}, 3),
    # So often that each measurement has whole garbage collections: with one in two rounds, the median has one or none.
    # Python 3.11 misses the bar: its collector runs in the middle of decoding, and visits what was made so far.
    Row("models", "list of 328 models; id, name and vision flag of each read", "cpu", {OURS: 0.90}, 40),
    # Of a client's first seconds: after five, when its connections expire, httpx holds fewer, and its pool takes less.
    Row("at_once", "64 chat calls at once, async", "cpu", {OURS: 0.75, AIOHTTP: 0.07}, 1, most_rounds=9),
    Row("streams_at_once", "8 streams at once, async", "cpu", {OURS: 1.0, AIOHTTP: 0.36}, 1),
    Row("upload_json", "8 MB picture as JSON", "cpu", {OURS: 0.40}, 2),
    Row("upload_json", "8 MB picture as JSON: peak memory", "peak", {OURS: 0.05}),
    Row("upload_form", "8 MB picture as a form", "cpu", {OURS: 1.05}, 3),
    Row("upload_form", "8 MB picture as a form: peak memory", "peak", {OURS: 1.05}),
    Row("start", "import, and a client made", "import", {OURS: 15.0}),
    Row("first", "import, and a first chat call", "import", {}),
)


def limit(row: Row, client: str) -> float:
    """
    Return what `make bench-check` lets pass: the bar and half of its margin, as machines that others use too vary.

    The margin of a bar below 1 is what it is better than raw httpx; that of a bar from 1 on is what it allows above
    raw httpx, and half of it is at least 0.2, as shared machines vary by that much; that of the import is its
    milliseconds.
    """
    bar = row.bars[client]
    if row.figure == "import":
        return 1.5 * bar
    return (1 + bar) / 2 if bar < 1 else bar + max((bar - 1) / 2, 0.2)
