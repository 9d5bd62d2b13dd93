"""
The list of models as clients know it: in memory, else in the file, else asked for.

One catalogue is shared by a client and its copies. However many threads or tasks want the list, one asks; after it
failed, calls that merely want to be checked do without for a while. What the list means is `verdict`'s business.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from typing import Any, Final
from weakref import WeakKeyDictionary

import msgspec

from venice_client._core.client import AsyncClient, SyncClient
from venice_client._core.config import BaseClient
from venice_client._core.error_text import one_line
from venice_client._core.errors import OperationUnavailableError, ResponseDecodeError, VeniceError
from venice_client._core.request.call import CallOptions
from venice_client._core.response.response import Response
from venice_client._core.schema.operation import Operation
from venice_client.api import OPERATIONS
from venice_client.capabilities.cache import MAX_AGE, Kept, load, save
from venice_client.capabilities.listing import Listing

LIST = "GET /models"
CONFIRMED = 60.0
"""Seconds for which it is believed when it says that something can't be done; an older one is asked for anew first."""
HOLD_OFF = 60.0
"""Seconds without another try after the list could not be had for the check of a call."""
PATIENCE = 10.0
"""Seconds to wait for the list where a call waits for its check."""
_ALL: Final = {"type": "all"}


class _Answer(msgspec.Struct):
    data: list[Any]


def catalogue_of(client: BaseClient) -> Catalogue:
    """Return the catalogue that a client shares with its copies."""
    catalogue: Catalogue | None = client.shared.get("catalogue")
    return client.shared.setdefault("catalogue", Catalogue(client.base_url)) if catalogue is None else catalogue


class Catalogue:
    """The list of one API's models."""

    def __init__(self, base_url: str, clock: Callable[[], float] = time.time) -> None:
        self._base_url = base_url
        self._clock = clock
        self._listing: Listing | None = None
        self._failed = 0.0
        self._told = False
        self._lock = threading.Lock()
        self._loops: WeakKeyDictionary[Any, asyncio.Lock] = WeakKeyDictionary()

    def listing(self, client: SyncClient, max_age: float = MAX_AGE, *, hurried: bool = False) -> Listing:
        """
        Return a list that is not older than `max_age` seconds. Raises VeniceError where it can't be had.

        `hurried` is for a call that waits for its check: one try, a short wait, and no new try after one that failed.
        """
        if (known := self._young(self._listing, max_age)) is not None:
            return known
        with self._lock:
            if (known := self._known(max_age, hurried=hurried)) is not None:
                return known
            with self._noting():
                asking = client.with_options(max_retries=0) if hurried else client
                return self._learned(asking.send(_operation(), _ALL, options=_options(client, hurried), access="raw"))

    async def listing_async(self, client: AsyncClient, max_age: float = MAX_AGE, *, hurried: bool = False) -> Listing:
        """The same, awaited."""
        if (known := self._young(self._listing, max_age)) is not None:
            return known
        async with self._gate():
            if (known := self._known(max_age, hurried=hurried)) is not None:
                return known
            with self._noting():
                asking = client.with_options(max_retries=0) if hurried else client
                response = await asking.send(_operation(), _ALL, options=_options(client, hurried), access="raw")
                return self._learned(response)

    def is_news(self) -> bool:
        """Whether nobody was told yet that the list can't be had; from now on, somebody was."""
        told, self._told = self._told, True
        return not told

    def _gate(self) -> AbstractAsyncContextManager[Any]:
        """One task of a loop asks at a time. Other kinds of loop than asyncio's have no such lock here."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return nullcontext()
        with self._lock:
            return self._loops.setdefault(loop, asyncio.Lock())

    def _young(self, listing: Listing | None, max_age: float) -> Listing | None:
        # A list of the future was written under another clock.
        return listing if listing is not None and 0 <= self._clock() - listing.fetched < max_age else None

    def _known(self, max_age: float, *, hurried: bool) -> Listing | None:
        """Return what others learned in the meantime, or what the file holds; None where it is to be asked for."""
        if (known := self._young(self._listing, max_age)) is not None:
            return known
        if hurried and 0 <= self._clock() - self._failed < HOLD_OFF:
            raise VeniceError("the list of models could not be had a moment ago")
        if (kept := load(self._base_url)) is None:
            return None
        listing = self._young(Listing(kept.models, kept.fetched), max_age)
        self._listing = self._listing if listing is None else listing
        return listing

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except VeniceError:
            self._failed = self._clock()
            raise

    def _learned(self, response: Response[Any]) -> Listing:
        """Keep what was answered. It is read here, row by row, so that one odd row costs nothing but itself."""
        try:
            answer = msgspec.json.decode(response.content, type=_Answer)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise ResponseDecodeError(
                f"the list of models can't be read: {one_line(str(error))}",
                status=response.status_code,
                media_type=response.media_type,
                body=response.content,
                request_id=response.request_id,
            ) from None
        rows = [row for row in answer.data if isinstance(row, dict)]
        listing = Listing(rows, self._clock())
        self._listing, self._failed, self._told = listing, 0.0, False
        save(self._base_url, Kept(listing.fetched, rows))
        return listing


def _operation() -> Operation:
    if LIST not in OPERATIONS:
        raise OperationUnavailableError(LIST)
    return OPERATIONS[LIST]


def _options(client: BaseClient, hurried: bool) -> CallOptions:
    options = CallOptions(validate=False)
    if hurried:
        options["timeout"] = min(PATIENCE, client.timeout or PATIENCE)
    return options
