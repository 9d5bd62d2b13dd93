"""
Fetches a description, from the web or from a file.

What comes back is bytes that were received whole and are neither empty nor over the limit; what they hold is for
`document` to judge. Given a cache directory, a server is asked whether the description is new.
"""

from __future__ import annotations

import re
from pathlib import Path

from attrs import field, frozen

from generator.errors import UnreadableError
from generator.source import document
from generator.source.address import file_path
from generator.source.progress import Progress, Retrying, terminal_progress

__all__ = ["LIVE_URL", "Fetched", "fetch", "terminal_progress"]

LIVE_URL = "https://api.venice.ai/doc/api/swagger.yaml"


@frozen
class Fetched:
    """A description as it was received."""

    source: str  # the address without its secrets, or the path as it was given
    data: bytes = field(repr=False)
    not_modified: bool = False  # the server confirmed the cached bytes


def fetch(
    origin: str,
    *,
    cache: Path | None = None,
    progress: Progress | None = None,
    retrying: Retrying | None = None,
) -> Fetched:
    """
    The bytes at an https address (http on the local machine), in a file, or at a file: address.

    `UnreadableError` names the address, the attempts and the cause. `cache` is a directory; nothing else is
    written. `retrying` is told of each further attempt before the wait for it; what `terminal_progress` gives
    as `progress` draws that by itself.
    """
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):", origin)  # one letter is a drive
    if scheme is None:
        return Fetched(origin, document.read_bytes(Path(origin)))
    if scheme[1].lower() == "file":
        path = file_path(origin)
        return Fetched(str(path), document.read_bytes(path))
    if scheme[1].lower() not in ("http", "https"):
        advice = "Give an https address or a file; a file whose name looks like an address is written ./name."
        raise UnreadableError(f"An address of the kind {scheme[1]}: cannot be fetched. {advice}")
    from generator.source.web import fetch_address  # the HTTP library is loaded when it is needed

    return fetch_address(origin, cache=cache, progress=progress, retrying=retrying)
