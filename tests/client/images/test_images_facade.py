"""Image methods accept every kind of picture and return a picture, or raise an error that keeps the bytes."""

from __future__ import annotations

import ast
import base64
import inspect
import io
import json
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import venice_client
from tests.standin.media import content
from venice_client import (
    BadRequestError,
    ImageResult,
    RequestValidationError,
    ResponseDecodeError,
    Venice,
)
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.shapes import Ref
from venice_client.api import OPERATIONS
from venice_client.images.resource import AsyncImages, Images
from venice_client.images.results import ImageResults

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


# ---- generate


def test_generate_returns_a_list_of_pictures_for_json_and_binary_responses(
    server: Loopback, call: Caller, tmp_path: Path
) -> None:
    headers = {"CF-RAY": "ray-1", "x-venice-model-id": "m", "x-venice-is-blurred": "true", "x-venice-balance-usd": "2"}
    webp = content("image/webp")
    reported = {"id": "generate-1", "images": [BASE64, base64.b64encode(webp).decode()], "timing": {"total": 5}}
    server.answer(json.dumps(reported), headers=headers)
    server.answer(webp, "image/webp", headers=headers)
    made = call(server.url, lambda venice: venice.images.generate("p", model="m", format="webp"))
    assert [(picture.data, picture.media_type) for picture in made] == [(PNG, "image/png"), (webp, "image/webp")]
    assert isinstance(made, ImageResults)
    assert made.timing is not None
    assert (made.id, made.request_id, made.meta.model.id, made.timing.total) == ("generate-1", "ray-1", "m", 5)
    assert made.parsed is not None
    assert made.parsed.images == reported["images"]
    first = made[0]
    assert (first.model, first.blurred, first.content_violation, first.balance.usd) == ("m", True, None, 2)
    assert (first.width, first.height, first.request_id) == (256, 256, "ray-1")
    saved = made.save(tmp_path / "cat.jpg")
    assert [path.name for path in saved] == ["cat-1.png", "cat-2.webp"]
    assert [path.read_bytes() for path in saved] == [PNG, webp]
    again = pickle.loads(pickle.dumps(made))
    assert (again, again.id, again.meta) == (made, made.id, made.meta)

    whole = call(server.url, lambda venice: venice.images.generate("p", model="m", return_binary=True))
    assert [(picture.data, picture.media_type) for picture in whole] == [(webp, "image/webp")]
    assert (whole.id, whole.timing, whole.parsed, whole.request_id) == (None, None, None, "ray-1")
    assert [path.name for path in whole.save(tmp_path)] == ["image-1.webp"]
    with pytest.raises(FileExistsError):
        whole.save(tmp_path)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b'{"images": ["https://files.example/a.png"]}', "application/json"),
        (b'{"images": ["aGVsbG8gd29ybGQ="]}', "application/json"),
        (b'{"images": [null]}', "application/json"),
        (b'{"images": null}', "application/json"),
        (b'{"id": "a"}', "application/json"),
        (b"[]", "application/json"),
        (b"<html>Bad gateway</html>", "text/html"),
        (b"words", "text/plain"),
        (b"ID3", "audio/mpeg"),
    ],
)
def test_a_response_without_pictures_raises_an_error_that_keeps_it(
    server: Loopback, call: Caller, body: bytes, media_type: str
) -> None:
    server.answer(body, media_type, headers={"CF-RAY": "ray-1"})
    with pytest.raises(ResponseDecodeError) as caught:
        call(server.url, lambda venice: venice.images.generate("p", model="m"))
    assert (caught.value.body, caught.value.request_id) == (body, "ray-1")


def test_damaged_base64_of_a_picture_is_reported_on_access(server: Loopback, call: Caller) -> None:
    server.answer(json.dumps({"id": "a", "images": [BASE64, BASE64[:200] + "A"]}))
    made = call(server.url, lambda venice: venice.images.generate("p", model="m"))
    assert made[0].data == PNG
    with pytest.raises(ResponseDecodeError, match="the base64 of a picture is damaged") as caught:
        _ = made[1].data
    assert caught.value.body == BASE64[:200].encode() + b"A"


def test_a_result_can_be_the_picture_of_the_next_call(api: StandIn, call: Caller) -> None:
    api.answer("POST /image/generate", body={"id": "a", "images": [BASE64], "timing": {}})
    made = call(api.base_url, lambda venice: venice.images.generate("p", model="m"))
    call(api.base_url, lambda venice: venice.images.edit(made[0], "p"))
    call(api.base_url, lambda venice: venice.images.multi_edit(made, "p"))
    assert api.requests[1].files == {"image": [PNG]}
    assert api.requests[2].files == {"images": [PNG]}
    with pytest.raises(RequestValidationError, match=r"pass its item, \[0\]"):
        call(api.base_url, lambda venice: venice.images.edit(made, "p"))


# ---- with another version of the description


class Table(dict[str, Operation]):
    """The table of another contract."""


def test_an_operation_without_a_form_gets_the_picture_as_base64(
    server: Loopback, call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = OPERATIONS[EDIT]
    only_json = Operation(
        method=now.method,
        path=now.path,
        name=now.name,
        module=now.module,
        bodies={"application/json": now.bodies["application/json"]},
        body_required=True,
        results=now.results,
        security=now.security,
        pictures=now.pictures,
    )
    monkeypatch.setattr("venice_client.api.images.edit.OPERATION", only_json)
    server.answer(PNG, "image/png")
    call(server.url, lambda venice: venice.images.edit(PNG, "p"))
    assert json.loads(server.requests[0].partition(b"\r\n\r\n")[2]) == {"image": BASE64, "prompt": "p"}
    assert isinstance(now.bodies["application/json"], Ref)


CHECK = """
import venice_client
from venice_client import AsyncVenice, Venice, api
assert "POST /image/edit" not in api.OPERATIONS
venice = Venice("k")
for name in {working!r}:
    getattr(venice.images, name)
try:
    venice.images.edit({png!r}, "p")
except AttributeError as error:
    assert "has no operation 'edit'" in str(error)
else:
    raise AssertionError("it was not reported")
import asyncio
async def go():
    try:
        await AsyncVenice("k").images.edit({png!r}, "p")
    except AttributeError:
        return "reported"
assert asyncio.run(go()) == "reported"
assert venice.chat.completions.create
print("good")
"""


def without(source: str, method: str) -> str:
    """The source of a resource without one of its methods."""
    lines = source.splitlines(keepends=True)
    for holder in ast.parse(source).body:
        for node in holder.body if isinstance(holder, ast.ClassDef) else ():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == method:
                for number in range(node.lineno - 1, node.end_lineno or 0):
                    lines[number] = ""
    return "".join(line for line in lines if not line.strip().startswith(f"self.{method} ="))


@pytest.mark.parametrize("lost", ["the operation", "the whole resource"])
def test_the_package_works_if_an_operation_or_resource_is_not_generated(tmp_path: Path, lost: str) -> None:
    package = tmp_path / "venice_client"
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(Path(venice_client.__file__).parent, package, ignore=ignored)
    table = package / "api" / "__init__.py"
    lines = table.read_text().splitlines(keepends=True)
    gone = '"POST /image/edit"' if lost == "the operation" else '"images.'
    kept = [line for line in lines if not line.lstrip().startswith('"') or gone not in line]
    assert len(kept) < len(lines)
    table.write_text("".join(kept))
    if lost == "the operation":
        (package / "api" / "images" / "edit.py").unlink()
        resource = package / "api" / "images" / "__init__.py"
        resource.write_text(without(resource.read_text(), "edit"))
    else:
        shutil.rmtree(package / "api" / "images")
        resources = package / "api" / "resources.py"
        classes = resources.read_text()
        assert '    "images": ("images", "Images"),\n' in classes
        resources.write_text(classes.replace('    "images": ("images", "Images"),\n', ""))
    working = ["generate", "styles", "generations"] if lost == "the operation" else []
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", CHECK.format(png=PNG[:100], working=working)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("good\n", "")


def test_image_methods_are_generated() -> None:
    from venice_client.api.images import Images as Generated

    assert isinstance(Venice("k").images, Generated)
    assert not [name for name in vars(Images) if not name.startswith("_")]
    assert not [name for name in vars(AsyncImages) if not name.startswith("_")]


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
