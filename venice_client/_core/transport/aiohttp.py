"""
Sends with aiohttp, whose connections cost a small part of the CPU that httpx's pool takes.

It behaves as the other transports do: errors told alike, no redirect followed, no cookie kept, no password read from
~/.netrc, the environment's proxies used. asyncio alone: trio is for the httpx family.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, Self
from urllib import request

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from venice_client._core.errors import (
    FailureKind,
    RequestValidationError,
    VeniceConnectionError,
    VeniceTimeoutError,
)
from venice_client._core.request.call import Call
from venice_client._core.transport import answer
from venice_client._core.transport.aiohttp_request import DisconnectedError, new_session
from venice_client._core.transport.encoding import ACCEPTED, decompressor
from venice_client._core.transport.sockets import CONNECT_SECONDS

_LONGEST_HEADER = 64 * 1024
"""An enhanced prompt comes in a header, and aiohttp's own limit is 8 KiB."""
_LARGEST_PLAIN = 64 * 1024
"""Bytes of a body that are handed over in one piece: what a socket takes at once."""


class Answer(answer.Answer):
    """An answer of an aiohttp session."""

    __slots__ = ("_call", "_response", "_undo")

    def __init__(self, response: aiohttp.ClientResponse, call: Call, *, encoded: bool) -> None:
        super().__init__(response.status, CIMultiDict(response.headers), b"")
        self._call = call
        self._response = response
        self._undo = decompressor(response.headers.get("content-encoding")) if encoded else None

    def limit_silence(self, seconds: float) -> None:
        connection = self._response.connection
        if connection is not None and connection.protocol is not None:
            connection.protocol.read_timeout = seconds
            connection.protocol.start_timeout()

    async def achunks(self) -> AsyncGenerator[bytes, None]:
        undo = self._undo
        with _errors(self._call):
            async for chunk in self._response.content.iter_any():
                yield undo.feed(chunk) if undo else chunk
            if undo:
                yield undo.finish()

    async def atake(self, call: Call) -> Self:
        content = self._response.content
        if self._undo is None and content.is_eof() and not answer.is_unread(call, self.status, self.headers):
            with _errors(call):
                self.content = content.read_nowait()  # it came with the head, as nearly all do
            return self
        return await super().atake(call)

    async def adrain(self, chunks: AsyncGenerator[bytes, None]) -> None:
        with suppress(TimeoutError, VeniceConnectionError):
            async with asyncio.timeout(answer.DRAIN_SECONDS):
                async for _ in chunks:
                    pass

    async def aclose(self) -> None:
        self._response.close()


class AsyncSender:
    """Sends calls with an aiohttp session."""

    def __init__(self, session: aiohttp.ClientSession | None) -> None:
        self._owned = session is None
        self._session = new_session() if session is None else session
        self._proxies: dict[str, str | None] = {}

    async def send(self, call: Call, url: str, headers: Mapping[str, str], seconds: float) -> Answer:
        ours = _undone_here(_header(headers, "accept-encoding", ACCEPTED))
        address = _address(url)
        options: dict[str, Any] = {
            "headers": {"Accept": "*/*", "Accept-Encoding": ACCEPTED, **headers},
            "timeout": _timeout(seconds),
            "allow_redirects": False,
            "raise_for_status": False,
            "auto_decompress": not ours,
            "max_line_size": _LONGEST_HEADER,
            "max_field_size": _LONGEST_HEADER,
            "skip_auto_headers": () if _plain(call.content) and call.content else ("Content-Type",),
        }
        if self._owned:
            options["proxy"] = self._proxy(address)
        content: Any = call.content
        if isinstance(content, bytes) and len(content) > _LARGEST_PLAIN:
            if not _header(headers, "content-length", ""):
                options["headers"]["Content-Length"] = str(len(content))
            content = _cut(content)
        if content is None or _plain(content):
            with _errors(call):
                response = await self._session.request(call.method, address, data=content, **options)
        else:
            body = _Pieces(content, seconds)
            with _errors(call, body):
                async with asyncio.timeout(None) as body.limit:
                    response = await self._session.request(call.method, address, data=body.pieces(), **options)
        return await Answer(response, call, encoded=ours).atake(call)

    async def aclose(self) -> None:
        if self._owned:
            await self._session.close()

    def _proxy(self, address: URL) -> str | None:
        """Return the proxy that the environment names for a host, as httpx does, and read no ~/.netrc."""
        host = address.host or ""
        if host not in self._proxies:
            found = request.getproxies()
            bypassed = bool(found) and request.proxy_bypass(f"{host}:{address.port}")
            proxy = None if bypassed else found.get(address.scheme) or found.get("all")
            if proxy and not proxy.startswith(("http://", "https://")):
                proxy = proxy if "://" in proxy else f"http://{proxy}"
                if proxy.startswith("socks"):
                    raise RequestValidationError(["transport: aiohttp takes no SOCKS proxy: use httpx for this one"])
            self._proxies[host] = proxy
        return self._proxies[host]


class _Pieces:
    """A body that is made piece by piece; what goes wrong in the making is kept, as aiohttp hides it."""

    def __init__(self, body: Any, seconds: float) -> None:
        self._body = body
        self._seconds = seconds
        self.limit: asyncio.Timeout | None = None
        self.error: Exception | None = None

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the pieces. aiohttp does not limit the time of a write: a peer that takes none is given up."""
        now = asyncio.get_running_loop().time
        try:
            for piece in self._body:
                if self.limit is not None:
                    self.limit.reschedule(now() + self._seconds)
                yield piece
        except Exception as error:
            self.error = error
            raise
        finally:
            if self.limit is not None and not self.limit.expired():
                # From here on it is the head that is waited for.
                self.limit.reschedule(now() + self._seconds)


@lru_cache(maxsize=64)
def _undone_here(asked: str) -> bool:
    """Whether what is asked for as Accept-Encoding is undone here, where its end is checked."""
    return {name.strip().lower() for name in asked.split(",")} <= {"gzip", "deflate", "identity"}


@lru_cache(maxsize=64)
def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    # `connect` is for the wait for a free connection too.
    return aiohttp.ClientTimeout(
        total=None, connect=seconds, sock_connect=min(CONNECT_SECONDS, seconds), sock_read=seconds
    )


def _cut(content: bytes) -> Iterator[bytes]:
    """Yield a large body piece by piece, so that the time of its writing is limited."""
    for start in range(0, len(content), _LARGEST_PLAIN):
        yield content[start : start + _LARGEST_PLAIN]


def _plain(content: Any) -> bool:
    return isinstance(content, bytes)


def _header(headers: Mapping[str, str], wanted: str, default: str) -> str:
    return next((value for name, value in headers.items() if name.lower() == wanted), default)


@lru_cache(maxsize=64)
def _address(url: str) -> URL:
    """Take a URL as it is: what is percent-encoded stays so."""
    try:
        parsed = URL(url, encoded=True)
        if not parsed.raw_host or not parsed.raw_host.isascii():
            parsed = URL(url)
    except ValueError as error:
        raise RequestValidationError([f"the request cannot be made: {error}"]) from None
    return parsed


@contextmanager
def _errors(call: Call, body: _Pieces | None = None) -> Iterator[None]:
    try:
        yield
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        if isinstance(error, RequestValidationError):
            raise
        if body is not None and isinstance(body.error, RequestValidationError):
            raise body.error from None
        if isinstance(error, DisconnectedError) and isinstance(error.__cause__, aiohttp.ClientError):
            error = error.__cause__
        where: dict[str, Any] = {"method": call.method, "path": call.path, "kind": _kind(error)}
        name = type(error).__name__
        if isinstance(error, TimeoutError):
            raise VeniceTimeoutError(f"no answer in time ({name})", **where) from error
        # The library's own text may quote what was sent: the network's alone is told.
        cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
        shown = isinstance(cause, OSError | aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError)
        reason = str(cause) if shown or not isinstance(error, aiohttp.ClientError) else ""
        raise VeniceConnectionError(f"no answer: {name}{f' ({reason})' if reason else ''}", **where) from error


def _kind(error: Exception) -> FailureKind:
    if isinstance(error, aiohttp.ConnectionTimeoutError | aiohttp.ClientConnectorError | aiohttp.ClientHttpProxyError):
        return "connect"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, aiohttp.InvalidURL):
        return "refused"
    if isinstance(error, aiohttp.ClientError | OSError):
        return "reset"
    return "garbled"
