"""
The edited picture: decoded, tinted, of the same size; and the response to other data.
"""

from __future__ import annotations

import base64

import httpx
import pytest

from . import StandIn, png
from .media import content
from .pictures import filtered, photo


@pytest.mark.parametrize("alpha", [False, True])
def test_an_uploaded_png_is_returned_edited_in_its_size(api: StandIn, http: httpx.Client, *, alpha: bool) -> None:
    original = photo(alpha=alpha, filters=(0, 1, 2, 3, 4))
    by_form = http.post("/image/edit", data={"prompt": "sunset"}, files={"image": ("p.png", original)})
    text = base64.b64encode(original).decode()
    by_json = http.post("/image/edit", json={"prompt": "sunset", "image": f"data:image/png;base64,{text}"})
    before, after = png.decode(original), png.decode(by_form.content)
    assert before is not None
    assert after is not None
    assert (
        (after.width, after.height, after.channels)
        == (before.width, before.height, before.channels)
        == (
            20,
            10,
            4 if alpha else 3,
        )
    )
    assert after.rows != before.rows
    assert not alpha or [row[3::4] for row in after.rows] == [row[3::4] for row in before.rows]
    assert by_json.content == by_form.content
    assert by_form.headers["content-type"] == "image/png"


def test_every_png_filter_is_decoded() -> None:
    # By hand, on rows of two pixels: each row of the picture is 10, 20, 30, 40, 50, 60.
    rows = [(0, 10, 20, 30, 40, 50, 60), (1, 10, 20, 30, 30, 30, 30), (2, 0, 0, 0, 0, 0, 0),
            (3, 5, 10, 15, 15, 15, 15), (4, 0, 0, 0, 0, 0, 0)]  # fmt: skip
    picture = png.decode(filtered(2, 5, 3, [bytes(row) for row in rows]))
    assert picture == png.Picture(2, 5, 3, (bytes([10, 20, 30, 40, 50, 60]),) * 5)


@pytest.mark.parametrize("data", [b"", b"hi", png.SIGNATURE, photo()[:60], content("image/jpeg")])
def test_an_unreadable_png_is_replaced_by_a_gradient(api: StandIn, http: httpx.Client, data: bytes) -> None:
    response = http.post("/image/edit", data={"prompt": "sunset"}, files={"image": ("p.png", data)})
    assert response.content == png.gradient()
