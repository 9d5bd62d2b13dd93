"""Responses and files under openai's names: what `with_raw_response`, `with_streaming_response` and speech give."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from anyio import to_thread
from attrs import frozen

from venice_client._core.base_client import BaseClient
from venice_client._core.request.call import Request
from venice_client._core.resource import AsyncResource, Resource
from venice_client._core.response.binary import BinaryContent
from venice_client._core.response.body_reader import AsyncUnreadResponse, UnreadResponse
from venice_client._core.response.cast import caster
from venice_client._core.response.json import parse_json
from venice_client._core.response.response import Response
from venice_client._core.response.text import decode_text

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
_Path = str | os.PathLike[str]


@frozen(slots=False, repr=False)
class APIResponse(Response[T]):
    """A response whose body was read: `parse()` gives its value."""

    elapsed: timedelta = timedelta()
    """The time from the call to the end of the body, retries included."""
    method: str = ""
    url: str = ""

    @property
    def http_response(self) -> httpx.Response:
        """The response as httpx has it."""
        import httpx

        convert: Any = caster(httpx.Response)
        return cast("httpx.Response", convert(None, self))

    @property
    def http_request(self) -> httpx.Request:
        """Method and URL of the request, as httpx has them."""
        import httpx

        return httpx.Request(self.method, self.url)

    @property
    def is_closed(self) -> bool:
        """True: the body was read."""
        return True


class _Unread:
    """What responses with an unread body share."""

    elapsed: timedelta = timedelta()
    """The time from the call to the headers, retries included."""
    method: str = ""
    url: str = ""


class StreamedAPIResponse(_Unread, UnreadResponse[T]):
    """A response whose body is read piece by piece."""

    def stream_to_file(self, path: _Path, *, chunk_size: int | None = None, overwrite: bool = True) -> Path:
        """Write the body to a file of exactly this name, and replace one that is there."""
        with Path(path).open("wb" if overwrite else "xb") as file:
            file.writelines(self.iter_bytes(chunk_size))
        return Path(path)


class AsyncStreamedAPIResponse(_Unread, AsyncUnreadResponse[T]):
    """A response whose body is read piece by piece, with await."""

    async def stream_to_file(self, path: _Path, *, chunk_size: int | None = None, overwrite: bool = True) -> Path:
        """Write the body to a file of exactly this name, and replace one that is there."""
        file = await to_thread.run_sync(Path(path).open, "wb" if overwrite else "xb")
        try:
            async for piece in self.iter_bytes(chunk_size):
                await to_thread.run_sync(file.write, piece)
        finally:
            await to_thread.run_sync(file.close)
        return Path(path)


class HttpxBinaryResponseContent(BinaryContent):
    """The bytes of a file, under openai's names."""

    @property
    def content(self) -> bytes:
        """The bytes."""
        return self.data

    @property
    def text(self) -> str:
        """The bytes as text."""
        return decode_text(self.data, self.headers)

    @property
    def response(self) -> APIResponse[bytes]:
        """The response that the bytes came in."""
        return APIResponse(200, self.headers, self.data, self.data)

    def read(self) -> bytes:
        """Return the bytes."""
        return self.data

    async def aread(self) -> bytes:
        """Return the bytes."""
        return self.data

    def json(self) -> Any:
        """Return the bytes as JSON has them."""
        return parse_json(self.data)

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Yield the bytes, at once or in pieces of a size."""
        return _cut(self.data, chunk_size)

    iter_raw = iter_bytes

    async def aiter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes, at once or in pieces of a size."""
        for piece in self.iter_bytes(chunk_size):
            yield piece

    aiter_raw = aiter_bytes

    def write_to_file(self, file: _Path) -> None:
        """Write the bytes to a file of exactly this name, and replace one that is there."""
        Path(file).write_bytes(self.data)

    def stream_to_file(self, file: _Path, *, chunk_size: int | None = None) -> None:  # noqa: ARG002  # openai's name
        """Write the bytes to a file of exactly this name, and replace one that is there."""
        self.write_to_file(file)

    async def astream_to_file(self, file: _Path, *, chunk_size: int | None = None) -> None:  # noqa: ARG002  # the same
        """Write the bytes to a file of exactly this name, and replace one that is there."""
        await to_thread.run_sync(self.write_to_file, file)

    def close(self) -> None:
        """Do nothing: the bytes were read."""

    async def aclose(self) -> None:
        """Do nothing: the bytes were read."""


class WithStreamingResponse:
    """A client, or a resource of it, whose calls are those of `with_streaming_response` of its resources."""

    def __init__(self, owner: Any) -> None:  # a client or a resource
        self._owner = owner

    def __getattr__(self, name: str) -> Any:
        found = None if name.startswith("_") else getattr(self._owner, name)
        if isinstance(found, Resource | AsyncResource | BaseClient):
            return WithStreamingResponse(found)
        if callable(found) and isinstance(self._owner, Resource | AsyncResource):
            resource: Any = self._owner
            return getattr(resource.with_streaming_response, name)
        raise AttributeError(f"with_streaming_response has no attribute {name!r}")


def with_openai_names(found: Any, request: Request, base_url: str, elapsed: timedelta) -> Any:
    """Return what a call gave: a response under openai's names where it is one, else the value itself."""
    where: dict[str, Any] = {"elapsed": elapsed, "method": request.method, "url": f"{base_url}{request.path}"}
    if type(found) is Response:
        return APIResponse(found.status_code, found.headers, found.content, None, lambda: found.parsed, **where)
    made: Any = None
    if type(found) is UnreadResponse:
        made = StreamedAPIResponse(found.unread)
    elif type(found) is AsyncUnreadResponse:
        made = AsyncStreamedAPIResponse(found.unread)
    else:
        return found
    made.elapsed, made.method, made.url = where.values()
    return made


def _cut(content: bytes, size: int | None) -> Iterator[bytes]:
    step = size or max(len(content), 1)
    return (content[start : start + step] for start in range(0, len(content), step))
