"""
The connections of our own: over httpcore, which is what httpx sends with, or httpcore2 under httpx2.

What a client of httpx does around it (cookies, redirects, hooks, passwords, and a pool that slows down with the number
of its connections) takes more than half of a call, and nothing of it is wanted here. Where something of it is, such as
the environment's proxies, or someone has put code of his own into httpx, a client of the library sends instead.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import suppress
from functools import cached_property, lru_cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit
from urllib.request import getproxies

from attrs import frozen

from venice_client.core import answer
from venice_client.core.call import Call
from venice_client.core.encoding import ACCEPTED, decompressor
from venice_client.core.errors import RequestValidationError, VeniceConnectionError
from venice_client.core.sockets import CONNECT_SECONDS, socket_options, ssl_context
from venice_client.core.transports.async_body import AsyncBody
from venice_client.core.transports.deadline import AsyncBackend, Backend
from venice_client.core.transports.failures import Failures
from venice_client.core.transports.headers import Headers
from venice_client.core.transports.patched import is_patched
from venice_client.core.transports.pool import Pool
from venice_client.core.transports.turns import MOST, AsyncTurns, Turns

if TYPE_CHECKING:
    from venice_client.core.transports import httpx_family

_CORES: Final = {"httpx": "httpcore", "httpx2": "httpcore2"}
_PORTS: Final = {"http": 80, "https": 443}
_KEPT_SECONDS: Final = 5.0
"""How long a connection waits for the next call."""
_SAFE: Final = "%/:?@!$&'()*+,;=~[]"
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


class Answer(answer.Answer):
    """An answer on a connection of ours."""

    __slots__ = ("_failures", "_held", "_request", "_response")

    def __init__(self, request: Any, response: Any, held: _Held, failures: Failures) -> None:
        super().__init__(response.status, Headers(response.headers), b"")
        self._request = request
        self._response = response
        self._held: _Held | None = held
        self._failures = failures
        response.extensions["network_stream"].began()

    def limit_silence(self, seconds: float) -> None:
        self._request.extensions["timeout"]["read"] = seconds

    def chunks(self) -> Iterator[bytes]:
        encoding = self.headers.get("content-encoding")
        undo = decompressor(encoding)
        with self._failures:
            if undo is None:
                yield from self._other(encoding).iter_bytes() if encoding else self._response.stream
                return
            for chunk in self._response.stream:
                yield undo.feed(chunk)
            yield undo.finish()

    async def achunks(self) -> AsyncGenerator[bytes, None]:
        encoding = self.headers.get("content-encoding")
        undo = decompressor(encoding)
        with self._failures:
            if undo is None:
                async for chunk in self._other(encoding).aiter_bytes() if encoding else self._response.stream:
                    yield chunk
                return
            async for chunk in self._response.stream:
                yield undo.feed(chunk)
            yield undo.finish()

    def drain(self, chunks: Iterator[bytes]) -> None:
        self._response.extensions["network_stream"].end_within(answer.DRAIN_SECONDS)
        with suppress(VeniceConnectionError):
            for _ in chunks:
                pass

    async def adrain(self, chunks: AsyncGenerator[bytes, None]) -> None:
        self._response.extensions["network_stream"].end_within(answer.DRAIN_SECONDS)
        with suppress(VeniceConnectionError):
            async for _ in chunks:
                pass

    def _other(self, encoding: str) -> Any:
        """Undo an encoding that nobody asked for, as far as httpx can."""
        from venice_client.core.transports.httpx_family import encoded

        return encoded(encoding, self._response.stream)

    def close(self) -> None:
        held, self._held = self._held, None
        if held is None:
            return
        try:
            self._response.close()
        finally:
            if not held.give():
                held.connection.close()

    async def aclose(self) -> None:
        held, self._held = self._held, None
        if held is None:
            return
        try:
            await self._response.aclose()
        finally:
            if not held.give():
                await held.connection.aclose()


class _Held:
    """A turn and a connection, for one call."""

    __slots__ = ("_key", "_pool", "_turns", "connection", "outdated")

    def __init__(self, pool: Pool, turns: Turns | AsyncTurns, target: _Target) -> None:
        self._pool = pool
        self._turns = turns
        self._key = target.key
        self.connection, self.outdated = pool.take(target.key, target.url.origin)

    def give(self) -> bool:
        """Give both back; False where the connection can't be used again."""
        self._turns.give()
        return self._pool.give(self._key, self.connection)


class _Direct:
    """What both kinds of sender share: everything but the waiting."""

    def __init__(self, library: str, *, is_async: bool) -> None:
        self._library = library
        self._is_async = is_async
        self._core = core = import_module(_CORES[library])
        self._pool = Pool(
            partial(
                core.AsyncHTTPConnection if is_async else core.HTTPConnection,
                ssl_context=ssl_context(),
                keepalive_expiry=_KEPT_SECONDS,
                network_backend=AsyncBackend(core) if is_async else Backend(core),
                socket_options=socket_options(),
            )
        )
        self._proxied = not {"http", "https", "all"}.isdisjoint(getproxies())
        self._target = lru_cache(maxsize=64)(partial(_target, core))

    def _is_for_a_client(self, headers: Mapping[str, str]) -> bool:
        """Whether a client of the library has to send: it knows proxies, mocks, and other encodings."""
        return self._proxied or "accept-encoding" in map(str.lower, headers) or is_patched(is_async=self._is_async)

    def _request(self, call: Call, target: _Target, headers: Mapping[str, str], seconds: float) -> Any:
        """Make a request as a client of the library would."""
        content: Any = call.content
        given = {name.lower() for name in headers}
        usual = {"Host": target.host, "Accept": "*/*", "Accept-Encoding": ACCEPTED, "Connection": "keep-alive"}
        lines = {name: value for name, value in usual.items() if name.lower() not in given} | dict(headers)
        if given.isdisjoint(("content-length", "transfer-encoding")):
            if content is None or isinstance(content, bytes):
                if content or call.method in _WITH_BODY:
                    lines["Content-Length"] = str(len(content or b""))
            else:
                lines["Transfer-Encoding"] = "chunked"
        if self._is_async and not (content is None or isinstance(content, bytes)):
            content = AsyncBody(content)
        limits = {"connect": min(CONNECT_SECONDS, seconds), "read": seconds, "write": seconds}
        try:
            return self._core.Request(
                call.method, target.url, headers=lines, content=content, extensions={"timeout": limits}
            )
        except TypeError as error:  # a text that is not ASCII; the message names the kind of it alone
            raise RequestValidationError([f"the request cannot be made: {error}"]) from None


class Sender(_Direct):
    """Sends calls of threads."""

    def __init__(self, library: str) -> None:
        super().__init__(library, is_async=False)
        self._turns = Turns(MOST)

    @cached_property
    def _client(self) -> httpx_family.Sender:
        from venice_client.core.transports import httpx_family

        return httpx_family.Sender(self._library, None)

    def send(self, call: Call, url: str, headers: Mapping[str, str], seconds: float) -> answer.Answer:
        if self._is_for_a_client(headers):
            return self._client.send(call, url, headers, seconds)
        target = self._target(url)
        request = self._request(call, target, headers, seconds)
        failures = Failures(self._core, call)
        self._turns.take(call, seconds)
        held = _Held(self._pool, self._turns, target)
        try:
            for connection in held.outdated:
                connection.close()
            with failures:
                response = held.connection.handle_request(request)
        except BaseException:
            held.give()
            raise
        return Answer(request, response, held, failures).take(call)

    def close(self) -> None:
        for connection in self._pool.drain():
            connection.close()
        if "_client" in vars(self):
            self._client.close()


class AsyncSender(_Direct):
    """Sends calls of the tasks of one event loop."""

    def __init__(self, library: str) -> None:
        super().__init__(library, is_async=True)
        self._turns = AsyncTurns(MOST)

    @cached_property
    def _client(self) -> httpx_family.AsyncSender:
        from venice_client.core.transports import httpx_family

        return httpx_family.AsyncSender(self._library, None)

    async def send(self, call: Call, url: str, headers: Mapping[str, str], seconds: float) -> answer.Answer:
        if self._is_for_a_client(headers):
            return await self._client.send(call, url, headers, seconds)
        target = self._target(url)
        request = self._request(call, target, headers, seconds)
        failures = Failures(self._core, call)
        await self._turns.take(call, seconds)
        held = _Held(self._pool, self._turns, target)
        try:
            for connection in held.outdated:
                await connection.aclose()
            with failures:
                response = await held.connection.handle_async_request(request)
        except BaseException:
            held.give()
            raise
        return await Answer(request, response, held, failures).atake(call)

    async def aclose(self) -> None:
        for connection in self._pool.drain():
            await connection.aclose()
        if "_client" in vars(self):
            await self._client.aclose()


@frozen
class _Target:
    """Where a request goes."""

    url: Any
    """The library's own form of it."""
    key: tuple[str, str, int]
    """Scheme, host and port: who has the same shares connections."""
    host: str
    """The value of the header."""


def _target(core: Any, url: str) -> _Target:
    """Read a URL. Raises RequestValidationError where there is no such host."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if not host.isascii():
            import idna

            host = idna.encode(host).decode()
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise RequestValidationError([f"the request cannot be made: {error}"]) from None
    shown = f"[{host}]" if ":" in host else host
    target = quote(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", safe=_SAFE)
    return _Target(
        url=core.URL(scheme=parts.scheme, host=host, port=port, target=target),
        key=(parts.scheme, host, port),
        host=shown if port == _PORTS[parts.scheme] else f"{shown}:{port}",
    )
