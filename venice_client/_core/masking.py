"""
Secrets that print masked, and their removal from what a server or a proxy sends back.

A `Secret` is a str for the library that sends it, and `'***'` for everything that shows variables: test reports,
tracebacks with locals, debuggers, crash reporters. Methods of str return plain text, so their result is wrapped again,
or passed on, in the expression that calls them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

MASK: Final = "***"
SECRET_HEADERS: Final = frozenset(
    {
        "authorization",
        "cookie",
        "payment-signature",
        "proxy-authorization",
        "set-cookie",
        "set-cookie2",
        "sign-in-with-x",
        "x-402-payment",
        "x-api-key",
        "x-payment",
        "x-sign-in-with-x",
    }
)
"""Headers that give access; in lower case."""
_SECRET_NAME: Final = re.compile(
    r"(?<![a-z])(?:auth|authorization|token|jwt|secret|(?:api|access|private|subscription|functions)?[-_]?key"
    r"|password|passwd|signature|sig|credentials?|session|cookie)(?![a-z])",
    re.IGNORECASE,
)
_NOT_SECRET: Final = frozenset({"idempotency-key", "sec-websocket-key"})
_SECRET_ARGUMENTS: Final = frozenset(name.replace("-", "_") for name in SECRET_HEADERS)
_MAPPINGS: Final = frozenset({"extra_headers", "extra_query", "headers"})
"""Arguments that hold secrets by name."""
_NO_SECRETS: Final = frozenset({bytes, bytearray, list, tuple, dict, set, frozenset})
"""Types that are refused where a secret belongs, with their names alone: an empty value stands for what they hold."""
_SHORTEST: Final = 8
"""Characters of a secret that is masked in texts: a shorter one may be a word."""
_UNMISTAKABLE: Final = 12
"""Characters of a secret that is masked inside of a longer word too."""
_DEEPEST: Final = 64
"""Levels of a decoded body: a deeper one would break pickling and copying, and stays text."""


class Secret(str):
    """A text that prints masked. Its value is used as that of any str."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"'{MASK}'"

    def __getitem__(self, index: Any) -> Secret:  # a slice, of a library that shortens what it shows
        return Secret(str.__getitem__(self, index))


@lru_cache(256)  # each call sends the same few
def is_secret_name(name: str) -> bool:
    """Whether a header or a query parameter holds a secret, by its name."""
    lower = name.lower()
    return lower in SECRET_HEADERS or (lower not in _NOT_SECRET and _SECRET_NAME.search(lower) is not None)


def conceal(name: str, value: Any) -> Any:  # of any type: only a str is wrapped
    """Return the value of a header or a parameter, as a Secret, or a list of them, where its name says so."""
    if value.__class__ in (list, tuple):
        return value.__class__(conceal(name, item) for item in value)
    return Secret(value) if value.__class__ is str and is_secret_name(str(name)) else value


def conceal_all(values: Any) -> Any:  # checked elsewhere
    """Return a mapping of headers or parameters whose secret values print masked; anything else as it is."""
    if not isinstance(values, Mapping):
        return values
    return {name: conceal(name, value) for name, value in values.items()}


def conceal_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a client, with secrets in a form that prints masked, and unknown ones by name alone."""
    found = dict(options)
    if "unknown" in found:
        found["unknown"] = tuple(found["unknown"])
    for name in ("api_key", "auth", "proxy"):
        kind = found.get(name).__class__
        if kind is str:
            found[name] = Secret(found[name])
        elif kind in _NO_SECRETS:
            found[name] = kind()
    if isinstance(found.get("base_url"), str) and re.search("[@?#]", found["base_url"]):
        found["base_url"] = Secret(found["base_url"])
    for name in ("default_headers", "default_query", "set_default_headers", "set_default_query"):
        if name in found:
            found[name] = conceal_all(found[name])
    return found


def conceal_arguments(arguments: dict[str, Any]) -> None:
    """Replace arguments of a call that are or hold secrets."""
    for name in _MAPPINGS.intersection(arguments):
        arguments[name] = conceal_all(arguments[name])
    for name in _SECRET_ARGUMENTS.intersection(arguments):
        arguments[name] = conceal(name.replace("_", "-"), arguments[name])


class Mask:
    """
    Replaces secrets by `***` in what came from outside.

    A secret of fewer than 8 characters is not masked, and one of fewer than 12 not inside of a longer word: such texts
    may stand there for another reason.
    """

    __slots__ = ("_bytes", "_pattern")

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {Secret(secret.strip()) for secret in secrets if len(secret.strip()) >= _SHORTEST}
        # The longest first: one secret may begin with another.
        parts = [_pattern(form) for form in sorted(forms, key=len, reverse=True)]
        self._pattern = re.compile(Secret("|".join(parts))) if parts else None
        self._bytes = re.compile(Secret("|".join(parts)).encode()) if parts else None

    def __repr__(self) -> str:
        return "<Mask>"

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)

    def data(self, data: bytes) -> bytes:
        """Return bytes without secrets."""
        return data if self._bytes is None else self._bytes.sub(MASK.encode(), data)

    def value(self, value: Any, depth: int = 0) -> Any:
        """Return a value of JSON without secrets, keys of objects too. Raises RecursionError for a deeper one."""
        if isinstance(value, str):
            return self.text(value)
        if depth > _DEEPEST:
            raise RecursionError("the body is nested too deeply")
        if isinstance(value, dict):
            return {self.value(name): self.value(inner, depth + 1) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return type(value)([self.value(inner, depth + 1) for inner in value])
        if isinstance(value, bytes):
            return self.data(value)
        return value

    def headers(self, headers: Mapping[str, str]) -> dict[str, str] | None:
        """Return headers without secrets; None where they hold none."""
        if self._pattern is None or self._pattern.search("\n".join(headers.values())) is None:
            return None
        return {name: self.text(value) for name, value in headers.items()}

    def error(self, error: BaseException) -> None:
        """
        Remove secrets from an error of this library, and from its causes and contexts; foreign ones are dropped.

        So is its traceback: the frames hold bytes of the response, which may repeat a key.
        """
        error.__traceback__ = None
        if error.__suppress_context__:
            error.__context__ = None  # nothing prints it, and its frames hold what was read
        if self._pattern is None:
            return
        error.args = self.value(error.args)
        for name, value in vars(error).items():
            if isinstance(value, str | bytes | list | tuple | dict):
                vars(error)[name] = self._field(value)
        if self._shows(error.__cause__):
            error.__cause__ = None
        if self._shows(error.__context__):
            error.__context__ = None

    def _field(self, value: Any) -> Any:
        try:
            return self.value(value)
        except RecursionError:
            return self.text(repr(value))

    def _shows(self, error: BaseException | None) -> bool:
        """Whether an exception, or one behind it, shows a secret."""
        while error is not None and self._pattern is not None:
            if self._pattern.search(f"{error}\n{error!r}\n{vars(error)!r}"):
                return True
            error = error.__cause__ or error.__context__
        return False


@lru_cache(maxsize=32)
def mask_of(secrets: tuple[str, ...]) -> Mask:
    """Return the mask of some secrets; to make one takes as long as to read a small response."""
    return Mask(secrets)


def _pattern(secret: Secret) -> Secret:
    """Return a pattern of a secret as it is, or percent-encoded."""
    pattern = Secret("".join(_character(character) for character in secret))
    return pattern if len(secret) >= _UNMISTAKABLE else Secret(rf"(?<![^\W_]){pattern}(?![^\W_])")


def _character(character: str) -> str:
    plain = re.escape(character)
    return plain if character.isalnum() else f"(?:{plain}|%{ord(character):02x}|%{ord(character):02X})"
