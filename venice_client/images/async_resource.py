"""`venice.images` of the async client: see `resource`, which differs in the waiting alone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from venice_client._core.resource import AsyncResource
from venice_client._core.schema.sentinel import UNSET
from venice_client.batch import AsyncManyPictures
from venice_client.images.arguments import EDIT, GENERATE, MULTI_EDIT, REMOVE_BACKGROUND, UPSCALE, asked, listed
from venice_client.images.embed import Progress
from venice_client.images.results import ImageResults, picture_of, pictures_of

if TYPE_CHECKING:
    from typing import Unpack

    from venice_client._core.request.call import PictureInput
    from venice_client._core.schema.sentinel import Unset
    from venice_client.api.images import AsyncImages as GeneratedAsyncImages
    from venice_client.api.images.edit import EditOptions
    from venice_client.api.images.generate import GenerateOptions
    from venice_client.api.images.multi_edit import MultiEditOptions
    from venice_client.api.images.remove_background import RemoveBackgroundOptions
    from venice_client.api.images.upscale import UpscaleOptions
    from venice_client.images.access import AsyncImagesWithRawResponse, AsyncImagesWithStreamingResponse
    from venice_client.images.results import ImageResult
else:
    # A description of another day may have no such resource: what it has works all the same.
    try:
        GeneratedAsyncImages = import_module("venice_client.api.images").AsyncImages
    except ImportError:
        GeneratedAsyncImages = AsyncResource

# Pictures are taken in any form, so the signatures of these methods are wider than the generated ones.


class AsyncImages(AsyncManyPictures, GeneratedAsyncImages):
    """The operations of `images`, to be awaited."""

    @cached_property
    def with_raw_response(self) -> AsyncImagesWithRawResponse:  # type: ignore[override]
        """The same operations, each giving its answer with status and headers; its value is in `parsed`."""
        from venice_client.images.access import AsyncImagesWithRawResponse

        return AsyncImagesWithRawResponse(self._in_mode("raw"))

    @cached_property
    def with_streaming_response(self) -> AsyncImagesWithStreamingResponse:  # type: ignore[override]
        """The same operations, each giving a block to enter, in which the body is read piece by piece."""
        from venice_client.images.access import AsyncImagesWithStreamingResponse

        return AsyncImagesWithStreamingResponse(self._in_mode("streamed"))

    async def edit(  # type: ignore[override]
        self,
        image: PictureInput,
        prompt: str,
        *,
        resize: bool = False,
        strip_metadata: bool = False,
        progress: Progress = False,
        **options: Unpack[EditOptions],
    ) -> ImageResult:
        """Change a picture as a prompt says, and return the new one: see `Images.edit`."""
        call = asked(EDIT, {"image": image, "prompt": prompt}, options, resize, strip_metadata, progress)
        picture: ImageResult = await self._client.send(*call[:3], options=call[3], convert=picture_of)
        return picture

    async def multi_edit(  # type: ignore[override]
        self,
        images: Iterable[PictureInput],
        prompt: str,
        *,
        resize: bool = False,
        strip_metadata: bool = False,
        progress: Progress = False,
        **options: Unpack[MultiEditOptions],
    ) -> ImageResult:
        """Combine or change several pictures as a prompt says, and return the new one: see `Images.multi_edit`."""
        call = asked(
            MULTI_EDIT, {"images": listed(images), "prompt": prompt}, options, resize, strip_metadata, progress
        )
        picture: ImageResult = await self._client.send(*call[:3], options=call[3], convert=picture_of)
        return picture

    async def upscale(  # type: ignore[override]
        self,
        image: PictureInput,
        *,
        resize: bool = False,
        strip_metadata: bool = False,
        progress: Progress = False,
        **options: Unpack[UpscaleOptions],
    ) -> ImageResult:
        """Enlarge a picture, and return the larger one: see `Images.upscale`."""
        call = asked(UPSCALE, {"image": image}, options, resize, strip_metadata, progress)
        picture: ImageResult = await self._client.send(*call[:3], options=call[3], convert=picture_of)
        return picture

    async def remove_background(
        self,
        image: PictureInput | Unset = UNSET,
        *,
        image_url: str | Unset = UNSET,
        resize: bool = False,
        strip_metadata: bool = False,
        progress: Progress = False,
        **options: Unpack[RemoveBackgroundOptions],
    ) -> ImageResult:
        """Cut out what a picture shows, make the rest transparent, and return that: see `Images.remove_background`."""
        call = asked(
            REMOVE_BACKGROUND, {"image": image, "image_url": image_url}, options, resize, strip_metadata, progress
        )
        picture: ImageResult = await self._client.send(*call[:3], options=call[3], convert=picture_of)
        return picture

    async def generate(  # type: ignore[override]
        self,
        prompt: str,
        *,
        resize: bool = False,
        strip_metadata: bool = False,
        progress: Progress = False,
        **options: Unpack[GenerateOptions],
    ) -> ImageResults:
        """Make one to four pictures from a prompt, and return the list of them: see `Images.generate`."""
        call = asked(GENERATE, {"prompt": prompt}, options, resize, strip_metadata, progress)
        pictures: ImageResults = await self._client.send(*call[:3], options=call[3], convert=pictures_of)
        return pictures
