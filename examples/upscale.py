"""
Make a picture larger: python examples/upscale.py [PICTURE] [SCALE] [FILE]

VENICE_API_KEY is the key.
"""

from __future__ import annotations

import sys
from pathlib import Path

from venice_client import Venice

PHOTO = Path(__file__).parent / "photo.png"


def main(picture: str = str(PHOTO), scale: str = "2", file: str = "larger.png") -> None:
    with Venice() as venice:
        larger = venice.images.upscale(picture, scale=float(scale))
    print(f"{larger.width} x {larger.height}")
    print(f"Saved: {larger.save(file)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
