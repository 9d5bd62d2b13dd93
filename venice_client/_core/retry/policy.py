"""
Whether, and when, a call is sent again. `TABLE` decides by what went wrong and by what a second sending would cost;
all else here reads it.

Plain functions and values, for sync and async alike: nothing here sends or sleeps. A connection that was never made
has cost nothing; a request that was sent may have been carried out, and most POSTs cost money.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from attrs import frozen

from venice_client._core.errors import (
    FailureKind,
    TooManyFailuresError,
    VeniceAPIError,
    VeniceConnectionError,
    VeniceError,
)
from venice_client._core.retry.budget import FailureBudget

if TYPE_CHECKING:
    from venice_client._core.request.call import Request

logger = logging.getLogger("venice_client")

Kind: TypeAlias = Literal["read", "write", "paid"]
"""What a second sending does: nothing; perhaps the same change again; perhaps the same cost again."""
Again: TypeAlias = Literal["yes", "no", "asked"]
"""Whether it is sent again; "asked": with `retry_paid=True` alone."""


@frozen
class Rule:
    """One row: what went wrong, whether each kind of call is sent again, and whether it may have been carried out."""

    failure: int | FailureKind
    read: Again
    write: Again
    paid: Again
    perhaps_done: bool = False


TABLE: Final = (
    #    failure    read   write   paid
    Rule("connect", "yes", "yes", "yes"),  # nothing was sent
    Rule(429, "yes", "yes", "yes"),  # refused before any work
    Rule(503, "yes", "yes", "yes"),  # the same: no capacity
    Rule(500, "yes", "no", "asked"),
    Rule(502, "yes", "no", "asked", perhaps_done=True),  # the edge lost the answer
    Rule(504, "yes", "no", "asked", perhaps_done=True),  # the edge did not wait for it
    Rule(520, "yes", "no", "asked", perhaps_done=True),  # Cloudflare: an answer that it could not read
    Rule(521, "yes", "no", "asked"),  # Cloudflare: no connection to the server
    Rule(522, "yes", "no", "asked", perhaps_done=True),  # Cloudflare: the connection timed out
    Rule(523, "yes", "no", "asked"),  # Cloudflare: no route to the server
    Rule(524, "yes", "no", "asked", perhaps_done=True),  # Cloudflare: the server took too long
    Rule("timeout", "yes", "no", "asked", perhaps_done=True),
    Rule("reset", "yes", "no", "asked", perhaps_done=True),
    Rule("garbled", "no", "no", "no", perhaps_done=True),  # it was answered, and would be answered so again
    Rule("refused", "no", "no", "no"),  # the HTTP library does not send it
)
"""What is not in the table, such as a 400, is never sent again."""

_RULES: Final = {rule.failure: rule for rule in TABLE}
_FIRST_SECONDS: Final = 0.5
_MOST_SECONDS: Final = 8.0
_LEAST_HELD: Final = 2.0
"""Seconds; the first calls of a client are held back for one, until something is known of the server."""


@frozen
class Attempt:
    """One sending of a call, as it is told to `on_attempt`."""

    operation: str
    """The operation as the contract names it, "POST /image/edit"; for any other path, method and path."""
    number: int
    """1 for the first."""
    status: int | None
    """The status of the answer; None where there was none."""
    error: FailureKind | None
    """How it failed without an answer."""
    seconds: float
    """How long it took until the answer was read, or, of a stream, until it began."""
    wait: float | None
    """The seconds until the next attempt; None where this was the last."""


@frozen(kw_only=True)
class RetryPolicy:
    """What the options of a client choose of it; `Config` checks them."""

    max_retries: int = 2
    retry_paid: bool = False
    max_wait: float = 60.0
    on_attempt: Callable[[Attempt], object] | None = None


async def _sleep_async(seconds: float) -> None:
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:  # trio
        import anyio

        await anyio.sleep(seconds)
    else:
        await asyncio.sleep(seconds)


@frozen
class Clock:
    """What passes time and what is left to chance, so that tests can replace both."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    sleep_async: Callable[[float], Awaitable[None]] = _sleep_async
    chance: Callable[[], float] = random.random


@frozen
class Verdict:
    """What follows from a failure: the seconds until the next attempt, or None; and what the error is to say."""

    wait: float | None
    advice: str = ""
    may_have_been_charged: bool = False


def kind_of(request: Request) -> Kind:
    """
    Return what a second sending of a request may do.

    Of a path that the contract does not know, nothing but a GET is known to be harmless.
    """
    operation = request.operation
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return "read"
    if operation is None:
        return "paid"
    if operation.paid:
        keyed = any(
            item.location == "header" and item.wire.lower() == "idempotency-key" for item in operation.parameters
        )
        has_key = keyed and any(name.lower() == "idempotency-key" for name in request.headers)
        return "read" if has_key else "paid"
    return "write"


def failure_of(error: VeniceError) -> int | FailureKind:
    """Tell the row of the table that an error stands in."""
    if isinstance(error, VeniceAPIError):
        return error.status
    return error.kind if isinstance(error, VeniceConnectionError) else "refused"


def decide(
    error: VeniceError, *, number: int, kind: Kind, can_be_sent: bool, policy: RetryPolicy, chance: float
) -> Verdict:
    """Decide what follows from the failure of attempt `number`; `chance`, from 0 to 1, spreads the waits."""
    rule = _RULES.get(failure_of(error))
    tried = f"Tried {number} times." if number > 1 else ""
    if rule is None:
        return Verdict(None, tried)
    may_have_been_charged = rule.perhaps_done and kind == "paid"
    again = getattr(rule, kind)
    asked = again == "yes" or (again == "asked" and policy.retry_paid)
    notes = [_perhaps_done(kind, again, policy)] if rule.perhaps_done else []
    notes.append(tried)
    if asked and number <= policy.max_retries:
        wait = _wait(error, number, chance)
        if not can_be_sent:
            notes.append("Not sent again: a file of its body cannot be read a second time.")
        elif wait > policy.max_wait:
            notes.append(
                f"Not sent again: the server asks to wait {wait:.0f} s, and {policy.max_wait:g} s is the most."
            )
        else:
            return Verdict(wait, may_have_been_charged=may_have_been_charged)
    return Verdict(None, " ".join(filter(None, notes)), may_have_been_charged)


def _perhaps_done(kind: Kind, again: Again, policy: RetryPolicy) -> str:
    if kind == "read":
        return ""
    if kind == "write":
        return "It may have been carried out: look before sending it again."
    text = "The work may have been done and paid for: look before sending it again"
    return f"{text}." if again == "no" or policy.retry_paid else f"{text} (retry_paid=True does so without asking)."


def _wait(error: VeniceError, number: int, chance: float) -> float:
    stated = error.retry_after if isinstance(error, VeniceAPIError) else None
    backoff = min(_MOST_SECONDS, _FIRST_SECONDS * 2.0 ** min(number - 1, 16)) * (0.5 + chance / 2)
    # Never before the time that was asked for, and not all at that very moment.
    return stated + min(1.0, stated / 10) * chance if stated else backoff


class Attempts:
    """The attempts of one call: keeps count, draws on the budget, tells the log and the hook."""

    def __init__(self, request: Request, policy: RetryPolicy, budget: FailureBudget, clock: Clock) -> None:
        self._request = request
        self._policy = policy
        self._budget = budget
        self._clock = clock
        self._name = request.name
        self._number = 0
        # Who wants an answer within seconds would rather know at once than wait for the leave to ask for it.
        self._most_held = min(policy.max_wait, max(request.timeout or policy.max_wait, _LEAST_HELD))
        self._held_since: float | None = None
        self._last: VeniceError | None = None
        self._may_have_been_charged = False
        self._began = 0.0

    def admit(self) -> float:
        """Return 0.0 where the next attempt may go; else the seconds to wait before asking again."""
        pause = self._budget.admit()
        now = self._clock.now()
        if not pause:
            self._held_since = None
            self._number += 1
            self._began = now
            return 0.0
        if self._held_since is None:
            self._held_since = now
            logger.debug("%s: held back, as too many calls failed lately", self._name)
        if now - self._held_since + pause > self._most_held:
            self._give_up(pause)
        return pause

    def succeeded(self, status: int) -> None:
        """Tell of an answer that is none of failure."""
        self._budget.done(failed=False)
        self._tell(status, None, None)

    def failed(self, error: VeniceAPIError | VeniceConnectionError) -> float | None:
        """Return the seconds until the next attempt, or None where the error is to be raised."""
        self._budget.done(failed=error.status >= 400 if isinstance(error, VeniceAPIError) else None)
        content = self._request.content
        verdict = decide(
            error,
            number=self._number,
            kind=kind_of(self._request),
            can_be_sent=getattr(content, "can_be_sent", True),
            policy=self._policy,
            chance=self._clock.chance(),
        )
        error.advice = verdict.advice
        # An earlier attempt may have been charged even where the last one was not.
        error.may_have_been_charged = self._may_have_been_charged = (
            self._may_have_been_charged or verdict.may_have_been_charged
        )
        self._last = error
        if isinstance(error, VeniceAPIError):
            self._tell(error.status, None, verdict.wait)
        else:
            self._tell(None, error.kind, verdict.wait)
        return verdict.wait

    def abandoned(self) -> None:
        """Tell of an attempt that was cancelled, or that never came to be sent."""
        self._budget.done(failed=None)

    def _give_up(self, pause: float) -> None:
        failures = self._budget.failures
        held = f"{failures} calls of this client failed in the last 30 s, and after 20 the API blocks the account"
        if self._last is not None:
            self._last.advice = f"Not sent again: {held}."
            raise self._last
        raise TooManyFailuresError(
            f"{self._name}: not sent. {held}: wait {pause:.0f} s, and look into the failures", retry_after=pause
        )

    def _tell(self, status: int | None, error: FailureKind | None, wait: float | None) -> None:
        level = logging.DEBUG if wait is None else logging.INFO
        is_logged = logger.isEnabledFor(level)
        if not is_logged and self._policy.on_attempt is None:
            return
        attempt = Attempt(self._name, self._number, status, error, self._clock.now() - self._began, wait)
        if is_logged:
            what = error if status is None else status
            then = "" if wait is None else f", again in {wait:.2f} s"
            logger.log(level, "%s: attempt %d, %s in %.3f s%s", self._name, self._number, what, attempt.seconds, then)
        if self._policy.on_attempt is not None:
            try:
                self._policy.on_attempt(attempt)
            except Exception:  # an answer that was paid for must not be lost to a hook
                logger.warning("on_attempt raised", exc_info=True)
