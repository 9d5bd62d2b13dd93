"""
The pictures that one call made: a list, whatever form the answer had, JSON with base64 or the bytes of one picture.

What is no picture is found here, by its first bytes; the rest of a picture is decoded when it is asked for.
"""

from __future__ import annotations

import binascii
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from venice_client._core.errors import ResponseDecodeError
from venice_client._core.headers import public_headers
from venice_client._core.metadata import Meta
from venice_client._core.response.binary import BinaryContent
from venice_client._core.response.response import Response
from venice_client._core.response.save import names_folder, numbered
from venice_client._core.schema.sentinel import UNSET
from venice_client.images.formats.signatures import HEAD, media_type_of
from venice_client.images.result import ImageResult

if TYPE_CHECKING:
    from venice_client.models.generated_images import GeneratedImages

_START = (HEAD + 2) // 3 * 4


class ImageResults(list[ImageResult]):
    """The pictures of one call, and what came with them."""

    meta: Meta
    """What the headers tell: request id, balance, the enhanced prompt."""
    parsed: GeneratedImages | None
    """The answer as the contract has it; None where it was the bytes of a picture."""

    def __init__(self, pictures: list[ImageResult], *, meta: Meta, parsed: GeneratedImages | None = None) -> None:
        super().__init__(pictures)
        self.meta = meta
        self.parsed = parsed

    @property
    def id(self) -> str | None:
        """The id of the generation, where the answer has one."""
        value = getattr(self.parsed, "id", None)
        return value if isinstance(value, str) else None

    @property
    def timing(self) -> Any:
        """How long each step took, where the answer tells; None elsewhere."""
        value = getattr(self.parsed, "timing", None)
        return None if value is UNSET else value

    @property
    def request_id(self) -> str | None:
        """The id under which the vendor can find the request."""
        return self.meta.request_id

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> list[Path]:
        """
        Save all pictures and return their paths: "cat.png" gives cat-1.png, cat-2.png and so on, with the suffix that
        fits each; a folder gives image-1 and so on in it. See `BinaryContent.save` for all else.
        """
        given = Path(path).expanduser()
        base = given / "image" if given.is_dir() or names_folder(path) else given
        return [picture.save(numbered(base, number), overwrite=overwrite) for number, picture in enumerate(self, 1)]

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (list(self), self.meta, self.parsed)


def picture_of(response: Response[Any]) -> ImageResult:
    """Take the picture out of an answer; anything else that came with a success is an error that keeps its bytes."""
    content = response.parsed
    if not isinstance(content, BinaryContent) or not content.media_type.startswith("image/"):
        raise _refused(response, f"its media type is {response.media_type or 'not given'}")
    return ImageResult(content.data, content.media_type, content.headers)


def pictures_of(response: Response[Any]) -> ImageResults:
    """Take the pictures out of an answer that is JSON with base64, or a picture."""
    value = response.parsed
    meta = Meta(response.status_code, public_headers(response.headers))
    if isinstance(value, BinaryContent):
        return ImageResults([picture_of(response)], meta=meta)
    images = getattr(value, "images", None)
    if not isinstance(images, list):
        raise _refused(response, f"its media type is {response.media_type or 'not given'}, and it has no list `images`")
    pictures = [_decoded_later(response, index, text) for index, text in enumerate(images)]
    return ImageResults(pictures, meta=meta, parsed=value)


def _decoded_later(response: Response[Any], index: int, text: Any) -> ImageResult:
    if not isinstance(text, str):
        raise _refused(response, f"images[{index}] is no text")
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        head = binascii.a2b_base64("".join(text[: 2 * _START].split())[:_START], strict_mode=True)
    except ValueError:
        raise _refused(response, f"images[{index}] is not base64") from None
    media_type = media_type_of(head)
    if media_type is None:
        raise _refused(response, f"images[{index}] does not begin as a picture does")
    return ImageResult.of_base64(text, media_type, response.headers)


def _refused(response: Response[Any], what: str) -> ResponseDecodeError:
    return ResponseDecodeError(
        f"the answer should be a picture, and {what}",
        status=response.status_code,
        media_type=response.media_type,
        body=response.content,
        request_id=response.request_id,
    )


def _restored(pictures: list[ImageResult], meta: Meta, parsed: Any) -> ImageResults:
    return ImageResults(pictures, meta=meta, parsed=parsed)
