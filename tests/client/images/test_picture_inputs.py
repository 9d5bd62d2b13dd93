"""More picture inputs: tuples, results, PIL images, NumPy arrays, and `ImageInput`."""

from __future__ import annotations

import base64
import copy
import io
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.client.sample_pictures import B64, HEIGHT, JPEG, PNG, WIDTH, encoded, exif, gradient
from tests.table import table
from venice_client import BinaryContent, ImageInput, ImageResult, RequestValidationError
from venice_client.images.inputs import Picture, read
from venice_client.images.uploads import BytesUpload


def refusal(source: Any, **options: Any) -> str:
    with pytest.raises(RequestValidationError) as caught:
        read(source, **options)
    return str(caught.value)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(PNG)
    return path


@table(
    ("content", "name", "expected"),
    [
        (PNG, "cat.png", "cat.png"),
        (PNG, "cat.jpeg", "cat.png"),
        (JPEG, "cat.JPEG", "cat.JPEG"),
        (PNG, "v1.2", "v1.2.png"),
        (bytearray(PNG), None, "image.png"),
        (memoryview(PNG), "", "image.png"),
        (io.BytesIO(PNG), "../../etc/passwd", "passwd.png"),
        (B64, "C:\\pictures\\ž luťoučký.gif", "ž luťoučký.png"),
        (f"data:image/gif;base64,{B64}", "-rf", "-rf.png"),
        (gradient(), ".png", ".png.png"),
        (ImageResult(PNG, "image/png"), 'a "quoted"\nname', 'a "quoted"\nname.png'),
    ],
)
@table("declared", [(), ("image/tiff",), (None,)])
def test_a_tuple_sets_the_file_name_and_the_bytes_set_the_media_type(
    content: Any, name: str | None, expected: str, declared: tuple[Any, ...]
) -> None:
    if isinstance(content, io.BytesIO):
        content.seek(0)
    picture = read((name, content, *declared))
    assert picture.filename == expected
    assert picture.media_type == ("image/jpeg" if content is JPEG else "image/png")
    assert content is JPEG or isinstance(content, Image.Image) or picture.data == PNG


def test_a_path_in_a_tuple_must_be_a_path_object(photo: Path) -> None:
    source: Any = ("other.png", photo)
    assert read(source).filename == "other.png"
    assert "damaged" in refusal(("other.png", str(photo)))


class Later:
    """A result that is not there yet."""

    def __await__(self) -> Any: ...


@table(
    ("source", "reported"),
    [
        (("a.png",), "a tuple that is not (name, content)"),
        ((PNG, "a.png"), "a tuple that is not (name, content)"),
        (("a", PNG, "image/png", {"X-Part": "1"}), "can't send the headers of (name, content, type, headers)"),
        (("a", PNG, "image/png", {}, 5), "a tuple that is not (name, content)"),
        (("a", "https://example.com/a.png"), "pass the URL alone"),
        (("a", ("b", PNG)), "tuple in a tuple"),
        (("a", ImageInput.bytes(PNG)), "pass it alone, with name="),
        (("a", b"text"), "looks like text"),
        ([ImageResult(PNG, "image/png")], "list of 1: pass its item, [0]"),
        ([PNG, PNG], "list of 2: pass one of its items, or join its pieces, b''.join(...)"),
        ((part for part in (PNG[:9], PNG[9:])), "from generator: join its pieces, b''.join(...)"),
        (Later(), "from Later: await it, and pass its result"),
        ([], "list of 0"),
        (BinaryContent(b"ID3\x04" + bytes(40), "audio/mpeg"), "the BinaryContent is not a picture"),
    ],
)
def test_an_input_similar_to_a_picture_is_refused_with_advice(source: Any, reported: str) -> None:
    assert reported in refusal(source)


@pytest.mark.parametrize("kind", [ImageResult, BinaryContent])
def test_the_result_of_an_earlier_call_is_accepted(kind: type[BinaryContent]) -> None:
    picture = read(kind(JPEG, "image/png"))
    assert (picture.data, picture.media_type) == (JPEG, "image/jpeg")


def test_objects_with_data_and_media_type_or_a_picture_method_are_accepted() -> None:
    class Own:
        data = PNG
        media_type = "image/png"

    class Wrapped:
        def __venice_picture__(self) -> Any:
            return Own()

    class Endless:
        def __venice_picture__(self) -> Any:
            return self

    assert read(Own()).data == PNG
    assert read(Wrapped()).data == PNG
    assert read(ImageInput.of(Wrapped(), name="x")).filename == "x.png"
    assert "no end" in refusal(Endless())


@table("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "PA", "CMYK", "YCbCr", "HSV", "LAB", "I;16"])
def test_a_pil_image_is_sent_as_png(mode: str) -> None:
    image = gradient("RGBA" if mode == "PA" else "L" if mode == "I;16" else "RGB").convert(mode)
    picture = read(image)
    assert (picture.media_type, picture.width, picture.height) == ("image/png", WIDTH, HEIGHT)
    with Image.open(io.BytesIO(picture.data or b"")) as found:
        assert found.size == image.size
        if mode in {"L", "RGB", "RGBA"}:
            assert list(found.tobytes()) == list(image.tobytes())


def test_only_an_unchanged_pil_image_is_turned_by_its_orientation() -> None:
    opened = Image.open(io.BytesIO(encoded("JPEG", exif=exif(6))))
    upright, as_it_is = read(opened), read(opened.convert("RGB"))
    assert (upright.width, upright.height) == (HEIGHT, WIDTH)
    assert (as_it_is.width, as_it_is.height) == (WIDTH, HEIGHT)
    assert b"Secret" not in (upright.data or b"")


@pytest.mark.parametrize("mode", ["F", "I"])
def test_a_pil_image_of_a_mode_without_png_form_is_refused(mode: str) -> None:
    assert "8 bits a channel" in refusal(Image.new(mode, (9, 9)))


def test_an_unreadable_pil_image_is_refused() -> None:
    closed = Image.open(io.BytesIO(PNG))
    closed.close()
    assert "the PIL image can't be read" in refusal(closed)
    assert "the PIL image can't be read" in refusal(Image.open(io.BytesIO(encoded("JPEG")[:900])))


@table("shape", [(43, 61), (43, 61, 1), (43, 61, 3), (43, 61, 4)])
@table("layout", ["as it is", "every other", "turned"])
def test_an_array_is_sent_as_png(shape: tuple[int, ...], layout: str) -> None:
    array = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    array = {"as it is": array, "every other": array[::2, ::-2], "turned": array.swapaxes(0, 1)}[layout]
    picture = read(array)
    assert (picture.height, picture.width) == array.shape[:2]
    with Image.open(io.BytesIO(picture.data or b"")) as image:
        assert np.array_equal(np.asarray(image), array.squeeze())


@table(
    ("array", "reported"),
    [
        (np.zeros((9, 9), np.float32), "array of float32 is not a picture: scale it"),
        (np.zeros((9, 9), bool), "array of bool"),
        (np.zeros((9, 9), np.uint16), "array of uint16"),
        (np.zeros((9, 9), object), "array of object"),
        (np.zeros((3, 9, 9), np.uint8), "shape (3, 9, 9)"),
        (np.zeros((9, 9, 2), np.uint8), "shape (9, 9, 2)"),
        (np.zeros((0, 9), np.uint8), "shape (0, 9)"),
        (np.zeros(9, np.uint8), "shape (9,)"),
        (np.uint8(9), "shape ()"),
        (type("Claim", (), {"__array_interface__": np.zeros((9, 9), np.uint8).__array_interface__})(), "can't be read"),
    ],
)
def test_an_array_that_is_not_a_picture_is_refused(array: Any, reported: str) -> None:
    assert reported in refusal(array)


def test_an_array_without_pillow_names_the_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.delitem(sys.modules, "PIL.Image")
    reported = refusal(np.zeros((9, 9), np.uint8))
    assert reported == "an array as a picture needs Pillow: pip install 'venice-client[pillow]'"


MAKERS: dict[str, Callable[[Path], ImageInput]] = {
    "path": lambda photo: ImageInput.path(str(photo)),
    "path object": ImageInput.path,
    "base64": lambda _: ImageInput.base64(base64.encodebytes(PNG).decode()),
    "data URI": lambda _: ImageInput.data_uri(f"data:,{''.join(f'%{byte:02X}' for byte in PNG)}"),
    "bytes": lambda _: ImageInput.bytes(bytearray(PNG)),
    "file": lambda photo: ImageInput.file(io.BytesIO(photo.read_bytes())),
    "of a path": lambda photo: ImageInput.of(str(photo)),
    "of base64": lambda _: ImageInput.of(B64),
    "of an input": lambda photo: ImageInput.of(ImageInput.path(photo)),
    "of a picture": lambda photo: ImageInput.of(read(photo)),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("maker", MAKERS)
def test_an_image_input_can_be_pickled_and_has_a_short_repr(maker: str, photo: Path) -> None:
    given = MAKERS[maker](photo)
    assert read(given).data == PNG
    if maker != "file":
        assert read(pickle.loads(pickle.dumps(given))).data == PNG
        assert copy.deepcopy(given) == given
    assert len(repr(given)) < 400
    assert "IHDR" not in repr(given)


@table(
    ("given", "reported"),
    [
        (ImageInput.path("https://example.com/a.png"), "no such file"),
        (ImageInput.path(B64), "no such file"),
        (ImageInput.path(f"data:image/png;base64,{B64}"), "no such file"),
        (ImageInput.url("/etc/hostname"), "not an http(s) URL: '/etc/hostname'"),
        (ImageInput.url("file:///etc/hostname"), "not an http(s) URL"),
        (ImageInput.url(B64), "not an http(s) URL"),
        (ImageInput.base64("/etc/hostname"), "base64"),
        (ImageInput.base64("https://example.com/a.png"), "damaged"),
        (ImageInput.base64(f"data:image/png;base64,{B64}"), "damaged"),
        (ImageInput.data_uri("/etc/hostname"), "not a data URI: '/etc/hostname'"),
        (ImageInput.data_uri(B64), "not a data URI"),
        (ImageInput.bytes(b"/etc/hostname"), "looks like text"),
        (ImageInput.bytes("/etc/hostname"), "ImageInput.bytes can't take str"),  # type: ignore[arg-type]
        (ImageInput.path(PNG), "ImageInput.path can't take bytes"),  # type: ignore[arg-type]
        (ImageInput.file("/etc/hostname"), "ImageInput.file can't take str"),  # type: ignore[arg-type]
        (ImageInput.of(None), "can't take a picture from NoneType"),  # type: ignore[arg-type]
        (ImageInput("system", "ls"), "ImageInput.system can't take str"),
    ],
)
def test_an_image_input_is_read_only_as_its_declared_kind(given: ImageInput, reported: str) -> None:
    text = refusal(given)
    assert reported in text
    assert len(text) < 400


def test_options_of_nested_image_inputs_are_combined(photo: Path) -> None:
    inner = ImageInput.path(photo, name="inner.jpg", strip_metadata=True)
    assert read(inner).filename == "inner.png"
    assert read(ImageInput.of(inner, name="outer")).filename == "outer.png"
    assert isinstance(read(ImageInput.of(inner)).upload, BytesUpload)
    assert read(ImageInput.url("https://example.com/a.png", resize=True)).url == "https://example.com/a.png"
    assert "pass its bytes" in refusal(ImageInput.url("https://example.com/a.png", strip_metadata=True))


def test_a_picture_that_was_read_is_returned_unchanged(photo: Path) -> None:
    picture = read(photo)
    assert read(picture) is picture  # type: ignore[arg-type]
    assert read(ImageInput.of(picture, name="other")).filename == "other.png"  # type: ignore[arg-type]
    assert pickle.loads(pickle.dumps(picture)) == picture


@pytest.mark.parametrize("make", [str, lambda path: path, ImageInput.path, ImageInput.of, lambda path: ("a", path)])
@pytest.mark.parametrize("there", [True, False])
def test_local_files_false_refuses_files_by_name(make: Callable[[Path], Any], there: bool, photo: Path) -> None:
    reported = refusal(make(photo if there else photo.with_name("other.png")), local_files=False)
    assert "files are not opened by name (local_files=False)" in reported
    assert reported.replace("other", "photo") == refusal(make(photo), local_files=False)


def test_local_files_false_accepts_all_other_inputs(photo: Path) -> None:
    with photo.open("rb") as opened:
        for source in (opened, B64, f"data:;base64,{B64}", PNG, ImageInput.base64(B64), ImageResult(PNG, "image/png")):
            assert read(source, local_files=False).data == PNG
    assert read("https://example.com/a.png", local_files=False).url
    assert refusal("", local_files=False) == "the str is empty"


def test_reading_a_picture_imports_no_optional_library(photo: Path) -> None:
    program = """
import sys
from venice_client import ImageInput
assert "venice_client.images.inputs" not in sys.modules
from venice_client.images.inputs import read
assert read(ImageInput.path(sys.argv[1], resize=True)).width == 61
assert read(sys.argv[1]).size
found = {"PIL", "numpy", "imagesize", "urllib.request", "httpx"} & set(sys.modules)
assert not found, found
"""
    subprocess.run([sys.executable, "-c", program, str(photo)], check=True, timeout=60)


def test_a_picture_of_a_file_can_be_pickled_to_another_process(photo: Path) -> None:
    program = "import pickle, sys; print(len(pickle.load(sys.stdin.buffer).data))"
    picture: Picture = read(photo)
    done = subprocess.run(
        [sys.executable, "-c", program], input=pickle.dumps(picture), capture_output=True, check=True, timeout=60
    )
    assert int(done.stdout) == len(PNG)
