"""Jobs of both clients: poll, wait, and fetch the file."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from venice_client._core.client import AsyncClient, SyncClient
from venice_client._core.download import fetch, fetch_async
from venice_client._core.errors import VeniceError
from venice_client._core.response.body_reader import AsyncUnreadResponse, UnreadResponse
from venice_client.jobs.base_job import BaseJob, Kind, R
from venice_client.jobs.polling import INTERVAL, TRANSIENT, JobStatus, Poll, Progress, Waiting, read_poll
from venice_client.jobs.result import AudioResult, VideoResult

VIDEO: Final = Kind(name="video", media_type="video/mp4")
AUDIO: Final = Kind(name="audio", media_type="audio/mpeg")

T = TypeVar("T")


class Job(BaseJob[SyncClient, R]):
    """An order that was made and paid for."""

    def status(self) -> JobStatus:
        """Poll once."""
        with self._attached():
            poll = self._poll()
            if poll.media is not None:
                poll.media.close()
            return poll.status

    def wait(
        self, *, timeout: float | None = None, progress: Progress = False, poll_interval: float = INTERVAL
    ) -> Self:
        """
        Wait until the file can be fetched, without fetching it.

        Args:
            timeout: The seconds after which VeniceTimeoutError is raised; None waits as long as it takes.
            progress: True for a bar on a terminal, or a function of the seconds that passed and that are usual.
            poll_interval: The seconds between two polls, > 0.
        """
        self._fetch(self._waiting(progress, poll_interval, timeout), None)
        return self

    def result(
        self,
        *,
        complete: bool = True,
        timeout: float | None = None,
        progress: Progress = False,
        poll_interval: float = INTERVAL,
    ) -> R:
        """
        Wait for the file and return it, in memory. With `complete`, the server then deletes its copy.

        See `wait` for the other arguments, and `save` for large files.
        """
        result: R = self._fetch(self._waiting(progress, poll_interval, timeout), self._read)
        self._complete_if(complete=complete)
        return result

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        complete: bool = True,
        timeout: float | None = None,
        progress: Progress = False,
        poll_interval: float = INTERVAL,
    ) -> Path:
        """
        Wait for the file, write it to the disk piece by piece, and return its path: see `BinaryContent.save`.

        With `complete`, the server then deletes its copy. See `wait` for the other arguments.
        """
        waiting = self._waiting(progress, poll_interval, timeout)
        saved = self.resume_data.saved_file(path)
        if saved is None:
            saved = self._fetch(waiting, lambda response: self._write(response, path, overwrite=overwrite))
        self._complete_if(complete=complete)
        return saved

    def complete(self) -> None:
        """Have the server delete the file, which cannot be fetched after that."""
        try:
            self._client.send(*self._step("complete"), options=self._options)
        except VeniceError as error:
            self._completed(error)
        else:
            self._completed()

    def _poll(self) -> Poll:
        response: UnreadResponse[Any]
        response = self._client.send(*self._step("retrieve"), options=self._options, mode="streamed")
        if response.media_type and self.KIND.is_file(response.media_type):
            return Poll(JobStatus("COMPLETED"), media=response)
        body = response.read()
        return read_poll(response.parse(), body, response, self.resume_data)

    def _fetch(self, waiting: Waiting, take: Callable[[UnreadResponse[Any]], T] | None) -> Any:
        """Wait until the file can be fetched, and return what `take` makes of it; a download that fails is repeated."""
        with self._attached(), waiting:
            while True:
                try:
                    poll = self._poll()
                    if poll.status.is_done:
                        return self._download(poll, take)
                except TRANSIENT as error:
                    pause = waiting.next_after_error(error)
                else:
                    pause = waiting.next_after(poll.status)
                self._client._clock.sleep(pause)  # noqa: SLF001  # of its client

    def _download(self, poll: Poll, take: Callable[[UnreadResponse[Any]], T] | None) -> T | None:
        response: UnreadResponse[Any] = poll.media
        if take is None:
            if response is not None:
                response.close()
            return None
        response = response or fetch(self._client, poll.url or "")
        try:
            return take(response)
        finally:
            response.close()

    def _read(self, response: UnreadResponse[Any]) -> R:
        self._media_type(response)
        return self._result(response, response.read())

    def _write(self, response: UnreadResponse[Any], path: str | os.PathLike[str], *, overwrite: bool) -> Path:
        saving = self._begin_saving(response, path, overwrite=overwrite)
        try:
            for piece in response.iter_bytes():
                saving.write(piece)
            return self._finish_saving(response, saving)
        except BaseException:
            saving.discard()  # the server still has it
            raise

    def _complete_if(self, *, complete: bool) -> None:
        if complete:
            try:
                self.complete()
            except VeniceError as error:
                self._not_completed(error)


class AsyncJob(BaseJob[AsyncClient, R]):
    """An order that was made and paid for; its methods are those of `Job`, awaited."""

    async def status(self) -> JobStatus:
        """Poll once."""
        with self._attached():
            poll = await self._poll()
            if poll.media is not None:
                await poll.media.aclose()
            return poll.status

    async def wait(
        self,
        *,
        timeout: float | None = None,  # noqa: ASYNC109  # one limit for both kinds of job
        progress: Progress = False,
        poll_interval: float = INTERVAL,
    ) -> Self:
        """Wait until the file can be fetched, without fetching it: see `Job.wait`."""
        await self._fetch(self._waiting(progress, poll_interval, timeout), None)
        return self

    async def result(
        self,
        *,
        complete: bool = True,
        timeout: float | None = None,  # noqa: ASYNC109  # one limit for both kinds of job
        progress: Progress = False,
        poll_interval: float = INTERVAL,
    ) -> R:
        """Wait for the file and return it, in memory: see `Job.result`."""
        result: R = await self._fetch(self._waiting(progress, poll_interval, timeout), self._read)
        await self._complete_if(complete=complete)
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
        """Wait for the file, write it to the disk piece by piece, and return its path: see `Job.save`."""
        waiting = self._waiting(progress, poll_interval, timeout)
        saved = self.resume_data.saved_file(path)
        if saved is None:
            saved = await self._fetch(waiting, lambda response: self._write(response, path, overwrite=overwrite))
        await self._complete_if(complete=complete)
        return saved

    async def complete(self) -> None:
        """Have the server delete the file, which cannot be fetched after that."""
        try:
            await self._client.send(*self._step("complete"), options=self._options)
        except VeniceError as error:
            self._completed(error)
        else:
            self._completed()

    async def _poll(self) -> Poll:
        response: AsyncUnreadResponse[Any]
        response = await self._client.send(*self._step("retrieve"), options=self._options, mode="streamed")
        if response.media_type and self.KIND.is_file(response.media_type):
            return Poll(JobStatus("COMPLETED"), media=response)
        body = await response.read()
        return read_poll(await response.parse(), body, response, self.resume_data)

    async def _fetch(self, waiting: Waiting, take: Callable[[AsyncUnreadResponse[Any]], Awaitable[T]] | None) -> Any:
        """Wait until the file can be fetched, and return what `take` makes of it; a download that fails is repeated."""
        with self._attached(), waiting:
            while True:
                try:
                    poll = await self._poll()
                    if poll.status.is_done:
                        return await self._download(poll, take)
                except TRANSIENT as error:
                    pause = waiting.next_after_error(error)
                else:
                    pause = waiting.next_after(poll.status)
                await self._client._clock.sleep_async(pause)  # noqa: SLF001  # of its client

    async def _download(self, poll: Poll, take: Callable[[AsyncUnreadResponse[Any]], Awaitable[T]] | None) -> T | None:
        response: AsyncUnreadResponse[Any] = poll.media
        if take is None:
            if response is not None:
                await response.aclose()
            return None
        response = response or await fetch_async(self._client, poll.url or "")
        try:
            return await take(response)
        finally:
            await response.aclose()

    async def _read(self, response: AsyncUnreadResponse[Any]) -> R:
        self._media_type(response)
        return self._result(response, await response.read())

    async def _write(
        self, response: AsyncUnreadResponse[Any], path: str | os.PathLike[str], *, overwrite: bool
    ) -> Path:
        saving = self._begin_saving(response, path, overwrite=overwrite)
        try:
            async for piece in response.iter_bytes():
                saving.write(piece)
            return self._finish_saving(response, saving)
        except BaseException:
            saving.discard()  # the server still has it
            raise

    async def _complete_if(self, *, complete: bool) -> None:
        if complete:
            try:
                await self.complete()
            except VeniceError as error:
                self._not_completed(error)


class VideoJob(Job[VideoResult]):
    """A video that was ordered."""

    KIND = VIDEO
    RESULT = VideoResult


class AsyncVideoJob(AsyncJob[VideoResult]):
    """A video that was ordered."""

    KIND = VIDEO
    RESULT = VideoResult


class AudioJob(Job[AudioResult]):
    """A piece of music, or a sound, that was ordered."""

    KIND = AUDIO
    RESULT = AudioResult


class AsyncAudioJob(AsyncJob[AudioResult]):
    """A piece of music, or a sound, that was ordered."""

    KIND = AUDIO
    RESULT = AudioResult
