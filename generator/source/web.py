"""
Fetches over HTTP: the only module of the generator that opens a socket.

Plain http is for loopback, a redirect stays on its host, and no secret of an address (user, password, query) reaches a
text. Bodies are bounded; a failed attempt is retried at most three times within 30 seconds.
"""

from __future__ import annotations

import ipaddress
import math
import re
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

import httpx
import stamina
from attrs import define
from stamina.instrumentation import RetryDetails, get_on_retry_hooks, set_on_retry_hooks

from generator.errors import UnreadableError, counted, printable
from generator.source import document
from generator.source.cache import Cache
from generator.source.document import Fetched

ATTEMPTS = 4
MAX_WAIT = 30.0  # seconds: for all attempts together, and for Retry-After
MAX_REDIRECTS = 5
MAX_TRANSFER = 120.0  # seconds: for one body, however slowly its bytes arrive
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_HEADERS = {"User-Agent": "venice-client-generator", "Accept": "*/*", "Accept-Encoding": "gzip"}
_REDIRECTS = (301, 302, 303, 307, 308)


class Progress(Protocol):
    """What follows a fetch."""

    def received(self, done: int, total: int | None) -> None:
        """Learn how many bytes came, and how many there will be if the server said so."""

    def retrying(self, text: str) -> None:
        """Learn why another attempt is made, and when."""


class AttemptError(Exception):
    """A failed attempt. Its text says why, without secrets."""

    def __init__(self, text: str, *, again: bool = False, after: float | None = None) -> None:
        super().__init__(text)
        self.again = again  # whether another attempt may succeed
        self.after = after  # seconds, of the response's Retry-After


@define
class Patience:
    """Decide after a failure of one fetch: stop (False), retry (True), or retry after so many seconds."""

    waited: float = 0.0  # seconds, as servers required

    def __call__(self, error: Exception) -> bool | float:
        if not isinstance(error, AttemptError) or not error.again:
            return False
        if error.after is None:
            return True
        self.waited += error.after
        return error.after if self.waited <= MAX_WAIT else False


def fetch_address(origin: str, *, cache: Path | None, progress: Progress | None) -> Fetched:
    """Return the body at an http or https address; see `generator.source.fetch.fetch`."""
    scheme = origin.partition(":")[0]
    try:
        url = httpx.URL(origin)
    except (httpx.InvalidURL, ValueError):
        raise UnreadableError(f"The {scheme} address is malformed. Give a complete one, or a file.") from None
    shown = _shown(url)
    if not url.host or (url.scheme == "http" and not _is_loopback(url.host)):
        fault = "it is plain http, which can be changed on its way" if url.host else "it names no host"
        raise UnreadableError(f"{shown} is not fetched: {fault}. Give an https address.")
    with _retries_reported(progress):
        return _fetch_url(url, shown, Cache.load(cache, origin), progress)


def _fetch_url(url: httpx.URL, shown: str, cached: Cache, progress: Progress | None) -> Fetched:
    tried = 0
    try:
        with _client() as client:
            for attempt in stamina.retry_context(
                on=Patience(), attempts=ATTEMPTS, timeout=MAX_WAIT, wait_initial=0.5, wait_max=8.0, wait_jitter=1.0
            ):
                tried = attempt.num
                with attempt:
                    return _attempt(client, url, shown, cached, progress)
    except AttemptError as error:
        advice = "Try again later, or name a file." if error.again else "Check the address, or name a file."
        raise UnreadableError(
            f"{shown} could not be fetched ({counted(tried, 'attempt')}): {error}. {advice}"
        ) from error
    raise AssertionError("an attempt returns or raises")


@contextmanager
def _retries_reported(progress: Progress | None) -> Iterator[None]:
    """
    Report retries to `progress` alone while the block runs.

    By default stamina logs a warning, which reaches stderr where logging is not configured. Its hooks belong to the
    whole process, so they are restored.
    """

    def report(details: RetryDetails) -> None:
        if progress is not None:
            number = details.retry_num + 1
            progress.retrying(f"attempt {number} of {ATTEMPTS} in {details.wait_for:.1f} s: {details.caused_by}")

    before = get_on_retry_hooks()
    set_on_retry_hooks([report])
    try:
        yield
    finally:
        set_on_retry_hooks(before)


def _client() -> httpx.Client:
    try:
        return httpx.Client(timeout=_TIMEOUT, headers=_HEADERS)
    except (httpx.InvalidURL, ValueError, ImportError):  # whose text may hold a password
        names = "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY"
        raise AttemptError(f"the proxy that the environment names ({names}) is not usable") from None


def _attempt(client: httpx.Client, url: httpx.URL, shown: str, cached: Cache, progress: Progress | None) -> Fetched:
    """Send one GET, and follow its redirects."""
    auth = httpx.BasicAuth(url.username, url.password) if url.userinfo else None
    target, secrets = url, _secrets_of(url)
    try:
        for _ in range(MAX_REDIRECTS + 1):
            same_origin = target.netloc == url.netloc
            with client.stream(
                "GET", target, headers=cached.conditions, auth=auth if same_origin else None
            ) as response:
                if response.status_code in _REDIRECTS:
                    target = _redirected(target, response)
                elif response.status_code == 304 and cached.body is not None:
                    return Fetched(shown, cached.body, not_modified=True)
                else:
                    if response.status_code != 200:
                        raise _status_error(response, secrets)
                    data = _body(response, progress)
                    cached.save(data, response.headers)
                    return Fetched(shown, data)
    except httpx.TransportError as error:
        if "location header" in str(error):  # the library parses it first, and shows pieces of it
            raise AttemptError("it redirects to a malformed address") from None
        cause = printable(_without(str(error), secrets) or "no details", limit=160)
        raise AttemptError(f"{type(error).__name__}, {cause}", again=True) from error
    raise AttemptError(f"more than {MAX_REDIRECTS} redirects")


def _body(response: httpx.Response, progress: Progress | None) -> bytes:
    """Read the whole body, decompressed, and count it as it comes: a megabyte of gzip can hold a gigabyte."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise AttemptError(f"the body is encoded as {printable(encoding)}, which was not requested")
    declared = response.headers.get("Content-Length", "")
    total = int(declared) if re.fullmatch("[0-9]{1,15}", declared) else None
    if total is not None and total > document.MAX_BYTES:
        raise AttemptError(f"the body has {total:,} bytes, and the limit is {document.MAX_BYTES:,}")
    inflate = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    data, received, started = bytearray(), 0, time.monotonic()
    try:
        for chunk in response.iter_raw():
            received += len(chunk)
            data += chunk if inflate is None else inflate.decompress(chunk, document.MAX_BYTES + 1 - len(data))
            if len(data) > document.MAX_BYTES:
                raise AttemptError(f"the body has more than {document.MAX_BYTES:,} bytes, the limit")
            if time.monotonic() - started > MAX_TRANSFER:
                raise AttemptError(f"the body takes more than {MAX_TRANSFER:g} s ({received:,} bytes came)")
            if progress is not None:
                progress.received(received, total)
    except zlib.error as error:
        raise AttemptError("the gzip body is damaged", again=True) from error
    if inflate is not None and received and (not inflate.eof or inflate.unused_data):
        raise AttemptError(f"the gzip body is incomplete or damaged ({received:,} bytes came)", again=True)
    if not data:
        raise AttemptError("the body is empty")
    return bytes(data)


def _status_error(response: httpx.Response, secrets: list[str]) -> AttemptError:
    """Return the failure for a status, with the first words of the body."""
    status, excerpt = response.status_code, b""
    with suppress(httpx.HTTPError):  # the text of an error page is optional
        for chunk in response.iter_bytes(1024):
            excerpt += chunk
            if len(excerpt) > 4096:
                break
    words = printable(_without(excerpt.decode("utf-8", "replace"), secrets))
    text = f"the response is status {status}" + (f', "{words}"' if words else "")
    after = _retry_after(response.headers.get("Retry-After"))
    again = status == 429 or status >= 500
    if again and after is not None and after > MAX_WAIT:
        text += f", with Retry-After: {after:.0f} s, and the limit is {MAX_WAIT:.0f} s"
    return AttemptError(text, again=again, after=after)


def _redirected(url: httpx.URL, response: httpx.Response) -> httpx.URL:
    """Return the target of a redirect: the same host by https, or the same port of loopback."""
    try:
        target = url.join(response.headers.get("Location", ""))
    except (httpx.InvalidURL, ValueError):
        raise AttemptError(f"status {response.status_code} redirects to a malformed address") from None
    secure = url.scheme == target.scheme == "https" and url.host == target.host
    local = url.scheme == target.scheme == "http" and url.netloc == target.netloc
    if "Location" not in response.headers or not (secure or local):
        where = printable(_shown(target)) if "Location" in response.headers else "nowhere"
        raise AttemptError(
            f"status {response.status_code} redirects to {where}, and a redirect stays on its host and scheme"
        )
    return target


def _retry_after(value: str | None) -> float | None:
    """Return the seconds of both forms of the header; None where it is absent or malformed."""
    if value is None:
        return None
    if re.fullmatch("[0-9]{1,9}", value.strip()):
        return float(value)
    with suppress(ValueError, OverflowError):
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, math.ceil((moment - datetime.now(UTC)).total_seconds()))
    return None


def _is_loopback(host: str) -> bool:
    """Whether a host is loopback by its name or number; no name is resolved."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _shown(url: httpx.URL) -> str:
    """Return an address without user, password and query."""
    path = url.raw_path.split(b"?")[0].decode("ascii", "replace")
    return f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}{path}"


def _secrets_of(url: httpx.URL) -> list[str]:
    """Return the parts of an address that must not be shown, longest first: an error page may repeat them."""
    query = url.query.decode("ascii", "replace")
    found = {query, unquote(query), url.username, url.password, url.userinfo.decode("ascii", "replace")}
    for key, value in url.params.multi_items():
        found |= {f"{key}={value}", value}
    return sorted(filter(None, found), key=lambda secret: (-len(secret), secret))


def _without(text: str, secrets: list[str]) -> str:
    """Replace the secrets in a text by dots."""
    for secret in secrets:
        text = text.replace(secret, "…")
    return text
