"""
`venice.images.map`: the same work on many pictures, in threads or in tasks, with results as they come.

The iterators of here pull what goes in, keep a bounded number of calls under way, and wait. What a picture's job is,
and what becomes of it, is decided in `work`; what is on the disk, in `manifest`. Failures are counted, and calls held
back, by the client itself.

Nothing happens before the first result is asked for. When an iterator is closed, by `close()`, by `with`, by the end
of a `for` in which nothing else holds it, or by Ctrl-C in it, then what has not begun is dropped, and what is under
way, and perhaps paid for, is waited for and saved.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import Any, Self

from venice_client.batch import asyncio as tasks
from venice_client.batch import threads
from venice_client.batch.options import Plan
from venice_client.batch.result import MapResult
from venice_client.batch.state import State, Summary, state_of


class _Told:
    """What both iterators tell of their run."""

    _state: State

    @property
    def summary(self) -> Summary:
        """What became of the pictures until now."""
        return self._state.summary()

    @property
    def unread(self) -> list[MapResult]:
        """Results that came after the iterator was closed."""
        return self._state.unread


class MapRun(_Told, Iterator[MapResult]):
    """The results of `Venice.images.map`, as they come; a context manager."""

    def __init__(self, client: Any, plan: Plan) -> None:
        self._state = state_of(client, plan)
        self._results = threads.results(self._state)

    def __next__(self) -> MapResult:
        return next(self._results)

    def close(self) -> None:
        """Drop what has not begun, and wait for what is under way."""
        self._results.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncMapRun(_Told, AsyncIterator[MapResult]):
    """
    The results of `AsyncVenice.images.map`, as they come. It runs on asyncio.

    Where you leave the loop early, use it as a context manager, `async with venice.images.map(...) as run:`, so that
    what is under way is waited for; asyncio can't do that by itself when its loop ends.
    """

    def __init__(self, client: Any, plan: Plan) -> None:
        self._state = state_of(client, plan)
        self._results = tasks.results(self._state)

    async def __anext__(self) -> MapResult:
        return await anext(self._results)

    async def aclose(self) -> None:
        """Drop what has not begun, and wait for what is under way."""
        await self._results.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
