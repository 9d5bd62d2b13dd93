"""
The iterators that `images.map` returns.

Nothing happens before the first result is requested. When an iterator is closed, by `close()`, by `with`, by the end
of a `for` loop that holds the only reference to it, or by Ctrl-C, what was not begun is dropped, and calls in
progress, which may be paid for, are completed and saved.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from typing import Self

from venice_client.batch import asyncio as tasks
from venice_client.batch import threads
from venice_client.batch.inputs import count_items
from venice_client.batch.options import PictureClient, Plan
from venice_client.batch.result import MapResult, Summary
from venice_client.batch.runner import Runner


class _Run:
    """What both iterators share."""

    def __init__(self, client: PictureClient, plan: Plan) -> None:
        self._runner = Runner(client, plan)
        self._process = os.getpid()
        if not plan.reporter.is_silent:
            self._runner.total = count_items(plan.pictures, recursive=plan.recursive, without=plan.to)

    @property
    def summary(self) -> Summary:
        """The number of pictures by outcome, until now."""
        return self._runner.summary

    @property
    def unread(self) -> list[MapResult]:
        """Outcomes that came after the iterator was closed."""
        return self._runner.unread

    def _check_process(self) -> None:
        if os.getpid() != self._process:
            raise RuntimeError("images.map: a run cannot be continued in a forked process")


class MapRun(_Run, Iterator[MapResult]):
    """The outcomes of `Venice.images.map`, as they come; a context manager."""

    def __init__(self, client: PictureClient, plan: Plan) -> None:
        super().__init__(client, plan)
        self._results = threads.iter_results(self._runner)

    def __next__(self) -> MapResult:
        self._check_process()
        return next(self._results)

    def close(self) -> None:
        """Drop what was not begun, and wait for the calls in progress."""
        self._results.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


class AsyncMapRun(_Run, AsyncIterator[MapResult]):
    """
    The outcomes of `AsyncVenice.images.map`, as they come. It runs on asyncio.

    To leave the loop early, use it as a context manager, `async with venice.images.map(...) as run:`, so that the
    calls in progress are completed: asyncio does not wait for them when its loop ends.
    """

    def __init__(self, client: PictureClient, plan: Plan) -> None:
        super().__init__(client, plan)
        self._results = tasks.iter_results(self._runner)

    async def __anext__(self) -> MapResult:
        self._check_process()
        return await anext(self._results)

    async def aclose(self) -> None:
        """Drop what was not begun, and wait for the calls in progress."""
        await self._results.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()
