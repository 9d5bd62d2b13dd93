"""
The work of a keeper, in the process of its own: orders come in, calls are made, outcomes go out. What it is for, and
who starts it, is told in `keeper`.

It ends when its orders end, and not before what is under way has ended: a service manager, or a person, who sends the
whole group of processes a signal must not cut off what is paid for. SIGKILL does.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, Final

import attrs

from venice_client._core.retry.policy import Attempt
from venice_client.batch.job import Job
from venice_client.batch.manifest import Manifest
from venice_client.batch.result import MapResult
from venice_client.batch.runner import Work, send
from venice_client.batch.task import Task

READY: Final = "ready"
HEARD: Final = "a failure"
"""What a keeper tells beside outcomes, each with a job that is none."""


@attrs.frozen
class Order:
    """What a keeper is told first."""

    key: str = attrs.field(repr=False)
    base_url: str
    choices: dict[str, Any]
    task: Task
    to: Path
    manifest: Path
    held: int
    concurrency: int


def keep(orders: IO[bytes], replies: IO[bytes]) -> None:
    """Work as a keeper, until there are no more orders and nothing is under way."""
    from venice_client.client import Venice

    order: Order = pickle.load(orders)  # noqa: S301  # of the process that started us
    manifest = Manifest(order.manifest, held=order.held)
    work = Work(order.task, to=order.to, manifest=order.manifest, resend_unknown=True, local_files=True)
    work.manifest = manifest
    stop, lock = threading.Event(), threading.Lock()
    under_way = 0

    def do(client: Venice, job: Job) -> None:
        nonlocal under_way
        outcome: MapResult | Exception
        try:
            outcome = send(work, order.task, client, job, stop)
        except Exception as error:  # noqa: BLE001  # it belongs to the program that asked
            outcome = error
        tell(_reply(job.id, outcome))
        with lock:
            under_way -= 1

    def tell(reply: bytes) -> None:
        with lock, contextlib.suppress(OSError, ValueError):  # nobody is left to be told; the manifest knows
            replies.write(reply)
            replies.flush()

    def attempted(attempt: Attempt) -> None:
        if attempt.status is not None and attempt.status >= 400:
            tell(pickle.dumps(("", HEARD)))

    with (
        Venice(order.key, base_url=order.base_url, on_attempt=attempted, **order.choices) as client,
        ThreadPoolExecutor(order.concurrency) as pool,
    ):
        tell(pickle.dumps(("", READY)))
        with contextlib.suppress(EOFError, pickle.UnpicklingError):  # a program that is killed may leave half an order
            while True:
                job: Job | None = pickle.load(orders)  # noqa: S301  # the same
                if job is None:
                    stop.set()
                    continue
                with lock:
                    under_way += 1
                pool.submit(do, client, job)
        stop.set()
        with lock:
            if under_way:
                manifest.mark("keeper ending")


def _reply(job: str, outcome: MapResult | Exception) -> bytes:
    try:
        return pickle.dumps((job, outcome))
    except Exception:  # noqa: BLE001  # an error of any kind, which may hold anything
        return pickle.dumps((job, RuntimeError(f"{type(outcome).__name__}: {outcome}")))


def main() -> None:
    """Take orders from the standard input. What libraries print goes where errors go."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    keep(sys.stdin.buffer, replies)
    with contextlib.suppress(OSError):  # what is left in it, nobody is there to read
        replies.close()


if __name__ == "__main__":
    main()
