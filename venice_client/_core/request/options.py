"""
Checks of options that a client and a single call share: one function each. The message says what must hold.

They raise RequestValidationError before anything is sent.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from venice_client._core.errors import RequestValidationError

_HEADER_NAME: Final = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
_HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")


def refuse(option: str, rule: str, value: Any, *, is_secret: bool = False) -> RequestValidationError:
    """Return the error of an option: "max_retries must be an integer >= 0, got -1"."""
    shown = repr(value) if isinstance(value, int | float | None) and not is_secret else type(value).__name__
    return RequestValidationError([f"{option} must be {rule}, got {shown}"])


def check_flag(option: str, value: Any) -> bool:
    """Check an option that is on or off."""
    if not isinstance(value, bool):
        raise refuse(option, "True or False", value)
    return value


def check_seconds(option: str, value: Any) -> float:
    """Check a number of seconds that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise refuse(option, "a number of seconds >= 0", value)
    return value


def check_timeout(value: Any, option: str = "timeout") -> float | None:
    """Check a time limit: a number of seconds above 0, or None for the default."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0 or math.isnan(value):
        raise refuse(option, "a number of seconds > 0 or None", value)
    return value


def check_headers(value: Any, option: str = "extra_headers") -> Mapping[str, str]:
    """Check headers: a mapping of names to texts of printable ASCII. A value may be secret, so none is shown."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise refuse(option, "a mapping of header names to str", value)
    problems = [problem for name, text in value.items() if (problem := header_problem(name, text))]
    if problems:
        raise RequestValidationError([f"{option}: {problem}" for problem in problems])
    return value


def header_problem(name: Any, text: Any) -> str:
    """Return what keeps a header from being sent; "" where nothing does."""
    if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
        return f"the header name {str(name)[:40]!r} holds characters that no header name has"
    if not isinstance(text, str) or not _HEADER_VALUE.fullmatch(text):
        return f"the header {name[:40]!r} must be str of printable ASCII on one line"
    return ""


def check_mapping(value: Any, option: str) -> Mapping[str, Any]:
    """Check an option that adds parameters or fields by name."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise refuse(option, "a mapping with names of type str", value)
    return value


def set_header(headers: dict[str, str], name: str, value: str) -> None:
    """Set a header instead of those of the same name in any case."""
    lower = name.lower()
    for known in [item for item in headers if item.lower() == lower]:
        del headers[known]
    headers[name] = value


def has_header(headers: Mapping[str, str], name: str) -> bool:
    """Whether there is a header of a name, in any case."""
    lower = name.lower()
    return any(item.lower() == lower for item in headers)
