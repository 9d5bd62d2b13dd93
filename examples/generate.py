"""
Make pictures from words: python examples/generate.py [PROMPT] [NAME]

It requests two variants, saved as NAME-1 and NAME-2. VENICE_API_KEY is the key, VENICE_IMAGE_MODEL the model.
"""

from __future__ import annotations

import os
import sys

from venice_client import Venice


def main(prompt: str = "a lighthouse in the morning fog", name: str = "lighthouse") -> None:
    model = os.environ.get("VENICE_IMAGE_MODEL", "z-image-turbo")
    with Venice() as venice:
        pictures = venice.images.generate(prompt, model=model, variants=2)
    for saved in pictures.save(name):  # numbered; the suffix follows from the picture
        print(f"Saved: {saved}")


if __name__ == "__main__":
    main(*sys.argv[1:])
