"""`venice.audio`: the generated operations, methods that order music or a sound and wait for it, and `resume`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from venice_client.api.resources import resource_classes
from venice_client.jobs.job import AsyncAudioJob, AudioJob
from venice_client.jobs.resource import AsyncJobs, Jobs

if TYPE_CHECKING:
    from venice_client.api.audio import AsyncAudio as GeneratedAsyncAudio
    from venice_client.api.audio import Audio as GeneratedAudio
else:
    GeneratedAudio, GeneratedAsyncAudio = resource_classes("audio")


class Audio(Jobs[AudioJob], GeneratedAudio):
    """The operations of `audio`, and `generate`, `submit` and `resume`."""

    _job = AudioJob


class AsyncAudio(AsyncJobs[AsyncAudioJob], GeneratedAsyncAudio):
    """The same, awaited."""

    _job = AsyncAudioJob
