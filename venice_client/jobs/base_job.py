"""
What jobs of both clients share: the data to resume them, and every decision except the waiting.

An error that happens after the order carries the job and names its id, so that nothing paid for is lost.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Final, Generic, TypeAlias, TypeVar

from attrs import evolve, frozen

from venice_client._core.base_client import BaseClient
from venice_client._core.client import AsyncClient, SyncClient
from venice_client._core.errors import NotFoundError, VeniceAPIError, VeniceError
from venice_client._core.request.body import choose_body
from venice_client._core.request.call import CallOptions
from venice_client._core.response.body_reader import AsyncUnreadResponse, UnreadResponse
from venice_client._core.response.save import Saving
from venice_client._core.schema.operation import Operation
from venice_client.jobs.polling import Progress, Waiting, decode_error
from venice_client.jobs.result import JobResult
from venice_client.jobs.resume_file import ResumeData, ResumeFile

logger = logging.getLogger("venice_client")

C = TypeVar("C", SyncClient, AsyncClient)
R = TypeVar("R", bound=JobResult)
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

    def _step(self, step: str) -> tuple[Operation, dict[str, Any], Any]:
        operation = self.KIND.operation(self._client, step)
        fields = {"model": self.model, "queue_id": self.queue_id}
        return operation, {}, choose_body(operation, fields, by_name=True)

    def _waiting(self, progress: Progress, interval: float, timeout: float | None) -> Waiting:
        now = self._client._clock.now  # noqa: SLF001  # of its client
        return Waiting(progress, self.KIND.name, now, interval, timeout)

    def _media_type(self, response: _Unread, body: bytes = b"") -> str:
        """Return the media type of a file. A page of HTML, or JSON, is not taken for one."""
        media_type = response.media_type
        if not self.KIND.is_file(media_type):
            raise decode_error(response, body, "the response must be the file")
        return media_type if media_type.startswith(("video/", "audio/")) else self.KIND.media_type

    def _result(self, response: _Unread, body: bytes) -> R:
        if not body:
            raise decode_error(response, body, "the file must not be empty")
        make: Any = self.RESULT
        result: R = make(body, self._media_type(response), response.headers, queue_id=self.queue_id, model=self.model)
        return result

    def _begin_saving(self, response: _Unread, path: str | os.PathLike[str], *, overwrite: bool) -> Saving:
        """Begin to save the file; what a killed run of this order has left of it is removed."""
        mark = sha256(self.queue_id.encode()).hexdigest()[:16] + "-"
        return Saving(path, self._media_type(response), overwrite=overwrite, mark=mark)

    def _finish_saving(self, response: _Unread, saving: Saving) -> Path:
        """Give the file its name. The resume file records it before, so that a later run finds out after a kill."""
        if not saving.size:
            raise decode_error(response, b"", "the file must not be empty")
        self.resume_data = evolve(self.resume_data, saved_as=str(saving.target.absolute()), saved_size=saving.size)
        self.update_resume_file()
        return saving.finish()

    def _completed(self, error: VeniceError | None = None) -> None:
        """Remove the resume file; a job that the server no longer has is completed too."""
        if error is not None and not isinstance(error, NotFoundError):
            raise error
        if self._file is not None:
            self._file.remove()

    def _not_completed(self, error: VeniceError) -> None:
        """Log that the server kept the file. It is saved, so the call succeeds."""
        text = "%s %s: the file is saved, but was not deleted on the server: %s"
        logger.warning(text, self.model, self.queue_id, error)
        if self._file is not None:
            self._file.remove()

    @contextmanager
    def _attached(self) -> Iterator[None]:
        """Attach the job to whatever is raised, Ctrl-C included."""
        try:
            yield
        except BaseException as error:
            if getattr(error, "job", None) is None:
                with suppress(AttributeError):
                    error.job = self  # type: ignore[attr-defined]  # an error of any class
                if isinstance(error, VeniceAPIError) and (error.method, error.status) in _GONE:
                    since = f"; it was ordered at {self.resume_data.ordered_at}" if self.resume_data.ordered_at else ""
                    error.advice = f"{error.advice} {_KEPT}{since}.".strip()
                source = repr(str(self._file.path)) if self._file else "error.job"
                way = f"venice.{self.KIND.name}.resume({source})"
                error.add_note(f"The order {self.queue_id!r} of model {self.model!r} stands; resume it with {way}.")
            raise

    def __reduce__(self) -> tuple[Any, ...]:
        # Headers of the caller are left out, as keys are.
        return _restored, (type(self), self._client, self.resume_data, self._file and str(self._file.path))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(queue_id={self.queue_id!r}, model={self.model!r})"


def _restored(kind: Any, client: Any, data: ResumeData, path: str | None) -> Any:
    return kind(client, data, file=ResumeFile(path) if path else None)
