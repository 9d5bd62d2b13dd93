"""`venice.video`: the generated operations, methods that order a video and wait for it, and `resume`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from venice_client.api.resources import resource_classes
from venice_client.jobs.job import AsyncVideoJob, VideoJob
from venice_client.jobs.resource import AsyncJobs, Jobs

if TYPE_CHECKING:
    from venice_client.api.video import AsyncVideo as GeneratedAsyncVideo
    from venice_client.api.video import Video as GeneratedVideo
else:
    GeneratedVideo, GeneratedAsyncVideo = resource_classes("video")


class Video(Jobs[VideoJob], GeneratedVideo):
    """The operations of `video`, and `generate`, `submit` and `resume`."""

    _job = VideoJob


class AsyncVideo(AsyncJobs[AsyncVideoJob], GeneratedAsyncVideo):
    """The same, awaited."""

    _job = AsyncVideoJob
