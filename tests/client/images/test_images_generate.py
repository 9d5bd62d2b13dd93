"""Generated pictures: what `generate` returns, and errors that keep the bytes."""

from __future__ import annotations

import base64
import json
import pickle
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.standin.media import content
from venice_client import (
    RequestValidationError,
    ResponseDecodeError,
)
from venice_client.images.results import ImageResults

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback
    from tests.standin import StandIn

PNG = content("image/png")
BASE64 = base64.b64encode(PNG).decode()


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
    call(api.base_url, lambda venice: venice.images.edit(made, "p"))
    assert api.requests[1].files == api.requests[3].files == {"image": [PNG]}
    assert api.requests[2].files == {"images": [PNG]}
    assert {"data", "width", "pil"} <= set(dir(made))
    made += made
    assert "data" not in dir(made)
    with pytest.raises(RequestValidationError, match="from a list of 2: pass one of its items"):
        call(api.base_url, lambda venice: venice.images.edit(made, "p"))
