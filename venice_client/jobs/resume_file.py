"""
What is needed to fetch work that was ordered, in this process or in another: as a value, a dict, JSON, or a file.

It holds no key and asks nobody: what a job does with it is `job`'s business, the file that guards an order
`order_file`'s.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

from attrs import field, frozen

from venice_client._core.errors import RequestValidationError
from venice_client._core.schema.model import Model

ORDERING: Final = "ordering"
"""The state of a file whose order was sent, for all that is known, and not yet answered."""
_LONGEST: Final = 256 * 1024
"""No handle is longer than that: a path given by mistake is not read whole."""
_TEXTS: Final = ("operation", "queue_id", "model", "download_url", "fingerprint", "ordered_at", "saved_as")


@frozen(kw_only=True)
class Handle:
    """An order that was made. Its download address gives access to the file, so that it is not shown."""

    operation: str
    """What ordered it, such as "POST /video/queue"."""
    queue_id: str
    model: str
    download_url: str | None = field(default=None, repr=False)
    """Where the file will be, if the order's answer said so."""
    fingerprint: str | None = field(default=None, repr=False)
    """The hash of the request, by which a second run knows its order again."""
    ordered_at: str | None = None
    """The time of the order: ISO 8601, in UTC."""
    saved_as: str | None = None
    """The file that was about to get its name when this was written: its whole path."""
    saved_size: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return what it holds, for JSON."""
        found = {name: getattr(self, name) for name in (*_TEXTS, "saved_size")}
        return {name: value for name, value in found.items() if value is not None}

    def to_json(self) -> str:
        """Return it as JSON."""
        return json.dumps(self.to_dict(), indent=2) + "\n"

    def saved(self, path: str | os.PathLike[str]) -> Path | None:
        """Return the file that a run before has saved under a name, whose ending may have been made to fit."""
        if self.saved_as is None:
            return None
        there, given = Path(self.saved_as), Path(path).expanduser().absolute()
        fitting = {given, given.with_suffix(there.suffix), given.with_name(given.name.rstrip(".") + there.suffix)}
        is_it = there in fitting and there.is_file() and there.stat().st_size == self.saved_size
        return there if is_it else None


class Holder(Protocol):
    """A job, of either client."""

    @property
    def handle(self) -> Handle: ...


HandleInput: TypeAlias = str | os.PathLike[str] | Mapping[str, Any] | Handle | Holder | Model
"""What an order can be gone on with: a path, JSON, a dict, a handle, a job, or what `queue` gave."""


def handle_of(raw: Mapping[str, Any], operation: str, *, where: str = "handle") -> Handle:
    """Read a handle for an operation. Raises RequestValidationError with all that is wrong with it."""
    if raw.get("state") == ORDERING:
        told = "this order is being made by another run, or a run was stopped before the answer came"
        way = "it may have been paid for: look at your account's usage, and delete the file to order anew"
        raise RequestValidationError([f"{where}: {told}; {way}"])
    found = {name: raw[name] for name in (*_TEXTS, "saved_size") if raw.get(name) is not None}
    found.setdefault("operation", operation)
    problems = [
        f"{where}: {name} is missing; what video.queue or audio.queue answered has it"
        for name in ("queue_id", "model")
        if name not in found
    ]
    problems += [
        f"{where}: {name} should be a text, and is a {type(found[name]).__name__}"
        for name in _TEXTS
        if name in found and not isinstance(found[name], str)
    ]
    size = found.get("saved_size", 0)
    if isinstance(size, bool) or not isinstance(size, int):
        problems.append(f"{where}: saved_size should be a whole number, and is a {type(size).__name__}")
    if not problems and found["operation"] != operation:
        other = found["operation"].rpartition("/")[0].rpartition("/")[2]
        problems.append(f"{where}: it is of {found['operation'][:60]!r}: resume it with venice.{other[:20]}.resume")
    if problems:
        raise RequestValidationError(problems)
    return Handle(**found)


def read_record(path: Path) -> dict[str, Any]:
    """Read the JSON object in a file. Raises RequestValidationError where there is none, OSError as the system does."""
    with path.open("rb") as file:
        content = file.read(_LONGEST + 1)
    return parse_record(content if len(content) <= _LONGEST else b"", str(path))


def parse_record(text: str | bytes, where: str) -> dict[str, Any]:
    """Read a JSON object."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise RequestValidationError([f"{where}: this is no handle of a job, which is a JSON object"])
    return found


def find_handle(source: HandleInput, operation: str, *, local_files: bool) -> tuple[Handle, Path | None]:
    """
    Take a handle from what people have: a handle, a job, a dict, what `queue` gave, JSON, or the path of a file.

    Returns the path too where it is a file.
    """
    held = getattr(source, "handle", source)
    if isinstance(held, Handle):
        return handle_of(held.to_dict(), operation), None
    if isinstance(source, Model):  # what `queue` gave
        source = source.to_dict()
    if isinstance(source, Mapping):
        return handle_of(source, operation), None
    wanted: Any = source
    if isinstance(source, str) and source.lstrip().startswith("{"):
        return handle_of(parse_record(source, "handle"), operation), None
    if not isinstance(wanted, str | os.PathLike):
        kinds = "a job, a handle, a dict, JSON, or a path"
        raise RequestValidationError([f"handle: {kinds} is wanted, not a {type(wanted).__name__}"])
    if not local_files:
        raise RequestValidationError(["handle: this client opens no files (local_files=False): pass its JSON"])
    path = Path(wanted).expanduser()
    return handle_of(read_record(path), operation, where=str(path)), path
