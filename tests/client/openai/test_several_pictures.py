"""Several pictures of one call of `images`: each is a separate request, and no paid picture is lost."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.batch.pictures import png
from venice_client import BadRequestError
from venice_client.openai import AsyncOpenAI, OpenAI

if TYPE_CHECKING:
    from tests.client.conftest import Loopback

PICTURE = png(1)
TEXT = base64.b64encode(PICTURE).decode()


def failure(url: str, kind: str, name: str, **options: Any) -> BadRequestError:
    """Call a method of `images` that fails half-way, and return its error."""

    def threads() -> None:
        with OpenAI(api_key="k", base_url=url) as client:
            getattr(client.images, name)(**options)

    async def tasks() -> None:
        async with AsyncOpenAI(api_key="k", base_url=url) as client:
            await getattr(client.images, name)(**options)

    with pytest.raises(BadRequestError) as caught:
        threads() if kind == "sync" else asyncio.run(tasks())
    return caught.value


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("name", ["generate", "edit"])
def test_an_error_has_the_pictures_made_before_it(server: Loopback, kind: str, name: str) -> None:
    options: dict[str, Any] = {"prompt": "a cat", "n": 3}
    for _ in range(2):
        if name == "edit":
            options["image"] = ("a.png", PICTURE)
            server.answer(PICTURE, "image/png")
        else:
            server.answer(json.dumps({"created": 1, "data": [{"b64_json": TEXT}]}))
    server.answer('{"error": "no"}', status=400)
    error = failure(server.url, kind, name, **options)
    assert [picture.b64_json for picture in error.received] == [TEXT, TEXT]
    assert "made 2 of the pictures" in error.__notes__[0]


@pytest.mark.parametrize("body", ['{"created": 1}', '{"created": 1, "data": null}'])
@pytest.mark.parametrize("n", [1, 2])
def test_a_paid_response_without_pictures_is_returned_as_it_came(server: Loopback, body: str, n: int) -> None:
    server.answer(body)
    with OpenAI(api_key="k", base_url=server.url) as client:
        found = client.images.generate(prompt="a cat", n=n)
    assert (found.to_dict(), len(server.requests)) == (json.loads(body), n)


def test_a_response_without_pictures_hides_no_later_error(server: Loopback) -> None:
    server.answer('{"created": 1}')
    server.answer('{"error": "no"}', status=400)
    assert failure(server.url, "sync", "generate", prompt="a cat", n=2).status == 400


def test_an_error_of_the_first_picture_has_no_pictures(server: Loopback) -> None:
    server.answer('{"error": "no"}', status=400)
    error = failure(server.url, "sync", "generate", prompt="a cat", n=3)
    assert error.received == ()
    assert not hasattr(error, "__notes__")
