"""
What is decided while a job is waited for: what an answer means, when to ask again, and when to stop.

Nothing here sends or sleeps, so that sync and async share all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from types import TracebackType
from typing import Any, Final, Self

from attrs import frozen

from venice_client._core.errors import (
    JobFailedError,
    RateLimitError,
    RequestValidationError,
    ResponseDecodeError,
    ServerError,
    StreamInterrupted,
    TooManyFailuresError,
    VeniceConnectionError,
    VeniceError,
    VeniceTimeoutError,
)
from venice_client._core.schema.model import Model
from venice_client.jobs.progress import Reporter
from venice_client.jobs.resume_file import Handle

INTERVAL: Final = 5.0
"""The seconds between two questions, as the vendor advises."""
WAIT: Final = 3600.0
"""The seconds after which `generate` no longer waits."""
PASSING: Final = (
    VeniceConnectionError,
    RateLimitError,
    ServerError,
    TooManyFailuresError,
    StreamInterrupted,
    ResponseDecodeError,
)
"""What may be over when it is asked again."""
_TOLERATED: Final = 5
_LONGEST_PAUSE: Final = 60.0
_ENDED: Final = frozenset({"FAILED", "FAILURE", "ERROR", "CANCELED", "CANCELLED", "EXPIRED", "REJECTED"})


@frozen
class JobStatus:
    """How far a job is."""

    status: str
    """PROCESSING or COMPLETED, or what else the server says."""
    elapsed: float | None = None
    """The seconds that it has been worked on."""
    expected: float | None = None
    """The seconds that such work takes on average."""

    @property
    def is_done(self) -> bool:
        """Whether the file is there."""
        return self.status == "COMPLETED"


@frozen
class Found:
    """What an answer to "how far is it?" said: the status, and where the file is, in the answer or at an address."""

    status: JobStatus
    media: Any = None
    url: str | None = None


def found_of(value: Any, body: bytes, answer: Any, handle: Handle) -> Found:
    """
    Read an answer that is not the file.

    Raises JobFailedError where no file will come, ResponseDecodeError where the answer says nothing that is known.
    """
    if not isinstance(value, Model | dict):
        raise unreadable(answer, body, "the answer should tell how far the work is, or be the file")
    raw = value.to_dict() if isinstance(value, Model) else value
    word = raw.get("status")
    status = word.upper() if isinstance(word, str) else "UNKNOWN"
    found = JobStatus(status, _seconds(raw.get("execution_duration")), _seconds(raw.get("average_execution_time")))
    if status in _ENDED:
        told = next((raw[name] for name in ("error", "message", "reason") if isinstance(raw.get(name), str)), "")
        raise JobFailedError(f"the server says {status}{': ' if told else ''}{told[:500]}", status=status, body=raw)
    url = handle.download_url or raw.get("download_url")
    if found.is_done and not isinstance(url, str):
        text = "the work is done, and nothing says where the file is: the order's answer named no download_url"
        raise JobFailedError(text, status=status, body=raw)
    return Found(found, url=url if found.is_done else None)


def unreadable(answer: Any, body: bytes, text: str) -> ResponseDecodeError:
    """Return the error of a success that is not what was asked for."""
    return ResponseDecodeError(
        f"{text}, and its media type is {answer.media_type or 'not given'}",
        status=answer.status_code,
        media_type=answer.media_type,
        body=body,
        request_id=answer.request_id,
    )


class Waiting:
    """One waiting for a job: counts failures, keeps the time, and tells of the progress."""

    def __init__(self, reporter: Reporter, now: Callable[[], float], interval: float, timeout: float | None) -> None:
        problems = []
        if isinstance(interval, bool) or not isinstance(interval, int | float) or not interval > 0:
            problems.append(f"poll_interval: {interval!r} is no number of seconds above 0")
        if timeout is not None and (isinstance(timeout, bool) or not isinstance(timeout, int | float) or timeout < 0):
            problems.append(f"timeout: {timeout!r} is no number of seconds from 0 on")
        if problems:
            raise RequestValidationError(problems)
        self._reporter = reporter
        self._now = now
        self._began = now()
        self._interval = float(interval)
        self._timeout = timeout
        self._failures = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reporter.close()

    def heard(self, status: JobStatus) -> float:
        """Return the seconds until the next question, after an answer that said to wait."""
        self._failures = 0
        elapsed = self._now() - self._began if status.elapsed is None else status.elapsed
        self._reporter.report(elapsed, status.expected)
        if self._left() <= 0:
            raise VeniceTimeoutError(f"the file was not there after {self._timeout:g} s, and is still being made")
        return min(self._interval, self._left())

    def failed(self, error: VeniceError) -> float:
        """Return the seconds until the next question, after one that failed; raises its error if it is one too many."""
        self._failures += 1
        if self._failures > _TOLERATED or self._left() <= 0:
            raise error
        asked: float = getattr(error, "retry_after", None) or 0.0
        pause = max(asked, min(self._interval * 2.0 ** (self._failures - 1), _LONGEST_PAUSE))
        return min(pause, self._left())

    def _left(self) -> float:
        return inf if self._timeout is None else self._began + self._timeout - self._now()


def _seconds(milliseconds: Any) -> float | None:
    is_number = isinstance(milliseconds, int | float) and not isinstance(milliseconds, bool)
    return max(0.0, milliseconds / 1000) if is_number else None
