"""
A picture that the API made: `BinaryContent` with what people do with pictures.

It shows itself in a notebook, and gives itself as base64 or as a data URI. It does not decode, convert or
resize: for that, pass `io.BytesIO(result.data)` to the imaging library of your choice.
"""

from __future__ import annotations

import binascii

import attrs

from venice_client.core.content import BinaryContent


@attrs.frozen(repr=False)
class ImageResult(BinaryContent):
    """
    The bytes of a picture. `save(path)` writes them; `media_type` tells what the server chose, such as
    `image/webp`.
    """

    @property
    def base64(self) -> str:
        """The bytes as base64: standard alphabet, padded, without line breaks."""
        return binascii.b2a_base64(self.data, newline=False).decode("ascii")

    @property
    def data_uri(self) -> str:
        """The picture as a `data:` URI, for HTML, or for a field that takes URLs."""
        return f"data:{self._kind};base64,{self.base64}"

    @property
    def _kind(self) -> str:
        return self.media_type.partition(";")[0].strip().lower()

    def _repr_png_(self) -> bytes | None:
        return self.data if self._kind == "image/png" else None

    def _repr_jpeg_(self) -> bytes | None:
        return self.data if self._kind in {"image/jpeg", "image/jpg"} else None
