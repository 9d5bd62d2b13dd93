"""The interface of an HTTP library to a transport, and closing its connections with their event loop."""

from __future__ import annotations

import warnings
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from venice_client._core.request.call import Request
    from venice_client._core.request.options import Timeout
    from venice_client._core.response.answer import Answer


class Sender(Protocol):
    """One HTTP library with its connections. What waits blocks."""

    async def send(self, call: Request, url: str, headers: Mapping[str, str], limits: Timeout) -> Answer: ...
    def close(self) -> None: ...
    def abandon(self) -> None:
        """Leave the connections open, in a forked process: they are the parent's."""


class AsyncSender:
    """One HTTP library with its connections in one event loop. A subclass closes them in what `closer` returns."""

    guard: Guard | None = None
    """None where the client is the caller's, and after closing."""

    async def send(self, call: Request, url: str, headers: Mapping[str, str], limits: Timeout) -> Answer:
        """Send a call and return the response, its body read unless it is a stream."""
        raise NotImplementedError

    def closer(self) -> Callable[[], Awaitable[None]]:
        """Return a function that closes the connections, without a reference to this object."""
        raise NotImplementedError

    def __del__(self) -> None:
        if self.guard is not None:
            self.guard.close_soon()
            text = (
                "AsyncVenice was dropped with open connections: "
                "use `async with AsyncVenice() as venice:`, or `await venice.aclose()`"
            )
            warnings.warn(text, ResourceWarning, stacklevel=2, source=self)


class Guard:
    """
    Closes connections before their event loop ends.

    A loop closes its asynchronous generators at its end, and a generator here waits for that. So a program with a loop
    for each call leaks no connection, and a dropped client is closed in its own loop.
    """

    _all: ClassVar[set[Guard]] = set()

    def __init__(self, loop: Any, close: Callable[[], Awaitable[None]], forget: Callable[[], None]) -> None:
        self._loop = loop
        self._close = close
        self._forget = forget
        self._generator = self._wait()

    @property
    def has_ended(self) -> bool:
        """Whether the loop has ended."""
        if hasattr(self._loop, "is_closed"):
            return bool(self._loop.is_closed())
        try:
            self._loop.run_sync_soon(int)  # the only way to see that a run of trio has ended
        except RuntimeError:
            return True
        return False

    async def start(self) -> None:
        """Register the generator with the running loop."""
        for guard in list(self._all):
            if guard.has_ended:  # without closing its generators: collecting the connections closes them
                guard.drop()
        self._all.add(self)
        await anext(self._generator)

    async def aclose(self) -> None:
        """Close the connections now."""
        await self._generator.aclose()

    def close_soon(self) -> None:
        """Close the connections in their loop, from any thread."""
        try:
            if hasattr(self._loop, "call_soon_threadsafe"):
                self._loop.call_soon_threadsafe(self._begin)
            else:
                from trio.lowlevel import spawn_system_task

                self._loop.run_sync_soon(spawn_system_task, self._close)
        except RuntimeError:  # the loop has ended
            self.drop()

    def drop(self) -> None:
        """Forget the connections without closing them."""
        self._all.discard(self)
        self._forget()

    def _begin(self) -> None:
        self._closing = self._loop.create_task(self._close())

    async def _wait(self) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            self.drop()
            await self._close()
