"""What threads and tasks share of a run: its state, and the order in which results leave it. Nothing here waits."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import attrs

from venice_client.batch.inputs import total
from venice_client.batch.options import Plan
from venice_client.batch.progress import Tell, progress_of
from venice_client.batch.result import MapResult, ends_run
from venice_client.batch.runner import Work


@attrs.frozen
class Summary:
    """How many pictures came to which end."""

    done: int = 0
    skipped: int = 0
    failed: int = 0
    unknown: tuple[str, ...] = ()
    """Names of those that an earlier run had under way when it ended: they may have been paid for, without a result."""


@attrs.define
class State:
    """What an iterator and its generator share; apart, so that dropping the iterator closes the generator."""

    client: Any
    plan: Plan
    work: Work
    stop: threading.Event = attrs.field(factory=threading.Event)
    counts: Counter[str] = attrs.field(factory=Counter)
    unread: list[MapResult] = attrs.field(factory=list)
    tell: Tell | None = None

    def count(self, outcome: MapResult) -> MapResult:
        self.counts["failed" if outcome.error else "skipped" if outcome.skipped else "done"] += 1
        if self.tell is not None:
            self.tell(self.counts.total())
        return outcome

    def summary(self) -> Summary:
        return Summary(**self.counts, unknown=self.work.unknown)


def state_of(client: Any, plan: Plan) -> State:
    work = Work(
        plan.task,
        to=plan.to,
        manifest=plan.manifest,
        resend_unknown=plan.resend_unknown,
        local_files=client.local_files,
    )
    state = State(client, plan, work)
    if plan.progress:
        state.tell = progress_of(plan.progress, total(plan.pictures, recursive=plan.recursive, left_out=plan.to))
    return state


def opened(state: State, ending: contextlib.ExitStack) -> None:
    """Start what goes along with a run, and have it ended with the run."""
    if state.tell is not None:
        ending.callback(state.tell.close)
        state.tell(0)


class Line:
    """The order in which results leave: as they come, or as their pictures went in."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._early: dict[int, MapResult] = {}
        self._next = 0
        self.failure: Exception | None = None
        """What ends the run, when what is under way has ended."""

    def __len__(self) -> int:
        return len(self._early)

    def put(self, outcomes: list[MapResult]) -> None:
        """Add results that have just come."""
        for outcome in outcomes:
            self._early[outcome.index] = outcome
            if ends_run(outcome):
                self.failure = self.failure or outcome.error

    def take(self) -> Iterator[MapResult]:
        """Yield what may leave now."""
        while self._early:
            index = self._next if self._state.plan.ordered else min(self._early)
            # After a failure that ends the run there are gaps that nothing will fill.
            if index not in self._early:
                if self.failure is None:
                    return
                index = min(self._early)
            self._next = index + 1
            outcome = self._state.count(self._early.pop(index))
            if outcome.error is not None and self._state.plan.raises:
                raise outcome.error
            yield outcome

    def rest(self) -> list[MapResult]:
        """Return what nobody took."""
        return [self._early[index] for index in sorted(self._early)]
