"""
What the rest of the client knows of HTTP: a `Call` goes in, an `Answer` comes out. No HTTP library is imported here.

Nothing is decided here either: no retry, no decoding, no reading of errors. Which library sends is chosen by
`transport=`, or by the client that a caller brought; a module of `core/transports` imports it, when the first call is
made.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias
from urllib.parse import quote, urlencode
from weakref import WeakKeyDictionary

from venice_client._core.errors import RequestValidationError
from venice_client._core.transport.forks import let_go_in_children

if TYPE_CHECKING:
    from venice_client._core.request.call import Call
    from venice_client._core.transport.answer import Answer

SyncTransportName: TypeAlias = Literal["httpx", "httpx2"]
"""The libraries that can send for Venice."""
TransportName: TypeAlias = Literal["httpx", "httpx2", "aiohttp"]
"""Those for AsyncVenice."""

_PLAIN = re.compile(r"[\w/:@!$&'()*+,;=.~-]*", re.ASCII)
_SAFE = "/%:@!$&'()*+,;=~"


class HTTPClient(Protocol):
    """A client that a caller brings: an httpx.Client or an httpx2.Client."""

    def build_request(self, *args: Any, **kwargs: Any) -> Any: ...
    def send(self, *args: Any, **kwargs: Any) -> Any: ...
    def close(self) -> None: ...


class _FamilyAsyncClient(Protocol):
    def build_request(self, *args: Any, **kwargs: Any) -> Any: ...
    async def send(self, *args: Any, **kwargs: Any) -> Any: ...
    async def aclose(self) -> None: ...


class _AiohttpSession(Protocol):
    def request(self, *args: Any, **kwargs: Any) -> Any: ...
    async def close(self) -> None: ...
    @property
    def cookie_jar(self) -> Any: ...


AsyncHTTPClient: TypeAlias = _FamilyAsyncClient | _AiohttpSession
"""A client that a caller brings: an httpx.AsyncClient, an httpx2.AsyncClient or an aiohttp.ClientSession."""


class Sender(Protocol):
    """One HTTP library with its connections."""

    def send(self, call: Call, url: str, headers: Mapping[str, str], seconds: float) -> Answer: ...
    def close(self) -> None: ...


class AsyncSender(Protocol):
    """The same for asyncio and trio."""

    async def send(self, call: Call, url: str, headers: Mapping[str, str], seconds: float) -> Answer: ...
    async def aclose(self) -> None: ...


class Transport:
    """
    Sends calls with connections that are made on first use; a client that the caller brought is left open.

    A process that is forked off makes its own: two that write on one connection get each other's answers.
    """

    def __init__(self, base_url: str, http_client: HTTPClient | None = None, name: TransportName | None = None) -> None:
        self.base_url = base_url
        self._make: Callable[[], Sender] = _maker(http_client, name, kind="Client")
        self._sender: Sender | None = None
        self._inherited: list[Sender] = []
        self._lock = threading.Lock()
        if http_client is None:
            let_go_in_children(self)

    def send(self, call: Call, headers: Mapping[str, str], seconds: float, url: str = "") -> Answer:
        """Send a call and return the answer, its body read unless it is the stream that was asked for."""
        url = url or url_of(self.base_url, call)
        sender = self._sender
        if sender is None:
            with self._lock:
                sender = self._sender = self._sender or self._make()
        return sender.send(call, url, headers, seconds)

    def forked(self) -> None:
        """Let go of the connections, in a child. They are kept: to close them would end them for the parent too."""
        self._lock = threading.Lock()
        if self._sender is not None:
            self._inherited.append(self._sender)
            self._sender = None

    def close(self) -> None:
        """Close the connections, where they are ours."""
        with self._lock:
            sender, self._sender = self._sender, None
        if sender is not None:
            sender.close()


class AsyncTransport:
    """
    The same for asyncio and trio.

    Connections belong to the event loop that they were made in: each loop gets its own.
    """

    def __init__(
        self, base_url: str, http_client: AsyncHTTPClient | None = None, name: TransportName | None = None
    ) -> None:
        self.base_url = base_url
        self._make: Callable[[], AsyncSender] = _maker(http_client, name, kind="AsyncClient")
        self._senders: MutableMapping[Any, AsyncSender] = WeakKeyDictionary()
        self._inherited: list[AsyncSender] = []
        self._lock = threading.Lock()
        if http_client is None:
            let_go_in_children(self)

    async def send(self, call: Call, headers: Mapping[str, str], seconds: float, url: str = "") -> Answer:
        """Send a call and return the answer, its body read unless it is the stream that was asked for."""
        url = url or url_of(self.base_url, call)
        loop = _loop()
        sender = self._senders.get(loop)
        if sender is None:
            with self._lock:
                sender = self._senders.get(loop)
                if sender is None:
                    sender = self._senders[loop] = self._make()
        return await sender.send(call, url, headers, seconds)

    def forked(self) -> None:
        """Let go of the connections, in a child: see `Transport.forked`."""
        self._lock = threading.Lock()
        self._inherited += self._senders.values()
        self._senders = WeakKeyDictionary()

    async def aclose(self) -> None:
        """Close the connections of this event loop, where they are ours."""
        with self._lock:
            sender = self._senders.pop(_loop(), None)
        if sender is not None:
            await sender.aclose()


def url_of(base_url: str, call: Call) -> str:
    """Return the URL of a call, in ASCII whatever its path holds, so that every library sends the same."""
    path = call.path
    if not _PLAIN.fullmatch(path):
        if not path.replace(" ", "").isprintable():
            raise RequestValidationError([f"path: {path[:80]!r} holds characters that no URL has"])
        path = re.sub("%(?![0-9A-Fa-f]{2})", "%25", quote(path, safe=_SAFE))
    if not call.query:
        return base_url + path
    try:
        return f"{base_url}{path}?{urlencode(call.query, quote_via=quote)}"
    except UnicodeEncodeError:
        raise RequestValidationError(["query: a text holds half of a surrogate pair"]) from None


class _NoLoop:
    """Stands for the loop of trio, which has no object of its own: its senders are one a client."""


_NO_LOOP = _NoLoop()


def _loop() -> Any:
    import asyncio  # a program without async calls does without it

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return _NO_LOOP


def _maker(http_client: Any, name: str | None, *, kind: str) -> Any:
    """Return what makes the sender, chosen by the caller's client or by a name. Imports nothing until it is called."""
    if http_client is not None:
        if name is not None:
            raise RequestValidationError(["transport: it is chosen by http_client, so give one of the two"])
        name = _library_of(http_client, kind)
    name = name or "httpx"
    if name in ("httpx", "httpx2"):

        def family() -> Any:
            sender = "AsyncSender" if kind == "AsyncClient" else "Sender"
            try:
                if http_client is None:
                    from venice_client._core.transport import direct

                    return getattr(direct, sender)(name)
                from venice_client._core.transport import httpx as httpx_family

                return getattr(httpx_family, sender)(name, http_client)
            except ImportError as error:
                raise _missing(name, error) from error

        return family
    if name == "aiohttp" and kind == "AsyncClient":

        def session() -> Any:
            try:
                from venice_client._core.transport import aiohttp as aiohttp_session
            except ImportError as error:
                raise _missing(name, error) from error
            return aiohttp_session.AsyncSender(http_client)

        return session
    known = "httpx, httpx2 and aiohttp" if kind == "AsyncClient" else "httpx and httpx2"
    raise RequestValidationError([f"transport: {name!r} is none of those that this client has: {known}"])


def _missing(name: str, error: ImportError) -> RequestValidationError:
    return RequestValidationError([f"transport: {error}: pip install 'venice-client[{name}]'"])


def _library_of(http_client: Any, kind: str) -> str:
    """Tell whose client it is by the names of its classes, so that no library is imported to find out."""
    for base in type(http_client).__mro__:
        library = base.__module__.partition(".")[0]
        if library in ("httpx", "httpx2") and base.__name__ == kind:
            return library
        if library == "aiohttp" and base.__name__ == "ClientSession" and kind == "AsyncClient":
            return library
    wanted = (
        "an httpx or httpx2 AsyncClient, or an aiohttp ClientSession"
        if kind == "AsyncClient"
        else ("an httpx or httpx2 Client")
    )
    found = f"{type(http_client).__module__.partition('.')[0]}.{type(http_client).__name__}"
    raise RequestValidationError([f"http_client: {wanted} is wanted, not {found}"])
