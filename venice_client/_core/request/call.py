"""The request between its making and its sending, and the types that callers pass in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import IO, Any, BinaryIO, Protocol, TypeAlias, TypedDict

from attrs import define, field

from venice_client._core.schema.operation import Operation

FileContent: TypeAlias = bytes | bytearray | memoryview | IO[bytes]
FileInput: TypeAlias = FileContent | tuple[str | None, FileContent] | tuple[str | None, FileContent, str | None]
"""A file for a form: its content, or (name, content) or (name, content, media type)."""


class PillowImage(Protocol):
    """An image of PIL."""

    @property
    def mode(self) -> str: ...
    @property
    def size(self) -> tuple[int, int]: ...
    def save(self, fp: Any, format: str | None = None, **params: Any) -> None: ...  # noqa: A002  # Pillow's name


class ArrayImage(Protocol):
    """An array of NumPy: height x width, or height x width x channels, of uint8."""

    @property
    def __array_interface__(self) -> Any: ...


class PictureResult(Protocol):
    """What an earlier call gave, and anything else that holds a picture's bytes."""

    @property
    def data(self) -> bytes: ...
    @property
    def media_type(self) -> str: ...


class ExplicitInput(Protocol):
    """A picture of which the caller says what it is: `ImageInput.path(...)`, `ImageInput.url(...)`."""

    def __venice_picture__(self) -> Any: ...


PictureInput: TypeAlias = (
    str | os.PathLike[str] | FileInput | BinaryIO | PillowImage | ArrayImage | PictureResult | ExplicitInput
)
"""
A picture as people have it: a path, a URL, bytes, base64, a data URI, an open file, `(name, content, type)`, a PIL
image, a NumPy array, the result of an earlier call, or an `ImageInput`.
"""

Part: TypeAlias = tuple[str | None, Any, str | None]


class CallOptions(TypedDict, total=False):
    """What every call takes beside the arguments of its operation."""

    extra_headers: Mapping[str, str]
    """Headers to add or to replace."""
    extra_query: Mapping[str, Any]
    """Query parameters to add or to replace, the contract's or not."""
    extra_body: Mapping[str, Any]
    """Fields of the body to add or to replace, the contract's or not."""
    validate: bool
    """Whether what the contract forbids is refused before it is sent; the client's own setting without it."""
    timeout: float
    """
    Seconds to wait for the answer, in the place of the client's own limit: for its beginning, for each further piece
    of it, and for the whole of a body that is not read piece by piece (ten minutes, where no limit was given).

    It counts for each attempt anew. A call that is held back because others failed waits no longer than that either,
    or than two seconds.
    """
    idle_timeout: float
    """Seconds to wait between two events of a stream; without it, `timeout` counts for these waits too."""


@define
class Call:
    """A request that is ready but for its credentials."""

    method: str
    path: str
    """The path below the base URL, percent-encoded."""
    query: list[tuple[str, str]]
    headers: dict[str, str]
    operation: Operation | None = None
    content: bytes | Iterable[bytes] | None = None
    """The body, where it is no form with parts; what makes it piece by piece makes it anew for each attempt."""
    form: list[tuple[str, Part]] | None = None
    """The parts of a form, files among them."""
    timeout: float | None = None
    stream: bool = False
    """Whether the caller asked for an event stream."""
    idle_timeout: float | None = None
    """Seconds to wait between two events."""
    access: str = ""
    """How the caller wants the answer: "" decoded at once, "raw" decoded when it is asked for, "unread" as it comes."""
    credentials: Mapping[str, str] = field(factory=dict, repr=False)
    """The headers of the attempt under way that give access; new for each attempt."""
