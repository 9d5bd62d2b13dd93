"""
What a job is, sync and async alike: its handle, and every decision but the waiting.

An error that happens while it is fetched carries the job and tells its id, so that nothing paid is lost.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from attrs import evolve

from venice_client._core.base_client import BaseClient
from venice_client._core.client import AsyncClient, SyncClient
from venice_client._core.errors import NotFoundError, VeniceAPIError, VeniceError
from venice_client._core.request.body import choose_body
from venice_client._core.request.call import CallOptions
from venice_client._core.response.body_reader import AsyncUnreadResponse, UnreadResponse
from venice_client._core.response.save import Saving
from venice_client._core.retry.policy import Clock
from venice_client._core.schema.operation import Operation
from venice_client.jobs.kind import Kind
from venice_client.jobs.order_file import OrderFile
from venice_client.jobs.polling import Waiting, unreadable
from venice_client.jobs.progress import Progress, Reporter
from venice_client.jobs.result import JobResult
from venice_client.jobs.resume_file import Handle

logger = logging.getLogger("venice_client")

C = TypeVar("C", SyncClient, AsyncClient)
R = TypeVar("R", bound=JobResult)
_Answer = UnreadResponse[Any] | AsyncUnreadResponse[Any]
# The servers of files answer 403 where an address has expired.
_GONE = {(method, status) for method in ("GET", "POST") for status in (404, 410)} | {("GET", 403)}
_DAY = "the file is kept for 24 hours, and gone once `complete` was called"


class BaseJob(Generic[C, R]):
    """An order that was made, and paid for."""

    KIND: ClassVar[Kind]
    RESULT: ClassVar[type[JobResult]]

    def __init__(self, client: C, handle: Handle, *, file: OrderFile | None = None, options: Any = None) -> None:
        self.handle = handle
        self._client: C = client
        self._file = file
        self._options: CallOptions = {} if options is None else options

    @property
    def queue_id(self) -> str:
        """The id of the order."""
        return self.handle.queue_id

    @property
    def model(self) -> str:
        """The model that does the work."""
        return self.handle.model

    @property
    def download_url(self) -> str | None:
        """Where the file will be, if the order's answer said so: it gives access to whoever has it."""
        return self.handle.download_url

    @property
    def operation(self) -> str:
        """What ordered it, such as "POST /video/queue"."""
        return self.handle.operation

    def to_dict(self) -> dict[str, Any]:
        """Return the handle for JSON: all that `resume` needs."""
        return self.handle.to_dict()

    def to_json(self) -> str:
        """Return the handle as JSON: all that `resume` needs."""
        return self.handle.to_json()

    def save_handle(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """
        Write the handle to a file, and return its path. The file goes when the job is completed.

        Raises FileExistsError if there is such a file and `overwrite` is not set.
        """
        file = OrderFile(path)
        if not overwrite and os.path.lexists(file.path):
            raise FileExistsError(errno.EEXIST, "this file exists: choose another name", str(file.path))
        self._file = file
        self.keep()
        return file.path

    def keep(self) -> None:
        """Write the handle to the file that keeps it, where there is one."""
        if self._file is not None:
            with self._told():
                self._file.write(self.handle)

    def _step(self, step: str) -> tuple[Operation, dict[str, Any], Any]:
        operation = self.KIND.operation(step)
        fields = {"model": self.model, "queue_id": self.queue_id}
        return operation, {}, choose_body(operation, fields, by_name=True)

    def _clock(self) -> Clock:
        return clock_of(self._client)

    def _checked(self, answer: _Answer, body: bytes = b"") -> str:
        """Return the media type of a file that came. A page, or nothing at all, is not taken for one."""
        media_type = answer.media_type
        if not self.KIND.is_file(media_type):
            raise unreadable(answer, body, "the answer should be the file")
        return media_type if media_type.startswith(("video/", "audio/")) else self.KIND.media_type

    def _made(self, answer: _Answer, body: bytes) -> R:
        if not body:
            raise unreadable(answer, body, "the file is empty")
        result: Any = self.RESULT
        made: R = result(body, self._checked(answer), answer.headers, queue_id=self.queue_id, model=self.model)
        return made

    def _saving(self, answer: _Answer, path: str | os.PathLike[str], *, overwrite: bool) -> Saving:
        """Begin to save the file; what a run of this order that was killed has left of it goes."""
        mark = sha256(self.queue_id.encode()).hexdigest()[:16] + "-"
        return Saving(path, self._checked(answer), overwrite=overwrite, mark=mark)

    def _written(self, answer: _Answer, saving: Saving) -> Path:
        """Give the file its name. Its handle says so just before: whoever is killed in between finds out by it."""
        if not saving.size:
            raise unreadable(answer, b"", "the file is empty")
        target = saving.target.absolute()
        self.handle = evolve(self.handle, saved_as=str(target), saved_size=saving.size)
        self.keep()
        return saving.finish()

    def _completed(self, error: VeniceError | None = None) -> None:
        """Let the handle's file go; what the server has deleted already is complete too."""
        if error is not None and not isinstance(error, NotFoundError):
            raise error
        if self._file is not None:
            self._file.remove()

    def _not_completed(self, error: VeniceError) -> None:
        """The file is safe here: that the server keeps it for a while is no reason to fail."""
        logger.warning(
            "%s %s: its file is safe, and was not deleted on the server: %s", self.model, self.queue_id, error
        )
        if self._file is not None:
            self._file.remove()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            if getattr(error, "job", None) is None:
                with suppress(AttributeError):
                    error.job = self  # type: ignore[attr-defined]  # of any error: Ctrl-C must not lose it either
                if isinstance(error, VeniceAPIError) and (error.method, error.status) in _GONE:
                    since = f", and was ordered at {self.handle.ordered_at}" if self.handle.ordered_at else ""
                    error.advice = f"{error.advice} {_DAY}{since}.".strip()
                error.add_note(self._way_on())
            raise

    def _way_on(self) -> str:
        resume = f"venice.{self.KIND.name}.resume"
        way = f"{resume}({str(self._file.path)!r})" if self._file else f"{resume}(error.job)"
        return f"The order stands: queue_id {self.queue_id!r} of model {self.model!r}. Go on with {way}."

    def __reduce__(self) -> tuple[Any, ...]:
        # Headers of the caller's own stay behind, as keys do.
        return _restored, (type(self), self._client, self.handle, self._file and str(self._file.path))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(queue_id={self.queue_id!r}, model={self.model!r})"


def waiting_for(client: BaseClient, kind: Kind, progress: Progress, interval: float, timeout: float | None) -> Waiting:
    """Make what decides over one waiting. Raises RequestValidationError with all that is wrong with it."""
    return Waiting(Reporter(progress, kind.name), clock_of(client).now, interval, timeout)


def clock_of(client: BaseClient) -> Clock:
    """Return what passes the time of a client."""
    return client._clock  # noqa: SLF001  # tests replace it, so that nobody waits


def _restored(kind: Any, client: Any, handle: Handle, path: str | None) -> Any:
    return kind(client, handle, file=OrderFile(path) if path else None)
