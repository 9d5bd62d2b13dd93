"""The two clients that people make. They add the hand-written facade to what is generated, and nothing else."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from venice_client.api.resources import AsyncResources, SyncResources

if TYPE_CHECKING:
    from venice_client.images.resource import AsyncImages, Images


class Venice(SyncResources):
    """
    A client of the Venice.ai API.

        venice = Venice()  # VENICE_API_KEY, VENICE_BASE_URL
        venice.images.edit("photo.jpg", "make the sky a sunset").save("sunset.png")

    Args of the constructor: `api_key`, `base_url`, `timeout` in seconds for every call, and `http_client`, an
    `httpx.Client` of yours with proxies, certificates or limits of its own. It is safe to share among threads, and a
    context manager; connections are made on first use.
    """

    @cached_property
    def images(self) -> Images:
        """Make and change pictures, given in any form."""
        from venice_client.images.resource import Images

        return Images(self)


class AsyncVenice(AsyncResources):
    """
    The same client for asyncio and trio; `http_client` is an `httpx.AsyncClient`.

        async with AsyncVenice() as venice:
            sunset = await venice.images.edit("photo.jpg", "make the sky a sunset")
    """

    @cached_property
    def images(self) -> AsyncImages:
        """Make and change pictures, given in any form."""
        from venice_client.images.resource import AsyncImages

        return AsyncImages(self)
