"""
The transport over aiohttp, for AsyncVenice on asyncio: many calls at once take a small part of httpx's CPU.

`transport="aiohttp"` or a caller's session chooses it. It behaves as httpx does: the same errors, no redirect followed,
no cookie kept, no netrc read. In addition the whole head of a response has a deadline.
"""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final, Self
from weakref import WeakSet

import aiohttp
from yarl import URL

from venice_client._core.errors import RequestValidationError, VeniceConnectionError
from venice_client._core.headers import Headers
from venice_client._core.request.call import Request
from venice_client._core.request.options import Timeout
from venice_client._core.response import answer
from venice_client._core.transport import sender
from venice_client._core.transport.client_pool import MOST
from venice_client._core.transport.encoding import ACCEPTED, decompressor
from venice_client._core.transport.failures import Failures, LibraryError
from venice_client._core.transport.network import Network, socket_options
from venice_client._core.transport.proxies import Proxies

_LONGEST_HEADER: Final = 64 * 1024
"""An enhanced prompt comes in a header, and aiohttp's own limit is 8 KiB."""
_LARGEST_PLAIN: Final = 64 * 1024
"""Bytes of a body that are passed in one piece: what a socket takes at once."""


class Answer(answer.Answer):
    """A response of an aiohttp session."""

    __slots__ = ("_failures", "_response", "_sender", "_undo")

    def __init__(self, response: aiohttp.ClientResponse, failures: Failures, sender: AsyncSender) -> None:
        super().__init__(response.status, Headers(response.raw_headers), b"")
        failures.stage = "read"
        self._failures = failures
        self._response = response
        self._sender = sender  # which reports a client that was not closed when it is collected
        self._undo = decompressor(self.headers.get("content-encoding"))

    def limit_silence(self, seconds: float | None) -> None:
        connection = self._response.connection
        if connection is not None and connection.protocol is not None:
            connection.protocol.read_timeout = seconds
            connection.protocol.start_timeout()

    async def achunks(self) -> AsyncGenerator[bytes, None]:
        undo = self._undo
        with self._failures:
            async for chunk in self._response.content.iter_any():
                yield undo.feed(chunk) if undo else chunk
            if undo:
                yield undo.finish()
            return
        raise self._failures.error

    async def aread_body(self, call: Request) -> Self:
        content = self._response.content
        # aiohttp releases a connection at the end of its response, but not after a 101.
        is_released = content.is_eof() and self.status_code >= 200
        if self._undo is None and is_released and not answer.is_unread(call, self.status_code, self.headers):
            with self._failures:
                self.content = content.read_nowait()  # it came with the head, as nearly all do
                return self
            raise self._failures.error
        return await super().aread_body(call)

    async def adrain(self, chunks: AsyncGenerator[bytes, None]) -> None:
        with suppress(TimeoutError, VeniceConnectionError):
            async with asyncio.timeout(answer.DRAIN_SECONDS):
                async for _ in chunks:
                    pass

    async def aclose(self) -> None:
        self._response.close()


class AsyncSender(sender.AsyncSender):
    """Sends calls with an aiohttp session."""

    def __init__(self, session: aiohttp.ClientSession | None, network: Network) -> None:
        self._owned = session is None
        self._session = _new_session(network) if session is None else session
        self._proxies = Proxies(network)

    def closer(self) -> Callable[[], Awaitable[None]]:
        return self._session.close

    async def send(self, call: Request, url: str, headers: Mapping[str, str], limits: Timeout) -> Answer:
        content: Any = call.content
        is_plain = content is None or isinstance(content, bytes)
        length = {}
        if isinstance(content, bytes) and len(content) > _LARGEST_PLAIN:
            length = {"Content-Length": str(len(content))}
            content, is_plain = _cut(content), False
        timeout = _timeout(limits)
        options: dict[str, Any] = {
            "timeout": timeout,
            "allow_redirects": False,
            "raise_for_status": False,
            "auto_decompress": False,
            "max_line_size": _LONGEST_HEADER,
            "max_field_size": _LONGEST_HEADER,
            "skip_auto_headers": None if isinstance(content, bytes) and content else ("Content-Type",),
            "proxy": self._proxy(url) if self._owned and not self._proxies.is_direct else None,
        }
        failures = Failures(call, url)
        failures.proxy = options["proxy"]
        body = None if is_plain else _Pieces(content, limits, failures)
        with failures:
            usual = {"Accept": "*/*", "Accept-Encoding": ACCEPTED, **length}
            data = content if body is None else body.pieces()
            sent = self._session.request(call.method, _address(url), data=data, headers={**usual, **headers}, **options)
            response = await (sent if body is None else body.limited(sent))
            found = Answer(response, failures, self)
            if not response.content.is_eof():
                found.limit_silence(timeout.sock_read)
            return await found.aread_body(call)
        if body is not None and isinstance(body.error, RequestValidationError):
            raise body.error
        raise failures.error

    def _proxy(self, url: str) -> str | None:
        address = _address(url.partition("?")[0])
        proxy = self._proxies.choose(address.scheme, address.raw_host or "", address.port)
        if proxy is not None and proxy.startswith("socks"):
            raise RequestValidationError(["proxy: aiohttp supports no SOCKS proxy: use the default transport"])
        return proxy


class _Pieces:
    """A body that is made piece by piece; what goes wrong in the making is kept, as aiohttp hides it."""

    def __init__(self, body: Any, limits: Timeout, failures: Failures) -> None:
        self._body = body
        self._failures = failures
        self._limits = limits
        self.limit: asyncio.Timeout | None = None
        self.error: Exception | None = None

    async def limited(self, sent: Awaitable[Any]) -> Any:
        """Wait for the response, as long as pieces are taken."""
        try:
            async with asyncio.timeout(None) as self.limit:
                return await sent
        finally:
            self.limit = None  # the response may come before all was sent

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the pieces. aiohttp does not limit the time of a write: a peer that takes none is given up."""
        try:
            for piece in self._body:
                self._allow(self._limits.write)
                self._failures.stage = "send"
                yield piece
            self._failures.stage = "wait"
        except Exception as error:
            self.error = error
            raise
        finally:
            self._allow(self._limits.read)  # from here on it is the head that is waited for

    def _allow(self, seconds: float | None) -> None:
        if self.limit is not None and not self.limit.expired():
            self.limit.reschedule(None if seconds is None else asyncio.get_running_loop().time() + seconds)


@lru_cache(maxsize=64)
def _timeout(limits: Timeout) -> aiohttp.ClientTimeout:
    # `connect` is for the wait for a free connection too.
    return aiohttp.ClientTimeout(total=None, connect=limits.pool, sock_connect=limits.connect, sock_read=limits.read)


def _cut(content: bytes) -> Iterator[bytes]:
    """Yield a large body piece by piece, so that the time of its writing is limited."""
    for start in range(0, len(content), _LARGEST_PLAIN):
        yield content[start : start + _LARGEST_PLAIN]


@lru_cache(maxsize=64)
def _address(url: str) -> URL:
    """Take a URL as it is: what is percent-encoded stays so."""
    try:
        parsed = URL(url, encoded=True)
        if not parsed.raw_host or not parsed.raw_host.isascii():
            parsed = URL(url)
        (parsed.raw_host or "").encode("idna")  # as the resolver does: it refuses labels of more than 63 characters
    except ValueError as error:
        raise RequestValidationError([f"the request cannot be made: {error}"]) from None
    return parsed


def _new_session(network: Network) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=_Connector(network.ssl_context),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        middlewares=(_send_once,),
        request_class=_Request,
    )


class _Request(aiohttp.ClientRequest):
    """
    A request with a deadline for the whole head of its response.

    aiohttp limits the silence between two pieces of a head alone.
    """

    is_reused = False
    """Whether its connection had carried other requests."""
    _clock: asyncio.TimerHandle | None = None

    async def send(self, conn: Any) -> aiohttp.ClientResponse:
        seconds = conn.protocol.read_timeout
        conn.protocol.read_timeout = None  # the deadline ends a silence too; `Answer` limits those of a body
        response = await super().send(conn)
        if seconds is not None and not isinstance(self.body, aiohttp.AsyncIterablePayload):  # `_Pieces` limits those
            late = aiohttp.SocketTimeoutError("the head did not come in time")
            self._clock = asyncio.get_running_loop().call_later(seconds, conn.protocol.set_exception, late)
        return response

    def stop_clock(self) -> None:
        """Lift the deadline: the head is there, or will not come."""
        if self._clock is not None:
            self._clock.cancel()


class _Connector(aiohttp.TCPConnector):
    """
    A pool that reuses no connection on which anything came since the last response.

    That is its end, or bytes that would be taken for the response of the next request.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(ssl=context, limit=MOST, socket_factory=_socket)
        self._used: WeakSet[Any] = WeakSet()

    async def connect(self, req: Any, *args: Any, **options: Any) -> aiohttp.connector.Connection:
        while True:
            connection = await super().connect(req, *args, **options)
            protocol: Any = connection.protocol  # never None here
            if protocol not in self._used:
                self._used.add(protocol)
                return connection
            if not (protocol.should_close or _has_begun(protocol) or _is_readable(connection.transport)):
                req.is_reused = True
                return connection
            connection.close()

    def _release(self, key: Any, protocol: Any, *, should_close: bool = False) -> None:
        if (should_close or protocol.should_close) and protocol.transport is not None:
            # Closing would wait for a peer that takes no more bytes, or sends no farewell of TLS.
            protocol.transport.abort()
            if protocol.writing_paused:
                protocol.resume_writing()  # else aiohttp < 3.14 logs a failure that nothing waits for
        super()._release(key, protocol, should_close=should_close)


def _has_begun(protocol: Any) -> bool:
    """Whether the parser of the last response holds the beginning of another one."""
    parser = getattr(protocol, "_parser", None)  # the only place where it shows; it is replaced for each request
    try:
        return parser is not None and parser.feed_eof() is not None
    except Exception:  # noqa: BLE001  # any complaint means that something was there
        return True


def _is_readable(transport: Any) -> bool:
    number = transport.get_extra_info("socket").fileno()
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([number], [], [], 0)[0])
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))


async def _send_once(request: Any, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send a request, a `_Request`, so that aiohttp never sends it again."""
    try:
        return await handler(request)
    except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError):
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        # Of these aiohttp would send a GET or a DELETE again by itself: the retry table decides that.
        raise LibraryError(error, is_reused=request.is_reused) from None
    finally:
        request.stop_clock()


def _socket(address: Any) -> socket.socket:
    family, kind, protocol, *_ = address
    made = socket.socket(family, kind, protocol)
    try:
        for level, name, value in socket_options():
            made.setsockopt(level, name, value)
        made.setblocking(False)
    except BaseException:
        made.close()
        raise
    return made
