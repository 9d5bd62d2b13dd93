"""
The other ways to take the answers of `venice.images`, typed as what the facade gives: its methods are wider than the
generated ones, and their results are pictures. What the facade leaves as it is generated is passed on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from venice_client._core.response.raw import async_raw, async_unread, raw, unread

if TYPE_CHECKING:
    from venice_client.images.async_resource import AsyncImages
    from venice_client.images.resource import Images


class ImagesWithRawResponse:
    """The operations of `images`, each giving its answer with status and headers; its value is in `parsed`."""

    def __init__(self, resource: Images) -> None:
        self._resource = resource
        self.edit = raw(resource.edit)
        self.multi_edit = raw(resource.multi_edit)
        self.upscale = raw(resource.upscale)
        self.remove_background = raw(resource.remove_background)
        self.generate = raw(resource.generate)

    def __getattr__(self, name: str) -> Any:
        return raw(getattr(self._resource, name))


class ImagesWithStreamingResponse:
    """The operations of `images`, each giving a block to enter, in which the body is read piece by piece."""

    def __init__(self, resource: Images) -> None:
        self._resource = resource
        self.edit = unread(resource.edit)
        self.multi_edit = unread(resource.multi_edit)
        self.upscale = unread(resource.upscale)
        self.remove_background = unread(resource.remove_background)
        self.generate = unread(resource.generate)

    def __getattr__(self, name: str) -> Any:
        return unread(getattr(self._resource, name))


class AsyncImagesWithRawResponse:
    """The operations of `images`, each giving its answer with status and headers; its value is in `parsed`."""

    def __init__(self, resource: AsyncImages) -> None:
        self._resource = resource
        self.edit = async_raw(resource.edit)
        self.multi_edit = async_raw(resource.multi_edit)
        self.upscale = async_raw(resource.upscale)
        self.remove_background = async_raw(resource.remove_background)
        self.generate = async_raw(resource.generate)

    def __getattr__(self, name: str) -> Any:
        return async_raw(getattr(self._resource, name))


class AsyncImagesWithStreamingResponse:
    """The operations of `images`, each giving a block to enter, in which the body is read piece by piece."""

    def __init__(self, resource: AsyncImages) -> None:
        self._resource = resource
        self.edit = async_unread(resource.edit)
        self.multi_edit = async_unread(resource.multi_edit)
        self.upscale = async_unread(resource.upscale)
        self.remove_background = async_unread(resource.remove_background)
        self.generate = async_unread(resource.generate)

    def __getattr__(self, name: str) -> Any:
        return async_unread(getattr(self._resource, name))
