"""
Edit a picture: python examples/edit.py [PICTURE] [PROMPT] [FILE]

VENICE_API_KEY is the key.
"""

from __future__ import annotations

import sys
from pathlib import Path

from venice_client import Venice

PHOTO = Path(__file__).parent / "photo.png"


def main(picture: str = str(PHOTO), prompt: str = "make the sky a sunset", file: str = "edited.png") -> None:
    with Venice() as venice:
        edited = venice.images.edit(picture, prompt)
    print(f"{edited.width} x {edited.height}, {edited.media_type}, {len(edited):,} bytes")
    print(f"Saved: {edited.save(file)}")  # the suffix becomes that of what came


if __name__ == "__main__":
    main(*sys.argv[1:])
