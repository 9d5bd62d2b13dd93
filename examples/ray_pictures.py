"""
Edit all pictures of a folder on many machines, with Ray Data:

    python examples/ray_pictures.py FOLDER [FOLDER OF THE RESULTS] [PROMPT]

Without RAY_ADDRESS it starts Ray on this machine. The folders have to be reachable by all workers, and each worker
takes VENICE_API_KEY from its own environment: the pickle of a client holds no key.

Ray runs a task again whose worker died. An edit costs money, so that what has a result already is skipped, and nothing
is run again that may have been paid for: see `max_retries`.
"""

from __future__ import annotations

import logging
import sys
from functools import partial
from pathlib import Path
from typing import Any

import ray
import ray.data

from venice_client import Venice, VeniceError

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}


def edit(row: dict[str, Any], venice: Venice, prompt: str, to: str) -> dict[str, Any]:
    """Edit one picture, on a worker. An error becomes a value: a row that fails would end the whole job."""
    picture = Path(row["picture"])
    for done in Path(to).glob(f"{picture.stem}.*"):
        return {**row, "path": str(done), "error": ""}
    try:
        saved = venice.images.edit(picture, prompt).save(Path(to) / picture.stem)
    except VeniceError as error:
        return {**row, "path": "", "error": f"{type(error).__name__}: {error}"}
    return {**row, "path": str(saved), "error": ""}


def main(folder: str, to: str = "edited", prompt: str = "make the sky a sunset") -> None:
    pictures = sorted(path.resolve() for path in Path(folder).iterdir() if path.suffix.lower() in SUFFIXES)
    Path(to).mkdir(parents=True, exist_ok=True)
    failed = 0
    ray.init(include_dashboard=False, logging_level=logging.WARNING)
    ray.data.DataContext.get_current().enable_progress_bars = False
    rows = ray.data.from_items([{"picture": str(picture)} for picture in pictures], override_num_blocks=8)
    work = partial(edit, venice=Venice(), prompt=prompt, to=str(Path(to).resolve()))
    for row in rows.map(work, num_cpus=0.25, max_retries=0).iter_rows():
        failed += bool(row["error"])
        print(f"{Path(row['picture']).name}: {row['error'] or row['path']}", flush=True)
    ray.shutdown()
    print(f"{len(pictures) - failed} done, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
