"""
Server-sent events out of a response's byte chunks, as they come.

The stream is cut on bytes: lines may end in LF, CRLF or CR, a chunk may end anywhere (within a character,
within a CRLF, within the byte order mark), and what JSON may hold as is, such as U+2028, stays in the data.
Two departures from the standard, for the sake of APIs: an event that the end of the stream cuts off before
its blank line is given out by `finish`, because vendors leave the last blank line away, and an event with
neither data nor a name is not.

This module reads no JSON, knows no `[DONE]`, and does not reconnect, so it keeps no `id` and no `retry`.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from venice_client._core.response.json import BOM

Event: TypeAlias = tuple[bytes, str]
"""
The data lines of an event, joined by LF (UTF-8 as it came, which is what a JSON decoder wants), and its name.

A plain tuple: a stream makes thousands.
"""
DEFAULT_EVENT_LIMIT: Final = 64 * 1024 * 1024
"""Bytes that one event may hold."""
_LF: Final = 10
_CR: Final = 13
"""As numbers, which Python finds in bytes eight times as fast as bytes of length one."""
UNNAMED: Final = "message"
"""The name of an event that says none."""


class EventDecoder:
    """
    Turns chunks into events: `feed` each chunk, then `finish` once. One decoder reads one stream.

    An event larger than `limit` bytes raises ValueError; what was buffered is dropped then.
    """

    __slots__ = ("_after_cr", "_limit", "_pending", "_size", "_started")

    def __init__(self, *, limit: int = DEFAULT_EVENT_LIMIT) -> None:
        self._limit = limit
        self._pending: list[bytes] = []  # the beginning of an event whose blank line has not come, in pieces
        self._size = 0
        self._started = False
        self._after_cr = False

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that this chunk completes, in order."""
        if chunk[:6] == b"data: " and self._started and not self._pending and not self._after_cr and _CR not in chunk:
            line, _, rest = chunk.partition(b"\n")
            if rest == b"\n" and 6 < len(line) <= self._limit:
                return [(line[6:], UNNAMED)]  # one event of one line, which is how nearly all of them come
        if not self._started:
            chunk = self._start(chunk)
        if self._after_cr and chunk:
            self._after_cr = False
            chunk = chunk.removeprefix(b"\n")
        if not chunk:
            return []
        if _CR in chunk:
            # A CR at the very end ends its line at once; the LF that may follow it is dropped above.
            self._after_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if self._pending:
            complete = b"\n\n" in chunk or (chunk[0] == _LF and self._pending[-1].endswith(b"\n"))
            self._pending.append(chunk)
            self._size += len(chunk)
            if not complete:
                self._check(self._size)
                return []
            chunk = b"".join(self._pending)
            self._pending.clear()
        blocks = chunk.split(b"\n\n")
        rest = blocks.pop()
        if rest:
            self._pending.append(rest)
        self._size = len(rest)
        if len(chunk) > self._limit:
            self._check(max(len(rest), max(map(len, blocks), default=0)))
        return self._events(blocks)

    def finish(self) -> list[Event]:
        """The event that the end of the stream cut off, if it has data. At most one."""
        rest = b"".join(self._pending)
        self._pending.clear()
        self._size = 0
        return self._events([rest]) if rest else []

    def _start(self, chunk: bytes) -> bytes:
        """Drop the byte order mark, and wait for it while it may still be coming."""
        chunk = b"".join((*self._pending, chunk))
        self._pending.clear()
        if len(chunk) < len(BOM) and BOM.startswith(chunk):
            self._pending.append(chunk)
            return b""
        self._started = True
        return chunk.removeprefix(BOM)

    def _check(self, size: int) -> None:
        if size > self._limit:
            self._pending.clear()
            self._size = 0
            raise ValueError(f"a server-sent event is larger than {self._limit:,} bytes")

    def _events(self, blocks: list[bytes]) -> list[Event]:
        events = []
        for block in blocks:
            if block[:6] == b"data: " and _LF not in block:  # what nearly all events look like
                if len(block) > 6:
                    events.append((block[6:], UNNAMED))
            elif (event := self._parse(block)) is not None:
                events.append(event)
        return events

    @staticmethod
    def _parse(block: bytes) -> Event | None:
        data: list[bytes] = []
        name = ""
        for line in block.split(b"\n"):
            field, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if field == b"data":
                data.append(value)
            elif field == b"event":
                name = value.decode("utf-8", errors="replace")
        content = b"\n".join(data)
        if not data or not (content or name):
            return None
        return content, name or UNNAMED
