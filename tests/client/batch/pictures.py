"""Pictures, a server that counts paid calls, and programs to kill, for the tests of `images.map`."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.standin.png import Picture as Pixels
from tests.standin.png import encode

EDIT = "POST /image/edit"
PROMPT = "make the sky a sunset"


def png(shade: int) -> bytes:
    """A different picture for each number."""
    return encode(Pixels(256, 256, 3, (bytes((shade % 256, shade // 256, 7)) * 256,) * 256))


class Till(BaseHTTPRequestHandler):
    """An API that counts paid calls: each picture whose work was begun. `gate` delays the responses."""

    protocol_version = "HTTP/1.1"
    paid: Counter[bytes]
    answered: Counter[bytes]
    gate: threading.Event
    delay: float
    padding: int = 0
    """Bytes behind each picture that is returned."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        start = body.index(b"\x89PNG")
        picture = body[start : body.index(b"IEND", start) + 8]
        self.paid[picture] += 1
        time.sleep(self.delay)
        self.gate.wait(10)
        picture += b"\0" * self.padding
        head = f"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: {len(picture)}\r\n\r\n"
        self.wfile.write(head.encode() + picture)
        self.answered[picture] += 1

    def log_message(self, *_arguments: Any) -> None:
        """Nothing is printed."""


class TillServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments: Any) -> None:
        """A client that was killed is expected."""


def until(condition: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


PROGRAM = """
import asyncio, signal, sys
from venice_client import AsyncVenice, Venice

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have had it ignored, which children inherit
kind, folder, out, url = sys.argv[1:]
if kind == "sync":
    for item in Venice("k", base_url=url).images.map(folder, "sunset", to=out, concurrency=4):
        print(item.name, flush=True)
else:
    async def main():
        async for item in AsyncVenice("k", base_url=url).images.map(folder, "sunset", to=out, concurrency=4):
            print(item.name, flush=True)
    asyncio.run(main())
"""


def start(kind: str, folder: Path, out: Path, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, kind, str(folder), str(out), url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
