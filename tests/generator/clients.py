"""A folder with the hand-written files of the client, to render generated code into."""

from __future__ import annotations

import shutil
from pathlib import Path

from generator.files import CLIENT
from generator.install.staging import hand_written


def copy_client(folder: Path) -> Path:
    """Copy the hand-written files of the client into a folder `venice_client`, and return it."""
    stage = folder / "venice_client"
    for file in hand_written():
        place = stage / file
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(CLIENT / file, place)
    return stage
