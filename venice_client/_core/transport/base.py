"""
What the rest of the client knows of HTTP: a `Request` goes in, an `Answer` comes out.

`transport=`, or the class of `http_client`, chooses the library. Its module here imports it at the first call. Retries,
decoding and error bodies are handled elsewhere.
"""

from __future__ import annotations

import re
import threading
import weakref
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Protocol, TypeAlias, TypeVar
from urllib.parse import quote, urlencode

from venice_client._core.errors import RequestValidationError
from venice_client._core.forks import renew_in_children
from venice_client._core.masking import Secret
from venice_client._core.request.options import Timeout
from venice_client._core.transport.network import CONNECT_SECONDS, Network
from venice_client._core.transport.sender import AsyncSender, Guard, Sender

if TYPE_CHECKING:
    from venice_client._core.request.call import Request
    from venice_client._core.response.answer import Answer

SyncTransportName: TypeAlias = Literal["httpx", "httpx2"]
"""The libraries that can send for Venice."""
TransportName: TypeAlias = Literal["httpx", "httpx2", "aiohttp"]
"""Those for AsyncVenice."""

S = TypeVar("S")
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


class _Transport(Generic[S]):
    """
    Sends calls with connections that are made on first use; a client that the caller passed is left open.

    A forked process makes its own: two processes on one connection get each other's responses.
    """

    _is_async: ClassVar[bool]

    def __init__(self, base_url: str, http_client: Any, name: TransportName | None, network: Network) -> None:
        self.base_url = base_url
        self.load: Callable[[], Callable[[], S]] = _loader(http_client, name, network, is_async=self._is_async)
        self._is_owner = http_client is None
        self._inherited: list[S] = []
        if self._is_owner:
            renew_in_children(self)

    def forked(self) -> None:
        """Forget the connections, in a forked process. They are kept open: they are the parent's."""
        raise NotImplementedError


class Transport(_Transport[Sender]):
    """Sends the calls of threads."""

    _is_async = False

    def __init__(self, *options: Any) -> None:  # those of the base
        self._sender: Sender | None = None
        self._lock = threading.Lock()
        super().__init__(*options)

    async def send(self, call: Request, headers: Mapping[str, str], seconds: float, url: str = "") -> Answer:
        """Send a call and return the response, its body read unless it is a stream. What waits blocks."""
        url = url or url_of(self.base_url, call)
        sender = self._sender
        if sender is None:
            with self._lock:
                sender = self._sender = self._sender or self.load()()
        return await sender.send(call, url, headers, call.limits or _limits(seconds))

    def forked(self) -> None:
        self._lock = threading.Lock()
        if self._sender is not None:
            self._sender.abandon()
            self._inherited.append(self._sender)
            self._sender = None

    def close(self) -> None:
        """Close the connections, unless the client is the caller's."""
        with self._lock:
            sender, self._sender = self._sender, None
        if sender is not None:
            sender.close()


class AsyncTransport(_Transport[AsyncSender]):
    """Sends the calls of tasks of asyncio or trio, with connections for each event loop."""

    _is_async = True

    def __init__(self, *options: Any) -> None:  # those of the base
        self._senders: dict[Any, AsyncSender] = {}
        super().__init__(*options)

    async def send(self, call: Request, headers: Mapping[str, str], seconds: float, url: str = "") -> Answer:
        """Send a call and return the response, its body read unless it is a stream."""
        url = url or url_of(self.base_url, call)
        loop = _loop()
        sender = self._senders.get(loop)
        if sender is None:
            sender = self._senders[loop] = self.load()()
            if self._is_owner:
                sender.guard = Guard(loop, sender.closer(), partial(_forget, weakref.ref(self), loop))
                await sender.guard.start()
        return await sender.send(call, url, headers, call.limits or _limits(seconds))

    def forked(self) -> None:
        for sender in self._senders.values():
            sender.guard = None
        self._inherited += self._senders.values()
        self._senders = {}

    async def aclose(self) -> None:
        """Close the connections of this event loop, unless the client is the caller's."""
        sender = self._senders.get(_loop())
        if sender is not None and sender.guard is not None:
            await sender.guard.aclose()


@lru_cache(maxsize=64)
def _limits(seconds: float) -> Timeout:
    return Timeout(connect=min(CONNECT_SECONDS, seconds), read=seconds, write=seconds, pool=seconds)


def _forget(transport: weakref.ref[AsyncTransport], loop: Any) -> None:
    owner = transport()
    sender = None if owner is None else owner._senders.pop(loop, None)  # noqa: SLF001  # of this module
    if sender is not None:
        sender.guard = None


def url_of(base_url: str, call: Request) -> str:
    """Return the URL of a call, in ASCII whatever its path holds, so that every library sends the same."""
    path = call.path
    if not _PLAIN.fullmatch(path):
        if not path.replace(" ", "").isprintable():
            raise RequestValidationError([f"path: {path[:80]!r} holds characters that no URL has"])
        path = re.sub("%(?![0-9A-Fa-f]{2})", "%25", quote(path, safe=_SAFE))
    if not call.query:
        return base_url + path
    try:
        kind = Secret if any(value.__class__ is Secret for _, value in call.query) else str
        return kind(f"{base_url}{path}?{urlencode(call.query, quote_via=quote)}")
    except UnicodeEncodeError:
        raise RequestValidationError(["query: a text contains half of a surrogate pair"]) from None


def _loop() -> Any:
    """Return the running event loop of asyncio, or the token of trio's run."""
    import asyncio  # a program without async calls does without it

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        import trio

        return trio.lowlevel.current_trio_token()


def _loader(http_client: Any, name: str | None, network: Network, *, is_async: bool) -> Any:
    """
    Return a function that loads the library, chosen by the caller's client or by a name, and returns what makes a
    sender. Nothing is imported until it is called.
    """
    if http_client is not None:
        if name is not None:
            raise RequestValidationError(["transport: http_client chooses it, so pass only one of the two"])
        if network != Network():
            text = "verify, proxy and trust_env are settings of the client that http_client passes: set them there"
            raise RequestValidationError([text])
        name = _library_of(http_client, is_async=is_async)
    name = name or "httpx"
    if name not in ("httpx", "httpx2") and not (name == "aiohttp" and is_async):
        known = "httpx, httpx2 or aiohttp" if is_async else "httpx or httpx2"
        way_out = "; AsyncVenice takes aiohttp" if name == "aiohttp" else ""
        raise RequestValidationError([f"transport must be {known}, got {name!r}{way_out}"])

    def load() -> Any:
        try:
            if name == "aiohttp":
                from venice_client._core.transport import aiohttp

                make: Any = aiohttp.AsyncSender
            else:
                from venice_client._core.transport import httpx

                make = partial(httpx.AsyncSender if is_async else httpx.Sender, httpx.imported(name))
        except ImportError as error:
            raise _missing(name, error) from None
        if http_client is None:
            _ = network.ssl_context
        return partial(make, http_client, network)

    return load


def _missing(name: str, error: ImportError) -> RequestValidationError:
    # httpx itself is always required: where it is missing, the program was packed without it.
    package = "httpx" if name == "httpx" else f"venice-client[{name}]"
    return RequestValidationError([f"transport: {error}: pip install '{package}'"])


def _library_of(http_client: Any, *, is_async: bool) -> str:
    """Return the library of a client, by the names of its classes: no library is imported for it."""
    kind = "AsyncClient" if is_async else "Client"
    for base in type(http_client).__mro__:
        library = base.__module__.partition(".")[0]
        if library in ("httpx", "httpx2") and base.__name__ == kind:
            return library
        if library == "aiohttp" and base.__name__ == "ClientSession" and is_async:
            return library
    expected = f"an httpx or httpx2 {kind}{' or an aiohttp ClientSession' if is_async else ''}"
    given = http_client if isinstance(http_client, type) else type(http_client)
    found = f"{given.__module__.partition('.')[0]}.{given.__name__}"
    if given is http_client:
        found = f"the class {found}"
    others = {
        "Venice": ("httpx.Client", "httpx2.Client"),
        "AsyncVenice": ("httpx.AsyncClient", "httpx2.AsyncClient", "aiohttp.ClientSession"),
    }
    way_out = "".join(f"; {client} takes it" for client, taken in others.items() if found in taken)
    raise RequestValidationError([f"http_client must be {expected}, got {found}{way_out}"])
