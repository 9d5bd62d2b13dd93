"""A run of the async client: one task of asyncio for each call in progress."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator

from venice_client.batch.inputs import Item, iter_items_async
from venice_client.batch.result import MapResult, pause_before_next
from venice_client.batch.runner import Job, Results, Runner, Twin

_Task = asyncio.Task[MapResult | None]


async def iter_results(runner: Runner) -> AsyncGenerator[MapResult, None]:
    """Yield the outcomes; when closed, drop what was not begun, and wait for the calls in progress."""
    plan, results = runner.plan, Results(runner)
    items = iter_items_async(plan.pictures, recursive=plan.recursive, without=plan.to)
    pending: set[_Task] = set()
    gate, stop = asyncio.Semaphore(plan.concurrency), asyncio.Event()
    try:
        await _begin(runner)
        try:
            while True:
                while not runner.stop.is_set() and len(pending) + len(results) < plan.limit:
                    if (item := await anext(items, None)) is None:
                        break
                    pending.add(asyncio.create_task(_work(runner, item, gate, stop)))
                if not pending:
                    break
                ready, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                if runner.stop.is_set():
                    stop.set()
                for task in ready:
                    results.put(task.result())
                for outcome in results.take():
                    yield outcome
            for outcome in results.take(to_end=True):
                yield outcome
        finally:
            runner.stop.set()
            stop.set()
            await _wait(pending)
            ended = [task.result() for task in pending if not task.cancelled() and task.exception() is None]
            runner.unread += [*results.rest(), *(outcome for outcome in ended if outcome is not None)]
        if runner.failure is not None:
            raise runner.failure
    finally:
        runner.close()


async def _begin(runner: Runner) -> None:
    """Open the manifest in a thread, as it may be long; when cancelled, wait for that and release it."""
    beginning = asyncio.ensure_future(asyncio.to_thread(runner.begin))
    try:
        await asyncio.shield(beginning)
    except asyncio.CancelledError:
        await asyncio.wait([beginning])
        runner.close()
        raise


async def _work(runner: Runner, item: Item, gate: asyncio.Semaphore, stop: asyncio.Event) -> MapResult | None:
    """Do the work on one item, in a task."""
    async with gate:
        job = await asyncio.to_thread(runner.prepare, item)
        if isinstance(job, Job):
            try:
                return await _call(runner, job, stop)
            except BaseException as error:
                runner.abandon(job, error)
                raise
    # A twin waits outside of the gate, through which the other one must pass.
    if isinstance(job, Twin):
        return job.result(await asyncio.shield(asyncio.wrap_future(job.outcome)))
    return job


async def _call(runner: Runner, job: Job, stop: asyncio.Event) -> MapResult | None:
    """Make the call, and again where a failure is known to cost nothing, until the run ends."""
    task, attempts = runner.plan.task, 0
    if runner.stop.is_set():
        await asyncio.to_thread(runner.drop, job)
        return None
    while True:
        attempts += 1
        try:
            response = task.call(runner.client, job.source)
            if inspect.isawaitable(response):  # what a plain function of the caller returns is its result
                response = await response
        except task.errors as error:
            pause = pause_before_next(error, attempts)
            if pause is None or await _is_set_within(stop, pause):
                return await asyncio.to_thread(runner.fail, job, error, attempts=attempts)
        else:
            return await asyncio.to_thread(runner.finish, job, response, attempts=attempts)


async def _is_set_within(stop: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await stop.wait()
    except TimeoutError:
        return False


async def _wait(tasks: set[_Task]) -> None:
    """Wait for tasks, also when cancelled once; when cancelled twice, cancel them."""
    if not tasks:
        return
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError:
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            for task in tasks:
                task.cancel()
        raise
