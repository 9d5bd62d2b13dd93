"""
Edit all pictures of a folder on many machines, with Dask:

    python examples/dask_pictures.py FOLDER [FOLDER OF THE RESULTS] [PROMPT]

Without DASK_SCHEDULER_ADDRESS it starts a cluster of two processes on this machine. The folders have to be reachable by
all workers, and each worker takes VENICE_API_KEY from its own environment: the pickle of a client holds no key.

Dask runs a task again whose worker died. An edit costs money, so that what has a result already is skipped, and nothing
is run again that may have been paid for: see `allowed-failures`.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing, nullcontext
from pathlib import Path

import dask
from distributed import Client, LocalCluster, as_completed

from venice_client import Venice

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}


def edit(venice: Venice, picture: Path, prompt: str, to: Path) -> str:
    """Edit one picture, on a worker. Errors of the client travel back as they are."""
    for done in to.glob(f"{picture.stem}.*"):
        return str(done)
    return str(venice.images.edit(picture, prompt).save(to / picture.stem))


def main(folder: str, to: str = "edited", prompt: str = "make the sky a sunset") -> None:
    dask.config.set({"distributed.scheduler.allowed-failures": 0})
    address = os.environ.get("DASK_SCHEDULER_ADDRESS")
    pictures = sorted(path.resolve() for path in Path(folder).iterdir() if path.suffix.lower() in SUFFIXES)
    Path(to).mkdir(parents=True, exist_ok=True)
    # Two processes with four threads each; without the page that Dask serves.
    local = None if address else LocalCluster(n_workers=2, threads_per_worker=4, dashboard_address=None)  # type: ignore[no-untyped-call]
    failed = 0
    with closing(local) if local else nullcontext(), Client(address or local) as client:  # type: ignore[no-untyped-call]
        # One client for each worker, so that its connections are used again.
        venice = client.scatter(Venice(), broadcast=True)
        names = {
            client.submit(edit, venice, picture, prompt, Path(to).resolve(), pure=False, retries=0): picture.name
            for picture in pictures
        }
        for future in as_completed(names):  # type: ignore[no-untyped-call]
            error = future.exception()
            failed += error is not None
            print(f"{names[future]}: {error or future.result()}", flush=True)
    print(f"{len(pictures) - failed} done, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
