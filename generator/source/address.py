"""
What the parts of an address mean: a file, the local machine, a secret that no text may show.

Pure functions: nothing is looked up or opened.
"""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from generator.errors import UnreadableError


class Address(Protocol):
    """What is needed of an address that was parsed: `httpx.URL` has it."""

    @property
    def scheme(self) -> str: ...
    @property
    def netloc(self) -> bytes: ...
    @property
    def raw_path(self) -> bytes: ...
    @property
    def query(self) -> bytes: ...
    @property
    def params(self) -> Any: ...
    @property
    def username(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def userinfo(self) -> bytes: ...


def file_path(origin: str) -> Path:
    """The path that a file: address names; `UnreadableError` if it is on another host."""
    split = urlsplit(origin)
    if split.netloc not in ("", "localhost"):
        raise UnreadableError("A file: address that names another host cannot be read. Give a path, as in file:///a/b.")
    return Path(unquote(split.path))


def is_loopback(host: str) -> bool:
    """Whether a host is the local machine by its name or number; nothing is looked up."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def shown_address(url: Address) -> str:
    """An address without user, password and query."""
    path = url.raw_path.split(b"?")[0].decode("ascii", "replace")
    return f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}{path}"


def secrets_of(url: Address) -> list[str]:
    """What of an address must not be shown, longest first: an error page may repeat it."""
    query = url.query.decode("ascii", "replace")
    found = {query, unquote(query), url.username, url.password, url.userinfo.decode("ascii", "replace")}
    for key, value in url.params.multi_items():
        found |= {f"{key}={value}", value}
    return sorted(filter(None, found), key=lambda secret: (-len(secret), secret))


def without(text: str, secrets: list[str]) -> str:
    """A text in which dots stand for the secrets."""
    for secret in secrets:
        text = text.replace(secret, "…")
    return text
