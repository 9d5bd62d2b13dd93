"""
Fetches over the network: the only module of the generator that opens a socket, imported when an address is fetched.

Plain http is for the local machine, a redirect stays on its host, and no secret of an address (user, password, query)
reaches a text. Bodies are bounded, retries are few and told of.
"""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import stamina
from stamina.instrumentation import RetryDetails, get_on_retry_hooks, set_on_retry_hooks

from generator.errors import UnreadableError
from generator.source import document
from generator.source.address import is_loopback, secrets_of, shown_address, without
from generator.source.cache import Cache
from generator.source.fetch import Fetched
from generator.source.progress import Line, Progress, Retrying
from generator.source.refusal import printable
from generator.source.retry import ATTEMPTS, MAX_WAIT, AttemptError, Patience, retry_after

MAX_REDIRECTS = 5
MAX_TRANSFER = 120.0  # seconds: for one body, however slowly its bytes drip
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_HEADERS = {"User-Agent": "venice-client-generator", "Accept": "*/*", "Accept-Encoding": "gzip"}
_REDIRECTS = (301, 302, 303, 307, 308)


def fetch_address(origin: str, *, cache: Path | None, progress: Progress | None, retrying: Retrying | None) -> Fetched:
    """Return what an http or https address answers; see `generator.source.fetch.fetch`."""
    scheme = origin.partition(":")[0]
    try:
        url = httpx.URL(origin)
    except (httpx.InvalidURL, ValueError):
        raise UnreadableError(f"The {scheme} address is malformed. Give a complete one, or a file.") from None
    shown = shown_address(url)
    if not url.host or (url.scheme == "http" and not is_loopback(url.host)):
        fault = "it is plain http, which anyone on the way can change" if url.host else "it names no host"
        raise UnreadableError(f"{shown} is not fetched: {fault}. Give an https address.")
    if retrying is None and isinstance(progress, Line):
        retrying = progress.retrying
    with _told(retrying):
        return _fetch_url(url, shown, Cache.load(cache, origin), progress)


def _fetch_url(url: httpx.URL, shown: str, cached: Cache, progress: Progress | None) -> Fetched:
    tried = 0
    try:
        with _client() as client:
            for attempt in stamina.retry_context(
                on=Patience(),
                attempts=ATTEMPTS,
                timeout=MAX_WAIT,
                wait_initial=0.5,
                wait_max=8.0,
                wait_jitter=1.0,
            ):
                tried = attempt.num
                with attempt:
                    return _attempt(client, url, shown, cached, progress)
    except AttemptError as error:
        count = "1 attempt" if tried == 1 else f"{tried} attempts"
        advice = "Try again later, or name a file." if error.again else "Check the address, or name a file."
        raise UnreadableError(f"{shown} could not be fetched ({count}): {error}. {advice}") from error
    raise AssertionError("an attempt returns or raises")


@contextmanager
def _told(retrying: Retrying | None) -> Iterator[None]:
    """
    Meanwhile a retry is told to the callback and to no one else.

    Left alone, stamina logs a warning, which reaches stderr where logging is not configured. Its hooks are
    the whole process's, so they are put back.
    """

    def tell(details: RetryDetails) -> None:
        if retrying is not None:
            number = details.retry_num + 1
            retrying(f"attempt {number} of {ATTEMPTS} in {details.wait_for:.1f} s: {details.caused_by}")

    before = get_on_retry_hooks()
    set_on_retry_hooks([tell])
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
    """One GET, redirects followed."""
    auth = httpx.BasicAuth(url.username, url.password) if url.userinfo else None
    target, secrets = url, secrets_of(url)
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
                        raise _answered(response, secrets)
                    data = _body(response, progress)
                    cached.save(data, response.headers)
                    return Fetched(shown, data)
    except httpx.TransportError as error:
        if "location header" in str(error):  # the library parses it first, and shows pieces of it
            raise AttemptError("it redirects to what is no address") from None
        cause = printable(without(str(error), secrets) or "no more is known", limit=160)
        raise AttemptError(f"{type(error).__name__}, {cause}", again=True) from error
    raise AttemptError(f"more than {MAX_REDIRECTS} redirects")


def _body(response: httpx.Response, progress: Progress | None) -> bytes:
    """The whole body, decompressed, counted as it comes: a megabyte of gzip can hold a gigabyte."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise AttemptError(f"the body is encoded as {printable(encoding)}, which was not asked for")
    told = response.headers.get("Content-Length", "")
    total = int(told) if re.fullmatch("[0-9]{1,15}", told) else None
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
                progress(received, total)
    except zlib.error as error:
        raise AttemptError("the gzip body is damaged", again=True) from error
    if inflate is not None and received and (not inflate.eof or inflate.unused_data):
        raise AttemptError(f"the gzip body is incomplete or damaged ({received:,} bytes came)", again=True)
    if not data:
        raise AttemptError("the body is empty")
    return bytes(data)


def _answered(response: httpx.Response, secrets: list[str]) -> AttemptError:
    """The failure that a status tells of, with the first words of the body."""
    status, excerpt = response.status_code, b""
    with suppress(httpx.HTTPError):  # what the error page says is a courtesy
        for chunk in response.iter_bytes(1024):
            excerpt += chunk
            if len(excerpt) > 4096:
                break
    words = printable(without(excerpt.decode("utf-8", "replace"), secrets))
    text = f"the answer is status {status}" + (f', "{words}"' if words else "")
    after = retry_after(response.headers.get("Retry-After"))
    again = status == 429 or status >= 500
    if again and after is not None and after > MAX_WAIT:
        return AttemptError(f"{text}, with the wish to be left alone for {after:.0f} seconds", again=True, after=after)
    return AttemptError(text, again=again, after=after)


def _redirected(url: httpx.URL, response: httpx.Response) -> httpx.URL:
    """Where a redirect leads: the same host by https, or the same port of the local machine."""
    try:
        target = url.join(response.headers.get("Location", ""))
    except (httpx.InvalidURL, ValueError):
        raise AttemptError(f"status {response.status_code} redirects to what is no address") from None
    secure = url.scheme == target.scheme == "https" and url.host == target.host
    local = url.scheme == target.scheme == "http" and url.netloc == target.netloc
    if "Location" not in response.headers or not (secure or local):
        where = printable(shown_address(target)) if "Location" in response.headers else "nowhere"
        raise AttemptError(
            f"status {response.status_code} redirects to {where}, and a redirect stays on its host and scheme"
        )
    return target
