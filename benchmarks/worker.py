"""
The process of one contestant at one row: for every line that it reads, it does the row so many times, and prints what
that took as JSON.

    python -m benchmarks.worker MODULE ROW URL FOLDER

It imports nothing but the contestant's module, so that it runs in another environment too.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

_STATUS = Path("/proc/self/status")


def main(module: str, row: str, url: str, folder: str) -> None:
    """Prepare the contestant, warm it up, and run each requested row."""
    work: Callable[[int, str], None] = getattr(import_module(module), row)(url)
    small, large = str(Path(folder, "small.png")), str(Path(folder, "large.png"))
    work(3, small)
    print("ready", flush=True)  # what is not ready has ended with the reason
    for line in sys.stdin:
        before = _peak(anew=True)
        began = time.process_time()
        work(int(line), large)
        seconds = time.process_time() - began
        print(json.dumps({"cpu": seconds, "peak": _peak() - before}), flush=True)


def _peak(*, anew: bool = False) -> int:
    """Return the most memory that this process held, in bytes; `anew` counts from what it holds now."""
    if not _STATUS.exists():
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    if anew:
        Path("/proc/self/clear_refs").write_text("5")
    peak = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) * 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
