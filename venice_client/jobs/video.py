"""
`venice.video` with the whole way of a video: ordered, waited for, fetched, and resumed after a crash.

The generated resource is extended; nothing of the endpoints is known here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, overload

from venice_client._core.request.arguments import extends
from venice_client._core.request.call import CallOptions
from venice_client.api.resources import resource_classes
from venice_client.jobs.job import AsyncVideoJob, VideoJob
from venice_client.jobs.polling import INTERVAL, WAIT, Progress
from venice_client.jobs.resource import JobResource
from venice_client.jobs.result import VideoResult

if TYPE_CHECKING:
    from venice_client.api.video import AsyncVideo as GeneratedAsyncVideo
    from venice_client.api.video import Video as GeneratedVideo
    from venice_client.api.video.queue import QueueOptions
else:
    GeneratedVideo, GeneratedAsyncVideo = resource_classes("video")
    QueueOptions = CallOptions  # another description may lack the operation

_Path = str | os.PathLike[str]


class Video(JobResource[VideoJob], GeneratedVideo):
    """The operations of `video`, and `generate`, `submit` and `resume`."""

    _job = VideoJob

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
    ) -> VideoResult: ...
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
    def generate(self, *, save_to: _Path | None = None, **parameters: Any) -> VideoResult | Path:
        """
        Order a video, wait for it, fetch it, and have the server delete its copy.

            venice.video.generate(
                model=..., prompt="waves", duration="5s", save_to="waves.mp4", resume_file="waves.json"
            )

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
            **parameters: The parameters of POST /video/queue (`model`, `prompt`, `duration`, `image_url`, ...) and
                of every call (`timeout`, `extra_headers`, `extra_body`, ...).

        Raises:
            RequestValidationError: an argument is unknown or wrong; nothing was ordered.
            VeniceTimeoutError: it took longer than `wait_timeout`.
            JobFailedError: the server reports that no file will come.
            VeniceAPIError: the API refused; one subclass per status.

        Whatever is raised after the order has the job: `error.job.save(path)` resumes it.
        """
        from venice_client.jobs.order import generate

        made: VideoResult | Path = generate(VideoJob, self._client, save_to, parameters)
        return made

    @extends("queue")
    def submit(self, *, resume_file: _Path | None = None, **parameters: Unpack[QueueOptions]) -> VideoJob:
        """Order a video and return the job at once: see `generate` for the arguments."""
        from venice_client.jobs.order import submit

        return submit(VideoJob, self._client, parameters, resume_file)


class AsyncVideo(JobResource[AsyncVideoJob], GeneratedAsyncVideo):
    """The same, awaited."""

    _job = AsyncVideoJob

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
    ) -> VideoResult: ...
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
    async def generate(self, *, save_to: _Path | None = None, **parameters: Any) -> VideoResult | Path:
        """Order a video, wait for it, and fetch it: see `Video.generate`."""
        from venice_client.jobs.order import generate_async

        made: VideoResult | Path = await generate_async(AsyncVideoJob, self._client, save_to, parameters)
        return made

    @extends("queue")
    async def submit(self, *, resume_file: _Path | None = None, **parameters: Unpack[QueueOptions]) -> AsyncVideoJob:
        """Order a video and return the job at once: see `Video.submit`."""
        from venice_client.jobs.order import submit_async

        return await submit_async(AsyncVideoJob, self._client, parameters, resume_file)
