"""Puts pictures and files in any form into the bodies of requests, wherever an operation takes one."""

from __future__ import annotations

from venice_client._core.interceptors import Interceptor
from venice_client._core.request.call import Request


class PictureInterceptor(Interceptor):
    """Replaces pictures and files in a body by what is sent of them. `embed` is imported with the first one."""

    def before(self, request: Request) -> None:
        """Read the pictures and files of a body. Raises RequestValidationError for all that can't be sent."""
        operation, local_files = request.operation, request.client.config.local_files
        if operation is None or not operation.places:
            return
        extra = request.options.get("extra_body")
        if extra and request.is_validated and local_files:
            from venice_client.images.embed import refuse_paths

            refuse_paths(operation, extra)
        from venice_client._core.request.build import has_plain_body

        if has_plain_body(request):
            return
        from venice_client.images.embed import with_pictures

        request.body = with_pictures(
            operation,
            request.body,
            media_type=request.media_type,
            local_files=local_files,
            checked=request.is_validated,
        )

    async def abefore(self, request: Request) -> None:
        """Do the same, and read files of async libraries (FastAPI, anyio, aiofiles) with await."""
        from venice_client._core.request.build import has_plain_body

        if request.operation is not None and request.operation.places and not has_plain_body(request):
            from venice_client.images.embed import with_content

            request.body = await with_content(request.operation, request.body)
        self.before(request)
