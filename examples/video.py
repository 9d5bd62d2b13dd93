"""
A video from a picture and a prompt: python examples/video.py [PICTURE] [PROMPT] [FILE]

Stop it while it waits, by Ctrl-C or a kill, and run it again with the same arguments: it resumes the order, and pays
for nothing twice. VENICE_API_KEY is the key, VENICE_VIDEO_MODEL the model.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from venice_client import Venice

PHOTO = Path(__file__).parent / "photo.png"
MODEL = "kling-2.6-pro-image-to-video"


def main(picture: str = str(PHOTO), prompt: str = "the clouds drift slowly", file: str = "video.mp4") -> None:
    with Venice() as venice:
        model = os.environ.get("VENICE_VIDEO_MODEL", MODEL)
        price = venice.video.quote(model=model, duration="5s").quote
        print(f"It costs {price} USD, and takes a few minutes.")
        saved = venice.video.generate(
            model=model,
            prompt=prompt,
            duration="5s",
            image_url=Path(picture),
            save_to=file,
            resume_file=Path(file).with_suffix(".order.json"),
            progress=lambda elapsed, expected: print(f"{elapsed:.0f} s of about {expected or 0:.0f} s"),
        )
    print(f"Saved: {saved}, {saved.stat().st_size:,} bytes.")


if __name__ == "__main__":
    main(*sys.argv[1:])
