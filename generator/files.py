"""Write a file completely or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """Write a file by renaming a complete one into its place; its folder is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(data)
            file.close()
            temporary.chmod(0o644)
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
