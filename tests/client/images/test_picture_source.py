"""Every kind of picture is read; other inputs are refused with a short message."""

from __future__ import annotations

import base64
import builtins
import io
import os
import pickle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import attrs
import pytest

from tests.client.images.refusals import refusal
from tests.client.sample_pictures import B64, HEIGHT, JPEG, PNG, SAMPLES, WIDTH
from tests.table import table
from venice_client import ImageInput
from venice_client._core.response.sniffing import picture_type
from venice_client.images.inputs import Picture, PictureInput, read
from venice_client.images.picture import RESIZE_LIMIT, SIZE_LIMIT
from venice_client.images.uploads import BytesUpload


def picture(data: bytes = PNG, filename: str = "image.png", media_type: str = "image/png") -> Picture:
    """The expected picture of a sample."""
    upload = BytesUpload(data)
    return Picture(upload=upload, media_type=media_type, filename=filename, width=WIDTH, height=HEIGHT)


def off_disk(source: PictureInput) -> Picture:
    """Reads with a file system that fails on every access, only during the call: pytest itself needs it."""

    def touched(*_args: object, **_options: object) -> Any:
        raise AssertionError("the file system was touched")

    with pytest.MonkeyPatch.context() as patched:
        for module, name in ((os, "stat"), (os, "lstat"), (os, "open"), (io, "open"), (builtins, "open")):
            patched.setattr(module, name, touched)
        return read(source)


def test_the_check_for_file_system_access_works() -> None:
    with pytest.raises(AssertionError, match="touched"):
        off_disk("photo.png")


@table("media_type", SAMPLES)
def test_the_bytes_give_the_media_type(media_type: str) -> None:
    assert picture_type(SAMPLES[media_type]) == media_type
    name = {"image/jpeg": "image.jpg"}.get(media_type, media_type.replace("/", "."))
    assert read(SAMPLES[media_type]) == picture(SAMPLES[media_type], name, media_type)


def test_big_endian_tiff_and_avif_with_a_general_brand_are_recognised() -> None:
    assert picture_type(b"MM\x00\x2a" + bytes(20)) == "image/tiff"
    assert picture_type(b"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1avif" + bytes(8)) == "image/avif"
    assert picture_type(b"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1heic" + bytes(8)) == "image/heic"
    assert picture_type(b"BMW is a car, this is text and not a bitmap") is None


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_are_read_as_a_picture(kind: Any) -> None:
    found = read(kind(PNG))
    assert found == picture()
    assert type(found.data) is bytes


@table("media_type", SAMPLES)
def test_base64_of_any_picture_is_recognised_without_the_file_system(media_type: str) -> None:
    assert off_disk(base64.b64encode(SAMPLES[media_type]).decode()).data == SAMPLES[media_type]


@pytest.mark.parametrize(
    "text",
    [
        B64.rstrip("="),
        base64.urlsafe_b64encode(JPEG).decode(),
        base64.urlsafe_b64encode(JPEG).decode().rstrip("="),
        base64.encodebytes(PNG).decode(),
        f"\n  {B64}\n",
        B64[:3] + "\r\n\t " + B64[3:],
        base64.b64encode(PNG + bytes(3_000_000)).decode(),
    ],
    ids=["no padding", "URL-safe", "URL-safe, no padding", "in lines", "around", "early break", "large"],
)
def test_base64_is_read_in_all_its_spellings(text: str) -> None:
    data = off_disk(text).data
    assert data is not None
    assert data.startswith((PNG, JPEG))


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
@pytest.mark.parametrize("before", [b"", b"data:image/png;base64,"])
def test_base64_in_bytes_is_decoded(before: bytes, kind: Any) -> None:
    content = kind(before + base64.encodebytes(PNG))
    maker: Any = ImageInput.data_uri if before else ImageInput.base64
    for source in (content, maker(content), ("a.png", content)):
        assert off_disk(source).data == PNG
    assert "looks like" in refusal(ImageInput.bytes(content), off_disk)
    assert "pass the bytes" in refusal(str(bytes(content))) or before


def test_base64_takes_precedence_over_a_file_of_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = base64.urlsafe_b64encode(PNG).decode()
    Path(name).write_bytes(JPEG)
    assert read(name).data == PNG
    assert read(Path(name)).data == JPEG


def test_damaged_base64_is_reported_with_a_short_message() -> None:
    text = refusal(B64[:60] + "!" + B64[60:], off_disk)
    assert text.startswith(f"base64 '{B64[:40]}'… is damaged")
    assert len(text) < 150
    assert "damaged" in refusal(B64.rstrip("=") + "AAA", off_disk)


@table(
    "uri",
    [
        f"data:image/png;base64,{B64}",
        f"DATA:image/png;charset=x;BASE64,{B64}",
        f"data:;base64,{B64}",
        f"data:image/png;base64;charset=x,{B64}",
        f"data:image/png,{B64}",
        f"data:image/jpeg;base64,{B64}",
        f" data:image/png;base64,{quote(B64, safe='')}\n",
        f"data:image/png,{quote(PNG)}",
    ],
)
def test_a_data_uri_is_decoded_and_its_bytes_give_the_media_type(uri: str) -> None:
    assert off_disk(uri) == picture()


@pytest.mark.parametrize(
    ("uri", "reported"),
    [
        ("data:image/png;base64", "no comma"),
        ("data:image/png;base64,", "is empty"),
        ("data:image/png;base64,iVBO*", "damaged"),
        ("data:text/plain,hello%20there", "looks like text"),
        ("data:image/svg+xml,%3Csvg%20xmlns='x'/%3E", "SVG"),
    ],
)
def test_a_data_uri_without_a_picture_is_refused(uri: str, reported: str) -> None:
    assert reported in refusal(uri, off_disk)


@pytest.mark.parametrize("url", ["https://example.com/a.png", "HTTP://example.com", "hTTps://example.com/a?b=c#d"])
def test_a_url_is_passed_on_unchanged(url: str) -> None:
    assert off_disk(f" {url}\n") == Picture(url=url)


@table(
    "url",
    [
        "https://",
        "http:///a.png",
        "https://example.com/a b.png",
        "https://?x",
        "http://[::1/a.png",
        "http://example.com:99999/a.png",
        "http://:80/a.png",
        "http://user@/a.png",
        "https://example.com/\0a.png",
        "https://example.com/\ud800.png",
    ],
)
def test_an_invalid_url_is_refused(url: str) -> None:
    assert refusal(url, off_disk).startswith("not a URL, though it starts as one")


@pytest.mark.parametrize(
    ("data", "reported"),
    [
        (b"", "is empty"),
        (b"hello, world", "looks like text"),
        ("žluťoučký kůň".encode() * 100, "looks like text"),
        (b" <!DOCTYPE html><p>x", "looks like an HTML page"),
        (b"<html><svg/></html>", "looks like an HTML page"),
        (b"<svg xmlns='x'/>", "SVG drawing"),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<svg/>", "SVG drawing"),
        (b"<?xml version='1.0'?><note/>", "an XML document"),
        (b"<?xml" * 300, "an XML document"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b'{"error": "no"}', "looks like JSON"),
        (b"PK\x03\x04abc", "a ZIP archive"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(20), "a video"),
        (b"\xff\x0a" + bytes(20), "JPEG XL"),
        (b"\x00\x01\x02\x03", "of a known type"),
        (b"\x00\x00\x01\x00\x01\x00", "is an icon, which the API does not take: save it as PNG first"),
    ],
)
def test_the_error_for_other_content_says_what_it_looks_like(data: bytes, reported: str, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(data)
    sources: list[PictureInput] = [data, io.BytesIO(data), file]
    for source in sources:
        assert reported in refusal(source)


@pytest.mark.slow
def test_a_picture_over_the_size_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large.png"
    with file.open("wb") as opened:
        opened.write(PNG)
        opened.truncate(SIZE_LIMIT + 1)
    large = file.read_bytes()
    text = base64.b64encode(large).decode()

    class Counted(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            piece = super().read(size)
            self.taken += len(piece)
            return piece

    class Stream(Counted):
        def seekable(self) -> bool:
            return False

    counted, stream = Counted(large), Stream(large + bytes(1_000_000))
    sources = [counted, stream, file, str(file), memoryview(large), text, f"data:image/png;base64,{text}"]
    for source in sources:
        assert "more than 25 MB" in refusal(source)
    assert counted.taken < 5000
    assert stream.taken == SIZE_LIMIT + 1
    with (tmp_path / "huge.png").open("wb") as opened:
        opened.write(PNG)
        opened.truncate(RESIZE_LIMIT + 1)
    assert "more than 256 MB" in refusal(ImageInput.path(tmp_path / "huge.png", resize=True))


@pytest.mark.slow
def test_a_picture_of_the_largest_size_passes_in_every_form() -> None:
    data = PNG + bytes(SIZE_LIMIT - len(PNG))
    assert read(data).size == SIZE_LIMIT
    assert read(io.BytesIO(data)).size == SIZE_LIMIT
    assert read(base64.b64encode(data).decode()).size == SIZE_LIMIT


def test_a_picture_has_its_size_and_base64() -> None:
    picture = read(PNG)
    assert picture.size == len(PNG)
    assert picture.base64 == B64
    url = read("https://example.com/a.png")
    assert url.size is None
    with pytest.raises(ValueError, match="URL"):
        _ = url.base64


def test_a_picture_is_either_bytes_or_a_url() -> None:
    with pytest.raises(ValueError, match="either"):
        Picture()
    with pytest.raises(ValueError, match="either"):
        Picture(upload=BytesUpload(b""), url="https://example.com")


def test_a_picture_is_frozen_picklable_and_has_a_short_repr() -> None:
    picture = read(PNG)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        picture.url = "x"  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(picture)) == picture
    assert f"<{len(PNG)} bytes>" in repr(picture)
    assert "IHDR" not in repr(picture)
