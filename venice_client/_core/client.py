"""
The clients under `Venice` and `AsyncVenice`: the one way that every call takes.

They differ in the waiting alone: what is sent and what an answer means is decided in `core/base`, what is sent again,
and when, in `core/retry` and `core/budget`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from venice_client._core.auth import AsyncAuth, Auth, ask, ask_async, wanted
from venice_client._core.config import BaseClient
from venice_client._core.errors import VeniceAPIError, VeniceConnectionError
from venice_client._core.retry.policy import Attempts
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.transport.base import AsyncTransport, Transport

if TYPE_CHECKING:
    from venice_client._core.request.call import Call, CallOptions
    from venice_client._core.response.response import Response
    from venice_client._core.retry.policy import Attempt
    from venice_client._core.schema.operation import Operation
    from venice_client._core.transport.base import AsyncHTTPClient, HTTPClient, SyncTransportName, TransportName


class SyncClient(BaseClient):
    """The client that endpoint modules take; `Venice` is the one that people make."""

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float | None = None,
        max_retries: int = 2,
        retry_paid: bool = False,
        max_retry_wait: float = 60.0,
        on_attempt: Callable[[Attempt], object] | None = None,
        http_client: HTTPClient | None = None,
        transport: SyncTransportName | None = None,
        auth: Auth | None = None,
        strict: bool = False,
        validate: bool = True,
        local_files: bool = True,
        check_models: bool = False,
    ) -> None:
        super().__init__(
            api_key=api_key,
            base_url=base_url,
            timeout=timeout,
            max_retries=max_retries,
            retry_paid=retry_paid,
            max_retry_wait=max_retry_wait,
            on_attempt=on_attempt,
            http_client=http_client,
            transport=transport,
            auth=auth,
            strict=strict,
            validate=validate,
            local_files=local_files,
            check_models=check_models,
        )
        self._transport = Transport(self.base_url, http_client, transport)

    def send(
        self,
        operation: Operation,
        arguments: Mapping[str, Any],
        body: Any = UNSET,
        *,
        media_type: str | None = None,
        options: CallOptions | None = None,
        access: str = "",
    ) -> Response[Any]:
        """Call an operation and return its answer. Raises what `venice_client._core.errors` lists."""
        from venice_client._core.request.build import build

        call = build(operation, arguments, body, media_type=media_type, options=options, validate=self.validate)
        call.access = access
        return self._send(call)

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
        from venice_client._core.request.build import build_free

        return self._send(
            build_free(self.base_url, method, path, json=json, query=query, headers=headers, timeout=timeout)
        )

    def _ready(self, call: Call) -> dict[str, str]:
        """Return the headers of one attempt; who gives the credentials is asked anew for each."""
        if self._auth is not None and wanted(call.operation, self._auth, call.headers):
            call.credentials = ask(self._auth, call.method, self.base_url + call.path)
        return self._headers(call)

    def _send(self, call: Call) -> Response[Any]:
        if call.form is not None:
            from venice_client._core.request.multipart import write_form

            write_form(call)
        from venice_client._core.response.outcome import outcome

        call.timeout = call.timeout or self.timeout
        attempts = Attempts(call, self._retry, self._budget, self._clock)
        while True:
            while pause := attempts.admit():
                self._clock.sleep(pause)
            try:
                answer = self._transport.send(call, self._ready(call), self._seconds(call))
                self._check(call, answer)
            except (VeniceAPIError, VeniceConnectionError) as error:
                wait = attempts.failed(error)
                if wait is None:
                    raise
            except BaseException:
                attempts.abandoned()
                raise
            else:
                attempts.succeeded(answer.status)
                return outcome(self, call, answer)
            self._clock.sleep(wait)

    def close(self) -> None:
        """Close the connections, but for those of a caller. A client can be used again after that."""
        if not self._is_copy:
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
        max_retries: int = 2,
        retry_paid: bool = False,
        max_retry_wait: float = 60.0,
        on_attempt: Callable[[Attempt], object] | None = None,
        http_client: AsyncHTTPClient | None = None,
        transport: TransportName | None = None,
        auth: AsyncAuth | None = None,
        strict: bool = False,
        validate: bool = True,
        local_files: bool = True,
        check_models: bool = False,
    ) -> None:
        super().__init__(
            api_key=api_key,
            base_url=base_url,
            timeout=timeout,
            max_retries=max_retries,
            retry_paid=retry_paid,
            max_retry_wait=max_retry_wait,
            on_attempt=on_attempt,
            http_client=http_client,
            transport=transport,
            auth=auth,
            strict=strict,
            validate=validate,
            local_files=local_files,
            check_models=check_models,
        )
        self._transport = AsyncTransport(self.base_url, http_client, transport)

    async def send(
        self,
        operation: Operation,
        arguments: Mapping[str, Any],
        body: Any = UNSET,
        *,
        media_type: str | None = None,
        options: CallOptions | None = None,
        access: str = "",
    ) -> Response[Any]:
        """Call an operation and return its answer. Raises what `venice_client._core.errors` lists."""
        from venice_client._core.request.build import build

        call = build(operation, arguments, body, media_type=media_type, options=options, validate=self.validate)
        call.access = access
        return await self._send(call)

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
        from venice_client._core.request.build import build_free

        return await self._send(
            build_free(self.base_url, method, path, json=json, query=query, headers=headers, timeout=timeout)
        )

    async def _ready(self, call: Call) -> dict[str, str]:
        """Return the headers of one attempt; who gives the credentials is asked anew for each."""
        if self._auth is not None and wanted(call.operation, self._auth, call.headers):
            call.credentials = await ask_async(self._auth, call.method, self.base_url + call.path)
        return self._headers(call)

    async def _send(self, call: Call) -> Response[Any]:
        if call.form is not None:
            from venice_client._core.request.multipart import write_form

            write_form(call)
        from venice_client._core.response.outcome import outcome

        call.timeout = call.timeout or self.timeout
        attempts = Attempts(call, self._retry, self._budget, self._clock)
        while True:
            while pause := attempts.admit():
                await self._clock.sleep_async(pause)
            try:
                answer = await self._transport.send(call, await self._ready(call), self._seconds(call))
                self._check(call, answer)
            except (VeniceAPIError, VeniceConnectionError) as error:
                wait = attempts.failed(error)
                if wait is None:
                    raise
            except BaseException:
                attempts.abandoned()
                raise
            else:
                attempts.succeeded(answer.status)
                return outcome(self, call, answer, is_async=True)
            await self._clock.sleep_async(wait)

    async def aclose(self) -> None:
        """Close the connections, but for those of a caller. A client can be used again after that."""
        if not self._is_copy:
            await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
