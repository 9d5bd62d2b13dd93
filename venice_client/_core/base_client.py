"""
What both kinds of client share: options, credentials, interceptors, and what a response becomes. Nothing here waits.

A client is made long before its first call, so what calls alone need is imported by them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Never, Self, cast

from attrs import fields

from venice_client._core.auth import SIGNED_HEADER, WALLET_HEADERS
from venice_client._core.config import Config
from venice_client._core.errors import ArgumentError, MissingAPIKeyError, RequestValidationError
from venice_client._core.headers import Headers
from venice_client._core.interceptors import Chain, Interceptor
from venice_client._core.masking import Mask, Secret, conceal_options, is_secret_name, mask_of
from venice_client._core.request.call import OPTIONS, CallOptions, Mode, Request, RequestOptions
from venice_client._core.request.options import TimeLimits, Timeout, check_flag
from venice_client._core.response.answer import Answer
from venice_client._core.retry.budget import FailureBudget
from venice_client._core.retry.policy import Attempt, Clock, RetryPolicy
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.sentinel import UNSET, Unset
from venice_client._core.schema.table import OperationTable
from venice_client._core.transport.base import AsyncTransport, Transport
from venice_client._core.transport.network import Verify

if TYPE_CHECKING:
    from venice_client._core.response.response import Converter
    from venice_client._core.streaming.result import Result

USER_AGENT = "venice-client-python"
SECONDS = 60.0
"""How long to wait for a response that costs nothing."""
PAID_SECONDS = 600.0
"""How long to wait for one that is generated."""
_OWN_TRANSPORT = frozenset({"base_url", "http_client", "transport", "verify", "proxy", "trust_env"})
"""Options that a copy cannot change without connections of its own."""
_OWN_BUDGET = frozenset({"api_key", "auth", "base_url"})
"""Options that mean another account, whose failures are counted apart."""

_CLIENT_OPTIONS = frozenset(item.name for item in fields(Config))
_INTERNAL = frozenset({"config", "declared_keywords", "in_mode", "is_async", "send", "shared", "with_keywords"})
"""What other modules use of a client, and its users do not."""


class BaseClient:
    """Options, and what is decided before a call is sent and after its response came."""

    is_async: ClassVar[bool] = False
    raises_on_refusal: ClassVar[bool] = True
    """Whether typed output raises where the answer is a refusal."""
    _operations: ClassVar[OperationTable] = OperationTable("", {})
    """All operations of the API; generated code declares it."""
    interceptors: tuple[Interceptor, ...]
    """Those of the options, and those that the client brings along."""

    def __init__(self, config: Config) -> None:
        self.shared: dict[str, Any] = {}  # what the facade keeps for a client and its copies, of any type
        self._mode: Mode = "value"
        self._keywords: Mapping[str, Any] = {}
        self._budget = _budget_of(config.failure_budget)
        self._clock = Clock()
        self._configure(config)
        self._connect()

    def _configure(self, config: Config) -> None:
        self.config = config
        vars(self)["interceptors"] = (*config.interceptors, *self._own_interceptors())  # users cannot set it
        self._chains: dict[str, Chain] = {}
        self._retry = RetryPolicy(
            max_retries=config.max_retries,
            retry_paid=config.retry_paid,
            max_wait=config.max_retry_wait,
            on_attempt=config.on_attempt,
        )

    def _own_interceptors(self) -> Sequence[Interceptor]:
        """Return the interceptors that this client brings along; they run after those of the caller."""
        return ()

    def _connect(self) -> None:
        """Make a transport of its own, which connects on first use."""
        config = self.config
        kind = AsyncTransport if self.is_async else Transport
        self._transport: Any = kind(config.base_url, config.http_client, config.transport, config.network)
        self._is_owner = True  # it closes the transport

    def _load(self) -> None:
        """Import the HTTP library and read the certificates, as the first call does, which takes longer than a call."""
        self._transport.load()

    @property
    def base_url(self) -> str:
        """Where the API is."""
        return self.config.base_url

    @property
    def timeout(self) -> float | None:
        """Seconds to wait for a response; None leaves the default of each call."""
        timeout = self.config.timeout
        return timeout.read if isinstance(timeout, Timeout) else timeout

    @property
    def max_retries(self) -> int:
        """How often a call is sent again, where that is safe."""
        return self.config.max_retries

    @property
    def default_headers(self) -> Mapping[str, str]:
        """The headers of every request."""
        return self.config.default_headers

    @property
    def default_query(self) -> Mapping[str, object]:
        """The query parameters of every request."""
        return self.config.default_query

    @property
    def strict(self) -> bool:
        """Whether responses that depart from the contract raise."""
        return self.config.strict

    @property
    def check_models(self) -> bool | str:  # not Literal: see `shown_as_text`
        """Whether requests are checked against what their model can do."""
        return self.config.check_models

    @property
    def validate(self) -> bool:
        """Whether requests are checked against the contract before they are sent."""
        return self.config.validate

    @property
    def local_files(self) -> bool:
        """Whether a str or a path that is given as a picture may open a file."""
        return self.config.local_files

    @property
    def budget(self) -> FailureBudget:
        """The count of failures that all calls of this client and of its copies share."""
        return self._budget

    def with_options(
        self,
        *,
        api_key: Any = UNSET,  # of the type that the constructor takes
        auth: Any = UNSET,  # the same
        base_url: Any = UNSET,  # the same
        timeout: float | TimeLimits | Unset | None = UNSET,
        max_retries: int | Unset = UNSET,
        retry_paid: bool | Unset = UNSET,
        max_retry_wait: float | Unset = UNSET,
        on_attempt: Callable[[Attempt], object] | Unset | None = UNSET,
        failure_budget: FailureBudget | Unset | None = UNSET,
        default_headers: Mapping[str, str] | Unset = UNSET,
        default_query: Mapping[str, object] | Unset = UNSET,
        interceptors: Sequence[Interceptor] | Unset = UNSET,
        http_client: Any = UNSET,  # the same
        transport: Any = UNSET,  # the same
        verify: Verify | Unset = UNSET,
        proxy: str | Unset | None = UNSET,
        trust_env: bool | Unset = UNSET,
        validate: bool | Unset = UNSET,
        strict: bool | Unset = UNSET,
        local_files: bool | Unset = UNSET,
        check_models: bool | Literal["strict"] | Unset = UNSET,
        e2ee: object = UNSET,
        **unknown: Never,
    ) -> Self:
        """
        Return a client with other options: `venice.with_options(max_retries=0).models.list()`.

        Headers and query parameters are added to the present ones; everything else replaces. The copy shares
        connections and failure budget, unless what it changes forbids that (`base_url`, `http_client`, ...); closing
        it closes no shared connection.
        """
        given = conceal_options({name: value for name, value in locals().items() if value is not UNSET})
        # So that no traceback shows them.
        del api_key, auth, base_url, default_headers, default_query, proxy, unknown, given["self"]
        copied = self._copied()
        BaseClient._configure(copied, self.config.evolve(given))
        if not _OWN_TRANSPORT.isdisjoint(given):
            BaseClient._connect(copied)
        if not _OWN_BUDGET.isdisjoint(given):
            copied.shared = {}
        if "failure_budget" in given or not _OWN_BUDGET.isdisjoint(given):
            own = given.get("failure_budget", None if self.config.failure_budget is None else UNSET)
            copied._budget = _budget_of(own)  # noqa: SLF001  # the copy is of this class
        return copied

    copy = with_options

    def in_mode(self, mode: Mode) -> Self:
        """Return a client whose calls give responses (`raw`, `streamed`) instead of values."""
        return self._copied(_mode=mode)

    def with_keywords(self, keywords: Mapping[str, Any]) -> Self:
        """Return a client whose calls have values for keywords that its interceptors declare."""
        return self._copied(_keywords=keywords)

    def declared_keywords(self) -> frozenset[str]:
        """Return the keywords that interceptors declare for any operation."""
        return frozenset(name for item in self.interceptors for names in item.keywords.values() for name in names)

    def _copied(self, **changes: Any) -> Self:
        """Return a client with other attributes, which shares the connections."""
        copied = object.__new__(type(self))
        for name, value in {**vars(self), "_is_owner": False, **changes}.items():
            if not isinstance(getattr(type(self), name, None), cached_property):  # resources belong to their client
                vars(copied)[name] = value
        return copied

    def __copy__(self) -> Self:
        """Return a client of the same options with connections of its own."""
        copied = self._copied()
        BaseClient._connect(copied)
        return copied

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return copy(self)

    def __reduce__(self) -> tuple[Any, ...]:
        # A pickle holds no key: the process that loads it takes its own from the environment.
        return _unpickled, (type(self), self.config.portable)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__()} - _INTERNAL)

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: object) -> None:
            if name in _CLIENT_OPTIONS and getattr(getattr(type(self), name, None), "fset", None) is None:
                del value  # it may be a key
                message = f"{name} of {type(self).__name__} cannot be set: with_options({name}=...) returns a client"
                raise AttributeError(f"{message} that has it", name=name, obj=self)
            super().__setattr__(name, value)

        def __getattr__(self, name: str) -> Any:
            from venice_client._core.schema.fields import hint

            message = f"{type(self).__name__!r} object has no attribute {name!r}"
            if name[:1] != "_":
                kind = type(self)
                found = [item for item in dir(kind) if isinstance(getattr(kind, item), cached_property)]
                message += hint(name, found) or f"; its resources are {', '.join(found)}"
            raise AttributeError(message, name=name, obj=self)

    def __repr__(self) -> str:
        if "config" not in vars(self):  # in a traceback of the constructor
            return f"<{type(self).__name__}>"
        key = "with an API key" if self.config.api_key else "without an API key"
        key = key if self.config.auth is None else "with credentials by a callable"
        return f"<{type(self).__name__} at {self.base_url}, {key}>"

    def _request(
        self,
        operation: Operation,
        arguments: Mapping[str, Any],
        body: Any,
        media_type: str | None,
        options: CallOptions | None,
        mode: Mode | None,
    ) -> Request:
        from venice_client._core.request.body import input_body
        from venice_client._core.request.build import has_plain_body

        keywords = self._chain(operation).keywords
        if self._keywords:
            options = cast("CallOptions", {**(options or {}), **self._keywords})
        options = options or {}
        if options and (unknown := sorted(options.keys() - OPTIONS - keywords.keys())):
            raise ArgumentError([f"{operation.name}: unexpected argument {name!r}" for name in unknown])
        request = Request(
            operation.method,
            operation.path,
            operation,
            arguments,
            body,
            media_type,
            options,
            keywords={name: value for name, value in options.items() if name in keywords} if keywords else {},
            mode=mode or self._mode,
            is_validated=check_flag("validate", options["validate"]) if "validate" in options else self.config.validate,
        )
        # Interceptors may change the body, and the check of models may wait before it is sent: both get a copy.
        if self.config.interceptors or self.config.check_models or not has_plain_body(request):
            request.body = input_body(operation, body, media_type)
        return self._with_options(request)

    def _with_options(self, request: Request) -> Request:
        """Add what the client has for every request, and the options of the call."""
        request.client = self
        request.headers |= self.config.default_headers
        if self.config.default_query or request.options:
            from venice_client._core.request.build import add_query, apply_options

            add_query(request, self.config.default_query)
            apply_options(request)
        return request

    def _chain(self, operation: Operation | None) -> Chain:
        key = "" if operation is None else operation.key
        found = self._chains.get(key)
        if found is None:
            found = self._chains[key] = Chain.of(self.interceptors, self._operations.addresses(key))
        return found

    def _free_request(self, method: str, path: str, cast_to: Any, options: RequestOptions) -> tuple[Request, Any]:
        """Return the request of a path that the contract lacks, and what converts its response."""
        from venice_client._core.request.custom_request import check_method, write_free_request
        from venice_client._core.response.cast import caster

        convert = caster(cast_to)
        if convert is not None and options.get("stream", False) is True:
            raise RequestValidationError(["request: pass cast_to or stream=True: the events of a stream are not cast"])
        request = self._with_options(Request(check_method(method), path, options=options, is_validated=False))
        write_free_request(request, self.base_url)
        if convert is None and not request.is_event_stream:
            request.mode = "raw"
        return request, None if request.is_event_stream else convert

    def _build(self, request: Request) -> None:
        from venice_client._core.request.build import build

        build(request)
        if self.config.timeout is not None:
            request.limit_time(self.config.timeout)

    def _headers(self, request: Request) -> dict[str, str]:
        """Return the headers of a request with the credentials of its operation. The request never holds the key."""
        lower = set(map(str.lower, request.headers))
        headers = dict(request.headers) if "user-agent" in lower else {"User-Agent": USER_AGENT, **request.headers}
        if "authorization" in lower:
            return headers
        headers |= request.credentials
        if request.operation is None:
            return headers if request.credentials else headers | self._bearer()
        operation = request.operation
        given = request.credentials or not lower.isdisjoint(operation.credentials | WALLET_HEADERS)
        if operation.credentials and not given:
            bearer = self._bearer() if operation.takes_key else {}
            if not bearer and () not in operation.security:
                raise MissingAPIKeyError(_missing(operation))
            headers |= bearer
        return headers

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": Secret(f"Bearer {self.config.api_key}")} if self.config.api_key else {}

    def _seconds(self, request: Request) -> float:
        paid = request.operation is not None and request.operation.paid
        return request.timeout or (PAID_SECONDS if paid else SECONDS)

    def _check(self, request: Request, answer: Answer) -> None:
        """Raise the error of a response that is not 2xx; mask secrets that its headers repeat, before they are read."""
        if (masked := self._mask(request).headers(answer.headers)) is not None:
            answer.headers = Headers((name.encode(), value.encode()) for name, value in masked.items())
        if not 200 <= answer.status_code < 300:
            from venice_client._core.response.error_body import declared_data, error_from_response

            secrets = self._secrets(request)
            error = error_from_response(answer, method=request.method, path=request.path, secrets=secrets)
            error.data = declared_data(request.operation, error)
            raise error

    def _secrets(self, request: Request) -> list[str]:
        """Return what a response may repeat and no error may show: the key, and secrets of the caller's own headers."""
        given = {**request.headers, **request.credentials}
        names = [name for name in given if name in request.credentials or is_secret_name(name)]
        own: list[str] = [Secret(given[name].split()[-1]) for name in names if given[name].strip()]
        own += [Secret(value) for name, value in request.query if is_secret_name(name)]
        return [*own, self.config.api_key] if self.config.api_key else own

    def _mask(self, request: Request) -> Mask:
        """Return what removes the secrets of a request from errors."""
        return mask_of(tuple(self._secrets(request)))

    def _result(self, request: Request, answer: Answer, convert: Converter | None) -> Result:
        """Return what makes the result of a request out of its response."""
        from venice_client._core.streaming.result import Result

        return Result(
            request,
            answer,
            convert,
            chain=self._chain(request.operation),
            strict=self.config.strict,
            is_async=self.is_async,
            secrets=lambda: self._secrets(request),
        )


def _budget_of(option: FailureBudget | Unset | None) -> FailureBudget:
    if option is None:
        return FailureBudget.off()
    return FailureBudget() if isinstance(option, Unset) else option


def _unpickled(kind: Any, options: Mapping[str, Any]) -> Any:  # a subclass of BaseClient, whose constructor differs
    return kind(**options)


def _missing(operation: Operation) -> str:
    if operation.takes_key:
        return f"{operation.key} needs an API key, and none was given: pass api_key=..., or set VENICE_API_KEY."
    schemes = dict.fromkeys(scheme.parameter for alternative in operation.security for scheme in alternative)
    what = "a signer" if SIGNED_HEADER.lower() in operation.credentials else "a function that returns it"
    return f"{operation.key} needs the header {' or '.join(schemes)}: pass it, or give the client {what} with auth=..."
