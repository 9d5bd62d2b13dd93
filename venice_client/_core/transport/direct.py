"""
Calls over connections of our own, made of what httpx is made of: h11 and httpcore, or httpcore2 under httpx2.

What a client of httpx does around these (cookies, redirects, hooks, passwords, and a pool that slows down with the
number of its connections) takes more than half of a call, and nothing of it is wanted here. Where something of it is,
such as the environment's proxies, or someone has put code of his own into httpx, a client of the library sends instead.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import suppress
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from urllib.request import getproxies

from venice_client._core.errors import VeniceConnectionError
from venice_client._core.request.call import Call
from venice_client._core.transport import answer
from venice_client._core.transport.encoding import decompressor
from venice_client._core.transport.failures import Failures
from venice_client._core.transport.headers import Headers
from venice_client._core.transport.http11 import AsyncConnection, Connection
from venice_client._core.transport.limiter import MOST, AsyncTurns, Turns
from venice_client._core.transport.outgoing import Target, outgoing_of
from venice_client._core.transport.patched import is_patched
from venice_client._core.transport.pool import Pool

if TYPE_CHECKING:
    from venice_client._core.transport import httpx as httpx_family

_CORES: Final = {"httpx": "httpcore", "httpx2": "httpcore2"}


class Answer(answer.Answer):
    """An answer on a connection of ours."""

    __slots__ = ("_connection", "_failures", "_held")

    def __init__(self, response: Any, held: _Held, failures: Failures) -> None:
        super().__init__(response.status_code, Headers(response.headers.raw_items()), b"")
        self._connection = held.connection
        self._held: _Held | None = held
        self._failures = failures

    def limit_silence(self, seconds: float) -> None:
        self._connection.silence = seconds

    def chunks(self) -> Iterator[bytes]:
        encoding = self.headers.get("content-encoding")
        undo = decompressor(encoding)
        body = self._connection.body()
        with self._failures:
            if undo is None:
                yield from _otherwise(encoding, body).iter_bytes() if encoding else body
                return
            for chunk in body:
                yield undo.feed(chunk)
            yield undo.finish()

    async def achunks(self) -> AsyncGenerator[bytes, None]:
        encoding = self.headers.get("content-encoding")
        undo = decompressor(encoding)
        body = self._connection.body()
        with self._failures:
            if undo is None:
                async for chunk in _otherwise(encoding, body).aiter_bytes() if encoding else body:
                    yield chunk
                return
            async for chunk in body:
                yield undo.feed(chunk)
            yield undo.finish()

    def drain(self, chunks: Iterator[bytes]) -> None:
        self._connection.end_within(answer.DRAIN_SECONDS)
        with suppress(VeniceConnectionError):
            for _ in chunks:
                pass

    async def adrain(self, chunks: AsyncGenerator[bytes, None]) -> None:
        self._connection.end_within(answer.DRAIN_SECONDS)
        with suppress(VeniceConnectionError):
            async for _ in chunks:
                pass

    def close(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            try:
                self._connection.end()
            finally:
                if not held.give():
                    self._connection.close()

    async def aclose(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            try:
                await self._connection.end()
            finally:
                if not held.give():
                    await self._connection.aclose()


def _otherwise(encoding: str, body: Any) -> Any:
    """Undo an encoding that nobody asked for, as far as httpx can."""
    from venice_client._core.transport.httpx import encoded

    return encoded(encoding, body)


class _Held:
    """A turn and a connection, for one call."""

    __slots__ = ("_origin", "_pool", "_turns", "connection", "outdated")

    def __init__(self, pool: Pool, turns: Turns | AsyncTurns, target: Target) -> None:
        self._pool = pool
        self._turns = turns
        self._origin = target.origin
        self.connection, self.outdated = pool.take(self._origin, target)

    def give(self) -> bool:
        """Give both back; False where the connection can't be used again."""
        is_kept = self._pool.give(self._origin, self.connection)
        self._turns.give()  # after it, so that who comes next finds the connection
        return is_kept


class _Direct:
    """What both kinds of sender share: everything but the waiting."""

    def __init__(self, library: str, *, is_async: bool) -> None:
        self._library = library
        self._is_async = is_async
        core = import_module(_CORES[library])
        self._pool = Pool(partial(AsyncConnection if is_async else Connection, core))
        self._proxied = not {"http", "https", "all"}.isdisjoint(getproxies())

    def _is_for_a_client(self, headers: Mapping[str, str]) -> bool:
        """Whether a client of the library has to send: it knows proxies, mocks, and other encodings."""
        return self._proxied or "accept-encoding" in map(str.lower, headers) or is_patched(is_async=self._is_async)


class Sender(_Direct):
    """Sends calls of threads."""

    def __init__(self, library: str) -> None:
        super().__init__(library, is_async=False)
        self._turns = Turns(MOST)

    @cached_property
    def _client(self) -> httpx_family.Sender:
        from venice_client._core.transport import httpx as httpx_family

        return httpx_family.Sender(self._library, None)

    def send(self, call: Call, url: str, headers: Mapping[str, str], seconds: float) -> answer.Answer:
        if self._is_for_a_client(headers):
            return self._client.send(call, url, headers, seconds)
        failures = Failures(call)
        with failures:
            outgoing = outgoing_of(call, url, headers, seconds)
        self._turns.take(call, seconds)
        held = _Held(self._pool, self._turns, outgoing.target)
        try:
            for connection in held.outdated:
                connection.close()
            with failures:
                response = held.connection.send(outgoing)
        except BaseException:
            held.give()
            raise
        return Answer(response, held, failures).take(call)

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
        from venice_client._core.transport import httpx as httpx_family

        return httpx_family.AsyncSender(self._library, None)

    async def send(self, call: Call, url: str, headers: Mapping[str, str], seconds: float) -> answer.Answer:
        if self._is_for_a_client(headers):
            return await self._client.send(call, url, headers, seconds)
        failures = Failures(call)
        with failures:
            outgoing = outgoing_of(call, url, headers, seconds)
        await self._turns.take(call, seconds)
        held = _Held(self._pool, self._turns, outgoing.target)
        try:
            for connection in held.outdated:
                await connection.aclose()
            with failures:
                response = await held.connection.send(outgoing)
        except BaseException:
            held.give()
            raise
        return await Answer(response, held, failures).atake(call)

    async def aclose(self) -> None:
        for connection in self._pool.drain():
            await connection.aclose()
        if "_client" in vars(self):
            await self._client.aclose()
