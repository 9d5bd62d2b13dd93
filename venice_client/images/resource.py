"""
`venice.images` with pictures in any form: the generated resource, and its methods that take or give pictures.

It holds no knowledge of the endpoints but which of their fields are told by position, and what their answers are made
to: all else is passed on to the operation as the contract has it, so that a new parameter works without a change here.
What becomes of the pictures is decided in `places`; `async_resource` is the same for the async client.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from venice_client._core.resource import Resource
from venice_client._core.schema.sentinel import UNSET
from venice_client.batch import ManyPictures
from venice_client.images.arguments import EDIT, GENERATE, MULTI_EDIT, REMOVE_BACKGROUND, UPSCALE, asked, listed
from venice_client.images.embed import Progress
from venice_client.images.results import ImageResults, picture_of, pictures_of

if TYPE_CHECKING:
    from typing import Unpack

    from venice_client._core.request.call import PictureInput
    from venice_client._core.schema.sentinel import Unset
    from venice_client.api.images import Images as GeneratedImages
    from venice_client.api.images.edit import EditOptions
    from venice_client.api.images.generate import GenerateOptions
    from venice_client.api.images.multi_edit import MultiEditOptions
    from venice_client.api.images.remove_background import RemoveBackgroundOptions
    from venice_client.api.images.upscale import UpscaleOptions
    from venice_client.images.access import ImagesWithRawResponse, ImagesWithStreamingResponse
    from venice_client.images.results import ImageResult
else:
    # A description of another day may have no such resource: what it has works all the same.
    try:
        GeneratedImages = import_module("venice_client.api.images").Images
    except ImportError:
        GeneratedImages = Resource

# Pictures are taken in any form, so the signatures of these methods are wider than the generated ones.


class Images(ManyPictures, GeneratedImages):
    """The operations of `images`."""

    @cached_property
    def with_raw_response(self) -> ImagesWithRawResponse:  # type: ignore[override]
        """The same operations, each giving its answer with status and headers; its value is in `parsed`."""
        from venice_client.images.access import ImagesWithRawResponse

        return ImagesWithRawResponse(self._in_mode("raw"))

    @cached_property
    def with_streaming_response(self) -> ImagesWithStreamingResponse:  # type: ignore[override]
        """The same operations, each giving a block to enter, in which the body is read piece by piece."""
        from venice_client.images.access import ImagesWithStreamingResponse

        return ImagesWithStreamingResponse(self._in_mode("streamed"))

    def edit(  # type: ignore[override]
        self,
        image: PictureInput,
        prompt: str,
        *,
        resize: bool = False,
        strip_metadata: bool = False,
        progress: Progress = False,
        **options: Unpack[EditOptions],
    ) -> ImageResult:
        """
        Change a picture as a prompt says, and return the new one.

            venice.images.edit("photo.jpg", "make the sky a sunset", aspect_ratio="16:9").save("sunset.png")

        Args:
            image: A path (str or PathLike), bytes, base64, a data URI, an http(s) URL, an open binary file, an image
                of PIL, an array of NumPy, the result of another call, or an `ImageInput`. What has bytes travels as a
                form, a URL as JSON.
            prompt: What to change, in words.
            resize: Make a picture smaller that is larger than the API takes (needs Pillow).
            strip_metadata: Send the picture without what EXIF and the like say: where it was taken, by whom.
            progress: True for a bar on a terminal, or a callable that takes the bytes sent and all there are.
            options: The parameters of POST /image/edit as the API has them (`model`, `aspect_ratio`,
                `output_format`, ...), and `extra_headers`, `extra_query`, `extra_body`, `timeout`.

        Raises:
            RequestValidationError: `image` is no picture, or a parameter is wrong; nothing was sent.
            VeniceAPIError: the API refused; one subclass a status.
            ResponseDecodeError: the answer is no picture; the error keeps its bytes.
        """
        call = asked(EDIT, {"image": image, "prompt": prompt}, options, resize, strip_metadata, progress)
        picture: ImageResult = self._client.send(*call[:3], options=call[3], convert=picture_of)
        return picture

    def multi_edit(  # type: ignore[override]
        self,
        images: Iterable[PictureInput],
        prompt: str,
        *,
        resize: bool = False,
        strip_metadata: bool = False,
        progress: Progress = False,
        **options: Unpack[MultiEditOptions],
    ) -> ImageResult:
        """
        Combine or change several pictures as a prompt says, and return the new one.

            venice.images.multi_edit(["room.jpg", "mask.png"], "paint the masked wall green").save("green.png")

        Args:
            images: The base, and then layers or masks, each in any form that `edit` takes. They travel as a form; with
                a URL among them, all of them as JSON.
            prompt: What to do, in words.
            resize: As in `edit`, for all pictures, and so the next two.
            strip_metadata: As in `edit`.
            progress: As in `edit`.
            options: The parameters of POST /image/multi-edit (`model_id`, `quality`, ...), and what every call takes.
        """
        call = asked(
            MULTI_EDIT, {"images": listed(images), "prompt": prompt}, options, resize, strip_metadata, progress
        )
        picture: ImageResult = self._client.send(*call[:3], options=call[3], convert=picture_of)
        return picture

    def upscale(  # type: ignore[override]
        self,
        image: PictureInput,
        *,
        resize: bool = False,
        strip_metadata: bool = False,
        progress: Progress = False,
        **options: Unpack[UpscaleOptions],
    ) -> ImageResult:
        """
        Enlarge a picture, and return the larger one.

            venice.images.upscale("small.png", scale=4).save("large.png")

        Args:
            image: In any form that `edit` takes, but for a URL.
            resize: As in `edit`.
            strip_metadata: As in `edit`.
            progress: As in `edit`.
            options: The parameters of POST /image/upscale (`scale`, `creativity`), and what every call takes.
        """
        call = asked(UPSCALE, {"image": image}, options, resize, strip_metadata, progress)
        picture: ImageResult = self._client.send(*call[:3], options=call[3], convert=picture_of)
        return picture

    def remove_background(
        self,
        image: PictureInput | Unset = UNSET,
        *,
        image_url: str | Unset = UNSET,
        resize: bool = False,
        strip_metadata: bool = False,
        progress: Progress = False,
        **options: Unpack[RemoveBackgroundOptions],
    ) -> ImageResult:
        """
        Cut out what a picture shows, make the rest transparent, and return that.

            venice.images.remove_background("chair.jpg").save("chair.png")

        Args:
            image: In any form that `edit` takes, a URL too.
            image_url: A URL, by the name that the API has for it.
            resize: As in `edit`.
            strip_metadata: As in `edit`.
            progress: As in `edit`.
            options: What every call takes.
        """
        call = asked(
            REMOVE_BACKGROUND, {"image": image, "image_url": image_url}, options, resize, strip_metadata, progress
        )
        picture: ImageResult = self._client.send(*call[:3], options=call[3], convert=picture_of)
        return picture

    def generate(  # type: ignore[override]
        self,
        prompt: str,
        *,
        resize: bool = False,
        strip_metadata: bool = False,
        progress: Progress = False,
        **options: Unpack[GenerateOptions],
    ) -> ImageResults:
        """
        Make one to four pictures from a prompt, and return the list of them.

            venice.images.generate("a lake at dawn", model="z-image-turbo", variants=2).save("lake.webp")

        The list is the same whatever the answer looks like, `return_binary=True` or not, and a picture is decoded
        when it is first read. `parsed` has the answer as the API gave it.

        Args:
            prompt: What to show, in words.
            resize: As in `edit`, for the pictures among `style_references`, and so the next two.
            strip_metadata: As in `edit`.
            progress: As in `edit`.
            options: The parameters of POST /image/generate (`model`, `variants`, `width`, ...), and what every call
                takes.
        """
        call = asked(GENERATE, {"prompt": prompt}, options, resize, strip_metadata, progress)
        pictures: ImageResults = self._client.send(*call[:3], options=call[3], convert=pictures_of)
        return pictures
