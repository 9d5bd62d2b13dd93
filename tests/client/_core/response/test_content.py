"""Binary responses are saved completely or not at all, and do not overwrite files."""

from __future__ import annotations

import base64
import binascii
import copy
import errno
import io
import os
import pickle
import re
import stat
import sys
import threading
from pathlib import Path
from typing import Any, cast

import attrs
import pytest

from tests.standin.media import content
from venice_client import RequestValidationError, VideoResult
from venice_client._core.metadata import Meta
from venice_client._core.response.binary import BinaryContent
from venice_client.images.results import ImageResult, ImageResults

PNG = b"\x89PNG\r\n\x1a\nabc"


def picture(media_type: str = "image/png") -> ImageResult:
    return ImageResult(PNG, media_type, {"CF-RAY": "r"})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_content_supports_data_bytes_len_and_headers() -> None:
    content = BinaryContent(b"abc", "audio/mpeg", {"CF-RAY": "r", "Set-Cookie": "s"})
    assert bytes(content) == content.data == b"abc"
    assert len(content) == 3
    assert content.headers == {"cf-ray": "r"}


def test_repr_shows_the_size_and_not_the_bytes() -> None:
    assert repr(BinaryContent(b"x" * 12345, "audio/mpeg")) == "BinaryContent(audio/mpeg, 12,345 bytes)"
    assert repr(picture()) == "ImageResult(image/png, 11 bytes)"


@pytest.mark.parametrize("content", [BinaryContent(b"abc", "audio/mpeg", {"a": "b"}), picture()])
def test_contents_are_frozen_comparable_hashable_copyable_and_picklable(content: BinaryContent) -> None:
    for other in (pickle.loads(pickle.dumps(content)), copy.deepcopy(content), copy.copy(content)):
        assert other == content
        assert type(other) is type(content)
        assert hash(other) == hash(content)
    assert attrs.evolve(content, data=b"other") != content
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        content.data = b""  # type: ignore[misc]


def test_an_image_result_differs_from_binary_content_of_the_same_bytes() -> None:
    assert picture() != BinaryContent(PNG, "image/png", {"CF-RAY": "r"})


def test_save_writes_the_file_and_returns_its_path(tmp_path: Path) -> None:
    path = picture().save(tmp_path / "sunset.png")
    assert path == tmp_path / "sunset.png"
    assert path.read_bytes() == PNG
    assert names(tmp_path) == ["sunset.png"]
    assert picture().save(str(tmp_path / "other.png")) == tmp_path / "other.png"


@pytest.mark.parametrize(
    ("given", "media_type", "saved"),
    [
        ("a", "image/png", "a.png"),
        ("a", "image/jpeg; q=1", "a.jpg"),
        ("a", "IMAGE/WEBP", "a.webp"),
        ("a.jpeg", "image/jpeg", "a.jpeg"),
        ("a.JPG", "image/jpeg", "a.JPG"),
        ("a.jpg", "image/png", "a.png"),
        ("a.b.jpg", "image/png", "a.b.png"),
        ("v1.2", "image/png", "v1.2.png"),
        ("a.", "image/png", "a.png"),
        (".hidden", "image/png", ".hidden.png"),
        ("a.png", "audio/mpeg", "a.mp3"),
        ("a", "video/mp4", "a.mp4"),
        ("a", "application/zip", "a.zip"),
        ("a.bin", "application/octet-stream", "a.bin"),
        ("a", "x/unknown", "a"),
    ],
)
def test_save_corrects_the_suffix_to_the_media_type(given: str, media_type: str, saved: str, tmp_path: Path) -> None:
    assert BinaryContent(b"x", media_type).save(tmp_path / given) == tmp_path / saved
    assert names(tmp_path) == [saved]


def test_save_replaces_an_existing_file_only_with_overwrite(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"dear")
    with pytest.raises(FileExistsError, match="overwrite=True") as caught:
        picture().save(path)
    assert (caught.value.errno, caught.value.filename) == (errno.EEXIST, str(path))
    assert path.read_bytes() == b"dear"
    assert names(tmp_path) == ["a.png"]
    assert picture().save(path, overwrite=True) == path
    assert path.read_bytes() == PNG
    assert names(tmp_path) == ["a.png"]


def test_save_does_not_overwrite_a_file_of_the_corrected_name(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"dear")
    with pytest.raises(FileExistsError):
        picture().save(tmp_path / "a.jpg")
    assert (tmp_path / "a.png").read_bytes() == b"dear"


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_save_treats_a_broken_symlink_as_an_existing_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to(tmp_path / "nowhere.png")
    with pytest.raises(FileExistsError):
        picture().save(tmp_path / "a.png")
    assert names(tmp_path) == ["a.png"]


def test_only_one_of_several_threads_saves_to_the_same_name(tmp_path: Path) -> None:
    outcomes: list[str] = []
    start = threading.Barrier(8)

    def save(number: int) -> None:
        content = BinaryContent(bytes([number]) * 1000, "image/png")
        start.wait()
        try:
            content.save(tmp_path / "a.png")
            outcomes.append(f"saved {number}")
        except FileExistsError:
            outcomes.append("refused")

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    data = (tmp_path / "a.png").read_bytes()
    assert sorted(outcomes) == ["refused"] * 7 + [f"saved {data[0]}"]
    assert data == data[:1] * 1000
    assert names(tmp_path) == ["a.png"]


def test_save_works_on_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_args: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    path = picture().save(tmp_path / "a.png")
    assert path.read_bytes() == PNG
    with pytest.raises(FileExistsError, match="overwrite=True"):
        BinaryContent(b"x", "image/png").save(path)
    assert path.read_bytes() == PNG
    assert names(tmp_path) == ["a.png"]

    def no_replace(*_args: object) -> Any:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "replace", no_replace)
    with pytest.raises(OSError, match="Input/output"):
        picture().save(tmp_path / "b.png")
    assert names(tmp_path) == ["a.png"]


def test_a_failed_save_leaves_no_file_and_can_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    content = picture()
    (tmp_path / "a.png").write_bytes(b"dear")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            content.save(tmp_path / "a.png", overwrite=True)
    assert names(tmp_path) == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == b"dear"
    assert content.save(tmp_path / "b.png").read_bytes() == PNG


def test_save_names_the_missing_folder_and_does_not_create_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="folder to save in does not exist") as caught:
        picture().save(tmp_path / "no" / "such" / "a.png")
    assert caught.value.filename == str(tmp_path / "no" / "such")
    assert names(tmp_path) == []


def test_save_reports_a_parent_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotADirectoryError, match="is a file"):
        picture().save(tmp_path / "file" / "a.png")


@pytest.mark.parametrize("name", ["", "folder", "folder.png", "folder.jpg"])
def test_save_refuses_the_path_of_an_existing_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir(exist_ok=True)
    for overwrite in (False, True):
        with pytest.raises(IsADirectoryError):
            picture().save(tmp_path / name, overwrite=overwrite)


def test_save_refuses_a_path_that_ends_with_a_slash(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        picture().save(f"{tmp_path}/missing/")
    with pytest.raises(FileNotFoundError, match="does not exist"):
        ImageResults([picture()], meta=Meta()).save(f"{tmp_path}/missing/")
    assert list(tmp_path.iterdir()) == []


def test_save_names_the_way_to_write_to_an_open_file() -> None:
    with pytest.raises(TypeError, match=r"BytesIO.*; for an open file, write `\.data` to it"):
        picture().save(cast("Any", io.BytesIO()))


def test_save_refuses_a_corrected_name_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(IsADirectoryError):
        picture().save(tmp_path / "a", overwrite=True)
    assert names(tmp_path) == ["a.png"]


def test_save_expands_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert picture().save("~/a.png") == tmp_path / "a.png"


@pytest.mark.skipif(os.name == "nt", reason="there are no such rights")
def test_a_saved_file_has_the_default_permissions(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    saved = picture().save(tmp_path / "a.png")
    assert stat.S_IMODE(saved.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_an_image_result_has_base64_and_a_data_uri() -> None:
    encoded = base64.b64encode(PNG).decode()
    assert picture().base64 == encoded
    assert picture("image/PNG; x=y").data_uri == f"data:image/png;base64,{encoded}"


@pytest.mark.parametrize(
    ("media_type", "png", "jpeg"),
    [
        ("image/png", PNG, None),
        ("image/jpeg", None, PNG),
        ("image/jpg; x=y", None, PNG),
        ("image/webp", None, None),
    ],
)
def test_a_notebook_shows_png_and_jpeg(media_type: str, png: bytes | None, jpeg: bytes | None) -> None:
    result = picture(media_type)
    assert (result._repr_png_(), result._repr_jpeg_()) == (png, jpeg)


# ---- base64 in responses, and metadata beside the bytes


def test_base64_is_decoded_once_on_first_access(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[Any] = []
    original = binascii.a2b_base64

    def decode(text: Any, **options: Any) -> bytes:
        decoded.append(text)
        return original(text, **options)

    monkeypatch.setattr("binascii.a2b_base64", decode)
    text = base64.encodebytes(PNG).decode()
    result = ImageResult.of_base64(text, "image/png", {"CF-RAY": "r"})
    assert (result.media_type, result.request_id, decoded) == ("image/png", "r", [])
    assert (result.data, result.data, len(result), bytes(result)) == (PNG, PNG, len(PNG), PNG)
    assert decoded == [text.replace("\n", "").rstrip("=") + "=" * text.count("=")]


@pytest.mark.parametrize("change", [copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
def test_an_undecoded_image_can_be_copied_pickled_and_compared(change: Any) -> None:
    result = ImageResult.of_base64(base64.b64encode(PNG).decode(), "image/png", {"CF-RAY": "r", "Set-Cookie": "s"})
    other = change(result)
    assert (other, hash(other), other.headers) == (picture(), hash(picture()), {"cf-ray": "r"})
    assert other != ImageResult(PNG + b"1", "image/png")
    assert repr(other) == "ImageResult(image/png, 11 bytes)"
    with pytest.raises(AttributeError, match="'ImageResult' has no attribute 'dat'"):
        _ = result.dat  # type: ignore[attr-defined]


def test_threads_that_decode_one_image_read_the_same_bytes() -> None:
    data = PNG + bytes(3_000_000)
    result = ImageResult.of_base64(base64.b64encode(data).decode(), "image/png", {})
    start = threading.Barrier(8)
    found: list[bool] = []

    def look() -> None:
        start.wait()
        found.append(result.data == data)

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 8


def test_image_results_are_compared_by_bytes_and_not_by_headers() -> None:
    assert ImageResult(PNG, "image/png", {"CF-RAY": "one"}) == ImageResult(PNG, "image/png", {"CF-RAY": "other"})
    assert len({ImageResult(PNG, "image/png", {"CF-RAY": "one"}), ImageResult(PNG, "image/png"), picture()}) == 1


def test_properties_read_the_response_headers() -> None:
    headers = {
        "CF-RAY": "r",
        "x-venice-model-id": "m",
        "x-venice-balance-diem": "1.5",
        "x-venice-is-content-violation": "false",
        "x-venice-enhanced-prompt": "a%20lake",
    }
    speech = BinaryContent(b"abc", "audio/mpeg", headers)
    assert (speech.request_id, speech.model, speech.balance.diem) == ("r", "m", 1.5)
    result = ImageResult(PNG, "image/png", headers)
    assert (result.content_violation, result.blurred, result.enhanced_prompt) == (False, None, "a lake")
    assert (BinaryContent(b"", "audio/mpeg").model, picture().balance.usd) == (None, None)


def test_an_image_result_has_a_size_and_opens_in_pillow() -> None:
    real = content("image/jpeg")
    result = ImageResult(real, "image/jpeg")
    assert (result.width, result.height) == (1, 1)
    assert result.pil().size == (1, 1)
    assert (picture().width, picture().height) == (None, None)


def test_pil_without_pillow_names_the_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(RequestValidationError, match=r"pip install 'venice-client\[pillow\]'"):
        picture().pil()


def test_a_notebook_shows_webp_as_html() -> None:
    encoded = base64.b64encode(PNG).decode()
    shown = picture("image/webp")._repr_mimebundle_()
    assert shown["image/webp"] == encoded
    assert shown["text/html"].startswith(f'<img src="data:image/webp;base64,{encoded}"')
    assert picture("image/png")._repr_mimebundle_(include=None, exclude=None) == {}


@pytest.mark.parametrize(
    ("given", "saved"),
    [
        ("cat.png", "cat-1.png cat-2.jpg"),
        ("cat", "cat-1.png cat-2.jpg"),
        ("v1.2", "v1.2-1.png v1.2-2.jpg"),
        (".hidden", ".hidden-1.png .hidden-2.jpg"),
        ("", "image-1.png image-2.jpg"),
    ],
)
def test_several_images_are_saved_with_numbered_names(given: str, saved: str, tmp_path: Path) -> None:
    pictures = ImageResults([picture(), picture("image/jpeg")], meta=Meta())
    assert [path.name for path in pictures.save(tmp_path / given)] == saved.split()
    assert names(tmp_path) == sorted(saved.split())
    assert len(pictures.save(str(tmp_path / given), overwrite=True)) == 2


@pytest.mark.parametrize("kind", [BinaryContent, ImageResult, VideoResult])
@pytest.mark.parametrize("name", ["content", "read", "iter_bytes", "write_to_file"])
def test_a_name_of_another_library_is_answered_with_data_and_save(kind: type[BinaryContent], name: str) -> None:
    made = kind(b"\x89PNG\r\n\x1a\n", "image/png")
    said = f"'{kind.__name__}' has no attribute '{name}'; its bytes are in .data, and .save(path) writes them"
    with pytest.raises(AttributeError, match=re.escape(said)):
        getattr(made, name)
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == made
