"""
A server in a process of its own that answers at once with what was prepared: what is measured is the clients.

    python -m benchmarks.server FOLDER

It prints the URL of its API, and stops when its standard input ends. It reads of a request where it ends and what it
asks for, and checks nothing: whether clients send what is right is for the tests to say.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import Final

from benchmarks import answers

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_STREAMED: Final = re.compile(rb'"stream": ?true')
_SMALL: Final = 16 * 1024
_HEADERS: Final = b"".join(
    name + b"\r\n"
    for name in (
        b"date: Sat, 06 Dec 2025 00:00:00 GMT",
        b"cf-ray: 9a9b2c3d4e5f6071-FRA",
        b"x-ratelimit-limit-requests: 500",
        b"x-ratelimit-remaining-requests: 499",
        b"x-ratelimit-reset-requests: 1764979260",
        b"x-ratelimit-limit-tokens: 3000000",
        b"x-ratelimit-remaining-tokens: 2999000",
        b"x-ratelimit-reset-tokens: 60",
        b"x-venice-balance-usd: 12.34",
        b"x-venice-balance-diem: 90.12",
        b"x-venice-model-id: llama-3.3-70b",
        b"x-venice-version: 20251206.000000",
    )
)


def _whole(content: bytes, media_type: bytes) -> bytes:
    start = b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\ncontent-length: %d\r\n" % (media_type, len(content))
    return start + _HEADERS + b"\r\n" + content


def _in_pieces(pieces: list[bytes], media_type: bytes) -> bytes:
    """Write an answer whose pieces each are a chunk of HTTP."""
    start = b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\ntransfer-encoding: chunked\r\n" % media_type
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return start + _HEADERS + b"\r\n" + chunks + b"0\r\n\r\n"


class Connection(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self, prepared: dict[bytes, bytes]) -> None:
        self._prepared = prepared
        self._head = b""
        self._start = b""
        self._body = b""
        self._left = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what writes."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Count what came, and answer when it is whole."""
        if self._left < 0:
            self._head += data
            head, found, body = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            self._head = b""
            length = _LENGTH.search(head)
            self._start = head.split(b" ", 2)[1].partition(b"?")[0]
            if _chunked(head):
                raise ValueError("a request without Content-Length: no contestant should need it")
            self._left = int(length[1]) if length else 0
            self._body = b""
            data = body
        self._left -= len(data)
        if len(self._body) < _SMALL:
            self._body += data
        if self._left <= 0:
            self._left = -1
            streamed = _STREAMED.search(self._body)
            self._transport.write(self._prepared[self._start + b"?stream" if streamed else self._start])


def _chunked(head: bytes) -> bool:
    return b"\r\ntransfer-encoding:" in head.lower()


async def serve(folder: Path) -> None:
    """Answer until standard input ends."""
    photo = _whole((folder / "small.png").read_bytes(), b"image/png")
    json = b"application/json"
    prepared = {
        b"/api/v1/chat/completions": _whole(answers.chat(), json),
        b"/api/v1/chat/completions?stream": _in_pieces(answers.events(), b"text/event-stream"),
        b"/api/v1/embeddings": _whole(answers.embeddings(), json),
        b"/api/v1/models": _whole(answers.models(), json),
        b"/api/v1/image/edit": photo,
        b"/api/v1/images/edits": photo,
    }
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(prepared), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}/api/v1", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
