"""The files that jobs make. They are neither decoded nor converted."""

from __future__ import annotations

import attrs

from venice_client._core.response.binary import BinaryContent


@attrs.frozen(repr=False)
class JobResult(BinaryContent):
    """The file of a job, with the order that it belongs to. `save(path)` writes it."""

    queue_id: str = ""
    model: str = ""


@attrs.frozen(repr=False)
class VideoResult(JobResult):
    """A video."""


@attrs.frozen(repr=False)
class AudioResult(JobResult):
    """A piece of music, or a sound."""
