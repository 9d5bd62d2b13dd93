"""
What identifies an order, so that this process or another one can fetch its file: as a value, a dict, JSON, or a file.

The file guards an order: it is created before the order is sent, holds the order's id as soon as there is one, and is
removed when the result is safe. So a crash loses nothing that was paid for, and a second run pays for nothing again. It
holds no key. Its content is always whole: a new one is written beside it and replaces it.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

from attrs import field, frozen

from venice_client._core.errors import RequestValidationError, VeniceError
from venice_client._core.errors.text import one_line
from venice_client._core.request.options import check_path
from venice_client._core.response.save import naming, replace_content, write_whole
from venice_client._core.schema.model import Model
from venice_client._core.schema.table import OperationTable

_ORDERING: Final = "ordering"
"""The state of a file whose order was sent, as far as is known, and has no response yet."""
_LONGEST: Final = 256 * 1024
"""Bytes of the longest file that is read: a path that was given by mistake is not read whole."""
_DAMAGED: Final = "where it is damaged, look at the account's usage, and delete it to order again"
_TEXTS: Final = ("operation", "queue_id", "model", "download_url", "fingerprint", "ordered_at", "saved_as")


@frozen(kw_only=True)
class ResumeData:
    """An order. Its download address gives access to the file, so `repr` leaves it out."""

    operation: str
    """The operation that ordered it, such as "POST /video/queue"."""
    queue_id: str
    model: str
    download_url: str | None = field(default=None, repr=False)
    """The address of the file, if the response to the order named one."""
    fingerprint: str | None = field(default=None, repr=False)
    """The hash of the request, by which a second run recognises its order."""
    ordered_at: str | None = None
    """The time of the order: ISO 8601, in UTC."""
    saved_as: str | None = None
    """The absolute path of the file that was about to get its name when this was written."""
    saved_size: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set, for JSON."""
        fields = {name: getattr(self, name) for name in (*_TEXTS, "saved_size")}
        return {name: value for name, value in fields.items() if value is not None}

    def to_json(self) -> str:
        """Return the fields as JSON."""
        return json.dumps(self.to_dict(), indent=2) + "\n"

    def saved_file(self, path: str | os.PathLike[str]) -> Path | None:
        """Return the file that an earlier run saved under this name, whose suffix may have been changed to fit."""
        if self.saved_as is None:
            return None
        saved, given = Path(self.saved_as), Path(path).expanduser().absolute()
        fitting = {given, given.with_suffix(saved.suffix), given.with_name(given.name.rstrip(".") + saved.suffix)}
        is_saved = saved in fitting and saved.is_file() and saved.stat().st_size == self.saved_size
        return saved if is_saved else None


class HasResumeData(Protocol):
    """A job, of either client."""

    @property
    def resume_data(self) -> ResumeData: ...


PathInput: TypeAlias = str | os.PathLike[str]
ResumeSource: TypeAlias = str | os.PathLike[str] | Mapping[str, Any] | ResumeData | HasResumeData | Model
"""What an order can be resumed from: a path, JSON, a dict, `ResumeData`, a job, or the result of `queue`."""


class ResumeFile:
    """The file of one order."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = check_path("resume_file", path)

    def claim(self, operation: str, fingerprint: str, operations: OperationTable) -> ResumeData | None:
        """
        Create the file for a new order, and return None; or return the same order, if an earlier run left it.

        Raises RequestValidationError where the file holds another order, or one of which it is not known whether it was
        made; that file stays until the user deletes it.
        """
        try:
            descriptor = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return self._left_by_earlier_run(operation, fingerprint, operations)
        record = {"state": _ORDERING, "operation": operation, "fingerprint": fingerprint}
        try:
            with naming(self.path):
                write_whole(descriptor, json.dumps(record).encode())
        except BaseException:  # nothing was ordered, so a full disk must not leave half of a file
            self.remove()
            raise
        return None

    @property
    def has_order(self) -> bool:
        """Whether it is there and names its order, so that it can be resumed."""
        with contextlib.suppress(OSError, RequestValidationError):
            return "queue_id" in _read_record(self.path)
        return False

    def write(self, data: ResumeData) -> None:
        """Replace the content."""
        replace_content(self.path, data.to_json().encode())

    def remove(self) -> None:
        """Remove the file, and what a kill has left beside it."""
        self.path.unlink(missing_ok=True)
        for part in self.path.parent.glob(f".{glob.escape(self.path.name)}-*.part"):
            part.unlink(missing_ok=True)

    def keep_or_remove(self, error: BaseException) -> None:
        """Remove the file after an order that failed, if nothing was ordered; else note that it stays."""
        if isinstance(error, VeniceError) and not error.may_have_been_charged:
            self.remove()
        else:
            error.add_note(f"The order may have been made, so {self.path} stays: a second run will not repeat it.")

    def _left_by_earlier_run(self, operation: str, fingerprint: str, operations: OperationTable) -> ResumeData:
        record = _read_record(self.path)
        if record.get("fingerprint") != fingerprint:
            order = one_line(str(record.get("queue_id") or "an order in progress"), 80)
            problem = f"resume_file: {self.path} holds another request ({order})"
            raise RequestValidationError([f"{problem}; finish that one with resume(...), or pass another name"])
        return _read_data(record, operation, operations, where=str(self.path))


def find_resume_data(
    source: ResumeSource, operation: str, operations: OperationTable, *, local_files: bool
) -> tuple[ResumeData, Path | None]:
    """
    Read what an order can be resumed from, and return the path too where it is a file.

    Raises RequestValidationError with all that is wrong with it, and OSError where a file cannot be read.
    """
    data = getattr(source, "resume_data", source)
    if isinstance(data, ResumeData):
        return _read_data(data.to_dict(), operation, operations), None
    if isinstance(source, Model):  # the result of `queue`
        source = source.to_dict()
    if isinstance(source, Mapping):
        return _read_data(source, operation, operations), None
    if isinstance(source, str) and source.lstrip().startswith("{"):
        return _read_data(_parse(source, "source"), operation, operations), None
    unchecked: Any = source
    if not isinstance(unchecked, str | os.PathLike):
        kinds = "a path, JSON, a dict, a job, or the result of queue()"
        raise RequestValidationError([f"source must be {kinds}, got {type(unchecked).__name__}"])
    if not local_files:
        raise RequestValidationError(["source: this client opens no files (local_files=False); pass the JSON"])
    path = check_path("source", unchecked)
    try:
        record = _read_record(path)
    except FileNotFoundError:
        text = 'there is no such resume file; an order is resumed by {"queue_id": ..., "model": ...} too'
        raise FileNotFoundError(errno.ENOENT, text, str(path)) from None
    return _read_data(record, operation, operations, where=str(path)), path


def _read_data(
    record: Mapping[str, Any], operation: str, operations: OperationTable, *, where: str = "source"
) -> ResumeData:
    if record.get("state") == _ORDERING:
        found = "another run is making this order, or was stopped before the response came"
        way = "it may have been paid for: look at the account's usage, and delete the file to order again"
        raise RequestValidationError([f"{where}: {found}; {way}"])
    fields = {name: record[name] for name in (*_TEXTS, "saved_size") if record.get(name) is not None}
    fields.setdefault("operation", operation)
    problems = [f"{where}: {name} is missing" for name in ("queue_id", "model") if fields.get(name, "") == ""]
    problems += [
        f"{where}: {name} must be str, got {type(fields[name]).__name__}"
        for name in _TEXTS
        if name in fields and not isinstance(fields[name], str)
    ]
    size = fields.get("saved_size", 0)
    if type(size) is not int:
        problems.append(f"{where}: saved_size must be int, got {type(size).__name__}")
    if not problems:
        fields["operation"] = operations.address(fields["operation"])  # it may have moved since
    if not problems and fields["operation"] != operation:
        resource = fields["operation"].rpartition("/")[0].rpartition("/")[2]
        way = f"; use venice.{resource}.resume" if resource in ("audio", "video") else ""
        problems.append(f"{where}: this order is of {fields['operation'][:60]!r}{way}")
    if problems:
        raise RequestValidationError(problems)
    return ResumeData(**fields)


def _read_record(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        content = file.read(_LONGEST + 1)
    return _parse(content if len(content) <= _LONGEST else b"", str(path))


def _parse(text: str | bytes, where: str) -> dict[str, Any]:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise RequestValidationError([f"{where}: a resume file must hold a JSON object; {_DAMAGED}"])
    return record
