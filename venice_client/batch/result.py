"""
Results of `images.map`, and what follows from an error: whether it ends the run, and when a call is made again.

The client retries within each call (`_core/retry/policy`). The rules here apply to what remains, and never send again
what may have been paid for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeAlias

import attrs

from venice_client._core.errors import (
    AuthenticationError,
    MissingAPIKeyError,
    OperationUnavailableError,
    PaymentRequiredError,
    TooManyFailuresError,
    VeniceError,
)
from venice_client._core.retry.policy import TABLE, failure_of
from venice_client._core.schema.shortcuts import shown_as_text

MOST_ATTEMPTS: Final = 3
"""How often a call is made whose failures are known to cost nothing. The client retries within each."""
_LONGEST_PAUSE: Final = 60.0
_RULES: Final = {rule.failure: rule for rule in TABLE}
# These concern the account or the installation, so every other picture would meet them too.
_FATAL: Final = (AuthenticationError, PaymentRequiredError, MissingAPIKeyError, OperationUnavailableError)

Status: TypeAlias = Literal["done", "skipped", "failed", "unknown"]


class UnknownOutcomeError(VeniceError):
    """
    An earlier run sent this picture and recorded no outcome, so it may have been paid for.

    It was not sent again; `resend_unknown=True` sends it. `name` is the name of the picture.
    """

    may_have_been_charged = True

    def __init__(self, message: str, *, name: str = "") -> None:
        super().__init__(message)
        self.name = name


class SaveError(VeniceError, OSError):
    """
    A result or the manifest could not be written, which ended the run.

    `unsaved` lists the items whose bytes are in `item.result` only. `errno`, `strerror` and `filename` are those of the
    system's error.
    """

    def __init__(self, message: str, *, unsaved: Sequence[MapResult] = ()) -> None:
        super().__init__(message)
        self.unsaved = tuple(unsaved)

    @classmethod
    def from_error(cls, error: OSError, unsaved: Sequence[MapResult]) -> Self:
        """Return the error that ends a run after an error of the system."""
        names = ", ".join(item.name for item in unsaved)
        made = cls(f"{error}. Not saved, their bytes are in item.result: {names}" if names else str(error))
        made.unsaved = tuple(unsaved)
        return made._with(error.errno, error.strerror, error.filename)

    def _with(self, errno: int | None, strerror: str | None, filename: Any) -> Self:
        self.errno, self.strerror, self.filename = errno, strerror, filename
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (*super().__reduce__(), (self.errno, self.strerror, self.filename))


def _restored(make: Callable[..., SaveError], arguments: tuple[Any, ...], fields: tuple[Any, ...]) -> SaveError:
    return make(*arguments)._with(*fields)  # noqa: SLF001  # of this module


@attrs.frozen
class MapResult:
    """One input of `images.map` and its outcome."""

    index: int
    """Its position among the inputs, from 0."""
    name: str
    """Its key, or the name of its file, relative to the mapped folder; or one such as "picture-0007"."""
    source: Any = attrs.field(repr=False)
    """The input."""
    result: Any = attrs.field(default=None, repr=False)
    """What the method or the callable returned; None where it was saved to `path`."""
    path: Path | None = None
    """The file of the result."""
    error: Exception | None = None
    skipped: str = ""
    """Why nothing was sent: "done before", "a hidden file", "not a picture", or "the same as picture N"."""
    attempts: int = 0
    """How many calls this run made for it; retries within a call do not count."""

    @property
    @shown_as_text
    def status(self) -> Status:
        """
        "done" (by this run or an earlier one), "skipped", "failed", or "unknown".

        "unknown": the work may have been done and paid for, although no result came.
        """
        if self.error is not None:
            was_sent = self.attempts > 0 or isinstance(self.error, UnknownOutcomeError)
            return "unknown" if was_sent and self.result is None and may_be_paid(self.error) else "failed"
        return "done" if self.ok else "skipped"

    @property
    def ok(self) -> bool:
        """Whether there is a result, of this run or of an earlier one."""
        return self.error is None and (self.result is not None or self.path is not None)


@attrs.frozen
class Summary:
    """
    The number of inputs by what this run did with them, until now.

    An item of an earlier run has the status "done" and a path, and counts as skipped here.
    """

    done: int = 0
    """Inputs that this run sent, with a result."""
    skipped: int = 0
    """Inputs that were not sent, those of "done before" included."""
    failed: int = 0
    """Inputs with an error, unknown ones included."""
    unknown: tuple[str, ...] = ()
    """Names of pictures that may have been paid for without a result, of earlier runs and of this one."""


def is_fatal(error: Exception) -> bool:
    """Whether every other picture would meet this error too."""
    return isinstance(error, _FATAL)


def may_be_paid(error: Exception) -> bool:
    """Whether the work may have been done and paid for; of an error of the caller's code this is not known."""
    return error.may_have_been_charged if isinstance(error, VeniceError) else True


def pause_before_next(error: Exception, attempts: int) -> float | None:
    """Return the seconds until a call that is known to have cost nothing is made again; None where it is not."""
    if isinstance(error, TooManyFailuresError):
        return min(error.retry_after or 1.0, _LONGEST_PAUSE)
    if not isinstance(error, VeniceError) or attempts >= MOST_ATTEMPTS:
        return None
    rule = _RULES.get(failure_of(error))
    if rule is None or rule.paid == "no" or error.may_have_been_charged:
        return None
    stated = error.retry_after or 0.0
    return None if stated > _LONGEST_PAUSE else max(stated, float(2**attempts))
