"""Pictures in files: paths, open files and readers; other inputs are refused with a short message."""

from __future__ import annotations

import base64
import io
import os
import socket
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from tests.client.images.refusals import refusal
from tests.client.sample_pictures import HEIGHT, JPEG, PNG, WIDTH
from venice_client.images.inputs import read


def test_a_path_is_read_as_str_and_as_path_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a photo"
    file.write_bytes(JPEG)
    expected = read(file)
    assert (expected.data, expected.filename, expected.media_type) == (JPEG, "a photo.jpg", "image/jpeg")
    assert (expected.width, expected.height) == (WIDTH, HEIGHT)
    assert read(str(file)) == expected
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert read("~/a photo") == expected
    assert read(Path("~/a photo")) == expected


def test_a_path_object_that_looks_like_a_url_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = Path("https:") / "example.com"
    file.parent.mkdir()
    file.write_bytes(PNG)
    assert read(file).data == PNG


@pytest.mark.parametrize(
    "name", ["9j/photos/summer/holiday/beach", "BMW", "Qk1photosofcars/and/more/of/them", "R0lGODlh.gif"]
)
def test_a_file_name_that_begins_like_base64_is_read_as_a_path(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(PNG)
    assert read(name).data == PNG
    assert "no such file" in refusal("/9j/photos/summer/holiday/beach/sunset")


@pytest.mark.parametrize(
    "text",
    [
        "missing.png",
        "x" * 100_000,
        "nul\0byte.png",
        "~nosuchuser-here/a.png",
        "no/such/folder/a.png",
        "é" * 5000,
        "\ud800.png",
    ],
    ids=["missing", "long", "NUL", "no user", "no folder", "long and not ASCII", "surrogate"],
)
def test_the_error_for_an_unknown_str_lists_what_was_tried(text: str) -> None:
    reported = refusal(text)
    assert reported.startswith("no such file: ")
    assert "; not a data URI, not an http(s) URL, not base64 of a known type of file" in reported
    assert repr(text[:40]) in reported
    assert text[:41] not in reported or len(text) <= 40
    assert ("…" in reported) is (len(text) > 40)
    assert "too long" not in reported


def test_base64_of_something_else_is_shortened_in_the_message() -> None:
    text = base64.b64encode(b"%PDF-1.7 " + bytes(50_000)).decode()
    assert len(refusal(text)) < 200


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_str_is_refused(text: str) -> None:
    assert refusal(text) == "the str is empty"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).endswith("is a folder")
    assert refusal(str(tmp_path)).endswith("is a folder")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "not a regular file" in refusal(tmp_path / "pipe")


def test_a_missing_file_given_as_path_object_is_reported(tmp_path: Path) -> None:
    reported = refusal(tmp_path / "missing.png")
    assert reported == f"no such file: {str(tmp_path / 'missing.png')!r}"


def test_a_file_without_permission_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_args: object, **_options: object) -> Any:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", denied)
        assert refusal("a.png") == "can't open the file 'a.png': permission denied"
    file = tmp_path / "a.png"
    file.write_bytes(PNG)
    with monkeypatch.context() as patched:
        patched.setattr(os, "open", denied)
        assert refusal(file).endswith("permission denied")


def test_a_failed_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(PNG)

    def fail(*_args: object, **_options: object) -> Any:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", fail)
        reported = refusal(file)
    assert reported.endswith("Input/output error")


def test_an_open_file_is_read_from_its_position_and_stays_open(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"xxx" + PNG)
    with file.open("rb") as opened:
        opened.seek(3)
        found = read(opened)
        assert (found.data, found.data, found.filename) == (PNG, PNG, "a.png")
        assert opened.tell() == 3
        assert not opened.closed


def test_a_file_without_a_name_gets_a_default_name() -> None:
    assert read(io.BytesIO(PNG)).filename == "image.png"
    numbered = io.BytesIO(PNG)
    numbered.name = 3
    assert read(numbered).filename == "image.png"


def test_an_unbuffered_file_with_short_reads_is_read_to_its_end() -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(PNG[:10])
        with right.makefile("rb", buffering=0) as raw:
            left.sendall(PNG[10:])
            left.shutdown(socket.SHUT_WR)
            assert read(cast("BinaryIO", raw)).data == PNG


def test_the_error_for_a_file_in_text_mode_says_how_to_open_it(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("hello")
    with file.open() as opened:
        assert refusal(opened) == "the open file 'a.txt' is in text mode: open it in binary mode, open(path, 'rb')"


def test_async_closed_and_invalid_readers_are_refused() -> None:
    class Upload:
        async def read(self, _size: int = -1) -> bytes:
            return PNG

    class Empty:
        def read(self, _size: int = -1) -> None:
            return None

    closed = io.BytesIO(PNG)
    closed.close()
    assert "await" in refusal(Upload())
    assert "NoneType instead of bytes" in refusal(Empty())
    assert "closed file" in refusal(closed)


@pytest.mark.parametrize("source", [None, 5, object(), {"a": 1}, dict, io.BytesIO])
def test_an_object_that_is_not_a_picture_is_refused_by_its_type(source: object) -> None:
    assert refusal(source).startswith(f"can't take a picture from {type(source).__name__}: pass a path")
