"""
A session of aiohttp as this client wants it: every request is sent once, its head has a deadline, and what is given up
holds nothing.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import aiohttp

from venice_client._core.transport.sockets import socket_options, ssl_context


def new_session() -> aiohttp.ClientSession:
    """Return a session of our own."""
    connector = aiohttp.TCPConnector(ssl=ssl_context(), limit=100, socket_factory=_socket)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        middlewares=(_send_once,),
        request_class=_Request,
    )


class _Request(aiohttp.ClientRequest):
    """
    A request that does not wait for ever, and leaves nothing behind.

    aiohttp limits the silence between two pieces of a head alone: the whole of it gets the same time here. And it
    closes a connection only when all was written, so that a peer which takes nothing would hold it.
    """

    _carrier: asyncio.Transport | None = None
    _clock: asyncio.TimerHandle | None = None

    async def send(self, conn: Any) -> aiohttp.ClientResponse:
        self._carrier = conn.transport
        response = await super().send(conn)
        seconds = conn.protocol.read_timeout
        if seconds is not None and not isinstance(self.body, aiohttp.AsyncIterablePayload):  # `_Pieces` limits those
            late = aiohttp.SocketTimeoutError("the head did not come in time")
            self._clock = asyncio.get_running_loop().call_later(seconds, conn.protocol.set_exception, late)
        return response

    def begun(self) -> None:
        """Stop the clock: the head is there, or will not come."""
        if self._clock is not None:
            self._clock.cancel()

    def give_up(self) -> None:
        """Drop the connection with what is still to be written, and wait for no farewell of TLS."""
        if self._carrier is not None:
            self._carrier.abort()


class DisconnectedError(aiohttp.ClientConnectionError):
    """What aiohttp does not answer by sending a GET or a DELETE again on its own: that is the retry table's to say."""


async def _send_once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    try:
        return await handler(request)
    except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError):
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise DisconnectedError from error
    except BaseException:
        if isinstance(request, _Request):
            request.give_up()
        raise
    finally:
        if isinstance(request, _Request):
            request.begun()


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
