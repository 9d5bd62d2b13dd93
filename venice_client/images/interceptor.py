"""Puts pictures in any form into the bodies of requests, wherever an operation takes one."""

from __future__ import annotations

from venice_client._core.interceptors import Interceptor
from venice_client._core.request.call import Request
from venice_client._core.schema.sentinel import UNSET


class PictureInterceptor(Interceptor):
    """Replaces the pictures in a body by what is sent of them. `embed` is imported with the first picture."""

    def before(self, request: Request) -> None:
        """Read the pictures of a body. Raises RequestValidationError for all that cannot be sent."""
        if request.operation is None or not request.operation.pictures or request.body is UNSET:
            return
        from venice_client.images.embed import with_pictures

        request.body = with_pictures(
            request.operation,
            request.body,
            media_type=request.media_type,
            local_files=request.client.config.local_files,
            checked=request.is_validated,
        )
