"""
The one module that imports the HTTP library. Elsewhere a request is a `Call` and an answer is an `Answer`.

Nothing is decided here: no retry, no decoding, no reading of errors. What the library raises becomes a
VeniceConnectionError or a VeniceTimeoutError that names the method and the path, never a header.
"""

from __future__ import annotations

import secrets
import ssl
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeAlias

import httpx
from attrs import define

from venice_client.core.call import Call
from venice_client.core.errors import RequestValidationError, VeniceConnectionError, VeniceTimeoutError

HTTPClient: TypeAlias = httpx.Client
AsyncHTTPClient: TypeAlias = httpx.AsyncClient

CONNECT_SECONDS = 5.0


@define
class Answer:
    """An answer whose body is read whole, or, of a stream, not yet."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    _call: Call
    _response: httpx.Response

    def chunks(self) -> Iterator[bytes]:
        """Yield the body of a stream as it comes."""
        with _errors(self._call.method, self._call.path):
            yield from self._response.iter_bytes()

    async def achunks(self) -> AsyncIterator[bytes]:
        """Yield the body of a stream as it comes."""
        with _errors(self._call.method, self._call.path):
            async for chunk in self._response.aiter_bytes():
                yield chunk

    def close(self) -> None:
        """Give the connection of a stream back."""
        self._response.close()

    async def aclose(self) -> None:
        """Give the connection of a stream back."""
        await self._response.aclose()


@lru_cache(maxsize=1)
def _ssl_context() -> ssl.SSLContext:
    """Reading the certificates takes longer than a call: once a process is enough."""
    return httpx.create_ssl_context()


class Transport:
    """Sends calls with an httpx client, made on first use; one that the caller brought is left open by `close`."""

    def __init__(self, base_url: str, http_client: httpx.Client | None) -> None:
        self.base_url = base_url
        self._client = http_client
        self._owned = http_client is None
        self._lock = threading.Lock()

    def send(self, call: Call, headers: Mapping[str, str], seconds: float) -> Answer:
        """Send a call and return the answer, its body read unless it is the stream that was asked for."""
        with self._lock:
            if self._client is None:
                self._client = httpx.Client(verify=_ssl_context())
        with _making():
            request = self._client.build_request(**_arguments(call, self.base_url, headers, seconds))
        with _errors(call.method, call.path):
            response = self._client.send(request, stream=True)
            try:
                streamed = _is_stream(call, response)
                content = b"" if streamed else response.read()
            except BaseException:
                response.close()
                raise
        return Answer(response.status_code, response.headers, content, call, response)

    def close(self) -> None:
        """Close the connections, where they are ours."""
        if self._client is not None and self._owned:
            self._client.close()
            self._client = None


class AsyncTransport:
    """The same for asyncio and trio, with an httpx.AsyncClient."""

    def __init__(self, base_url: str, http_client: httpx.AsyncClient | None) -> None:
        self.base_url = base_url
        self._client = http_client
        self._owned = http_client is None

    async def send(self, call: Call, headers: Mapping[str, str], seconds: float) -> Answer:
        """Send a call and return the answer, its body read unless it is the stream that was asked for."""
        if self._client is None:
            self._client = httpx.AsyncClient(verify=_ssl_context())
        with _making():
            request = self._client.build_request(**_arguments(call, self.base_url, headers, seconds))
        with _errors(call.method, call.path):
            response = await self._client.send(request, stream=True)
            try:
                streamed = _is_stream(call, response)
                content = b"" if streamed else await response.aread()
            except BaseException:
                await response.aclose()
                raise
        return Answer(response.status_code, response.headers, content, call, response)

    async def aclose(self) -> None:
        """Close the connections, where they are ours."""
        if self._client is not None and self._owned:
            await self._client.aclose()
            self._client = None


def _arguments(call: Call, base_url: str, headers: Mapping[str, str], seconds: float) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "method": call.method,
        "url": base_url + call.path,
        "params": call.query or None,
        "headers": dict(headers),
        "timeout": httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)),
    }
    if call.content is not None:
        arguments["content"] = call.content
    if call.form:
        # No Content-Type of ours: httpx makes a boundary that does not occur by chance.
        arguments["files"] = [(name, _file(part)) for name, part in call.form]
    elif call.form is not None:
        # httpx has no form without fields; this is one.
        boundary = secrets.token_hex(16)
        arguments["content"] = f"--{boundary}--\r\n".encode()
        arguments["headers"]["Content-Type"] = f"multipart/form-data; boundary={boundary}"
    return arguments


def _file(part: tuple[str | None, Any, str | None]) -> tuple[str | None, Any, str | None] | tuple[None, Any]:
    name, content, media_type = part
    return (None, content) if name is None else (name, content, media_type)


def _is_stream(call: Call, response: httpx.Response) -> bool:
    """An error, or an answer in one piece to a caller who asked for a stream, is read whole."""
    media_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
    return call.stream and response.is_success and media_type == "text/event-stream"


@contextmanager
def _making() -> Iterator[None]:
    """What the library refuses to send, such as a file in text mode or a line end in a URL."""
    try:
        yield
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        raise RequestValidationError([f"the request cannot be made: {error}"]) from None


@contextmanager
def _errors(method: str, path: str) -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        kind = type(error).__name__
        raise VeniceTimeoutError(f"no answer in time ({kind})", method=method, path=path) from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        # The library's own text may quote a header that it refuses: its kind is told, with its cause's text
        # if that is the network's.
        cause = error.__cause__ or error
        reason = str(cause) if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError) else ""
        text = f"no answer: {type(error).__name__}{f' ({reason})' if reason else ''}"
        raise VeniceConnectionError(text, method=method, path=path) from error
