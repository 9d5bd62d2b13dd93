"""Errors of calls that were not sent: nothing reached the server."""

from __future__ import annotations

from collections.abc import Sequence

from venice_client._core.errors.base import VeniceError


class TooManyFailuresError(VeniceError):
    """
    Not sent: too many calls of this client failed in the last 30 seconds, and a few more failures would make the
    vendor block the account. `retry_after` says in how many seconds a call can be made again.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RequestValidationError(VeniceError, ValueError):
    """
    The arguments cannot be sent. `problems` lists everything that is wrong, not only the first thing.

    `way_out` names what sends the request anyway, where something does.
    """

    def __init__(self, problems: Sequence[str], way_out: str = "") -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        many = len(self.problems) > 1
        listed = "".join(f"\n  - {problem}" for problem in self.problems) if many else "".join(self.problems)
        self.way_out = way_out
        text = f"{len(self.problems)} problems:{listed}" if many else listed
        separator = "\n  " if many else "; "
        super().__init__(f"{text}{separator}{way_out}" if way_out else text)


class ArgumentError(RequestValidationError, TypeError):
    """A method was given an argument that it does not have, or lacks one that it requires. Nothing was sent."""


class MissingAPIKeyError(VeniceError, ValueError):
    """The operation needs an API key, and none was given."""

    def __init__(self, message: str = "no API key: pass api_key=..., or set VENICE_API_KEY") -> None:
        super().__init__(message)


class OperationUnavailableError(VeniceError):
    """The contract that this client was generated from lacks the operation, such as `POST /image/edit`."""

    def __init__(self, operation: str, message: str | None = None) -> None:
        super().__init__(message or f"{operation} is not in the API contract of the installed venice-client")
        self.operation = operation
