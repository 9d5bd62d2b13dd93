"""
What both kinds of client share: configuration, credentials, and every decision before a call is sent. What a success
means is `outcome`'s business, and nothing here waits.

A client is made long before its first call, so what calls alone need is imported by them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from venice_client._core.auth import SIGNED_HEADER, WALLET_HEADERS, checked, clean_key
from venice_client._core.errors import MissingAPIKeyError, RequestValidationError
from venice_client._core.headers import public_headers
from venice_client._core.retry.budget import FailureBudget
from venice_client._core.retry.policy import Clock, RetryPolicy
from venice_client._core.schema.sentinel import UNSET, Unset

if TYPE_CHECKING:
    from venice_client._core.request.call import Call
    from venice_client._core.retry.policy import Attempt
    from venice_client._core.schema.operation import Operation
    from venice_client._core.transport.answer import Answer
    from venice_client._core.transport.base import TransportName

BASE_URL = "https://api.venice.ai/api/v1"
USER_AGENT = "venice-client-python"
SECONDS = 60.0
"""How long to wait for an answer that costs nothing."""
PAID_SECONDS = 600.0
"""How long to wait for one that is generated."""


class BaseClient:
    """Configuration, and what is decided before a call is sent."""

    def __init__(
        self,
        *,
        api_key: str | None,
        base_url: str | None,
        timeout: float | None,
        max_retries: int,
        retry_paid: bool,
        max_retry_wait: float,
        on_attempt: Callable[[Attempt], object] | None,
        http_client: Any,
        transport: TransportName | None,
        auth: Any = None,
        strict: bool = False,
        validate: bool = True,
        local_files: bool = True,
        check_models: bool = False,
    ) -> None:
        self.strict = strict
        self.validate = validate
        # For the facade: the core reads no pictures and knows no models.
        self.local_files = local_files
        self.check_models = check_models
        self.shared: dict[str, Any] = {}  # what the facade keeps for a client and its copies
        api_key, self._auth = checked(auth, api_key)
        self._api_key = clean_key(os.environ.get("VENICE_API_KEY") if api_key is None else api_key)
        self.base_url = _checked_url(base_url or os.environ.get("VENICE_BASE_URL") or BASE_URL)
        self.timeout = timeout
        self._retry = RetryPolicy(
            max_retries=max_retries, retry_paid=retry_paid, max_wait=max_retry_wait, on_attempt=on_attempt
        )
        self._budget = FailureBudget()
        self._clock = Clock()
        self._http_client = http_client
        self._transport_name = transport
        self._is_copy = False

    def with_options(
        self,
        *,
        timeout: float | Unset | None = UNSET,
        max_retries: int | Unset = UNSET,
        retry_paid: bool | Unset = UNSET,
        max_retry_wait: float | Unset = UNSET,
        on_attempt: Callable[[Attempt], object] | Unset | None = UNSET,
        strict: bool | Unset = UNSET,
        validate: bool | Unset = UNSET,
        local_files: bool | Unset = UNSET,
        check_models: bool | Unset = UNSET,
    ) -> Self:
        """
        Return a client like this one but for what is given: `venice.with_options(max_retries=0).models.list()`.

        Both share connections and failure budget; closing the copy closes nothing.
        """
        from attrs import evolve

        copied = object.__new__(type(self))
        for name, value in vars(self).items():
            if not isinstance(getattr(type(self), name, None), cached_property):  # resources belong to their client
                setattr(copied, name, value)
        copied._is_copy = True
        copied.timeout = self.timeout if isinstance(timeout, Unset) else timeout
        chosen: dict[str, Any] = {"max_retries": max_retries, "retry_paid": retry_paid, "on_attempt": on_attempt}
        chosen["max_wait"] = max_retry_wait
        flags = {"strict": strict, "validate": validate, "local_files": local_files, "check_models": check_models}
        for name, flag in flags.items():
            if flag is not UNSET:
                setattr(copied, name, flag)
        copied._retry = evolve(self._retry, **{name: value for name, value in chosen.items() if value is not UNSET})
        return copied

    def __copy__(self) -> Self:
        """A client of the same configuration, with connections of its own."""
        make: Any = type(self)
        copied: Self = make(
            self._api_key or "",
            base_url=self.base_url,
            timeout=self.timeout,
            http_client=self._http_client,
            auth=self._auth,
            transport=self._transport_name,
            on_attempt=self._retry.on_attempt,
            **self._choices(),
        )
        copied._budget = self._budget  # it is the account's
        return copied

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self.__copy__()

    def __reduce__(self) -> tuple[Any, ...]:
        # A pickle holds no key: the process that loads it takes its own from the environment.
        # A function seldom pickles, so that the hook stays behind too.
        choices = {"transport": self._transport_name, **self._choices()}
        return _unpickled, (type(self), self.base_url, self.timeout, choices)

    @property
    def budget(self) -> FailureBudget:
        """The count of failures that all calls of this client and of its copies share."""
        return self._budget

    def _choices(self) -> dict[str, Any]:
        policy = self._retry
        retrying = {
            "max_retries": policy.max_retries,
            "retry_paid": policy.retry_paid,
            "max_retry_wait": policy.max_wait,
        }
        flags = {name: getattr(self, name) for name in ("strict", "validate", "local_files", "check_models")}
        return {**retrying, **flags}

    def __repr__(self) -> str:
        key = "with an API key" if self._api_key else "without an API key"
        key = key if self._auth is None else "with credentials that are asked for"
        return f"<{type(self).__name__} at {self.base_url}, {key}>"

    def _headers(self, call: Call) -> dict[str, str]:
        """The call's headers with the credentials that its operation wants. The call itself never holds them."""
        lower = {name.lower() for name in call.headers}
        headers = dict(call.headers) if "user-agent" in lower else {"User-Agent": USER_AGENT, **call.headers}
        if "authorization" in lower:
            return headers
        headers |= call.credentials
        if call.operation is None:
            return headers if call.credentials else headers | self._bearer()
        alternatives = call.operation.security
        schemes = [scheme for alternative in alternatives for scheme in alternative]
        given = call.credentials or any(scheme.parameter.lower() in lower for scheme in schemes)
        given = given or not WALLET_HEADERS.isdisjoint(lower)
        if schemes and not given:
            takes_key = any(scheme.kind == "bearer" for scheme in schemes)
            bearer = self._bearer() if takes_key else {}
            if not bearer and () not in alternatives:
                raise MissingAPIKeyError(_missing(call.operation, takes_key=takes_key))
            headers |= bearer
        return headers

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._api_key}"} if self._api_key else {}

    def _seconds(self, call: Call) -> float:
        paid = call.operation is not None and call.operation.paid
        return call.timeout or self.timeout or (PAID_SECONDS if paid else SECONDS)

    def _check(self, call: Call, answer: Answer) -> None:
        if not 200 <= answer.status < 300:
            from venice_client._core.response.error_body import error_from_response

            raise error_from_response(
                status=answer.status,
                headers=answer.headers,
                content=answer.content,
                method=call.method,
                path=call.path,
                secrets=self._secrets(call),
            )

    def _secrets(self, call: Call) -> list[str]:
        """What an answer may repeat and no error may show: the key, and what the caller's own headers give away."""
        given = {**call.headers, **call.credentials}
        public = public_headers(call.headers)
        own = [value.split()[-1] for name, value in given.items() if value and name.lower() not in public]
        return [*own, self._api_key] if self._api_key else own


def _unpickled(kind: Any, base_url: str, timeout: float | None, choices: Mapping[str, Any]) -> Any:
    return kind(base_url=base_url, timeout=timeout, **choices)


def _missing(operation: Operation, *, takes_key: bool) -> str:
    if takes_key:
        return f"{operation.key} needs an API key, and none was given: pass api_key=..., or set VENICE_API_KEY."
    return f"{operation.key} needs the header {SIGNED_HEADER}: pass it, or give the client a signer with auth=..."


def _checked_url(url: str) -> str:
    url = url.strip()
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    # A user name in it would take the place of the key.
    if not usable or parts.query or parts.fragment or "@" in parts.netloc or re.search(r"[\s\x00-\x20\x7f]", url):
        shown = url.rpartition("@")[2][:80]
        raise RequestValidationError([f"base_url: {shown!r} is no URL of the form https://host/path"])
    return url.rstrip("/")
