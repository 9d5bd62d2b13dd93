"""
The file that guards an order, so that a crash loses nothing that was paid for and a second run pays nothing twice.

It is claimed before the order is sent, holds the handle as soon as there is one, and goes when the result is safe. What
is kept is always whole: a new state is written beside the old one and takes its place.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path

from venice_client._core.errors import RequestValidationError, VeniceAPIError, VeniceConnectionError, VeniceError
from venice_client._core.retry.policy import TABLE, failure_of
from venice_client.jobs.resume_file import ORDERING, Handle, handle_of, read_record

_UNCLEAR = {rule.failure for rule in TABLE if rule.perhaps_done}


class OrderFile:
    """The file of one order."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).expanduser()

    def claim(self, operation: str, fingerprint: str) -> Handle | None:
        """
        Return the handle of the same order, if a run before has left it; else None: the name is taken for a new one.

        Raises RequestValidationError where the file holds another order, or one of which nobody knows whether it was
        made: of such an order the file stays, until a person has looked and deletes it.
        """
        try:
            descriptor = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            descriptor = None
        if descriptor is None:
            return self._left(operation, fingerprint)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"state": ORDERING, "operation": operation, "fingerprint": fingerprint}, file)
            file.flush()
            os.fsync(file.fileno())
        return None

    def write(self, handle: Handle) -> None:
        """Put a handle in the place of what the file holds."""
        descriptor, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=self.path.parent)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(handle.to_json())
                file.flush()
                os.fsync(file.fileno())
            Path(part).replace(self.path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(part).unlink()
            raise

    def remove(self) -> None:
        """Let the order go."""
        self.path.unlink(missing_ok=True)

    def failed(self, error: BaseException) -> None:
        """Let the name go where nothing was ordered, and else tell that the file stays."""
        if isinstance(error, VeniceError) and not perhaps_ordered(error):
            self.remove()
        else:
            error.add_note(f"The order may have been made, so that {self.path} stays: a second run will not repeat it.")

    def _left(self, operation: str, fingerprint: str) -> Handle:
        raw = read_record(self.path)
        if raw.get("fingerprint") != fingerprint:
            held = f"handle: {self.path} holds {str(raw.get('queue_id') or 'an order under way')[:80]!r}"
            way = "finish that one with resume(...), or give another name"
            raise RequestValidationError([f"{held}, which is of another request: {way}"])
        return handle_of(raw, operation, where=str(self.path))


def perhaps_ordered(error: VeniceError) -> bool:
    """Whether an order that failed in this way may have been carried out nevertheless."""
    if isinstance(error, VeniceAPIError | VeniceConnectionError):
        return failure_of(error) in _UNCLEAR
    return hasattr(error, "body")  # an answer that could not be read: it was a success
