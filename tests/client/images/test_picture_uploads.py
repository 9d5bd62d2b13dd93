"""A file is sent in pieces, as often as needed, and only if it has not changed since it was inspected."""

from __future__ import annotations

import gzip
import io
import mmap
import os
import random
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.client.sample_pictures import JPEG, PNG
from venice_client import RequestValidationError
from venice_client.images.inputs import read
from venice_client.images.uploads import PIECE, BytesUpload, FileUpload, HandleUpload

LARGE = JPEG + random.Random(1).randbytes(3 * PIECE)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(LARGE)
    return path


def upload_of(source: Any) -> Any:
    upload = read(source).upload
    assert upload is not None
    return upload


def test_every_kind_of_upload_can_be_read_repeatedly(photo: Path) -> None:
    with photo.open("rb") as opened, photo.open("rb", buffering=0) as raw, tempfile.SpooledTemporaryFile() as spooled:
        spooled.write(b"before" + LARGE)
        spooled.seek(6)
        kinds: dict[Any, Any] = {
            photo: FileUpload,
            LARGE: BytesUpload,
            opened: HandleUpload,
            raw: HandleUpload,
            spooled: HandleUpload,
        }
        for source, kind in kinds.items():
            upload = upload_of(source)
            assert isinstance(upload, kind)
            assert upload.size == len(LARGE)
            for _ in range(3):
                pieces = list(upload.pieces())
                assert b"".join(pieces) == LARGE
                assert max(map(len, pieces)) <= PIECE
            assert "bytes" in repr(upload)
            assert len(repr(upload)) < 400


def test_one_open_file_can_be_read_by_two_iterators_at_once(photo: Path) -> None:
    with photo.open("rb") as opened:
        upload = upload_of(opened)
        pairs: Iterator[tuple[bytes, bytes]] = zip(upload.pieces(), upload.pieces(), strict=True)
        assert all(left == right for left, right in pairs)


@pytest.mark.parametrize("has_pread", [True, False])
@pytest.mark.parametrize("kind", ["file", "raw", "update", "memory", "spooled"])
def test_threads_can_read_one_open_file_and_its_position_is_kept(
    kind: str, has_pread: bool, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_pread:  # as on Windows
        monkeypatch.setattr("venice_client.images.uploads._pread", None)
    opened: dict[str, Any] = {
        "file": lambda: photo.open("rb"),
        "raw": lambda: photo.open("rb", buffering=0),
        "update": lambda: photo.open("r+b"),
        "memory": lambda: io.BytesIO(LARGE),
        "spooled": tempfile.SpooledTemporaryFile,
    }
    with opened[kind]() as file, ThreadPoolExecutor(8) as pool:
        if kind == "spooled":
            file.write(LARGE)
            file.seek(0)
        upload = upload_of(file)
        jobs = [pool.submit(lambda: b"".join(upload.pieces())) for _ in range(40)]
        if kind != "spooled":
            # Inspected again while other threads send it.
            jobs += [pool.submit(lambda: b"".join(upload_of(file).pieces())) for _ in range(40)]
        assert {job.result() for job in jobs} == {LARGE}
        assert file.tell() == 0


def test_unflushed_data_of_an_open_file_is_sent(tmp_path: Path) -> None:
    with (tmp_path / "new.jpg").open("w+b") as file:
        file.write(JPEG)
        file.seek(0)
        file.seek(0, os.SEEK_END)
        file.write(b"tail")
        file.seek(0)
        assert b"".join(upload_of(file).pieces()) == JPEG + b"tail"


def test_a_relative_path_is_resolved_when_the_upload_is_created(
    photo: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photo.parent)
    upload = upload_of("photo.jpg")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    pieces = upload.pieces()
    assert next(pieces) == LARGE[:PIECE]
    pieces.close()
    assert b"".join(upload.pieces()) == LARGE


def grow(photo: Path) -> None:
    with photo.open("ab") as file:
        file.write(b"more")


def replace(photo: Path) -> None:
    other = photo.with_name("other")
    other.write_bytes(LARGE)
    other.replace(photo)


def rewrite(photo: Path) -> None:
    photo.write_bytes(LARGE[::-1])
    os.utime(photo, ns=(0, 0))


def pipe(photo: Path) -> None:
    photo.unlink()
    os.mkfifo(photo)


@pytest.mark.parametrize(
    ("change", "reported"),
    [
        (grow, "has changed"),
        (lambda photo: os.truncate(photo, PIECE), "has changed"),
        (lambda photo: os.truncate(photo, 0), "has changed"),
        (replace, "has changed"),
        (rewrite, "has changed"),
        (Path.unlink, "No such file"),
        (pipe, "not a regular file"),
    ],
)
@pytest.mark.parametrize("begun", [False, True])
def test_a_file_that_changes_is_refused_or_stops_the_upload(
    change: Any, reported: str, begun: bool, photo: Path
) -> None:
    upload = upload_of(photo)
    pieces = upload.pieces()
    sent = [next(pieces)] if begun else []
    change(photo)
    if begun and change in {Path.unlink, replace, pipe}:
        assert b"".join([*sent, *pieces]) == LARGE  # the old file is still what was opened
        return
    with pytest.raises(RequestValidationError, match=reported):
        sent += pieces
    assert sum(map(len, sent)) < len(LARGE)


@pytest.mark.parametrize(
    ("change", "reported"),
    [
        (lambda file: file.write(b"more"), "has grown"),
        (lambda file: file.truncate(PIECE), "has become shorter"),
        (lambda file: file.close(), "closed file"),
    ],
)
def test_an_open_file_that_changes_stops_the_upload(change: Any, reported: str) -> None:
    file = io.BytesIO(LARGE)
    upload = upload_of(file)
    pieces = upload.pieces()
    sent = [next(pieces)]
    file.seek(0, os.SEEK_END)
    change(file)
    with pytest.raises(RequestValidationError, match=reported):
        sent += pieces
    assert sum(map(len, sent)) < len(LARGE)


def test_files_in_archives_and_in_memory_are_read(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", LARGE)
    packed = io.BytesIO(gzip.compress(LARGE))
    with (
        zipfile.ZipFile(path) as archive,
        archive.open("a.jpg") as member,
        gzip.open(packed) as unpacked,
        mmap.mmap(-1, len(LARGE)) as mapped,
        tempfile.NamedTemporaryFile() as temporary,
    ):
        mapped[:] = LARGE
        temporary.write(LARGE)
        temporary.seek(0)
        for source in (member, unpacked, mapped, temporary):
            upload = upload_of(source)
            assert [b"".join(upload.pieces()) for _ in range(2)] == [LARGE, LARGE]


def test_an_open_file_that_was_read_to_its_end_is_refused() -> None:
    file = io.BytesIO(PNG)
    file.read()
    with pytest.raises(RequestValidationError, match="read to its end already"):
        read(file)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no such devices")
def test_open_devices_and_pipes_are_read_up_to_the_limit() -> None:
    with Path("/dev/zero").open("rb") as zero, pytest.raises(RequestValidationError, match="more than 25 MB"):
        read(zero)
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as incoming, os.fdopen(writer, "wb") as outgoing:
        outgoing.write(PNG)
        outgoing.close()
        assert upload_of(incoming) == BytesUpload(PNG)
