"""The output folder: names, disk space, and complete files."""

from __future__ import annotations

import asyncio
import errno
import os
import pickle
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.batch.pictures import PROMPT, png, until
from venice_client import RequestValidationError
from venice_client.batch.options import MANIFEST_NAME
from venice_client.batch.output import portable_name
from venice_client.batch.result import SaveError

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from tests.standin import StandIn


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("photo.jpg", "photo"), ("v1.2", "v1.2"), ("a.png.jpg", "a_png"), ("../../etc/x.png", "_.___.__etc_x"),
        ("..", "_"), ("", "picture"), (".png", "picture"), ("a/b\0c", "a_b_c"), ("C:\\x", "C__x"),
        ("ü" * 200, "ü" * 90), ("CON", "CON_"), ("nul.png", "nul_"), ("Com1.v2.jpg", "Com1_.v2"), ("aux ", "aux_"),
        ("LPT9 .x", "LPT9_ .x"), ("console", "console"), ("a. .", "a_"), (" x ", "x"), ("bad\udcff", "bad_"),
    ],
)  # fmt: skip
def test_portable_names_stay_in_the_folder(name: str, base: str, tmp_path: Path) -> None:
    found = portable_name(name)
    assert "/" not in found
    assert found not in (".", "..", "")
    if not name.startswith("../"):
        assert found == base
    (tmp_path / f"{found}.webp").touch()
    assert portable_name("below/a.png", folders=True) == "below/a"


def test_files_that_exist_already_are_not_overwritten(api: StandIn, tmp_path: Path, mapped: Any) -> None:
    (tmp_path / "x.webp").write_text("mine")
    [item] = mapped(api.base_url, [("x", png(1))], PROMPT, to=tmp_path)
    assert (tmp_path / "x.webp").read_text() == "mine"
    assert item.path.name.startswith("x-")


def test_a_call_that_returns_no_file_ends_the_run_and_its_picture_is_not_sent_again(
    api: StandIn, tmp_path: Path, mapped: Any
) -> None:
    pictures = [(f"p{number}", png(number)) for number in range(20)]
    called: list[Any] = []

    def work(_client: Any, picture: Any) -> str:
        called.append(picture)
        return "done"

    arguments: Any = {"call": work, "task": "own", "to": tmp_path / "out", "concurrency": 1}
    with pytest.raises(SaveError, match=r"returned str, which cannot be saved .*in item\.result: p0") as caught:
        mapped(api.base_url, pictures, **arguments)
    assert [(item.result, item.status) for item in caught.value.unsaved] == [("done", "failed")] * len(called)
    assert len(called) < 5
    called.clear()
    [item] = mapped(api.base_url, pictures[:1], **arguments)
    assert (item.status, called) == ("unknown", [])


def test_names_equal_on_some_file_system_get_separate_files(api: StandIn, tmp_path: Path, mapped: Any) -> None:
    names = ["CON", "CON_", "con.png", "a", "A", "e\u0301", "\u00e9", "x:", "x?"]
    items = mapped(api.base_url, [(name, png(1)) for name in names], PROMPT, to=tmp_path / "out")
    assert all(item.ok for item in items)
    keys = {unicodedata.normalize("NFC", item.path.name).casefold() for item in items}
    assert len(keys) == len(names)
    again = mapped(api.base_url, [(name, png(1)) for name in names], PROMPT, to=tmp_path / "out")
    assert {item.path for item in again} == {item.path for item in items}
    assert len(api.requests) == len(names)


def test_names_of_folders_are_made_portable(api: StandIn, tmp_path: Path, mapped: Any) -> None:
    (tmp_path / "in" / "aux.d" / "why?").mkdir(parents=True)
    (tmp_path / "in" / "aux.d" / "why?" / "x.png").write_bytes(png(1))
    [item] = mapped(api.base_url, tmp_path / "in", PROMPT, to=tmp_path / "out", recursive=True)
    assert item.name == "aux.d/why?/x.png"
    assert item.path == tmp_path / "out" / "aux_.d" / "why_" / "x.png"


def test_a_changed_result_is_made_again_and_not_overwritten(api: StandIn, tmp_path: Path, mapped: Any) -> None:
    [first] = mapped(api.base_url, [("x", png(1))], PROMPT, to=tmp_path)
    size = first.path.stat().st_size
    first.path.write_bytes(b"\0" * size)  # of the same size: only the bytes differ
    [second] = mapped(api.base_url, [("x", png(1))], PROMPT, to=tmp_path)
    assert (second.skipped, second.path != first.path, len(api.requests)) == ("", True, 2)
    assert first.path.read_bytes() == b"\0" * size
    [third] = mapped(api.base_url, [("x", png(1))], PROMPT, to=tmp_path)
    assert (third.skipped, third.path) == ("done before", second.path)


@pytest.fixture
def limit_file_size() -> Iterator[Callable[[int], None]]:
    """Limit the size of files that this process writes, as a quota or a full disk does."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_failed_write_stops_new_calls_and_keeps_the_bytes_in_the_error(
    till: Any, tmp_path: Path, mapped: Any, limit_file_size: Any
) -> None:
    api, url = till
    api.padding = 300_000  # larger than what is reserved while no size is known
    pictures = [(f"p{number}", png(number)) for number in range(30)]
    limit_file_size(200_000)
    with pytest.raises(SaveError, match=r"Not saved, their bytes are in item.result: .*p\d") as caught:
        mapped(url, pictures, PROMPT, to=tmp_path, concurrency=3)
    unsaved = caught.value.unsaved
    assert isinstance(caught.value, OSError)
    assert caught.value.errno == errno.EFBIG
    assert 1 <= api.paid.total() <= 3, "no more calls than were in progress"
    assert len(unsaved) == api.paid.total()
    assert {item.result.data.removesuffix(bytes(api.padding)) for item in unsaved} == set(api.paid)
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST_NAME]
    copied = pickle.loads(pickle.dumps(caught.value))
    assert (str(copied), copied.errno) == (str(caught.value), errno.EFBIG)

    paid = api.paid.total()
    with pytest.raises(SaveError):
        mapped(url, pictures, PROMPT, to=tmp_path, resend_unknown=True)
    assert api.paid.total() == paid, "the size is known, so the next run finds out before it pays"

    limit_file_size(10_000_000)
    items = mapped(url, pictures, PROMPT, to=tmp_path)
    assert {item.name for item in items if item.status == "unknown"} == {item.name for item in unsaved}
    assert sum(item.ok for item in items) == len(pictures) - len(unsaved)


def test_nothing_is_sent_if_nothing_can_be_saved(till: Any, tmp_path: Path, mapped: Any, limit_file_size: Any) -> None:
    api, url = till
    limit_file_size(4096)
    with pytest.raises(SaveError, match="too large"):
        mapped(url, [("x", png(1)), ("y", png(2))], PROMPT, to=tmp_path)
    assert not api.paid
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST_NAME]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_output_folder_is_reported_before_anything_is_sent(till: Any, tmp_path: Path, mapped: Any) -> None:
    api, url = till
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(SaveError, match="denied"):
            mapped(url, [("x", png(1))], PROMPT, to=tmp_path / "out")
    finally:
        tmp_path.chmod(0o700)
    assert not api.paid


def test_a_file_instead_of_the_output_folder_is_reported_before_anything_is_sent(
    till: Any, tmp_path: Path, mapped: Any
) -> None:
    api, url = till
    (tmp_path / "out").write_text("a file")
    with pytest.raises(RequestValidationError, match="to must be a folder, got the file"):
        mapped(url, [("x", png(1))], PROMPT, to=tmp_path / "out")
    assert not api.paid


def test_an_unsavable_name_fails_alone_and_costs_nothing(till: Any, tmp_path: Path, mapped: Any) -> None:
    api, url = till
    (tmp_path / "in" / "sub").mkdir(parents=True)
    for name in ("sub/x.png", "y.png"):
        (tmp_path / "in" / name).write_bytes(png(1))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "sub").write_text("a file instead of a folder")
    items = mapped(url, tmp_path / "in", PROMPT, to=tmp_path / "out", recursive=True, ordered=True)
    assert [item.ok for item in items] == [False, True]
    assert isinstance(items[0].error, OSError)
    assert items[0].status == "failed"
    assert api.paid.total() == 1


def test_removing_the_output_folder_ends_the_run(till: Any, tmp_path: Path, mapped: Any) -> None:
    api, url = till
    out = tmp_path / "out"

    def pictures() -> Iterator[tuple[str, bytes]]:
        yield "a", png(1)
        until(lambda: api.paid, "nothing was sent")
        shutil.rmtree(out)
        api.gate.set()
        for number in range(2, 20):
            yield str(number), png(number)

    async def pictures_async() -> Any:
        items = pictures()
        while (item := await asyncio.to_thread(next, items, None)) is not None:
            yield item

    api.gate.clear()
    given = pictures() if mapped.kind == "sync" else pictures_async()
    with pytest.raises(SaveError) as caught:
        mapped(url, given, PROMPT, to=out, concurrency=2)
    assert "the manifest was removed" in str(caught.value)
    assert {item.name for item in caught.value.unsaved} >= {"a"}
    assert {item.result.data for item in caught.value.unsaved} == set(api.paid)
    assert api.paid.total() <= 2
    assert not list(out.glob("*.part"))


def test_the_output_folder_is_listed_once(
    till: Any, tmp_path: Path, mapped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _api, url = till
    listed: list[str] = []
    scandir = os.scandir

    def count(path: Any = ".") -> Any:
        listed.append(os.fspath(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", count)
    mapped(url, [(str(number), png(number)) for number in range(40)], PROMPT, to=tmp_path)
    assert listed.count(str(tmp_path)) == 1


def test_a_file_created_by_another_program_during_the_run_is_not_overwritten(
    till: Any, tmp_path: Path, mapped: Any
) -> None:
    api, url = till

    def pictures() -> Iterator[tuple[str, bytes]]:
        yield "a", png(1)
        until(lambda: api.paid, "nothing was sent")
        (tmp_path / "a.png").write_text("of another program")
        api.gate.set()

    async def pictures_async() -> Any:
        items = pictures()
        while (item := await asyncio.to_thread(next, items, None)) is not None:
            yield item

    api.gate.clear()
    given = pictures() if mapped.kind == "sync" else pictures_async()
    [item] = mapped(url, given, PROMPT, to=tmp_path, concurrency=2)
    assert item.path.read_bytes() == png(1)
    assert (tmp_path / "a.png").read_text() == "of another program"
    [again] = mapped(url, [("a", png(1))], PROMPT, to=tmp_path)
    assert (again.path, again.skipped) == (item.path, "done before")
