"""
Credentials: a key, a callable that returns one, or a signer that is called once per attempt.

A signer takes the place of a key where an operation accepts a signed header (x402's `SIGN-IN-WITH-X`). This module
calls the function or the signer and turns the value into headers. It signs nothing, knows no wallet, and keeps no
value: a signature counts once.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

from venice_client._core.errors import AuthenticationError, MissingAPIKeyError, RequestValidationError
from venice_client._core.headers import header_problem
from venice_client._core.masking import Secret

if TYPE_CHECKING:
    from venice_client._core.schema.operation import Operation

SIGNED_HEADER = "SIGN-IN-WITH-X"
WALLET_HEADERS = frozenset({"sign-in-with-x", "x-sign-in-with-x", "payment-signature", "x-402-payment", "x-payment"})
"""The headers that a wallet signs or pays with, also by the names that the vendor still takes; in lower case."""


@runtime_checkable
class Signer(Protocol):
    """
    What signs in with a wallet.

        class Wallet:
            def sign_in_with_x(self, method: str, url: str) -> str:
                return ...  # the value of the header, with a nonce of its own

    It is called before each attempt. With AsyncVenice the method may be `async`.
    """

    def sign_in_with_x(self, method: str, url: str, /) -> str | Awaitable[str]:
        """Return the value of the header for one request; it is used once."""
        ...


@runtime_checkable
class ClockedSigner(Signer, Protocol):
    """A signer whose signatures carry the time, so that a clock that is off makes the server refuse them."""

    def synchronise(self, date: str | None) -> bool:
        """Take the time of a `Date` header. Return whether that corrects the clock, so that signing again may help."""
        ...


def signs_again(auth: Any, error: Exception, state: dict[Any, Any]) -> bool:
    """
    Whether a request is to be signed and sent again: it was refused with 401, and the signer's clock was off.

    Once a call, which `state` remembers: a server that sends other times each time is not followed.
    """
    if not isinstance(error, AuthenticationError) or not isinstance(auth, ClockedSigner) or ClockedSigner in state:
        return False
    state[ClockedSigner] = True
    return auth.synchronise(error.headers.get("date"))


Credential: TypeAlias = str | Mapping[str, str]
"""A key, or headers that give access."""
Auth: TypeAlias = str | Callable[[], Credential] | Signer
"""What `Venice(auth=...)` takes."""
AsyncAuth: TypeAlias = str | Callable[[], Credential | Awaitable[Credential]] | Signer
"""What `AsyncVenice(auth=...)` takes."""


def needs_credentials(operation: Operation | None, auth: Any, given: Mapping[str, str]) -> bool:
    """
    Whether `auth` is called for a request: the operation accepts it, and the caller passed no credentials.

    A path that the contract does not know gets what there is.
    """
    lower = {name.lower() for name in given}
    if auth is None or "authorization" in lower or not WALLET_HEADERS.isdisjoint(lower):
        return False
    if operation is None:
        return True
    schemes = [scheme for alternative in operation.security for scheme in alternative]
    if any(scheme.parameter.lower() in lower for scheme in schemes):
        return False
    if isinstance(auth, Signer):
        return any(scheme.parameter.lower() == SIGNED_HEADER.lower() for scheme in schemes)
    return bool(schemes)


async def fetch_credentials(auth: Any, method: str, url: str, *, can_wait: bool) -> dict[str, str]:
    """Return the headers with the credentials of one attempt: call the signer or the function."""
    given = _concealed(auth.sign_in_with_x(method, url) if isinstance(auth, Signer) else auth())
    if inspect.isawaitable(given):
        if not can_wait:
            if inspect.iscoroutine(given):
                given.close()
            raise RequestValidationError(
                ["api_key or auth is asynchronous, which Venice cannot await: use AsyncVenice"]
            )
        given = _concealed(await given)
    return _headers(auth, given)


def _concealed(given: Any) -> Any:
    """Return a key, or the values of headers, in a form that prints masked; anything else as it is."""
    if isinstance(given, Mapping):
        return {name: Secret(value) if isinstance(value, str) else value for name, value in given.items()}
    return Secret(given) if isinstance(given, str) else given


def clean_key(key: str | None) -> Secret | None:
    """Trim a key, as files leave line ends on it; refuse one that no header can carry, without showing it."""
    key = Secret((key or "").strip())
    if not re.fullmatch(r"[\x21-\x7e]*", key):
        wrong = next(place for place, character in enumerate(key) if not "\x21" <= character <= "\x7e")
        found = f"character {wrong + 1} of {len(key)} is not: copy it again"
        if key.lower().startswith("bearer "):
            found = "the word Bearer stands before it: leave that out"
        raise MissingAPIKeyError(f"The API key must be printable ASCII without white space, and {found}.")
    if key[:1] in ("'", '"') and key[:1] == key[-1:]:
        raise MissingAPIKeyError("The API key stands in quotes, as some readers of .env files leave it: drop them.")
    return key or None


def _headers(auth: Any, given: Any) -> dict[str, str]:
    """Return a key or headers as the headers to send. No error shows a value that does not fit."""
    if isinstance(auth, Signer):
        given = {SIGNED_HEADER: given}
    elif isinstance(given, str):
        key = clean_key(given)
        given = {"Authorization": Secret(f"Bearer {key}")} if key else {}
    if not isinstance(given, Mapping):
        raise RequestValidationError([f"api_key or auth must return a key or headers, got {type(given).__name__}"])
    headers: dict[str, str] = {}
    for name, value in given.items():
        text = Secret(value.strip() if isinstance(value, str) else "")
        if not text or header_problem(name, text):
            raise RequestValidationError(["api_key or auth must return headers of printable ASCII on one line"])
        headers[name] = text
    return headers
