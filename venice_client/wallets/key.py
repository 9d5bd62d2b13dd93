"""Where a wallet's private key comes from: a value, a file, the system's keyring, or a callable. It is never shown."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeAlias

from venice_client._core.errors import RequestValidationError

KeyInput: TypeAlias = str | bytes | bytearray | Callable[[], "str | bytes | bytearray"]
"""A private key, or a callable that returns one."""


class Secret:
    """A private key in memory. It has no repr of its content and cannot be pickled or copied."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """Return the key. Keep it in no variable."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key cannot be pickled or copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a private key cannot be pickled or copied")


def read_secret(key: KeyInput, parse: Callable[[str | bytes], bytes | None]) -> Secret | None:
    """
    Return a key as a Secret, or None where `parse` does not recognise it.

    Nothing is raised here, so that no traceback holds a frame with the key.
    """
    value: object = key() if callable(key) else key
    if isinstance(value, str):
        found = parse(value.strip())
    elif isinstance(value, bytes | bytearray):
        found = parse(bytes(value))
    else:
        found = None
    return None if found is None else Secret(found)


def read_file(path: str | os.PathLike[str]) -> str:
    """Read a key from a text file. Raises RequestValidationError, without the content, where it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise RequestValidationError([f"the key file {path} cannot be read: {type(error).__name__}"]) from None


def read_keyring(service: str, username: str) -> str:
    """Read a key from the system's keyring with the package `keyring`."""
    try:
        import keyring
    except ImportError as error:
        raise RequestValidationError(["keyring: the package is not installed: pip install keyring"]) from error
    found: str | None = keyring.get_password(service, username)
    if not found:
        raise RequestValidationError([f"the keyring has no password of {username!r} for {service!r}"])
    return found
