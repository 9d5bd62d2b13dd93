"""Video and music jobs: the whole procedure, recovery after interruptions, and the headers that are not sent."""

from __future__ import annotations

import asyncio
import inspect
import io
import json
import pickle
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.jobs.job_steps import (
    CLIP,
    COMPLETE,
    DONE,
    EXAMPLES,
    ORDER,
    QUEUE,
    RETRIEVE,
    WORKING,
    elsewhere,
    in_steps,
    ready,
    run,
    steps,
)
from tests.standin import StandIn
from venice_client import (
    AsyncVenice,
    JobFailedError,
    NotFoundError,
    RequestValidationError,
    ResponseDecodeError,
    ServerError,
    Venice,
    VeniceTimeoutError,
)
from venice_client._core.response.save import Saving
from venice_client._core.retry.policy import Clock
from venice_client.jobs.job import AsyncVideoJob, VideoJob
from venice_client.jobs.resume_file import ResumeData

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback


# The whole procedure


def test_a_video_is_queued_polled_downloaded_and_completed(api: StandIn, call: Caller) -> None:
    api.answer(QUEUE, body={"model": "wan", "queue_id": "q-1"})
    ready(api, polls=2)
    seen: list[Any] = []
    result, waits = run(
        call, api.base_url, lambda venice: venice.video.generate(**ORDER, progress=lambda *now: seen.append(now))
    )
    api.assert_valid()
    assert steps(api) == ["queue", "retrieve", "retrieve", "retrieve", "complete"]
    assert (result.data, result.media_type, result.queue_id, result.model) == (CLIP, "video/mp4", "q-1", "wan")
    assert (seen, waits) == ([(1.5, 60.0)] * 2, [5.0, 5.0])
    assert api.requests[-1].value == {"model": "wan", "queue_id": "q-1"}
    assert pickle.loads(pickle.dumps(result)) == result


def test_music_is_queued_polled_saved_and_completed(api: StandIn, call: Caller, tmp_path: Path) -> None:
    api.answer("POST /audio/retrieve", body=WORKING, times=1)
    api.answer("POST /audio/retrieve", media_type="audio/wav", body=b"RIFF")
    order = {"model": "m", "prompt": "calm", "save_to": tmp_path / "calm.mp3", "resume_file": tmp_path / "job"}
    saved, _ = run(call, api.base_url, lambda venice: venice.audio.generate(**order, poll_interval=2))
    api.assert_valid()
    assert saved == tmp_path / "calm.wav"
    assert saved.read_bytes() == b"RIFF"
    assert [item.operation for item in api.requests[-2:]] == ["POST /audio/retrieve", "POST /audio/complete"]
    assert list(tmp_path.iterdir()) == [saved]


def test_a_file_on_another_host_is_downloaded_without_the_key(
    api: StandIn, server: Loopback, call: Caller, tmp_path: Path, key: str
) -> None:
    file = api.file("/files/clip.mp4", CLIP, "application/octet-stream")
    server.answer("", status=302, headers={"Location": file + "?signature=s"})
    elsewhere(api, server.url.replace("/api/v1", "/clip?signature=s"))
    api.answer(COMPLETE, status=400, body={"error": "not now"})  # the file is saved, so this error is ignored
    saved, waits = run(call, api.base_url, lambda venice: venice.video.generate(**ORDER, save_to=tmp_path / "clip"))
    api.assert_valid()
    assert saved == tmp_path / "clip.mp4"
    assert saved.read_bytes() == CLIP
    assert (steps(api), waits) == (["queue", "retrieve", "complete"], [])
    assert all(f"Bearer {key}" in item.headers["Authorization"] for item in api.requests)
    for head in (server.requests[0].decode().lower(), str(api.fetches[0].headers).lower()):
        assert "authorization" not in head
        assert key.lower() not in head
        assert "cookie" not in head


def test_an_async_job_writes_its_file_outside_of_the_event_loop(
    api: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ready(api)
    write, threads = Saving.write, set()

    def watched(saving: Saving, piece: bytes) -> None:
        threads.add(threading.current_thread())
        write(saving, piece)

    monkeypatch.setattr(Saving, "write", watched)

    async def work() -> None:
        async with AsyncVenice("key", base_url=api.base_url) as venice:
            await venice.video.generate(**ORDER, save_to=tmp_path / "clip.mp4")

    asyncio.run(work())
    assert threads
    assert threading.main_thread() not in threads


def test_a_job_can_be_polled_and_resumed_in_steps(api: StandIn, call: Caller, tmp_path: Path) -> None:
    api.answer(QUEUE, body={"model": "wan", "queue_id": "q-1"})
    ready(api, polls=2)

    def work(venice: Any) -> Generator[Any, Any, Any]:
        job = yield venice.video.submit(**ORDER)
        early = yield job.status()
        yield job.wait(timeout=100)
        late = yield job.status()
        again = venice.video.resume(job)
        saved = yield again.save(tmp_path / "clip.mp4", complete=False)
        before = steps(api)
        yield job.complete()
        return early, late, saved, before, repr(job)

    (early, late, saved, before, shown), _ = run(call, api.base_url, in_steps(call, work))
    assert (early.status, early.elapsed, early.expected, early.is_done) == ("PROCESSING", 1.5, 60.0, False)
    assert late.is_done
    assert saved.read_bytes() == CLIP
    assert (before.count("complete"), steps(api)[-1]) == (0, "complete")
    assert shown.endswith("VideoJob(queue_id='q-1', model='wan')")


# Nothing paid is lost


CHILD = """
import sys
from venice_client import Venice
with Venice("k", base_url=sys.argv[1]) as venice:
    order = {"model": "wan", "prompt": "waves", "duration": "5s"}
    print(venice.video.generate(**order, poll_interval=0.05, save_to=sys.argv[2], resume_file=sys.argv[3]))
"""


@pytest.mark.slow
def test_a_process_killed_while_waiting_is_resumed_by_the_next(api: StandIn, tmp_path: Path) -> None:
    api.answer(QUEUE, body={"model": "wan", "queue_id": "q-1", "download_url": "https://files.test/x?secret=1"})
    api.answer(RETRIEVE, body=WORKING)
    clip, path = tmp_path / "clip.mp4", tmp_path / "job.json"
    command = [sys.executable, "-c", CHILD, api.base_url, str(clip), str(path)]
    first = subprocess.Popen(command)
    try:
        deadline = time.monotonic() + 30
        while steps(api).count("retrieve") < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        first.kill()
        assert first.wait(10) == -signal.SIGKILL
    assert path.stat().st_mode & 0o077 == 0  # the URL in it gives access
    assert json.loads(path.read_text())["queue_id"] == "q-1"
    with (
        pytest.raises(RequestValidationError, match="holds another request"),
        Venice("k", base_url=api.base_url) as venice,
    ):
        venice.video.generate(**ORDER | {"prompt": "hills"}, resume_file=path)
    ready(api)
    second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert second.stdout.strip() == str(clip)
    assert (clip.read_bytes(), steps(api).count("queue"), steps(api)[-1]) == (CLIP, 1, "complete")
    assert list(tmp_path.iterdir()) == [clip]


def test_a_run_after_saving_only_completes_the_job(api: StandIn, call: Caller, tmp_path: Path) -> None:
    clip, path = tmp_path / "clip.mp4", tmp_path / "job.json"
    ready(api)
    order = {**ORDER, "save_to": tmp_path / "clip", "resume_file": path}
    run(call, api.base_url, lambda venice: venice.video.generate(**order, complete=False))
    api.answer(COMPLETE, status=404, body={"error": "gone"})  # the earlier run did this
    before = len(api.requests)
    saved, _ = run(call, api.base_url, lambda venice: venice.video.generate(**order))
    assert (saved, steps(api)[before:], path.exists()) == (clip, ["complete"], False)


def test_abandoned_partial_downloads_are_removed_and_active_ones_kept(
    api: StandIn, call: Caller, tmp_path: Path
) -> None:
    fcntl = pytest.importorskip("fcntl")
    ready(api)
    parts: list[Path] = []

    class Killed(Saving):
        def finish(self) -> Path:
            parts.append(self.keep() or Path())  # as after a kill: complete or not, and not locked
            raise KeyboardInterrupt

        def discard(self) -> None:
            """A killed process does not discard it."""

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("venice_client.jobs.base_job.Saving", Killed)
        with pytest.raises(KeyboardInterrupt):
            run(call, api.base_url, lambda venice: venice.video.generate(**ORDER, save_to=tmp_path / "clip.mp4"))
    assert parts[0].exists()
    mark = parts[0].name[1:].partition("-")[0]
    (tmp_path / f".{mark}-other.part").write_bytes(b"")
    with (tmp_path / f".{mark}-other.part").open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        (tmp_path / ".0123.part").write_bytes(b"of another")
        saved, _ = run(call, api.base_url, lambda venice: venice.video.generate(**ORDER, save_to=tmp_path / "clip.mp4"))
    assert {path.name for path in tmp_path.iterdir()} == {saved.name, f".{mark}-other.part", ".0123.part"}


@pytest.mark.slow
@pytest.mark.parametrize("save", [True, False])
@pytest.mark.parametrize("media_type", ["video/mp4", "application/octet-stream"])
@pytest.mark.parametrize(
    "body", [b'{"status": "PROCESSING"}', b"\n<html>busy</html>", b'<?xml version="1.0"?>', b"[{}]"]
)
def test_a_page_or_json_that_is_named_a_file_is_not_saved_and_the_order_not_completed(
    api: StandIn, call: Caller, tmp_path: Path, body: bytes, media_type: str, save: bool
) -> None:
    api.answer(RETRIEVE, media_type=media_type, body=body)
    options = {"save_to": tmp_path / "clip.mp4"} if save else {}
    with pytest.raises(ResponseDecodeError, match="is JSON or a page") as caught:
        run(call, api.base_url, lambda venice: venice.video.generate(**ORDER, **options))
    assert "complete" not in steps(api)
    assert caught.value.job is not None
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_a_media_type_is_recognized(server: Loopback, call: Caller, tmp_path: Path) -> None:
    server.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(CLIP), CLIP)
    order = {"queue_id": "q-1", "model": "wan"}

    def save(venice: Any) -> Any:
        return venice.video.resume(order).save(tmp_path / "clip", complete=False)

    path, _ = run(call, server.url, save)
    assert path == tmp_path / "clip.mp4"
    assert path.read_bytes() == CLIP


def test_an_incomplete_download_is_repeated_before_the_job_is_completed(
    api: StandIn, server: Loopback, call: Caller, tmp_path: Path
) -> None:
    server.say(server.head("video/mp4", length=len(CLIP)) + CLIP[:1000])
    server.answer("<html>", "text/html")
    server.answer(b"", "video/mp4")
    server.answer(CLIP, "video/mp4")
    elsewhere(api, server.url)
    work = in_steps(call, lambda venice: (yield venice.video.generate(**ORDER, save_to=tmp_path / "clip.mp4")))
    saved, waits = run(call, api.base_url, work)
    assert saved.read_bytes() == CLIP
    assert (len(server.requests), waits, steps(api)[-2:]) == (4, [5.0, 10.0, 20.0], ["retrieve", "complete"])
    assert list(tmp_path.iterdir()) == [saved]


def test_polling_tolerates_a_limited_number_of_failures(api: StandIn, call: Caller) -> None:
    api.answer(QUEUE, body={"model": "wan", "queue_id": "q-1"})
    api.answer(RETRIEVE, status=500, body={"error": "oops"}, times=5)
    api.answer(RETRIEVE, body=WORKING, times=1)
    api.answer(RETRIEVE, status=503, body={"error": "busy"}, headers={"Retry-After": "7"}, times=5)
    ready(api)
    result, waits = run(call, api.base_url, lambda venice: venice.video.generate(**ORDER))
    assert result.data == CLIP
    assert waits == [5, 10, 20, 40, 60, 5, 7, 10, 20, 40, 60]
    api.answer(RETRIEVE, status=500, body={"error": "oops"})
    before = len(api.requests)
    with pytest.raises(ServerError, match="oops") as caught:
        run(call, api.base_url, lambda venice: venice.video.generate(**ORDER))
    assert steps(api)[before:] == ["queue", *["retrieve"] * 6]
    assert caught.value.job.queue_id == "q-1"


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        ({"status": 404, "body": {"error": "no such order"}}, NotFoundError, "kept for 24 hours"),
        ({"status": 422, "body": {"error": "refused"}}, None, "refused"),
        ({"body": {"status": "FAILED", "error": "no GPU"}}, JobFailedError, "FAILED: no GPU"),
        ({"body": {"status": "ERROR", "error": {"message": "no GPU", "code": 3}}}, JobFailedError, "ERROR: no GPU"),
        ({"body": DONE}, JobFailedError, "named a download_url"),
        ({"body": WORKING}, VeniceTimeoutError, "within 12 s"),
        ({"body": "<html>", "media_type": "text/html"}, ResponseDecodeError, "HTML"),
    ],
)
def test_every_error_after_the_order_has_a_job_to_resume(
    api: StandIn, call: Caller, answer: dict[str, Any], error: Any, says: str, tmp_path: Path, key: str
) -> None:
    api.answer(QUEUE, body={"model": "wan", "queue_id": "q-1"})
    api.answer(RETRIEVE, **answer)
    with pytest.raises(error or Exception, match=says) as caught:
        run(call, api.base_url, lambda venice: venice.video.generate(**ORDER, wait_timeout=12.0), max_retries=0)
    raised: Any = caught.value
    assert steps(api).count("complete") == 0
    has_ended = raised.status in ("FAILED", "ERROR") if isinstance(raised, JobFailedError) else False
    way = "has ended, and no file will come." if has_ended else "resume it with venice.video.resume(error.job)"
    assert way in raised.__notes__[0]
    copied: Any = pickle.loads(pickle.dumps(raised))
    assert type(copied.job) is (VideoJob if call.kind == "sync" else AsyncVideoJob)
    assert copied.job.to_dict() == raised.job.to_dict()
    assert key.encode() not in pickle.dumps(raised)
    ready(api)
    saved, _ = run(call, api.base_url, lambda venice: venice.video.resume(copied.job).save(tmp_path / "x.mp4"))
    assert saved.read_bytes() == CLIP


def test_an_interrupted_wait_leaves_the_resume_file(api: StandIn, tmp_path: Path) -> None:
    api.answer(RETRIEVE, body=WORKING)
    path = tmp_path / "job.json"

    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    with Venice("k", base_url=api.base_url) as venice:
        venice._clock = Clock(sleep=interrupted)
        with pytest.raises(KeyboardInterrupt) as caught:
            venice.video.generate(**ORDER, resume_file=path)
    assert f"venice.video.resume({str(path)!r})" in caught.value.__notes__[0]
    ready(api)
    with Venice("k", base_url=api.base_url) as venice:
        assert venice.video.resume(str(path)).result().data == CLIP
    assert not path.exists()

    async def cancelled() -> None:
        api.answer(RETRIEVE, body=WORKING)
        async with AsyncVenice("k", base_url=api.base_url) as venice:
            task = asyncio.create_task(venice.video.generate(**ORDER, resume_file=path))
            while not path.exists() or "queue_id" not in path.read_text():  # noqa: ASYNC110  # it is a file
                await asyncio.sleep(0.01)
            task.cancel()
            await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
    assert path.exists()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_on_a_terminal_and_its_errors_do_not_stop_the_job(
    api: StandIn, call: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ready(api, polls=2)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "80")
    run(call, api.base_url, lambda venice: venice.video.generate(**ORDER, progress=True))
    assert "video: 2 s, usually 60 s |" in terminal.getvalue()
    ready(api, polls=2)
    result, _ = run(call, api.base_url, lambda venice: venice.video.generate(**ORDER, progress=lambda _: None))
    assert result.data == CLIP
    assert "progress raised" in caplog.text


def test_the_video_and_music_examples_run(
    api: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VENICE_API_KEY", "k")
    monkeypatch.setenv("VENICE_BASE_URL", api.base_url)
    ready(api)
    api.answer("POST /audio/retrieve", media_type="audio/mpeg", body=b"ID3")
    for name, file in [("video.py", "clip.mp4"), ("music.py", "song.mp3")]:
        example = runpy.run_path(str(EXAMPLES / name))
        started = example["main"](file=str(tmp_path / file))
        if inspect.iscoroutine(started):
            asyncio.run(started)
    api.assert_valid()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"clip.mp4": CLIP, "song.mp3": b"ID3"}
    assert capsys.readouterr().out.count("Saved: ") == 2


def test_the_generated_operations_are_still_available(api: StandIn, call: Caller) -> None:
    queued, _ = run(call, api.base_url, lambda venice: venice.video.queue(**ORDER))
    raw, _ = run(call, api.base_url, lambda venice: venice.video.with_raw_response.queue(**ORDER))
    assert raw.parsed == queued
    assert Venice("k").video.resume(queued).resume_data == ResumeData(
        operation=QUEUE, queue_id=queued.queue_id, model=queued.model, download_url=queued.download_url or None
    )
    assert not hasattr(Venice("k").video.with_raw_response, "generate")
    assert Venice("k").audio.speech is not None
