"""
What kinds of work the API does in the background, as data: the operations of each, and what its files are.

How such work is ordered, waited for and fetched is the same for all of them, and told elsewhere.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

from venice_client._core.errors import OperationUnavailableError
from venice_client._core.schema.operation import Operation
from venice_client.api import OPERATIONS


@frozen(kw_only=True)
class Kind:
    """One kind of work."""

    name: str
    """The resource, as in `venice.video`."""
    media_type: str
    """What a file is whose server does not say."""

    @property
    def ordering(self) -> str:
        """The operation that orders it."""
        return f"POST /{self.name}/queue"

    def operation(self, step: str) -> Operation:
        """Return the operation of a step: queue, retrieve, complete."""
        key = f"POST /{self.name}/{step}"
        if key not in OPERATIONS:
            raise OperationUnavailableError(key)
        found: Operation = OPERATIONS[key]
        return found

    def is_file(self, media_type: str) -> bool:
        """Whether an answer of this media type is the file itself; servers of files often say no more than bytes."""
        return media_type.startswith(("video/", "audio/")) or media_type in _BYTES


_BYTES: Any = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/mp4", "application/ogg"})

VIDEO = Kind(name="video", media_type="video/mp4")
AUDIO = Kind(name="audio", media_type="audio/mpeg")
