"""The failure budget of a client is never exceeded and does not delay calls to a server that responds well."""

from __future__ import annotations

import asyncio
import copy
import os
import pickle
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from venice_client import (
    AsyncVenice,
    BadRequestError,
    FailureBudget,
    RequestValidationError,
    ServerError,
    TooManyFailuresError,
    Venice,
)
from venice_client._core.forks import RenewedLock
from venice_client._core.retry.budget import MOST_FAILURES
from venice_client._core.retry.policy import Clock

if TYPE_CHECKING:
    from tests.client.conftest import Loopback


class Time:
    """A clock that a test advances."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def budget(clock: Time) -> FailureBudget:
    return FailureBudget(now=clock)


def spend(budget: FailureBudget, count: int, *, failed: bool = True) -> None:
    for _ in range(count):
        assert budget.admit() == 0
        budget.done(failed=failed)


def test_a_budget_is_copied_and_pickled_with_its_settings() -> None:
    budget = FailureBudget(5, 10.0)
    budget.admit()
    budget.done(failed=True)
    for copied in (copy.copy(budget), copy.deepcopy(budget), pickle.loads(pickle.dumps(budget))):  # ours
        assert repr(copied) == "<FailureBudget of 5 failures in 10 s>"
        assert (copied.failures, copied.admit()) == (0, 0.0)


def test_after_nineteen_failures_no_call_is_sent_until_the_first_expires(budget: FailureBudget, clock: Time) -> None:
    spend(budget, 9)
    clock.now += 10
    spend(budget, 10)
    assert budget.admit() == pytest.approx(20)
    clock.now += 19.9
    assert budget.admit() == pytest.approx(0.1)
    clock.now += 0.1
    assert budget.failures == 10
    assert budget.admit() == 0


def test_at_most_nineteen_calls_are_in_flight_before_the_first_success(budget: FailureBudget, clock: Time) -> None:
    assert [budget.admit() for _ in range(MOST_FAILURES)] == [0] * MOST_FAILURES
    assert 0 < budget.admit() < 0.1
    budget.done(failed=False)
    assert [budget.admit() for _ in range(100)] == [0] * 100


def test_a_second_without_failures_lifts_the_limit_of_calls_in_flight(budget: FailureBudget, clock: Time) -> None:
    for _ in range(MOST_FAILURES):
        budget.admit()
    assert budget.admit() > 0
    clock.now += 1.1
    assert [budget.admit() for _ in range(100)] == [0] * 100


def test_calls_in_flight_count_against_the_budget_after_a_failure(budget: FailureBudget) -> None:
    for _ in range(MOST_FAILURES):
        budget.admit()
    budget.done(failed=True)
    assert budget.admit() > 0
    budget.done(failed=None)  # cancelled: it is neither a success nor a failure, and is no longer in flight
    assert budget.admit() == 0
    assert budget.admit() > 0
    budget.done(failed=False)
    assert budget.admit() == 0


def test_one_success_does_not_lift_the_limit_if_half_of_the_budget_is_spent(budget: FailureBudget) -> None:
    spend(budget, 10)
    spend(budget, 1, failed=False)
    admitted = 0
    while budget.admit() == 0:
        admitted += 1
    assert admitted == MOST_FAILURES - 10


def test_threads_never_exceed_the_budget() -> None:
    budget = FailureBudget(window=60)
    failed: list[float] = []

    def work() -> None:
        for _ in range(50):
            if budget.admit() == 0:
                time.sleep(0.0005)
                failed.append(time.monotonic())
                budget.done(failed=True)

    threads = [threading.Thread(target=work) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failed) == MOST_FAILURES
    assert budget.in_flight == 0


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_sixty_four_concurrent_calls_fail_nineteen_times(server: Loopback, kind: str) -> None:
    server.answer("{}", status=500)
    options: dict[str, Any] = {"base_url": server.url, "max_retries": 2, "timeout": 5}
    raised: list[BaseException] = []
    if kind == "sync":
        with Venice("k", **options) as venice:

            def work() -> None:
                with pytest.raises((ServerError, TooManyFailuresError)) as caught:
                    venice.embeddings.create(model="m", input="a")
                raised.append(caught.value)

            threads = [threading.Thread(target=work) for _ in range(64)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    else:

        async def go() -> None:
            async with AsyncVenice("k", **options) as venice:
                calls = (venice.embeddings.create(model="m", input="a") for _ in range(64))
                raised.extend(await asyncio.gather(*calls, return_exceptions=True))  # type: ignore[arg-type]
                assert venice._budget.in_flight == 0

        asyncio.run(go())
    assert len(raised) == 64
    assert len(server.requests) == MOST_FAILURES
    held = [error for error in raised if isinstance(error, TooManyFailuresError)]
    assert len(held) == 64 - MOST_FAILURES
    assert all(error.retry_after and 20 < error.retry_after <= 30 for error in held)
    assert "19 calls of this client failed in the last 30 s (19 with 500)" in str(held[0])


def test_a_retry_that_the_budget_stops_raises_the_error_of_the_response(server: Loopback) -> None:
    server.answer("{}", status=503)
    with Venice("k", base_url=server.url, max_retries=2, timeout=2) as venice:
        spend(venice._budget, MOST_FAILURES - 1)
        with pytest.raises(ServerError, match="Not sent again: 19 calls of this client failed"):
            venice.models.list()
    assert len(server.requests) == 1


@pytest.mark.parametrize(("timeout", "held"), [(None, True), (40.0, True), (5.0, False), (0.1, False)])
def test_a_call_waits_for_the_budget_only_within_its_timeout(
    monkeypatch: pytest.MonkeyPatch, server: Loopback, timeout: float | None, *, held: bool
) -> None:
    server.answer('{"data": []}')

    class AskedToWaitError(Exception):
        pass

    def sleep(seconds: float) -> None:
        assert 25 < seconds <= 30
        raise AskedToWaitError

    with Venice("k", base_url=server.url, timeout=timeout) as venice:
        monkeypatch.setattr(venice, "_clock", Clock(sleep=sleep))
        spend(venice._budget, MOST_FAILURES)
        with pytest.raises(AskedToWaitError if held else TooManyFailuresError):
            venice.models.list()
    assert server.requests == []


def test_a_cancelled_call_is_no_longer_in_flight(server: Loopback) -> None:
    server.say(then="hold")

    async def go() -> None:
        async with AsyncVenice("k", base_url=server.url) as venice:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await venice.models.list()
            assert (venice._budget.in_flight, venice._budget.failures) == (0, 0)

    asyncio.run(go())


def test_without_a_budget_no_call_waits(server: Loopback) -> None:
    server.answer("{}", status=400)
    with Venice("k", base_url=server.url, failure_budget=None) as venice:
        for client in [venice] * 30 + [venice.with_options(api_key="other")] * 10:
            with pytest.raises(BadRequestError):
                client.models.list()
    assert len(server.requests) == 40


def test_several_clients_share_a_budget(server: Loopback) -> None:
    server.answer("{}", status=400)
    budget = FailureBudget(most=4)
    options: dict[str, Any] = {"base_url": server.url, "timeout": 2, "failure_budget": budget}
    for _ in range(2):
        with Venice("k", **options) as venice, pytest.raises(BadRequestError):
            venice.models.list()

    async def go() -> None:
        async with AsyncVenice("k", **options) as venice:
            for _ in range(2):
                with pytest.raises(BadRequestError):
                    await venice.models.list()
            with pytest.raises(TooManyFailuresError, match=r"4 calls .* \(4 with 400\)"):
                await venice.models.list()

    asyncio.run(go())
    with Venice("k", **options) as venice, pytest.raises(TooManyFailuresError):
        venice.with_options(max_retries=0).models.list()
    assert len(server.requests) == 4


@pytest.mark.parametrize("wrong", [{"most": 0}, {"most": True}, {"most": 1.5}, {"window": 0}, {"window": "30"}])
def test_a_budget_refuses_invalid_limits(wrong: dict[str, Any]) -> None:
    with pytest.raises(RequestValidationError, match=next(iter(wrong))):
        FailureBudget(**wrong)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_a_forked_child_starts_without_calls_in_flight_and_with_free_locks(budget: FailureBudget) -> None:
    spend(budget, 3)
    for _ in range(10):
        assert budget.admit() == 0
    lock = RenewedLock(threading.Lock)
    with budget._lock, lock.current:
        child = os.fork()
        if child == 0:
            is_right = False
            try:
                is_right = budget.in_flight == 0 and budget.failures == 3 and budget.admit() == 0
                is_right = is_right and lock.current.acquire(blocking=False)
            finally:
                os._exit(0 if is_right else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert budget.in_flight == 10
