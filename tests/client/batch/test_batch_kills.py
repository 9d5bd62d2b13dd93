"""Programs that are killed, interrupted, or run with closed standard streams."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.client.batch.pictures import PROGRAM, PROMPT, png, start, until
from tests.thorough import count
from venice_client import Venice
from venice_client.batch.options import MANIFEST_NAME

pytestmark = pytest.mark.slow

KILLS = count(8, 40)

BARE = """
import os, sys
sys.executable = ""


def check(item):
    if not item.ok:
        os._exit(3)
    manifest = os.stat(sys.argv[3] + "/.venice-map.jsonl")
    for descriptor in range(3):
        try:
            found = os.fstat(descriptor)
        except OSError:
            continue
        if os.path.samestat(found, manifest) or os.path.samestat(found, os.stat(item.path)):
            os._exit(4)
"""


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_kills_lose_only_calls_in_progress_and_pay_for_nothing_twice(till: Any, tmp_path: Path, kind: str) -> None:
    api, url = till
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    count, chance = 300, random.Random(kind)
    for number in range(count):
        (folder / f"{number:03}.png").write_bytes(png(number))
    api.delay = 0.02
    saved: dict[str, bytes] = {}
    for _ in range(KILLS):
        with start(kind, folder, out, url) as killed:
            until(partial(lambda before: api.paid.total() > before, api.paid.total()), "nothing was sent")
            time.sleep(chance.uniform(0, 0.15))
            os.killpg(killed.pid, signal.SIGKILL)
            killed.wait()
        now = {path.name: path.read_bytes() for path in out.glob("*.png")}
        assert saved.items() <= now.items(), "what was saved stays"
        saved = now
    with Venice("k", base_url=url) as venice:
        with venice.images.map(folder, "sunset", to=out, concurrency=4) as run:
            items = list(run)
        saved = {path.name: path.read_bytes() for path in out.glob("*.png")}
        lost = {f"{number:03}.png" for number in range(count)} - saved.keys()
        assert set(run.summary.unknown) == {item.name for item in items if item.status == "unknown"} == lost
        assert len(lost) <= KILLS * 4
        assert all(item.name in str(item.error) for item in items if item.status == "unknown")
        assert set(api.paid.values()) <= {1}, "no kill pays twice by itself"
        with venice.images.map(folder, "sunset", to=out, resend_unknown=True) as run:
            assert all(item.ok for item in run)
    left = {path.name: path.read_bytes() for path in out.iterdir() if path.name != MANIFEST_NAME}
    assert left == {f"{number:03}.png": png(number) for number in range(count)}


LOADED = """
import asyncio, ssl, sys
from venice_client import AsyncVenice, Venice
from venice_client._core.transport.network import _context
from venice_client.batch.manifest import Manifest

name, folder, out, url = sys.argv[1:]
begin = Manifest.add


def add(self, job, state, **more):
    if state == "begun":
        assert _context.cache_info().currsize == 1, "the certificates were not read"
        before.update(sys.modules)
    return begin(self, job, state, **more)


async def main():
    async with AsyncVenice("k", base_url=url, transport=name) as venice:
        async for item in venice.images.map(folder, "sunset", to=out):
            assert item.ok


before, Manifest.add = {}, add
if name == "aiohttp":
    asyncio.run(main())
else:
    for item in Venice("k", base_url=url, transport=name).images.map(folder, "sunset", to=out):
        assert item.ok
print(*{name.partition(".")[0] for name in sys.modules.keys() - before.keys()})
"""


@pytest.mark.parametrize("name", ["httpx", "httpx2", "aiohttp"])
def test_libraries_and_certificates_are_loaded_before_a_picture_is_recorded_as_begun(
    till: Any, tmp_path: Path, name: str
) -> None:
    _, url = till
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.png").write_bytes(png(1))
    command = [sys.executable, "-c", LOADED, name, str(folder), str(tmp_path / "out"), url]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert not {"aiohttp", "anyio", "certifi", "h11", "httpcore", "httpcore2", "httpx", "httpx2"} & {*loaded}


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_an_interrupted_run_saves_the_calls_in_progress(till: Any, tmp_path: Path, kind: str) -> None:
    api, url = till
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.png").write_bytes(png(number))
    api.delay = 0.02
    with start(kind, folder, out, url) as process:
        until(lambda: api.answered.total() >= 8, "nothing was sent")
        api.gate.clear()
        until(lambda: api.paid.total() - api.answered.total() == 4, "not enough was under way")
        process.send_signal(signal.SIGINT)
        api.gate.set()
        _printed, complained = process.communicate(timeout=30)
    assert "KeyboardInterrupt" in complained
    assert api.paid.total() < 40
    assert len(list(out.glob("*.png"))) == api.paid.total()


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_a_run_works_with_closed_standard_streams(
    till: Any, tmp_path: Path, kind: str, closed: tuple[int, ...]
) -> None:
    api, url = till
    out = tmp_path / "out"
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.png").write_bytes(png(number))

    def close() -> None:
        for descriptor in closed:
            os.close(descriptor)

    program = BARE + PROGRAM.replace("print(item.name, flush=True)", "check(item)")
    command = [sys.executable, "-c", program, kind, str(folder), str(out), url]
    # PYTHONPATH, as the program has no home in which packages of the user could be.
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(command, preexec_fn=close, env=environment, timeout=60, check=False)
    assert done.returncode == 0
    assert {path.name: path.read_bytes() for path in out.glob("*.png")} == {f"{n}.png": png(n) for n in range(6)}
    assert set(api.paid.values()) == {1}
    lines = (out / MANIFEST_NAME).read_text().splitlines()
    assert [json.loads(line).get("state") for line in lines].count("done") == 6


def test_a_sync_run_works_inside_and_beside_an_event_loop(till: Any, tmp_path: Path) -> None:
    _api, url = till

    def work() -> int:
        with Venice("k", base_url=url) as venice:
            return sum(item.ok for item in venice.images.map([png(1), png(2)], PROMPT, to=tmp_path))

    async def main() -> list[int]:
        return [await asyncio.to_thread(work), work()]  # as a web worker does, and as a notebook does

    assert asyncio.run(main()) == [2, 2]
