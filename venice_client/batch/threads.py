"""The run of a client that waits: one thread for each call that is under way."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from venice_client.batch.inputs import Item, items
from venice_client.batch.job import Twin
from venice_client.batch.result import MapResult
from venice_client.batch.runner import send
from venice_client.batch.state import Line, State, opened


def results(state: State) -> Generator[MapResult, None, None]:
    plan, line = state.plan, Line(state)
    waiting = items(plan.pictures, recursive=plan.recursive, left_out=plan.to)
    pending: set[Future[MapResult]] = set()
    state.work.begin()
    with (
        contextlib.closing(state.work),
        contextlib.ExitStack() as ending,
        ThreadPoolExecutor(plan.concurrency, thread_name_prefix="venice-map") as pool,
    ):
        opened(state, ending)
        try:
            while True:
                while line.failure is None and len(pending) + len(line) < plan.limit:
                    if (item := next(waiting, None)) is None:
                        break
                    pending.add(pool.submit(_one, state, item))
                if not pending:
                    break
                ready = wait(pending, return_when=FIRST_COMPLETED).done
                pending -= ready
                line.put([future.result() for future in ready])
                if line.failure is not None:
                    state.stop.set()
                    pending = {future for future in pending if not future.cancel()}
                yield from line.take()
        finally:
            state.stop.set()
            pending = {future for future in pending if not future.cancel()}
            wait(pending)
            state.unread.extend(line.rest() + [future.result() for future in pending if future.exception() is None])
        if line.failure is not None:
            raise line.failure


def _one(state: State, item: Item) -> MapResult:
    """Do the work on one picture, in a thread."""
    work = state.work
    job = work.prepare(item)
    if isinstance(job, MapResult):
        return job
    if isinstance(job, Twin):
        return job.told(job.outcome.result())
    try:
        return send(work, state.plan.task, state.client, job, state.stop)
    except BaseException as error:
        work.abandon(job, error)
        raise
