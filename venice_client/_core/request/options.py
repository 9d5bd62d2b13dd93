"""
Checks of options that a client and a single call share: one function each. The message says what must hold.

They raise RequestValidationError before anything is sent.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol, TypeGuard

from attrs import fields, frozen

from venice_client._core.errors import RequestValidationError
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.values import is_number

_MOST_SECONDS: Final = 1e9
"""The longest time limit, 31 years: sockets refuse what no clock holds, such as sys.maxsize."""


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
        raise refuse("timeout", "a finite number of seconds > 0, httpx.Timeout or None", value, advice=_at_most(value))
    for name, part in parts.items():
        if part is not None and not _is_limit(part):
            raise refuse(f"timeout.{name}", "a finite number of seconds > 0 or None", part, advice=_at_most(part))
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
        raise refuse("idle_timeout", "a finite number of seconds > 0 or None", value, advice=_at_most(value))
    return value


def _is_limit(value: Any) -> TypeGuard[float]:
    return is_number(value) and 0 < value <= _MOST_SECONDS


def _at_most(value: Any) -> str:
    return f": at most {_MOST_SECONDS:,.0f}" if is_number(value) and value > _MOST_SECONDS else ""


def check_mapping(value: Any, option: str) -> Mapping[str, Any]:
    """Check an option that adds parameters or fields by name."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise refuse(option, "a mapping with names of type str", value)
    return value


def check_call_options(options: Mapping[str, Any]) -> None:
    """Check the options of calls that are made later, so that a mistake is found at once."""
    for name in ("extra_headers", "extra_query", "extra_body"):
        check_mapping(options.get(name), name)
    check_timeout(options.get("timeout"))
    check_idle_timeout(options.get("idle_timeout"))
    if options.get("validate") is not None:
        check_flag("validate", options["validate"])


def check_path(option: str, value: Any) -> Path:
    """Check an option that names a file or a folder; a ~ at its beginning is the home folder."""
    if not isinstance(value, str | os.PathLike):
        raise refuse(option, "the path of a file or folder, str or os.PathLike", value)
    try:
        path = Path(value).expanduser()
        name = os.fsencode(path)
    except (TypeError, UnicodeEncodeError, RuntimeError) as error:  # of bytes, of half a surrogate pair, without a home
        raise RequestValidationError([f"{option} cannot be a path: {error}"]) from None
    if b"\0" in name:
        raise RequestValidationError([f"{option} cannot be a path: it holds a null character"])
    return path
