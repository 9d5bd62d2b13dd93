"""Puts pictures and files in any form into the bodies of requests, wherever an operation takes one."""

from __future__ import annotations

from venice_client._core.interceptors import Interceptor
from venice_client._core.request.call import Request
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.sentinel import UNSET


class PictureInterceptor(Interceptor):
    """Replaces pictures and files in a body by what is sent of them. `embed` is imported with the first one."""

    def before(self, request: Request) -> None:
        """Read the pictures and files of a body. Raises RequestValidationError for all that can't be sent."""
        if request.operation is None:
            return
        extra = request.options.get("extra_body")
        if extra and request.is_validated and request.client.config.local_files and _has_places(request.operation):
            from venice_client.images.embed import refuse_paths

            refuse_paths(request.operation, extra)
        if not _may_hold_files(request):
            return
        from venice_client.images.embed import with_pictures

        request.body = with_pictures(
            request.operation,
            request.body,
            media_type=request.media_type,
            local_files=request.client.config.local_files,
            checked=request.is_validated,
        )

    async def abefore(self, request: Request) -> None:
        """Do the same, and read files of async libraries (FastAPI, anyio, aiofiles) with await."""
        if request.operation is not None and _may_hold_files(request):
            from venice_client.images.embed import with_content

            request.body = await with_content(request.operation, request.body)
        self.before(request)


def _may_hold_files(request: Request) -> bool:
    operation = request.operation
    if operation is None or request.body is UNSET or not _has_places(operation):
        return False
    from venice_client._core.request.build import has_plain_body

    return not has_plain_body(request)


def _has_places(operation: Operation) -> bool:
    return bool(operation.pictures or operation.files)
