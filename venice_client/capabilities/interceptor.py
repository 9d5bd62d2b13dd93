"""Refuses requests that the chosen model cannot carry out, for clients with `check_models=True`."""

from __future__ import annotations

from venice_client._core.interceptors import Interceptor
from venice_client._core.request.call import Request


class CapabilityInterceptor(Interceptor):
    """Checks requests against the list of models, which it fetches once. `check` is imported with the first request."""

    def before(self, request: Request) -> None:
        """Raise RequestValidationError where the model of a request cannot do what the request contains."""
        if request.operation is not None and request.is_validated:
            from venice_client.capabilities.check import guard

            guard(request.client, request.operation, request.body, request.options)

    async def abefore(self, request: Request) -> None:
        """Do the same; the list of models is awaited."""
        if request.operation is not None and request.is_validated:
            from venice_client.capabilities.check import guard_async

            await guard_async(request.client, request.operation, request.body, request.options)
