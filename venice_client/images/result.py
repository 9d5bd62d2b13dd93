"""
A picture that the API made: `BinaryContent` with what people do with pictures.

It shows itself in a notebook, gives itself as base64, as a data URI or to Pillow, and can be passed on as the picture
of another call. It changes no pixel. Several of them are `results`' business.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import attrs

from venice_client._core.errors import ResponseDecodeError
from venice_client._core.headers import public_headers
from venice_client._core.response.binary import BinaryContent

if TYPE_CHECKING:
    from PIL.Image import Image

_SHOWN_BY_BROWSERS = frozenset({"image/avif", "image/gif", "image/webp"})
"""Besides PNG and JPEG, for which notebooks have names of their own."""


@attrs.frozen(repr=False, eq=False)
class ImageResult(BinaryContent):
    """
    The bytes of a picture. `save(path)` writes them; `media_type` tells what the server chose, such as `image/webp`.

    Two are equal when their bytes are. What came as base64 is decoded when it is first asked for.
    """

    _encoded: str | None = attrs.field(default=None, init=False)

    @classmethod
    def of_base64(cls, text: str, media_type: str, headers: Mapping[str, str]) -> Self:
        """Return the picture of a text that is known to be base64; `data` decodes it."""
        made = cls.__new__(cls)
        for name, value in (("media_type", media_type), ("headers", public_headers(headers)), ("_encoded", text)):
            object.__setattr__(made, name, value)
        return made

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Decode the bytes when they are first asked for: Python calls this only while their slot is empty."""
            if name != "data":
                raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}", name=name, obj=self)
            encoded = self._encoded
            if encoded is None:  # another thread was quicker
                return object.__getattribute__(self, name)
            try:
                data = binascii.a2b_base64(encoded)
            except ValueError as error:
                raise _damaged(error, encoded, self.meta.request_id) from None
            object.__setattr__(self, "data", data)
            object.__setattr__(self, "_encoded", None)
            return data

    @property
    def width(self) -> int | None:
        """In pixels, as the header says; None where it doesn't."""
        return (self._dimensions or (None, None))[0]

    @property
    def height(self) -> int | None:
        """In pixels, as the header says; None where it doesn't."""
        return (self._dimensions or (None, None))[1]

    @property
    def content_violation(self) -> bool | None:
        """Whether the picture breaks the content policy; None where the answer does not say."""
        return self.meta.content_violation

    @property
    def blurred(self) -> bool | None:
        """Whether the picture was blurred; None where the answer does not say."""
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
        import io

        from venice_client.images.edit.pillow import required

        image: Image = required("pil()").open(io.BytesIO(self.data))
        return image

    @property
    def _dimensions(self) -> tuple[int, int] | None:
        from venice_client.images.formats.dimensions import dimensions_of

        return dimensions_of(self.data)

    @property
    def _kind(self) -> str:
        return self.media_type.partition(";")[0].strip().lower()

    def _repr_png_(self) -> bytes | None:
        return self.data if self._kind == "image/png" else None

    def _repr_jpeg_(self) -> bytes | None:
        return self.data if self._kind in {"image/jpeg", "image/jpg"} else None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        return {self._kind: self.base64} if self._kind in _SHOWN_BY_BROWSERS else {}

    def __eq__(self, other: object) -> bool:
        return self.data == other.data if isinstance(other, ImageResult) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.data)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.data, self.media_type, dict(self.headers))


def _damaged(error: ValueError, encoded: str, request_id: str | None) -> ResponseDecodeError:
    return ResponseDecodeError(
        f"the base64 of a picture is damaged: {error}",
        status=200,
        media_type="application/json",
        body=encoded.encode(),
        request_id=request_id,
    )
