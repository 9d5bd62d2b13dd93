"""
`venice.images` with pictures in any form: the generated resource, and its methods that take or give pictures.

It holds no knowledge of the endpoint but which field the picture goes into: all else is passed on to the operation as
the contract has it, so that a new parameter works without a change here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from venice_client.api import OPERATIONS
from venice_client.core.body import choose_body
from venice_client.core.call import CallOptions
from venice_client.core.content import BinaryContent
from venice_client.core.errors import OperationUnavailableError, ResponseDecodeError
from venice_client.core.operation import Operation
from venice_client.core.resource import AsyncResource, Resource
from venice_client.core.response import Response
from venice_client.images.result import ImageResult
from venice_client.images.source import Picture, PictureInput, read

EDIT = "POST /image/edit"
FORM = "multipart/form-data"
_OPTIONS = frozenset(CallOptions.__annotations__)

if TYPE_CHECKING:
    from typing import Unpack

    from venice_client.api.images import AsyncImages as GeneratedAsyncImages
    from venice_client.api.images import Images as GeneratedImages
    from venice_client.api.images.edit import EditOptions
else:
    # A description of another day may have no such resource: what it has works all the same.
    try:
        generated = import_module("venice_client.api.images")
        GeneratedImages, GeneratedAsyncImages = generated.Images, generated.AsyncImages
    except ImportError:
        GeneratedImages, GeneratedAsyncImages = Resource, AsyncResource


class Images(GeneratedImages):
    """The operations of `images`."""

    # The picture is taken in any form, so the signature is wider than the generated one.
    def edit(  # type: ignore[override]
        self, image: PictureInput, prompt: str, **options: Unpack[EditOptions]
    ) -> ImageResult:
        """
        Change a picture as a prompt says, and return the new one.

            venice.images.edit("photo.jpg", "make the sky a sunset", aspect_ratio="16:9").save("sunset.png")

        Args:
            image: A path (str or PathLike), bytes, base64, a data URI, an http(s) URL, or an open binary file. A
                file travels as a form, a URL as JSON.
            prompt: What to change, in words.
            options: The parameters of POST /image/edit as the API has them (`model`, `aspect_ratio`,
                `output_format`, ...), and `extra_headers`, `extra_query`, `extra_body`, `timeout`.

        Raises:
            RequestValidationError: `image` is no picture, or a parameter is unknown; nothing was sent.
            VeniceAPIError: the API refused; one subclass a status.
        """
        operation, body, call_options = _edit(read(image), prompt, dict(options))
        picture: ImageResult = self._client.send(operation, {}, body, options=call_options).map(_picture).parsed
        return picture


class AsyncImages(GeneratedAsyncImages):
    """The operations of `images`, to be awaited."""

    # The picture is taken in any form, so the signature is wider than the generated one.
    async def edit(  # type: ignore[override]
        self, image: PictureInput, prompt: str, **options: Unpack[EditOptions]
    ) -> ImageResult:
        """Change a picture as a prompt says, and return the new one: see `Images.edit`."""
        operation, body, call_options = _edit(read(image), prompt, dict(options))
        response = await self._client.send(operation, {}, body, options=call_options)
        picture: ImageResult = response.map(_picture).parsed
        return picture


def _edit(picture: Picture, prompt: str, options: dict[str, Any]) -> tuple[Operation, Any, CallOptions]:
    """Make the body of an edit: shared by both clients."""
    if EDIT not in OPERATIONS:
        raise OperationUnavailableError(EDIT)
    operation = OPERATIONS[EDIT]
    call_options: Any = {name: options.pop(name) for name in _OPTIONS & set(options)}
    image: Any = picture.url
    if picture.data is not None:
        # A contract that knows no form for it takes the picture as base64.
        is_form = FORM in operation.request_media_types
        image = (picture.filename, picture.data, picture.media_type) if is_form else picture.base64
    fields = {"image": image, "prompt": prompt, **options}
    return operation, choose_body(operation, fields, by_name=True), call_options


def _picture(response: Response[Any]) -> ImageResult:
    """Take the picture out of an answer; anything else that came with a success is an error that keeps its bytes."""
    content = response.parsed
    if not isinstance(content, BinaryContent) or not content.media_type.startswith("image/"):
        raise ResponseDecodeError(
            f"the answer should be a picture, and its media type is {response.media_type or 'not given'}",
            status=response.status_code,
            media_type=response.media_type,
            body=response.content,
            request_id=response.request_id,
        )
    return ImageResult(content.data, content.media_type, content.headers)
