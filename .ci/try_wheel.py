"""
Install a built wheel into an environment of its own and edit a picture with it against a server on loopback.

    python .ci/try_wheel.py dist/venice_client-0.1.0-py3-none-any.whl

It needs a Python of the standard library only, and the package index for the wheel's dependencies. `--here` skips the
installation and tries the client that this interpreter imports.
"""

from __future__ import annotations

import argparse
import os
import struct
import subprocess
import tempfile
import threading
import venv
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

KEY = "a-key-for-loopback"


def png(side: int) -> bytes:
    """Return a grey picture with sides of `side` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * side) * side)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


class Handler(BaseHTTPRequestHandler):
    """Answers an edit that holds the prompt and the picture with another picture, and everything else with 400."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self._body()
        complete = b"make the sky a sunset" in body and png(256) in body
        authorised = self.headers["Authorization"] == f"Bearer {KEY}"
        status, data = (200, png(64)) if complete and authorised and self.path == "/image/edit" else (400, b"{}")
        self.send_response(status)
        self.send_header("Content-Type", "image/png" if status == 200 else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *_: object) -> None:
        pass


def edit_a_picture() -> None:
    """Edit a picture, sync and async, with the client that this interpreter imports."""
    import asyncio

    import venice_client
    from venice_client import AsyncVenice, Venice

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, tempfile.TemporaryDirectory() as folder:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        source, base_url = Path(folder) / "photo.png", f"http://127.0.0.1:{server.server_port}"
        source.write_bytes(png(256))
        with Venice(KEY, base_url=base_url) as venice:
            saved = venice.images.edit(source, "make the sky a sunset").save(Path(folder) / "edited.png")
        assert Path(saved).read_bytes() == png(64)

        async def later() -> bytes:
            async with AsyncVenice(KEY, base_url=base_url) as venice:
                return bytes(await venice.images.edit(source, "make the sky a sunset"))

        assert asyncio.run(later()) == png(64)
        server.shutdown()
        thread.join()
    print(f"venice-client {venice_client.__version__} at {Path(venice_client.__file__).parent} edited a picture.")


def main() -> None:
    """Install the wheel into a new environment, and run this file in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", nargs="?", type=Path)
    parser.add_argument("--here", action="store_true")
    given = parser.parse_args()
    if given.here:
        edit_a_picture()
        return
    if given.wheel is None:
        parser.error("name the wheel")
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
        subprocess.run([python, "-m", "pip", "install", "--quiet", str(given.wheel)], check=True)
        subprocess.run([python, "-m", "pip", "check"], check=True)
        subprocess.run([python, "-I", str(Path(__file__).resolve()), "--here"], check=True, cwd=folder)


if __name__ == "__main__":
    main()
