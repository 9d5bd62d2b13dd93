"""What the head of a response says, for everything that stands for a response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from venice_client._core.schema.media_types import media_type_of

if TYPE_CHECKING:
    from venice_client._core.metadata import Meta


class Head:
    """Status and headers, and what is read from them."""

    status_code: int
    """The HTTP status."""
    headers: Mapping[str, str]
    """The response's headers; their names compare without regard to case."""

    @property
    def meta(self) -> Meta:
        """What the headers report: rate limits, balance, the model, what was found in the content."""
        from venice_client._core.metadata import Meta

        return Meta(self.status_code, self.headers)

    @property
    def media_type(self) -> str:
        """The media type that the response names, in lower case and without parameters."""
        return media_type_of(self.headers)

    @property
    def request_id(self) -> str | None:
        """The id under which the vendor can find the request (the header CF-RAY)."""
        return self.headers.get("cf-ray")
