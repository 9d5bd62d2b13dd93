"""
The options of a client, each declared once: name, default and check. `with_options` evolves a `Config`.

The constructors' explicit signatures repeat the names for readers and type checkers; a test compares them.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Literal
from urllib.parse import SplitResult, urlunsplit

from attrs import Attribute, evolve, field, fields, frozen

from venice_client._core.auth import Signer, clean_key
from venice_client._core.errors import ArgumentError, RequestValidationError
from venice_client._core.headers import header_problem, set_header
from venice_client._core.interceptors import Interceptor, check_interceptors
from venice_client._core.masking import Secret, conceal, is_secret_name
from venice_client._core.request.options import (
    Timeout,
    check_mapping,
    check_timeout,
    limits_of,
    refuse,
)
from venice_client._core.retry.budget import FailureBudget
from venice_client._core.retry.policy import Attempt
from venice_client._core.schema.fields import hint
from venice_client._core.schema.sentinel import UNSET, Unset
from venice_client._core.schema.values import is_integer, is_number
from venice_client._core.transport.base import TransportName
from venice_client._core.transport.network import Network, Verify, shown_url, split_address
from venice_client._core.warnings import PlainHTTPWarning, warn

BASE_URL: Final = "https://api.venice.ai/api/v1"
_ARGUMENTS_ONLY: Final = frozenset({"self", "__class__", "unknown"})


def check_api_key(value: Any) -> str:
    """Check the option `api_key`; None reads VENICE_API_KEY. Returns "" where there is none."""
    if value is None:
        value = Secret(os.environ.get("VENICE_API_KEY") or "")
    if not isinstance(value, str):
        advice = ": pass its get_secret_value" if hasattr(value, "get_secret_value") else ""  # SecretStr of pydantic
        raise refuse("api_key", "str, callable or Signer", value, is_secret=True, advice=advice)
    return clean_key(Secret(value)) or ""


def check_base_url(value: Any) -> str:
    """Check the option `base_url`: str, or a URL object such as `httpx.URL`; None reads VENICE_BASE_URL."""
    if value is None or value == "":
        value = os.environ.get("VENICE_BASE_URL") or BASE_URL
    if not isinstance(value, str):
        if type(value).__name__ not in ("URL", "SplitResult"):
            raise refuse("base_url", "str or URL", value)
        value = urlunsplit(value) if isinstance(value, SplitResult) else str(value)
    url: str = Secret(value.strip())
    parts = split_address(url)
    if parts is None or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        del parts  # so that no traceback shows a key in the query
        more = ", without user, query and fragment" if set("?#@") & set(url) else ""
        text = f"base_url must be a URL of the form https://host/path{more}, got {shown_url(url)!r}"
        raise RequestValidationError([text])
    host = parts.hostname or ""
    if parts.scheme == "http" and not _is_loopback(host):
        _warn_of_plain_http(host)
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return f".{host.rstrip('.')}".endswith(".localhost")


@lru_cache(maxsize=256)
def _warn_of_plain_http(host: str) -> None:
    """Warn once a host."""
    warn(f"base_url is http: the API key is sent to {host[:80]} unencrypted; use https", PlainHTTPWarning)


def check_default_headers(value: Any) -> Mapping[str, str]:
    """Check the option `default_headers`, and trim its values. A value may be secret, so none is shown."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise refuse("default_headers", "a mapping of header names to str", value)
    if problems := [problem for name, text in value.items() if (problem := header_problem(name, text))]:
        raise RequestValidationError([f"default_headers: {problem}" for problem in problems])
    return {name: conceal(name, text.strip()) for name, text in value.items()}


def check_default_query(value: Any) -> Mapping[str, Any]:
    """Check the option `default_query`."""
    return dict(check_mapping(value, "default_query"))


def _is_e2ee(value: Any) -> bool:
    """Whether a value may be the option `e2ee`: the module that encrypts checks everything but a bool."""
    kind = type(value)
    is_own = kind.__module__.startswith("venice_client.tee.") and kind.__name__ in ("Attestation", "E2EE")
    return is_own or isinstance(value, bool)


def _must_be(rule: str, is_right: Callable[[Any], bool], *, is_secret: bool = False) -> Callable[..., None]:
    """Return the check of an option; `rule` says what its value must be."""

    def check(_config: Config, option: Attribute[Any], value: Any) -> None:
        if not is_right(value):
            raise refuse(option.name, rule, value, is_secret=is_secret)

    return check


_IS_FLAG: Final = _must_be("True or False", lambda value: isinstance(value, bool))
_IS_COUNT: Final = _must_be("an integer >= 0", lambda value: is_integer(value) and value >= 0)
_IS_WAIT: Final = _must_be("a number of seconds >= 0", lambda value: is_number(value) and value >= 0)
_IS_HOOK: Final = _must_be("callable", lambda value: value is None or callable(value))
_IS_BUDGET: Final = _must_be(
    "a FailureBudget or None", lambda value: value is None or isinstance(value, FailureBudget | Unset)
)
_IS_CHECK: Final = _must_be('True, False or "strict"', lambda value: value == "strict" or isinstance(value, bool))
_IS_E2EE: Final = _must_be("a bool, an Attestation or an E2EE", _is_e2ee)
_IS_AUTH: Final = _must_be(
    "str, callable or Signer",
    lambda value: value is None or (not isinstance(value, type) and (isinstance(value, Signer) or callable(value))),
    is_secret=True,
)

_LOCAL: Final = {"is_portable": False}  # such an option stays in its process: it may hold a secret or a connection


@frozen(kw_only=True)
class Config:
    """The options of a client. What each means is documented on `Venice`."""

    api_key: str = field(default=None, converter=check_api_key, repr=False, metadata=_LOCAL)
    auth: Any = field(default=None, validator=_IS_AUTH, repr=False, metadata=_LOCAL)  # sync or async callable, Signer
    base_url: str = field(default=None, converter=check_base_url)
    timeout: float | Timeout | None = field(default=None, converter=check_timeout)
    max_retries: int = field(default=2, validator=_IS_COUNT)
    retry_paid: bool = field(default=False, validator=_IS_FLAG)
    max_retry_wait: float = field(default=60.0, validator=_IS_WAIT)
    on_attempt: Callable[[Attempt], object] | None = field(default=None, validator=_IS_HOOK, metadata=_LOCAL)
    failure_budget: FailureBudget | Unset | None = field(
        default=UNSET, validator=_IS_BUDGET, repr=False, metadata=_LOCAL
    )
    default_headers: Mapping[str, str] = field(default=None, converter=check_default_headers, repr=False)
    default_query: Mapping[str, Any] = field(default=None, converter=check_default_query, repr=False)
    interceptors: Sequence[Interceptor] = field(default=(), converter=check_interceptors, metadata=_LOCAL)
    http_client: Any = field(default=None, repr=False, metadata=_LOCAL)  # of any library that a transport knows
    transport: TransportName | None = None
    verify: Verify = True
    proxy: str | None = field(default=None, repr=False)  # it may hold a password
    trust_env: bool = True
    validate: bool = field(default=True, validator=_IS_FLAG)
    strict: bool = field(default=False, validator=_IS_FLAG)
    local_files: bool = field(default=True, validator=_IS_FLAG)
    check_models: bool | Literal["strict"] = field(default=False, validator=_IS_CHECK)
    e2ee: object = field(default=False, validator=_IS_E2EE, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.timeout is None and (limits := limits_of(self.http_client)) is not None:
            object.__setattr__(self, "timeout", limits)

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Config:
        """Return the options of a constructor, of its `locals()`. Raises RequestValidationError for a wrong one."""
        return cls(**_credentials(_known(arguments)))

    def evolve(self, changes: Mapping[str, Any]) -> Config:
        """Return the options with changes. Headers and query parameters are added to the present ones."""
        changes = _credentials(_known(changes))
        if "default_headers" in changes:
            headers = dict(self.default_headers)
            for name, text in check_default_headers(changes["default_headers"]).items():
                set_header(headers, name, text)
            changes["default_headers"] = headers
        if "default_query" in changes:
            changes["default_query"] = {**self.default_query, **check_default_query(changes["default_query"])}
        return evolve(self, **changes)

    def __repr__(self) -> str:
        # Of what is set so far: debuggers and tracebacks also show a Config of which a check has failed.
        names = [item.name for item in fields(type(self)) if item.repr and hasattr(self, item.name)]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    @property
    def network(self) -> Network:
        """The settings of connections that the client makes. Raises RequestValidationError for a wrong one."""
        return Network(verify=self.verify, proxy=self.proxy, trust_env=self.trust_env)

    @property
    def portable(self) -> dict[str, Any]:
        """The options that another process can use: no key, hook, connection, or header with a secret."""
        options = {
            item.name: getattr(self, item.name) for item in fields(type(self)) if item.metadata.get("is_portable", True)
        }
        if not self.network.is_portable:
            del options["verify"], options["proxy"]
        for name in ("default_headers", "default_query"):
            options[name] = {key: value for key, value in options[name].items() if not is_secret_name(key)}
        return options


def _known(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options among the arguments. Raises ArgumentError for others, with the nearest names."""
    known = [item.name for item in fields(Config)]
    given = {name: item for name, item in arguments.items() if name not in _ARGUMENTS_ONLY}
    if unknown := [name for name in (*arguments.get("unknown", ()), *given) if name not in known]:
        raise ArgumentError([f"unexpected option {name!r} of the client{hint(name, known)}" for name in unknown])
    return given


def _credentials(options: dict[str, Any]) -> dict[str, Any]:
    """Sort `api_key` and `auth`: a text is the key; a callable or a Signer is called once per attempt."""
    key, auth = options.get("api_key"), options.get("auth")
    if isinstance(auth, str):
        if key is not None:
            raise RequestValidationError(["a key was given twice, as api_key and as auth: pass one of them"])
        options["api_key"], options["auth"] = auth, None
    elif not isinstance(key, type) and (isinstance(key, Signer) or callable(key)):
        if auth is not None:
            raise RequestValidationError(["credentials were given twice, as api_key and as auth: pass one of them"])
        options["api_key"], options["auth"] = "", key
    return options
