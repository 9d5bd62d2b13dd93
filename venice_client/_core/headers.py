"""What the headers of a response tell: which of them may be kept, how long the server asks to wait."""

from __future__ import annotations

import binascii
import time
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from venice_client._core.masking import SECRET_HEADERS


def public_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """A response's headers as a plain dict, names in lower case, without those that give access."""
    return {name.lower(): value for name, value in headers.items() if name.lower() not in SECRET_HEADERS}


def retry_after_seconds(headers: Mapping[str, str], *, status: int = 429, now: float | None = None) -> float | None:
    """
    Return the seconds that a response asks to wait, never negative; None where it names none.

    `retry-after-ms` and `Retry-After` count with every status: milliseconds; seconds, an HTTP date or a Unix time.
    `x-ratelimit-reset-requests` comes with every response, so it counts with 429 only: a Unix time in seconds or
    milliseconds, or, where the number is too small for that, seconds. Times are compared with the response's `Date`,
    as the clocks of client and server differ; without one with `now`, a Unix time.
    """
    names = {name.lower(): value.strip() for name, value in headers.items()}
    sent = _http_date(names.get("date", ""))
    now = sent if sent is not None else time.time() if now is None else now
    milliseconds = number(names.get("retry-after-ms"))
    if milliseconds is not None:
        return max(0.0, milliseconds / 1000)
    if stated := names.get("retry-after"):
        wait = number(stated)
        if wait is not None:
            return seconds_until(wait, now)
        moment = _http_date(stated)
        if moment is not None:
            return max(0.0, moment - now)
    reset = number(names.get("x-ratelimit-reset-requests") or names.get("x-ratelimit-reset"))
    return None if reset is None or status != 429 else seconds_until(reset, now)


def seconds_until(reset: float, now: float) -> float:
    """The seconds from `now`, a Unix time, to a reset: a Unix time in seconds or milliseconds, or seconds itself."""
    if reset >= 1e11:  # as seconds: after the year 5000
        reset /= 1000
    return max(0.0, reset - now if reset >= 1e8 else reset)


def base64_json(text: str | None) -> Any:
    """What a header holds as JSON in base64; None where it does not."""
    if not text:
        return None
    import msgspec

    standard = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return msgspec.json.decode(binascii.a2b_base64(standard + "=" * (-len(standard) % 4)))
    except (ValueError, RecursionError):  # msgspec's and binascii's errors are ValueErrors
        return None


def number(text: str | None) -> float | None:
    """A header's number; None where it is none."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None  # neither NaN nor infinity passes


def _http_date(text: str) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
