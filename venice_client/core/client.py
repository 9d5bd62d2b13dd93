"""
The clients under `Venice` and `AsyncVenice`: the one way that every call takes.

They differ in the waiting alone; all decisions are in `core/base`. Retrying will stand between `_send` and the
transport (`core/retry`): nothing above this module needs to know of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from venice_client.core.base import BaseClient
from venice_client.core.call import Call, CallOptions
from venice_client.core.http import AsyncHTTPClient, AsyncTransport, HTTPClient, Transport
from venice_client.core.operation import Operation
from venice_client.core.request import build
from venice_client.core.response import Response
from venice_client.core.sentinel import UNSET
from venice_client.core.streaming import AsyncStream, Stream


class SyncClient(BaseClient):
    """The client that endpoint modules take; `Venice` is the one that people make."""

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float | None = None,
        http_client: HTTPClient | None = None,
    ) -> None:
        super().__init__(api_key=api_key, base_url=base_url, timeout=timeout, http_client=http_client)
        self._transport = Transport(self.base_url, http_client)

    def send(
        self,
        operation: Operation,
        arguments: Mapping[str, Any],
        body: Any = UNSET,
        *,
        media_type: str | None = None,
        options: CallOptions | None = None,
    ) -> Response[Any]:
        """Call an operation and return its answer. Raises what `venice_client.core.errors` lists."""
        return self._send(build(operation, arguments, body, media_type=media_type, options=options))

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = UNSET,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Response[Any]:
        """
        Call any path below the base URL, the contract's or not: `venice.request("GET", "/tee/attestation")`.

        JSON is decoded to plain dicts and lists; text to str; anything else to BinaryContent.
        """
        return self._send(self._free_call(method, path, json=json, query=query, headers=headers, timeout=timeout))

    def _send(self, call: Call) -> Response[Any]:
        answer = self._transport.send(call, self._headers(call), self._seconds(call))
        return self._response(call, answer, Stream)

    def close(self) -> None:
        """Close the connections. A client can be used again after that."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncClient(BaseClient):
    """The client that the async functions of endpoint modules take; `AsyncVenice` is the one that people make."""

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float | None = None,
        http_client: AsyncHTTPClient | None = None,
    ) -> None:
        super().__init__(api_key=api_key, base_url=base_url, timeout=timeout, http_client=http_client)
        self._transport = AsyncTransport(self.base_url, http_client)

    async def send(
        self,
        operation: Operation,
        arguments: Mapping[str, Any],
        body: Any = UNSET,
        *,
        media_type: str | None = None,
        options: CallOptions | None = None,
    ) -> Response[Any]:
        """Call an operation and return its answer. Raises what `venice_client.core.errors` lists."""
        return await self._send(build(operation, arguments, body, media_type=media_type, options=options))

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = UNSET,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # one limit for both kinds of client
    ) -> Response[Any]:
        """
        Call any path below the base URL, the contract's or not.

        JSON is decoded to plain dicts and lists; text to str; anything else to BinaryContent.
        """
        return await self._send(self._free_call(method, path, json=json, query=query, headers=headers, timeout=timeout))

    async def _send(self, call: Call) -> Response[Any]:
        answer = await self._transport.send(call, self._headers(call), self._seconds(call))
        return self._response(call, answer, AsyncStream)

    async def aclose(self) -> None:
        """Close the connections. A client can be used again after that."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
