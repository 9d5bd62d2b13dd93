"""A job of the sync client: asks, waits, and fetches the file. What it decides is `base`'s and `polling`'s work."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar

from venice_client._core.client import SyncClient
from venice_client._core.download import fetch
from venice_client._core.errors import VeniceError
from venice_client._core.response.body_reader import UnreadResponse
from venice_client.jobs.polling import INTERVAL, PASSING, Found, JobStatus, Waiting, found_of
from venice_client.jobs.progress import Progress
from venice_client.jobs.resource import BaseJob, R, waiting_for

T = TypeVar("T")


class Job(BaseJob[SyncClient, R]):
    """An order that was made and paid for: ask for its status, wait for it, fetch its file."""

    def status(self) -> JobStatus:
        """Ask once how far it is."""
        with self._told():
            found = self._ask()
            if found.media is not None:
                found.media.close()
            return found.status

    def wait(
        self, *, timeout: float | None = None, progress: Progress = False, poll_interval: float = INTERVAL
    ) -> Self:
        """
        Wait until the file is there, and fetch nothing.

        Args:
            timeout: The seconds after which VeniceTimeoutError is raised; without it, as long as it takes.
            progress: True for a bar on a terminal, or a function of the seconds that passed and that are usual.
            poll_interval: The seconds between two questions.
        """
        self._come(waiting_for(self._client, self.KIND, progress, poll_interval, timeout), None)
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
        Wait for the file and return it, held in memory; with `complete`, the server then deletes its own.

        See `wait` for the other arguments, and `save` for a file that is too large for that.
        """
        waiting = waiting_for(self._client, self.KIND, progress, poll_interval, timeout)
        result: R = self._come(waiting, self._read)
        self._end(complete=complete)
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
        Wait for the file, write it to the disk as it comes, and return its path: see `BinaryContent.save`.

        With `complete`, the server then deletes its own. See `wait` for the other arguments.
        """
        waiting = waiting_for(self._client, self.KIND, progress, poll_interval, timeout)
        saved = self.handle.saved(path)
        if saved is None:
            saved = self._come(waiting, lambda answer: self._write(answer, path, overwrite=overwrite))
        self._end(complete=complete)
        return saved

    def complete(self) -> None:
        """Let the server delete the file. Nothing is left to be fetched then."""
        try:
            self._client.send(*self._step("complete"), options=self._options)
        except VeniceError as error:
            self._completed(error)
        else:
            self._completed()

    def _ask(self) -> Found:
        answer: UnreadResponse[Any]
        answer = self._client.send(*self._step("retrieve"), options=self._options, mode="streamed")
        if answer.media_type and self.KIND.is_file(answer.media_type):
            return Found(JobStatus("COMPLETED"), media=answer)
        body = answer.read()
        return found_of(answer.parse(), body, answer, self.handle)

    def _come(self, waiting: Waiting, take: Callable[[UnreadResponse[Any]], T] | None) -> Any:
        """Wait until the file is there, and return what `take` makes of it; a fetching that fails is made anew."""
        with self._told(), waiting:
            while True:
                try:
                    found = self._ask()
                    if found.status.is_done:
                        return self._take(found, take)
                except PASSING as error:
                    pause = waiting.failed(error)
                else:
                    pause = waiting.heard(found.status)
                self._clock().sleep(pause)

    def _take(self, found: Found, take: Callable[[UnreadResponse[Any]], T] | None) -> T | None:
        answer: UnreadResponse[Any] = found.media
        if take is None:
            if answer is not None:
                answer.close()
            return None
        answer = answer or fetch(self._client, found.url or "")
        try:
            return take(answer)
        finally:
            answer.close()

    def _read(self, answer: UnreadResponse[Any]) -> R:
        self._checked(answer)
        return self._made(answer, answer.read())

    def _write(self, answer: UnreadResponse[Any], path: str | os.PathLike[str], *, overwrite: bool) -> Path:
        saving = self._saving(answer, path, overwrite=overwrite)
        try:
            for piece in answer.iter_bytes():
                saving.write(piece)
            return self._written(answer, saving)
        except BaseException:
            saving.discard()  # the server has it still
            raise

    def _end(self, *, complete: bool) -> None:
        if complete:
            try:
                self.complete()
            except VeniceError as error:
                self._not_completed(error)
