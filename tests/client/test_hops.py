"""One edit of a file runs through few modules and functions: a reader of the client has to read each of them."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Final

from PIL import Image

import venice_client
from tests.standin import StandIn
from venice_client import Venice

MODULES: Final = 34
CALLS: Final = 260
"""Python's own calls within the client; a comprehension counts as one up to Python 3.11."""

_ROOT: Final = str(Path(venice_client.__file__).parent)


def test_an_edit_calls_a_limited_number_of_modules_and_functions(api: StandIn, tmp_path: Path) -> None:
    picture = tmp_path / "photo.png"
    Image.new("RGB", (512, 512)).save(picture)
    calls: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(_ROOT):
            calls[frame.f_code.co_filename.removeprefix(_ROOT)] += 1

    with Venice("key", base_url=api.base_url) as venice:
        for _ in range(2):  # the first imports, connects and fills the caches
            venice.images.edit(picture, "make the sky a sunset")
        sys.setprofile(count)
        try:
            venice.images.edit(picture, "make the sky a sunset")
        finally:
            sys.setprofile(None)
    shown = ", ".join(f"{name} {number}" for name, number in calls.most_common())
    assert len(calls) <= MODULES, shown
    assert calls.total() <= CALLS, shown
