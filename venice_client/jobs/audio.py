"""
`venice.audio` with the whole way of music: ordered, waited for, fetched, completed; and gone on with after a crash.

The generated resource is extended, nothing of the endpoints is known here: `jobs` does the work.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from venice_client._core.resource import AsyncResource, Resource

if TYPE_CHECKING:
    from typing import Unpack

    from venice_client._core.request.call import CallOptions
    from venice_client.api.audio import AsyncAudio as GeneratedAsyncAudio
    from venice_client.api.audio import Audio as GeneratedAudio
    from venice_client.api.audio.queue import QueueOptions
    from venice_client.jobs.media import AsyncAudioJob, AudioJob
    from venice_client.jobs.order import Fetching
    from venice_client.jobs.result import AudioResult
    from venice_client.jobs.resume_file import HandleInput

    class GenerateOptions(QueueOptions, Fetching, total=False):
        """The parameters of POST /audio/queue, and how its file is fetched."""

else:
    # A description of another day may have no such resource: what it has works all the same.
    try:
        generated = import_module("venice_client.api.audio")
        GeneratedAudio, GeneratedAsyncAudio = generated.Audio, generated.AsyncAudio
    except ImportError:
        GeneratedAudio, GeneratedAsyncAudio = Resource, AsyncResource


class Audio(GeneratedAudio):
    """The operations of `audio`, and `generate`, `submit` and `resume`."""

    @overload
    def generate(self, *, save_to: None = None, **options: Unpack[GenerateOptions]) -> AudioResult: ...
    @overload
    def generate(self, *, save_to: str | os.PathLike[str], **options: Unpack[GenerateOptions]) -> Path: ...
    def generate(self, *, save_to: Any = None, **options: Any) -> AudioResult | Path:
        """
        Order a piece of music or a sound, wait for it, fetch it, and let the server delete its own.

            venice.audio.generate(model=..., prompt="calm piano", save_to="calm.mp3", handle="calm.json")

        Args:
            save_to: Where to write the file as it comes; its path is returned. Without it, the file is held in
                memory and returned.
            options: The parameters of POST /audio/queue as the API has them (`model`, `prompt`,
                `duration_seconds`, `lyrics_prompt`, ...);
                `handle`: a file that keeps the order until the result is safe: a second run of the same request,
                after a crash, goes on with it and orders nothing;
                `progress`: True for a bar on a terminal, or a function of the seconds that passed and of those
                that are usual; `wait_timeout`, `poll_interval`, `overwrite`, `complete`; `extra_headers`,
                `extra_body`, `timeout`.

        Raises:
            RequestValidationError: Something cannot be sent; nothing was ordered.
            VeniceTimeoutError: It took longer than `wait_timeout` (an hour).
            JobFailedError: The server says that no file will come.
            VeniceAPIError: The API refused; one subclass a status.

        Whatever is raised after the order has a `job` that can be gone on with: `error.job.save(path)`.
        """
        from venice_client.jobs.media import AudioJob
        from venice_client.jobs.order import generate

        made: AudioResult | Path = generate(AudioJob, self._client, save_to, options)
        return made

    def submit(self, *, handle: str | os.PathLike[str] | None = None, **options: Unpack[QueueOptions]) -> AudioJob:
        """Order music or a sound and return at once: see `generate` for the parameters, `AudioJob` for what is next."""
        from venice_client.jobs.media import AudioJob
        from venice_client.jobs.order import submit

        return submit(AudioJob, self._client, options, handle)

    def resume(self, handle: HandleInput, **options: Unpack[CallOptions]) -> AudioJob:
        """
        Go on with an order that was made, here or in another process; nothing is sent yet.

        Args:
            handle: The path of a file that keeps it, its JSON or its dict, a job, an error's `job`, or what
                `queue` gave. It says where a file is fetched from: take none from strangers.
            options: `extra_headers` and `timeout` of the calls that follow.
        """
        from venice_client.jobs.media import AudioJob
        from venice_client.jobs.order import resume

        return resume(AudioJob, self._client, handle, options)


class AsyncAudio(GeneratedAsyncAudio):
    """The operations of `audio`, and `generate`, `submit` and `resume`, to be awaited."""

    @overload
    async def generate(self, *, save_to: None = None, **options: Unpack[GenerateOptions]) -> AudioResult: ...
    @overload
    async def generate(self, *, save_to: str | os.PathLike[str], **options: Unpack[GenerateOptions]) -> Path: ...
    async def generate(self, *, save_to: Any = None, **options: Any) -> AudioResult | Path:
        """Order music or a sound, wait for it, fetch it, and let the server delete its own: see `Audio.generate`."""
        from venice_client.jobs.media import AsyncAudioJob
        from venice_client.jobs.order import generate_async

        made: AudioResult | Path = await generate_async(AsyncAudioJob, self._client, save_to, options)
        return made

    async def submit(
        self, *, handle: str | os.PathLike[str] | None = None, **options: Unpack[QueueOptions]
    ) -> AsyncAudioJob:
        """Order a piece of music or a sound and return at once: see `Audio.submit`."""
        from venice_client.jobs.media import AsyncAudioJob
        from venice_client.jobs.order import submit_async

        return await submit_async(AsyncAudioJob, self._client, options, handle)

    def resume(self, handle: HandleInput, **options: Unpack[CallOptions]) -> AsyncAudioJob:
        """Go on with an order that was made, here or in another process; nothing is sent yet: see `Audio.resume`."""
        from venice_client.jobs.media import AsyncAudioJob
        from venice_client.jobs.order import resume

        return resume(AsyncAudioJob, self._client, handle, options)
