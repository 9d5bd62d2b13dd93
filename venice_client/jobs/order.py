"""
Ordering: the request, its fingerprint, and the job that follows from the response.

The fingerprint is a hash of the content as it is sent, so a picture that was changed on the disk is another request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, TypeVar, cast

import msgspec
from attrs import frozen

from venice_client._core.base_client import BaseClient
from venice_client._core.client import awaited
from venice_client._core.errors import RequestValidationError
from venice_client._core.request.body import choose_body, input_body
from venice_client._core.request.call import CallOptions
from venice_client._core.request.options import check_flag, check_mapping, check_path
from venice_client._core.response.response import Response, decode_error
from venice_client._core.response.save import Saving
from venice_client._core.schema.encoding import encode
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.values import is_upload
from venice_client.jobs.base_job import BaseJob, Kind
from venice_client.jobs.job import AsyncJob, Job
from venice_client.jobs.polling import Progress, Waiting
from venice_client.jobs.resume_file import PathInput, ResumeData, ResumeFile, ResumeSource, find_resume_data

JobT = TypeVar("JobT", bound=BaseJob[Any, Any])

_KEPT_OPTIONS: Final = ("extra_headers", "timeout")
"""Options of the order that later calls of the job need too: a header may give access."""


@frozen(kw_only=True)
class Delivery:
    """How the file of a job is waited for, and where it goes."""

    save_to: PathInput | None
    resume_file: PathInput | None
    overwrite: bool
    complete: bool
    progress: Progress
    poll_interval: float
    wait_timeout: float | None

    def check(self, kind: Kind) -> None:
        """Raise what would be raised after the order, when it is too late."""
        check_flag("overwrite", self.overwrite)
        check_flag("complete", self.complete)
        if self.save_to is not None:
            check_path("save_to", self.save_to)
        Waiting(self.progress, kind.name, lambda: 0.0, self.poll_interval, self.wait_timeout, name="wait_timeout")
        is_resumed = self.resume_file is not None and ResumeFile(self.resume_file).path.exists()
        if self.save_to is not None and not is_resumed:
            saving = Saving(self.save_to, kind.media_type, overwrite=self.overwrite)
            saving.discard()
            if (
                self.resume_file is not None
                and ResumeFile(self.resume_file).path.absolute() == saving.target.absolute()
            ):
                raise RequestValidationError(["resume_file must be another file than save_to"])

    def take(self, job: Job[Any] | AsyncJob[Any]) -> Any:
        """Return the result of a job, or the path where it was saved; of an async job, awaitable."""
        waiting: dict[str, Any] = {
            "complete": self.complete,
            "progress": self.progress,
            "poll_interval": self.poll_interval,
            "timeout": self.wait_timeout,
        }
        if self.save_to is None:
            return job.result(**waiting)
        return job.save(self.save_to, overwrite=self.overwrite, **waiting)


@frozen
class Order:
    """A request that is ready to be sent."""

    operation: Operation
    arguments: Mapping[str, Any]
    body: Any  # the model of the operation's body
    options: CallOptions
    fingerprint: str

    @classmethod
    def of(
        cls,
        client: BaseClient,
        operation: Operation,
        arguments: Mapping[str, Any],
        fields: Mapping[str, Any],
        options: CallOptions,
    ) -> Order:
        """Build the request. Pictures are encoded here, so that the fingerprint is of what is sent."""
        extra = check_mapping(options.get("extra_body"), "extra_body")
        body = input_body(operation, choose_body(operation, fields, extra), None)
        if operation.pictures:
            from venice_client.images.embed import with_pictures

            checked = options.get("validate", client.validate)
            body = with_pictures(operation, body, local_files=client.local_files, checked=checked)
        return cls(operation, arguments, body, options, fingerprint(operation.name, body, extra))

    @property
    def kept_options(self) -> CallOptions:
        """The options of the calls that follow."""
        return cast("CallOptions", {name: value for name, value in self.options.items() if name in _KEPT_OPTIONS})

    def read_response(self, value: Any, response: Response[Any]) -> ResumeData:
        """Read the response to an order. One without an id is an error that keeps the body, since it was paid for."""
        fields = value.to_dict() if isinstance(value, Model) else value if isinstance(value, dict) else {}
        queue_id, model, url = (fields.get(name) for name in ("queue_id", "model", "download_url"))
        if not isinstance(queue_id, str) or not isinstance(model, str):
            text = "the order was accepted, but its response must name queue_id and model"
            error = decode_error(response, text)
            error.may_have_been_charged = True
            raise error
        return ResumeData(
            operation=self.operation.key,
            queue_id=queue_id,
            model=model,
            download_url=url if isinstance(url, str) else None,
            fingerprint=self.fingerprint,
            ordered_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )


def fingerprint(operation: str, body: Any, extra: Mapping[str, Any] | None = None) -> str:
    """
    Return the SHA-256 of an operation, by its name, and the content of its body, whatever the order of fields.

    The address of an operation may change between two runs, its name stays.
    """
    digest = sha256()
    try:
        _feed(digest, [operation, encode(body), encode(extra or {})])
    except UnicodeEncodeError as error:
        raise RequestValidationError([f"body: cannot be written as JSON: {error}"]) from None
    return digest.hexdigest()


async def submit(make: type[JobT], client: Any, order: Order, path: PathInput | None) -> JobT:
    """Order, or take the order that the resume file holds, and return the job. `client` is of the kind of the job."""
    file = None if path is None else ResumeFile(path)
    operations = client._operations  # noqa: SLF001  # of its client
    if file is not None and (left := file.claim(order.operation.key, order.fingerprint, operations)):
        return make(client, left, file=file, options=order.kept_options)
    with _guarded(file):
        sent = client.send(
            order.operation,
            order.arguments,
            order.body,
            options=order.options,
            mode="value",
            convert=order.read_response,
        )
        data: ResumeData = await awaited(client, sent)
    job = make(client, data, file=file, options=order.kept_options)
    job.update_resume_file()
    return job


def resume(make: type[JobT], client: BaseClient, source: ResumeSource, options: Mapping[str, Any]) -> JobT:
    """Return the job of an order that was made before. A file that held it is kept up to date."""
    operations = client._operations  # noqa: SLF001  # of its client
    key = make.KIND.operation(client, "queue").key
    data, path = find_resume_data(source, key, operations, local_files=client.local_files)
    given: Any = {name: value for name, value in options.items() if value is not None}
    of_job: Any = client  # of the class that the job needs
    return make(of_job, data, file=None if path is None else ResumeFile(path), options=given)


@contextmanager
def _guarded(file: ResumeFile | None) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if file is not None:
            file.keep_or_remove(error)
        raise


def _feed(digest: Any, value: Any) -> None:
    if isinstance(value, Mapping):
        digest.update(b"{%d" % len(value))
        for name in sorted(value):
            _feed(digest, name)
            _feed(digest, value[name])
    elif isinstance(value, list | tuple):
        digest.update(b"[%d" % len(value))
        for item in value:
            _feed(digest, item)
    elif is_upload(value):
        digest.update(b"<%d:" % value.size)
        for piece in value.pieces():
            digest.update(piece)
    else:
        written = msgspec.json.encode(value, enc_hook=str)
        digest.update(b"=%d:" % len(written))
        digest.update(written)
