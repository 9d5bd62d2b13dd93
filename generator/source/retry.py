"""
When a fetch is attempted again, and after how long.

An attempt that failed says itself whether another may fare better; a server's Retry-After is kept as long as
all waits together stay within `MAX_WAIT`. It opens no socket and waits for nothing.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from attrs import define

ATTEMPTS = 4
MAX_WAIT = 30.0  # seconds: for all attempts, and for what Retry-After may ask for


class AttemptError(Exception):
    """An attempt that came to nothing; its text says why, without secrets."""

    def __init__(self, text: str, *, again: bool = False, after: float | None = None) -> None:
        super().__init__(text)
        self.again = again  # another attempt may fare better
        self.after = after  # seconds that the server asks to be left alone


@define
class Patience:
    """Decides after each failure of one fetch: stop (False), go on (True), or go on after so many seconds."""

    waited: float = 0.0  # seconds, as servers asked for

    def __call__(self, error: Exception) -> bool | float:
        if not isinstance(error, AttemptError) or not error.again:
            return False
        if error.after is None:
            return True
        self.waited += error.after
        return error.after if self.waited <= MAX_WAIT else False


def retry_after(value: str | None) -> float | None:
    """Seconds, of the two forms of the header; None where it is absent or neither."""
    if value is None:
        return None
    if re.fullmatch("[0-9]{1,9}", value.strip()):
        return float(value)
    with suppress(ValueError, OverflowError):
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, math.ceil((moment - datetime.now(UTC)).total_seconds()))
    return None
