"""
Every kind of picture input and every operation with a picture: what the tests send, and where it arrives.

    with Inputs(folder) as inputs:
        for cell in cells(inputs):
            cell.call(venice)       # with either client
            cell.arrived(value, files)
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote_from_bytes

import numpy as np
from attrs import frozen
from PIL import Image

from tests.standin import png
from venice_client import BinaryContent, ImageInput, ImageResult

URL = "https://files.example/a%20picture.png?size=large&x=1"


class Inputs:
    """One picture in every form; each form opens its own file."""

    def __init__(self, folder: Path) -> None:
        # As large as the API wants pictures to be, and so small that it fits into a pipe.
        self.data = png.encode(png.Picture(256, 256, 3, (bytes(range(256)) * 3,) * 256))
        self.path = folder / "a photo.png"
        self.path.write_bytes(self.data)
        self._open: list[Any] = []
        data, path, text = self.data, self.path, base64.b64encode(self.data).decode()
        image = Image.open(io.BytesIO(data)).convert("RGB").resize((300, 260))
        array = np.asarray(image)
        self.forms: Mapping[str, Callable[[], Any]] = {
            "str path": lambda: str(path),
            "path": lambda: path,
            "path at home": lambda: Path("~") / path.name,
            "bytes": lambda: data,
            "bytearray": lambda: bytearray(data),
            "memoryview": lambda: memoryview(data),
            "base64": lambda: text,
            "base64 in lines": lambda: base64.encodebytes(data).decode(),
            "base64 for URLs, not padded": lambda: base64.urlsafe_b64encode(data).decode().rstrip("="),
            "data URI": lambda: f"data:image/png;base64,{text}",
            "data URI of a false type": lambda: f"data:image/jpeg;base64,{text}",
            "data URI in percents": lambda: "data:image/png," + quote_from_bytes(data),
            "open file": lambda: self._opened(path.open("rb")),
            "file in memory": lambda: io.BytesIO(data),
            "file from its middle": self._from_the_middle,
            "pipe": self._pipe,
            "name and bytes": lambda: ("b.png", data),
            "name, bytes and type": lambda: ("b.png", data, "image/png"),
            "name and open file": lambda: (None, self._opened(path.open("rb")), "image/png"),
            "image of PIL": lambda: image,
            "array": lambda: array,
            "result": lambda: ImageResult(data, "image/png"),
            "result of base64": lambda: ImageResult.of_base64(text, "image/png", {}),
            "file of an answer": lambda: BinaryContent(data, "image/png"),
            "ImageInput of a path": lambda: ImageInput.path(path),
            "ImageInput of base64": lambda: ImageInput.base64(text),
            "ImageInput of anything": lambda: ImageInput.of(data, name="c.png"),
            "URL": lambda: URL,
            "ImageInput of a URL": lambda: ImageInput.url(URL),
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for file in self._open:
            file.close()

    def is_sent(self, form: str, got: bytes) -> bool:
        """Whether what arrived is the picture: byte for byte, or the same pixels where there were no bytes."""
        made = {"image of PIL", "array"}
        return (
            got.startswith(b"\x89PNG") and Image.open(io.BytesIO(got)).size == (300, 260)
            if form in made
            else (got == self.data)
        )

    def _opened(self, file: Any) -> Any:
        self._open.append(file)
        return file

    def _from_the_middle(self) -> Any:
        file = io.BytesIO(b"before" + self.data)
        file.seek(6)
        return file

    def _pipe(self) -> Any:
        """A file that can't be sought."""
        reading, writing = os.pipe()
        os.write(writing, self.data)
        os.close(writing)
        return self._opened(os.fdopen(reading, "rb"))


@frozen
class Target:
    """An operation that takes a picture."""

    key: str
    call: Callable[[Any, Any], Any]
    """Takes a client and the picture."""
    place: tuple[str | int, ...] = ("image",)
    """Where the picture is in JSON."""
    form: str = ""
    """The name of the file in a form, where files make one."""
    prefix: str = ""
    url_at: str | None = ""
    """Where a URL goes, if not there; None where none is taken."""


def _chat(venice: Any, picture: Any) -> Any:
    content = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": picture}}]
    return venice.chat.completions.create(model="m", messages=[{"role": "user", "content": content}])


def _responses(venice: Any, picture: Any) -> Any:
    content = [{"type": "image_url", "image_url": picture}, {"type": "input_image", "image_url": {"url": URL}}]
    return venice.responses.create(model="m", input=[{"role": "user", "content": content}])


def _input_image(venice: Any, picture: Any) -> Any:
    content = [{"type": "input_image", "image_url": {"url": picture}}]
    return venice.responses.create(model="m", input=[{"role": "user", "content": content}])


def _video(**fields: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    def call(venice: Any, picture: Any) -> Any:
        given = {name: make(picture) for name, make in fields.items()}
        return venice.video.queue(model="m", prompt="p", duration="5s", **given)

    return call


_DATA_URI = "data:image/png;base64,"
TARGETS = (
    Target("POST /image/edit", lambda venice, it: venice.images.edit(it, "p"), form="image"),
    Target("POST /image/multi-edit", lambda venice, it: venice.images.multi_edit([it], "p"), ("images", 0), "images"),
    Target("POST /image/upscale", lambda venice, it: venice.images.upscale(it, scale=2), form="image", url_at=None),
    Target(
        "POST /image/background-remove",
        lambda venice, it: venice.images.remove_background(it),
        form="image",
        url_at="image_url",
    ),
    Target(
        "POST /image/generate",
        lambda venice, it: venice.images.generate("p", model="m", style_references=[{"image": it}]),
        ("style_references", 0, "image"),
    ),
    Target("POST /chat/completions", _chat, ("messages", 0, "content", 1, "image_url", "url"), prefix=_DATA_URI),
    Target("POST /responses", _responses, ("input", 0, "content", 0, "image_url"), prefix=_DATA_URI),
    Target("POST /responses", _input_image, ("input", 0, "content", 0, "image_url", "url"), prefix=_DATA_URI),
    Target("POST /video/queue", _video(image_url=lambda it: it), ("image_url",), prefix=_DATA_URI),
    Target(
        "POST /video/queue",
        _video(reference_image_urls=lambda it: [URL, it]),
        ("reference_image_urls", 1),
        prefix=_DATA_URI,
    ),
)
_WHOLLY = frozenset({"POST /image/edit", "POST /image/generate", "POST /chat/completions"})
_SOME = frozenset({"str path", "open file", "base64", "name and bytes", "result", "URL", "ImageInput of a URL"})


@frozen
class Cell:
    """One picture in one form for one operation."""

    inputs: Inputs
    form: str
    target: Target

    def call(self, venice: Any) -> Any:
        """Make the call; awaitable with an async client."""
        return self.target.call(venice, self.inputs.forms[self.form]())

    @property
    def is_url(self) -> bool:
        return "URL" in self.form and "for URLs" not in self.form

    def arrived(self, value: Any, files: Mapping[str, list[bytes]]) -> bool:
        """Whether the picture is in the body of a request, where it belongs and in the form that it should have."""
        target = self.target
        if target.form and not self.is_url:
            return list(files) == [target.form] and self.inputs.is_sent(self.form, files[target.form][0])
        for step in (target.url_at,) if self.is_url and target.url_at else target.place:
            value = value[step]
        if self.is_url:
            return bool(value == URL)
        head, text = value[: len(target.prefix)], value[len(target.prefix) :]
        return head == target.prefix and self.inputs.is_sent(self.form, base64.b64decode(text, validate=True))


def cells(inputs: Inputs, *, every: bool = False) -> Iterator[Cell]:
    """
    Yield every form of the picture for an operation that sends it as a file, as base64 and as a data URI, and some for
    all others; or, with `every`, every form for every operation that takes it.
    """
    for target in TARGETS:
        for form in inputs.forms:
            cell = Cell(inputs, form, target)
            taken = not cell.is_url or target.url_at is not None
            if taken and (every or target.key in _WHOLLY or form in _SOME):
                yield cell
