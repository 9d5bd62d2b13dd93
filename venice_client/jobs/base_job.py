"""
What jobs of both clients share: the data to resume them, and how they are polled, fetched and completed.

What waits is a coroutine. That of a sync client's job never hands over to an event loop: `run_blocking` runs it.

An error that happens after the order carries the job and names its id, so that nothing paid for is lost.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Final, Generic, TypeAlias, TypeVar

from attrs import evolve, frozen

from venice_client._core.base_client import BaseClient
from venice_client._core.client import AsyncClient, SyncClient, awaited
from venice_client._core.download import fetch
from venice_client._core.errors import JobFailedError, NotFoundError, VeniceAPIError, VeniceError
from venice_client._core.request.body import choose_body
from venice_client._core.request.call import CallOptions, Mode
from venice_client._core.request.options import check_flag
from venice_client._core.response.body_reader import AsyncUnreadResponse, UnreadResponse
from venice_client._core.response.save import Saving
from venice_client._core.response.sniffing import sniff
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.sentinel import UNSET
from venice_client.jobs.polling import (
    ENDED,
    TRANSIENT,
    JobStatus,
    Poll,
    Progress,
    Waiting,
    check_file,
    read_poll,
    wrong_content,
)
from venice_client.jobs.result import JobResult
from venice_client.jobs.resume_file import ResumeData, ResumeFile

logger = logging.getLogger("venice_client")

C = TypeVar("C", SyncClient, AsyncClient)
R = TypeVar("R", bound=JobResult)
T = TypeVar("T")
_Unread: TypeAlias = UnreadResponse[Any] | AsyncUnreadResponse[Any]
# Servers of files answer 403 where an address has expired.
_GONE: Final = {(method, status) for method in ("GET", "POST") for status in (404, 410)} | {("GET", 403)}
_KEPT: Final = "The file is kept for 24 hours, and deleted by `complete`"
# Servers of files often say no more than that it is bytes.
_FILES: Final = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/mp4", "application/ogg"})


@frozen(kw_only=True)
class Kind:
    """A kind of job."""

    name: str
    """The resource, as in `venice.video`."""
    media_type: str
    """The media type of a file whose server does not say."""

    def operation(self, client: BaseClient, step: str) -> Operation:
        """Return the operation of a step: queue, retrieve or complete."""
        return client._operations.require(f"POST /{self.name}/{step}")  # noqa: SLF001  # of its client

    def is_file(self, media_type: str) -> bool:
        """Whether a response of this media type is the file itself."""
        return media_type.startswith(("video/", "audio/")) or media_type in _FILES


class BaseJob(Generic[C, R]):
    """An order that was made and paid for."""

    KIND: ClassVar[Kind]
    RESULT: ClassVar[type[JobResult]]

    def __init__(
        self, client: C, data: ResumeData, *, file: ResumeFile | None = None, options: CallOptions | None = None
    ) -> None:
        self.resume_data = data
        """What `resume` needs, in this process or in another one."""
        self._client: C = client
        self._file = file
        self._options: CallOptions = options or {}

    @property
    def queue_id(self) -> str:
        """The id of the order."""
        return self.resume_data.queue_id

    @property
    def model(self) -> str:
        """The model that does the work."""
        return self.resume_data.model

    @property
    def download_url(self) -> str | None:
        """The address of the file, if the response to the order named one. It gives access to the file."""
        return self.resume_data.download_url

    @property
    def operation(self) -> str:
        """The operation that ordered it, such as "POST /video/queue"."""
        return self.resume_data.operation

    def to_dict(self) -> dict[str, Any]:
        """Return the resume data for JSON."""
        return self.resume_data.to_dict()

    def to_json(self) -> str:
        """Return the resume data as JSON."""
        return self.resume_data.to_json()

    def save_resume_file(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """
        Write the resume data to a file, and return its path. The file is removed when the job is completed.

        Raises FileExistsError if the file exists and `overwrite` is not set.
        """
        file = ResumeFile(path)
        if not overwrite and os.path.lexists(file.path):
            raise FileExistsError(errno.EEXIST, "this file exists: choose another name", str(file.path))
        self._file = file
        self.update_resume_file()
        return file.path

    def update_resume_file(self) -> None:
        """Write the resume data to the job's resume file, if it has one."""
        if self._file is not None:
            with self._attached():
                self._file.write(self.resume_data)

    async def _status(self) -> JobStatus:
        """Poll once."""
        with self._attached():
            poll = await self._poll()
            if poll.media is not None:
                await awaited(self._client, poll.media.close())
            return poll.status

    async def _fetch_result(self, waiting: Waiting, *, complete: bool) -> R:
        check_flag("complete", complete)
        result: R = await self._fetch(waiting, self._read)
        if complete:
            await self._complete_after_fetch()
        return result

    async def _fetch_file(
        self, waiting: Waiting, path: str | os.PathLike[str], *, overwrite: bool, complete: bool
    ) -> Path:
        check_flag("complete", complete)
        check_flag("overwrite", overwrite)
        saved = self.resume_data.saved_file(path)
        if saved is None:
            saved = await self._fetch(waiting, partial(self._write, path, overwrite=overwrite))
        if complete:
            await self._complete_after_fetch()
        return saved

    async def _complete(self) -> None:
        """Have the server delete the file, and remove the resume file. A job that the server lacks is completed too."""
        with suppress(NotFoundError):
            await self._send("complete")
        if self._file is not None:
            self._file.remove()

    async def _complete_after_fetch(self) -> None:
        """Do the same; the file is there, so the call succeeds even where the server keeps its copy."""
        try:
            await self._complete()
        except VeniceError as error:
            text = "%s %s: the file is saved, but was not deleted on the server: %s"
            logger.warning(text, self.model, self.queue_id, error)
            if self._file is not None:
                self._file.remove()

    async def _fetch(self, waiting: Waiting, take: Callable[[_Unread], Awaitable[T]] | None) -> Any:
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
                await self._client._sleep(pause)  # noqa: SLF001  # of its client

    async def _poll(self) -> Poll:
        response: _Unread = await self._send("retrieve", mode="streamed")
        if response.media_type and self.KIND.is_file(response.media_type):
            return Poll(JobStatus("COMPLETED"), media=response)
        body = await awaited(self._client, response.read())
        if not response.media_type and (sniff(body) or "").startswith(("video/", "audio/")):
            return Poll(JobStatus("COMPLETED"), media=response)
        return read_poll(await awaited(self._client, response.parse()), body, response, self.resume_data)

    async def _download(self, poll: Poll, take: Callable[[_Unread], Awaitable[T]] | None) -> T | None:
        response: _Unread | None = poll.media
        if take is None:
            if response is not None:
                await awaited(self._client, response.close())
            return None
        if response is None:
            response = await fetch(self._client, poll.url or "")
        try:
            return await take(response)
        finally:
            await awaited(self._client, response.close())

    async def _read(self, response: _Unread) -> R:
        media_type = self._media_type(response)
        body = await awaited(self._client, response.read())
        check_file(response, body)
        make: Any = self.RESULT
        result: R = make(body, media_type, response.headers, queue_id=self.queue_id, model=self.model)
        return result

    async def _write(self, path: str | os.PathLike[str], response: _Unread, *, overwrite: bool) -> Path:
        saving = self._begin_saving(response, path, overwrite=overwrite)
        try:
            if isinstance(response, AsyncUnreadResponse):
                from anyio import to_thread  # the disk holds up no other task

                async for piece in response.iter_bytes():
                    await to_thread.run_sync(saving.write, piece)
            else:
                for piece in response.iter_bytes():
                    saving.write(piece)
            return self._finish_saving(response, saving)
        except BaseException:
            saving.discard()  # the server still has it
            raise

    async def _send(self, step: str, mode: Mode | None = None) -> Any:
        operation = self.KIND.operation(self._client, step)
        fields = {"model": self.model, "queue_id": self.queue_id}
        # A new contract may take them in the path or the query, and what was paid for must still be fetched.
        given = {item.name: fields.pop(item.wire) for item in operation.parameters if item.wire in fields}
        body = choose_body(operation, fields, by_name=True) if operation.bodies else UNSET
        return await awaited(self._client, self._client.send(operation, given, body, options=self._options, mode=mode))

    def _waiting(self, progress: Progress, interval: float, timeout: float | None) -> Waiting:
        now = self._client._clock.now  # noqa: SLF001  # of its client
        return Waiting(progress, self.KIND.name, now, interval, timeout)

    def _media_type(self, response: _Unread) -> str:
        """Return the media type of a file. A page of HTML, or JSON, is not taken for one."""
        media_type = response.media_type
        if not self.KIND.is_file(media_type):
            raise wrong_content(response, b"", "the response must be the file")
        return media_type if media_type.startswith(("video/", "audio/")) else self.KIND.media_type

    def _begin_saving(self, response: _Unread, path: str | os.PathLike[str], *, overwrite: bool) -> Saving:
        """Begin to save the file; what a killed run of this order has left of it is removed."""
        mark = sha256(self.queue_id.encode()).hexdigest()[:16] + "-"
        return Saving(path, self._media_type(response), overwrite=overwrite, mark=mark)

    def _finish_saving(self, response: _Unread, saving: Saving) -> Path:
        """Give the file its name. The resume file records it before, so that a later run finds out after a kill."""
        check_file(response, saving.head)
        self.resume_data = evolve(self.resume_data, saved_as=str(saving.target.absolute()), saved_size=saving.size)
        self.update_resume_file()
        return saving.finish()

    @contextmanager
    def _attached(self) -> Iterator[None]:
        """Attach the job to whatever is raised, Ctrl-C included."""
        try:
            yield
        except BaseException as error:
            if getattr(error, "job", None) is None:
                with suppress(AttributeError):
                    error.job = self  # type: ignore[attr-defined]  # an error of any class
                if isinstance(error, VeniceAPIError) and _is_gone(error):
                    since = f"; it was ordered at {self.resume_data.ordered_at}" if self.resume_data.ordered_at else ""
                    error.advice = f"{error.advice} {_KEPT}{since}.".strip()
                error.add_note(self._way_out(error))
            raise

    def _way_out(self, error: BaseException) -> str:
        order = f"The order {self.queue_id!r} of model {self.model!r}"
        again = f"delete {self._file.path} to order again" if self._file else ""
        if isinstance(error, JobFailedError) and error.status in ENDED:
            return f"{order} has ended, and no file will come{again and '; '}{again}."
        has_order = self._file is not None and self._file.has_order
        source = repr(str(self._file.path)) if self._file and has_order else "error.job"
        gone = f"; if its file is gone, {again}" if again and _is_gone(error) else ""
        return f"{order} stands; resume it with venice.{self.KIND.name}.resume({source}){gone}."

    def __reduce__(self) -> tuple[Any, ...]:
        # Headers of the caller are left out, as keys are.
        return _restored, (type(self), self._client, self.resume_data, self._file and str(self._file.path))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(queue_id={self.queue_id!r}, model={self.model!r})"


def _is_gone(error: BaseException) -> bool:
    return isinstance(error, VeniceAPIError) and (error.method, error.status) in _GONE


def _restored(kind: Any, client: Any, data: ResumeData, path: str | None) -> Any:
    return kind(client, data, file=ResumeFile(path) if path else None)
