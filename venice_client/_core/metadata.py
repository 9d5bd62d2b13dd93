"""
Metadata from the headers of a response: rate limits, balance, the model, content flags.

    completion = venice.chat.completions.create(...)
    completion.meta.request_id, completion.meta.balance.usd, completion.meta.rate_limits.requests.remaining

Headers are parsed when a property is read, and nothing raises: a missing or malformed header reads as None.
`_core/headers` chooses the headers to keep; `response/deprecation` warns.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from attrs import frozen

from venice_client._core.headers import base64_json, http_date, number, public_headers, request_id, seconds_until


@frozen
class Limit:
    """A rate limit: of requests, or of tokens."""

    limit: int | None
    """How many the period allows."""
    remaining: int | None
    reset: float | None
    """When the period ends, as the header has it: a Unix time, or seconds."""
    sent_at: float | None = None
    """When the server sent the response, by its own clock: a Unix time."""

    def seconds(self, now: float | None = None) -> float | None:
        """
        Return the seconds from the response to the end of the period, by the server's clock.

        `now`, a Unix time, counts instead of the time of the response.
        """
        if self.reset is None:
            return None
        now = self.sent_at if now is None else now
        return seconds_until(self.reset, time.time() if now is None else now)


@frozen
class RateLimits:
    """The rate limits of the key for the model."""

    requests: Limit
    tokens: Limit
    kind: str | None
    """The kind of limit that applies (`x-ratelimit-type`)."""


@frozen
class Balance:
    """The balance after the call."""

    usd: float | None
    diem: float | None
    remaining: float | None
    """With wallet access: US dollars."""


@frozen
class AnsweringModel:
    """The model that answered."""

    id: str | None
    name: str | None
    deprecated: bool
    """Whether a header says that the model is deprecated."""
    deprecation_warning: str | None
    deprecation_date: str | None
    replacement: str | None
    """The model to use instead."""


@frozen
class Pagination:
    """Which page of a list this is."""

    page: int | None
    limit: int | None
    total: int | None
    total_pages: int | None
    next_cursor: str | None


class Meta:
    """Metadata of a response. For an object that did not come from a response, all of it is None."""

    def __init__(self, status: int | None = None, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        """The HTTP status; None for the bytes of a file, which only a 2xx response becomes."""
        self._headers: Mapping[str, str] = {} if headers is None else headers

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The headers, names in lower case, without cookies and credentials."""
        return public_headers(self._headers)

    @property
    def request_id(self) -> str | None:
        """The id under which the vendor can find the request (X-Request-ID, else CF-RAY)."""
        return request_id(self._headers)

    @property
    def rate_limits(self) -> RateLimits:
        """The rate limits of the key."""
        sent_at = http_date(self._text("date") or "")
        requests, tokens = (
            Limit(
                self._int(f"limit-{of}"),
                self._int(f"remaining-{of}"),
                number(self._text(f"x-ratelimit-reset-{of}")),
                sent_at,
            )
            for of in ("requests", "tokens")
        )
        return RateLimits(requests, tokens, self._text("x-ratelimit-type"))

    @property
    def balance(self) -> Balance:
        """The balance after the call."""
        names = ("x-venice-balance-usd", "x-venice-balance-diem", "x-balance-remaining")
        return Balance(*(number(self._text(name)) for name in names))

    @property
    def model(self) -> AnsweringModel:
        """The model that answered, and whether it is deprecated."""
        warning, date = self._model("deprecation-warning"), self._model("deprecation-date")
        replacement = self._text("x-venice-deprecated-replacement")
        said = self._text("x-venice-deprecated")
        deprecated = bool(warning or date or replacement) or (said or "false").lower() not in ("false", "0", "no")
        return AnsweringModel(self._model("id"), self._model("name"), deprecated, warning, date, replacement)

    @property
    def content_violation(self) -> bool | None:
        """Whether the content breaks the content policy."""
        return self._flag("x-venice-is-content-violation")

    @property
    def adult_content_violation(self) -> bool | None:
        """Whether the content breaks the content policy of a model for adult content."""
        return self._flag("x-venice-is-adult-model-content-violation")

    @property
    def blurred(self) -> bool | None:
        """Whether the picture was blurred."""
        return self._flag("x-venice-is-blurred")

    @property
    def enhanced_prompt(self) -> str | None:
        """The prompt as the API rewrote it."""
        text = self._text("x-venice-enhanced-prompt")
        return None if text is None else unquote(text)

    @property
    def pagination(self) -> Pagination:
        """Which page of a list this is."""
        names = ("page", "limit", "total", "total-pages")
        page, limit, total, pages = (_whole(number(self._text(f"x-pagination-{name}"))) for name in names)
        return Pagination(page, limit, total, pages, self._text("x-next-cursor"))

    @property
    def payment_response(self) -> Any:
        """The result of a payment (x402's PAYMENT-RESPONSE), decoded."""
        return base64_json(self._text("payment-response"))

    def _text(self, name: str) -> str | None:
        return (self._headers.get(name) or "").strip() or None

    def _model(self, name: str) -> str | None:
        return self._text(f"x-venice-model-{name}")

    def _int(self, name: str) -> int | None:
        return _whole(number(self._text(f"x-ratelimit-{name}")))

    def _flag(self, name: str) -> bool | None:
        return {"true": True, "1": True, "false": False, "0": False}.get((self._text(name) or "").lower())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Meta):
            return NotImplemented
        return (self.status, self.headers) == (other.status, other.headers)

    __hash__ = None  # type: ignore[assignment]  # it holds a mapping

    def __repr__(self) -> str:
        status = "" if self.status is None else f"status={self.status}, "
        return f"Meta({status}request_id={self.request_id!r}, {len(self.headers)} headers)"

    def __reduce__(self) -> tuple[Any, ...]:
        return Meta, (self.status, dict(self.headers))


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
