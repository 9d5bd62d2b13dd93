"""
The connections of our own over httpx, or over httpx2: what sends where the caller brought no client.

It takes the place of a client of the library: `build_request`, `send`, `close`. What is sent, and what an error means,
is `httpx_family`'s business.
"""

from __future__ import annotations

from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.request import getproxies

from venice_client.core.sockets import socket_options, ssl_context
from venice_client.core.transports.turns import MOST

_USUAL = (("Accept", "*/*"), ("Connection", "keep-alive"))
"""The headers that a client of the library adds where a call has none of its own."""


def own_client(library: Any, *, is_async: bool) -> Any:
    """Return what sends for us."""
    # Where there are more connections than are kept, the pool of threads closes those that are about to be used.
    limits = library.Limits(max_connections=MOST, max_keepalive_connections=MOST, keepalive_expiry=5.0)
    if {"http", "https", "all"} & set(getproxies()):
        # The library's own client reads the environment's proxies, and knows their exceptions.
        client = library.AsyncClient if is_async else library.Client
        cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        return client(cookies=cookies, verify=ssl_context(), limits=limits)
    options: dict[str, Any] = {"verify": ssl_context(), "socket_options": socket_options(), "limits": limits}
    if is_async:
        return _AsyncDirect(library, library.AsyncHTTPTransport(**options))
    return _Direct(library, library.HTTPTransport(**options))


class _Direct:
    """
    A transport of ours in the place of a client: what a client does around it takes a third of a call.

    That is the handling of cookies, redirects, hooks and passwords, of which a client of ours wants nothing.
    """

    def __init__(self, library: Any, transport: Any) -> None:
        self._library = library
        self._transport = transport
        self._url = lru_cache(maxsize=64)(library.URL)  # reading a URL takes longer than writing a body

    def build_request(self, *, method: str, url: str, headers: dict[str, str], timeout: Any, content: Any) -> Any:
        """Make a request as a client would."""
        given = {name.lower() for name in headers}
        usual = {name: value for name, value in _USUAL if name.lower() not in given}
        return self._library.Request(
            method,
            self._url(url),
            headers=usual | headers,
            content=content,
            extensions={"timeout": timeout.as_dict()},
        )

    def send(self, request: Any, **_redirects: bool) -> Any:
        """Send it; the body of the answer is unread."""
        response = self._transport.handle_request(request)
        response.request = request
        return response

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


class _AsyncDirect(_Direct):
    """The same to be awaited."""

    async def send(self, request: Any, **_redirects: bool) -> Any:
        """Send it; the body of the answer is unread."""
        response = await self._transport.handle_async_request(request)
        response.request = request
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()
