"""Image methods accept every kind of picture and return a picture, or raise an error that keeps the bytes."""

from __future__ import annotations

import base64
import inspect
import io
import json
import pickle
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.standin.media import content
from venice_client import (
    BadRequestError,
    DamagedResultWarning,
    ImageResult,
    RequestValidationError,
    ResponseDecodeError,
)
from venice_client._core.schema.shapes import Ref
from venice_client.api import OPERATIONS
from venice_client.images.resource import AsyncImages, Images

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback
    from tests.standin import StandIn

PNG = content("image/png")
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40)
BASE64 = base64.b64encode(PNG).decode()
EDIT = "POST /image/edit"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(PNG)
    return path


FILES: dict[str, Callable[[Path], Any]] = {
    "path as str": str,
    "path": lambda photo: photo,
    "bytes": lambda _: PNG,
    "bytearray": lambda _: bytearray(PNG),
    "memoryview": lambda _: memoryview(PNG),
    "base64": lambda _: BASE64,
    "base64 in lines": lambda _: base64.encodebytes(PNG).decode(),
    "data URI": lambda _: f"data:image/png;base64,{BASE64}",
    "open file": lambda photo: photo.open("rb"),
    "BytesIO": lambda _: io.BytesIO(PNG),
}


@pytest.mark.parametrize("form", FILES)
def test_every_kind_of_picture_input_is_sent_as_a_file(api: StandIn, call: Caller, photo: Path, form: str) -> None:
    image = FILES[form](photo)
    result = call(api.base_url, lambda venice: venice.images.edit(image, "sunset"))
    if hasattr(image, "close"):
        assert not image.closed
        image.close()
    api.assert_valid()
    (request,) = api.requests
    assert request.media_type == "multipart/form-data"
    assert request.files == {"image": [PNG]}
    assert request.value == {"prompt": "sunset"}
    assert type(result) is ImageResult


@pytest.mark.parametrize("url", ["https://files.example/a.png", " HTTP://files.example/a b.png".replace(" b", "b")])
def test_a_url_is_sent_as_json(api: StandIn, call: Caller, url: str) -> None:
    result = call(api.base_url, lambda venice: venice.images.edit(url, "sunset", aspect_ratio="16:9"))
    api.assert_valid()
    (request,) = api.requests
    assert request.media_type == "application/json"
    assert request.value == {"image": url.strip(), "prompt": "sunset", "aspect_ratio": "16:9"}
    assert type(result) is ImageResult


@pytest.mark.parametrize("name", ["png", "jpeg", "webp"])
def test_the_result_has_the_bytes_and_media_type_of_the_response(
    api: StandIn, call: Caller, tmp_path: Path, name: str
) -> None:
    api.answer(EDIT, media_type=f"image/{name}", headers={"CF-RAY": "ray-1"})
    result = call(api.base_url, lambda venice: venice.images.edit(PNG, "p", output_format=name))
    assert result.data == content(f"image/{name}")
    assert result.media_type == f"image/{name}"
    assert result.headers["cf-ray"] == "ray-1"
    saved = result.save(tmp_path / "sunset")
    assert saved.name == {"jpeg": "sunset.jpg"}.get(name, f"sunset.{name}")
    assert saved.read_bytes() == result.data
    assert pickle.loads(pickle.dumps(result)) == result
    assert api.requests[0].value["output_format"] == name


def test_exactly_the_given_arguments_are_sent(api: StandIn, call: Caller) -> None:
    options: dict[str, Any] = {
        "aspect_ratio": "16:9",
        "disable_prompt_optimization_thinking": True,
        "enhance_prompt": False,
        "model": "m",
        "model_id": "qwen-edit-uncensored",
        "output_format": "png",
        "resolution": "1K",
        "safe_mode": False,
    }
    call(api.base_url, lambda venice: venice.images.edit(image=PNG, prompt="p", **options))
    api.assert_valid()
    sent = dict(api.requests[0].value)
    assert sent.pop("modelId") == options.pop("model_id")
    assert sent == {**options, "prompt": "p"}


def test_call_options_are_passed_on(server: Loopback, call: Caller) -> None:
    server.answer(PNG, "image/png")
    call(
        server.url,
        lambda venice: venice.images.edit(
            PNG,
            "p",
            extra_headers={"X-More": "1"},
            extra_query={"q": "2"},
            extra_body={"prompt": "other", "strength": 0.5},
            timeout=5,
        ),
    )
    (request,) = server.requests
    assert request.startswith(b"POST /api/v1/image/edit?q=2 ")
    assert b"X-More: 1" in request
    assert b'name="strength"\r\n\r\n0.5' in request
    assert b'name="prompt"\r\n\r\nother' in request
    assert b'filename="image.png"\r\nContent-Type: image/png' in request


def test_the_file_name_and_media_type_are_sent(server: Loopback, call: Caller, tmp_path: Path) -> None:
    path = tmp_path / "misnamed.txt"
    path.write_bytes(PNG)
    server.answer(PNG, "image/png")
    call(server.url, lambda venice: venice.images.edit(path, "p"))
    assert b'filename="misnamed.txt.png"\r\nContent-Type: image/png' in server.requests[0]


@pytest.mark.parametrize("image", ["/no/such/file.png", "", b"no picture", b"", 5, None, io.StringIO("text")])
def test_an_invalid_picture_is_refused_before_anything_is_sent(server: Loopback, call: Caller, image: Any) -> None:
    with pytest.raises(RequestValidationError):
        call(server.url, lambda venice: venice.images.edit(image, "p"))
    assert server.requests == []


def test_a_missing_picture_is_refused_before_anything_is_sent(server: Loopback, call: Caller) -> None:
    with pytest.raises(RequestValidationError, match="image or image_url: a picture is needed"):
        call(server.url, lambda venice: venice.images.remove_background())
    assert not server.requests


@pytest.mark.parametrize("image", [PNG, "https://files.example/a.png"])
def test_an_unknown_parameter_is_refused_before_anything_is_sent(server: Loopback, call: Caller, image: Any) -> None:
    with pytest.raises(TypeError, match="strength"):
        call(server.url, lambda venice: venice.images.edit(image, "p", strength=0.5))
    assert server.requests == []


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"<html>Bad gateway</html>", "text/html"),
        (b'{"images": ["aGk="]}', "application/json"),
        (b"[]", "application/json"),
        (b"{", "application/json"),
        (b"words", "text/plain"),
        (b"words", "image/png"),
        (b"%PDF-1.7", "image/webp"),
        (WAV, "application/octet-stream"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (b"", "image/png"),
        (b"", None),
    ],
)
def test_a_response_that_is_not_a_picture_raises_an_error_that_keeps_it(
    server: Loopback, call: Caller, body: bytes, media_type: str | None
) -> None:
    server.answer(body, media_type, headers={"CF-RAY": "ray-1"})
    with pytest.raises(ResponseDecodeError) as caught:
        call(server.url, lambda venice: venice.images.edit(PNG, "p"))
    assert caught.value.body == body
    assert (caught.value.status, caught.value.request_id) == (200, "ray-1")
    assert not caught.value.media_type or caught.value.media_type == media_type
    assert pickle.loads(pickle.dumps(caught.value)).body == body


@pytest.mark.parametrize("is_error", [False, True])
def test_a_picture_that_came_cut_off_is_kept_and_reported(
    server: Loopback, call: Caller, tmp_path: Path, caplog: pytest.LogCaptureFixture, *, is_error: bool
) -> None:
    half = PNG[: len(PNG) // 2]
    encoded = json.dumps({"id": "i", "images": [base64.b64encode(half).decode()]})
    sent: list[tuple[bytes | str, str, Callable[[Any], Any]]] = [
        (half, "image/png", lambda venice: venice.images.edit(PNG, "p")),
        (encoded, "application/json", lambda venice: venice.images.generate("p", model="m")),
    ]
    for body, media_type, made in sent:
        server.answer(body, media_type, headers={"CF-RAY": "ray-1"})
        caplog.clear()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("error" if is_error else "always")
            found = call(server.url, made)
            picture = found[0] if isinstance(found, list) else found
            assert picture.data == half, "it was paid for"
        said = caplog.messages if is_error else [str(item.message) for item in caught]
        assert [text.partition(": it ends")[0] for text in said] == [
            "the picture of the response (request ray-1) is damaged"
        ]
        assert [item.category for item in caught] == ([] if is_error else [DamagedResultWarning])
        assert picture.save(tmp_path / "half.png", overwrite=True).read_bytes() == half


@pytest.mark.parametrize(
    "media_type", [None, "application/octet-stream", "video/mp4", "image/webp", "IMAGE/PNG; a=b", "text/plain"]
)
def test_the_first_bytes_give_the_media_type_of_a_picture(
    server: Loopback, call: Caller, media_type: str | None
) -> None:
    server.answer(PNG, media_type)
    picture = call(server.url, lambda venice: venice.images.edit(PNG, "p"))
    assert (picture.data, picture.media_type) == (PNG, "image/png")


def test_an_error_response_is_raised(server: Loopback, call: Caller) -> None:
    server.answer('{"error": "no", "suggested_prompt": "a lake"}', status=400)
    with pytest.raises(BadRequestError) as caught:
        call(server.url, lambda venice: venice.images.edit(PNG, "p"))
    assert caught.value.suggested_prompt == "a lake"


WAYS: dict[str, Callable[[Any], Any]] = {
    "edit": lambda images: images.edit(image=PNG, prompt="p"),
    "multi_edit": lambda images: images.multi_edit(images=[PNG, PNG], prompt="p"),
    "upscale": lambda images: images.upscale(image=PNG, scale=2),
    "remove_background": lambda images: images.remove_background(image_url="https://files.example/a.png"),
    "generate": lambda images: images.generate(prompt="p", model="m", variants=2),
}


@pytest.mark.parametrize("name", WAYS)
def test_every_method_accepts_keyword_arguments_and_returns_pictures(api: StandIn, call: Caller, name: str) -> None:
    found = call(api.base_url, lambda venice: WAYS[name](venice.images))
    api.assert_valid()
    pictures = found if name == "generate" else [found]
    assert {type(picture) for picture in pictures} == {ImageResult}
    assert len(pictures) == (2 if name == "generate" else 1)


def test_the_generations_method_returns_the_openai_shape(api: StandIn, call: Caller) -> None:
    assert call(api.base_url, lambda venice: venice.images.generations.create(prompt="p")).data
    api.assert_valid()


def test_multi_edit_accepts_iterables_of_pictures(api: StandIn, call: Caller, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(PNG)
    call(api.base_url, lambda venice: venice.images.multi_edit(sorted(tmp_path.glob("*.png")), "p"))
    call(api.base_url, lambda venice: venice.images.multi_edit(tmp_path.glob("*.png"), "p"))
    assert [request.files for request in api.requests] == [{"images": [PNG, PNG]}] * 2
    with pytest.raises(RequestValidationError, match=r"images: .* is not a list"):
        call(api.base_url, lambda venice: venice.images.multi_edit(str(tmp_path / "a.png"), "p"))


@pytest.mark.parametrize("name", WAYS)
def test_every_method_has_a_raw_and_a_streaming_response(api: StandIn, call: Caller, tmp_path: Path, name: str) -> None:
    def streamed(venice: Any) -> Any:
        opening = WAYS[name](venice.images.with_streaming_response)
        if call.kind == "sync":
            with opening as response:
                return response.parse() if name == "generate" else response.stream_to_file(tmp_path / "a")

        async def go() -> Any:
            async with opening as response:
                return await (response.parse() if name == "generate" else response.stream_to_file(tmp_path / "a"))

        return go()

    answer = call(api.base_url, lambda venice: WAYS[name](venice.images.with_raw_response))
    assert answer.request_id
    assert answer.request_id == answer.meta.request_id == answer.parsed.request_id
    found = call(api.base_url, streamed)
    if name == "generate":
        assert [picture.data for picture in found] == [picture.data for picture in answer.parsed]
    else:
        assert type(answer.parsed) is ImageResult
        assert found.suffix == ".png"
        assert found.read_bytes() == answer.parsed.data


def test_a_response_that_is_not_a_picture_is_not_written_to_a_file(
    server: Loopback, call: Caller, tmp_path: Path
) -> None:
    def save(venice: Any) -> Any:
        opening = venice.images.with_streaming_response.edit(PNG, "p")
        if call.kind == "sync":
            with opening as response:
                return response.stream_to_file(tmp_path / "a.png")

        async def go() -> Any:
            async with opening as response:
                return await response.stream_to_file(tmp_path / "a.png")

        return go()

    server.answer("<html>Bad gateway</html>", "text/html")
    server.answer(content("image/webp"), "image/x-webp")
    with pytest.raises(ResponseDecodeError) as caught:
        call(server.url, save)
    assert caught.value.body == b"<html>Bad gateway</html>"
    assert list(tmp_path.iterdir()) == []
    assert call(server.url, save).read_bytes() == content("image/webp")


OF_CALLS = {"resize", "strip_metadata", "progress", "extra_headers", "extra_query", "extra_body", "timeout", "validate"}


@pytest.mark.parametrize("name", WAYS)
def test_signatures_have_every_parameter_and_are_equal_for_both_clients(name: str) -> None:
    both = [inspect.signature(getattr(kind, name)) for kind in (Images, AsyncImages)]
    assert both[0] == both[1]
    assert not any(item.kind is item.VAR_KEYWORD for item in both[0].parameters.values())
    (operation,) = [item for item in OPERATIONS.values() if item.name == f"images.{name}"]
    fields = {
        field for shape in operation.bodies.values() if isinstance(shape, Ref) for field in shape.model.__fields__
    } | {item.name for item in operation.parameters}
    assert OF_CALLS | fields | {"self"} == set(both[0].parameters) - {"idle_timeout"}
    for kind in (Images, AsyncImages):
        text = inspect.getdoc(getattr(kind, name)) or ""
        assert all(f"    {parameter}: " in text for parameter in fields)
        assert (
            both[0].parameters[next(iter(list(both[0].parameters)[1:]))].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        )
