"""
Edit all pictures of a folder: python examples/many_pictures.py [FOLDER] [PROMPT] [FOLDER OF THE RESULTS]

Stop it, by Ctrl-C or a kill, and run it again with the same arguments: it continues where it stopped, and pays for
nothing twice. VENICE_API_KEY is the key.
"""

from __future__ import annotations

import sys
from pathlib import Path

from venice_client import Venice

HERE = Path(__file__).parent


def main(folder: str = str(HERE), prompt: str = "make the sky a sunset", to: str = "edited") -> None:
    with Venice() as venice:
        run = venice.images.map(folder, prompt, to=to, concurrency=8, progress=sys.stderr.isatty())
        for item in run:
            print(f"{item.name}: {item.path or item.error or item.skipped}")
    print(f"{run.summary.done} done, {run.summary.skipped} skipped, {run.summary.failed} failed")
    sys.exit(1 if run.summary.failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
