"""
Faults of the network: the right value or error, in time, no open connection, nothing paid twice.

Each fault is tested with each kind of call, over each transport, alone and with 64 concurrent calls. How single
failures are reported is tested in test_transports and test_errors.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest

from tests.client.wire import Wire
from venice_client import (
    AsyncVenice,
    BadRequestError,
    PaymentRequiredError,
    ResponseDecodeError,
    ServerError,
    StreamInterrupted,
    StreamTimeoutError,
    Venice,
    VeniceAPIError,
    VeniceConnectionError,
    VeniceError,
    VeniceTimeoutError,
)
from venice_client._core.transport import client_pool

pytestmark = pytest.mark.slow

TRANSPORTS = [("sync", "httpx"), ("sync", "httpx2"), ("async", "httpx"), ("async", "httpx2"), ("async", "aiohttp")]
SECONDS = 0.5
"""How long to wait where it is silence that goes wrong; elsewhere a busy machine gets all the time that it wants."""
SILENT = ("hang", "drip", "slow head", "stream hang")
RETRIES = 1
WAV = b"RIFF\x24\0\0\0WAVEfmt "

Cell = tuple[str, str, str]
"""A fault, a kind of call, a marker."""
Outcome = tuple[Any, float]
"""The marker that the answer held, or the error; and the seconds that it took."""


def ask(venice: Any, cell: Cell) -> Any:
    """Make a call of a kind."""
    fault, kind, marker = cell
    options: dict[str, Any] = {"extra_headers": {"X-Marker": marker, "X-Fault": fault}}
    options["timeout"] = SECONDS if fault in SILENT else 30.0
    messages = [{"role": "user", "content": marker}]
    if kind == "chat":
        return venice.chat.completions.create(model="m", messages=messages, **options)
    if kind == "stream":
        return venice.chat.completions.create(model="m", messages=messages, stream=True, **options)
    if kind == "binary":
        return venice.audio.speech.create(input=marker, **options)
    if kind == "form":
        file = (f"{marker}.wav", WAV + marker.encode(), "audio/wav")
        return venice.audio.transcriptions.create(file=file, **options)
    return venice.models.list(**options)


def said(kind: str, value: Any) -> str:
    """The marker in a response, read by the attributes of its type."""
    text: str
    if kind == "chat":
        text = value.choices[0].message.content
    elif kind == "stream":
        text = value.replace("\N{WATERMELON}", "")
    elif kind == "binary":
        text = value.data[8:].rstrip(b".").decode()
    else:
        text = value.text if kind == "form" else value.data[0].id
    return text


class Client:
    """A client over one transport, whose calls end with a marker or an error."""

    def __init__(self, how: str, library: str, **options: Any) -> None:
        self.how = how
        self.options = {"transport": library, "max_retries": RETRIES, **options}
        self.bounds_heads = library == "aiohttp"  # httpx limits only the pause between pieces of a slow head

    def run(self, url: str, groups: list[list[Cell]]) -> list[Outcome]:
        """Make the calls of a group at once, each group with its own client: tasks all groups, threads 64 groups."""
        if self.how == "sync":
            return self._run_threads(url, groups)
        return asyncio.run(self._run_tasks(url, groups))

    def _run_threads(self, url: str, groups: list[list[Cell]]) -> list[Outcome]:
        def one(venice: Venice, cell: Cell) -> Outcome:
            began = time.monotonic()
            try:
                value = ask(venice, cell)
                found: Any = said(cell[1], value.text() if cell[1] == "stream" else value)
            except VeniceError as error:
                found = error
            return found, time.monotonic() - began

        def group(cells: list[Cell]) -> list[Outcome]:
            with Venice("k", base_url=url, **self.options) as venice, ThreadPoolExecutor(len(cells)) as pool:
                return list(pool.map(lambda cell: one(venice, cell), cells))

        with ThreadPoolExecutor(64) as pool:
            return list(itertools.chain.from_iterable(pool.map(group, groups)))

    async def _run_tasks(self, url: str, groups: list[list[Cell]]) -> list[Outcome]:
        async def one(venice: AsyncVenice, cell: Cell) -> Outcome:
            began = time.monotonic()
            try:
                value = await ask(venice, cell)
                found: Any = said(cell[1], await value.text() if cell[1] == "stream" else value)
            except VeniceError as error:
                found = error
            return found, time.monotonic() - began

        async def group(cells: list[Cell]) -> list[Outcome]:
            async with AsyncVenice("k", base_url=url, **self.options) as venice:
                return await asyncio.gather(*(one(venice, cell) for cell in cells))

        return list(itertools.chain.from_iterable(await asyncio.gather(*map(group, groups))))


OK: Any = None
LOST = VeniceConnectionError
WHOLE = ("chat", "binary", "form", "read")
PLAIN = ("chat", "form", "read")
# The fault, the kinds of call, and the outcome: a class of error, or None for the right response.
FAULTS: list[tuple[str, tuple[str, ...], type[VeniceError] | None]] = [
    ("", (*WHOLE, "stream"), OK),
    ("500", (*WHOLE, "stream"), ServerError),
    ("503", (*WHOLE, "stream"), ServerError),
    ("402", (*WHOLE, "stream"), PaymentRequiredError),
    ("429 once", (*WHOLE, "stream"), OK),
    ("503 once", (*WHOLE, "stream"), OK),
    ("502 page", (*WHOLE, "stream"), ServerError),
    ("page", WHOLE, ResponseDecodeError),
    ("redirect", WHOLE, VeniceAPIError),
    ("reset", (*WHOLE, "stream"), LOST),
    ("half", WHOLE, LOST),
    ("short", WHOLE, LOST),
    ("hang", (*WHOLE, "stream"), VeniceTimeoutError),
    ("drip", WHOLE, VeniceTimeoutError),
    ("slow head", (*WHOLE, "stream"), VeniceTimeoutError),
    ("gzip", WHOLE, OK),
    ("cut gzip", WHOLE, LOST),
    ("no gzip", WHOLE, LOST),
    ("wrong type", ("chat", "read"), OK),
    ("no type", WHOLE, OK),
    ("cut json", PLAIN, ResponseDecodeError),
    ("empty", WHOLE, ResponseDecodeError),
    ("mark", WHOLE, OK),
    ("chunked", WHOLE, OK),
    ("close", WHOLE, OK),
    ("chaos", ("stream",), OK),
    ("error event", ("stream",), ServerError),
    ("abrupt", ("stream",), StreamInterrupted),
    ("stream reset", ("stream",), StreamInterrupted),
    ("stream hang", ("stream",), StreamTimeoutError),
    ("bad event", ("stream",), ResponseDecodeError),
    ("stream refused", ("stream",), BadRequestError),
]
SENT_AGAIN = ("429 once", "503 once", "503")
"""What costs nothing and is sent again, whatever the call costs."""
OFTEN = (
    "500",
    "429 once",
    "reset",
    "half",
    "hang",
    "drip",
    "slow head",
    "cut gzip",
    "wrong type",
    "",
    "chaos",
    "stream reset",
)


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with Wire() as wire:
        yield wire


@pytest.fixture(params=TRANSPORTS, ids="-".join)
def client(request: pytest.FixtureRequest) -> Client:
    how, library = request.param
    pytest.importorskip(library)
    return Client(how, library, max_retry_wait=5)


def cells_of(fault: str, kinds: tuple[str, ...], name: str, times: int = 1) -> list[Cell]:
    return [
        (fault, kind, f"{name}-{fault.replace(' ', '_')}-{kind}-{number}") for kind in kinds for number in range(times)
    ]


def check(cell: Cell, outcome: Outcome, expected: type[VeniceError] | None) -> None:
    found, seconds = outcome
    if isinstance(found, VeniceError):
        assert expected, (cell, found)
        assert isinstance(found, expected), (cell, found)
    else:
        assert (found, expected) == (cell[2], None), cell
    if cell[0] in SILENT:
        assert seconds < 10, cell


def check_nothing_is_left(wire: Wire) -> None:
    ours = [item for item in psutil.Process().net_connections("tcp") if item.raddr and item.raddr.port == wire.port]
    assert [item for item in ours if item.status != psutil.CONN_TIME_WAIT] == []


def test_each_fault_has_its_outcome_for_each_kind_of_call(wire: Wire, client: Client) -> None:
    name = f"{client.how}-{client.options['transport']}"
    planned = [(cell, expected) for fault, kinds, expected in FAULTS for cell in cells_of(fault, kinds, name)]
    planned = [item for item in planned if client.bounds_heads or item[0][0] != "slow head"]
    outcomes = client.run(wire.url, [[cell] for cell, _ in planned])
    for (cell, expected), outcome in zip(planned, outcomes, strict=True):
        check(cell, outcome, expected)
        if cell[1] != "read":
            assert wire.counts[cell[2]] == (2 if cell[0] in SENT_AGAIN else 1), cell
    check_nothing_is_left(wire)


@pytest.mark.parametrize("row", [row for row in FAULTS if row[0] in OFTEN], ids=lambda row: row[0] or "none")
@pytest.mark.parametrize("client", TRANSPORTS[::2], ids="-".join, indirect=True)  # httpx2 is httpx's fork
def test_each_fault_has_its_outcome_for_64_concurrent_calls(
    wire: Wire, client: Client, row: tuple[str, tuple[str, ...], type[VeniceError] | None]
) -> None:
    fault, kinds, expected = row
    if fault == "slow head" and not client.bounds_heads:
        pytest.skip("httpx limits the silence between pieces of a head only")
    client.options["failure_budget"] = None  # after 19 failures calls would wait, or not be sent
    cells = cells_of(fault, kinds, f"many-{client.how}-{client.options['transport']}", -(-64 // len(kinds)))
    for cell, outcome in zip(cells, client.run(wire.url, [cells]), strict=True):
        check(cell, outcome, expected)
        if cell[1] != "read":
            assert wire.counts[cell[2]] == (2 if fault in SENT_AGAIN else 1), cell
    check_nothing_is_left(wire)


@pytest.mark.parametrize(("how", "library"), TRANSPORTS[:3], ids="-".join)
def test_a_call_that_gets_no_connection_in_time_is_not_sent(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, how: str, library: Any
) -> None:
    monkeypatch.setattr(client_pool, "MOST", 2)
    options: dict[str, Any] = {"base_url": wire.url, "transport": library, "max_retries": 0}
    late: Cell = ("hang", "chat", f"late-{how}-{library}")
    begun: list[Cell] = [("", "stream", f"begun-{how}-{library}-{number}") for number in range(2)]

    def threads() -> None:
        with Venice("k", **options) as venice:
            streams = [ask(venice, cell) for cell in begun]
            with pytest.raises(VeniceTimeoutError, match="2 other calls") as caught:
                ask(venice, late)
            assert caught.value.kind == "connect"
            streams[0].close()
            streams[0].close()
            assert said("chat", ask(venice, ("", "chat", "on time"))) == "on time"
            assert said("stream", streams[1].text()) == begun[1][2]

    async def tasks() -> None:
        async with AsyncVenice("k", **options) as venice:
            streams = [await ask(venice, cell) for cell in begun]
            with pytest.raises(VeniceTimeoutError, match="2 other calls") as caught:
                await ask(venice, late)
            assert caught.value.kind == "connect"
            await streams[0].aclose()
            await streams[0].aclose()
            assert said("chat", await ask(venice, ("", "chat", "on time"))) == "on time"
            assert said("stream", await streams[1].text()) == begun[1][2]

    if how == "sync":
        threads()
    else:
        asyncio.run(tasks())
    assert wire.counts[late[2]] == 0
