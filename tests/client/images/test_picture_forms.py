"""Forms of pictures: damaged base64 is not guessed, and objects of other libraries are not consumed."""

from __future__ import annotations

import base64
import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pydantic
import pytest

from tests.client.sample_pictures import JPEG, PNG, SAMPLES, encoded, gradient
from tests.table import table
from venice_client import RequestValidationError
from venice_client.images.encodings import decode_base64
from venice_client.images.inputs import read

GIF = SAMPLES["image/gif"]
BMP = SAMPLES["image/bmp"]


def noisy(seed: int) -> bytes:
    """A JPEG whose base64 has many plus signs."""
    return JPEG[:-2] + b"\xfb\xef\xbe" * (seed % 7 + 1) + JPEG[-2:]


def forms(text: str) -> list[Any]:
    """A base64 text in each accepted form."""
    return [text, text.encode(), f"data:image/jpeg;base64,{text}", ("a.jpg", text)]


@table("seed", range(12))
def test_a_space_in_base64_is_read_as_plus(seed: int) -> None:
    data = noisy(seed)
    text = base64.b64encode(data).decode()
    assert "+" in text
    for form in forms(text.replace("+", " ")):
        assert read(form).data == data


def test_base64_that_mixes_spaces_and_plus_signs_is_refused() -> None:
    text = base64.b64encode(noisy(3)).decode()
    for form in forms(text.replace("+", " ", 1)):
        with pytest.raises(RequestValidationError, match="is damaged"):
            read(form)


@table("width", [64, 76])
@table("end", ["\n", "\r\n", "\n    ", " "])
def test_base64_may_have_line_breaks(width: int, end: str) -> None:
    text = base64.b64encode(PNG).decode()
    lines = [text[start : start + width] for start in range(0, len(text), width)]
    for form in forms(end.join(lines)):
        assert read(form).data == PNG


def test_random_whitespace_in_base64_never_gives_other_bytes() -> None:
    chooser = random.Random(5)
    for _ in range(400):
        data = chooser.randbytes(chooser.randrange(1, 200))
        text = base64.b64encode(data).decode()
        if chooser.random() < 0.5:
            text = text.replace("+", " ")
        else:
            place = chooser.randrange(len(text))
            text = text[:place] + chooser.choice([" ", "+ ", "!", "\t\t "]) + text[place:]
        try:
            found = decode_base64(text)
        except ValueError:
            continue
        assert found == data


class Answer:
    """A response of an HTTP library: `data` and `content` read what is left, `read` reads piece by piece."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)
        self.drained = 0

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    @property
    def data(self) -> bytes:
        self.drained += 1
        return self._file.read()

    media_type = content = mode = pieces = url = data


def test_an_open_response_is_read_without_accessing_its_properties() -> None:
    answer = Answer(PNG)
    assert read(answer).data == PNG  # type: ignore[arg-type]  # a file, and more
    assert answer.drained == 0


def test_a_response_that_is_not_read_piece_by_piece_is_refused_with_the_way_to_its_bytes() -> None:
    with pytest.raises(RequestValidationError, match=r"can't take a picture from Response: pass its bytes, \.content"):
        read(httpx.Response(200, content=PNG))  # type: ignore[arg-type]  # it is not one


def test_a_property_that_raises_is_treated_as_absent() -> None:
    class Broken:
        @property
        def read(self) -> bytes:
            raise ConnectionError

        data = media_type = read

    with pytest.raises(RequestValidationError, match="can't take a picture from Broken"):
        read(Broken())  # type: ignore[arg-type]


def test_an_object_with_data_and_media_type_is_a_picture() -> None:
    assert read(SimpleNamespace(data=PNG, media_type="application/octet-stream")).media_type == "image/png"


@table("kind", [httpx.URL, pydantic.TypeAdapter(pydantic.HttpUrl).validate_python])
def test_an_object_of_a_url_class_is_a_url(kind: Callable[[str], Any]) -> None:
    assert read(kind("https://example.com/a.png")).url == "https://example.com/a.png"
    with pytest.raises(RequestValidationError, match="can't take a picture from"):
        read(cast("Any", httpx.URL("file:///etc/passwd")))


def test_a_picture_in_an_archive_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/photo.jpg", JPEG)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        picture = read(zipfile.Path(archive, "in/photo.jpg"))  # type: ignore[arg-type]
        assert (picture.data, picture.filename) == (JPEG, "photo.jpg")
        with pytest.raises(RequestValidationError, match=r"can't read Path 'no\.jpg'"):
            read(zipfile.Path(archive, "no.jpg"))  # type: ignore[arg-type]


def test_a_tuple_of_four_is_refused_if_it_has_headers() -> None:
    assert read(("a.png", PNG, "image/png", {})).filename == "a.png"  # type: ignore[arg-type]
    with pytest.raises(RequestValidationError, match="can't send the headers"):
        read(("a.png", PNG, "image/png", {"X": "y"}))  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [GIF, encoded("GIF", save_all=True, append_images=[gradient("L")])])
def test_a_gif_without_trailer_is_accepted(data: bytes) -> None:
    assert data[-1:] == b";"
    assert read(data[:-1]).media_type == "image/gif"
    for cut in (2, 3, 40):
        with pytest.raises(RequestValidationError, match="is damaged"):
            read(data[:-cut])


@pytest.mark.parametrize("says", [0, 1, len(BMP) - 9, len(BMP) + 100, 2**32 - 1])
def test_the_size_field_of_a_bmp_is_ignored(says: int) -> None:
    data = BMP[:2] + struct.pack("<L", says) + BMP[6:]
    assert read(data).size == len(BMP)
    with pytest.raises(RequestValidationError, match="its pixels end at"):
        read(data[:-1])


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_a_bmp_of_any_depth_without_its_last_row_is_refused(mode: str) -> None:
    data = encoded("BMP", gradient("RGB").convert(mode))
    assert read(data).size == len(data)
    with pytest.raises(RequestValidationError, match="is damaged"):
        read(data[:-1])
