"""
Ask about a picture of yours: python examples/vision_chat.py [PICTURE] [QUESTION]

Where the API takes the URL of a picture, this client takes a picture in any form, such as the path of a file.
VENICE_API_KEY is the key, VENICE_VISION_MODEL the model.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from venice_client import Venice

PHOTO = Path(__file__).parent / "photo.png"


def main(picture: str = str(PHOTO), question: str = "What does this picture show?") -> None:
    model = os.environ.get("VENICE_VISION_MODEL", "qwen3-vl-235b-a22b")
    content = [{"type": "text", "text": question}, {"type": "image_url", "image_url": {"url": picture}}]
    with Venice() as venice:
        completion = venice.chat.completions.create(model=model, messages=[{"role": "user", "content": content}])
    print(completion.choices[0].message.content)


if __name__ == "__main__":
    main(*sys.argv[1:])
