"""Forms: every kind of file and value is sent as the contract describes it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from tests.client._core.request.building import EDIT, MULTI, PNG, build, operation, problems, sent
from venice_client import RequestValidationError, Venice
from venice_client._core.request.multipart import Form
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import Anything, Dictionary, Text
from venice_client.models import ImageEditForm, ImageMultiEditForm

if TYPE_CHECKING:
    from tests.client.conftest import Loopback


class Readable:
    """A minimal file: an object with `read`."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int = -1) -> bytes:
        piece, self._data = self._data, b""
        return piece


OCTETS = "application/octet-stream"


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize(
    ("image", "name", "media_type"),
    [
        (PNG, "image", OCTETS),
        (bytearray(PNG), "image", OCTETS),
        (memoryview(PNG), "image", OCTETS),
        (io.BytesIO(PNG), "image", OCTETS),
        (Readable(PNG), "image", OCTETS),
        (("a.png", PNG), "a.png", None),
        (("a.png", PNG, "image/png"), "a.png", "image/png"),
        (("a.png", memoryview(PNG), "image/png"), "a.png", "image/png"),
        (("a.png", io.BytesIO(PNG), "image/png"), "a.png", "image/png"),
        ((None, PNG), "image", None),
        ((None, PNG, "image/png"), "image", "image/png"),
        (("a.png", PNG, None), "a.png", None),
        (("ä →.png", PNG, "image/png"), "ä →.png", "image/png"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_form_accepts_every_kind_of_file_input(
    server: Loopback, kind: str, image: Any, name: str, media_type: str | None
) -> None:
    if hasattr(image, "seek"):
        image.seek(0)
    elif isinstance(image, Readable):
        image = Readable(PNG)
    elif isinstance(image, tuple) and hasattr(image[1], "seek"):
        image[1].seek(0)
    (part, prompt) = sent(server, kind, EDIT, ImageEditForm(image=image, prompt="sünset"))
    assert part[0] == "image"
    if name.isascii():
        assert part[1] == name
    assert part[2] == (media_type or part[2])
    assert part[3] == PNG
    assert prompt == ("prompt", None, None, "sünset".encode())


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_form_accepts_an_open_file_and_leaves_it_open(server: Loopback, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    with path.open("rb") as file:
        parts = sent(server, kind, EDIT, ImageEditForm(image=file, prompt="p"))
        assert not file.closed
    assert parts[0][3] == PNG


@pytest.mark.parametrize(
    "images",
    [[PNG, b"2"], (PNG, b"2"), [("a", PNG), (None, b"2")], [io.BytesIO(PNG), io.BytesIO(b"2")]],
    ids=["list", "tuple", "named", "open"],
)
def test_several_files_are_sent_as_repeated_fields(server: Loopback, images: Any) -> None:
    parts = sent(server, "sync", MULTI, ImageMultiEditForm(images=images, prompt="p"))
    assert [(part[0], part[3]) for part in parts] == [("images", PNG), ("images", b"2"), ("prompt", b"p")]


FORM = operation(
    bodies={"multipart/form-data": Dictionary(Anything())}, results={"200": {"application/json": Anything()}}
)


def test_form_values_are_written_as_text_or_json(server: Loopback) -> None:
    values = {
        "text": "a\r\nb",
        "yes": True,
        "no": False,
        "number": 0.5,
        "whole": 3,
        "none": None,
        "unset": UNSET,
        "object": {"a": [1, "ä"]},
        "list": ["a", 1],
        "empty": "",
    }
    parts = sent(server, "sync", FORM, values)
    assert {part[0]: part[3].decode() for part in parts} == {
        "text": "a\r\nb",
        "yes": "true",
        "no": "false",
        "number": "0.5",
        "whole": "3",
        "object": '{"a": [1, "ä"]}',
        "list": '["a", 1]',
        "empty": "",
    }
    assert all(part[1] is None for part in parts)


def test_a_list_is_sent_as_repeated_fields_for_an_array() -> None:
    made = build(MULTI, {}, ImageMultiEditForm(images=["a", "b"], prompt="p"))
    assert isinstance(made.content, Form)
    fields = re.findall(r'name="(\w+)"\r\n\r\n(\w+)\r\n', b"".join(made.content).decode())
    assert fields == [("images", "a"), ("images", "b"), ("prompt", "p")]


def test_the_first_success_that_declares_a_media_type_says_what_it_holds() -> None:
    results = {"200": {"image/png": Anything()}, "202": {"image/png": Text(), "application/json": Text()}}
    found = operation(results={**results, "400": {"text/plain": Text()}})
    assert list(found.successes) == ["image/png", "application/json"], "a picture: a later success may be a status"
    assert isinstance(found.successes["image/png"], Anything)


def test_extra_body_may_add_a_file_to_a_form(server: Loopback) -> None:
    parts = sent(server, "sync", FORM, {"a": "1"}, extra_body={"a": "2", "mask": ("m.png", PNG)})
    assert [(part[0], part[1], part[3]) for part in parts] == [("a", None, b"2"), ("mask", "m.png", PNG)]


def test_a_form_without_fields_is_sent_as_a_form(server: Loopback) -> None:
    assert sent(server, "sync", FORM, {}) == []


def test_a_form_body_must_be_a_mapping() -> None:
    assert "form" in problems(FORM, {}, ["a"])[0]


def test_a_url_encoded_form_repeats_the_fields_of_a_list(server: Loopback) -> None:
    encoded = operation(bodies={"application/x-www-form-urlencoded": Dictionary()})
    server.answer("{}")
    with Venice("k", base_url=server.url) as venice:
        venice.send(encoded, {}, {"a": "1 ä", "b": [b"x", b"y"], "c": True, "d": None})
    head, _, content = server.requests[0].partition(b"\r\n\r\n")
    assert b"Content-Type: application/x-www-form-urlencoded\r\n" in head + b"\r\n"
    assert parse_qsl(content.decode()) == [("a", "1 ä"), ("b", "x"), ("b", "y"), ("c", "true")]


def test_a_file_in_text_mode_is_refused_before_anything_is_sent(server: Loopback, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("text")
    with path.open() as file, Venice("k", base_url=server.url) as venice:
        for odd in (file, io.StringIO("text")):
            body = ImageEditForm(image=odd, prompt="p")  # type: ignore[arg-type]
            with pytest.raises(RequestValidationError, match=r"binary|BytesIO"):
                venice.send(EDIT, {}, body)
    assert server.requests == []
