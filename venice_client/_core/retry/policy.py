"""
Retry policy: `TABLE` decides, by failure and by kind of call, whether a request is sent again.

Plain functions and values for sync and async alike; nothing here sends or sleeps. A failed connection costs nothing.
A request that was sent may have been carried out, and most POSTs cost money.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from attrs import frozen

from venice_client._core.auth import signs_again
from venice_client._core.errors import TooManyFailuresError, VeniceAPIError, VeniceConnectionError, VeniceError
from venice_client._core.errors.connection import FailureKind
from venice_client._core.headers import has_header
from venice_client._core.request.call import SAFE_METHODS
from venice_client._core.retry.budget import FailureBudget

if TYPE_CHECKING:
    from venice_client._core.request.call import Request

logger = logging.getLogger("venice_client")

Kind: TypeAlias = Literal["read", "write", "paid"]
"""What a second request may repeat: nothing, a change, or a charge."""
Again: TypeAlias = Literal["yes", "no", "opt-in"]
"""Whether the request is sent again; "opt-in": only with `retry_paid=True`."""


@frozen
class Rule:
    """One row: a failure, whether each kind of call is sent again, and whether it may have been carried out."""

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
    Rule(408, "yes", "no", "opt-in", perhaps_done=True),  # a gateway gave up waiting, for the request or for the work
    Rule(409, "yes", "no", "no"),  # a conflict passes for a reader; a second change would conflict again
    Rule(425, "yes", "yes", "yes"),  # refused before any work: it came too early in the TLS handshake
    Rule(500, "yes", "no", "opt-in"),
    Rule(501, "no", "no", "no"),  # the server cannot do this, now or later
    Rule(502, "yes", "no", "opt-in", perhaps_done=True),  # the gateway lost the response
    Rule(504, "yes", "no", "opt-in", perhaps_done=True),  # the gateway timed out
    Rule(520, "yes", "no", "opt-in", perhaps_done=True),  # Cloudflare: an unreadable response
    Rule(521, "yes", "no", "opt-in"),  # Cloudflare: no connection to the server
    Rule(522, "yes", "no", "opt-in", perhaps_done=True),  # Cloudflare: the connection timed out
    Rule(523, "yes", "no", "opt-in"),  # Cloudflare: no route to the server
    Rule(524, "yes", "no", "opt-in", perhaps_done=True),  # Cloudflare: the server took too long
    Rule(525, "yes", "no", "opt-in"),  # Cloudflare: no TLS handshake with the server
    Rule(526, "yes", "no", "opt-in"),  # Cloudflare: the certificate of the server is not valid
    Rule(527, "yes", "no", "opt-in", perhaps_done=True),  # Cloudflare: the connection of its proxy was interrupted
    Rule(529, "yes", "no", "opt-in"),  # the site is overloaded
    Rule(530, "yes", "no", "opt-in"),  # Cloudflare: the server's name did not resolve
    Rule("timeout", "yes", "no", "opt-in", perhaps_done=True),
    Rule("reset", "yes", "no", "opt-in", perhaps_done=True),
    Rule("garbled", "no", "no", "no", perhaps_done=True),  # a second response would be as unreadable
    Rule("refused", "no", "no", "no"),  # the HTTP library does not send it
)
"""
A failure that is not in the table is never retried: redirects, other 4xx (the same request is refused again), and other
5xx (505 to 511: the server will not take this request).
"""

_RULES: Final = {rule.failure: rule for rule in TABLE}
_FIRST_SECONDS: Final = 0.5
_MOST_SECONDS: Final = 8.0
_LEAST_HELD: Final = 2.0
"""Seconds. The budget delays the first calls of a client by one second, so a shorter timeout must still allow that."""


@frozen
class Attempt:
    """One attempt of a call, as `on_attempt` receives it."""

    operation: str
    """The operation as the contract names it, "POST /image/edit"; for any other path, method and path."""
    number: int
    """1 for the first."""
    status: int | None
    """The status of the response; None without a response."""
    error: FailureKind | None
    """How it failed without a response."""
    seconds: float
    """Seconds until the response was read, or until a stream began."""
    wait: float | None
    """Seconds until the next attempt; None for the last one."""


@frozen(kw_only=True)
class RetryPolicy:
    """The client's options for retries; `Config` checks them."""

    max_retries: int = 2
    retry_paid: bool = False
    max_wait: float = 60.0
    on_attempt: Callable[[Attempt], object] | None = None


async def _sleep_async(seconds: float) -> None:
    import anyio  # it comes with httpx, and sleeps on asyncio and on trio

    await anyio.sleep(seconds)


@frozen
class Clock:
    """Time and randomness, which tests replace."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    sleep_async: Callable[[float], Awaitable[None]] = _sleep_async
    chance: Callable[[], float] = random.random


@frozen
class Verdict:
    """The decision after a failure: seconds until the next attempt or None, and the advice for the error."""

    wait: float | None
    advice: str = ""
    may_have_been_charged: bool = False


def kind_of(request: Request) -> Kind:
    """
    Return what a second request may repeat.

    On a path that the contract does not know, only GET, HEAD and OPTIONS are known to be harmless.
    """
    if request.method in SAFE_METHODS:
        return "read"
    if not request.is_paid:
        return "write"
    declared = () if request.operation is None else request.operation.parameters
    keyed = any(item.location == "header" and item.wire.lower() == "idempotency-key" for item in declared)
    return "read" if keyed and has_header(request.headers, "idempotency-key") else "paid"


def failure_of(error: VeniceError) -> int | FailureKind:
    """Return the key of an error in the table."""
    if isinstance(error, VeniceAPIError):
        return error.status
    return error.kind if isinstance(error, VeniceConnectionError) else "refused"


def decide(
    error: VeniceError, *, number: int, kind: Kind, can_be_sent: bool, policy: RetryPolicy, chance: float
) -> Verdict:
    """Decide what follows the failure of attempt `number`; `chance`, from 0 to 1, spreads the waits."""
    rule = _RULES.get(failure_of(error))
    tried = f"Tried {number} times." if number > 1 else ""
    if rule is None:
        return Verdict(None, tried)
    may_have_been_charged = rule.perhaps_done and kind == "paid"
    again = getattr(rule, kind)
    is_allowed = again == "yes" or (again == "opt-in" and policy.retry_paid)
    is_unlikely = isinstance(error, VeniceConnectionError) and error.is_likely_unread
    notes = [_perhaps_done(kind, again, policy, is_unlikely=is_unlikely)] if rule.perhaps_done else []
    stated = error.retry_after or 0.0
    if stated:
        is_longer = is_allowed and stated > policy.max_wait
        limit = f", and max_retry_wait is {policy.max_wait:g} s" if is_longer else ""
        notes.append(f"The server requests a wait of {stated:.0f} s{limit}.")
    notes.append(tried)
    if is_allowed and number <= policy.max_retries:
        if not can_be_sent:
            notes.append("Not sent again: a file of its body cannot be read a second time.")
        elif stated <= policy.max_wait:
            return Verdict(_wait(stated, number, chance, policy.max_wait), may_have_been_charged=may_have_been_charged)
    return Verdict(None, " ".join(filter(None, notes)), may_have_been_charged)


def _perhaps_done(kind: Kind, again: Again, policy: RetryPolicy, *, is_unlikely: bool) -> str:
    if kind == "read":
        return ""
    if kind == "write":
        return "It may have been carried out: check before sending it again."
    text = "The work may have been done and charged: check before sending it again"
    if is_unlikely:
        text = "The server most likely closed an idle connection and did no work: check before sending it again"
    return f"{text}." if again == "no" or policy.retry_paid else f"{text} (retry_paid=True sends it again)."


def _wait(stated: float, number: int, chance: float, most: float) -> float:
    backoff = min(_MOST_SECONDS, most, _FIRST_SECONDS * 2.0 ** min(number - 1, 16)) * (0.5 + chance / 2)
    # Never before the time that the server states, and not all calls at the same moment.
    return stated + min(1.0, stated / 10) * chance if stated else backoff


class Attempts:
    """The attempts of one call: counts them, uses the budget, reports to the log and the hook."""

    def __init__(
        self,
        request: Request,
        policy: RetryPolicy,
        budget: FailureBudget,
        clock: Clock,
        seconds: float,
        auth: Any = None,  # what the client's option holds; a signer may be able to sign again
    ) -> None:
        self._request = request
        self._policy = policy
        self._budget = budget
        self._clock = clock
        self._auth = auth
        self._number = 0
        # The budget delays a call as long as its timeout allows, and fails it only where that is shorter.
        self._most_held = max(seconds, _LEAST_HELD)
        self._held_since: float | None = None
        self._last: VeniceError | None = None
        self._may_have_been_charged = False
        self._began = 0.0

    def admit(self) -> float:
        """Return 0.0 if the next attempt may start, else the seconds to wait before the next check."""
        pause = self._budget.admit()
        now = self._clock.now()
        if not pause:
            self._held_since = None
            self._number += 1
            self._began = now
            return 0.0
        if self._held_since is None:
            self._held_since = now
            logger.debug("%s: delayed, because too many calls failed recently", self._request.name)
        if now - self._held_since + pause > self._most_held:
            self._give_up(pause)
        return pause

    def succeeded(self, status: int) -> None:
        """Record a response of success."""
        self._budget.done(failed=False)
        self._report(status, None, None)

    def failed(self, error: VeniceAPIError | VeniceConnectionError) -> float | None:
        """Record a failure; return the seconds until the next attempt, or None to raise the error."""
        status = error.status if isinstance(error, VeniceAPIError) else None
        self._budget.done(failed=None if status is None else status >= 400, status=status)
        content = self._request.content
        verdict = decide(
            error,
            number=self._number,
            kind=kind_of(self._request),
            can_be_sent=getattr(content, "can_be_sent", True),
            policy=self._policy,
            chance=self._clock.chance(),
        )
        error.advice = f"{verdict.advice} {error.advice}".strip()
        # An earlier attempt may have been charged even where the last one was not.
        error.may_have_been_charged = self._may_have_been_charged = (
            self._may_have_been_charged or verdict.may_have_been_charged
        )
        self._last = error
        wait = verdict.wait
        if wait is None and signs_again(self._auth, error, self._request.state):
            wait = 0.0
        self._report(status, None if isinstance(error, VeniceAPIError) else error.kind, wait)
        return wait

    def abandoned(self) -> None:
        """Record an attempt that was cancelled or not sent."""
        self._budget.done(failed=None)

    def _give_up(self, pause: float) -> None:
        failures = self._budget.failures
        statuses = self._budget.statuses
        held = f"{failures} calls of this client failed in the last 30 s{f' ({statuses})' if statuses else ''}"
        held = f"{held}, and after 20 the API blocks the account"
        if self._last is not None:
            self._last.advice = f"Not sent again: {held}."
            raise self._last
        raise TooManyFailuresError(
            f"{self._request.name}: not sent. {held}: wait {pause:.0f} s, and look into the failures "
            "(a longer timeout waits; failure_budget=None sends at once)",
            retry_after=pause,
        )

    def _report(self, status: int | None, error: FailureKind | None, wait: float | None) -> None:
        level = logging.DEBUG if wait is None else logging.INFO
        is_logged = logger.isEnabledFor(level)
        if not is_logged and self._policy.on_attempt is None:
            return
        attempt = Attempt(self._request.name, self._number, status, error, self._clock.now() - self._began, wait)
        if is_logged:
            what = error if status is None else status
            then = "" if wait is None else f", again in {wait:.2f} s"
            logger.log(
                level, "%s: attempt %d, %s in %.3f s%s", self._request.name, self._number, what, attempt.seconds, then
            )
        if self._policy.on_attempt is not None:
            try:
                self._policy.on_attempt(attempt)
            except Exception:  # an exception of the hook must not lose a paid response
                logger.warning("on_attempt raised", exc_info=True)
