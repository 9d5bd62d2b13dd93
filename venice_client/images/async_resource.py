"""`venice.images` of AsyncVenice: see `resource`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from venice_client._core.schema.operation import Operation
from venice_client.api.resources import resource_classes
from venice_client.batch import AsyncManyPictures
from venice_client.images.resource import PictureCall

if TYPE_CHECKING:
    from venice_client.api.images import AsyncImages as GeneratedAsyncImages
else:
    _, GeneratedAsyncImages = resource_classes("images")


class AsyncImages(AsyncManyPictures, GeneratedAsyncImages):
    """The operations of `images`, async."""

    async def _send_pictures(
        self,
        operation: Operation,
        arguments: Mapping[str, object],
        fields: Mapping[str, object],
        editing: Mapping[str, Any],
        options: Mapping[str, Any],
    ) -> Any:  # of the type that the generated method declares
        call = PictureCall.of(operation, fields, editing, options)
        return await self._client.send(operation, arguments, call.body, options=call.options, convert=call.convert)
