"""
`BinaryContent`: the bytes and the media type of a binary response, and saving them.

Speech, music, videos and other files are `BinaryContent`; pictures are a subclass. The media type is the server's: the
bytes are not examined.
"""

from __future__ import annotations

import binascii
import os
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from venice_client._core.headers import public_headers
from venice_client._core.request.arguments import checked
from venice_client._core.response.save import Saving
from venice_client._core.schema.media_types import essence

if TYPE_CHECKING:
    from venice_client._core.metadata import Balance, Meta

_PLAYER_LIMIT: Final = 32 * 1024 * 1024
"""The most bytes of a file that a notebook shows a player for: it saves them as base64."""


def no_attribute(content: object, name: str) -> AttributeError:
    """Return the error for an attribute that files lack: other libraries call the bytes `content` or `read()`."""
    text = f"{type(content).__name__!r} has no attribute {name!r}"
    advice = "" if name[:1] == "_" else "; its bytes are in .data, and .save(path) writes them"
    return AttributeError(text + advice, name=name, obj=content)


@attrs.frozen
class BinaryContent:
    """The bytes of a response. `bytes(content)` and `len(content)` work; equality compares all fields."""

    data: bytes
    media_type: str
    """Without parameters, such as `audio/mpeg`."""
    headers: Mapping[str, str] = attrs.field(factory=dict, converter=public_headers, hash=False)
    """The response's headers, names in lower case, without cookies."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise no_attribute(self, name)

    @property
    def meta(self) -> Meta:
        """Metadata of the headers: request id, balance, rate limits, whether it was blurred, the enhanced prompt."""
        from venice_client._core.metadata import Meta

        return Meta(None, self.headers)

    @property
    def request_id(self) -> str | None:
        """The id under which the vendor can find the request."""
        return self.meta.request_id

    @property
    def model(self) -> str | None:
        """The id of the model that made it, if the response names it."""
        return self.meta.model.id

    @property
    def balance(self) -> Balance:
        """The balance after the call, if the response has it."""
        return self.meta.balance

    @checked
    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """
        Write the bytes to a file and return its path, which may differ from the one given.

        A name without a suffix gets the media type's; a suffix that belongs to another kind of file is
        replaced (`sunset.jpg` becomes `sunset.png` if the server sent PNG); any other ending, as in `v1.2`,
        is kept and the suffix added. `~` is the home folder. The file appears whole or not at all.

        Raises FileExistsError if there is such a file and `overwrite` is not set, FileNotFoundError or
        NotADirectoryError if the folder is missing (it is not created), IsADirectoryError if the path is a
        folder, and what else the system raises. The bytes remain in `data` then.
        """
        saving = Saving(path, self.media_type, overwrite=overwrite)
        try:
            saving.write(self.data)
            return saving.finish()
        except BaseException:
            saving.discard()
            raise

    def __bytes__(self) -> bytes:
        return self.data

    def __len__(self) -> int:
        return len(self.data)

    def _repr_html_(self) -> str | None:
        """Return a player for a notebook, with this object's text above it; None for other files and large ones."""
        kind = essence(self.media_type)
        element = kind.partition("/")[0]
        if element not in {"audio", "video"} or len(self.data) > _PLAYER_LIMIT:
            return None
        source = f"data:{escape(kind)};base64,{binascii.b2a_base64(self.data, newline=False).decode()}"
        return f'<div>{escape(repr(self))}</div><{element} controls src="{source}"></{element}>'

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.media_type}, {len(self.data):,} bytes)"
