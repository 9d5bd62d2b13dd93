"""
The pictures that the API made: one as `ImageResult`, those of one call as `ImageResults`, whatever form the response
has, JSON with base64 or the bytes of one picture.

The first bytes say what a picture is, whatever media type the response names. No pixel is changed.
"""

from __future__ import annotations

import binascii
import io
import os
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import attrs

from venice_client._core.errors import ResponseDecodeError
from venice_client._core.headers import public_headers
from venice_client._core.metadata import Meta
from venice_client._core.request.arguments import checked
from venice_client._core.response.binary import BinaryContent, no_attribute
from venice_client._core.response.response import Response, decode_error
from venice_client._core.response.save import names_folder, numbered
from venice_client._core.response.sniffing import HEAD, picture_type
from venice_client._core.schema.media_types import essence
from venice_client._core.schema.model import Model
from venice_client._core.warnings import DamagedResultWarning, warn_or_log
from venice_client.images.encodings import decode_base64
from venice_client.images.formats.refused import is_other_picture, looks

if TYPE_CHECKING:
    from PIL.Image import Image

    from venice_client.models.generated_images import GeneratedImages
    from venice_client.models.image_timing import ImageTiming

_START = (HEAD + 2) // 3 * 4
_SHOWN_BY_BROWSERS = frozenset({"image/avif", "image/gif", "image/webp"})
"""Besides PNG and JPEG, for which notebooks have names of their own."""


@attrs.frozen(repr=False, eq=False)
class ImageResult(BinaryContent):
    """
    The bytes of a picture that the API made. `save(path)` writes them; `media_type` is what the bytes are.

    It shows itself in a notebook and can be passed to another call. Base64 is decoded when `data` is first read. Two
    are equal when their bytes are.
    """

    _encoded: str | None = attrs.field(default=None, init=False)

    @classmethod
    def of_base64(cls, text: str, media_type: str, headers: Mapping[str, str]) -> Self:
        """Return the picture of a text that begins as base64 of a picture; `data` decodes it."""
        made = cls.__new__(cls)
        for name, value in (("media_type", media_type), ("headers", public_headers(headers)), ("_encoded", text)):
            object.__setattr__(made, name, value)
        return made

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Decode the bytes when they are first read: Python calls this only while their slot is empty."""
            if name != "data":
                raise no_attribute(self, name)
            encoded = self._encoded
            if encoded is None:  # another thread has decoded it
                return object.__getattribute__(self, name)
            try:
                data = decode_base64(encoded)
            except ValueError as error:
                raise _damaged(error, encoded, self.meta.request_id) from None
            object.__setattr__(self, "data", data)
            object.__setattr__(self, "_encoded", None)
            self._report_damage()
            return data

    @property
    def width(self) -> int | None:
        """In pixels, from the header; None where it has none."""
        return (self._dimensions or (None, None))[0]

    @property
    def height(self) -> int | None:
        """In pixels, from the header; None where it has none."""
        return (self._dimensions or (None, None))[1]

    def _report_damage(self) -> None:
        """Warn of a picture that came cut off. It is kept, as it is paid for."""
        from venice_client.images.formats.completeness import damage

        if missing := damage(io.BytesIO(self.data), len(self.data), self.media_type):
            request = f" (request {self.request_id})" if self.request_id else ""
            warn_or_log(f"the picture of the response{request} is damaged: {missing}", DamagedResultWarning)

    @property
    def content_violation(self) -> bool | None:
        """Whether the picture breaks the content policy; None where the response does not say."""
        return self.meta.content_violation

    @property
    def blurred(self) -> bool | None:
        """Whether the picture was blurred; None where the response does not say."""
        return self.meta.blurred

    @property
    def enhanced_prompt(self) -> str | None:
        """The prompt as the API rewrote it, where it did."""
        return self.meta.enhanced_prompt

    @property
    def base64(self) -> str:
        """The bytes as base64: standard alphabet, padded, without line breaks."""
        return binascii.b2a_base64(self.data, newline=False).decode("ascii")

    @property
    def data_uri(self) -> str:
        """The picture as a `data:` URI, for HTML, or for a field that takes URLs."""
        return f"data:{self._kind};base64,{self.base64}"

    def pil(self) -> Image:
        """Return the picture as an image of PIL. Raises RequestValidationError where Pillow is not installed."""
        from venice_client.images.edit.pillow import required

        image: Image = required("pil()").open(io.BytesIO(self.data))
        return image

    @property
    def _dimensions(self) -> tuple[int, int] | None:
        from venice_client.images.formats.dimensions import dimensions_of

        return dimensions_of(self.data)

    def __repr__(self) -> str:
        if self._encoded is not None:  # not decoded for this
            return f"ImageResult({self._kind}, {len(self._encoded) * 3 // 4:,} bytes)"
        size = f"{self.width} x {self.height}, " if self.width else ""
        return f"ImageResult({self._kind}, {size}{len(self.data):,} bytes)"

    @property
    def _kind(self) -> str:
        return essence(self.media_type)

    def _repr_png_(self) -> bytes | None:
        return self.data if self._kind == "image/png" else None

    def _repr_jpeg_(self) -> bytes | None:
        return self.data if self._kind in {"image/jpeg", "image/jpg"} else None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        """Return the picture and an HTML image where it is not PNG or JPEG, which every front end shows by itself."""
        if self._kind not in _SHOWN_BY_BROWSERS:
            return {}
        return {self._kind: self.base64, "text/html": self._html(), "text/plain": repr(self)}

    def _html(self) -> str:
        return f'<img src="{self.data_uri}" alt="{escape(repr(self))}">'

    def __eq__(self, other: object) -> bool:
        return self.data == other.data if isinstance(other, ImageResult) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.data)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.data, self.media_type, dict(self.headers))


class ImageResults(list[ImageResult]):
    """
    The pictures of one call, and what came with them.

    A list of one has the attributes of its only picture, such as `data`, `width` and `pil()`.
    """

    meta: Meta
    """What the headers say: request id, balance, the enhanced prompt."""
    parsed: GeneratedImages | None
    """The response as the contract has it; None where it was the bytes of a picture."""

    def __init__(self, pictures: list[ImageResult], *, meta: Meta, parsed: GeneratedImages | None = None) -> None:
        super().__init__(pictures)
        self.meta = meta
        self.parsed = parsed

    @property
    def id(self) -> str | None:
        """The id of the generation, where the response has one."""
        value = getattr(self.parsed, "id", None)
        return value if isinstance(value, str) else None

    @property
    def timing(self) -> ImageTiming | None:
        """How long each step took, where the response says; None elsewhere."""
        timing: ImageTiming | None = getattr(self.parsed, "timing", None)
        return timing

    @property
    def request_id(self) -> str | None:
        """The id under which the vendor can find the request."""
        return self.meta.request_id

    @checked
    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> list[Path]:
        """
        Save all pictures and return their paths: see `BinaryContent.save`.

        A list of one saves "cat.png", a longer one cat-1.png, cat-2.png and so on, each with the suffix that fits. A
        folder gets image-1 and so on.
        """
        given = Path(path).expanduser()
        if len(self) == 1 and not given.is_dir() and not names_folder(path):
            return [self[0].save(given, overwrite=overwrite)]
        base = given / "image" if given.is_dir() or names_folder(path) else given
        return [picture.save(numbered(base, number), overwrite=overwrite) for number, picture in enumerate(self, 1)]

    if TYPE_CHECKING:

        @property
        def data(self) -> bytes: ...
        @property
        def media_type(self) -> str: ...

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(dir(self[0]) if len(self) == 1 else ())})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or not hasattr(ImageResult, name):
            raise AttributeError(f"ImageResults has no attribute {name!r}", name=name, obj=self)
        if len(self) != 1:
            raise AttributeError(f"{len(self)} pictures: {name!r} is an attribute of each, as in pictures[0].{name}")
        return getattr(self[0], name)

    def _repr_html_(self) -> str:
        return "".join(picture._html() for picture in self)  # noqa: SLF001  # of a class of this module

    def __repr__(self) -> str:
        return f"ImageResults([{', '.join(map(repr, self))}])"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (list(self), self.meta, self.parsed)


def picture_of(content: object, response: Response[object]) -> ImageResult:
    """Return the picture of a response, recognized by its first bytes. Raises ResponseDecodeError, with the bytes."""
    if not isinstance(content, BinaryContent):
        raise _refused(response, f"its media type is {response.media_type or 'not given'}")
    media_type = picture_type(content.data)
    if media_type is None and (not response.media_type.startswith("image/") or not is_other_picture(content.data)):
        raise _refused(response, f"under {response.media_type or 'no media type'} came what {looks(content.data)}")
    made = ImageResult(content.data, media_type or response.media_type, content.headers)
    made._report_damage()  # noqa: SLF001  # of a class of this module
    return made


def pictures_of(value: Any, response: Response[object]) -> ImageResults:
    """Return the pictures of a response that is JSON with base64, or a picture. Raises ResponseDecodeError."""
    meta = Meta(response.status_code, public_headers(response.headers))
    if isinstance(value, BinaryContent):
        return ImageResults([picture_of(value, response)], meta=meta)
    images = value.to_dict().get("images") if isinstance(value, Model) else None  # a missing list reads as empty
    if not isinstance(images, list):
        raise _refused(response, f"its media type is {response.media_type or 'not given'}, and it has no list `images`")
    pictures = [_decoded_later(response, index, text) for index, text in enumerate(images)]
    return ImageResults(pictures, meta=meta, parsed=value)


def _decoded_later(response: Response[object], index: int, text: Any) -> ImageResult:
    if not isinstance(text, str):
        raise _refused(response, f"images[{index}] is not a text")
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        head = decode_base64("".join(text[: 2 * _START].split())[:_START])
    except ValueError:
        raise _refused(response, f"images[{index}] is not base64") from None
    media_type = picture_type(head)
    if media_type is None:
        raise _refused(response, f"images[{index}] does not begin as a picture does")
    return ImageResult.of_base64(text, media_type, response.headers)


def _refused(response: Response[object], what: str) -> ResponseDecodeError:
    return decode_error(response, f"the response should be a picture, and {what}")


def _restored(pictures: list[ImageResult], meta: Meta, parsed: Any) -> ImageResults:
    return ImageResults(pictures, meta=meta, parsed=parsed)


def _damaged(error: ValueError, encoded: str, request_id: str | None) -> ResponseDecodeError:
    return ResponseDecodeError(
        f"the base64 of a picture is damaged: {error}",
        status=200,
        media_type="application/json",
        body=encoded.encode(),
        request_id=request_id,
    )
