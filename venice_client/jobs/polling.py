"""
The decisions while a job is waited for: what a response means, when to poll again, and when to stop.

Nothing here sends or sleeps, so that sync and async share all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, Final, Self, TypeAlias

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
from venice_client._core.progress import Reporter
from venice_client._core.response.answer import undecodable
from venice_client._core.response.sniffing import is_page_or_json
from venice_client._core.schema.model import Model
from venice_client._core.schema.values import is_number
from venice_client.jobs.resume_file import ResumeData

INTERVAL: Final = 5.0
"""The seconds between two polls, as the vendor advises."""
WAIT: Final = 3600.0
"""The seconds after which `generate` stops waiting."""
TRANSIENT: Final = (
    VeniceConnectionError,
    RateLimitError,
    ServerError,
    TooManyFailuresError,
    StreamInterrupted,
    ResponseDecodeError,
)
"""Errors after which polling continues."""
_MOST_FAILURES: Final = 5
"""Failed polls in a row that are tolerated."""
_LONGEST_PAUSE: Final = 60.0
ENDED: Final = frozenset({"FAILED", "FAILURE", "ERROR", "CANCELED", "CANCELLED", "EXPIRED", "REJECTED"})

Progress: TypeAlias = bool | Callable[[float, float | None], object]
"""True for a bar on a terminal, or a function of the seconds that passed and of those that such work usually takes."""


@frozen
class JobStatus:
    """The status of a job."""

    status: str
    """PROCESSING or COMPLETED, or another word of the server; UNKNOWN where it sent none."""
    elapsed: float | None = None
    """The seconds of work until now."""
    expected: float | None = None
    """The seconds that such work takes on average."""

    @property
    def is_done(self) -> bool:
        """Whether the file can be fetched."""
        return self.status == "COMPLETED"


@frozen
class Poll:
    """The outcome of a poll: the status, and the file, in the response (`media`) or at an address (`url`)."""

    status: JobStatus
    media: Any = None  # an unread response of either client
    url: str | None = None


def read_poll(value: Any, body: bytes, response: Any, data: ResumeData) -> Poll:
    """
    Read a response that is not the file.

    Raises JobFailedError where no file will come, ResponseDecodeError where the response says nothing that is known.
    """
    if not isinstance(value, Model | dict):
        raise wrong_content(response, body, "the response must be a status or the file")
    fields = value.to_dict() if isinstance(value, Model) else value
    word = fields.get("status")
    word = word.upper() if isinstance(word, str) else "UNKNOWN"
    status = JobStatus(word, _seconds(fields.get("execution_duration")), _seconds(fields.get("average_execution_time")))
    if word in ENDED:
        found = (fields.get(name) for name in ("error", "message", "reason"))
        texts = (item.get("message") if isinstance(item, dict) else item for item in found)
        reason = next((text for text in texts if isinstance(text, str)), "")
        text = f"the job ended with {word}{': ' if reason else ''}{reason[:500]}"
        raise JobFailedError(text, status=word, body=fields)
    url = data.download_url or fields.get("download_url")
    if status.is_done and not isinstance(url, str):
        text = "the job is completed, but neither the order's response nor this one named a download_url"
        raise JobFailedError(text, status=word, body=fields)
    return Poll(status, url=url if status.is_done else None)


def check_file(response: Any, head: bytes) -> None:
    """
    Raise ResponseDecodeError where the first bytes of a file are none of a video or a sound.

    The server deletes its copy once the file is saved, so an error that is named a video must not count as one.
    """
    if not head:
        raise wrong_content(response, head, "the file must not be empty")
    if is_page_or_json(head):
        raise wrong_content(response, head, "the response must be the file, and is JSON or a page")


def wrong_content(response: Any, body: bytes, text: str) -> ResponseDecodeError:
    """Return the error of a success that has another content than required."""
    return undecodable(f"{text}, got the media type {response.media_type or 'none'}", response, body)


class Waiting:
    """One waiting for a job: counts failures, keeps the time, and reports the progress."""

    def __init__(
        self,
        progress: Progress,
        title: str,
        now: Callable[[], float],
        interval: float,
        timeout: float | None,
        *,
        name: str = "timeout",
    ) -> None:
        """
        Raises RequestValidationError with all that is wrong with the arguments; `name` is what the caller calls the
        timeout.
        """
        problems = []
        if not is_number(interval) or not interval > 0:
            problems.append(f"poll_interval must be a number of seconds > 0, got {interval!r:.80}")
        if timeout is not None and (not is_number(timeout) or not timeout >= 0):
            problems.append(f"{name} must be a number of seconds >= 0 or None, got {timeout!r:.80}")
        if problems:
            raise RequestValidationError(problems)
        self._reporter = Reporter(progress, "s", title=title)
        self._now = now
        self._began = now()
        self._interval = float(interval)
        self._timeout = timeout
        self._failures = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._reporter.close()

    def next_after(self, status: JobStatus) -> float:
        """Return the seconds until the next poll. Raises VeniceTimeoutError where the time is over."""
        self._failures = 0
        elapsed = self._now() - self._began if status.elapsed is None else status.elapsed
        expected = status.expected
        self._reporter.report(elapsed, expected, f"usually {expected:.0f} s" if expected else "")
        if self._left() <= 0:
            raise VeniceTimeoutError(f"the job did not end within {self._timeout:g} s, and is still in progress")
        return min(self._interval, self._left())

    def next_after_error(self, error: VeniceError) -> float:
        """Return the seconds until the next poll after one that failed; raises its error where it is one too many."""
        self._failures += 1
        if self._failures > _MOST_FAILURES or self._left() <= 0:
            raise error
        stated: float = error.retry_after or 0.0
        pause = max(stated, min(self._interval * 2.0 ** (self._failures - 1), _LONGEST_PAUSE))
        return min(pause, self._left())

    def _left(self) -> float:
        return inf if self._timeout is None else self._began + self._timeout - self._now()


def _seconds(milliseconds: Any) -> float | None:
    return max(0.0, milliseconds / 1000) if is_number(milliseconds) else None
