"""
Ordering: the request, its fingerprint, and the job that follows from the response.

The fingerprint is a hash of the content as it is sent, so a picture that was changed on the disk is another request.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Any, Final, TypeVar

import msgspec
from attrs import fields_dict, frozen

from venice_client._core.base_client import BaseClient
from venice_client._core.client import AsyncClient, SyncClient
from venice_client._core.errors import ResponseDecodeError
from venice_client._core.request.body import choose_body
from venice_client._core.request.call import CallOptions
from venice_client._core.response.response import Response
from venice_client._core.response.save import Saving
from venice_client._core.schema.encoding import encode
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.values import is_upload
from venice_client.jobs.base_job import BaseJob, Kind
from venice_client.jobs.job import AsyncJob, Job
from venice_client.jobs.polling import INTERVAL, WAIT, Progress, Waiting
from venice_client.jobs.resume_file import ResumeData, ResumeFile, ResumeSource, find_resume_data

JobT = TypeVar("JobT", bound=Job[Any])
AsyncJobT = TypeVar("AsyncJobT", bound=AsyncJob[Any])
AnyJobT = TypeVar("AnyJobT", bound=BaseJob[Any, Any])
PathInput = str | os.PathLike[str]

_CALL_OPTIONS: Final = frozenset(CallOptions.__annotations__)
_KEPT_OPTIONS: Final = ("extra_headers", "timeout")
"""Options of the order that later calls of the job need too: a header may give access."""


@frozen(kw_only=True)
class Delivery:
    """How the file of a job is waited for, and where it goes."""

    save_to: PathInput | None
    resume_file: PathInput | None = None
    overwrite: bool = False
    complete: bool = True
    progress: Progress = False
    poll_interval: float = INTERVAL
    wait_timeout: float | None = WAIT

    @classmethod
    def of(cls, save_to: PathInput | None, options: Mapping[str, Any]) -> tuple[Delivery, dict[str, Any]]:
        """Return the delivery that the options of `generate` say, and the other options: those of the order."""
        own = {name: value for name, value in options.items() if name in fields_dict(cls)}
        return cls(save_to=save_to, **own), {name: value for name, value in options.items() if name not in own}

    def check(self, kind: Kind) -> None:
        """Raise what would be raised after the order, when it is too late."""
        Waiting(self.progress, kind.name, lambda: 0.0, self.poll_interval, self.wait_timeout)
        is_resumed = self.resume_file is not None and ResumeFile(self.resume_file).path.exists()
        if self.save_to is not None and not is_resumed:
            Saving(self.save_to, kind.media_type, overwrite=self.overwrite).discard()

    @property
    def waiting(self) -> dict[str, Any]:
        """The arguments of `result` and `save`."""
        return {
            "complete": self.complete,
            "progress": self.progress,
            "poll_interval": self.poll_interval,
            "timeout": self.wait_timeout,
        }


@frozen
class Order:
    """A request that is ready to be sent."""

    operation: Operation
    body: Any  # the model of the operation's body
    options: CallOptions
    fingerprint: str

    @property
    def kept_options(self) -> CallOptions:
        """The options of the calls that follow."""
        kept: Any = {name: value for name, value in self.options.items() if name in _KEPT_OPTIONS}
        options: CallOptions = kept
        return options


def make_order(kind: Kind, client: BaseClient, parameters: Mapping[str, Any]) -> Order:
    """Build the request. Pictures are encoded here, so that the fingerprint is of what is sent."""
    operation = kind.operation("queue")
    options: Any = {name: value for name, value in parameters.items() if name in _CALL_OPTIONS}
    fields = {name: value for name, value in parameters.items() if name not in _CALL_OPTIONS}
    extra = options.get("extra_body")
    body = choose_body(operation, fields, extra, by_name=True)
    if operation.pictures:
        from venice_client.images.embed import with_pictures

        checked = options.get("validate", client.validate)
        body = with_pictures(operation, body, local_files=client.local_files, checked=checked)
    return Order(operation, body, options, fingerprint(operation.key, body, extra))


def fingerprint(operation: str, body: Any, extra: Mapping[str, Any] | None = None) -> str:
    """Return the SHA-256 of an operation and the content of its body, whatever the order of fields."""
    digest = sha256()
    _feed(digest, [operation, encode(body), encode(extra or {})])
    return digest.hexdigest()


def submit(make: type[JobT], client: SyncClient, parameters: Mapping[str, Any], path: PathInput | None = None) -> JobT:
    """Order, or take the order that the resume file holds, and return the job."""
    order = make_order(make.KIND, client, parameters)
    file = None if path is None else ResumeFile(path)
    if file is not None and (left := file.claim(order.operation.key, order.fingerprint)):
        return make(client, left, file=file, options=order.kept_options)
    with _guarded(file):
        data: ResumeData = client.send(
            order.operation, {}, order.body, options=order.options, mode="value", convert=partial(_resume_data, order)
        )
    job = make(client, data, file=file, options=order.kept_options)
    job.update_resume_file()
    return job


async def submit_async(
    make: type[AsyncJobT], client: AsyncClient, parameters: Mapping[str, Any], path: PathInput | None = None
) -> AsyncJobT:
    """Order, or take the order that the resume file holds, and return the job. Async files are awaited first."""
    from venice_client.images.embed import with_content

    parameters = await with_content(make.KIND.operation("queue"), parameters)
    order = make_order(make.KIND, client, parameters)
    file = None if path is None else ResumeFile(path)
    if file is not None and (left := file.claim(order.operation.key, order.fingerprint)):
        return make(client, left, file=file, options=order.kept_options)
    with _guarded(file):
        data: ResumeData = await client.send(
            order.operation, {}, order.body, options=order.options, mode="value", convert=partial(_resume_data, order)
        )
    job = make(client, data, file=file, options=order.kept_options)
    job.update_resume_file()
    return job


def generate(make: type[JobT], client: SyncClient, save_to: PathInput | None, options: Mapping[str, Any]) -> Any:
    """Order, wait, and return the result, or the path where it was saved."""
    delivery, parameters = Delivery.of(save_to, options)
    delivery.check(make.KIND)
    job = submit(make, client, parameters, delivery.resume_file)
    if delivery.save_to is None:
        return job.result(**delivery.waiting)
    return job.save(delivery.save_to, overwrite=delivery.overwrite, **delivery.waiting)


async def generate_async(
    make: type[AsyncJobT], client: AsyncClient, save_to: PathInput | None, options: Mapping[str, Any]
) -> Any:
    """Order, wait, and return the result, or the path where it was saved."""
    delivery, parameters = Delivery.of(save_to, options)
    delivery.check(make.KIND)
    job = await submit_async(make, client, parameters, delivery.resume_file)
    if delivery.save_to is None:
        return await job.result(**delivery.waiting)
    return await job.save(delivery.save_to, overwrite=delivery.overwrite, **delivery.waiting)


def resume(make: type[AnyJobT], client: BaseClient, source: ResumeSource, options: Mapping[str, Any]) -> AnyJobT:
    """Return the job of an order that was made before. A file that held it is kept up to date."""
    data, path = find_resume_data(source, make.KIND.operation("queue").key, local_files=client.local_files)
    given: Any = {name: value for name, value in options.items() if value is not None}
    of_job: Any = client  # of the class that the job needs
    return make(of_job, data, file=None if path is None else ResumeFile(path), options=given)


def _resume_data(order: Order, value: Any, response: Response[Any]) -> ResumeData:
    """Read the response to an order. One without an id is an error that keeps the body, since it was paid for."""
    fields = value.to_dict() if isinstance(value, Model) else value if isinstance(value, dict) else {}
    queue_id, model, url = (fields.get(name) for name in ("queue_id", "model", "download_url"))
    if not isinstance(queue_id, str) or not isinstance(model, str):
        error = ResponseDecodeError(
            "the order was accepted, but its response must name queue_id and model",
            status=response.status_code,
            media_type=response.media_type,
            body=response.content,
            request_id=response.request_id,
        )
        error.may_have_been_charged = True
        raise error
    return ResumeData(
        operation=order.operation.key,
        queue_id=queue_id,
        model=model,
        download_url=url if isinstance(url, str) else None,
        fingerprint=order.fingerprint,
        ordered_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


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
