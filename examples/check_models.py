"""
Refuse what a model can't do before it is paid for, and say what it can.

    VENICE_API_KEY=... python examples/check_models.py [MODEL]

Nothing is generated here: the list of models is requested once, and kept for an hour.
"""

from __future__ import annotations

import sys

from venice_client import RequestValidationError, Venice


def main() -> None:
    with Venice(check_models=True) as venice:
        rows = venice.models.list(type="all").data
        editor, writer = (next(row.id for row in rows if row.type == kind) for kind in ("inpaint", "text"))
        model = sys.argv[1] if len(sys.argv) > 1 else editor
        print(venice.models.capabilities(model))

        for ratio in ("1:1", "16:9", "21:9"):
            try:
                venice.models.check("image-edit", model=model, aspect_ratio=ratio)
            except RequestValidationError as error:
                print(f"{ratio}: {error}")
            else:
                print(f"{ratio}: it does, or its row does not say")

        # With check_models=True a call is refused alike, so that a slip costs nothing.
        try:
            venice.images.edit("https://example.com/photo.jpg", "make the sky a sunset", model=writer)
        except RequestValidationError as error:
            print(error)


if __name__ == "__main__":
    main()
