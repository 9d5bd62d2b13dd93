"""Media types: reading a Content-Type, and comparing types without regard to case and parameters (RFC 9110, 8.3.1)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

JSON: Final = "application/json"
MULTIPART: Final = "multipart/form-data"
URLENCODED: Final = "application/x-www-form-urlencoded"
EVENT_STREAM: Final = "text/event-stream"
HTML: Final = "text/html"
OCTETS: Final = "application/octet-stream"


@lru_cache(256)  # compared many times a call
def essence(content_type: str) -> str:
    """Return type and subtype of a Content-Type in lower case: "image/png" of "Image/PNG; q=1"."""
    return content_type.partition(";")[0].strip().lower()


@lru_cache(256)
def is_json(media_type: str) -> bool:
    """Whether a body of this media type is JSON."""
    name = essence(media_type)
    return name == JSON or name.endswith("+json")


@lru_cache(256)
def is_raw(media_type: str) -> bool:
    """Whether a body of this media type is sent as it is: it is neither JSON nor a form."""
    return not is_json(media_type) and essence(media_type) not in (URLENCODED, MULTIPART)


@lru_cache(256)
def matches(declared: str, media_type: str) -> bool:
    """Whether a media type is of a declared type or range: "image/png" is of "image/png; q=1", "image/*" and "*/*"."""
    kind, name = essence(declared), essence(media_type)
    return kind in (name, "*/*", "*") or (kind.endswith("/*") and name.startswith(kind[:-1]))


@lru_cache(256)
def best_match(declared: tuple[str, ...], media_type: str) -> str | None:
    """Return the declared media type that fits best: the same type before a range, a range before `*/*`."""
    found = [kind for kind in declared if matches(kind, media_type)]
    return min(found, key=lambda kind: essence(kind).count("*"), default=None)
