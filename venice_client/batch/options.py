"""What `images.map` was asked for, checked before anything is begun."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import attrs

from venice_client._core.errors import RequestValidationError
from venice_client.batch.inputs import checked
from venice_client.batch.task import Operation, Task

Progress: TypeAlias = bool | Callable[[int, int | None], object] | None
"""True for a bar on a terminal, or what is called with the number of pictures done, and of all where it is known."""

# Operation -> whether it takes a prompt.
_OPERATIONS: Final[Mapping[str, bool]] = {"edit": True, "upscale": False, "remove_background": False}


@attrs.frozen(kw_only=True)
class Plan:
    """What was asked for, checked."""

    pictures: Any = attrs.field(repr=False)
    task: Task
    to: Path | None = None
    manifest: Path | None = None
    concurrency: int = 8
    ordered: bool = False
    raises: bool = False
    recursive: bool = False
    resend_unknown: bool = False
    progress: Progress = None

    @property
    def limit(self) -> int:
        """How many pictures may be under way or waiting to be taken: a few more than are sent at once."""
        return self.concurrency + max(1, self.concurrency // 4)


def plan(
    client: Any,
    pictures: Any,
    prompt: str | None,
    *,
    operation: str,
    call: Callable[[Any, Any], Any] | None,
    task: str | None,
    to: str | os.PathLike[str] | None,
    manifest: str | os.PathLike[str] | None,
    concurrency: int,
    ordered: bool,
    on_error: Literal["return", "raise"],
    recursive: bool,
    resend_unknown: bool,
    progress: Progress,
    options: Mapping[str, Any],
    asynchronous: bool,
) -> Plan:
    """Check what was asked for. Raises RequestValidationError, before anything is begun."""
    problems = []
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
        problems.append(f"concurrency: {concurrency!r} is no whole number from 1 on")
    if on_error not in ("return", "raise"):
        problems.append(f"on_error: {on_error!r} is neither 'return' nor 'raise'")
    if manifest is not None and to is None:
        problems.append("manifest: it tells what was saved, so that it needs a folder to save in: pass to=...")
    if call is not None:
        if prompt is not None or operation != "edit" or options:
            problems.append("call: it takes the place of an operation: leave prompt, operation and options to it")
    elif operation not in _OPERATIONS:
        problems.append(f"operation: {operation!r} is none of {', '.join(_OPERATIONS)}; use call= for others")
    elif _OPERATIONS[operation] and prompt is None:
        problems.append(f"prompt: {operation} needs one")
    elif not _OPERATIONS[operation] and prompt is not None:
        problems.append(f"prompt: {operation} takes none")
    if problems:
        raise RequestValidationError(problems)
    checked(pictures, local_files=client.local_files, asynchronous=asynchronous)
    # Absolute, as they are to stay the same whatever the working folder becomes.
    folder = None if to is None else Path(to).expanduser().absolute()
    is_folder = isinstance(pictures, str | os.PathLike)
    if folder is not None and is_folder and folder.resolve() == Path(pictures).expanduser().resolve():
        raise RequestValidationError(["to: this is the folder of the pictures themselves; name another"])
    return Plan(
        pictures=pictures,
        task=_task(call, task, operation, prompt, dict(options)),
        to=folder,
        manifest=None if manifest is None else Path(manifest).expanduser().absolute(),
        concurrency=concurrency,
        ordered=ordered,
        raises=on_error == "raise",
        recursive=recursive,
        resend_unknown=resend_unknown,
        progress=progress,
    )


def _task(
    call: Callable[[Any, Any], Any] | None,
    name: str | None,
    operation: str,
    prompt: str | None,
    options: dict[str, Any],
) -> Task:
    if call is not None:
        own = f"{getattr(call, '__module__', '')}.{getattr(call, '__qualname__', type(call).__name__)}"
        return Task(call, name or own)
    given = {} if prompt is None else {"prompt": prompt}
    return Task(Operation(operation, {**given, **options}), name or operation)
