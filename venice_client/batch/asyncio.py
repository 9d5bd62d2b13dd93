"""The run of a client that is awaited: one task of asyncio for each call that is under way."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from venice_client.batch.inputs import Item, items_async
from venice_client.batch.job import Job
from venice_client.batch.result import MapResult, pause_before_next
from venice_client.batch.state import Line, State, opened


async def results(state: State) -> AsyncGenerator[MapResult, None]:
    plan, line = state.plan, Line(state)
    waiting = items_async(plan.pictures, recursive=plan.recursive, left_out=plan.to)
    pending: set[asyncio.Task[MapResult | None]] = set()
    gate, stop = asyncio.Semaphore(plan.concurrency), asyncio.Event()
    state.work.begin()
    with contextlib.closing(state.work), contextlib.ExitStack() as ending:
        opened(state, ending)
        try:
            while True:
                while line.failure is None and len(pending) + len(line) < plan.limit:
                    if (item := await anext(waiting, None)) is None:
                        break
                    pending.add(asyncio.create_task(_one(state, item, gate, stop)))
                if not pending:
                    break
                ready, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                line.put([outcome for task in ready if (outcome := task.result()) is not None])
                if line.failure is not None:
                    stop.set()
                for outcome in line.take():
                    yield outcome
        finally:
            stop.set()
            await _settled(pending)
            ended = [task.result() for task in pending if not task.cancelled() and task.exception() is None]
            state.unread.extend(line.rest() + [outcome for outcome in ended if outcome is not None])
        if line.failure is not None:
            raise line.failure


async def _one(state: State, item: Item, gate: asyncio.Semaphore, stop: asyncio.Event) -> MapResult | None:
    """Do the work on one picture, in a task. None where it was not begun, as the run is at its end."""
    work = state.work
    async with gate:
        if stop.is_set():
            return None
        job = await asyncio.to_thread(work.prepare, item)
        if isinstance(job, MapResult):
            return job
        if isinstance(job, Job):
            try:
                return await _sent(state, job, stop)
            except BaseException as error:
                work.abandon(job, error)
                raise
    # Outside of the gate: what it waits for must be able to pass.
    return job.told(await asyncio.shield(asyncio.wrap_future(job.outcome)))


async def _sent(state: State, job: Job, stop: asyncio.Event) -> MapResult:
    work, task, tries = state.work, state.plan.task, 0
    while True:
        tries += 1
        try:
            answer = await task.call(state.client, job.source)
        except task.errors as error:
            pause = pause_before_next(error, tries)
            if pause is None or await _stopped(stop, pause):
                return await asyncio.to_thread(work.fail, job, error, tries=tries)
        else:
            return await asyncio.to_thread(work.finish, job, answer, tries=tries)


async def _stopped(stop: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()


async def _settled(tasks: set[asyncio.Task[MapResult | None]]) -> None:
    """Wait for tasks, also when cancelled, which is passed on afterwards, or when it comes twice."""
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
