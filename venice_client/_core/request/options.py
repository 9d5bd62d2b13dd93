"""
Checks of options that a client and a single call share: one function each. The message says what must hold.

They raise RequestValidationError before anything is sent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Protocol, TypeGuard

from attrs import fields, frozen

from venice_client._core.errors import RequestValidationError
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.values import is_number


def refuse(option: str, rule: str, value: Any, *, is_secret: bool = False, advice: str = "") -> RequestValidationError:
    """Return the error of an option: "max_retries must be an integer >= 0, got -1"."""
    found = f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
    shown = repr(value) if isinstance(value, int | float | None) and not is_secret else found
    return RequestValidationError([f"{option} must be {rule}, got {shown}{advice}"])


def check_flag(option: str, value: Any) -> bool:
    """Check an option that is on or off."""
    if not isinstance(value, bool):
        raise refuse(option, "True or False", value)
    return value


class URL(Protocol):
    """A URL object such as `httpx.URL`; its str() is the URL."""

    @property
    def host(self) -> str: ...
    @property
    def scheme(self) -> str: ...


class TimeLimits(Protocol):
    """The four limits of an HTTP library, in seconds; None sets no limit. `httpx.Timeout` has them."""

    @property
    def connect(self) -> float | None: ...
    @property
    def read(self) -> float | None: ...
    @property
    def write(self) -> float | None: ...
    @property
    def pool(self) -> float | None: ...


@frozen
class Timeout:
    """Limits in seconds for connecting, for each read and write, and for a free connection; None sets no limit."""

    connect: float | None
    read: float | None
    write: float | None
    pool: float | None


def check_timeout(value: Any) -> float | Timeout | None:
    """Check a time limit: seconds above 0, an object like `httpx.Timeout`, or None for the default."""
    if value is None or isinstance(value, Timeout) or _is_limit(value):
        return value
    parts = _parts(value)
    if UNSET in parts.values() or isinstance(value, int | float):
        raise refuse("timeout", "a finite number of seconds > 0, httpx.Timeout or None", value)
    for name, part in parts.items():
        if part is not None and not _is_limit(part):
            raise refuse(f"timeout.{name}", "a finite number of seconds > 0 or None", part)
    return Timeout(**parts)


def _parts(timeout: Any) -> dict[str, Any]:
    return {item.name: getattr(timeout, item.name, UNSET) for item in fields(Timeout)}


def limits_of(http_client: Any) -> Timeout | None:
    """Return the time limits that a caller gave to an httpx client; None for the library's default of 5 seconds."""
    parts = _parts(getattr(http_client, "timeout", None))
    if UNSET in parts.values() or set(parts.values()) == {5.0}:
        return None
    return Timeout(**parts)


def check_idle_timeout(value: Any) -> float | None:
    """Check the option `idle_timeout`: seconds above 0, or None for the default."""
    if value is not None and not _is_limit(value):
        raise refuse("idle_timeout", "a finite number of seconds > 0 or None", value)
    return value


def _is_limit(value: Any) -> TypeGuard[float]:
    return is_number(value) and 0 < value < math.inf


def check_mapping(value: Any, option: str) -> Mapping[str, Any]:
    """Check an option that adds parameters or fields by name."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise refuse(option, "a mapping with names of type str", value)
    return value
