"""
The default transport: clients of httpx, or of httpx2, its maintained fork with the same interface.

Every request goes through `send` of a client, one that the caller passed or one that is made here, so that tracers and
mocks see it. No redirect is followed, and clients that are made here keep no cookie and read no netrc.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache, lru_cache, partial
from http.cookiejar import CookieJar
from typing import Any, Final, Literal

import anyio

from venice_client._core.errors import RequestValidationError, VeniceConnectionError
from venice_client._core.headers import Headers
from venice_client._core.request.call import Request
from venice_client._core.request.options import Timeout
from venice_client._core.response import answer
from venice_client._core.transport import sender
from venice_client._core.transport.client_pool import MOST, AsyncCallSlots, CallSlots, ClientPool, PooledClient
from venice_client._core.transport.encoding import ACCEPTED, decompressor
from venice_client._core.transport.failures import Failures
from venice_client._core.transport.network import KEPT_SECONDS, Network, socket_options
from venice_client._core.transport.proxies import Proxies

_OURS: Final = {"Accept-Encoding": ACCEPTED}
_USUAL: Final = {"Accept": "*/*", "Connection": "keep-alive", **_OURS}


class Answer(answer.Answer):
    """A response of an httpx client."""

    __slots__ = ("_failures", "_release", "_response", "_sender")

    def __init__(self, response: Any, failures: Failures, release: Callable[[], object], sender: _Base) -> None:
        super().__init__(response.status_code, Headers(response.headers.raw), b"")
        failures.stage = "read"
        self._response = response
        self._failures = failures
        self._release: Callable[[], object] | None = release
        self._sender = sender  # which closes its connections when it is collected

    def limit_silence(self, seconds: float) -> None:
        with suppress(RuntimeError):  # the response of a mock has no request
            self._response.request.extensions.setdefault("timeout", {})["read"] = seconds

    def chunks(self) -> Iterator[bytes]:
        response = self._response
        with self._failures:
            if response.is_stream_consumed:  # a mock, or a hook of the caller's client, has read it
                yield response.content
                return
            if response.is_closed:  # by a hook that raised for its status
                return
            undo = decompressor(self.headers["content-encoding"]) if "content-encoding" in self.headers else None
            if undo is None:
                yield from response.stream  # not `iter_raw`, which adds calls for each event of a stream
            else:
                yield from map(undo.feed, response.stream)
                yield undo.finish()
            return
        raise self._failures.error

    async def achunks(self) -> AsyncGenerator[bytes, None]:
        response = self._response
        with self._failures:
            if response.is_stream_consumed:
                yield response.content
                return
            if response.is_closed:
                return
            undo = decompressor(self.headers["content-encoding"]) if "content-encoding" in self.headers else None
            async for chunk in response.stream:
                yield chunk if undo is None else undo.feed(chunk)
            if undo is not None:
                yield undo.finish()
            return
        raise self._failures.error

    def drain(self, chunks: Iterator[bytes]) -> None:
        stream = self._response.extensions.get("network_stream")
        if stream is None:  # of a mock
            return
        until = time.monotonic() + answer.DRAIN_SECONDS
        with suppress(VeniceConnectionError), _short_reads(stream):
            for _ in chunks:
                if time.monotonic() > until:
                    break

    async def adrain(self, chunks: AsyncGenerator[bytes, None]) -> None:
        with suppress(VeniceConnectionError), anyio.move_on_after(answer.DRAIN_SECONDS):
            async for _ in chunks:
                pass

    def close(self) -> None:
        try:
            self._response.close()
        finally:
            self._release_slot()

    async def aclose(self) -> None:
        try:
            await self._response.aclose()
        finally:
            self._release_slot()

    def _release_slot(self) -> None:
        """Release the slot, once."""
        release, self._release = self._release, None
        if release is not None:
            release()


class _Base:
    """What both senders share: requests, the clients that send them, and the way of a call."""

    _is_async = False
    _slots: CallSlots | AsyncCallSlots

    def __init__(self, library: Any, client: Any, network: Network) -> None:
        self._library = library
        self._given = client
        self._pool = ClientPool(partial(_make_client, self._library, network, "Async" if self._is_async else ""))
        self._proxies = Proxies(network)

    async def send(self, call: Request, url: str, headers: Mapping[str, str], limits: Timeout) -> Answer:
        address = _parsed(self._library, url.partition("?")[0])
        make_request = partial(self._request, call, url, headers, limits)
        failures = Failures(call, url)
        client, release, pooled, outdated = self._given, _nothing, None, None
        if client is None:
            if not self._proxies.is_direct:
                failures.proxy = self._proxies.choose(address.scheme, address.host, address.port)
            await self._slots.acquire(call, limits.pool)
            try:
                pooled, outdated = self._pool.enter(failures.proxy)
            except BaseException:
                self._slots.release()
                raise
            client, release = pooled.client, partial(self._leave, pooled)
            failures.is_reused = pooled.used > 0
        try:
            try:
                if outdated is not None:
                    await outdated.aclose() if self._is_async else outdated.close()
                response = await self._deliver(client, make_request, failures)
            except BaseException:
                release(is_usable=False)
                raise
            found = Answer(response, failures, release, self)
            return await found.aread_body(call) if self._is_async else found.read_body(call)
        finally:
            if pooled is not None and self._pool.arrived(pooled):
                client.close()

    async def _deliver(self, client: Any, make_request: Callable[[], Any], failures: Failures) -> Any:
        """Send a request with a client of the library, and return its response."""
        with failures:
            try:
                response = client.send(make_request(), stream=True, follow_redirects=False)
                return await response if self._is_async else response
            except self._library.HTTPStatusError as error:  # of a hook that calls `raise_for_status`
                return error.response
        raise failures.error

    def _leave(self, pooled: PooledClient, *, is_usable: bool = True) -> None:
        self._pool.leave(pooled, is_usable=is_usable)
        self._slots.release()

    def _request(self, call: Request, url: str, headers: Mapping[str, str], limits: Timeout) -> Any:
        """Return a request of the library. No variable holds it: its repr shows the query."""
        timeout = {"connect": limits.connect, "read": limits.read, "write": limits.write, "pool": limits.pool}
        content = self._content(call.content)
        try:
            call.method.encode("ascii")
            make, usual, timed = self._library.Request, _USUAL, {"extensions": {"timeout": timeout}}
            if self._given is not None:  # it adds its own settings, which takes time
                make, usual, timed = self._given.build_request, _OURS, {"timeout": self._library.Timeout(**timeout)}
            address = _parsed(self._library, url)
            return make(call.method, address, headers=_complete(headers, usual), content=content, **timed)
        except (TypeError, ValueError, self._library.InvalidURL) as error:  # such as a line end in a header
            raise _refusal(error) from None

    def _content(self, content: Any) -> Any:
        return content


class Sender(_Base):
    """Sends the calls of threads with a client of the library."""

    _slots: CallSlots

    def __init__(self, library: Any, client: Any, network: Network) -> None:
        super().__init__(library, client, network)
        self._slots = CallSlots()
        # At exit, too: a program need not close its client.
        self._closing = weakref.finalize(self, _close_all, self._pool)

    def close(self) -> None:
        # A thread may wait for ever on a connection that another thread closes, and its call may be paid for.
        for client in self._pool.retire():
            client.close()

    def abandon(self) -> None:
        self._closing.detach()


class AsyncSender(_Base, sender.AsyncSender):
    """Sends the calls of the tasks of one event loop with an async client of the library."""

    _is_async = True
    _slots: AsyncCallSlots

    def __init__(self, library: Any, client: Any, network: Network) -> None:
        super().__init__(library, client, network)
        self._slots = AsyncCallSlots()

    def closer(self) -> Callable[[], Awaitable[None]]:
        return partial(_close_all_async, self._pool, anyio.Lock())

    def _content(self, content: Any) -> Any:
        return content if content is None or isinstance(content, bytes) else _Pieces(content)


@contextmanager
def _short_reads(stream: Any) -> Iterator[None]:
    """
    Limit each read of a connection by this thread to DRAIN_SECONDS.

    httpcore fixes the timeout of all reads when a body begins. Whether anything is left to be read, only it knows.
    """
    # The method of the class: an attribute may be the function of another thread.
    read, thread = partial(type(stream).read, stream), threading.get_ident()

    def read_briefly(size: int, timeout: float | None = None) -> bytes:
        # The connection is free once the end was read, and another thread may use it before this function is gone.
        data: bytes = read(size, answer.DRAIN_SECONDS if threading.get_ident() == thread else timeout)
        return data

    stream.read = read_briefly
    try:
        yield
    finally:
        if vars(stream).get("read") is read_briefly:
            vars(stream).pop("read", None)  # another thread may have been faster


def _close_all(pool: ClientPool) -> None:
    for client in pool.drain():
        client.close()


async def _close_all_async(pool: ClientPool, lock: anyio.Lock) -> None:
    with anyio.CancelScope(shield=True):  # at its end, trio cancels what still runs
        async with lock:  # a second caller, such as the end of the loop, waits for the first
            for client in pool.drain():
                await client.aclose()


def _nothing(*, is_usable: bool = True) -> None:
    pass


class _Pieces:
    """A body that is made piece by piece, for an async client."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._body:
            yield piece


class _NoCookies(CookieJar):
    """Keeps no cookie and sends none, instead of the library's `Cookies`, which copy the headers of every request."""

    def extract_cookies(self, response: Any, request: Any = None) -> None:
        pass


def imported(name: str) -> Any:
    """Import a library, with what its first connection would import."""
    library: Any
    # Plain statements, which tools that collect the modules of a program find.
    if name == "httpx2":
        import httpx2 as library
    else:
        import httpx as library
    _prepare(library)
    return library


@cache
def _prepare(library: Any) -> None:
    """Import what a library's first connection would import: once, as the way to it makes a transport."""
    library.HTTPTransport(verify=False, trust_env=False).close()


def _make_client(library: Any, network: Network, prefix: Literal["Async", ""], proxy: str | None) -> Any:
    context = network.ssl_context
    route = None
    if proxy is not None:
        route = library.Proxy(proxy, ssl_context=context if proxy.startswith("https:") else None)
    try:
        transport = getattr(library, f"{prefix}HTTPTransport")(
            verify=context,
            trust_env=False,
            # All idle connections are kept: a pool with a lower limit closes some that are about to be used.
            limits=library.Limits(max_connections=MOST, max_keepalive_connections=MOST, keepalive_expiry=KEPT_SECONDS),
            proxy=route,
            socket_options=socket_options(),
        )
    except ImportError:
        if proxy is None or not proxy.startswith("socks"):
            raise
        text = f"proxy: SOCKS proxies need another package: pip install '{library.__name__}[socks]'"
        raise RequestValidationError([text]) from None
    return _without_cookies(getattr(library, f"{prefix}Client"))(transport=transport, trust_env=False)


@cache
def _without_cookies(kind: Any) -> Any:
    """Return the library's class of clients, with another `cookies`; what a test puts in its place stays as it is."""
    if not isinstance(kind, type):
        return kind
    return type(kind.__name__, (kind,), {"cookies": _NoCookies()})


@lru_cache(maxsize=64)
def _parsed(library: Any, url: str) -> Any:
    try:
        parsed = library.URL(url)
        # The resolver's codec refuses names that a URL may have, such as a label of more than 63 characters.
        parsed.raw_host.decode("ascii").encode("idna")
    except (TypeError, ValueError, library.InvalidURL) as error:
        raise _refusal(error) from None
    return parsed


def _complete(headers: Mapping[str, str], usual: Mapping[str, str]) -> list[tuple[str, str]]:
    """Add the usual headers to those of a call. No variable holds the result: debuggers and test reports show them."""
    given = {name.lower() for name in headers}
    return [item for item in usual.items() if item[0].lower() not in given] + list(headers.items())


def _refusal(error: Exception) -> RequestValidationError:
    return RequestValidationError([f"the request cannot be made: {error}"])
