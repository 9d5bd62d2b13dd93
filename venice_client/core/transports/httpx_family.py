"""
The one module that imports httpx, or httpx2, its fork with the same interface.

What the library raises becomes a VeniceConnectionError or a VeniceTimeoutError that names the method and the path,
never a header, and whether anything was sent. No redirect is followed, and no cookie of ours is kept.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager, suppress
from importlib import import_module
from typing import Any

from venice_client.core import http
from venice_client.core.call import Call
from venice_client.core.encoding import ACCEPTED, decompressor
from venice_client.core.errors import (
    FailureKind,
    RequestValidationError,
    VeniceConnectionError,
    VeniceTimeoutError,
)
from venice_client.core.sockets import CONNECT_SECONDS
from venice_client.core.transports.httpx_client import own_client
from venice_client.core.transports.turns import MOST, NO_LIMIT, AsyncTurns, Turns


class Answer(http.Answer):
    """An answer of an httpx client."""

    __slots__ = ("_give", "_lost", "_response")

    def __init__(self, response: Any, lost: _Lost, give: Callable[[], object]) -> None:
        super().__init__(response.status_code, response.headers, b"")
        self._response = response
        self._lost = lost
        self._give: Callable[[], object] | None = give

    def limit_silence(self, seconds: float) -> None:
        with suppress(RuntimeError):  # an answer of a mock has no request
            self._response.request.extensions.setdefault("timeout", {})["read"] = seconds

    def chunks(self) -> Iterator[bytes]:
        response = self._response
        with self._lost():
            if response.is_stream_consumed:  # a mock, or a hook of the caller's client that has read it
                yield response.content
                return
            encoding = response.headers.get("content-encoding")
            undo = decompressor(encoding)
            if undo is None:
                yield from response.iter_bytes() if encoding else response.stream
                return
            for chunk in response.iter_raw():
                yield undo.feed(chunk)
            yield undo.finish()

    async def achunks(self) -> AsyncGenerator[bytes, None]:
        response = self._response
        with self._lost():
            if response.is_stream_consumed:
                yield response.content
                return
            encoding = response.headers.get("content-encoding")
            undo = decompressor(encoding)
            if undo is None:
                async for chunk in response.aiter_bytes() if encoding else response.stream:
                    yield chunk
                return
            async for chunk in response.aiter_raw():
                yield undo.feed(chunk)
            yield undo.finish()

    def close(self) -> None:
        try:
            self._response.close()
        finally:
            self._give_back()

    async def aclose(self) -> None:
        try:
            await self._response.aclose()
        finally:
            self._give_back()

    def _give_back(self) -> None:
        """Let the next call have its turn, once."""
        give, self._give = self._give, None
        if give is not None:
            give()


class Sender:
    """Sends calls with a client of the family."""

    def __init__(self, library: str, client: Any) -> None:
        self._library = import_module(library)
        self._owned = client is None
        self._client = own_client(self._library, is_async=False) if client is None else client
        self._turns = Turns(MOST if client is None else NO_LIMIT)

    def send(self, call: Call, url: str, headers: Mapping[str, str], seconds: float) -> Answer:
        lost = _Lost(self._library, call)
        with _making():
            request = self._client.build_request(
                **_arguments(self._library, call, url, headers, seconds, lambda it: it)
            )
        self._turns.take(call, seconds)
        try:
            with lost():
                response = self._client.send(request, stream=True, follow_redirects=False)
        except BaseException:
            self._turns.give()
            raise
        answer = Answer(response, lost, self._turns.give)
        if not http.is_unread(call, answer.status, answer.headers):
            try:
                body = http.Body(call)
                for chunk in answer.chunks():
                    body.add(chunk)
                answer.content = body.whole()
            finally:
                answer.close()
        return answer

    def close(self) -> None:
        if self._owned:
            self._client.close()


class AsyncSender:
    """Sends calls with an async client of the family."""

    def __init__(self, library: str, client: Any) -> None:
        self._library = import_module(library)
        self._owned = client is None
        self._client = own_client(self._library, is_async=True) if client is None else client
        self._turns = AsyncTurns(MOST if client is None else NO_LIMIT)

    async def send(self, call: Call, url: str, headers: Mapping[str, str], seconds: float) -> Answer:
        lost = _Lost(self._library, call)
        with _making():
            request = self._client.build_request(**_arguments(self._library, call, url, headers, seconds, _Pieces))
        await self._turns.take(call, seconds)
        try:
            with lost():
                response = await self._client.send(request, stream=True, follow_redirects=False)
        except BaseException:
            self._turns.give()
            raise
        answer = Answer(response, lost, self._turns.give)
        if not http.is_unread(call, answer.status, answer.headers):
            try:
                body = http.Body(call)
                async with aclosing(answer.achunks()) as chunks:
                    async for chunk in chunks:
                        body.add(chunk)
                answer.content = body.whole()
            finally:
                await answer.aclose()
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
