"""The two clients that people make. They add the hand-written facade to what is generated, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from venice_client._core.schema.sentinel import UNSET
from venice_client.api.resources import AsyncResources, SyncResources

if TYPE_CHECKING:
    from venice_client._core.request.call import CallOptions
    from venice_client._core.response.response import Response
    from venice_client._core.schema.operation import Operation
    from venice_client.capabilities.resource import AsyncModels, Models
    from venice_client.images.async_resource import AsyncImages
    from venice_client.images.resource import Images
    from venice_client.jobs.audio import AsyncAudio, Audio
    from venice_client.jobs.video import AsyncVideo, Video


class Venice(SyncResources):
    """
    A client of the Venice.ai API.

        venice = Venice()  # VENICE_API_KEY, VENICE_BASE_URL
        venice.images.edit("photo.jpg", "make the sky a sunset").save("sunset.png")

    It is safe to share among threads, and a context manager; connections are made on first use.

    Args of the constructor, all optional:
        api_key: The key; VENICE_API_KEY where it is not given.
        base_url: Where the API is; VENICE_BASE_URL, or https://api.venice.ai/api/v1.
        timeout: Seconds to wait for an answer, for every call.
        max_retries: How often a call is tried again, where that is safe (2).
        retry_paid: Try a paid call again too when it may have been done already: it may be paid twice.
        max_retry_wait: Seconds that a server may ask to wait before it is an error instead (60).
        on_attempt: Called with an `Attempt` after each one.
        http_client: An `httpx.Client` or `httpx2.Client` of yours, with proxies or certificates of its own.
        transport: The library to use: "httpx" or "httpx2".
        auth: In the place of a key: a callable that gives one, or a `Signer`, asked anew for each attempt.
        validate: Check requests against the contract before they are sent (True).
        strict: Raise on answers that depart from the contract, in the place of reading on (False).
        local_files: Whether a str or a path given as a picture may open a file (True). Set it to False where
            strings come from strangers.
        check_models: Ask the API once what its models can do, and refuse what the chosen one can't before it
            is paid for (False).
    """

    @cached_property
    def images(self) -> Images:
        """Make and change pictures, given in any form."""
        from venice_client.images.resource import Images

        return Images(self)

    @cached_property
    def models(self) -> Models:
        """List models, and tell what each can do."""
        from venice_client.capabilities.resource import Models

        return Models(self)

    @cached_property
    def video(self) -> Video:
        """Make videos, and wait for them."""
        from venice_client.jobs.video import Video

        return Video(self)

    @cached_property
    def audio(self) -> Audio:
        """Speech, transcriptions, music and sounds."""
        from venice_client.jobs.audio import Audio

        return Audio(self)

    def send(
        self,
        operation: Operation,
        arguments: Mapping[str, Any],
        body: Any = UNSET,
        *,
        media_type: str | None = None,
        options: CallOptions | None = None,
        access: str = "",
    ) -> Response[Any]:
        """Call an operation, with pictures in any form in its body, and return its answer."""
        if self.check_models and (options or {}).get("validate", self.validate):
            from venice_client.capabilities.check import guard

            guard(self, operation, body, options)
        if operation.pictures and body is not UNSET:
            from venice_client.images.embed import with_pictures

            checked = (options or {}).get("validate", self.validate)
            body = with_pictures(operation, body, media_type=media_type, local_files=self.local_files, checked=checked)
        return super().send(operation, arguments, body, media_type=media_type, options=options, access=access)


class AsyncVenice(AsyncResources):
    """
    The same client, to be awaited.

    `http_client` is an `httpx.AsyncClient`, an `httpx2.AsyncClient` or an `aiohttp.ClientSession`; `transport` may be
    "aiohttp", which takes a tenth of the CPU when many calls are made at once.

        async with AsyncVenice() as venice:
            sunset = await venice.images.edit("photo.jpg", "make the sky a sunset")
    """

    @cached_property
    def images(self) -> AsyncImages:
        """Make and change pictures, given in any form."""
        from venice_client.images.async_resource import AsyncImages

        return AsyncImages(self)

    @cached_property
    def models(self) -> AsyncModels:
        """List models, and tell what each can do."""
        from venice_client.capabilities.resource import AsyncModels

        return AsyncModels(self)

    @cached_property
    def video(self) -> AsyncVideo:
        """Make videos, and wait for them."""
        from venice_client.jobs.video import AsyncVideo

        return AsyncVideo(self)

    @cached_property
    def audio(self) -> AsyncAudio:
        """Speech, transcriptions, music and sounds."""
        from venice_client.jobs.audio import AsyncAudio

        return AsyncAudio(self)

    async def send(
        self,
        operation: Operation,
        arguments: Mapping[str, Any],
        body: Any = UNSET,
        *,
        media_type: str | None = None,
        options: CallOptions | None = None,
        access: str = "",
    ) -> Response[Any]:
        """Call an operation, with pictures in any form in its body, and return its answer."""
        if self.check_models and (options or {}).get("validate", self.validate):
            from venice_client.capabilities.check import guard_async

            await guard_async(self, operation, body, options)
        if operation.pictures and body is not UNSET:
            from venice_client.images.embed import with_pictures

            checked = (options or {}).get("validate", self.validate)
            body = with_pictures(operation, body, media_type=media_type, local_files=self.local_files, checked=checked)
        return await super().send(operation, arguments, body, media_type=media_type, options=options, access=access)
