"""
The clients of httpx, or of httpx2, its fork with the same interface: one that the caller brought, or one of ours where
something of the library is wanted (`direct` says what). No redirect is followed, no cookie of ours is kept.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib import import_module
from typing import Any

from venice_client._core.errors import RequestValidationError
from venice_client._core.request.call import Call
from venice_client._core.transport import answer
from venice_client._core.transport.encoding import ACCEPTED, decompressor
from venice_client._core.transport.failures import Failures
from venice_client._core.transport.limiter import MOST, NO_LIMIT, AsyncTurns, Turns
from venice_client._core.transport.sockets import CONNECT_SECONDS, KEPT_SECONDS, ssl_context


class Answer(answer.Answer):
    """An answer of an httpx client."""

    __slots__ = ("_failures", "_give", "_response")

    def __init__(self, response: Any, failures: Failures, give: Callable[[], object]) -> None:
        super().__init__(response.status_code, response.headers, b"")
        self._response = response
        self._failures = failures
        self._give: Callable[[], object] | None = give

    def limit_silence(self, seconds: float) -> None:
        with suppress(RuntimeError):  # an answer of a mock has no request
            self._response.request.extensions.setdefault("timeout", {})["read"] = seconds

    def chunks(self) -> Iterator[bytes]:
        response = self._response
        with self._failures:
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
        with self._failures:
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
        self._client = _own_client(self._library, "Client") if client is None else client
        self._turns = Turns(MOST if client is None else NO_LIMIT)

    def send(self, call: Call, url: str, headers: Mapping[str, str], seconds: float) -> Answer:
        failures = Failures(call)
        with _making():
            request = self._client.build_request(
                **_arguments(self._library, call, url, headers, seconds, lambda it: it)
            )
        self._turns.take(call, seconds)
        try:
            with failures:
                response = self._client.send(request, stream=True, follow_redirects=False)
        except BaseException:
            self._turns.give()
            raise
        return Answer(response, failures, self._turns.give).take(call)

    def close(self) -> None:
        if self._owned:
            self._client.close()


class AsyncSender:
    """Sends calls with an async client of the family."""

    def __init__(self, library: str, client: Any) -> None:
        self._library = import_module(library)
        self._owned = client is None
        self._client = _own_client(self._library, "AsyncClient") if client is None else client
        self._turns = AsyncTurns(MOST if client is None else NO_LIMIT)

    async def send(self, call: Call, url: str, headers: Mapping[str, str], seconds: float) -> Answer:
        failures = Failures(call)
        with _making():
            request = self._client.build_request(**_arguments(self._library, call, url, headers, seconds, _Pieces))
        await self._turns.take(call, seconds)
        try:
            with failures:
                response = await self._client.send(request, stream=True, follow_redirects=False)
        except BaseException:
            self._turns.give()
            raise
        return await Answer(response, failures, self._turns.give).atake(call)

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


def encoded(encoding: str, pieces: Any) -> Any:
    """Return an answer of httpx that undoes an encoding of pieces which came otherwise, as far as httpx can."""
    return import_module("httpx").Response(200, headers={"Content-Encoding": encoding}, content=pieces)


def _own_client(library: Any, kind: str) -> Any:
    # Where there are more connections than are kept, the pool of threads closes those that are about to be used.
    limits = library.Limits(max_connections=MOST, max_keepalive_connections=MOST, keepalive_expiry=KEPT_SECONDS)
    cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    return getattr(library, kind)(cookies=cookies, verify=ssl_context(), limits=limits)


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
