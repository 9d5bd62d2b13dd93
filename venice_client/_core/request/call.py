"""
The request of a call, from the arguments of a method to the bytes that are sent, and the types of what callers pass.

A request begins with operation, arguments, body and options. Interceptors read and change those. `build` then fills in
what is sent: path, query, headers, content. The credentials are added for each attempt.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Iterable, Mapping
from datetime import date
from typing import IO, Any, BinaryIO, Final, Literal, Protocol, TypeAlias, TypedDict

from attrs import define, field

from venice_client._core.request.options import TimeLimits, Timeout
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.sentinel import UNSET


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
    """The result of an earlier call, or another object with a picture's bytes."""

    @property
    def data(self) -> bytes: ...
    @property
    def media_type(self) -> str: ...


class ExplicitInput(Protocol):
    """A picture whose form the caller states: `ImageInput.path(...)`, `ImageInput.url(...)`."""

    def __venice_picture__(self) -> Any: ...


class AsyncFile(Protocol):
    """A file that is read with await, such as FastAPI's `UploadFile` or one of anyio or aiofiles: for `AsyncVenice`."""

    def read(self, size: int = ..., /) -> Awaitable[Any]: ...


FileContent: TypeAlias = bytes | bytearray | memoryview | IO[bytes] | BinaryIO | AsyncFile
FileInput: TypeAlias = (
    str
    | os.PathLike[str]
    | FileContent
    | PictureResult
    | ExplicitInput
    | tuple[str | None, FileContent | str]
    | tuple[str | None, FileContent | str, str | None]
)
"""
A file in any form: a path, bytes, base64, a data URI, an open file, `(name, content)`, `(name, content, media type)`,
the result of an earlier call, and where the API takes one a URL.
"""
DateInput: TypeAlias = str | date
"""A date, or a point in time: as text, or as a `date` or a `datetime`, which is sent in UTC."""
PictureInput: TypeAlias = FileInput | PillowImage | ArrayImage
"""A picture in any form: those of a file, an image of PIL or an array of NumPy."""

Part: TypeAlias = tuple[str | None, Any, str | None]


class CallOptions(TypedDict, total=False):
    """The options of every call, beside the arguments of its operation."""

    extra_headers: Mapping[str, str]
    """Headers to add or to replace."""
    extra_query: Mapping[str, Any]
    """Query parameters to add or to replace, the contract's or not."""
    extra_body: Mapping[str, Any]
    """Fields of the body to add or to replace, the contract's or not."""
    validate: bool
    """Whether what the contract forbids is refused before it is sent; the client's own setting without it."""
    timeout: float | TimeLimits | None
    """
    Seconds to wait for the response instead of the client's own limit: for its beginning, for each further piece of
    it, and for the whole of a body that is not read piece by piece (ten minutes, where no limit was given). An
    `httpx.Timeout` limits connecting, reading, writing and waiting for a connection one by one.

    It counts for each attempt anew. A call that is delayed because others failed waits at most that long too, or two
    seconds.
    """
    idle_timeout: float
    """Seconds to wait between two events of a stream; without it, `timeout` counts for these waits too."""


OPTIONS: Final = frozenset(CallOptions.__annotations__)
"""The names of the options of a call."""


class BodyOptions(CallOptions, total=False):
    """What `venice.request` takes: one body (`json`, `content`, `data`, or `files` with `data`), and call options."""

    json: object
    """Anything that JSON can represent, models too."""
    content: bytes | str | IO[bytes] | Iterable[bytes] | None
    """The body as it is sent. Name its type with `extra_headers={"Content-Type": ...}`."""
    data: Mapping[str, object] | None
    """The fields of a form."""
    files: Mapping[str, FileInput] | Iterable[tuple[str, FileInput]] | None
    """The files of a multipart form by the names of their fields."""
    query: Mapping[str, object] | None
    """Query parameters; `extra_query` is another name."""
    headers: Mapping[str, str] | None
    """Headers; `extra_headers` is another name."""


class RequestOptions(BodyOptions, total=False):
    """All that `venice.request` takes beside method, path and `cast_to`."""

    stream: bool
    """Return a `Stream` of the events of the response. Whether the server streams is said by the body."""


SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""The methods that change nothing and cost nothing, also on a path that the contract lacks."""

Mode: TypeAlias = Literal["value", "raw", "streamed"]
"""What a call gives: its decoded value; the response, decoded when it is read; or the response with an unread body."""


@define(eq=False, repr=False, slots=False)
class Request:
    """
    One call of an operation, or of a path that the contract lacks (`operation` is None).

    An interceptor may replace `arguments`, `body` and `media_type`, and add to `headers`, before the request is built.
    """

    method: str
    path: str
    """The path of the operation with its placeholders; once built, the path below the base URL, percent-encoded."""
    operation: Operation | None = None
    arguments: Mapping[str, Any] = field(factory=dict)
    """Parameters of the path, the query and the headers, by their names in Python."""
    body: Any = UNSET  # a model, or whatever JSON or a form can represent
    media_type: str | None = None
    """How the body is to be written; None chooses by the body."""
    options: CallOptions = field(factory=CallOptions)
    keywords: Mapping[str, Any] = field(factory=dict)
    """The values of keywords that interceptors declare, such as `e2ee=True`."""
    mode: Mode = "value"
    is_validated: bool = True
    """Whether what the contract forbids is refused before anything is sent."""
    collects: bool = False
    """
    Whether an event stream is read to its end and given as one value: for a request that has to stream although the
    caller wants none. In the mode "streamed" `parse` gives the stream.
    """
    client: Any = None  # Venice or AsyncVenice: this layer stands below the clients and cannot name them
    state: dict[Any, Any] = field(factory=dict)
    """What an interceptor keeps from `before` to `after`, under a key of its own."""

    plain_body: Any = None
    """The body that `has_plain_body` found to be sent as it stands; None before it looked."""
    query: list[tuple[str, str]] = field(factory=list)
    headers: dict[str, str] = field(factory=dict)
    """The headers to send, without credentials."""
    content: bytes | Iterable[bytes] | None = None
    """The body to send; an iterable yields it anew for each attempt."""
    timeout: float | None = None
    """Seconds to wait for the response and for each piece of it; None leaves the default."""
    limits: Timeout | None = None
    """The limits of the connection one by one, where the caller gave such."""
    idle_timeout: float | None = None
    """Seconds to wait between two events of a stream."""
    is_event_stream: bool = False
    """Whether the request asks for an event stream."""
    credentials: Mapping[str, str] = field(factory=dict)
    """The headers of the attempt under way that give access; new for each attempt."""

    def limit_time(self, timeout: float | Timeout | None) -> None:
        """Set the time limits, where there are none yet."""
        if timeout is None or self.timeout is not None or self.limits is not None:
            return
        if isinstance(timeout, Timeout):
            self.limits, self.timeout = timeout, timeout.read
        else:
            self.timeout = timeout

    @property
    def name(self) -> str:
        """The operation as the contract names it, "POST /image/edit"; method and path of any other request."""
        return self.operation.key if self.operation is not None else f"{self.method} {self.path}"

    def calls(self, address: str) -> bool:
        """Whether it calls the operation that has this address, or had it: "POST /image/edit"."""
        return self.name in (address, self.client._operations.address(address))  # noqa: SLF001  # of its client

    @property
    def is_paid(self) -> bool:
        """Whether carrying it out may cost money. Of a path that the contract lacks, only a GET is known not to."""
        if self.operation is not None:
            return self.operation.paid
        return self.method not in SAFE_METHODS

    def __repr__(self) -> str:
        return f"<Request {self.name}>"  # headers and body may hold secrets
