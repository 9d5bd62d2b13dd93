"""
Fetches a description from the web or from a file.

The result is bytes that were received completely, are not empty and are below the size limit; `document` judges what
they hold. With a cache directory, a server is sent a conditional request.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from generator.errors import UnreadableError
from generator.source.document import Fetched, read_bytes

if TYPE_CHECKING:
    from generator.source.web import Progress

LIVE_URL = "https://api.venice.ai/doc/api/swagger.yaml"


def fetch(origin: str, *, cache: Path | None = None, progress: Progress | None = None) -> Fetched:
    """
    Return the bytes at an https address (http on loopback), in a file, or at a file: address.

    `UnreadableError` names the address, the attempts and the cause. `cache` is a directory; nothing else is written.
    `progress` learns the bytes received, and of each retry before the wait for it.
    """
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):", origin)  # one letter is a drive
    if scheme is None:
        return Fetched(origin, read_bytes(Path(origin)))
    if scheme[1].lower() == "file":
        path = _file_path(origin)
        return Fetched(str(path), read_bytes(path))
    if scheme[1].lower() not in ("http", "https"):
        advice = "Give an https address or a file; a file whose name looks like an address is written ./name."
        raise UnreadableError(f"An address of the kind {scheme[1]}: cannot be fetched. {advice}")
    from generator.source.web import fetch_address  # load the HTTP library only for an address

    return fetch_address(origin, cache=cache, progress=progress)


def _file_path(origin: str) -> Path:
    """Return the path that a file: address names; raise `UnreadableError` if it is on another host."""
    split = urlsplit(origin)
    if split.netloc not in ("", "localhost"):
        raise UnreadableError("A file: address that names another host cannot be read. Give a path, as in file:///a/b.")
    return Path(unquote(split.path))
