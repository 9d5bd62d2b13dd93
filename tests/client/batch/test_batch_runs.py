"""Runs of `images.map`: inputs, results, and when a run ends."""

from __future__ import annotations

import asyncio
import contextvars
import pickle
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.batch.pictures import EDIT, PROMPT, png
from venice_client import AsyncVenice, AuthenticationError, RequestValidationError, Venice, VeniceConnectionError
from venice_client._core.errors import (
    BadRequestError,
    RateLimitError,
    ServerError,
    TooManyFailuresError,
    VeniceError,
)
from venice_client.batch.options import MANIFEST_NAME
from venice_client.batch.result import MapResult, may_be_paid, pause_before_next

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback
    from tests.standin import StandIn


def test_a_folder_is_processed_once(api: StandIn, folder: Path, tmp_path: Path, mapped: Any) -> None:
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
    assert len(api.requests) == 5

    again = mapped(api.base_url, folder, PROMPT, to=out, recursive=True, run=run)
    assert Counter(item.status for item in again) == {"done": 5, "skipped": 3}
    assert (run[-1].summary.done, run[-1].summary.skipped) == (0, 8)  # this run sent nothing
    assert sorted(item.path for item in again if item.skipped == "done before") == sorted(out / name for name in saved)
    assert len(api.requests) == 5

    (out / "a.png").unlink()  # a deleted result is made again
    (folder / "b b.PNG").write_bytes(png(77))  # so is a changed picture; its result does not replace the earlier
    assert Counter(item.skipped for item in mapped(api.base_url, folder, PROMPT, to=out))["done before"] == 2
    assert len(api.requests) == 7
    assert len(list(out.glob("b b*.png"))) == 2

    mapped(api.base_url, folder, "another prompt", to=out)
    assert len(api.requests) == 11
    api.assert_valid()


def test_without_an_output_folder_the_results_are_in_the_items(api: StandIn, folder: Path, mapped: Any) -> None:
    pictures = {"first": png(1), "second": folder / "a.png", "third": "data:text/plain,x", "fourth": str(folder)}
    items = mapped(api.base_url, pictures, operation="remove_background", ordered=True, concurrency=2)
    assert [item.name for item in items] == list(pictures)
    assert [item.result is not None for item in items] == [True, True, False, False]
    assert [type(item.error) for item in items[2:]] == [RequestValidationError, RequestValidationError]
    assert len(api.requests) == 2
    assert items[0].source == png(1)
    copied = pickle.loads(pickle.dumps(items[2]))
    assert (copied.name, str(copied.error)) == (items[2].name, str(items[2].error))
    assert pickle.loads(pickle.dumps(items[0])) == items[0]


def test_inputs_are_read_lazily(api: StandIn, call: Caller) -> None:
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
    assert len(api.requests) <= len(pulled)


def test_concurrency_limits_the_calls_in_progress(mapped: Any, call: Caller) -> None:
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


def test_any_exception_of_a_callable_becomes_the_error_of_its_item(mapped: Any, call: Caller, tmp_path: Path) -> None:
    def work(_venice: Any, word: str) -> str:
        raise KeyError(word)

    async def work_async(_venice: Any, word: str) -> str:
        raise KeyError(word)

    chosen = work if call.kind == "sync" else work_async
    items = mapped("http://127.0.0.1:9", ["x", "y"], call=chosen, task="t", to=tmp_path / "out")
    assert {type(item.error) for item in items} == {KeyError}
    with pytest.raises(KeyError):
        mapped("http://127.0.0.1:9", ["x", "y"], call=chosen, on_error="raise")


def test_progress_is_reported(api: StandIn, folder: Path, mapped: Any) -> None:
    seen: list[tuple[int, int | None]] = []
    mapped(api.base_url, folder, PROMPT, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(number, 7) for number in range(8)]
    mapped(api.base_url, [png(1)], PROMPT, progress=True)  # no terminal, no bar
    mapped(api.base_url, (png(shade) for shade in (1, 2)), PROMPT, progress=lambda *both: seen.append(both))
    assert seen[-1] == (2, None)


def test_the_next_run_retries_failures(api: StandIn, folder: Path, tmp_path: Path, mapped: Any) -> None:
    api.answer(EDIT, status=400, body={"error": "no"}, times=2)
    out = tmp_path / "out"
    first = mapped(api.base_url, folder, PROMPT, to=out, concurrency=1)
    assert [type(item.error) for item in first if item.error] == [BadRequestError, BadRequestError]
    assert sum(item.ok for item in first) == 2
    again = mapped(api.base_url, folder, PROMPT, to=out)
    assert sum(item.ok for item in again) == 4
    assert len(api.requests) == 6
    assert "no" in (out / MANIFEST_NAME).read_text()


def test_a_wrong_key_ends_the_run(api: StandIn, folder: Path, tmp_path: Path, mapped: Any, key: str) -> None:
    api.answer(EDIT, status=401, body={"error": f"bad key {key}"})
    pictures = (png(shade) for shade in range(1000))
    with pytest.raises(AuthenticationError):
        mapped(api.base_url, pictures, PROMPT, to=tmp_path / "out", concurrency=2)
    assert len(api.requests) <= 5
    assert key not in (tmp_path / "out" / MANIFEST_NAME).read_text()


def test_a_call_that_may_have_been_paid_is_resent_only_with_resend_unknown(
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
    assert str(left.error).startswith("x: an earlier run sent this picture")
    assert str(pickle.loads(pickle.dumps(left.error))) == str(left.error)
    assert run[0].summary.unknown == ("x",)
    assert len(server.requests) == 1
    server.answer(png(1), "image/png")
    for _ in range(3):  # the server still has an answer of the first kind
        [again] = mapped(server.url, [("x", png(1))], PROMPT, to=out, resend_unknown=True)
    assert (again.skipped, again.path) == ("done before", out / "x.png")


def test_failures_that_cost_nothing_are_retried(api: StandIn, mapped: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("threads", "asyncio"):
        name = f"venice_client.batch.{module}.pause_before_next"
        monkeypatch.setattr(name, lambda error, tries: None if pause_before_next(error, tries) is None else 0.0)
    api.answer(EDIT, status=500, body={"error": "broken"}, times=2)
    [item] = mapped(api.base_url, [png(1)], PROMPT)
    assert (item.ok, item.attempts) == (True, 3)


def test_only_failures_known_to_cost_nothing_are_retried() -> None:
    def error(kind: Any, status: int, *, charged: bool = False, **more: Any) -> Any:
        made = kind("said", status=status, **more)
        made.may_have_been_charged = charged
        return made

    lost = VeniceConnectionError("said", kind="reset")
    lost.may_have_been_charged = True
    perhaps = [error(ServerError, 502, charged=True), error(RateLimitError, 429, charged=True), lost, KeyError("own")]
    assert [may_be_paid(each) for each in perhaps] == [True] * 4
    assert [pause_before_next(each, 1) for each in perhaps] == [None] * 4
    free = [error(ServerError, 500), error(RateLimitError, 429), VeniceConnectionError("said", kind="connect")]
    assert [may_be_paid(each) for each in free] == [False] * 3
    assert [pause_before_next(each, 1) for each in free] == [2.0] * 3
    assert [pause_before_next(each, 3) for each in free] == [None] * 3
    assert pause_before_next(error(RateLimitError, 429, retry_after=7.0), 1) == 7.0
    assert pause_before_next(error(RateLimitError, 429, retry_after=3600.0), 1) is None
    assert pause_before_next(error(BadRequestError, 400), 1) is None
    # Delayed by the failure budget of the client: it is retried, however often it happens.
    assert pause_before_next(TooManyFailuresError("said", retry_after=12.0), 9) == 12.0


def test_equal_name_and_bytes_are_one_job(api: StandIn, tmp_path: Path, mapped: Any) -> None:
    pictures = [("x", png(1)), ("x", png(1)), ("y", png(1)), ("x", png(2)), png(3), png(3)]
    items = mapped(api.base_url, pictures, PROMPT, to=tmp_path / "out", ordered=True)
    assert len(api.requests) == 4
    assert [item.path == items[0].path for item in items] == [True, True, False, False, False, False]
    assert sum(bool(item.skipped) for item in items) == 2
    assert len({item.path for item in items}) == 4


def test_closing_a_run_drops_the_jobs_that_have_not_begun(till: Any, tmp_path: Path, call: Caller) -> None:
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


def test_the_output_folder_may_be_relative(till: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _api, url = till
    monkeypatch.chdir(tmp_path)
    Path("x.png").write_bytes(png(1))
    with Venice("k", base_url=url) as venice:
        [item] = venice.images.map(["x.png"], PROMPT, to="out")
    assert item.path == tmp_path / "out" / "x.png"


def test_internal_errors_are_raised(mapped: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistake(*_arguments: Any) -> None:
        raise TypeError("a mistake")

    monkeypatch.setattr("venice_client.batch.options.MethodCall.__call__", mistake)

    with pytest.raises(TypeError, match="a mistake"):
        mapped("http://127.0.0.1:9", [png(1)], PROMPT)


def test_ok_is_true_only_for_results_without_error_or_skip() -> None:
    assert not MapResult(0, "x", None, error=VeniceError("said")).ok
    assert not MapResult(0, "x", None, skipped="not a picture").ok
    assert MapResult(0, "x", None, path=Path("x.png")).ok


def test_failures_of_a_run_count_in_the_budget_of_its_client(api: StandIn, tmp_path: Path) -> None:
    api.answer(EDIT, status=400, body={"error": "no"})
    with Venice("k", base_url=api.base_url, max_retries=0) as venice:
        with venice.images.map([png(1), png(2), png(3)], PROMPT, to=tmp_path) as run:
            assert all(item.error for item in run)
        assert venice.budget.failures == 3


def test_the_threads_of_a_run_have_the_context_of_the_caller(api: StandIn, key: str) -> None:
    span: contextvars.ContextVar[str] = contextvars.ContextVar("span", default="none")
    seen: list[str] = []
    token = span.set("outer")
    try:
        with Venice(key, base_url=api.base_url, on_attempt=lambda _: seen.append(span.get())) as venice:
            assert all(item.ok for item in venice.images.map([png(1), png(2)], PROMPT, concurrency=2))
    finally:
        span.reset(token)
    assert seen == ["outer", "outer"]


def test_broken_symlinks_are_skipped_or_failed(till: Any, tmp_path: Path, mapped: Any) -> None:
    _api, url = till
    (tmp_path / "loop.png").symlink_to("loop.png")
    (tmp_path / "gone").symlink_to("nowhere")
    assert [bool(item.error or item.skipped) for item in mapped(url, tmp_path, PROMPT)] == [True, True]
