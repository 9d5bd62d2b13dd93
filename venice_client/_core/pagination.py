"""
Iterators over paged lists: each page is requested when it is needed.

    for character in venice.characters.iterate(search="pirate"):
        ...
    async for record in venice.billing.iterate_usage_history():
        ...

`Paging` declares how the pages of an operation follow each other. An empty page ends the list, unless it names a
next cursor. So does a page or a cursor that repeats: a server that ignores the page number would otherwise be requested
forever.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

import msgspec
from attrs import field, frozen

from venice_client._core.errors import ResponseDecodeError
from venice_client._core.request.call import CallOptions
from venice_client._core.schema.encoding import encode
from venice_client._core.schema.model import Model
from venice_client._core.schema.shortcuts import Step, read_value

T = TypeVar("T")
Page = TypeVar("Page")


@frozen
class Paging:
    """How the pages of an operation follow each other."""

    by: str
    """`offset`, `page` or `cursor`."""
    parameter: str
    items: tuple[Step, ...] = field(kw_only=True)
    more: tuple[Step, ...] = field(default=(), kw_only=True)
    path: tuple[str, ...] = field(default=(), kw_only=True)
    """Path arguments, which every page needs; a cursor contains all other arguments."""


class _Walk:
    """The state of one iteration: the arguments of the next page. It does no I/O."""

    def __init__(self, arguments: Mapping[str, Any], paging: Paging) -> None:
        self._paging = paging
        self._arguments = dict(arguments)
        self._seen: set[str] = set()
        self._before: Any = None
        self.next: dict[str, Any] | None = dict(arguments)

    def items(self, page: Any) -> list[Any]:
        """Return the items of a page, and set `next` to the arguments of the following one, if any."""
        items = read_value(page, *self._paging.items)
        if not isinstance(page, Model):
            text = "the response must be a page of a list, got another value"
            body = page.encode() if isinstance(page, str) else msgspec.json.encode(page)
            raise ResponseDecodeError(text, status=200, media_type=None, body=body)
        self.next = None
        if not isinstance(items, list) or not items:
            if self._paging.by == "cursor":  # a server that filters a page after cutting it may leave nothing
                self._set_next(page, 0)
            return []
        now = encode(items)
        if now == self._before:
            return []
        self._before = now
        self._set_next(page, len(items))
        return items

    def _set_next(self, page: Model, count: int) -> None:
        more, name = self._paging.more, self._paging.parameter
        said = read_value(page, *more) if more else None
        if self._paging.by == "cursor":
            cursor = said or page.meta.pagination.next_cursor
            if isinstance(cursor, str) and cursor not in self._seen:
                self._seen.add(cursor)
                kept = {key: self._arguments[key] for key in self._arguments if key in (*self._paging.path, *_OPTIONS)}
                self.next = {**kept, name: cursor}
            return
        begun = self._arguments.get(name)
        if self._paging.by == "offset":
            here = (begun if isinstance(begun, int) else 0) + count
            ended = said is False
        else:
            here = (begun if isinstance(begun, int) else 1) + 1
            ended = isinstance(said, int) and here > said
        if not ended:
            self._arguments[name] = here
            self.next = dict(self._arguments)


# A cursor is sent alone: extra query parameters belong to the first page.
_OPTIONS = frozenset(CallOptions.__annotations__) - {"extra_query", "extra_body"}


class _Pages(Generic[T, Page]):
    """What both kinds share. A second iteration starts at the first page."""

    def __init__(self, fetch: Callable[..., Any], arguments: Mapping[str, Any], paging: Paging) -> None:
        self._fetch = fetch
        """Returns a page, or what gives it when it is awaited."""
        self._arguments = arguments
        self._paging = paging

    def __repr__(self) -> str:
        return f"<pages by {self._paging.by}>"


class Pages(_Pages[T, Page]):
    """The items of a list, of all pages; a second iteration starts at the first page."""

    def __iter__(self) -> Iterator[T]:
        for _, items in self._walk():
            yield from items

    def pages(self) -> Iterator[Page]:
        """Yield the pages, except an empty one at the end."""
        for page, _ in self._walk():
            yield page

    def _walk(self) -> Iterator[tuple[Page, list[T]]]:
        walk = _Walk(self._arguments, self._paging)
        while walk.next is not None:
            page = self._fetch(**walk.next)
            if items := walk.items(page):
                yield page, items


class AsyncPages(_Pages[T, Page]):
    """The items of a list, of all pages, with `async for`; a second iteration starts at the first page."""

    async def __aiter__(self) -> AsyncIterator[T]:
        async for _, items in self._walk():
            for item in items:
                yield item

    async def pages(self) -> AsyncIterator[Page]:
        """Yield the pages, except an empty one at the end."""
        async for page, _ in self._walk():
            yield page

    async def _walk(self) -> AsyncIterator[tuple[Page, list[T]]]:
        walk = _Walk(self._arguments, self._paging)
        while walk.next is not None:
            page = await self._fetch(**walk.next)
            if items := walk.items(page):
                yield page, items
