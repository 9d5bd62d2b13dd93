"""A job of the async client: asks, waits, and fetches the file. What it decides is `base`'s and `polling`'s work."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Self, TypeVar

from venice_client._core.client import AsyncClient
from venice_client._core.download import fetch_async
from venice_client._core.errors import VeniceError
from venice_client._core.response.body_reader import AsyncUnreadResponse
from venice_client.jobs.polling import INTERVAL, PASSING, Found, JobStatus, Waiting, found_of
from venice_client.jobs.progress import Progress
from venice_client.jobs.resource import BaseJob, R, waiting_for

T = TypeVar("T")


class AsyncJob(BaseJob[AsyncClient, R]):
    """An order that was made and paid for: ask for its status, wait for it, fetch its file."""

    async def status(self) -> JobStatus:
        """Ask once how far it is."""
        with self._told():
            found = await self._ask()
            if found.media is not None:
                await found.media.aclose()
            return found.status

    async def wait(
        self,
        *,
        timeout: float | None = None,  # noqa: ASYNC109  # one limit for both kinds of job
        progress: Progress = False,
        poll_interval: float = INTERVAL,
    ) -> Self:
        """
        Wait until the file is there, and fetch nothing.

        Args:
            timeout: The seconds after which VeniceTimeoutError is raised; without it, as long as it takes.
            progress: True for a bar on a terminal, or a function of the seconds that passed and that are usual.
            poll_interval: The seconds between two questions.
        """
        await self._come(waiting_for(self._client, self.KIND, progress, poll_interval, timeout), None)
        return self

    async def result(
        self,
        *,
        complete: bool = True,
        timeout: float | None = None,  # noqa: ASYNC109  # one limit for both kinds of job
        progress: Progress = False,
        poll_interval: float = INTERVAL,
    ) -> R:
        """
        Wait for the file and return it, held in memory; with `complete`, the server then deletes its own.

        See `wait` for the other arguments, and `save` for a file that is too large for that.
        """
        waiting = waiting_for(self._client, self.KIND, progress, poll_interval, timeout)
        result: R = await self._come(waiting, self._read)
        await self._end(complete=complete)
        return result

    async def save(
        self,
        path: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        complete: bool = True,
        timeout: float | None = None,  # noqa: ASYNC109  # one limit for both kinds of job
        progress: Progress = False,
        poll_interval: float = INTERVAL,
    ) -> Path:
        """
        Wait for the file, write it to the disk as it comes, and return its path: see `BinaryContent.save`.

        With `complete`, the server then deletes its own. See `wait` for the other arguments.
        """
        waiting = waiting_for(self._client, self.KIND, progress, poll_interval, timeout)
        saved = self.handle.saved(path)
        if saved is None:
            saved = await self._come(waiting, lambda answer: self._write(answer, path, overwrite=overwrite))
        await self._end(complete=complete)
        return saved

    async def complete(self) -> None:
        """Let the server delete the file. Nothing is left to be fetched then."""
        try:
            await self._client.send(*self._step("complete"), options=self._options)
        except VeniceError as error:
            self._completed(error)
        else:
            self._completed()

    async def _ask(self) -> Found:
        answer: AsyncUnreadResponse[Any]
        answer = await self._client.send(*self._step("retrieve"), options=self._options, mode="streamed")
        if answer.media_type and self.KIND.is_file(answer.media_type):
            return Found(JobStatus("COMPLETED"), media=answer)
        body = await answer.read()
        return found_of(await answer.parse(), body, answer, self.handle)

    async def _come(self, waiting: Waiting, take: Callable[[AsyncUnreadResponse[Any]], Awaitable[T]] | None) -> Any:
        """Wait until the file is there, and return what `take` makes of it; a fetching that fails is made anew."""
        with self._told(), waiting:
            while True:
                try:
                    found = await self._ask()
                    if found.status.is_done:
                        return await self._take(found, take)
                except PASSING as error:
                    pause = waiting.failed(error)
                else:
                    pause = waiting.heard(found.status)
                await self._clock().sleep_async(pause)

    async def _take(self, found: Found, take: Callable[[AsyncUnreadResponse[Any]], Awaitable[T]] | None) -> T | None:
        answer: AsyncUnreadResponse[Any] = found.media
        if take is None:
            if answer is not None:
                await answer.aclose()
            return None
        answer = answer or await fetch_async(self._client, found.url or "")
        try:
            return await take(answer)
        finally:
            await answer.aclose()

    async def _read(self, answer: AsyncUnreadResponse[Any]) -> R:
        self._checked(answer)
        return self._made(answer, await answer.read())

    async def _write(self, answer: AsyncUnreadResponse[Any], path: str | os.PathLike[str], *, overwrite: bool) -> Path:
        saving = self._saving(answer, path, overwrite=overwrite)
        try:
            async for piece in answer.iter_bytes():
                saving.write(piece)
            return self._written(answer, saving)
        except BaseException:
            saving.discard()  # the server has it still
            raise

    async def _end(self, *, complete: bool) -> None:
        if complete:
            try:
                await self.complete()
            except VeniceError as error:
                self._not_completed(error)
