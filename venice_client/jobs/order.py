"""
How work is ordered: the request, its fingerprint, and the handle that its answer gives.

Sync and async differ in `submit` alone. Once an answer came, every error carries the job, so that it can be gone on
with.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypedDict, TypeVar

from attrs import frozen

from venice_client._core.base_client import BaseClient
from venice_client._core.client import AsyncClient, SyncClient
from venice_client._core.errors import ResponseDecodeError
from venice_client._core.request.body import choose_body
from venice_client._core.request.call import CallOptions
from venice_client._core.response.response import Response
from venice_client._core.response.save import Saving
from venice_client._core.schema.model import Model
from venice_client._core.schema.operation import Operation
from venice_client.jobs.async_job import AsyncJob
from venice_client.jobs.fingerprint import fingerprint
from venice_client.jobs.job import Job
from venice_client.jobs.kind import Kind
from venice_client.jobs.order_file import OrderFile
from venice_client.jobs.polling import INTERVAL, WAIT
from venice_client.jobs.progress import Progress
from venice_client.jobs.resource import BaseJob, waiting_for
from venice_client.jobs.resume_file import Handle, HandleInput, find_handle

J = TypeVar("J", bound=Job[Any])
A = TypeVar("A", bound=AsyncJob[Any])
K = TypeVar("K", bound=BaseJob[Any, Any])
_CALL = frozenset(CallOptions.__annotations__)
_FOR_ALL = ("extra_headers", "timeout")
"""What is said of the order holds for the questions that follow: it may be what gives access."""


class Fetching(TypedDict, total=False):
    """What `generate` takes beside the order: how the work is waited for, and what becomes of the file."""

    handle: str | os.PathLike[str]
    """A file that keeps the order until the result is safe; a second run of the same request goes on with it."""
    overwrite: bool
    """Whether `save_to` may replace a file."""
    complete: bool
    """Whether the server is told to delete the file when it is safe here (True)."""
    progress: Progress
    """True for a bar on a terminal, or a function of the seconds that passed and of those that are usual."""
    poll_interval: float
    """The seconds between two questions (5)."""
    wait_timeout: float | None
    """The seconds after which VeniceTimeoutError is raised, whose `job` goes on (3600); None: as long as it takes."""


@frozen
class Order:
    """A request that is ready to be sent."""

    operation: Operation
    body: Any
    options: Any
    fingerprint: str

    @property
    def later(self) -> Any:
        """The options of the calls that follow."""
        return {name: self.options[name] for name in _FOR_ALL if name in self.options}


def order_of(kind: Kind, client: BaseClient, options: Mapping[str, Any]) -> Order:
    """Make the request. Pictures get the form that they travel in, so that what is hashed is what is sent."""
    operation = kind.operation("queue")
    call_options = {name: value for name, value in options.items() if name in _CALL}
    fields = {name: value for name, value in options.items() if name not in _CALL}
    extra = call_options.get("extra_body")
    body = choose_body(operation, fields, extra, by_name=True)
    if operation.pictures:
        from venice_client.images.embed import with_pictures

        checked = call_options.get("validate", client.validate)
        body = with_pictures(operation, body, local_files=client.local_files, checked=checked)
    return Order(operation, body, call_options, fingerprint(operation.key, body, extra))


def handle_from(order: Order, response: Response[Any]) -> Handle:
    """Read the answer to an order. One that names no id is an error that keeps what came: it was paid for."""
    value = response.parsed
    raw = value.to_dict() if isinstance(value, Model) else value if isinstance(value, dict) else {}
    queue_id, model, url = (raw.get(name) for name in ("queue_id", "model", "download_url"))
    if not isinstance(queue_id, str) or not isinstance(model, str):
        raise ResponseDecodeError(
            "the order was taken, and the answer names no queue_id and model",
            status=response.status_code,
            media_type=response.media_type,
            body=response.content,
            request_id=response.request_id,
        )
    return Handle(
        operation=order.operation.key,
        queue_id=queue_id,
        model=model,
        download_url=url if isinstance(url, str) else None,
        fingerprint=order.fingerprint,
        ordered_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def submit(make: type[J], client: SyncClient, options: Mapping[str, Any], path: Any = None) -> J:
    """Order the work, or take up the order that a file holds, and return its job."""
    order = order_of(make.KIND, client, options)
    file = None if path is None else OrderFile(path)
    left = file and file.claim(order.operation.key, order.fingerprint)
    if left:
        return make(client, left, file=file, options=order.later)
    with _under_way(file):
        response = client.send(order.operation, {}, order.body, options=order.options, mode="raw")
        handle = handle_from(order, response)
    job = make(client, handle, file=file, options=order.later)
    job.keep()
    return job


async def submit_async(make: type[A], client: AsyncClient, options: Mapping[str, Any], path: Any = None) -> A:
    """Order the work, or take up the order that a file holds, and return its job."""
    order = order_of(make.KIND, client, options)
    file = None if path is None else OrderFile(path)
    left = file and file.claim(order.operation.key, order.fingerprint)
    if left:
        return make(client, left, file=file, options=order.later)
    with _under_way(file):
        handle = handle_from(
            order, await client.send(order.operation, {}, order.body, options=order.options, mode="raw")
        )
    job = make(client, handle, file=file, options=order.later)
    job.keep()
    return job


def generate(make: type[J], client: SyncClient, save_to: Any, options: Mapping[str, Any]) -> Any:
    """Order the work, wait for it, and return the result, or the path where it was saved."""
    fetching, fields = _split(make.KIND, client, save_to, options)
    job = submit(make, client, fields, options.get("handle"))
    if save_to is None:
        return job.result(**fetching)
    return job.save(save_to, overwrite=options.get("overwrite", False), **fetching)


async def generate_async(make: type[A], client: AsyncClient, save_to: Any, options: Mapping[str, Any]) -> Any:
    """Order the work, wait for it, and return the result, or the path where it was saved."""
    fetching, fields = _split(make.KIND, client, save_to, options)
    job = await submit_async(make, client, fields, options.get("handle"))
    if save_to is None:
        return await job.result(**fetching)
    return await job.save(save_to, overwrite=options.get("overwrite", False), **fetching)


def resume(make: type[K], client: BaseClient, source: HandleInput, options: Mapping[str, Any]) -> K:
    """Return the job of an order that was made before; a file that held it is kept up to date."""
    handle, path = find_handle(source, make.KIND.ordering, local_files=client.local_files)
    later = {name: options[name] for name in _FOR_ALL if name in options}
    of: Any = client  # of the kind that the job is for
    return make(of, handle, file=None if path is None else OrderFile(path), options=later)


def _split(
    kind: Kind, client: BaseClient, save_to: Any, options: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part what is for the waiting from what is ordered, and check the former: after the order it would be too late."""
    fields = {name: value for name, value in options.items() if name not in Fetching.__annotations__}
    fetching = {
        "complete": options.get("complete", True),
        "progress": options.get("progress", False),
        "poll_interval": options.get("poll_interval", INTERVAL),
        "timeout": options.get("wait_timeout", WAIT),
    }
    waiting_for(client, kind, fetching["progress"], fetching["poll_interval"], fetching["timeout"])
    path = options.get("handle")
    if save_to is not None and not (path is not None and OrderFile(path).path.exists()):
        Saving(save_to, kind.media_type, overwrite=options.get("overwrite", False)).discard()
    return fetching, fields


@contextmanager
def _under_way(file: OrderFile | None) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if file is not None:
            file.failed(error)
        raise
