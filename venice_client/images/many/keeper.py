"""
A process that makes the paid calls of `images.map`, so that killing the program that asked for them loses none.

No request of the API carries a key by which a second sending would be known as the same. So a call that is cut off
when its process dies is paid for, and its picture is lost. The keeper is a process of its own, in a session of its
own: when the program is killed, its terminal closed, or the memory short, the keeper ends the calls that are under
way, saves their pictures, tells the manifest, and exits. It holds the manifest until then, so that the next run waits
for it. It begins nothing by itself, and nothing survives that ends it too, such as a power cut.

What can't be carried over to another process runs in the program itself: callables, clients with hooks, signers or
HTTP clients of the caller's own, systems without POSIX. The keeper tells of each failed call, so that the client's own
count of failures holds for its calls too. The key travels in a pipe, not in arguments or in the environment.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import attrs

from venice_client.core.budget import FailureBudget
from venice_client.core.errors import VeniceConnectionError
from venice_client.core.retry import Attempt
from venice_client.images.many.folder import Item
from venice_client.images.many.job import Job
from venice_client.images.many.manifest import Manifest
from venice_client.images.many.outcome import MapResult
from venice_client.images.many.task import Task
from venice_client.images.many.work import Work, send

logger = logging.getLogger("venice_client")


@attrs.frozen
class _Order:
    """What a keeper is told first."""

    key: str = attrs.field(repr=False)
    base_url: str
    choices: dict[str, Any]
    task: Task
    to: Path
    manifest: Path
    held: int
    concurrency: int


def keeper_for(client: Any, task: Task, *, to: Path, manifest: Manifest, concurrency: int) -> Keeper | None:
    """Start a keeper; None where the work can't be carried over to another process."""
    order = _order(client, task, to=to, manifest=manifest, concurrency=concurrency)
    if order is None or os.name != "posix" or not sys.executable or getattr(sys, "frozen", False):
        return None
    try:
        return Keeper(order, client.budget)
    except OSError as error:
        logger.warning("images.map: no process could be started to survive this one: %s", error)
        return None


def _order(client: Any, task: Task, *, to: Path, manifest: Manifest, concurrency: int) -> _Order | None:
    from venice_client.client import AsyncVenice, Venice

    if type(client) not in (Venice, AsyncVenice) or not task.is_own or not client.is_portable:
        return None
    _make, (_kind, base_url, timeout, choices) = client.__reduce__()
    if choices.get("transport") == "aiohttp":  # the keeper works in threads
        choices = {**choices, "transport": None}
    order = _Order(
        key=client._api_key or "",  # noqa: SLF001  # a client tells its key to nobody else
        base_url=base_url,
        choices={**choices, "timeout": timeout},
        task=task,
        to=to,
        manifest=manifest.path,
        held=manifest.fd,
        concurrency=concurrency,
    )
    try:
        pickle.dumps(order)
    except Exception:  # noqa: BLE001  # an option of any kind, which may raise anything
        return None
    return order


class Keeper:
    """The keeper as its program sees it. Any number of threads may submit jobs."""

    def __init__(self, order: _Order, budget: FailureBudget) -> None:
        self._budget = budget
        self._waiting: dict[str, Future[MapResult]] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._gone = False
        # What this process can import, the other one can; -P keeps its working folder out of that.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "venice_client.images.many.keeper"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[order.held],
            start_new_session=True,
            env=environment,
        )
        assert self._process.stdin is not None  # noqa: S101  # for the type checker: both are pipes
        assert self._process.stdout is not None  # noqa: S101
        self._orders: IO[bytes] = self._process.stdin
        self._replies: IO[bytes] = self._process.stdout
        self._tell(order)
        self._reader = threading.Thread(target=self._read, name="venice-keeper", daemon=True)
        self._reader.start()

    def submit(self, job: Job) -> Future[MapResult] | None:
        """
        Have a job done; None where the process is no more, and has not been told of it. The outcome is a
        VeniceConnectionError where it is killed meanwhile.
        """
        outcome: Future[MapResult] = Future()
        with self._lock:
            if self._gone:
                return None
            self._waiting[job.id] = outcome
        if self._tell(attrs.evolve(job, item=Item(job.item.index, job.item.name, None))):
            return outcome
        with self._lock:
            told_of_its_end = self._waiting.pop(job.id, None) is None
        return outcome if told_of_its_end else None

    def stop(self) -> None:
        """Have no call tried again."""
        self._tell(None)

    def close(self) -> None:
        """Wait for what is under way, and end the process."""
        with contextlib.suppress(OSError):
            self._orders.close()
        self._reader.join()
        self._replies.close()
        self._process.wait()

    def _tell(self, what: Any) -> bool:
        data = pickle.dumps(what)
        try:
            with self._writing:
                self._orders.write(data)
                self._orders.flush()
        except (OSError, ValueError):
            return False
        return True

    def _read(self) -> None:
        with contextlib.suppress(EOFError, OSError, ValueError):
            while True:
                job, outcome = pickle.load(self._replies)  # noqa: S301  # of the process that we started
                if outcome is None:
                    self._budget.heard()
                    continue
                with self._lock:
                    waiting = self._waiting.pop(job)
                if isinstance(outcome, MapResult):
                    waiting.set_result(outcome)
                else:
                    waiting.set_exception(outcome)
        self._lost()

    def _lost(self) -> None:
        """Tell all that wait that the process is no more."""
        with self._lock:
            self._gone = True
            waiting, self._waiting = self._waiting, {}
        for outcome in waiting.values():
            outcome.set_exception(VeniceConnectionError("the process that made the calls was killed", kind="reset"))


def keep(orders: IO[bytes], replies: IO[bytes]) -> None:
    """Work as a keeper, until there are no more orders and nothing is under way."""
    from venice_client.client import Venice

    order: _Order = pickle.load(orders)  # noqa: S301  # of the process that started us
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
            tell(pickle.dumps(("", None)))

    with (
        Venice(order.key, base_url=order.base_url, on_attempt=attempted, **order.choices) as client,
        ThreadPoolExecutor(order.concurrency) as pool,
    ):
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
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    keep(sys.stdin.buffer, replies)
    with contextlib.suppress(OSError):  # what is left in it, nobody is there to read
        replies.close()


if __name__ == "__main__":
    main()
