"""The files that jobs give: `BinaryContent` that knows which order it came of. They are not decoded or converted."""

from __future__ import annotations

import attrs

from venice_client._core.response.binary import BinaryContent


@attrs.frozen(repr=False)
class JobResult(BinaryContent):
    """A file that was made to order. `save(path)` writes it."""

    queue_id: str = ""
    model: str = ""


@attrs.frozen(repr=False)
class VideoResult(JobResult):
    """A video."""


@attrs.frozen(repr=False)
class AudioResult(JobResult):
    """A piece of music, or a sound."""
