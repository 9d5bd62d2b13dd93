"""
`client.images` with openai's meaning and shape.

Pictures are made by POST /images/generations, and edited by POST /image/edit, or /image/multi-edit for several.
"""

from __future__ import annotations

import base64
import math
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

from attrs import evolve

from venice_client import models
from venice_client._core.errors import RequestValidationError
from venice_client._core.request.call import CallOptions
from venice_client._core.response.binary import BinaryContent
from venice_client._core.response.response import Response
from venice_client._core.schema.model import Maybe, Model, field
from venice_client._core.schema.sentinel import UNSET, Unset
from venice_client._core.schema.shapes import AnyOf, Anything, Array, Integer, Null, Ref, Text
from venice_client.images.async_resource import AsyncImages as NativeAsyncImages
from venice_client.images.resource import Images as NativeImages
from venice_client.models.image_edit_aspect_ratio import ImageEditAspectRatio_VALUES
from venice_client.openai._raw import APIResponse

if TYPE_CHECKING:
    from typing import Unpack

    from venice_client._core.request.call import PictureInput
    from venice_client.openai._parameters import EditParameters, ImageParameters

    class GenerateOptions(CallOptions, ImageParameters, total=False):
        """Options of a call, and parameters of openai."""

    class EditOptions(CallOptions, EditParameters, total=False):
        """Options of a call, and parameters of openai."""


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


def _of_generations(found: Any) -> Any:
    """Return what POST /images/generations gave in openai's shape; a response stays one."""
    return _mapped(found, lambda value: ImagesResponse.from_dict(value.to_dict()))


def _of_pictures(found: Sequence[Any], response_format: Any) -> Any:
    """Return edited pictures in openai's shape; of responses the first, with all of them."""
    if isinstance(found[0], Response):
        return _mapped(found[0], lambda _: _joined([item.parsed for item in found], response_format))
    return _joined(found, response_format)


def _joined(pictures: Sequence[Any], response_format: Any) -> ImagesResponse:
    rows = []
    for picture in pictures:
        text = base64.b64encode(picture.data).decode()
        is_url = response_format == "url"
        rows.append({"url": f"data:{picture.media_type};base64,{text}"} if is_url else {"b64_json": text})
    made = ImagesResponse.from_dict({"created": int(time.time()), "data": rows})
    made._answer = (200, pictures[0].headers)  # noqa: SLF001  # the response that it came in
    return made


def _mapped(found: Any, make: Any) -> Any:
    if isinstance(found, APIResponse):
        return evolve(found, make=lambda: make(found.parsed), parsed=None)
    if isinstance(found, Model | BinaryContent):
        made = make(found)
        made._answer = getattr(found, "_answer", None)  # noqa: SLF001  # the same response
        return made
    return found  # a response whose body is not read


def _count(n: int | Unset | None) -> int:
    """Return how many pictures are requested. Each is a call of its own: the API makes one at a time."""
    if n is None or isinstance(n, Unset):
        return 1
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise RequestValidationError([f"n must be an integer >= 1, got {n!r}"])
    return n


def _edit_arguments(arguments: dict[str, Any]) -> tuple[bool, int, Any, dict[str, Any]]:
    """Return whether several pictures are given, how often to edit, the shape, and the native arguments."""
    if arguments.pop("mask") not in (None, UNSET):
        raise RequestValidationError(["mask: edits take no mask; describe the place in the prompt"])
    options = arguments.pop("options")
    count, shape = _count(arguments.pop("n")), arguments.pop("response_format")
    arguments["aspect_ratio"] = _aspect_ratio(arguments.pop("size"))
    image = arguments.pop("image")
    several = isinstance(image, list)
    if several and len(image) == 1:
        image, several = image[0], False
    if several:
        arguments["model_id"] = arguments.pop("model")
    arguments["images" if several else "image"] = image
    return several, count, shape, {**arguments, **options}


def _aspect_ratio(size: str | Unset | None) -> str | Unset:
    """Return the nearest aspect ratio that edits have for a size such as "1536x1024"."""
    if size is None or isinstance(size, Unset) or size == "auto":
        return UNSET
    width, _, height = size.partition("x")
    if not (width.isdigit() and height.isdigit() and int(width) and int(height)):
        raise RequestValidationError([f"size must be of the form 1024x1024, got {size[:40]!r}"])
    ratio = int(width) / int(height)
    known = [tuple(map(int, text.split(":"))) for text in ImageEditAspectRatio_VALUES if ":" in text]
    nearest = min(known, key=lambda pair: abs(math.log(pair[0] / pair[1] / ratio)))
    return f"{nearest[0]}:{nearest[1]}"


class Images(NativeImages):
    """The operations of `images`; `generate` and `edit` have openai's meaning."""

    def generate(  # type: ignore[override]  # openai's meaning
        self,
        *,
        prompt: str,
        background: models.SimpleGenerateImageRequestBackground | Unset | None = UNSET,
        model: str | Unset | None = UNSET,
        moderation: models.SimpleGenerateImageRequestModeration | Unset | None = UNSET,
        n: int | Unset | None = UNSET,
        output_compression: int | Unset | None = UNSET,
        output_format: models.SimpleGenerateImageRequestOutputFormat | Unset | None = UNSET,
        quality: models.SimpleGenerateImageRequestQuality | Unset | None = UNSET,
        response_format: models.SimpleGenerateImageRequestResponseFormat | Unset | None = UNSET,
        size: models.SimpleGenerateImageRequestSize | Unset | None = UNSET,
        style: models.SimpleGenerateImageRequestStyle | Unset | None = UNSET,
        user: str | Unset | None = UNSET,
        **options: Unpack[GenerateOptions],
    ) -> ImagesResponse:
        """
        Make pictures from a prompt.

        Args:
            prompt: What to show.
            background: As in openai.
            model: The id of a model.
            moderation: As in openai.
            n: Each picture is a call of its own, and paid for one by one.
            output_compression: As in openai.
            output_format: "png", "jpeg" or "webp".
            quality: As in openai.
            response_format: "b64_json" or "url".
            size: Such as "1024x1024".
            style: As in openai.
            user: As in openai.
            options: The options of every call.
        """
        arguments = {name: value for name, value in locals().items() if name not in ("self", "n", "options")}
        generations = self.generations
        found = [_of_generations(cast("Any", generations.create)(**arguments, **options)) for _ in range(_count(n))]
        return _all(found)

    def edit(  # type: ignore[override]  # openai's meaning
        self,
        *,
        image: PictureInput | list[PictureInput],
        prompt: str,
        mask: Unset | None = UNSET,
        model: str | Unset | None = UNSET,
        n: int | Unset | None = UNSET,
        output_format: models.ImageEditOutputFormat | Unset | None = UNSET,
        quality: str | Unset | None = UNSET,
        response_format: Literal["url", "b64_json"] | Unset | None = UNSET,
        size: str | Unset | None = UNSET,
        **options: Unpack[EditOptions],
    ) -> ImagesResponse:
        """
        Edit a picture by a prompt.

        Args:
            image: A picture in any form, or a list of up to three.
            prompt: What to change.
            mask: Not available.
            model: The id of a model.
            n: Each picture is a call of its own, and paid for one by one.
            output_format: "png", "jpeg" or "webp".
            quality: A class of the model.
            response_format: "b64_json" (the default); "url" gives a data URI.
            size: The nearest aspect ratio is sent.
            options: The options of every call.
        """
        arguments = {name: value for name, value in locals().items() if name not in ("self", "__class__")}
        several, count, shape, native = _edit_arguments(arguments)
        edit: Any = super().multi_edit if several else super().edit
        return cast("ImagesResponse", _of_pictures([edit(**native) for _ in range(count)], shape))


class AsyncImages(NativeAsyncImages):
    """The operations of `images`, async."""

    async def generate(  # type: ignore[override]  # openai's meaning
        self,
        *,
        prompt: str,
        background: models.SimpleGenerateImageRequestBackground | Unset | None = UNSET,
        model: str | Unset | None = UNSET,
        moderation: models.SimpleGenerateImageRequestModeration | Unset | None = UNSET,
        n: int | Unset | None = UNSET,
        output_compression: int | Unset | None = UNSET,
        output_format: models.SimpleGenerateImageRequestOutputFormat | Unset | None = UNSET,
        quality: models.SimpleGenerateImageRequestQuality | Unset | None = UNSET,
        response_format: models.SimpleGenerateImageRequestResponseFormat | Unset | None = UNSET,
        size: models.SimpleGenerateImageRequestSize | Unset | None = UNSET,
        style: models.SimpleGenerateImageRequestStyle | Unset | None = UNSET,
        user: str | Unset | None = UNSET,
        **options: Unpack[GenerateOptions],
    ) -> ImagesResponse:
        """Make pictures from a prompt: see `Images.generate`."""
        arguments = {name: value for name, value in locals().items() if name not in ("self", "n", "options")}
        create: Any = self.generations.create
        return _all([_of_generations(await create(**arguments, **options)) for _ in range(_count(n))])

    async def edit(  # type: ignore[override]  # openai's meaning
        self,
        *,
        image: PictureInput | list[PictureInput],
        prompt: str,
        mask: Unset | None = UNSET,
        model: str | Unset | None = UNSET,
        n: int | Unset | None = UNSET,
        output_format: models.ImageEditOutputFormat | Unset | None = UNSET,
        quality: str | Unset | None = UNSET,
        response_format: Literal["url", "b64_json"] | Unset | None = UNSET,
        size: str | Unset | None = UNSET,
        **options: Unpack[EditOptions],
    ) -> ImagesResponse:
        """Edit a picture by a prompt: see `Images.edit`."""
        arguments = {name: value for name, value in locals().items() if name not in ("self", "__class__")}
        several, count, shape, native = _edit_arguments(arguments)
        edit: Any = super().multi_edit if several else super().edit
        return cast("ImagesResponse", _of_pictures([await edit(**native) for _ in range(count)], shape))


def _all(found: list[Any]) -> ImagesResponse:
    """Return several results as one; of responses the first."""
    first: Any = found[0]
    if len(found) > 1 and isinstance(first, ImagesResponse):
        rows = [row for item in found for row in item.to_dict()["data"]]
        merged = ImagesResponse.from_dict({**first.to_dict(), "data": rows})
        merged._answer = first._answer  # noqa: SLF001  # the first response
        return merged
    return cast("ImagesResponse", first)
