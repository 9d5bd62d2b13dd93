"""What is done to each picture, and what tells it from other work on the same picture."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from venice_client._core.errors import RequestValidationError, VeniceError

# Options that change how a call is made, and not what it gives.
_OF_THE_CALL: Final = frozenset({"timeout", "idle_timeout", "validate", "extra_headers"})


@attrs.frozen
class Operation:
    """A method of `images` with its options, as what is done to each picture."""

    method: str
    options: Mapping[str, Any]

    def __call__(self, client: Any, picture: Any) -> Any:
        """Call it; what comes back is to be awaited where the client is."""
        return getattr(client.images, self.method)(picture, **self.options)


@attrs.frozen
class Task:
    """What is done to each picture."""

    call: Callable[[Any, Any], Any] = attrs.field(repr=False)
    """Takes the client and the picture."""
    name: str

    @property
    def is_own(self) -> bool:
        """
        Whether the call is one of this library's: it takes nothing but pictures, and an error that is none of the
        library's is a mistake that is not to be hidden. A caller's callable may take and raise anything.
        """
        return isinstance(self.call, Operation)

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What is an outcome, and does not end the run."""
        return (VeniceError, OSError) if self.is_own else (Exception,)

    @property
    def identity(self) -> bytes:
        """What tells this work from other work on the same picture."""
        options = self.call.options if isinstance(self.call, Operation) else {}
        lasting = {name: value for name, value in options.items() if name not in _OF_THE_CALL}
        return json.dumps([self.name, lasting], sort_keys=True, default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return hashlib.sha256(value).hexdigest()
    problem = f"a {type(value).__name__} among the options can't be told from another in the manifest"
    raise RequestValidationError([f"{problem}: pass plain values, or map without to="])
