"""Width and height are checked before a call, large pictures can be resized, and metadata can be removed."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageOps

from tests.client.sample_pictures import HEIGHT, PNG, SAMPLES, WIDTH, box, chunk, encoded, exif, gradient, heic, png
from tests.table import table
from venice_client import ImageInput, RequestValidationError
from venice_client.images.formats.dimensions import dimensions_of
from venice_client.images.inputs import Limits, Picture, check_limits, read
from venice_client.images.picture import GENERAL

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
# These distinguish a corner of the sample from the others.
CORNERS = [(0.1, 0.1), (0.9, 0.1), (0.1, 0.9)]


def shown(data: bytes | None) -> tuple[tuple[int, int], list[tuple[bool, bool]]]:
    """The picture as it is displayed: its size, and the brightness of its corners."""
    with Image.open(io.BytesIO(data or b"")) as image:
        seen = ImageOps.exif_transpose(image).convert("RGB")
    pixels: list[Any] = [seen.getpixel((int(x * seen.width), int(y * seen.height))) for x, y in CORNERS]
    return seen.size, [(pixel[0] > 128, pixel[1] > 128) for pixel in pixels]


def exif_of(data: bytes | None) -> dict[int, Any]:
    with Image.open(io.BytesIO(data or b"")) as image:
        return dict(image.getexif())


def big_jpeg_header(width: int, height: int) -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
    application = b"\xff\xe2" + struct.pack(">H", 65_535) + b"\xff\xc0" * 32_766 + b"\xff"
    return b"\xff\xd8" + application * 3 + frame


@table(
    ("data", "size"),
    [
        *((data, (WIDTH, HEIGHT)) for data in SAMPLES.values()),
        (encoded("JPEG", progressive=True), (WIDTH, HEIGHT)),
        (encoded("JPEG", exif=exif(6)), (WIDTH, HEIGHT)),
        (encoded("WEBP", lossless=True), (WIDTH, HEIGHT)),
        (encoded("WEBP", gradient("RGBA"), exif=exif()), (WIDTH, HEIGHT)),
        (encoded("TIFF", big_tiff=True), (WIDTH, HEIGHT)),
        (b"MM\x00\x2a" + struct.pack(">LHHHLHHHHLHH", 8, 2, 256, 3, 1, 40, 0, 257, 3, 1, 30, 0), (40, 30)),
        (b"BM" + bytes(12) + struct.pack("<LHHHH", 12, 300, 200, 1, 24), (300, 200)),
        (b"BM" + bytes(12) + struct.pack("<LiiHH", 40, 300, -200, 1, 24), (300, 200)),
        (b"GIF89a\xff\xff\x00\x80" + bytes(7), (65_535, 32_768)),
        (b"RIFF\x40\x00\x00\x00WEBPVP8 " + bytes(7) + b"\x9d\x01\x2a" + struct.pack("<HH", 0x42C, 0xC2BC), (1068, 700)),
        (big_jpeg_header(50_000, 40_000), (50_000, 40_000)),
        (png(60_000, 60_000), (60_000, 60_000)),
        (heic(4032, 3024), (4032, 3024)),
        (png(0, 5), None),
        (PNG[:18], None),
        (b"\xff\xd8\xff\xe0", None),
        (b"hello", None),
        (box(b"ftyp", b"heic", bytes(4), b"mif1heic"), None),
        (b"II\x2a\x00\xff\xff\xff\xff" + bytes(9), None),
        (b"II\x2b\x00\x08\x00\x00\x00" + b"\xff" * 8 + bytes(9), None),
    ],
)
def test_width_and_height_are_read_from_the_header(data: bytes, size: tuple[int, int] | None) -> None:
    assert dimensions_of(data) == size


def test_the_error_for_a_limit_has_both_numbers_and_advice() -> None:
    huge = read(png(60_000, 60_000))
    with pytest.raises(RequestValidationError) as caught:
        check_limits(huge, max_pixels=33_177_600, max_bytes=50, what="image")
    assert caught.value.problems == (
        (
            "image is 60,000 x 60,000 pixels (3,600,000,000), "
            "and at most 33,177,600 are taken: resize=True makes it smaller"
        ),
        f"image holds {huge.size} bytes, and at most 50 are taken: resize=True makes it smaller",
    )
    with pytest.raises(RequestValidationError) as caught:
        check_limits(read(PNG), min_pixels=65_536, min_side=44)
    assert caught.value.problems == (
        "the picture is 61 x 43 pixels (2,623), and at least 65,536 are needed: enlarge it first",
        "the picture is 61 x 43 pixels, and both sides must have at least 44: enlarge it first",
    )


def test_pictures_within_the_limits_or_of_unknown_size_pass() -> None:
    edge = Picture(upload=read(PNG).upload, media_type="image/png", width=7680, height=4320)
    check_limits(edge, min_pixels=GENERAL.min_pixels, max_pixels=GENERAL.max_pixels, max_bytes=GENERAL.max_bytes)
    check_limits(read("https://example.com/a.png"), min_pixels=65_536, max_pixels=1, max_bytes=1, min_side=9)
    check_limits(Picture(upload=read(PNG).upload), min_pixels=65_536, max_pixels=1, min_side=9)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("WEBP", "image/webp"),
        ("TIFF", "image/png"),
        ("AVIF", "image/png"),
    ],
)
@pytest.mark.parametrize("orientation", [1, 3, 6, 7])
def test_resize_keeps_proportions_media_type_profile_and_orientation(
    kind: str, expected: str, orientation: int
) -> None:
    data = encoded(kind, gradient(size=(400, 200)), exif=exif(orientation), icc_profile=PROFILE)
    picture = read(ImageInput.bytes(data, resize=True, name="a.b"), limits=Limits(max_pixels=5000))
    size, corners = shown(data)
    assert (picture.width, picture.height) == ((100, 50) if size == (400, 200) else (50, 100))
    assert shown(picture.data) == ((picture.width, picture.height), corners)
    assert (picture.media_type, dimensions_of(picture.data or b"")) == (expected, (picture.width, picture.height))
    assert 0x0112 not in exif_of(picture.data)
    with Image.open(io.BytesIO(picture.data or b"")) as image:
        assert image.info["icc_profile"] == PROFILE


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_resize_accepts_every_color_mode(mode: str) -> None:
    image = gradient("L" if mode == "I;16" else "RGB").convert(mode)
    data = encoded("JPEG" if mode == "CMYK" else "PNG", image)
    picture = read(ImageInput.bytes(data, resize=True), limits=Limits(max_pixels=1000))
    assert (picture.width or 0) * (picture.height or 0) <= 1000
    with Image.open(io.BytesIO(picture.data or b"")) as found:
        assert found.mode in {mode, "L", "RGB", "RGBA"}


@pytest.mark.parametrize(("mode", "colour"), [("L", 200), ("RGB", (1, 2, 3))])
def test_resize_converts_a_transparent_color_to_an_alpha_channel(mode: str, colour: Any) -> None:
    half = Image.new(mode, (200, 100), 0)
    half.paste(colour, (0, 0, 100, 100))
    picture = read(ImageInput.of(encoded("PNG", half, transparency=colour), resize=True), limits=Limits(max_pixels=800))
    with Image.open(io.BytesIO(picture.data or b"")) as image:
        alpha = image.getchannel("A")
        assert [alpha.getpixel((x, 5)) for x in (1, 38)] == [0, 255]
        assert alpha.getextrema() == (0, 255)
        assert "transparency" not in image.info


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_resize_respects_the_limit_of_bytes(kind: str) -> None:
    data = encoded(kind, Image.effect_noise((300, 200), 90), **({"quality": 100} if kind != "PNG" else {}))
    picture = read(ImageInput.of(data, resize=True), limits=Limits(max_bytes=9_000))
    assert (picture.size or 0) <= 9_000
    assert abs((picture.width or 0) / (picture.height or 1) - 1.5) < 0.05
    assert read(ImageInput.of(data, resize=True), limits=Limits(max_bytes=len(data))).data == data


@pytest.mark.parametrize(
    ("data", "reported"),
    [
        (png(60_000, 60_000), "more pixels than Pillow decodes: raise PIL.Image.MAX_IMAGE_PIXELS"),
        (encoded("GIF", save_all=True, append_images=[gradient().rotate(9)]), "several frames"),
        (encoded("PNG", save_all=True, append_images=[gradient().rotate(9)]), "several frames"),
        (encoded("TIFF", gradient("L").convert("F")), "holds floats: scale it to 8 bits"),
        (heic(), "convert it to PNG or JPEG first"),
        (png(100, 100), "can't be read by Pillow"),
    ],
)
def test_a_picture_that_resize_cannot_handle_is_reported(data: bytes, reported: str) -> None:
    with pytest.raises(RequestValidationError, match=reported):
        read(ImageInput.bytes(data, resize=True), limits=Limits(max_pixels=100))


def test_resize_of_a_file_with_two_views_keeps_the_first() -> None:
    data = encoded("MPO", gradient(), save_all=True, append_images=[gradient().rotate(90)])
    assert shown(read(ImageInput.bytes(data, resize=True), limits=Limits(max_pixels=900)).data)[1] == shown(data)[1]


KINDS: dict[str, Any] = {
    "PNG": {},
    "JPEG": {"comment": b"Secret comment", "xmp": b"<x:xmpmeta>Secret</x:xmpmeta>"},
    "WEBP": {"xmp": b"<x:xmpmeta>Secret</x:xmpmeta>", "lossless": True},
    "TIFF": {},
    "AVIF": {"xmp": b"<x:xmpmeta>Secret</x:xmpmeta>"},
}


@table("kind", KINDS)
@table("orientation", [1, 2, 3, 5, 6, 8])
def test_strip_metadata_removes_metadata_and_keeps_the_orientation(kind: str, orientation: int) -> None:
    data = encoded(kind, exif=exif(orientation), icc_profile=PROFILE, **KINDS[kind])
    if kind == "PNG":
        data = data[:33] + chunk(b"tEXt", b"Author\0Secret") + chunk(b"tIME", bytes(7)) + data[33:] + b"Secret"
    if kind == "JPEG":
        data = data.replace(b"\xff\xdb", b"\xff\xed\x00\x12Photoshop Secret\xff\xdb", 1) + b"Secret"
    assert b"Secret" in data
    picture = read(ImageInput.bytes(data, strip_metadata=True, name="photo"))
    assert b"Secret" not in (picture.data or b"")
    assert set(exif_of(picture.data)) <= {0x0112}
    assert shown(picture.data) == shown(data)
    assert (picture.width, picture.height) == dimensions_of(picture.data or b"")
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(picture.data or b"")) as after:
        assert after.info.get("icc_profile") == PROFILE
        if kind in {"PNG", "JPEG", "WEBP"}:
            assert after.tobytes() == before.tobytes()
            assert picture.media_type == f"image/{kind.lower()}"


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_strip_metadata_keeps_all_frames_of_an_animation(kind: str) -> None:
    frames: dict[str, Any] = {"save_all": True, "append_images": [gradient().rotate(9)], "duration": 70, "loop": 3}
    extra: dict[str, Any] = {"comment": b"Secret"} if kind == "GIF" else {"exif": exif()}
    data = encoded(kind, **frames, **extra)
    stripped = read(ImageInput.bytes(data, strip_metadata=True)).data or b""
    assert b"Secret" not in stripped
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(stripped)) as after:
        assert (after.n_frames, after.info["loop"]) == (2, before.info["loop"])  # type: ignore[attr-defined]
        for frame in range(2):
            before.seek(frame)
            after.seek(frame)
            assert after.tobytes() == before.tobytes()


def test_strip_metadata_removes_comments_between_scans_of_a_progressive_jpeg() -> None:
    data = encoded("JPEG", progressive=True, exif=exif(6))
    scan = data.index(b"\xff\xda", data.index(b"\xff\xda") + 2)
    data = data[:scan] + b"\xff\xfe\x00\x08Secret" + data[scan:]
    stripped = read(ImageInput.bytes(data, strip_metadata=True)).data or b""
    assert b"Secret" not in stripped
    assert shown(stripped) == shown(data)


def test_strip_metadata_removes_the_jfif_thumbnail() -> None:
    data = encoded("JPEG")
    seen = b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x02\x02" + b"SecretSecret"  # 2 x 2 pixels of three bytes
    data = data[:2] + b"\xff\xe0" + (2 + len(seen)).to_bytes(2) + seen + data[20:]
    stripped = read(ImageInput.bytes(data, strip_metadata=True)).data or b""
    assert b"Secret" not in stripped
    assert shown(stripped) == shown(data)


def test_strip_metadata_refuses_formats_that_it_cannot_strip() -> None:
    with pytest.raises(RequestValidationError, match="convert it to PNG or JPEG first"):
        read(ImageInput.bytes(heic(), strip_metadata=True))


def test_strip_metadata_and_resize_work_together_on_a_large_file(tmp_path: Any) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(encoded("PNG", exif=exif(6)) + bytes(26 * 1024 * 1024))
    picture = read(ImageInput.path(path, strip_metadata=True, resize=True))
    assert picture.size is not None
    assert picture.size < 3000
    assert b"Secret" not in (picture.data or b"")
    assert shown(picture.data)[0] == (HEIGHT, WIDTH)
