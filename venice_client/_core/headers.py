"""The headers of a response: which of them may be kept, and the wait that the server requests."""

from __future__ import annotations

import binascii
import re
import time
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from datetime import UTC
from functools import lru_cache
from typing import Any, Final

from venice_client._core.masking import SECRET_HEADERS, conceal

_HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")
_HEADER_NAME: Final = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)


class Headers(Mapping[str, str]):
    """
    Headers whose names compare without regard to case; it iterates over them in lower case.

    Values of the same name are joined by commas. Text is UTF-8, or Latin-1 where it is not.
    """

    __slots__ = ("_values",)

    def __init__(self, lines: Iterable[tuple[bytes, bytes]]) -> None:
        values: dict[str, str] = {}
        for line in lines:
            name = _name(line[0])
            try:
                value = line[1].decode()
            except UnicodeDecodeError:
                value = line[1].decode("latin-1")
            values[name] = f"{values[name]}, {value}" if name in values else value
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of a header, or the default."""
        return self._values.get(name.lower(), default)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def keys(self) -> KeysView[str]:
        """Return the names in lower case."""
        return self._values.keys()

    def values(self) -> ValuesView[str]:
        """Return the values."""
        return self._values.values()

    def items(self) -> ItemsView[str, str]:
        """Return the names in lower case with their values."""
        return self._values.items()

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._values!r})"


@lru_cache(256)  # the same few come with every response
def _name(line: bytes) -> str:
    return line.decode("latin-1").lower()


def public_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """A response's headers as a plain dict, names in lower case, without those that give access."""
    return {name.lower(): value for name, value in headers.items() if name.lower() not in SECRET_HEADERS}


def request_id(headers: Mapping[str, str]) -> str | None:
    """Return the id under which the vendor can find a request; names of headers in lower case. None without one."""
    found = ((headers.get(name) or "").strip() for name in ("x-request-id", "cf-ray"))
    return next(filter(None, found), None)


def retry_after_seconds(headers: Mapping[str, str], *, status: int = 429, now: float | None = None) -> float | None:
    """
    Return the seconds that a response asks to wait, never negative; None where it names none.

    `retry-after-ms` and `Retry-After` count with every status: milliseconds; seconds, an HTTP date or a Unix time.
    `x-ratelimit-reset-requests` comes with every response, so it counts with 429 only: a Unix time in seconds or
    milliseconds, or, where the number is too small for that, seconds. Times are compared with the response's `Date`,
    as the clocks of client and server differ; without one with `now`, a Unix time.
    """
    names = {name.lower(): value.strip() for name, value in headers.items()}
    sent = http_date(names.get("date", ""))
    now = sent if sent is not None else time.time() if now is None else now
    milliseconds = number(names.get("retry-after-ms"))
    if milliseconds is not None:
        return max(0.0, milliseconds / 1000)
    if stated := names.get("retry-after"):
        wait = number(stated)
        if wait is not None:
            return seconds_until(wait, now)
        moment = http_date(stated)
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


def http_date(text: str) -> float | None:
    """A header's date as a Unix time; None where it is none."""
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def header_problem(name: Any, text: Any) -> str:
    """Return what keeps a header from being sent; "" where nothing does."""
    if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
        return f"the header name {str(name)[:40]!r} holds characters that no header name has"
    if not isinstance(text, str) or not _HEADER_VALUE.fullmatch(text):
        return f"the header {name[:40]!r} must be str of printable ASCII on one line"
    return ""


def set_header(headers: dict[str, str], name: str, value: str | None) -> None:
    """Set a header instead of those of the same name in any case; None removes them."""
    lower = name.lower()
    for known in list(headers):
        if known.lower() == lower:
            del headers[known]
    if value is not None:
        headers[name] = conceal(name, value)


def set_default_header(headers: dict[str, str], name: str, value: str) -> None:
    """Set a header that the caller did not set."""
    if not has_header(headers, name):
        headers[name] = conceal(name, value)


def has_header(headers: Mapping[str, str], name: str) -> bool:
    """Whether there is a header of a name, in any case."""
    return name in headers or name.lower() in map(str.lower, headers)
