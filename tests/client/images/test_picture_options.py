"""Options of calls with pictures: `resize`, `strip_metadata` and `progress`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.client.picture_matrix import URL, Inputs
from tests.standin import png
from venice_client import RequestValidationError, models
from venice_client.api import OPERATIONS
from venice_client.images.embed import Pictured, with_pictures

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Loopback
    from tests.standin import StandIn

EDIT = OPERATIONS["POST /image/edit"]
VIDEO = OPERATIONS["POST /video/queue"]


@pytest.mark.slow
def test_resize_makes_a_picture_fit_the_limits_of_the_operation(api: StandIn, call: Caller) -> None:
    large = png.encode(png.Picture(2100, 2100, 3, (bytes(6300),) * 2100))
    call(api.base_url, lambda venice: venice.images.upscale(large, resize=True))
    api.assert_valid()
    sent = png.decode(api.requests[0].files["image"][0])
    assert sent is not None
    assert 4_000_000 < sent.width * sent.height <= 4_194_304
    assert abs(sent.width / sent.height - 1) < 0.01


def test_strip_metadata_applies_to_every_picture_of_a_call(api: StandIn, call: Caller, inputs: Inputs) -> None:
    reported = (
        inputs.data[:33] + bytes.fromhex("00000008") + b"tEXtGPS\0here" + bytes.fromhex("1adcf5b0") + inputs.data[33:]
    )
    call(api.base_url, lambda venice: venice.images.multi_edit([reported, reported], "p", strip_metadata=True))
    assert api.requests[0].files == {"images": [inputs.data, inputs.data]}
    call(api.base_url, lambda venice: venice.images.multi_edit([reported, reported], "p"))
    assert api.requests[1].files == {"images": [reported, reported]}


@pytest.mark.parametrize("validate", [True, False])
@pytest.mark.parametrize("picture", [URL, b"not a picture that can be taken apart"])
def test_a_picture_that_cannot_be_stripped_is_not_sent(
    server: Loopback, call: Caller, picture: Any, validate: bool
) -> None:
    with pytest.raises(RequestValidationError, match=r"its bytes|not a picture"):
        call(server.url, lambda venice: venice.images.edit(picture, "p", strip_metadata=True, validate=validate))
    assert not server.requests


@pytest.mark.usefixtures("_no_waiting")
@pytest.mark.parametrize("more", [[], [URL]])
def test_progress_counts_the_bytes_of_pictures_for_each_attempt(
    server: Loopback, call: Caller, inputs: Inputs, more: list[str]
) -> None:
    large = inputs.data + bytes(500_000)
    server.answer('{"error": "later"}', status=503)
    server.answer(inputs.data, "image/png")
    reported: list[tuple[int, int]] = []

    def record(sent: int, total: int) -> None:
        reported.append((sent, total))

    call(
        server.url,
        lambda venice: venice.images.multi_edit([large, inputs.path, *more], "p", progress=record),
        max_retries=1,
    )
    total = len(large) + len(inputs.data)
    assert {of for _, of in reported} == {total}
    sent = [count for count, _ in reported]
    first, second = sent[: len(sent) // 2], sent[len(sent) // 2 :]
    assert first == second == sorted(first)
    assert (first[0], first[-1]) == (0, total)
    assert len(first) > 4


def test_progress_never_decreases_within_an_attempt(api: StandIn, call: Caller, inputs: Inputs) -> None:
    reported: list[int] = []
    wish = Pictured(
        models.QueueVideoRequest.from_dict(
            {
                "model": "m",
                "prompt": "p",
                "duration": "5s",
                "reference_image_urls": [inputs.path],
                "image_url": inputs.data,
                "end_image_url": inputs.data,
            }
        ),
        progress=lambda sent, _total: reported.append(sent),
    )
    call(api.base_url, lambda venice: venice.send(VIDEO, {}, wish))
    api.assert_valid()
    assert reported == sorted(reported)
    assert reported[-1] == 3 * len(inputs.data)


def test_a_progress_bar_is_drawn_only_on_a_terminal(
    api: StandIn, call: Caller, inputs: Inputs, capsys: pytest.CaptureFixture[str]
) -> None:
    call(api.base_url, lambda venice: venice.images.edit(inputs.path, "p", progress=True))
    assert capsys.readouterr() == ("", "")
    with pytest.raises(RequestValidationError, match="progress must be True, False or callable, got str"):
        call(api.base_url, lambda venice: venice.images.edit(inputs.path, "p", progress="yes"))


def test_a_progress_bar_without_its_library_names_what_to_install(
    inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "tqdm", None)
    wish = Pictured(models.ImageEdit(image=inputs.path, prompt="p"), progress=True)
    with pytest.raises(RequestValidationError, match=r"pip install 'venice-client\[progress\]'"):
        with_pictures(EDIT, wish)
