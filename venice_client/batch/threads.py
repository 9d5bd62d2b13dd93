"""A run of the sync client: one thread for each call in progress."""

from __future__ import annotations

import os
from collections.abc import Generator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context

from venice_client.batch.inputs import Item, iter_items
from venice_client.batch.result import MapResult, pause_before_next
from venice_client.batch.runner import Job, Results, Runner, Twin


def iter_results(runner: Runner) -> Generator[MapResult, None, None]:
    """Yield the outcomes; when closed, drop what was not begun, and wait for the calls in progress."""
    plan, results, process = runner.plan, Results(runner), os.getpid()
    items = iter_items(plan.pictures, recursive=plan.recursive, without=plan.to)
    pending: set[Future[MapResult | None]] = set()
    try:
        runner.begin()
        with ThreadPoolExecutor(plan.concurrency, thread_name_prefix="venice-map") as pool:
            try:
                while True:
                    while not runner.stop.is_set() and len(pending) + len(results) < plan.limit:
                        if (item := next(items, None)) is None:
                            break
                        pending.add(pool.submit(copy_context().run, _work, runner, item))
                    if not pending:
                        break
                    ready = wait(pending, return_when=FIRST_COMPLETED).done
                    pending -= ready
                    for future in ready:
                        results.put(future.result())
                    yield from results.take()
                yield from results.take(to_end=True)
            finally:
                runner.stop.set()
                if os.getpid() == process:  # a forked child has no threads to wait for
                    wait(pending)
                    ended = [future.result() for future in pending if future.exception() is None]
                    runner.unread += [*results.rest(), *(outcome for outcome in ended if outcome is not None)]
        if runner.failure is not None:
            raise runner.failure
    finally:
        runner.close()


def _work(runner: Runner, item: Item) -> MapResult | None:
    """Do the work on one item, in a thread."""
    job = runner.prepare(item)
    if isinstance(job, Twin):
        return job.result(job.outcome.result())
    if not isinstance(job, Job):
        return job
    try:
        return _call(runner, job)
    except BaseException as error:
        runner.abandon(job, error)
        raise


def _call(runner: Runner, job: Job) -> MapResult | None:
    """Make the call, and again where a failure is known to cost nothing, until the run ends."""
    task, attempts = runner.plan.task, 0
    if runner.stop.is_set():
        runner.drop(job)
        return None
    while True:
        attempts += 1
        try:
            response = task.call(runner.client, job.source)
        except task.errors as error:
            pause = pause_before_next(error, attempts)
            if pause is None or runner.stop.wait(pause):
                return runner.fail(job, error, attempts=attempts)
        else:
            return runner.finish(job, response, attempts=attempts)
