"""
`venice.audio` with the whole way of music and sounds: ordered, waited for, fetched, and resumed after a crash.

The generated resource is extended; nothing of the endpoints is known here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, overload

from venice_client._core.request.arguments import extends
from venice_client._core.request.call import CallOptions
from venice_client.api.resources import resource_classes
from venice_client.jobs.job import AsyncAudioJob, AudioJob
from venice_client.jobs.polling import INTERVAL, WAIT, Progress
from venice_client.jobs.resource import JobResource
from venice_client.jobs.result import AudioResult

if TYPE_CHECKING:
    from venice_client.api.audio import AsyncAudio as GeneratedAsyncAudio
    from venice_client.api.audio import Audio as GeneratedAudio
    from venice_client.api.audio.queue import QueueOptions
else:
    GeneratedAudio, GeneratedAsyncAudio = resource_classes("audio")
    QueueOptions = CallOptions  # another description may lack the operation

_Path = str | os.PathLike[str]


class Audio(JobResource[AudioJob], GeneratedAudio):
    """The operations of `audio`, and `generate`, `submit` and `resume`."""

    _job = AudioJob

    @overload
    def generate(
        self,
        *,
        save_to: None = None,
        resume_file: _Path | None = None,
        complete: bool = True,
        progress: Progress = False,
        poll_interval: float = INTERVAL,
        wait_timeout: float | None = WAIT,
        **parameters: Unpack[QueueOptions],
    ) -> AudioResult: ...
    @overload
    def generate(
        self,
        *,
        save_to: _Path,
        overwrite: bool = False,
        resume_file: _Path | None = None,
        complete: bool = True,
        progress: Progress = False,
        poll_interval: float = INTERVAL,
        wait_timeout: float | None = WAIT,
        **parameters: Unpack[QueueOptions],
    ) -> Path: ...
    @extends("queue")
    def generate(self, *, save_to: _Path | None = None, **parameters: Any) -> AudioResult | Path:
        """
        Order a piece of music or a sound, wait for it, fetch it, and have the server delete its copy.

            venice.audio.generate(model=..., prompt="calm piano", save_to="calm.mp3", resume_file="calm.json")

        Args:
            save_to: The file to write, piece by piece; its path is returned. Without it, the result is returned, in
                memory.
            overwrite: Whether `save_to` may replace a file.
            resume_file: A file that keeps the order until the result is safe. A second run of the same request, after a
                crash, resumes it and orders nothing.
            complete: Whether the server deletes its copy once the result is safe.
            progress: True for a bar on a terminal, or a function of the seconds that passed and that are usual.
            poll_interval: The seconds between two polls, > 0.
            wait_timeout: The seconds after which VeniceTimeoutError is raised; None waits as long as it takes.
            **parameters: The parameters of POST /audio/queue (`model`, `prompt`, `duration_seconds`, ...) and
                of every call (`timeout`, `extra_headers`, `extra_body`, ...).

        Raises:
            RequestValidationError: an argument is unknown or wrong; nothing was ordered.
            VeniceTimeoutError: it took longer than `wait_timeout`.
            JobFailedError: the server reports that no file will come.
            VeniceAPIError: the API refused; one subclass per status.

        Whatever is raised after the order has the job: `error.job.save(path)` resumes it.
        """
        from venice_client.jobs.order import generate

        made: AudioResult | Path = generate(AudioJob, self._client, save_to, parameters)
        return made

    @extends("queue")
    def submit(self, *, resume_file: _Path | None = None, **parameters: Unpack[QueueOptions]) -> AudioJob:
        """Order a piece of music or a sound and return the job at once: see `generate` for the arguments."""
        from venice_client.jobs.order import submit

        return submit(AudioJob, self._client, parameters, resume_file)


class AsyncAudio(JobResource[AsyncAudioJob], GeneratedAsyncAudio):
    """The same, awaited."""

    _job = AsyncAudioJob

    @overload
    async def generate(
        self,
        *,
        save_to: None = None,
        resume_file: _Path | None = None,
        complete: bool = True,
        progress: Progress = False,
        poll_interval: float = INTERVAL,
        wait_timeout: float | None = WAIT,
        **parameters: Unpack[QueueOptions],
    ) -> AudioResult: ...
    @overload
    async def generate(
        self,
        *,
        save_to: _Path,
        overwrite: bool = False,
        resume_file: _Path | None = None,
        complete: bool = True,
        progress: Progress = False,
        poll_interval: float = INTERVAL,
        wait_timeout: float | None = WAIT,
        **parameters: Unpack[QueueOptions],
    ) -> Path: ...
    @extends("queue")
    async def generate(self, *, save_to: _Path | None = None, **parameters: Any) -> AudioResult | Path:
        """Order a piece of music or a sound, wait for it, and fetch it: see `Audio.generate`."""
        from venice_client.jobs.order import generate_async

        made: AudioResult | Path = await generate_async(AsyncAudioJob, self._client, save_to, parameters)
        return made

    @extends("queue")
    async def submit(self, *, resume_file: _Path | None = None, **parameters: Unpack[QueueOptions]) -> AsyncAudioJob:
        """Order a piece of music or a sound and return the job at once: see `Audio.submit`."""
        from venice_client.jobs.order import submit_async

        return await submit_async(AsyncAudioJob, self._client, parameters, resume_file)
