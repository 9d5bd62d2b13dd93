"""What programs written for the openai package pass on to httpx."""

from __future__ import annotations

from typing import Any

import httpx

Timeout = httpx.Timeout
DEFAULT_TIMEOUT = httpx.Timeout(timeout=600, connect=5.0)
DEFAULT_CONNECTION_LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=100)


def _with_defaults(options: dict[str, Any]) -> dict[str, Any]:
    return {"timeout": DEFAULT_TIMEOUT, "limits": DEFAULT_CONNECTION_LIMITS, "follow_redirects": True, **options}


class DefaultHttpxClient(httpx.Client):
    """An `httpx.Client` with the timeout and the limits of the openai package, for `http_client=`."""

    def __init__(self, **options: Any) -> None:  # what httpx.Client takes
        super().__init__(**_with_defaults(options))


class DefaultAsyncHttpxClient(httpx.AsyncClient):
    """An `httpx.AsyncClient` with the timeout and the limits of the openai package, for `http_client=`."""

    def __init__(self, **options: Any) -> None:  # what httpx.AsyncClient takes
        super().__init__(**_with_defaults(options))
