"""What a call gives back: the decoded value with the answer that it came in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from attrs import field, frozen

T_co = TypeVar("T_co", covariant=True)


@frozen
class Response(Generic[T_co]):
    """An answer of the API. `parsed` is what the contract declares for its status and media type."""

    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    """The answer's headers; their names compare without regard to case."""
    content: bytes = field(repr=False)
    """The body as it came; empty for a stream."""
    parsed: T_co

    @property
    def media_type(self) -> str:
        """The media type that the answer itself names, in lower case and without parameters."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def request_id(self) -> str | None:
        """The id under which the vendor can find the request (the header CF-RAY)."""
        return self.headers.get("cf-ray")
