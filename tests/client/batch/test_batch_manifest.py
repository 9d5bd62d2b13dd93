"""The manifest, from which a later run continues."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.batch.pictures import PROMPT, png, until
from venice_client import RequestValidationError, Venice
from venice_client.batch.options import MANIFEST_NAME
from venice_client.batch.result import SaveError

if TYPE_CHECKING:
    from tests.standin import StandIn


def test_a_truncated_manifest_is_continued(api: StandIn, tmp_path: Path, mapped: Any) -> None:
    pictures = [(name, png(number)) for number, name in enumerate("abc")]
    mapped(api.base_url, pictures, PROMPT, to=tmp_path, concurrency=1)
    manifest = tmp_path / MANIFEST_NAME
    lines = manifest.read_bytes().splitlines(keepends=True)
    seen = [json.loads(line) for line in lines]
    assert [entry.get("state") for entry in seen] == [None, *["begun", "done"] * 3]
    # The last line is truncated, and one is missing: both pictures count as in progress.
    (tmp_path / "b.png").unlink()
    del lines[4]
    manifest.write_bytes(b"".join(lines[:-1]) + lines[-1][:20])
    items = mapped(api.base_url, pictures, PROMPT, to=tmp_path, ordered=True)
    assert [item.status for item in items] == ["done", "unknown", "unknown"]
    assert len(api.requests) == 3
    items = mapped(api.base_url, pictures, PROMPT, to=tmp_path, ordered=True, resend_unknown=True)
    assert [item.skipped for item in items] == ["done before", "", ""]
    assert [item.path.name[:2] for item in items] == ["a.", "b.", "c-"]  # the file c.png is left alone
    assert len(api.requests) == 5
    manifest.write_bytes(manifest.read_bytes()[:10])  # truncated after its first bytes
    assert len(mapped(api.base_url, pictures, PROMPT, to=tmp_path)) == 3
    manifest.write_text("somebody's notes\n")
    with pytest.raises(RequestValidationError, match="another kind, or its first line is damaged"):
        mapped(api.base_url, pictures, PROMPT, to=tmp_path)
    assert manifest.read_text() == "somebody's notes\n"


def test_a_manifest_is_locked_by_one_run(api: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venice_client.batch.manifest._PATIENCE", 0.1)
    with Venice("k", base_url=api.base_url) as venice:
        with venice.images.map([png(1), png(2)], PROMPT, to=tmp_path) as first:
            next(first)
            with pytest.raises(RequestValidationError, match="another run holds"):
                next(venice.images.map([png(3)], PROMPT, to=tmp_path))
        assert next(venice.images.map([png(3)], PROMPT, to=tmp_path)).ok


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_child_processes_do_not_keep_the_manifest_locked(till: Any, tmp_path: Path) -> None:
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


def test_file_names_in_a_manifest_outside_of_the_folder_are_ignored(till: Any, tmp_path: Path, mapped: Any) -> None:
    _api, url = till
    out = tmp_path / "out"
    mapped(url, [("x", png(1))], PROMPT, to=out)
    seen = (out / MANIFEST_NAME).read_text()
    (out / "x.png").rename(tmp_path / "x.png")
    for elsewhere in (json.dumps("../x"), json.dumps(str(tmp_path / "x")), "5", "null"):
        (out / MANIFEST_NAME).write_text(re.sub(r'("base"): "x"', rf"\1: {elsewhere}", seen))
        [item] = mapped(url, [("x", png(1))], PROMPT, to=out)
        assert (item.path, item.skipped) == (out / "x.png", "")
        (out / "x.png").unlink()
    (tmp_path / "x.png").unlink()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ({"manifest": "venice_client.images.map", "version": 2}, "must be of version <= 1, got 2"),
        ({"manifest": "venice_client.images.map"}, "a file of another kind"),
        ({"manifest": "something", "version": 1}, "a file of another kind"),
    ],
)
def test_an_unknown_manifest_is_refused_and_not_changed(
    till: Any, tmp_path: Path, mapped: Any, head: dict[str, Any], said: str
) -> None:
    api, url = till
    manifest = tmp_path / MANIFEST_NAME
    manifest.write_text(json.dumps(head) + "\n")
    with pytest.raises(RequestValidationError, match=said):
        mapped(url, [png(1)], PROMPT, to=tmp_path)
    assert manifest.read_text() == json.dumps(head) + "\n"
    assert not api.paid


def test_every_manifest_line_is_synced_before_the_next_step(
    till: Any, tmp_path: Path, mapped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power failure without sync, a picture could be paid twice, or a result be unknown."""
    api, url = till
    manifest, sync, synced = tmp_path / MANIFEST_NAME, os.fsync, [0]

    def fsync(descriptor: int) -> None:
        sync(descriptor)
        if os.path.sameopenfile(descriptor, reader.fileno()):
            synced[0] = os.fstat(descriptor).st_size

    def states() -> list[str]:
        lines = manifest.read_bytes()[: synced[0]].decode().splitlines()[1:]
        return [json.loads(line)["state"] for line in lines]

    def pictures() -> Iterator[tuple[str, bytes]]:
        yield "a", png(1)
        until(lambda: api.paid, "nothing was sent")
        assert states() == ["begun"], "the request is sent after its line is synced"
        api.gate.set()
        until(lambda: list(tmp_path.glob("*.png")), "nothing was saved")
        assert states() == ["begun", "done"], "the file gets its name after its line is synced"

    async def pictures_async() -> Any:
        items = pictures()
        while (item := await asyncio.to_thread(next, items, None)) is not None:
            yield item

    manifest.touch()
    monkeypatch.setattr(os, "fsync", fsync)
    api.gate.clear()
    with manifest.open("rb") as reader:
        given = pictures() if mapped.kind == "sync" else pictures_async()
        assert all(item.ok for item in mapped(url, given, PROMPT, to=tmp_path, concurrency=2))


def test_a_failed_write_leaves_the_manifest_unchanged(till: Any, tmp_path: Path, mapped: Any) -> None:
    resource = pytest.importorskip("resource")
    api, url = till
    out = tmp_path / "out"
    mapped(url, [("a", png(1))], PROMPT, to=out, manifest=tmp_path / "m.jsonl")
    before = (tmp_path / "m.jsonl").read_bytes()
    padded = before + b" " * 200_000 + b"\n"  # larger than what is reserved for a result
    (tmp_path / "m.jsonl").write_bytes(padded)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(padded) + 20, hard))
    try:
        with pytest.raises(SaveError, match=r"m\.jsonl"):
            mapped(url, [("b", png(2))], PROMPT, to=out, manifest=tmp_path / "m.jsonl")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (tmp_path / "m.jsonl").read_bytes() == padded
    assert api.paid.total() == 1
    assert [path.name for path in out.iterdir()] == ["a.png"]


def test_the_next_run_names_a_result_that_was_recorded_before_a_kill(
    till: Any, tmp_path: Path, mapped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    api, url = till

    class Killed(BaseException):
        """As if the process ended here."""

    def publish(*_arguments: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("venice_client.batch.output.give_name", publish)
        patched.setattr("venice_client.batch.output.Output.discard", lambda *_: None)
        with pytest.raises(Killed):
            mapped(url, [("a", png(1))], PROMPT, to=tmp_path)
    [part] = tmp_path.glob(".a-*.part")
    assert part.read_bytes() == png(1)
    [item] = mapped(url, [("a", png(1))], PROMPT, to=tmp_path)
    assert (item.path, item.skipped) == (tmp_path / "a.png", "done before")
    assert sorted(path.name for path in tmp_path.iterdir()) == [MANIFEST_NAME, "a.png"]
    assert api.paid.total() == 1


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_process_cannot_continue_a_run_and_does_not_block(till: Any, tmp_path: Path) -> None:
    api, url = till
    with Venice("k", base_url=url) as venice:
        run = venice.images.map([png(1), png(2), png(3)], PROMPT, to=tmp_path, concurrency=2)
        next(run)
        child = os.fork()
        if not child:
            signal.alarm(20)  # where it hangs
            try:
                next(run)
            except RuntimeError:
                run.close()
                os._exit(7)
            os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 7
        assert all(item.ok for item in run)
    assert set(api.paid.values()) == {1}
