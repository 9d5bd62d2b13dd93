"""
A small, fast API on 127.0.0.1 whose responses contain the marker of their request, and that fails on demand.

The header `X-Marker` names a request, `X-Fault` what is to go wrong with its answer. What the wire itself can do wrong
is made here by hand, byte by byte, as no HTTP library would. It checks nothing of what the contract asks: that is the
stand-in's work.

`Wire` runs it in a thread; `python tests/client/wire.py` in a process of its own, which prints its port.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import socket
import struct
import threading
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, Self

PNG = b"\x89PNG\r\n\x1a\n"


class Request:
    """A received request."""

    def __init__(self, head: bytes, body: bytes) -> None:
        line, *lines = head.decode("latin-1").split("\r\n")
        self.method, self.path, _ = line.split(" ")
        self.headers = {name.lower(): value.strip() for name, _, value in (item.partition(":") for item in lines)}
        self.body = body

    @property
    def marker(self) -> str:
        return self.headers.get("x-marker", "")

    @property
    def fault(self) -> str:
        return self.headers.get("x-fault", "")


class Hangup(Exception):  # noqa: N818  # it is a planned reset, not an error of the server
    """The connection is to be reset."""


class Server:
    """Answers, and counts the requests by their markers."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.open = 0
        self.headers: list[dict[str, str]] = []
        self.writers: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection until it is closed."""
        self.open += 1
        self.writers.add(writer)
        try:
            while request := await read_request(reader):
                self.counts[request.marker] += 1
                self.headers.append(request.headers)
                try:
                    if not await self._answer(request, writer):
                        break
                except Hangup:
                    peer = writer.get_extra_info("socket")
                    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    writer.transport.abort()
                    break
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            self.writers.discard(writer)
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        status, media_type, body, more = 200, *self._success(request), ""
        fault = request.fault
        match fault:
            case "reset":
                raise Hangup
            case "pause":
                await asyncio.sleep(0.1)
            case "hang":
                await asyncio.sleep(20)
                return False
            case "slow head":
                for byte in b"HTTP/1.1 200 Reason\r\nX-Slow: " + b"x" * 200:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await asyncio.sleep(0.05)
                return False
            case "429 once" | "503 once" if self.counts[request.marker] == 1:
                status, media_type, body, more = int(fault[:3]), "application/json", b"{}", "Retry-After: 0\r\n"
            case "500" | "503" | "402":
                status, media_type, body = int(fault), "application/json", b'{"error": "no"}'
            case "502 page" | "page":
                status, media_type, body = (502 if "502" in fault else 200), "text/html", b"<html>Bad gateway</html>"
            case "redirect":
                status, more = 307, "Location: /api/v1/elsewhere\r\n"
            case "wrong type":
                media_type = "application/json" if body.startswith(PNG) else "text/plain"
            case "no type":
                media_type = ""
            case "cut json":
                body = body[: len(body) // 2]
            case "empty":
                body = b""
            case "mark":
                body = b"\xef\xbb\xbf" + body if media_type == "application/json" else body
            case "gzip" | "cut gzip" | "no gzip":
                body = body if fault == "no gzip" else gzip.compress(body)
                body, more = body[:-9] if fault == "cut gzip" else body, "Content-Encoding: gzip\r\n"
            case "stream refused":
                status, media_type, body = 400, "application/json", b'{"error": "no"}'
        if status == 200 and media_type == "text/event-stream":
            return await self._events(request, writer)
        length = f"Content-Length: {len(body) + (100 if fault == 'short' else 0)}\r\n"
        length = "Transfer-Encoding: chunked\r\n" if fault == "chunked" else length
        head = f"HTTP/1.1 {status} Reason\r\n{length}{more}"
        head += f"Content-Type: {media_type}\r\n" if media_type else ""
        head += "Connection: close\r\n" if fault == "close" else ""
        await self._send(writer, head.encode() + b"\r\n", body, fault)
        return fault not in ("short", "close")

    async def _send(self, writer: asyncio.StreamWriter, head: bytes, body: bytes, fault: str) -> None:
        if fault == "half":
            writer.write(head + body[: len(body) // 2])
            await asyncio.sleep(0.05)  # the reset must not overtake the data
            raise Hangup
        if fault == "chunked":
            pieces = [body[at : at + 7] for at in range(0, len(body), 7)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        if fault == "drip":
            writer.write(head)
            for at in range(len(body)):
                writer.write(body[at : at + 1])
                await asyncio.sleep(0.05)
        else:
            writer.write(head + body)
        await writer.drain()

    def _success(self, request: Request) -> tuple[str, bytes]:
        """What belongs to a request, with its marker in it."""
        marker, path = request.marker, request.path
        if request.method == "POST" and marker.encode() not in request.body:
            return "text/html", b"<html>This marker is another request's.</html>"
        if path.endswith(("/audio/speech", "/image/edit")):
            return "image/png" if "image" in path else "audio/mpeg", PNG + marker.encode() + b"." * 50
        if path.endswith("/chat/completions") and b'"stream":true' in request.body:
            return "text/event-stream", b""
        return "application/json", json.dumps(self._value(path, marker)).encode()

    def _value(self, path: str, marker: str) -> Any:
        if path.endswith("/chat/completions"):
            choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": marker}}
            return {"id": marker, "object": "chat.completion", "model": "m", "created": 1, "choices": [choice]}
        if path.endswith("/embeddings"):
            return {
                "object": "list",
                "model": marker,
                "data": [{"index": 0, "embedding": [1.5], "object": "embedding"}],
            }
        if path.endswith("/audio/transcriptions"):
            return {"text": marker}
        return {"object": "list", "type": "text", "data": [{"id": marker, "object": "model"}]}

    async def _events(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        async for piece in self._pieces(request):
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _pieces(self, request: Request) -> AsyncIterator[bytes]:
        marker, fault = request.marker, request.fault
        ends = "\r\n" if fault == "chaos" else "\n"
        middle = len(marker) // 2
        for number, part in enumerate((marker[:middle], "\N{WATERMELON}", marker[middle:])):
            delta = {
                "id": marker,
                "object": "chat.completion.chunk",
                "choices": [{"index": 0, "delta": {"content": part}}],
            }
            if number == 1 and fault == "error event":
                yield b'data: {"error": {"message": "gone", "code": 503}}\n\n'
                return
            if number == 1 and fault == "stream reset":
                await asyncio.sleep(0.05)
                raise Hangup
            if number == 1 and fault == "stream hang":
                await asyncio.sleep(20)
            reported = json.dumps(delta, ensure_ascii=False, indent=1 if fault == "chaos" else None)
            reported = "{" if number == 1 and fault == "bad event" else reported
            event = "".join(f"data: {line}{ends}" for line in reported.splitlines()) + ends
            event = f": still here{ends}{ends}id: 7{ends}unknown{ends}{event}" if fault == "chaos" else event
            raw = event.encode()
            for piece in (raw[at : at + 3] for at in range(0, len(raw), 3)) if fault == "chaos" else (raw,):
                yield piece
        if fault != "abrupt":
            yield b"data: [DONE]\n\n"


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Read the next request of a connection, or None at its end."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    request = Request(head[:-4], b"")
    if "chunked" in request.headers.get("transfer-encoding", ""):
        while size := int(await reader.readline(), 16):
            request.body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    else:
        request.body = await reader.readexactly(int(request.headers.get("content-length", "0")))
    return request


class Wire:
    """The server in a thread."""

    def __init__(self) -> None:
        self._server = Server()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v1"

    @property
    def counts(self) -> Counter[str]:
        """The number of requests of each marker."""
        return self._server.counts

    @property
    def headers(self) -> list[dict[str, str]]:
        """The headers of each request, their names in lower case."""
        return self._server.headers

    @property
    def open(self) -> int:
        """The connections that clients hold."""
        return self._server.open

    def hang_up(self) -> None:
        """Close all connections from the server's side."""

        def close() -> None:
            for writer in self._server.writers:
                writer.close()

        self._loop.call_soon_threadsafe(close)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._task = asyncio.current_task()
        listening = await asyncio.start_server(self._server.serve, "127.0.0.1", 0, backlog=2048)
        self.port = listening.sockets[0].getsockname()[1]
        self._ready.set()
        try:
            await asyncio.Event().wait()
        finally:
            listening.close()
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._task
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(10)


async def _main() -> None:
    listening = await asyncio.start_server(Server().serve, "127.0.0.1", 0, backlog=2048)
    print(listening.sockets[0].getsockname()[1], flush=True)  # noqa: T201  # who started it reads this
    await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
