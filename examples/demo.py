"""
The main job, end to end, with no key and no network: fetch, report the drift, regenerate, edit a picture.

A stand-in of the vendor on loopback publishes a newer description (the pinned contract and examples/newer.yaml) and
answers the API; it checks every request against that description. Run it with `make demo`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "demo"
sys.path.insert(0, str(ROOT))

from generator.source.document import read  # noqa: E402
from generator.source.yaml_writer import dump  # noqa: E402
from generator.spec.contract import facts, operations  # noqa: E402
from generator.spec.overlay import apply, load_file  # noqa: E402
from generator.spec.pin import load_pin  # noqa: E402
from tests.standin import StandIn  # noqa: E402


def main() -> None:
    os.environ["no_proxy"] = "127.0.0.1"  # a proxy that the environment names does not reach the stand-in
    BUILD.mkdir(parents=True, exist_ok=True)
    newer = apply(load_file(ROOT / "examples" / "newer.yaml"), load_pin().contract).document
    description = dump(newer).encode()
    served = facts(read(description)).contract
    with StandIn(served, description=description) as vendor:
        print(f"A stand-in of the vendor answers at {vendor.url}.")
        with step("Fetch the newer description"):
            run("fetch", "--from", vendor.description_url, "--out", "build/demo/swagger.yaml")
        with step("Report the drift from the pinned contract"):
            run("diff", "spec/swagger.yaml", "build/demo/swagger.yaml")
        with step("Regenerate the client from it, beside the tree"):
            run("generate", "--spec", "build/demo/swagger.yaml", "--out", "build/demo")
        with step("Import the result, and edit examples/photo.png with it"):
            edit(vendor)


def edit(vendor: StandIn) -> None:
    sys.path.insert(0, str(BUILD))  # the client that was just made, before the one of the tree
    import venice_client
    from venice_client import Venice
    from venice_client.api import OPERATIONS

    where = Path(venice_client.__file__).relative_to(ROOT)
    pinned = {f"{method.upper()} {path}" for method, path in operations(load_pin().contract)}
    new = [key for key in OPERATIONS if key not in pinned]
    print(f"{where}: {len(OPERATIONS)} operations; new: {', '.join(new)}")
    with Venice("a-key-of-no-worth", base_url=vendor.base_url) as venice:
        print(f"venice.images offers {', '.join(name for name in dir(venice.images) if not name.startswith('_'))}")
        # `mood` came with the newer description: no code was written for it, and the checked-in client lacks it.
        options: Any = {"aspect_ratio": "16:9", "mood": "warm"}
        picture = venice.images.edit(ROOT / "examples" / "photo.png", "make the sky a sunset", **options)
        saved = picture.save(BUILD / "edited.png", overwrite=True)
    vendor.assert_valid()
    print(f"The stand-in found the request in line with the description; {picture.media_type}, {len(picture):,} bytes.")
    print(f"Saved: {saved.relative_to(ROOT)}")


def run(*arguments: str) -> None:
    """Run the generator as a maintainer would, from the checkout's folder."""
    sys.stdout.flush()
    subprocess.run([sys.executable, "-m", "generator", *arguments], cwd=ROOT, check=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    print(f"\n== {title}", flush=True)
    started = time.perf_counter()
    yield
    print(f"   {time.perf_counter() - started:.1f} s", flush=True)


if __name__ == "__main__":
    main()
