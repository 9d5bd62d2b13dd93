"""
What became of a picture: the result that people get, and what follows from an error.

The rules of the client's own retries stand in `_core/retry/policy`. These begin where they end, and never send again
what may have been paid for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import attrs

from venice_client._core.errors import (
    AuthenticationError,
    MissingAPIKeyError,
    OperationUnavailableError,
    PaymentRequiredError,
    ResponseDecodeError,
    TooManyFailuresError,
    VeniceConnectionError,
    VeniceError,
)
from venice_client._core.retry.policy import TABLE, failure_of

ROUNDS: Final = 3
"""How often a call is made, of which it is known that the one before cost nothing. The client retries within each."""

_RULES: Final = {rule.failure: rule for rule in TABLE}
# What concerns the account, or this machine, and not the picture: it ends the run.
_FATAL: Final = (AuthenticationError, PaymentRequiredError, MissingAPIKeyError, OperationUnavailableError)
_LONGEST_PAUSE: Final = 60.0

Status: TypeAlias = Literal["done", "skipped", "failed", "unknown"]


@attrs.frozen
class MapResult:
    """What became of one picture of `images.map`. Either `error` is set, or it is done, or `skipped` says why not."""

    index: int
    """Its place among what went in, from 0."""
    name: str
    """Its key, or the name of its file, below the folder that was mapped; or one such as "picture-0007"."""
    source: Any = attrs.field(repr=False)
    """What went in."""
    result: Any = attrs.field(default=None, repr=False)
    """What the API gave: an ImageResult, or what the callable returned; None where it was saved to a file."""
    path: Path | None = None
    """Where it was saved."""
    error: Exception | None = None
    skipped: str = ""
    """Why nothing was sent: "done before", "a hidden file", "not a picture", or "the same as" another one."""
    tries: int = 0
    """How many calls were made for it in this run."""

    @property
    def status(self) -> Status:
        """
        "done", "skipped", "failed", or "unknown": the work may have been done and paid for, and no result came.

        A picture that an earlier run has saved is "done", and `skipped` is "done before".
        """
        if self.error is not None:
            return "unknown" if self.result is None and perhaps_paid(self.error) else "failed"
        return "done" if self.ok else "skipped"

    @property
    def ok(self) -> bool:
        """Whether there is a result of it, of this run or of an earlier one."""
        return self.error is None and (self.result is not None or self.path is not None)


class UnknownOutcomeError(VeniceError):
    """
    An earlier run sent this picture and did not record its outcome: it may have been paid for.

    It was not sent again; `resend_unknown=True` sends it. `name` is the name of the picture.
    """

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name}: not sent, an earlier run sent it and may have paid for it, and no result was saved"
            " (resend_unknown=True sends it again)"
        )
        self.name = name

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.name,)


def ends_run(outcome: MapResult) -> bool:
    """Whether an error is of a kind that every other picture would meet too."""
    saving = isinstance(outcome.error, OSError) and outcome.result is not None
    return saving or isinstance(outcome.error, _FATAL)


def perhaps_paid(error: Exception) -> bool:
    """Whether the work may have been done, and paid for, though no picture came."""
    if isinstance(error, ResponseDecodeError | UnknownOutcomeError):
        return True
    if not isinstance(error, VeniceError):
        return True  # of a caller's own code: nobody knows
    rule = _RULES.get(failure_of(error))
    return rule is not None and rule.perhaps_done


def pause_before_next(error: Exception, tries: int) -> float | None:
    """Return the seconds until a call can be made again that is known to have cost nothing; None if it is not to be."""
    if isinstance(error, TooManyFailuresError):
        return min(error.retry_after or 1.0, _LONGEST_PAUSE)
    if not isinstance(error, VeniceError) or tries >= ROUNDS:
        return None
    rule = _RULES.get(failure_of(error))
    if rule is None or rule.perhaps_done or rule.paid == "no":
        return None
    if isinstance(error, VeniceConnectionError) and error.kind != "connect":
        return None
    asked = getattr(error, "retry_after", None) or 0.0
    return None if asked > _LONGEST_PAUSE else max(asked, float(2**tries))
