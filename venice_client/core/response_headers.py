"""What the headers of a response tell: which of them may be kept, how long the server asks to wait."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC
from typing import Final

_SECRET_HEADERS: Final = frozenset(
    {
        "authorization",
        "cookie",
        "payment-signature",
        "proxy-authorization",
        "set-cookie",
        "set-cookie2",
        "sign-in-with-x",
        "x-402-payment",
        "x-api-key",
        "x-payment",
        "x-sign-in-with-x",
    }
)


def public_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """A response's headers as a plain dict, names in lower case, without those that give access."""
    return {name.lower(): value for name, value in headers.items() if name.lower() not in _SECRET_HEADERS}


def retry_after_seconds(headers: Mapping[str, str], *, status: int = 429, now: float | None = None) -> float | None:
    """
    The seconds that a response asks to wait, never negative; None where it does not say.

    `Retry-After` counts with every status, in seconds or as an HTTP date. `x-ratelimit-reset-requests` comes
    with every answer, so it counts with 429 alone: a Unix time in seconds or milliseconds, or, where the
    number is too small to be a time, seconds. `now` is a Unix time.
    """
    names = {name.lower(): value.strip() for name, value in headers.items()}
    now = time.time() if now is None else now
    if stated := names.get("retry-after"):
        wait = _number(stated)
        if wait is None:
            moment = _http_date(stated)
            wait = None if moment is None else moment - now
        if wait is not None:
            return max(0.0, wait)
    reset = names.get("x-ratelimit-reset-requests") or names.get("x-ratelimit-reset")
    number = _number(reset) if reset and status == 429 else None
    if number is None:
        return None
    if number >= 1e11:  # as seconds: after the year 5000
        number /= 1000
    return max(0.0, number - now if number >= 1e8 else number)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None  # neither NaN nor infinity passes


def _http_date(text: str) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
