"""
`venice.video` with the whole way of a video: ordered, waited for, fetched, completed; and gone on with after a crash.

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
    from venice_client.api.video import AsyncVideo as GeneratedAsyncVideo
    from venice_client.api.video import Video as GeneratedVideo
    from venice_client.api.video.queue import QueueOptions
    from venice_client.jobs.media import AsyncVideoJob, VideoJob
    from venice_client.jobs.order import Fetching
    from venice_client.jobs.result import VideoResult
    from venice_client.jobs.resume_file import HandleInput

    class GenerateOptions(QueueOptions, Fetching, total=False):
        """The parameters of POST /video/queue, and how its file is fetched."""

else:
    # A description of another day may have no such resource: what it has works all the same.
    try:
        generated = import_module("venice_client.api.video")
        GeneratedVideo, GeneratedAsyncVideo = generated.Video, generated.AsyncVideo
    except ImportError:
        GeneratedVideo, GeneratedAsyncVideo = Resource, AsyncResource


class Video(GeneratedVideo):
    """The operations of `video`, and `generate`, `submit` and `resume`."""

    @overload
    def generate(self, *, save_to: None = None, **options: Unpack[GenerateOptions]) -> VideoResult: ...
    @overload
    def generate(self, *, save_to: str | os.PathLike[str], **options: Unpack[GenerateOptions]) -> Path: ...
    def generate(self, *, save_to: Any = None, **options: Any) -> VideoResult | Path:
        """
        Order a video, wait for it, fetch it, and let the server delete its own.

            venice.video.generate(model=..., prompt="waves", duration="5s", save_to="waves.mp4", handle="waves.json")

        Args:
            save_to: Where to write the file as it comes; its path is returned. Without it, the file is held in
                memory and returned.
            options: The parameters of POST /video/queue as the API has them (`model`, `prompt`,
                `duration`, `image_url`, ...);
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
        from venice_client.jobs.media import VideoJob
        from venice_client.jobs.order import generate

        made: VideoResult | Path = generate(VideoJob, self._client, save_to, options)
        return made

    def submit(self, *, handle: str | os.PathLike[str] | None = None, **options: Unpack[QueueOptions]) -> VideoJob:
        """Order a video and return at once: see `generate` for the parameters, and `VideoJob` for what is next."""
        from venice_client.jobs.media import VideoJob
        from venice_client.jobs.order import submit

        return submit(VideoJob, self._client, options, handle)

    def resume(self, handle: HandleInput, **options: Unpack[CallOptions]) -> VideoJob:
        """
        Go on with an order that was made, here or in another process; nothing is sent yet.

        Args:
            handle: The path of a file that keeps it, its JSON or its dict, a job, an error's `job`, or what
                `queue` gave. It says where a file is fetched from: take none from strangers.
            options: `extra_headers` and `timeout` of the calls that follow.
        """
        from venice_client.jobs.media import VideoJob
        from venice_client.jobs.order import resume

        return resume(VideoJob, self._client, handle, options)


class AsyncVideo(GeneratedAsyncVideo):
    """The operations of `video`, and `generate`, `submit` and `resume`, to be awaited."""

    @overload
    async def generate(self, *, save_to: None = None, **options: Unpack[GenerateOptions]) -> VideoResult: ...
    @overload
    async def generate(self, *, save_to: str | os.PathLike[str], **options: Unpack[GenerateOptions]) -> Path: ...
    async def generate(self, *, save_to: Any = None, **options: Any) -> VideoResult | Path:
        """Order a video, wait for it, fetch it, and let the server delete its own: see `Video.generate`."""
        from venice_client.jobs.media import AsyncVideoJob
        from venice_client.jobs.order import generate_async

        made: VideoResult | Path = await generate_async(AsyncVideoJob, self._client, save_to, options)
        return made

    async def submit(
        self, *, handle: str | os.PathLike[str] | None = None, **options: Unpack[QueueOptions]
    ) -> AsyncVideoJob:
        """Order a video and return at once: see `Video.submit`."""
        from venice_client.jobs.media import AsyncVideoJob
        from venice_client.jobs.order import submit_async

        return await submit_async(AsyncVideoJob, self._client, options, handle)

    def resume(self, handle: HandleInput, **options: Unpack[CallOptions]) -> AsyncVideoJob:
        """Go on with an order that was made, here or in another process; nothing is sent yet: see `Video.resume`."""
        from venice_client.jobs.media import AsyncVideoJob
        from venice_client.jobs.order import resume

        return resume(AsyncVideoJob, self._client, handle, options)
