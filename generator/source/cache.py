"""
What is remembered of an address between two fetches: the body, and what makes the next GET conditional.

A convenience: what is missing, damaged or cannot be written costs a download and nothing else. It knows files
and headers, and opens no socket.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from attrs import field, frozen

_CONDITIONS = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}


@frozen
class Cache:
    """What is remembered of one address: a body, and in a file beside it what makes a GET conditional."""

    folder: Path | None
    name: str
    body: bytes | None = field(default=None, repr=False)
    conditions: dict[str, str] = field(factory=dict)

    @classmethod
    def load(cls, folder: Path | None, address: str) -> Cache:
        """What a folder holds of an address; without a folder, or without something sound in it, nothing."""
        name = hashlib.sha256(address.encode()).hexdigest()[:32]
        if folder is not None:
            with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
                body = (folder / f"{name}.body").read_bytes()
                kept = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
                conditions = {key: kept["conditions"][key] for key in kept["conditions"] if key in _CONDITIONS}
                sound = all(re.fullmatch("[ -~]{1,500}", value) for value in conditions.values())
                if body and sound and conditions and hashlib.sha256(body).hexdigest() == kept["sha256"]:
                    return cls(folder, name, body, conditions)
        return cls(folder, name)

    def save(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Keep a body, if its headers (found in any case of letters) allow to ask for a newer one."""
        conditions = {key: headers[told] for key, told in _CONDITIONS.items() if told in headers}
        if self.folder is None or not conditions:
            return
        kept = {"conditions": conditions, "sha256": hashlib.sha256(body).hexdigest()}
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            _replace(self.folder / f"{self.name}.body", body)
            _replace(self.folder / f"{self.name}.json", json.dumps(kept, sort_keys=True).encode())


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        written = Path(file.name)
        try:
            file.write(data)
            file.close()
            written.replace(path)
        except OSError:
            written.unlink(missing_ok=True)
            raise
