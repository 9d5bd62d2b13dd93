"""
Remembers a fetched body and the validators that make the next GET conditional.

An entry that is missing, damaged or cannot be written costs one download and does not raise.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from attrs import field, frozen

from generator.files import digest, replace_file

_VALIDATORS = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}


@frozen
class Cache:
    """The entry of one address: a body, and the headers of a conditional GET in a file beside it."""

    folder: Path | None
    name: str
    body: bytes | None = field(default=None, repr=False)
    conditions: dict[str, str] = field(factory=dict)

    @classmethod
    def load(cls, folder: Path | None, address: str) -> Cache:
        """Return the entry of an address; without a folder or a sound entry, an empty one."""
        name = digest(address)[:32]
        if folder is not None:
            with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
                body = (folder / f"{name}.body").read_bytes()
                entry = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
                conditions = {key: entry["conditions"][key] for key in entry["conditions"] if key in _VALIDATORS}
                sound = all(re.fullmatch("[ -~]{1,500}", value) for value in conditions.values())
                if body and sound and conditions and digest(body) == entry["sha256"]:
                    return cls(folder, name, body, conditions)
        return cls(folder, name)

    def save(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Save a body if its response has a validator. `headers` is a mapping that ignores case."""
        conditions = {key: headers[name] for key, name in _VALIDATORS.items() if name in headers}
        if self.folder is None or not conditions:
            return
        entry = {"conditions": conditions, "sha256": digest(body)}
        with suppress(OSError):
            replace_file(self.folder / f"{self.name}.body", body)
            replace_file(self.folder / f"{self.name}.json", json.dumps(entry, sort_keys=True).encode())
