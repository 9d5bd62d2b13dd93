"""
Cut out what a picture shows: python examples/remove_background.py [PICTURE] [FILE]

The picture may be a URL as well. VENICE_API_KEY is the key.
"""

from __future__ import annotations

import sys
from pathlib import Path

from venice_client import Venice

PHOTO = Path(__file__).parent / "photo.png"


def main(picture: str = str(PHOTO), file: str = "cut-out.png") -> None:
    with Venice() as venice:
        cut_out = venice.images.remove_background(picture)
    print(f"Saved: {cut_out.save(file)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
