"""Refuses requests that the chosen model cannot carry out, for clients with `check_models=True`."""

from __future__ import annotations

from venice_client._core.interceptors import Interceptor
from venice_client._core.request.call import Request


class CapabilityInterceptor(Interceptor):
    """Checks requests against the list of models, which it fetches once. `check` is imported with the first request."""

    def before(self, request: Request) -> None:
        """Raise RequestValidationError where the model of a request cannot do what the request contains."""
        from venice_client.capabilities.check import check, check_of

        if (checking := check_of(request)) is not None:
            check(request.client, checking, in_call=True)

    async def abefore(self, request: Request) -> None:
        """Do the same; the list of models is awaited."""
        from venice_client.capabilities.check import check_async, check_of

        if (checking := check_of(request)) is not None:
            await check_async(request.client, checking, in_call=True)
