"""Unusual files: each is read, or refused with a message that states the problem, before anything is sent."""

from __future__ import annotations

import base64
import gzip
import os
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.client.sample_pictures import (
    B64,
    HEIGHT,
    JPEG,
    PNG,
    SAMPLES,
    WIDTH,
    box,
    chunk,
    encoded,
    exif,
    gradient,
    png,
)
from venice_client import ImageInput, RequestValidationError
from venice_client.images.inputs import Picture, read

THUMBNAIL = b"Exif\x00\x00" + bytes(40) + JPEG
SECOND = gradient().rotate(30)


def jpeg_with(*segments: bytes) -> bytes:
    """A JPEG with more segments at its beginning."""
    return JPEG[:2] + b"".join(b"\xff\xe1" + struct.pack(">H", len(item) + 2) + item for item in segments) + JPEG[2:]


# What is in the file, under which name -> its media type, or a part of the message.
FILES: dict[str, tuple[bytes, str]] = {
    # Valid, but unusual.
    "jpeg named.png": (JPEG, "image/jpeg"),
    "png named.jpg": (PNG, "image/png"),
    "no suffix": (PNG, "image/png"),
    "SHOUTED.PNG": (PNG, "image/png"),
    "many.dots.v1.2": (PNG, "image/png"),
    ".hidden": (PNG, "image/png"),
    "-rf": (PNG, "image/png"),
    "--output=x.png": (PNG, "image/png"),
    " around .png ": (PNG, "image/png"),
    "žluťoučký kůň 🐎.png": (PNG, "image/png"),
    "e\u0301 in two parts.png": (PNG, "image/png"),
    "right \u202egnp.exe": (PNG, "image/png"),
    "'single' and \"double\".png": (PNG, "image/png"),
    "two\nlines\tand a tab.png": (PNG, "image/png"),
    "$(reboot);`id`|&%s{}.png": (PNG, "image/png"),
    "back\\slash.png": (PNG, "image/png"),
    "CON.png": (PNG, "image/png"),
    "é" * 127: (PNG, "image/png"),
    "x" * 251 + ".png": (PNG, "image/png"),
    "iVBORw0KGgo": (PNG, "image/png"),
    "R0lGODlh.gif": (PNG, "image/png"),
    "photo with EXIF.jpg": (encoded("JPEG", exif=exif(6)), "image/jpeg"),
    "photo with a thumbnail.jpg": (jpeg_with(THUMBNAIL), "image/jpeg"),
    "200 KB before the pixels.jpg": (jpeg_with(*[bytes(65_000)] * 3), "image/jpeg"),
    "fill bytes.jpg": (JPEG[:2] + b"\xff" * 50 + JPEG[2:], "image/jpeg"),
    "motion photo.jpg": (JPEG + box(b"ftyp", b"mp42") + bytes(200_000), "image/jpeg"),
    "progressive.jpg": (encoded("JPEG", progressive=True), "image/jpeg"),
    "cmyk.jpg": (encoded("JPEG", gradient("CMYK")), "image/jpeg"),
    "two views.jpg": (encoded("MPO", save_all=True, append_images=[SECOND]), "image/jpeg"),
    "animated.png": (encoded("PNG", save_all=True, append_images=[SECOND]), "image/png"),
    "16 bits.png": (encoded("PNG", gradient("L").convert("I;16")), "image/png"),
    "trailing.png": (PNG + b"\nmore", "image/png"),
    "animated.gif": (encoded("GIF", save_all=True, append_images=[SECOND]), "image/gif"),
    "padded.gif": (SAMPLES["image/gif"] + bytes(700), "image/gif"),
    "lossless.webp": (encoded("WEBP", lossless=True), "image/webp"),
    "animated.webp": (encoded("WEBP", save_all=True, append_images=[SECOND]), "image/webp"),
    "extended.webp": (encoded("WEBP", gradient("RGBA"), exif=exif()), "image/webp"),
    "top down.bmp": (SAMPLES["image/bmp"][:22] + struct.pack("<i", -HEIGHT) + SAMPLES["image/bmp"][26:], "image/bmp"),
    "big.tiff": (encoded("TIFF", big_tiff=True), "image/tiff"),
    "a.avif": (SAMPLES["image/avif"], "image/avif"),
    "turned.heic": (SAMPLES["image/heic"], "image/heic"),
    # Truncated or damaged.
    "empty.png": (b"", "is empty"),
    "one byte.png": (b"\x89", "of a known type"),
    "signature alone.png": (PNG[:8], "the last PNG chunk is missing"),
    "header alone.png": (PNG[:33], "the last PNG chunk is missing"),
    "half.png": (PNG[: len(PNG) // 2], "it ends after"),
    "no end.png": (PNG[:-12], "the last PNG chunk is missing"),
    "no pixels.png": (PNG[:33] + PNG[-12:], "it holds no pixels"),
    "no header.png": (PNG[:8] + PNG[33:], "its PNG header is missing"),
    "zeros at the end.png": (PNG[:-40] + bytes(40), "is damaged"),
    "half.jpg": (JPEG[: len(JPEG) // 2], "is damaged"),
    "no end.jpg": (JPEG[:-2], "the mark at the end of a JPEG is missing"),
    "header alone.jpg": (JPEG[:40], "its pixels are missing"),
    "zeros at the end.jpg": (JPEG[:-100] + bytes(100), "the mark at the end of a JPEG is missing"),
    "only the thumbnail is whole.jpg": (jpeg_with(THUMBNAIL)[:-100], "the mark at the end of a JPEG is missing"),
    "half.webp": (SAMPLES["image/webp"][:-50], "its header says"),
    "half.gif": (SAMPLES["image/gif"][:-50], "its pixels are missing"),
    "half.bmp": (SAMPLES["image/bmp"][:-50], "its pixels end at 7,966"),
    "half.tiff": (SAMPLES["image/tiff"][:-50], "it ends after"),
    "half.avif": (SAMPLES["image/avif"][:-50], "its box 'mdat' ends at"),
    "half.heic": (SAMPLES["image/heic"][:-5], "its box 'mdat' ends at"),
    "sent as text.png": (PNG.replace(b"\r\n", b"\n"), "by reading or writing it as text"),
    "read as text.jpg": (JPEG.decode(errors="replace").encode(), "by reading or writing it as text"),
    # Other content.
    "hello.png": (b"hello, world", "looks like text"),
    "utf-8.png": ("\ufeffžluťoučký kůň".encode() * 9, "looks like text"),
    "base64 in a file.png": (B64.encode(), "base64 of a picture: pass what it holds"),
    "data URI in a file.png": (f"data:image/png;base64,{B64}".encode(), "a data URI: pass what it holds"),
    "error page.png": (b"<!DOCTYPE html><title>403</title>", "an HTML page"),
    "error page 2.png": (b"\n<!-- cached -->\n<html><body>", "an HTML page"),
    "error.png": (b'{"error": "no such picture"}', "looks like JSON"),
    "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
    "drawing.svgz": (gzip.compress(b"<svg/>"), "gzip-compressed"),
    "paper.pdf": (b"%PDF-1.7\n", "a PDF document"),
    "film.mp4": (box(b"ftyp", b"isom", bytes(4), b"isomavc1"), "a video"),
    "film.mov": (box(b"ftyp", b"qt  ", bytes(4), b"qt  "), "a video"),
    "film.webm": (b"\x1aE\xdf\xa3" + bytes(40), "a video"),
    "film.avi": (b"RIFF\x24\x00\x00\x00AVI LIST", "a video"),
    "song.mp3": (b"ID3\x04" + bytes(40), "sound"),
    "song.wav": (b"RIFF\x24\x00\x00\x00WAVEfmt ", "sound"),
    "layers.psd": (b"8BPS\x00\x01" + bytes(40), "a Photoshop document"),
    "site.ico": (b"\x00\x00\x01\x00\x01\x00" + bytes(40), "an icon"),
    "new.jxl": (b"\xff\x0a" + bytes(40), "JPEG XL"),
    "old.jp2": (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000"),
    "archive.png": (b"PK\x03\x04" + bytes(40), "a ZIP archive"),
    "._photo.jpg": (b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X", "begin with ._"),
    "pointer.png": (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "a pointer of Git LFS"),
    "noise.png": (bytes(range(7, 27)) * 9, "of a known type"),
}


def reported(source: Any, **options: Any) -> str:
    with pytest.raises(RequestValidationError) as caught:
        read(source, **options)
    assert len(caught.value.problems) == 1
    return str(caught.value)


def tried(source: Any) -> tuple[Picture | None, str]:
    """The result of reading, or the message."""
    try:
        return read(source, local_files=False), ""
    except RequestValidationError as error:
        return None, str(error)


def test_at_least_60_unusual_files_are_tested() -> None:
    assert len(FILES) >= 60


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("form", ["str", "path", "open"])
def test_an_unusual_file_is_read_or_refused_as_expected(
    name: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, expected = FILES[name]
    path = tmp_path / name
    path.write_bytes(content)
    monkeypatch.chdir(tmp_path)
    source = {"str": name, "path": Path(name), "open": path}[form]
    if form == "open":
        with path.open("rb") as opened:
            check(opened, content, expected)
    else:
        check(source, content, expected)


def check(source: Any, content: bytes, expected: str) -> None:
    if not expected.startswith("image/"):
        assert expected in reported(source)
        return
    picture = read(source)
    assert (picture.data, picture.media_type) == (content, expected)
    assert (picture.width, picture.height) == (WIDTH, HEIGHT)
    assert Path(picture.filename or "").suffix.lower() in {
        "image/jpeg": {".jpg", ".jpeg"}, "image/tiff": {".tiff"}, "image/heic": {".heic"},
    }.get(expected, {expected.replace("image/", ".")})  # fmt: skip


def sparse(place: Path) -> None:
    place.write_bytes(PNG)
    os.truncate(place, 2**40)


PLACES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "a folder": (lambda place: place.mkdir(), "is a folder"),
    "a pipe": (os.mkfifo, "not a regular file"),
    "a socket": (lambda place: socket.socket(socket.AF_UNIX).bind(place.name), "not a regular file"),
    "a link to a device": (lambda place: place.symlink_to("/dev/zero"), "not a regular file"),
    "a link to a folder": (lambda place: place.symlink_to("."), "is a folder"),
    "a link to nothing": (lambda place: place.symlink_to("missing"), "a link to what is not there"),
    "a link to itself": (lambda place: place.symlink_to(place.name), "leads back to itself"),
    "nothing": (lambda place: None, "no such file"),
    "a sparse file": (sparse, "more than 25 MB"),
}


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("kind", PLACES)
def test_pipes_and_devices_are_refused_without_waiting(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make, expected = PLACES[kind]
    make(Path("a.png"))
    assert expected in reported(Path("a.png"))
    assert "a.png" in reported("a.png")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x" * 256 + ".png", "longer than the system allows"),
        ("\0.png", "no such file"),
        ("a.png/b.png", "a part of its path is not a folder"),
        ("\ud800.png", "no such file"),
        ("~no-such-user/a.png", "no such file"),
        ("", "folder"),
        (" ", "the path is empty"),
    ],
)
def test_an_impossible_file_name_is_reported(
    name: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.png").write_bytes(PNG)
    assert expected in reported(Path(name))
    assert name.strip() == "" or "no such file" in reported(name)


def test_a_file_name_that_is_not_utf_8_is_accepted(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.png")
    Path(name).write_bytes(PNG)
    assert read(name).data == PNG
    assert read(Path(name)).filename == "\udcff\udcfe.png"


@pytest.mark.parametrize("text", ["file:///a.png", "FILE:///a.png"])
def test_the_error_for_a_file_url_names_what_to_pass(text: str) -> None:
    assert "pass the path without `file://`" in reported(text)


@pytest.mark.parametrize("sample", [*SAMPLES, "progressive", "big tiff", "animated gif"])
def test_a_picture_truncated_at_any_byte_is_refused(sample: str) -> None:
    data = SAMPLES.get(sample) or {
        "progressive": encoded("JPEG", progressive=True),
        "big tiff": encoded("TIFF", big_tiff=True),
        "animated gif": encoded("GIF", save_all=True, append_images=[SECOND]),
    }[sample]  # fmt: skip
    for cut in {*range(0, len(data), 41), *range(len(data) - 30, len(data))}:
        if "gif" not in sample or cut != len(data) - 1:  # a GIF needs no trailer
            reported(data[:cut])


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.binary(max_size=40), st.sampled_from([*SAMPLES]), st.integers(0, 90), st.booleans(), st.booleans())
def test_base64_in_any_spelling_is_decoded(more: bytes, kind: str, width: int, safe: bool, padded: bool) -> None:
    data = SAMPLES[kind] + (more if kind in {"image/png", "image/jpeg", "image/gif"} else b"")
    text = (base64.urlsafe_b64encode if safe else base64.b64encode)(data).decode()
    text = text if padded else text.rstrip("=")
    if width:
        text = "\r\n".join(text[i : i + width] for i in range(0, len(text), width))
    assert read(text, local_files=False).data == data


BEGINNINGS = ["data:", "image/png", ";base64,", "http://", "https:", "/", "~", B64[:40], "%", "=", "\0", "\ud800"]
TEXTS = st.text(max_size=60) | st.builds(
    "".join,
    st.lists(
        st.sampled_from(BEGINNINGS)
        | st.text(max_size=5),
        max_size=6,
    ),
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=300, derandomize=True, deadline=None)
@given(TEXTS)
@example("data:,\ud800")
@example("data:image/png;base64,%ud8")
@example("https://[")
def test_any_text_is_a_url_or_refused_with_a_short_message(text: str) -> None:
    for make in (str, ImageInput.base64, ImageInput.data_uri, ImageInput.url, ImageInput.path):
        picture, problem = tried(make(text))
        assert len(problem) < 600
        assert picture is None or picture.url == text.strip()


@pytest.mark.slow
@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    st.sampled_from([*SAMPLES.values()]),
    st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=4)), max_size=5),
)
def test_a_picture_with_changed_bytes_is_accepted_or_refused(data: bytes, changes: list[tuple[int, bytes]]) -> None:
    for position, new in changes:
        data = data[:position] + new + data[position + len(new) :]
    picture, problem = tried(data)
    assert len(problem) < 300
    assert picture is None or picture.data == data


def test_a_picture_with_huge_declared_dimensions_is_read() -> None:
    picture = read(png(60_000, 60_000))
    assert (picture.width, picture.height) == (60_000, 60_000)
    assert read(PNG[:33] + chunk(b"tEXt", b"k\0v") * 1000 + PNG[33:]).width == WIDTH


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        JPEG[:-2] + b"\xff" * 3_000_000 + b"\x00",
        b"\xff\xd8" + b"\xff" * 3_000_000 + b"\xc0",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00," + bytes(10) + b"\x01\x00" * 1_500_000,
        box(b"ftyp", b"heic", bytes(4), b"mif1heic") + box(b"free") * 400_000,
        b"II\x2a\x00\x08\x00\x00\x00\xff\xff" + (b"\x11\x01\x04\x00" + b"\xff" * 3 + b"\x00" + bytes(4)) * 65_535,
        PNG[:33] + chunk(b"tEXt", b"") * 250_000,
    ],
    ids=["JPEG of FF", "JPEG of fill bytes", "GIF", "HEIC", "TIFF", "PNG"],
)
def test_a_file_designed_to_exhaust_the_parser_is_handled(data: bytes) -> None:
    """Every parser of files is bounded; without that, some of these would not end."""
    tried(data)
    tried(ImageInput.bytes(data, strip_metadata=True))
