"""
The one module that imports httpx, or httpx2, its fork with the same interface.

What the library raises becomes a VeniceConnectionError or a VeniceTimeoutError that names the method and the path,
never a header, and whether anything was sent. No redirect is followed, and no cookie of ours is kept.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib import import_module
from typing import Any
from urllib.request import getproxies

from venice_client.core import http
from venice_client.core.call import Call
from venice_client.core.encoding import ACCEPTED, decompressor
from venice_client.core.errors import (
    FailureKind,
    RequestValidationError,
    VeniceConnectionError,
    VeniceTimeoutError,
)
from venice_client.core.sockets import CONNECT_SECONDS, socket_options, ssl_context


class Answer(http.Answer):
    """An answer of an httpx client."""

    __slots__ = ("_lost", "_response")

    def __init__(self, response: Any, lost: _Lost) -> None:
        super().__init__(response.status_code, response.headers, b"")
        self._response = response
        self._lost = lost

    def limit_silence(self, seconds: float) -> None:
        with suppress(RuntimeError):  # an answer of a mock has no request
            self._response.request.extensions.setdefault("timeout", {})["read"] = seconds

    def chunks(self) -> Iterator[bytes]:
        response = self._response
        with self._lost():
            if response.is_stream_consumed:  # a mock, or a hook of the caller's client that has read it
                yield response.content
                return
            undo = decompressor(response.headers.get("content-encoding"))
            if undo is None:
                yield from response.iter_bytes()
                return
            for chunk in response.iter_raw():
                yield undo.feed(chunk)
            yield undo.finish()

    async def achunks(self) -> AsyncIterator[bytes]:
        response = self._response
        with self._lost():
            if response.is_stream_consumed:
                yield response.content
                return
            undo = decompressor(response.headers.get("content-encoding"))
            if undo is None:
                async for chunk in response.aiter_bytes():
                    yield chunk
                return
            async for chunk in response.aiter_raw():
                yield undo.feed(chunk)
            yield undo.finish()

    def close(self) -> None:
        self._response.close()

    async def aclose(self) -> None:
        await self._response.aclose()


class Sender:
    """Sends calls with a client of the family."""

    def __init__(self, library: str, client: Any) -> None:
        self._library = import_module(library)
        self._owned = client is None
        self._client = _client(self._library, "Client", "HTTPTransport") if client is None else client

    def send(self, call: Call, url: str, headers: Mapping[str, str], seconds: float) -> Answer:
        lost = _Lost(self._library, call)
        with _making():
            request = self._client.build_request(
                **_arguments(self._library, call, url, headers, seconds, lambda it: it)
            )
        with lost():
            response = self._client.send(request, stream=True, follow_redirects=False)
        answer = Answer(response, lost)
        if not http.is_unread(call, answer.status, answer.headers):
            try:
                answer.content = b"".join(answer.chunks())
            finally:
                response.close()
        return answer

    def close(self) -> None:
        if self._owned:
            self._client.close()


class AsyncSender:
    """Sends calls with an async client of the family."""

    def __init__(self, library: str, client: Any) -> None:
        self._library = import_module(library)
        self._owned = client is None
        self._client = _client(self._library, "AsyncClient", "AsyncHTTPTransport") if client is None else client

    async def send(self, call: Call, url: str, headers: Mapping[str, str], seconds: float) -> Answer:
        lost = _Lost(self._library, call)
        with _making():
            request = self._client.build_request(**_arguments(self._library, call, url, headers, seconds, _Pieces))
        with lost():
            response = await self._client.send(request, stream=True, follow_redirects=False)
        answer = Answer(response, lost)
        if not http.is_unread(call, answer.status, answer.headers):
            try:
                answer.content = b"".join([chunk async for chunk in answer.achunks()])
            finally:
                await response.aclose()
        return answer

    async def aclose(self) -> None:
        if self._owned:
            await self._client.aclose()


class _Pieces:
    """A body that is made piece by piece, for an async client."""

    def __init__(self, body: Any) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._body:
            yield piece


def _client(library: Any, client: str, transport: str) -> Any:
    options: dict[str, Any] = {"cookies": CookieJar(DefaultCookiePolicy(allowed_domains=[]))}
    if {"http", "https", "all"} & set(getproxies()):
        # The library reads the environment's proxies where it makes its own transports: it knows their exceptions.
        options["verify"] = ssl_context()
    else:
        options["transport"] = getattr(library, transport)(verify=ssl_context(), socket_options=socket_options())
    return getattr(library, client)(**options)


def _arguments(
    library: Any, call: Call, url: str, headers: Mapping[str, str], seconds: float, wrap: Callable[[Any], Any]
) -> dict[str, Any]:
    headers = dict(headers)
    if not any(name.lower() == "accept-encoding" for name in headers):
        headers["Accept-Encoding"] = ACCEPTED
    timeout = library.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
    content: Any = call.content
    if content is not None and not isinstance(content, bytes):
        content = wrap(content)
    return {"method": call.method, "url": url, "headers": headers, "timeout": timeout, "content": content}


@contextmanager
def _making() -> Iterator[None]:
    """What the library refuses to send, such as a line end in a URL."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, TypeError | ValueError) and type(error).__name__ != "InvalidURL":
            raise
        raise RequestValidationError([f"the request cannot be made: {error}"]) from None


class _Lost:
    """Turns what the library raises into this client's errors."""

    __slots__ = ("_call", "_library")

    def __init__(self, library: Any, call: Call) -> None:
        self._library = library
        self._call = call

    @contextmanager
    def __call__(self) -> Iterator[None]:
        library = self._library
        try:
            yield
        except library.TimeoutException as error:
            name = type(error).__name__
            unsent = isinstance(error, library.ConnectTimeout | library.PoolTimeout)
            raise VeniceTimeoutError(
                f"no answer in time ({name})",
                method=self._call.method,
                path=self._call.path,
                kind="connect" if unsent else "timeout",
            ) from error
        except (library.HTTPError, library.InvalidURL, library.StreamError) as error:
            # The library's own text may quote a header that it refuses: its kind is told, with its cause's text
            # if that is the network's.
            cause = error.__cause__ or error
            reason = str(cause) if isinstance(error, library.NetworkError | library.RemoteProtocolError) else ""
            text = f"no answer: {type(error).__name__}{f' ({reason})' if reason else ''}"
            raise self._error(text, _kind(library, error)) from error
        except ValueError as error:
            if isinstance(error, RequestValidationError):
                raise
            raise self._error(f"no answer: DecodingError ({error})", "garbled") from error

    def _error(self, text: str, kind: FailureKind) -> VeniceConnectionError:
        return VeniceConnectionError(text, method=self._call.method, path=self._call.path, kind=kind)


def _kind(library: Any, error: Exception) -> FailureKind:
    if isinstance(error, library.ConnectError | library.ProxyError):
        return "connect"
    if isinstance(error, library.NetworkError | library.RemoteProtocolError):
        return "reset"
    if isinstance(error, library.UnsupportedProtocol | library.LocalProtocolError | library.InvalidURL):
        return "refused"
    return "garbled"
