"""Many pictures: results as they come, a manifest that a second run goes on from, and nothing paid for twice."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.standin.png import Picture as Pixels
from tests.standin.png import encode
from venice_client import AsyncVenice, AuthenticationError, RequestValidationError, Venice, VeniceConnectionError
from venice_client._core.errors import (
    BadRequestError,
    RateLimitError,
    ResponseDecodeError,
    ServerError,
    TooManyFailuresError,
    VeniceError,
)
from venice_client.batch.names import base_of
from venice_client.batch.result import MapResult, pause_before_next, perhaps_paid
from venice_client.batch.runner import MANIFEST_NAME

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback
    from tests.standin import StandIn

EDIT = "POST /image/edit"
PROMPT = "make the sky a sunset"


def png(shade: int) -> bytes:
    """A picture of its own for each number."""
    return encode(Pixels(256, 256, 3, (bytes((shade % 256, shade // 256, 7)) * 256,) * 256))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five pictures, and what else lies around in a folder."""
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

    return go


def sent(api: StandIn) -> int:
    return len(api.requests)


def test_a_folder_is_done_once(api: StandIn, folder: Path, tmp_path: Path, mapped: Any) -> None:
    out = tmp_path / "new" / "out"
    run: list[Any] = []
    first = mapped(api.base_url, folder, PROMPT, to=out, ordered=True, recursive=True, run=run)
    assert [(item.index, item.name, item.skipped) for item in first] == [
        (0, "-c.jpg", ""),
        (1, ".hidden.png", "a hidden file"),
        (2, "a.png", ""),
        (3, "b b.PNG", ""),
        (4, "below/a.png", ""),
        (5, "notes.txt", "not a picture"),
        (6, "pipe", "not a file"),
        (7, "ü.png", ""),
    ]
    saved = [str(item.path.relative_to(out)) for item in first if item.path]
    assert saved == ["-c.png", "a.png", "b b.png", "below/a.png", "ü.png"]
    assert all(item.ok and item.result is None for item in first if item.path)
    assert all((out / name).read_bytes().startswith(b"\x89PNG") for name in saved)
    assert (run[0].summary.done, run[0].summary.skipped, run[0].summary.failed) == (5, 3, 0)
    assert sent(api) == 5

    again = mapped(api.base_url, folder, PROMPT, to=out, recursive=True)
    assert sorted(item.path for item in again if item.skipped == "done before") == sorted(out / name for name in saved)
    assert sent(api) == 5

    (out / "a.png").unlink()  # what is no longer there is work again
    (folder / "b b.PNG").write_bytes(png(77))  # and so is another picture, which does not replace the one before
    assert Counter(item.skipped for item in mapped(api.base_url, folder, PROMPT, to=out))["done before"] == 2
    assert sent(api) == 7
    assert len(list(out.glob("b b*.png"))) == 2

    mapped(api.base_url, folder, "another prompt", to=out)
    assert sent(api) == 11
    api.assert_valid()


def test_without_a_folder_the_results_are_kept(api: StandIn, folder: Path, mapped: Any) -> None:
    pictures = {"first": png(1), "second": folder / "a.png", "third": "data:text/plain,x", "fourth": str(folder)}
    items = mapped(api.base_url, pictures, operation="remove_background", ordered=True, concurrency=2)
    assert [item.name for item in items] == list(pictures)
    assert [item.result is not None for item in items] == [True, True, False, False]
    assert [type(item.error) for item in items[2:]] == [RequestValidationError, RequestValidationError]
    assert sent(api) == 2
    assert items[0].source == png(1)
    copied = pickle.loads(pickle.dumps(items[2]))
    assert (copied.name, str(copied.error)) == (items[2].name, str(items[2].error))
    assert pickle.loads(pickle.dumps(items[0])) == items[0]


def test_what_goes_in_is_pulled_as_it_is_needed(api: StandIn, call: Caller) -> None:
    pulled: list[int] = []

    def endless() -> Iterator[bytes]:
        while True:
            pulled.append(len(pulled))
            yield png(pulled[-1])

    async def endless_async() -> Any:
        for picture in endless():
            yield picture

    def sync(venice: Venice) -> int:
        return sum(1 for item, _ in zip(venice.images.map(endless(), PROMPT, concurrency=3), range(6), strict=False))

    async def asynchronous(venice: AsyncVenice) -> int:
        count = 0
        async with venice.images.map(endless_async(), PROMPT, concurrency=3) as run:
            async for _item in run:
                count += 1
                if count == 6:
                    break
        return count

    assert call(api.base_url, sync if call.kind == "sync" else asynchronous) == 6
    assert len(pulled) <= 6 + 3 + 2
    assert sent(api) <= len(pulled)


def test_at_most_so_many_calls_are_made_at_once(mapped: Any, call: Caller) -> None:
    now, most, lock = 0, 0, threading.Lock()

    def change(by: int) -> None:
        nonlocal now, most
        with lock:
            now += by
            most = max(most, now)

    def work(_venice: Any, number: str) -> str:
        change(1)
        time.sleep(0.01)
        change(-1)
        return number + "!"

    async def work_async(_venice: Any, number: str) -> str:
        change(1)
        await asyncio.sleep(0.01)
        change(-1)
        return number + "!"

    chosen = work if call.kind == "sync" else work_async
    items = mapped("http://127.0.0.1:9", map(str, range(20)), call=chosen, concurrency=4, ordered=True)
    assert [item.result for item in items] == [f"{number}!" for number in range(20)]
    assert most == 4


def test_a_callable_may_fail_in_any_way(mapped: Any, call: Caller, tmp_path: Path) -> None:
    def work(_venice: Any, word: str) -> str:
        raise KeyError(word)

    async def work_async(_venice: Any, word: str) -> str:
        raise KeyError(word)

    chosen = work if call.kind == "sync" else work_async
    items = mapped("http://127.0.0.1:9", ["x", "y"], call=chosen, task="t", to=tmp_path / "out")
    assert {type(item.error) for item in items} == {KeyError}
    with pytest.raises(KeyError):
        mapped("http://127.0.0.1:9", ["x", "y"], call=chosen, on_error="raise")


def test_progress_is_told(api: StandIn, folder: Path, mapped: Any) -> None:
    told: list[tuple[int, int | None]] = []
    mapped(api.base_url, folder, PROMPT, progress=lambda done, total: told.append((done, total)))
    assert told == [(number, 7) for number in range(8)]
    mapped(api.base_url, [png(1)], PROMPT, progress=True)  # no terminal, no bar
    mapped(api.base_url, (png(shade) for shade in (1, 2)), PROMPT, progress=lambda *both: told.append(both))
    assert told[-1] == (2, None)


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        (("{}",), {}, "prompt: edit needs one"),
        (("{}", "x"), {"operation": "upscale"}, "prompt: upscale takes none"),
        (("{}", "x"), {"operation": "paint"}, "operation: 'paint' is none of edit, upscale, remove_background"),
        (("{}", "x"), {"concurrency": 0}, "concurrency: 0"),
        (("{}", "x"), {"on_error": "ignore"}, "on_error: 'ignore'"),
        (("{}", "x"), {"manifest": "m"}, "pass to="),
        (("{}", "x"), {"call": print}, "call: it takes the place"),
        (("{}", "x"), {"to": "{}"}, "the folder of the pictures themselves"),
        (("{}/a.png", "x"), {}, "is no folder; for a single picture, pass a list"),
        ((b"bytes", "x"), {}, "a single one"),
        ((5, "x"), {}, "a folder or an iterable of pictures is needed, not int"),
        (("{}", "x"), {"background": object(), "to": "out"}, "a object among the options"),
    ],
)
def test_what_cannot_be_right_is_refused_at_once(
    folder: Path, arguments: Any, options: Any, said: str, call: Caller
) -> None:
    filled = [part.format(folder) if isinstance(part, str) else part for part in arguments]
    options = {name: value.format(folder) if isinstance(value, str) else value for name, value in options.items()}

    def sync(venice: Any) -> None:
        with pytest.raises(RequestValidationError, match=re.escape(said)):
            venice.images.map(*filled, **options)

    async def asynchronous(venice: Any) -> None:
        sync(venice)

    call("http://127.0.0.1:9", sync if call.kind == "sync" else asynchronous)


def test_strangers_open_no_folder(folder: Path) -> None:
    with Venice("k", local_files=False) as venice, pytest.raises(RequestValidationError, match="local_files=False"):
        venice.images.map(folder, PROMPT)


def test_failures_are_tried_again_by_the_next_run(api: StandIn, folder: Path, tmp_path: Path, mapped: Any) -> None:
    api.answer(EDIT, status=400, body={"error": "no"}, times=2)
    out = tmp_path / "out"
    first = mapped(api.base_url, folder, PROMPT, to=out, concurrency=1)
    assert [type(item.error) for item in first if item.error] == [BadRequestError, BadRequestError]
    assert sum(item.ok for item in first) == 2
    again = mapped(api.base_url, folder, PROMPT, to=out)
    assert sum(item.ok for item in again) == 4
    assert sent(api) == 6
    assert "no" in (out / MANIFEST_NAME).read_text()


def test_a_wrong_key_ends_the_run(api: StandIn, folder: Path, tmp_path: Path, mapped: Any, key: str) -> None:
    api.answer(EDIT, status=401, body={"error": f"bad key {key}"})
    pictures = (png(shade) for shade in range(1000))
    with pytest.raises(AuthenticationError):
        mapped(api.base_url, pictures, PROMPT, to=tmp_path / "out", concurrency=2)
    assert sent(api) <= 5
    assert key not in (tmp_path / "out" / MANIFEST_NAME).read_text()


def test_what_may_have_been_paid_for_is_sent_again_by_the_next_run_or_left(
    server: Loopback, tmp_path: Path, mapped: Any
) -> None:
    server.say(server.head("image/png", length=100) + b"\x89PNG", then="reset")
    out = tmp_path / "out"
    [first] = mapped(server.url, [("x", png(1))], PROMPT, to=out)
    assert isinstance(first.error, VeniceConnectionError)
    run: list[Any] = []
    assert first.status == "unknown"
    [left] = mapped(server.url, [("x", png(1))], PROMPT, to=out, run=run)
    assert left.status == "unknown"
    assert str(left.error).startswith("x: not sent")
    assert str(pickle.loads(pickle.dumps(left.error))) == str(left.error)
    assert run[0].summary.unknown == ("x",)
    assert len(server.requests) == 1
    server.answer(png(1), "image/png")
    for _ in range(3):  # the server still has an answer of the first kind
        [again] = mapped(server.url, [("x", png(1))], PROMPT, to=out, resend_unknown=True)
    assert (again.skipped, again.path) == ("done before", out / "x.png")


def test_known_failures_cost_nothing_and_are_tried_again(
    api: StandIn, mapped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("runner", "asyncio"):
        name = f"venice_client.batch.{module}.pause_before_next"
        monkeypatch.setattr(name, lambda error, tries: None if pause_before_next(error, tries) is None else 0.0)
    api.answer(EDIT, status=500, body={"error": "broken"}, times=2)
    [item] = mapped(api.base_url, [png(1)], PROMPT)
    assert (item.ok, item.tries) == (True, 3)


def test_what_is_tried_again() -> None:
    def error(kind: Any, status: int, **more: Any) -> Any:
        return kind("told", status=status, **more)

    undecodable = ResponseDecodeError("told", status=200, media_type=None, body=b"")
    perhaps = [
        error(ServerError, 502), error(ServerError, 504), VeniceConnectionError("told", kind="reset"),
        VeniceConnectionError("told", kind="timeout"), undecodable, KeyError("a caller's"),
    ]  # fmt: skip
    assert [perhaps_paid(each) for each in perhaps] == [True] * 6
    assert [pause_before_next(each, 1) for each in perhaps] == [None] * 6
    free = [error(ServerError, 500), error(RateLimitError, 429), VeniceConnectionError("told", kind="connect")]
    assert [perhaps_paid(each) for each in free] == [False] * 3
    assert [pause_before_next(each, 1) for each in free] == [2.0] * 3
    assert [pause_before_next(each, 3) for each in free] == [None] * 3
    assert pause_before_next(error(RateLimitError, 429, retry_after=7.0), 1) == 7.0
    assert pause_before_next(error(RateLimitError, 429, retry_after=3600.0), 1) is None
    assert pause_before_next(error(BadRequestError, 400), 1) is None
    # Held back by the client's own count of failures: that passes, however often it happens.
    assert pause_before_next(TooManyFailuresError("told", retry_after=12.0), 9) == 12.0


def test_the_same_name_and_bytes_are_one_job(api: StandIn, tmp_path: Path, mapped: Any) -> None:
    pictures = [("x", png(1)), ("x", png(1)), ("y", png(1)), ("x", png(2)), png(3), png(3)]
    items = mapped(api.base_url, pictures, PROMPT, to=tmp_path / "out", ordered=True)
    assert sent(api) == 4
    assert [item.path == items[0].path for item in items] == [True, True, False, False, False, False]
    assert sum(bool(item.skipped) for item in items) == 2
    assert len({item.path for item in items}) == 4


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("photo.jpg", "photo"), ("v1.2", "v1.2"), ("a.png.jpg", "a_png"), ("../../etc/x.png", "_.___.__etc_x"),
        ("..", "_"), ("", "picture"), (".png", "picture"), ("a/b\0c", "a_b_c"), ("C:\\x", "C__x"),
        ("ü" * 200, "ü" * 90),
    ],
)  # fmt: skip
def test_no_name_leads_out_of_the_folder(name: str, base: str, tmp_path: Path) -> None:
    found = base_of(name)
    assert "/" not in found
    assert found not in (".", "..", "")
    if not name.startswith("../"):
        assert found == base
    (tmp_path / f"{found}.webp").touch()
    assert base_of("below/a.png", folders=True) == "below/a"


def test_files_of_others_are_left_alone(api: StandIn, tmp_path: Path, mapped: Any) -> None:
    (tmp_path / "x.webp").write_text("mine")
    [item] = mapped(api.base_url, [("x", png(1))], PROMPT, to=tmp_path)
    assert (tmp_path / "x.webp").read_text() == "mine"
    assert item.path.name.startswith("x-")


def test_a_manifest_that_was_torn_is_read_on(api: StandIn, tmp_path: Path, mapped: Any) -> None:
    pictures = [(name, png(number)) for number, name in enumerate("abc")]
    mapped(api.base_url, pictures, PROMPT, to=tmp_path, concurrency=1)
    manifest = tmp_path / MANIFEST_NAME
    lines = manifest.read_bytes().splitlines(keepends=True)
    told = [json.loads(line) for line in lines]
    assert [entry.get("state") for entry in told] == [None, *["begun", "done"] * 3]
    # Killed between the saving and the telling, which is torn: the picture is found by its name.
    manifest.write_bytes(b"".join(lines[:-1]) + lines[-1][:20])
    # And one that was under way, with nothing to show for it but a name that was claimed.
    (tmp_path / "b.png").write_bytes(b"")
    del lines[4]
    manifest.write_bytes(b"".join(lines[:-1]) + lines[-1][:20])
    items = mapped(api.base_url, pictures, PROMPT, to=tmp_path, ordered=True)
    assert [item.status for item in items] == ["done", "unknown", "done"]
    assert sent(api) == 3
    items = mapped(api.base_url, pictures, PROMPT, to=tmp_path, ordered=True, resend_unknown=True)
    assert [item.skipped for item in items] == ["done before", "", "done before"]
    assert [item.path.name for item in items] == ["a.png", "b.png", "c.png"]
    assert sent(api) == 4
    manifest.write_bytes(manifest.read_bytes()[:10])  # torn at its very beginning
    assert len(mapped(api.base_url, pictures, PROMPT, to=tmp_path)) == 3
    manifest.write_text("somebody's notes\n")
    with pytest.raises(RequestValidationError, match="a file of another kind"):
        mapped(api.base_url, pictures, PROMPT, to=tmp_path)
    assert manifest.read_text() == "somebody's notes\n"


def test_a_manifest_has_one_run_at_a_time(api: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venice_client.batch.manifest._PATIENCE", 0.1)
    with Venice("k", base_url=api.base_url) as venice:
        with venice.images.map([png(1), png(2)], PROMPT, to=tmp_path) as first:
            next(first)
            with pytest.raises(RequestValidationError, match="another run holds"):
                next(venice.images.map([png(3)], PROMPT, to=tmp_path))
        assert next(venice.images.map([png(3)], PROMPT, to=tmp_path)).ok


class Till(BaseHTTPRequestHandler):
    """An API that counts what it was paid for: each picture whose work was begun."""

    protocol_version = "HTTP/1.1"
    paid: Counter[bytes]
    answered: Counter[bytes]
    gate: threading.Event
    delay: float

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        start = body.index(b"\x89PNG")
        picture = body[start : body.index(b"IEND", start) + 8]
        self.paid[picture] += 1
        time.sleep(self.delay)
        self.gate.wait(10)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: {len(picture)}\r\n\r\n"
        self.wfile.write(head.encode() + picture)
        self.answered[picture] += 1

    def log_message(self, *_arguments: Any) -> None:
        """Nothing is printed."""


class TillServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments: Any) -> None:
        """A client that was killed is expected."""


@pytest.fixture
def till() -> Iterator[tuple[type[Till], str]]:
    class OneTill(Till):
        """What is counted is of this server alone."""

    kind: type[Till] = OneTill
    kind.paid, kind.answered, kind.gate, kind.delay = Counter(), Counter(), threading.Event(), 0.0
    kind.gate.set()
    with TillServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield kind, f"http://127.0.0.1:{server.server_port}/api/v1"
        server.shutdown()
        thread.join()


def until(condition: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


PROGRAM = """
import asyncio, signal, sys
from venice_client import AsyncVenice, Venice

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have had it ignored, which children inherit
kind, folder, out, url = sys.argv[1:]
if kind == "sync":
    for item in Venice("k", base_url=url).images.map(folder, "sunset", to=out, concurrency=4):
        print(item.name, flush=True)
else:
    async def main():
        async for item in AsyncVenice("k", base_url=url).images.map(folder, "sunset", to=out, concurrency=4):
            print(item.name, flush=True)
    asyncio.run(main())
"""


def start(kind: str, folder: Path, out: Path, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, kind, str(folder), str(out), url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_twenty_kills_lose_what_was_under_way_and_pay_for_nothing_twice(till: Any, tmp_path: Path, kind: str) -> None:
    api, url = till
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    count, chance = 300, random.Random(kind)
    for number in range(count):
        (folder / f"{number:03}.png").write_bytes(png(number))
    api.delay = 0.02
    saved: dict[str, bytes] = {}
    for _ in range(20):
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
        assert len(lost) <= 20 * 4
        assert all(item.name in str(item.error) for item in items if item.status == "unknown")
        assert set(api.paid.values()) <= {1}, "no kill pays twice by itself"
        with venice.images.map(folder, "sunset", to=out, resend_unknown=True) as run:
            assert all(item.ok for item in run)
    assert {path.name: path.read_bytes() for path in out.glob("*.png")} == {
        f"{number:03}.png": png(number) for number in range(count)
    }


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_an_interrupted_run_saves_what_is_under_way(till: Any, tmp_path: Path, kind: str) -> None:
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
        _told, complained = process.communicate(timeout=30)
    assert "KeyboardInterrupt" in complained
    assert api.paid.total() < 40
    assert len(list(out.glob("*.png"))) == api.paid.total()


def test_closing_drops_what_has_not_begun(till: Any, tmp_path: Path, call: Caller) -> None:
    api, url = till
    pictures = [png(number) for number in range(20)]

    def sync(venice: Venice) -> Any:
        with venice.images.map(pictures, PROMPT, to=tmp_path, concurrency=3) as run:
            next(run)
        assert len(run.unread) + 1 == api.paid.total()
        return run

    async def asynchronous(venice: AsyncVenice) -> Any:
        async with venice.images.map(pictures, PROMPT, to=tmp_path, concurrency=3) as run:
            await anext(run)
        assert len(run.unread) + 1 == api.paid.total()
        return run

    call(url, sync if call.kind == "sync" else asynchronous)
    assert len(list(tmp_path.glob("*.png"))) == api.paid.total() <= 5


def test_a_folder_may_be_relative(till: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _api, url = till
    monkeypatch.chdir(tmp_path)
    Path("x.png").write_bytes(png(1))
    with Venice("k", base_url=url) as venice:
        [item] = venice.images.map(["x.png"], PROMPT, to="out")
    assert item.path == tmp_path / "out" / "x.png"


def test_a_disk_that_fails_ends_the_run_and_loses_no_picture(till: Any, tmp_path: Path) -> None:
    _api, url = till
    tmp_path.chmod(0o500)
    with Venice("k", base_url=url) as venice:
        run = venice.images.map([png(1)], PROMPT, to=tmp_path / "out")
        if os.geteuid():
            with pytest.raises(OSError, match="denied"):
                next(run)
    tmp_path.chmod(0o700)
    (tmp_path / "out").mkdir(exist_ok=True)
    (tmp_path / "out" / "sub").write_text("a file where a folder has to be")
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "sub" / "x.png").write_bytes(png(1))
    with Venice("k", base_url=url) as venice:
        run = venice.images.map(tmp_path / "in", PROMPT, to=tmp_path / "out", recursive=True)
        item = next(run)
        assert isinstance(item.error, OSError)
        assert item.result.data == png(1)
        with pytest.raises(OSError, match="sub"):
            next(run)


def test_errors_of_the_library_itself_are_not_hidden(mapped: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistake(*_arguments: Any) -> None:
        raise TypeError("a mistake")

    monkeypatch.setattr("venice_client.batch.task.Operation.__call__", mistake)

    with pytest.raises(TypeError, match="a mistake"):
        mapped("http://127.0.0.1:9", [png(1)], PROMPT)


def test_a_result_tells_whether_it_is_one() -> None:
    assert not MapResult(0, "x", None, error=VeniceError("told")).ok
    assert not MapResult(0, "x", None, skipped="not a picture").ok
    assert MapResult(0, "x", None, path=Path("x.png")).ok


def test_the_failures_of_a_run_count_for_its_client(api: StandIn, tmp_path: Path) -> None:
    api.answer(EDIT, status=400, body={"error": "no"})
    with Venice("k", base_url=api.base_url, max_retries=0) as venice:
        with venice.images.map([png(1), png(2), png(3)], PROMPT, to=tmp_path) as run:
            assert all(item.error for item in run)
        assert venice.budget.failures == 3


def test_links_that_lead_nowhere_are_no_pictures(till: Any, tmp_path: Path, mapped: Any) -> None:
    _api, url = till
    (tmp_path / "loop.png").symlink_to("loop.png")
    (tmp_path / "gone").symlink_to("nowhere")
    assert [bool(item.error or item.skipped) for item in mapped(url, tmp_path, PROMPT)] == [True, True]


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_children_of_the_program_do_not_hold_up_its_runs(till: Any, tmp_path: Path) -> None:
    _api, url = till
    with Venice("k", base_url=url) as venice:
        run = venice.images.map([png(1), png(2)], PROMPT, to=tmp_path)
        next(run)
        child = os.fork()  # as multiprocessing does
        if not child:
            time.sleep(60)
            os._exit(0)
        try:
            assert next(run).ok
            run.close()
            assert next(venice.images.map([png(3)], PROMPT, to=tmp_path)).ok
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def test_a_manifest_of_a_stranger_names_no_file_elsewhere(till: Any, tmp_path: Path, mapped: Any) -> None:
    _api, url = till
    out = tmp_path / "out"
    mapped(url, [("x", png(1))], PROMPT, to=out)
    told = (out / MANIFEST_NAME).read_text()
    (out / "x.png").rename(tmp_path / "x.png")
    for elsewhere in (json.dumps("../x"), json.dumps(str(tmp_path / "x")), "5", "null"):
        (out / MANIFEST_NAME).write_text(re.sub(r'("base"): "x"', rf"\1: {elsewhere}", told))
        [item] = mapped(url, [("x", png(1))], PROMPT, to=out)
        assert (item.path, item.skipped) == (out / "x.png", "")
        (out / "x.png").unlink()
    (tmp_path / "x.png").unlink()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
