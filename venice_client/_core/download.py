"""
Download a file from a URL in a response, with the client's connections and without its credentials.

The address must be https, or http where the API itself is; so must each that a redirect leads to. The file comes back
unread, so that it is never held whole. A failed attempt is made again as any reading is, but does not count towards
the API's limit on failures: another server gave it. An HTTP client of the caller's own adds what it was made with.
"""

from __future__ import annotations

from functools import partial
from typing import Final
from urllib.parse import urljoin, urlsplit

from venice_client._core.base_client import SECONDS, USER_AGENT, BaseClient
from venice_client._core.client import AsyncClient, SyncClient
from venice_client._core.errors import RequestValidationError, VeniceConnectionError
from venice_client._core.request.call import Request
from venice_client._core.response.answer import Answer
from venice_client._core.response.body_reader import AsyncUnreadResponse, Unread, UnreadResponse
from venice_client._core.retry.budget import FailureBudget
from venice_client._core.retry.policy import Attempts
from venice_client._core.transport.network import shown_url, split_address

MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
# Without compression: a truncated compressed file could not be detected.
_HEADERS: Final = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": USER_AGENT}


# This module is the client's third way to send, beside `send` and `request`.
# ruff: noqa: SLF001


async def fetch(client: SyncClient | AsyncClient, url: str) -> UnreadResponse[bytes] | AsyncUnreadResponse[bytes]:
    """
    Get a file, to be read piece by piece; with a sync client it blocks, see `run_blocking`.

    Raises RequestValidationError where the address is none to be fetched, and what any call raises.
    """
    for _ in range(MOST_REDIRECTS + 1):
        check_address(client, url)
        # The query may give access to the file: errors and the log show the path only.
        call = Request("GET", urlsplit(url).path or "/", mode="streamed")
        seconds = client.timeout or SECONDS
        attempts = Attempts(call, client._retry, FailureBudget(), client._clock, seconds)
        answer = await client._exchange(attempts, partial(_attempt, client, call, url, seconds))
        if not _redirects(answer):
            unread = Unread(answer=answer, decode=bytes, request=call)
            return AsyncUnreadResponse(unread) if client.is_async else UnreadResponse(unread)
        url = urljoin(url, answer.headers["location"])
    text = f"the download stopped after {MOST_REDIRECTS} redirects"
    raise VeniceConnectionError(text, method=call.method, path=call.path, kind="garbled")


async def _attempt(client: SyncClient | AsyncClient, call: Request, url: str, seconds: float) -> Answer:
    answer = await client._transmit(call, _HEADERS, seconds, url)
    if not _redirects(answer):
        client._check(call, answer)
    return answer


def _redirects(answer: Answer) -> bool:
    return answer.status_code in _REDIRECTS and bool(answer.headers.get("location"))


def check_address(client: BaseClient, url: str) -> None:
    """Raise RequestValidationError where a file's address is none that this client would fetch."""
    parts = split_address(url)
    if parts is None:
        raise RequestValidationError([f"download: {shown_url(url)!r} is not the URL of a file"])
    allowed = ("https", "http") if client.base_url.startswith("http:") else ("https",)
    if parts.scheme not in allowed:
        text = f"download: {shown_url(url)!r} is not {' or '.join(allowed)}, and is not fetched"
        raise RequestValidationError([text])
