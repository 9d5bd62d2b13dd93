"""Jobs of both clients: poll, wait, fetch the file, and complete. `base_job` does the work."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Self

from venice_client._core.client import AsyncClient, SyncClient, run_blocking
from venice_client._core.request.arguments import check_methods
from venice_client.jobs.base_job import BaseJob, Kind, R
from venice_client.jobs.polling import INTERVAL, JobStatus, Progress
from venice_client.jobs.result import AudioResult, VideoResult

VIDEO: Final = Kind(name="video", media_type="video/mp4")
AUDIO: Final = Kind(name="audio", media_type="audio/mpeg")


class Job(BaseJob[SyncClient, R]):
    """An order that was made and paid for."""

    def status(self) -> JobStatus:
        """Poll once."""
        return run_blocking(self._status())

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
        run_blocking(self._fetch(self._waiting(progress, poll_interval, timeout), None))
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
        waiting = self._waiting(progress, poll_interval, timeout)
        return run_blocking(self._fetch_result(waiting, complete=complete))

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
        return run_blocking(self._fetch_file(waiting, path, overwrite=overwrite, complete=complete))

    def complete(self) -> None:
        """Have the server delete the file, which cannot be fetched after that."""
        run_blocking(self._complete())


class AsyncJob(BaseJob[AsyncClient, R]):
    """An order that was made and paid for; its methods are those of `Job`, awaited."""

    async def status(self) -> JobStatus:
        """Poll once."""
        return await self._status()

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
        return await self._fetch_result(self._waiting(progress, poll_interval, timeout), complete=complete)

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
        return await self._fetch_file(waiting, path, overwrite=overwrite, complete=complete)

    async def complete(self) -> None:
        """Have the server delete the file, which cannot be fetched after that."""
        await self._complete()


check_methods(Job)
check_methods(AsyncJob)


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
