"""
`client.images` with openai's meaning and shape.

Pictures are made by POST /images/generations, and edited by POST /image/edit, or /image/multi-edit for several.
"""

from __future__ import annotations

import base64
import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

from venice_client import models
from venice_client._core.base_client import BaseClient
from venice_client._core.client import awaited, run_blocking
from venice_client._core.errors import RequestValidationError
from venice_client._core.request.arguments import extends
from venice_client._core.request.call import CallOptions
from venice_client._core.response.binary import BinaryContent
from venice_client._core.response.response import Response
from venice_client._core.schema.model import Maybe, Model, field
from venice_client._core.schema.sentinel import UNSET, Unset
from venice_client._core.schema.shapes import AnyOf, Anything, Array, Integer, Null, Ref, Text
from venice_client._core.schema.values import is_integer
from venice_client.images.resource import AsyncImages as NativeAsyncImages
from venice_client.images.resource import Images as NativeImages
from venice_client.models.image_edit_aspect_ratio import ImageEditAspectRatio_VALUES

if TYPE_CHECKING:
    from typing import Required, Unpack

    from venice_client._core.request.call import PictureInput
    from venice_client.api.images_generations.create import CreateOptions
    from venice_client.openai._parameters import EditParameters, ImageParameters

    class GenerateOptions(CreateOptions, ImageParameters, total=False):
        """What `images.generate` takes."""

        prompt: Required[str]

    class EditOptions(CallOptions, EditParameters, total=False):
        """What `images.edit` takes."""

        image: Required[PictureInput | list[PictureInput]]
        prompt: Required[str]
        model: str | Unset | None
        n: int | Unset | None
        output_format: models.ImageEditOutputFormat | Unset | None
        quality: str | Unset | None
        response_format: Literal["url", "b64_json"] | Unset | None
        size: str | Unset | None


class Image(Model):
    """A picture: base64 or a URL."""

    b64_json: Maybe[str] = field("b64_json", AnyOf(Text(), Null()), default=UNSET)
    url: Maybe[str] = field("url", AnyOf(Text(), Null()), default=UNSET)
    revised_prompt: Maybe[str] = field("revised_prompt", AnyOf(Text(), Null()), default=UNSET)


class ImagesResponse(Model):
    """Pictures, in the shape of the openai package."""

    created: int = field("created", Integer())
    data: list[Image] = field("data", Array(Ref(sys.modules[__name__], "Image")))
    background: Maybe[str] = field("background", AnyOf(Text(), Null()), default=UNSET)
    output_format: Maybe[str] = field("output_format", AnyOf(Text(), Null()), default=UNSET)
    quality: Maybe[str] = field("quality", AnyOf(Text(), Null()), default=UNSET)
    size: Maybe[str] = field("size", AnyOf(Text(), Null()), default=UNSET)
    usage: Maybe[dict[str, Any]] = field("usage", Anything(), default=UNSET)


def _of_generations(found: Sequence[Model]) -> dict[str, Any]:
    bodies = [item.to_dict() for item in found]
    lists = [rows for body in bodies if isinstance(rows := body.get("data"), list)]
    return {**bodies[0], **({"data": [row for rows in lists for row in rows]} if lists else {})}


def _of_pictures(found: Sequence[BinaryContent], *, response_format: Any) -> dict[str, Any]:
    rows = []
    for picture in found:
        text = base64.b64encode(picture.data).decode()
        is_url = response_format == "url"
        rows.append({"url": f"data:{picture.media_type};base64,{text}"} if is_url else {"b64_json": text})
    return {"created": int(time.time()), "data": rows}


def _joined(found: Sequence[Any], body_of: Callable[[Any], dict[str, Any]]) -> Any:
    """Return the pictures of all calls in openai's shape; of responses the first, with all of them."""
    first = found[0]
    if isinstance(first, Response):
        return first.with_value(lambda _: _joined([item.parsed for item in found], body_of))
    if not isinstance(first, Model | BinaryContent):
        return first  # a response whose body is not read
    made = ImagesResponse.from_dict(body_of(found))
    made._answer = first._answer if isinstance(first, Model) else (200, first.headers)  # noqa: SLF001  # where it came
    return made


async def _make(
    client: BaseClient, call: Callable[..., Any], arguments: dict[str, Any], body_of: Callable[[Any], dict[str, Any]]
) -> ImagesResponse:  # or what the mode of the client makes of it
    """
    Make `n` pictures, each by a call of its own, and return them in openai's shape.

    Whatever a later call raises, Ctrl-C included, holds the pictures that were made: they are paid for.
    """
    count, made = _count(arguments.pop("n", None)), list[Any]()
    try:
        while len(made) < count:
            made.append(await awaited(client, call(**arguments)))
    except BaseException as error:
        if made:
            joined = _joined(made, body_of)
            with suppress(AttributeError):  # an error of any class
                error.received = tuple(joined.data) if isinstance(joined, ImagesResponse) else tuple(made)  # type: ignore[attr-defined]
            error.add_note(f"Calls before it made {len(made)} of the pictures, which are in `error.received`.")
        raise
    result: ImagesResponse = _joined(made, body_of)
    return result


_MOST: Final = 10
"""The greatest number of pictures that OpenAI takes: each is paid for."""


def _count(n: object) -> int:
    """Return how many pictures are requested. Each is a call of its own: the API makes one at a time."""
    if n is None or isinstance(n, Unset):
        return 1
    if not is_integer(n) or not 1 <= n <= _MOST:
        raise RequestValidationError([f"n must be an integer from 1 to {_MOST}, got {n!r:.40}"])
    return n


def _edit(options: Mapping[str, Any]) -> tuple[str, dict[str, Any], Callable[[Any], dict[str, Any]]]:
    """Return the native method, its arguments, and what makes openai's shape of its pictures."""
    native = dict(options)
    if native.pop("mask", None) not in (None, UNSET):
        raise RequestValidationError(["mask: edits take no mask; describe the place in the prompt"])
    body_of = partial(_of_pictures, response_format=native.pop("response_format", None))
    image = native.pop("image", UNSET)
    native["aspect_ratio"] = _aspect_ratio(native.pop("size", None))
    if isinstance(image, list) and len(image) > 1:
        native["model_id"] = native.pop("model", None)
        return "multi_edit", {**native, "images": image}, body_of
    return "edit", {**native, "image": image[0] if isinstance(image, list) and image else image}, body_of


def _aspect_ratio(size: str | Unset | None) -> str | Unset:
    """Return the nearest aspect ratio that edits have for a size such as "1536x1024"."""
    if size is None or isinstance(size, Unset) or size == "auto":
        return UNSET
    width, _, height = str(size).partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise RequestValidationError([f"size must be of the form 1024x1024, got {size!r:.40}"])
    ratio = int(width) / int(height)
    known = [tuple(map(int, text.split(":"))) for text in ImageEditAspectRatio_VALUES if ":" in text]
    nearest = min(known, key=lambda pair: abs(math.log(pair[0] / pair[1] / ratio)))
    return f"{nearest[0]}:{nearest[1]}"


class Images(NativeImages):
    """The operations of `images`; `generate` and `edit` have openai's meaning."""

    @extends("")
    def generate(self, **options: Unpack[GenerateOptions]) -> ImagesResponse:  # type: ignore[override]
        """
        Make pictures from a prompt: see `images.generations.create`, whose arguments it takes.

        With `n`, each picture is a call of its own, and paid for one by one.
        """
        create: Any = self.generations.create
        return run_blocking(_make(self._client, create, dict(options), _of_generations))

    @extends("")
    def edit(self, **options: Unpack[EditOptions]) -> ImagesResponse:  # type: ignore[override]
        """
        Edit a picture, or up to three that are given in a list, by a prompt.

        With `n`, each picture is a call of its own, and paid for one by one. The nearest aspect ratio of `size` is
        sent. `response_format="url"` gives a data URI. There are no masks.
        """
        method, native, body_of = _edit(options)
        return run_blocking(_make(self._client, getattr(super(), method), native, body_of))


class AsyncImages(NativeAsyncImages):
    """The operations of `images`, async."""

    @extends("")
    async def generate(self, **options: Unpack[GenerateOptions]) -> ImagesResponse:  # type: ignore[override]
        """Make pictures from a prompt: see `Images.generate`."""
        create: Any = self.generations.create
        return await _make(self._client, create, dict(options), _of_generations)

    @extends("")
    async def edit(self, **options: Unpack[EditOptions]) -> ImagesResponse:  # type: ignore[override]
        """Edit pictures by a prompt: see `Images.edit`."""
        method, native, body_of = _edit(options)
        return await _make(self._client, getattr(super(), method), native, body_of)
