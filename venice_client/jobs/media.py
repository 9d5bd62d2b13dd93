"""The jobs of each kind of work: what `venice.video` and `venice.audio` give. All that they do is in `job`."""

from __future__ import annotations

from venice_client.jobs.async_job import AsyncJob
from venice_client.jobs.job import Job
from venice_client.jobs.kind import AUDIO, VIDEO
from venice_client.jobs.result import AudioResult, VideoResult


class VideoJob(Job[VideoResult]):
    """A video that was ordered."""

    KIND = VIDEO
    RESULT = VideoResult


class AsyncVideoJob(AsyncJob[VideoResult]):
    """A video that was ordered."""

    KIND = VIDEO
    RESULT = VideoResult


class AudioJob(Job[AudioResult]):
    """A piece of music, or a sound, that was ordered."""

    KIND = AUDIO
    RESULT = AudioResult


class AsyncAudioJob(AsyncJob[AudioResult]):
    """A piece of music, or a sound, that was ordered."""

    KIND = AUDIO
    RESULT = AudioResult
