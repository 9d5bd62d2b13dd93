"""
The CPU that `images.map` takes for a picture, with few and with many of them: it must not grow with their number.

    python -m benchmarks.many_pictures [--tree] [1000 12000]

Pictures are files in one folder, or, with --tree, in folders of 100. A process beside this one answers each edit with
the same picture. The first figure is that of a run which sends all, the second of one that finds all done. Only the
CPU of this process is counted.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import shutil
import struct
import tempfile
import time
import zlib
from multiprocessing.connection import Connection
from pathlib import Path

from venice_client import Venice


def png(number: int) -> bytes:
    """A picture of 256 x 256, of its own bytes for each number."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + bytes((number % 256, number // 256 % 256, number // 65536)) * 256
    header = struct.pack(">IIBBBBB", 256, 256, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(*part) for part in ((b"IHDR", header), (b"IDAT", zlib.compress(row * 256, 1)), (b"IEND", b""))
    )


def serve(ready: Connection) -> None:
    """Answer every request with a picture, on connections that stay."""
    picture = png(0)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: {len(picture)}\r\n\r\n".encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(request.partition(b"content-length: ")[2].split(b"\r\n")[0])
                await reader.readexactly(length)
                writer.write(head + picture)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=2**20)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def measure(url: str, count: int, *, tree: bool) -> tuple[float, float]:
    """Return the milliseconds of CPU a picture, of a run that sends all and of one that sends none."""
    base = Path(tempfile.mkdtemp())
    try:
        for number in range(count):
            folder = base / "in" / f"{number // 100:04}" if tree else base / "in"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{number:06}.png").write_bytes(png(number))
        figures = []
        for _ in range(2):
            with Venice("k", base_url=url) as venice:
                began = time.process_time()
                done = sum(item.ok for item in venice.images.map(base / "in", "x", to=base / "out", recursive=tree))
                figures.append((time.process_time() - began) / count * 1000)
            assert done == count
        return figures[0], figures[1]
    finally:
        shutil.rmtree(base)


def main() -> None:
    """Print a line for each number of pictures, and the growth from the first to the last."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("counts", nargs="*", type=int, default=[1000, 12000])
    parser.add_argument("--tree", action="store_true")
    chosen = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=serve, args=(there,), daemon=True)
    server.start()
    try:
        url = f"http://127.0.0.1:{here.recv()}/api/v1"
        measure(url, 50, tree=chosen.tree)  # imports are not counted
        rows = []
        for count in chosen.counts:
            rows.append(measure(url, count, tree=chosen.tree))
            print(f"{count:>7} pictures: {rows[-1][0]:.2f} ms each to send, {rows[-1][1]:.2f} ms each when done before")
        print(f"growth: {rows[-1][0] / rows[0][0]:.2f} and {rows[-1][1] / rows[0][1]:.2f} (limit 1.25)")
        print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
