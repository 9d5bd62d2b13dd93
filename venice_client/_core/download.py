"""
Download a file from a URL in a response, with the client's connections and without its credentials.

The address must be https, or http where the API itself is; so must each that a redirect leads to. The file comes back
unread, so that it is never held whole. A failed attempt is made again as any reading is, but does not count towards
the API's limit on failures: another server gave it. An HTTP client of the caller's own adds what it was made with.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from venice_client._core.base_client import SECONDS, USER_AGENT, BaseClient
from venice_client._core.client import AsyncClient, SyncClient
from venice_client._core.errors import RequestValidationError, VeniceAPIError, VeniceConnectionError
from venice_client._core.request.call import Request
from venice_client._core.response.answer import Answer
from venice_client._core.response.body_reader import AsyncUnreadResponse, Unread, UnreadResponse
from venice_client._core.retry.budget import FailureBudget
from venice_client._core.retry.policy import Attempts

MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
# Without compression: a truncated compressed file could not be detected.
_HEADERS: Final = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": USER_AGENT}


# This module is the client's third way to send, beside `send` and `request`.
# ruff: noqa: SLF001


def fetch(client: SyncClient, url: str) -> UnreadResponse[bytes]:
    """
    Get a file, to be read piece by piece.

    Raises RequestValidationError where the address is none to be fetched, and what any call raises.
    """
    for _ in range(MOST_REDIRECTS + 1):
        call = _call(client, url)
        attempts = Attempts(call, client._retry, FailureBudget(), client._clock)
        while True:
            attempts.admit()
            try:
                answer = client._transport.send(call, _HEADERS, _seconds(client), url=url)
                target = _target(client, call, answer, url)
            except (VeniceAPIError, VeniceConnectionError) as error:
                wait = attempts.failed(error)
                if wait is None:
                    raise
            else:
                attempts.succeeded(answer.status)
                break
            client._clock.sleep(wait)
        if target is None:
            return UnreadResponse(_unread(call, answer))
        url = target
    raise _too_many(call)


async def fetch_async(client: AsyncClient, url: str) -> AsyncUnreadResponse[bytes]:
    """Get a file, to be read piece by piece: see `fetch`."""
    for _ in range(MOST_REDIRECTS + 1):
        call = _call(client, url)
        attempts = Attempts(call, client._retry, FailureBudget(), client._clock)
        while True:
            attempts.admit()
            try:
                answer = await client._transport.send(call, _HEADERS, _seconds(client), url=url)
                target = _target(client, call, answer, url)
            except (VeniceAPIError, VeniceConnectionError) as error:
                wait = attempts.failed(error)
                if wait is None:
                    raise
            else:
                attempts.succeeded(answer.status)
                break
            await client._clock.sleep_async(wait)
        if target is None:
            return AsyncUnreadResponse(_unread(call, answer))
        url = target
    raise _too_many(call)


def check_address(client: BaseClient, url: str) -> None:
    """Raise RequestValidationError where a file's address is none that this client would fetch."""
    shown = url.partition("?")[0].rpartition("@")[2][:120]  # what follows may give access
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s\x00-\x20\x7f]", url):
        raise RequestValidationError([f"download: {shown!r} is not the URL of a file"])
    allowed = ("https", "http") if client.base_url.startswith("http:") else ("https",)
    if parts.scheme not in allowed:
        raise RequestValidationError([f"download: {shown!r} is not {' or '.join(allowed)}, and is not fetched"])


def _call(client: BaseClient, url: str) -> Request:
    check_address(client, url)
    # The query may give access to the file: errors and the log show the path only.
    return Request("GET", urlsplit(url).path or "/", mode="streamed")


def _seconds(client: BaseClient) -> float:
    return client.timeout or SECONDS


def _target(client: BaseClient, call: Request, answer: Answer, url: str) -> str | None:
    """Return where a redirect leads, or None where the file has come. Raises the error of any other answer."""
    location = answer.headers.get("location")
    if answer.status in _REDIRECTS and location:
        return urljoin(url, location)
    client._check(call, answer)
    return None


def _unread(call: Request, answer: Answer) -> Unread:
    return Unread(answer, _as_it_is, method=call.method, path=call.path)


def _as_it_is(content: bytes) -> Any:
    return content


def _too_many(call: Request) -> VeniceConnectionError:
    text = f"the file was not found: {MOST_REDIRECTS} redirects, and no end"
    return VeniceConnectionError(text, method=call.method, path=call.path, kind="garbled")
