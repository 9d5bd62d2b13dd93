"""Every operation with a picture sends every kind of input byte for byte; invalid inputs are not sent."""

from __future__ import annotations

import asyncio
import base64
import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydantic
import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.client.picture_matrix import URL, Inputs, cells
from tests.standin import png
from venice_client import AsyncVenice, ImageInput, RequestValidationError, UnknownValueWarning, Venice, models
from venice_client._core.request.json import write_json
from venice_client._core.schema.upload import Base64
from venice_client.api import OPERATIONS
from venice_client.api.chat_completions import create as chat_module
from venice_client.api.images import edit as edit_module
from venice_client.images.embed import Pictured, with_pictures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.client.conftest import Caller, Loopback
    from tests.standin import StandIn

EDIT = OPERATIONS["POST /image/edit"]
MULTI = OPERATIONS["POST /image/multi-edit"]
UPSCALE = OPERATIONS["POST /image/upscale"]
REMOVE = OPERATIONS["POST /image/background-remove"]
CHAT = OPERATIONS["POST /chat/completions"]
VIDEO = OPERATIONS["POST /video/queue"]


def body_of(request: bytes) -> bytes:
    return request.partition(b"\r\n\r\n")[2]


def read(leaf: Any) -> bytes:
    assert isinstance(leaf, Base64)
    text = str(leaf)
    assert len(leaf) == len(text)
    return base64.b64decode(text.removeprefix(leaf.prefix), validate=True)


def problems(operation: Any, body: Any, **options: Any) -> tuple[str, ...]:
    with pytest.raises(RequestValidationError) as caught:
        with_pictures(operation, body, **options)
    return tuple(caught.value.problems)


class Message(pydantic.BaseModel):
    role: str = "user"
    content: list[dict[str, Any]]


def test_pictures_are_found_in_objects_of_other_libraries_in_every_kind_of_call(
    server: Loopback, call: Caller, inputs: Inputs
) -> None:
    message = Message(content=[{"type": "image_url", "image_url": {"url": str(inputs.path)}}])
    server.answer('{"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": []}')
    call(server.url, lambda venice: venice.chat.completions.create(model="m", messages=iter([message])))
    with Venice("key", base_url=server.url) as venice:
        chat_module.sync(client=venice, body={"model": "m", "messages": (message,)})
    assert len(server.requests) == 2
    for request in server.requests:
        [sent] = json.loads(body_of(request))["messages"]
        assert base64.b64decode(sent["content"][0]["image_url"]["url"].partition(",")[2]) == inputs.data


@pytest.mark.slow
def test_every_kind_of_picture_input_arrives_in_every_operation(api: StandIn, call: Caller, inputs: Inputs) -> None:
    table = list(cells(inputs))
    assert 2 * len(table) > 200
    if call.kind == "sync":
        with Venice("k", base_url=api.base_url) as venice:
            for cell in table:
                cell.call(venice)
    else:

        async def go() -> None:
            async with AsyncVenice("k", base_url=api.base_url) as venice:
                for cell in table:
                    await cell.call(venice)

        asyncio.run(go())
    api.assert_valid()
    assert len(api.requests) == len(table)
    lost = [
        f"{cell.form} for {cell.target.key}"
        for cell, request in zip(table, api.requests, strict=True)
        if request.operation != cell.target.key or not cell.arrived(request.value, request.files)
    ]
    assert lost == []


@pytest.mark.usefixtures("_no_waiting")
@pytest.mark.parametrize("form", ["str path", "open file", "pipe", "file from its middle", "bytes"])
@pytest.mark.parametrize("as_json", [False, True])
def test_a_retry_sends_the_same_bytes(
    server: Loopback, call: Caller, inputs: Inputs, form: str, *, as_json: bool
) -> None:
    for status in (429, 503, 200):
        kind = "image/png" if status == 200 else "application/json"
        server.answer(inputs.data if status == 200 else '{"error": "later"}', kind, status=status)
    picture = inputs.forms[form]()
    images = [picture, URL] if as_json else [picture]
    call(server.url, lambda venice: venice.images.multi_edit(images, "p"), max_retries=2)
    first, second, third = map(body_of, server.requests)
    assert first == second == third
    if as_json:
        assert json.loads(first)["images"] == [base64.b64encode(inputs.data).decode(), URL]
    else:
        assert inputs.data in first


@pytest.mark.parametrize("transport", ["httpx", "httpx2", "aiohttp"])
def test_every_transport_streams_json_with_content_length(
    server: Loopback, call: Caller, tmp_path: Path, transport: str
) -> None:
    if transport == "aiohttp" and call.kind == "sync":
        pytest.skip("aiohttp is for the async client alone")
    large = png.encode(png.Picture(600, 600, 3, tuple(bytes(600) + bytes([y % 251]) * 1200 for y in range(600))))
    path = tmp_path / "large.png"
    path.write_bytes(large + b"\0" * 700_001)  # bytes after the end of a PNG are allowed
    server.answer(large, "image/png")
    body = models.ImageEdit(image=path, prompt="ein „Löwe“")
    send = edit_module.sync if call.kind == "sync" else edit_module.asyncio
    call(server.url, lambda venice: send(client=venice, body=body), transport=transport)
    head, _, content = server.requests[0].partition(b"\r\n\r\n")
    assert f"content-length: {len(content)}".encode() in head.lower()
    assert b"transfer-encoding" not in head.lower()
    got = json.loads(content)
    assert base64.b64decode(got["image"]) == path.read_bytes()
    assert got["prompt"] == "ein „Löwe“"


def test_a_picture_in_a_file_is_read_in_pieces(inputs: Inputs, tmp_path: Path) -> None:
    path = tmp_path / "sparse.png"
    path.write_bytes(inputs.data)
    with path.open("r+b") as file:
        file.truncate(20_000_000)
    body = with_pictures(EDIT, models.ImageEdit(image=path, prompt="p"))
    sizes = [len(piece) for piece in body.image.encoded()]
    assert sum(sizes) == len(body.image) == 26_666_668
    assert max(sizes) < 600_000
    form = with_pictures(EDIT, models.ImageEditForm(image=path, prompt="p"))
    name, upload, media_type = form.image
    assert (name, media_type, upload.size) == ("sparse.png", "image/png", 20_000_000)
    assert max(len(piece) for piece in upload.pieces()) < 600_000


@pytest.mark.usefixtures("_no_waiting")
def test_a_file_that_changes_before_a_retry_is_refused(server: Loopback, call: Caller, inputs: Inputs) -> None:
    server.answer('{"error": "later"}', status=503)

    def grow(attempt: Any) -> None:
        inputs.path.write_bytes(inputs.data + b"more")

    with pytest.raises(RequestValidationError, match="has changed"):
        call(server.url, lambda venice: venice.images.edit(inputs.path, "p"), max_retries=2, on_attempt=grow)


@frozen
class Pieces:
    """An upload that comes in any pieces."""

    all: list[bytes]

    @property
    def size(self) -> int:
        return sum(map(len, self.all))

    def pieces(self) -> Iterator[bytes]:
        yield from self.all


@pytest.mark.slow
@settings(derandomize=True, max_examples=50, deadline=None)
@given(st.lists(st.lists(st.binary(max_size=7) | st.just(bytes(300_001)), max_size=5), max_size=3), st.text())
def test_json_with_pictures_does_not_depend_on_the_pieces(uploads: list[list[bytes]], text: str) -> None:
    leaves = [Base64(Pieces(pieces), "data:image/png;base64," * (index % 2)) for index, pieces in enumerate(uploads)]
    made = write_json({"before": text, "leaves": leaves, "after": {"x": [1, text]}})
    content = made if isinstance(made, bytes) else b"".join(made)
    plain = [
        leaf.prefix + base64.b64encode(b"".join(pieces)).decode() for leaf, pieces in zip(leaves, uploads, strict=True)
    ]
    assert json.loads(content) == {"before": text, "leaves": plain, "after": {"x": [1, text]}}
    if not isinstance(made, bytes):
        assert len(content) == made.length
        assert b"".join(made) == content
        assert all(len(piece) <= 256 * 1024 for leaf in leaves for piece in leaf.encoded())


# ---- conversion of bodies


def test_arguments_of_the_caller_are_not_changed(inputs: Inputs) -> None:
    body = {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": inputs.path}}]}]}
    before = copy.deepcopy(body)
    sent = with_pictures(CHAT, body)
    assert body == before
    assert read(sent["messages"][0]["content"][0]["image_url"]["url"]) == inputs.data
    model = models.ImageMultiEdit(images=[inputs.path, URL], prompt="p")
    sent = with_pictures(MULTI, model)
    assert model.images == [inputs.path, URL]
    assert read(sent.images[0]) == inputs.data
    assert sent.images[1] == URL
    nested = models.GenerateImageRequest.from_dict(
        {"model": "m", "prompt": "p", "style_references": [{"image": str(inputs.path), "new": 1}], "newer": 2}
    )
    sent = with_pictures(OPERATIONS["POST /image/generate"], nested)
    assert nested.to_dict()["style_references"] == [{"image": str(inputs.path), "new": 1}]
    (reference,) = sent.to_dict()["style_references"]
    assert (read(reference["image"]), reference["new"], sent.to_dict()["newer"]) == (inputs.data, 1, 2)


def test_a_body_without_pictures_is_passed_on_unchanged(inputs: Inputs) -> None:
    bodies: list[Any] = [
        {"messages": [{"role": "user", "content": "photo.jpg"}]},
        {"messages": "wrong"},
        {"messages": [None, 5, {"content": None}, {"content": [{"type": "text", "text": "a"}, 7]}]},
        models.ChatCompletionRequest(model="m", messages=[]),
        [],
        "text",
        None,
    ]
    for body in bodies:
        assert with_pictures(CHAT, body) is body
    done = with_pictures(EDIT, models.ImageEdit(image=inputs.path, prompt="p"))
    assert with_pictures(EDIT, done) is done
    done = with_pictures(EDIT, models.ImageEditForm(image=inputs.path, prompt="p"))
    assert with_pictures(EDIT, done) is done


def test_a_chosen_media_type_is_kept(inputs: Inputs) -> None:
    for value in (inputs.path, inputs.data, base64.b64encode(inputs.data).decode()):
        assert read(with_pictures(EDIT, models.ImageEdit(image=value, prompt="p")).image) == inputs.data
        assert with_pictures(EDIT, models.ImageEditForm(image=value, prompt="p")).image[1].size == len(inputs.data)
        assert isinstance(with_pictures(EDIT, {"image": value}, media_type="application/json")["image"], Base64)
        assert isinstance(with_pictures(EDIT, {"image": value}, media_type="multipart/form-data")["image"], tuple)
        assert isinstance(with_pictures(EDIT, {"image": value})["image"], tuple)  # files make a form
    mixed = with_pictures(MULTI, {"images": [inputs.path, URL]})
    assert (read(mixed["images"][0]), mixed["images"][1]) == (inputs.data, URL)


def test_a_url_is_sent_in_the_field_that_accepts_one(inputs: Inputs) -> None:
    sent = with_pictures(REMOVE, models.BackgroundRemoveImageRequest(image=URL))
    assert sent.to_dict() == {"image_url": URL}
    assert problems(UPSCALE, {"image": URL}) == (
        "image: POST /image/upscale takes no URL: fetch the picture, and pass its bytes",
    )
    both = {"image": URL, "image_url": "https://other.example/b.png"}
    assert problems(REMOVE, both) == ("image: a URL is given as image_url already: pass one picture",)
    assert problems(REMOVE, {"image_url": inputs.data}) == (
        "image_url: only a URL is taken here: pass the picture as image",
    )


# ---- refused inputs


def test_every_invalid_picture_is_reported_with_its_path(inputs: Inputs, tmp_path: Path) -> None:
    text = tmp_path / "x.txt"
    text.write_text("no picture at all")
    body = {
        "image_url": "no/such/file.png",
        "reference_image_urls": [inputs.path, text],
        "elements": [{"reference_image_urls": [URL, b"", 5]}],
    }
    found = problems(VIDEO, body)
    assert [problem.partition(":")[0] for problem in found] == [
        "elements[0].reference_image_urls[1]",
        "elements[0].reference_image_urls[2]",
        "image_url",
        "reference_image_urls[1]",
    ]
    assert "is not a picture but looks like text" in found[3]
    assert "no such file: 'no/such/file.png'" in found[2]


def test_limits_are_checked_before_anything_is_sent(server: Loopback, call: Caller, inputs: Inputs) -> None:
    small, large = png.gradient(200, 200), png.encode(png.Picture(2100, 2000, 3, (bytes(6300),) * 2000))
    with pytest.raises(RequestValidationError, match=r"200 x 200 pixels \(40,000\), and at least 65,536 are needed"):
        call(server.url, lambda venice: venice.images.edit(small, "p"))
    # The default scale of the API is 2.
    for ask in (
        lambda venice: venice.images.upscale(large, scale=2),
        lambda venice: venice.images.upscale(large),
    ):
        with pytest.raises(RequestValidationError, match=r"at most 4,194,304 are taken: resize=.*scale=2 leaves no"):
            call(server.url, ask)
    assert with_pictures(UPSCALE, {"image": large, "scale": 4})  # the API reduces the scale if necessary
    with pytest.raises(RequestValidationError, match="at least 64"):
        with_pictures(CHAT, {"messages": [{"content": [{"image_url": {"url": png.gradient(63, 80)}}]}]})
    assert server.requests == []
    server.answer(inputs.data, "image/png")
    call(server.url, lambda venice: venice.images.edit(small, "p", validate=False))
    assert small in server.requests[0]


def test_without_validation_other_uris_and_bytes_are_sent_unchanged() -> None:
    for value in ("gs://bucket/a.png", b"bytes", ("a.png", b"bytes"), "data:image/jxl;base64,/woA"):
        body = {"image": value}
        assert with_pictures(EDIT, body, checked=False) is body
    for missing in ("no/such/file.png", Path("/no/such/file")):
        with pytest.raises(RequestValidationError, match="no such file"):
            with_pictures(EDIT, {"image": missing}, checked=False)


def test_an_unknown_text_warns_in_a_body_and_is_refused_as_argument(inputs: Inputs) -> None:
    cut_off = base64.b64encode(inputs.data).decode()[:200]
    for text in ("2026-08-01", "data:image/png;base64,iVBORw0K..."):
        for operation, body in (
            (EDIT, {"image": text, "prompt": "p"}),
            (VIDEO, {"model": "m", "prompt": "p", "duration": "5s", "image_url": text}),
        ):
            with pytest.warns(UnknownValueWarning, match="it is sent as it is"):
                assert with_pictures(operation, body) is body
        with pytest.raises(RequestValidationError):
            with_pictures(EDIT, Pictured(models.ImageEdit(image=text, prompt="p")))
    for text in ("missing.jpg", "folder/missing", "~missing", cut_off, f"data:image/png;base64,{cut_off}", " "):
        assert problems(EDIT, {"image": text, "prompt": "p"})
        assert problems(VIDEO, {"model": "m", "prompt": "p", "image_url": text})


def test_local_files_false_refuses_files_in_every_call(server: Loopback, call: Caller, inputs: Inputs) -> None:
    for picture in (str(inputs.path), inputs.path, ImageInput.path(inputs.path)):
        for ask in (
            lambda venice, it=picture: venice.images.edit(it, "p"),
            lambda venice, it=picture: venice.images.with_raw_response.multi_edit([it], "p"),
            lambda venice, it=picture: venice.video.queue(model="m", prompt="p", duration="5s", image_url=it),
        ):
            with pytest.raises(RequestValidationError, match="local_files"):
                call(server.url, ask, local_files=False)
    assert server.requests == []
