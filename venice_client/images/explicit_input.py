"""
`ImageInput`: a picture whose form the caller states, for strings from strangers, and for options of one picture.

    ImageInput.url(text)       # a URL or an error: never a file
    ImageInput.path("a.jpg", resize=True)

Nothing is inspected here: `inputs.read` does that, when the picture is sent.
"""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import attrs

from venice_client.images.picture import shown

if TYPE_CHECKING:
    from venice_client._core.request.call import PictureInput

_Bytes: TypeAlias = bytes | bytearray | memoryview
_File: TypeAlias = IO[bytes]


def _short(value: object) -> str:
    if isinstance(value, str):
        return shown(value)
    return f"<{len(value):,} bytes>" if isinstance(value, bytes | bytearray | memoryview) else repr(value)


@attrs.frozen
class ImageInput:
    """
    A picture, its form, and how it is changed before it is sent.

    Every constructor takes `resize` (an oversized picture is made smaller), `strip_metadata` (place, time, camera and
    author are left out) and `name` (the file name that it is sent under). It pickles where its value does.
    """

    kind: str
    """`path`, `url`, `base64`, `data_uri`, `bytes`, `file`, or `any` from `of`."""
    value: Any = attrs.field(repr=_short)
    resize: bool = False
    strip_metadata: bool = False
    name: str | None = None

    @classmethod
    def of(
        cls, picture: PictureInput, *, resize: bool = False, strip_metadata: bool = False, name: str | None = None
    ) -> ImageInput:
        """A picture in any form: understood as it would be without `ImageInput`."""
        return cls("any", picture, resize, strip_metadata, name)

    @classmethod
    def path(
        cls,
        path: str | os.PathLike[str],
        *,
        resize: bool = False,
        strip_metadata: bool = False,
        name: str | None = None,
    ) -> ImageInput:
        """The path of a file, even if it looks like something else. `~` is the home folder."""
        return cls("path", path, resize, strip_metadata, name)

    @classmethod
    def url(
        cls, url: str, *, resize: bool = False, strip_metadata: bool = False, name: str | None = None
    ) -> ImageInput:
        """An http(s) URL, which the server fetches. Its metadata can't be taken away here."""
        return cls("url", url, resize, strip_metadata, name)

    @classmethod
    def base64(
        cls, text: str | _Bytes, *, resize: bool = False, strip_metadata: bool = False, name: str | None = None
    ) -> ImageInput:
        """Base64 in any spelling, a data URI not among them; as a str, or as the bytes that `b64encode` gives."""
        return cls("base64", text, resize, strip_metadata, name)

    @classmethod
    def data_uri(
        cls, uri: str | _Bytes, *, resize: bool = False, strip_metadata: bool = False, name: str | None = None
    ) -> ImageInput:
        """A `data:` URI, base64 or percent-encoded."""
        return cls("data_uri", uri, resize, strip_metadata, name)

    @classmethod
    def bytes(
        cls, data: _Bytes, *, resize: bool = False, strip_metadata: bool = False, name: str | None = None
    ) -> ImageInput:
        """The bytes of a picture."""
        return cls("bytes", data, resize, strip_metadata, name)

    @classmethod
    def file(
        cls, file: _File, *, resize: bool = False, strip_metadata: bool = False, name: str | None = None
    ) -> ImageInput:
        """A file that is open for reading bytes; read from its current position, and not closed."""
        return cls("file", file, resize, strip_metadata, name)

    def __venice_picture__(self) -> ImageInput:
        return self
