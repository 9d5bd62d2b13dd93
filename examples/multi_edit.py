"""
Change a part of a picture alone: python examples/multi_edit.py [PICTURE] [MASK] [PROMPT] [FILE]

The API has no parameter for a mask: a mask is a second layer, white where the first picture is to change, and the
prompt says so. VENICE_API_KEY is the key.
"""

from __future__ import annotations

import sys
from pathlib import Path

from venice_client import Venice

HERE = Path(__file__).parent
PROMPT = "put a hot-air balloon into the first picture where the second one, a mask, is white; keep the rest"


def main(
    picture: str = str(HERE / "photo.png"),
    mask: str = str(HERE / "mask.png"),
    prompt: str = PROMPT,
    file: str = "masked.png",
) -> None:
    with Venice() as venice:
        edited = venice.images.multi_edit([picture, mask], prompt)
    print(f"Saved: {edited.save(file)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
