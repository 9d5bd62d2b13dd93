"""
A process that makes the paid calls of `images.map`, so that killing the program that asked for them loses none.

No request of the API carries a key by which a second sending would be known as the same. So a call that is cut off
when its process dies is paid for, and its picture is lost. The keeper is a process of its own, in a session of its
own: when the program is killed, its terminal closed, or the memory short, the keeper ends the calls that are under
way, saves their pictures, tells the manifest, and exits. It holds the manifest until then, so that the next run waits
for it. It begins nothing by itself, and nothing survives that ends it too, such as a power cut.

What can't be carried over to another process runs in the program itself: callables, clients with hooks, signers or
HTTP clients of the caller's own, systems without POSIX, HTTP libraries that a test has replaced. The keeper tells of
each failed call, so that the client's own count of failures holds for its calls too. The key travels in a pipe, not
in arguments or in the environment.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Any

import attrs

from venice_client._core.errors import VeniceConnectionError
from venice_client._core.retry.budget import FailureBudget
from venice_client._core.transport.forks import let_go_in_children
from venice_client._core.transport.patched import is_patched
from venice_client.batch.inputs import Item
from venice_client.batch.job import Job
from venice_client.batch.keeping import HEARD, READY, Order
from venice_client.batch.manifest import Manifest
from venice_client.batch.result import MapResult
from venice_client.batch.task import Task

logger = logging.getLogger("venice_client")


def keeper_for(client: Any, task: Task, *, to: Path, manifest: Manifest, concurrency: int) -> Keeper | None:
    """Start a keeper; None where the work can't be carried over to another process."""
    order = _order(client, task, to=to, manifest=manifest, concurrency=concurrency)
    if order is None or os.name != "posix" or not sys.executable or getattr(sys, "frozen", False):
        return None
    if is_patched():
        logger.info("images.map: the HTTP library of this process is replaced, as tests do: calls stay in it")
        return None
    try:
        return Keeper(order, client.budget)
    except OSError as error:
        logger.warning("images.map: no process could be started to survive this one: %s", error)
        return None


def _order(client: Any, task: Task, *, to: Path, manifest: Manifest, concurrency: int) -> Order | None:
    from venice_client.client import AsyncVenice, Venice

    if type(client) not in (Venice, AsyncVenice) or not task.is_own or not client.is_portable:
        return None
    _make, (_kind, base_url, timeout, choices) = client.__reduce__()
    if choices.get("transport") == "aiohttp":  # the keeper works in threads
        choices = {**choices, "transport": None}
    order = Order(
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

    def __init__(self, order: Order, budget: FailureBudget) -> None:
        self._budget = budget
        self._waiting: dict[str, Future[MapResult]] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._gone = False
        self._ready: Future[bool] = Future()
        # What this process can import, the other one can; -P keeps its working folder out of that.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "venice_client.batch.keeping"],
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
        let_go_in_children(self)
        self._tell(order)
        self._reader = threading.Thread(target=self._read, name="venice-keeper", daemon=True)
        self._reader.start()

    def submit(self, job: Job) -> Future[MapResult] | None:
        """
        Have a job done; None where the process is no more, or never came to work, and has not been told of it. The
        outcome is a VeniceConnectionError where it is killed meanwhile. It may have to wait.
        """
        if not self._ready.result():
            return None
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

    def forked(self) -> None:
        """Let go of the pipe in a child, so that it ends with its parent."""
        if self._orders.closed:
            return
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, self._orders.fileno(), inheritable=False)
        os.close(nothing)

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
        try:
            while True:
                self._heard(*pickle.load(self._replies))  # noqa: S301  # of the process that we started
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):  # its end, perhaps in the middle of a reply
            pass
        finally:  # whatever happens, nobody may be left waiting
            self._lost()

    def _heard(self, job: str, outcome: Any) -> None:
        if outcome == READY:
            self._ready.set_result(True)
        elif outcome == HEARD:
            self._budget.heard()
        else:
            with self._lock:
                waiting = self._waiting.pop(job)
            if isinstance(outcome, MapResult):
                waiting.set_result(outcome)
            else:
                waiting.set_exception(outcome)

    def _lost(self) -> None:
        """Tell all that wait that the process is no more."""
        with self._lock:
            self._gone = True
            waiting, self._waiting = self._waiting, {}
        if not self._ready.done():
            self._ready.set_result(False)
        for outcome in waiting.values():
            outcome.set_exception(VeniceConnectionError("the process that made the calls was killed", kind="reset"))
