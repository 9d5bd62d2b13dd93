"""The arguments of `images.map`, checked when it is called."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

import attrs

from venice_client._core.errors import ArgumentError, RequestValidationError
from venice_client._core.progress import Reporter
from venice_client._core.request.body import body_media_type, choose_body, input_body
from venice_client._core.request.call import CallOptions
from venice_client._core.request.options import check_call_options, check_flag, refuse
from venice_client._core.request.validation import Findings
from venice_client._core.schema.check import find_violations
from venice_client._core.schema.fields import hint
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import Ref
from venice_client._core.schema.values import is_integer
from venice_client.api import OPERATIONS
from venice_client.batch.inputs import absolute, check_pictures

MANIFEST_NAME: Final = ".venice-map.jsonl"

# Method of `images` -> its operation, and whether it takes a prompt.
_METHODS: Final[Mapping[str, tuple[str, bool]]] = {
    "edit": ("POST /image/edit", True),
    "upscale": ("POST /image/upscale", False),
    "remove_background": ("POST /image/background-remove", False),
}
_CALL_OPTIONS: Final = frozenset(CallOptions.__annotations__)
# Options that change how a call is made, and not its result.
_WITHOUT_EFFECT: Final = frozenset({"timeout", "idle_timeout", "validate", "extra_headers"})


class PictureClient(Protocol):
    """What a run uses of a client."""

    is_async: bool
    local_files: bool
    validate: bool

    def declared_keywords(self) -> frozenset[str]:
        """Return the keywords that interceptors declare."""
        ...

    def _load(self) -> None:
        """Do what the first call would do before it is sent."""
        ...

    @property
    def images(self) -> Any:
        """The resource, sync or async."""
        ...


@attrs.frozen
class MethodCall:
    """A method of `images` with its options, for each picture."""

    method: str
    options: Mapping[str, Any]

    def __call__(self, client: PictureClient, picture: Any) -> Any:
        """Call it; an async client returns an awaitable."""
        return getattr(client.images, self.method)(picture, **self.options)


@attrs.frozen
class Task:
    """The work on each picture."""

    call: Callable[[Any, Any], Any] = attrs.field(repr=False)
    """Takes the client and the picture."""
    name: str

    @property
    def is_own(self) -> bool:
        """
        Whether it is a method of this library, and not a callable of the caller.

        A method takes pictures only, and an error that is not the library's is a mistake, which must not be hidden. A
        callable may take and raise anything.
        """
        return isinstance(self.call, MethodCall)

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """The errors that are the outcome of one picture."""
        from venice_client._core.errors import VeniceError

        return (VeniceError, OSError) if self.is_own else (Exception,)

    @property
    def identity(self) -> bytes:
        """What separates this work from other work on the same picture, in the manifest."""
        options = self.call.options if isinstance(self.call, MethodCall) else {}
        kept = {name: value for name, value in options.items() if name not in _WITHOUT_EFFECT}
        return json.dumps([self.name, kept], sort_keys=True, default=_plain).encode()


@attrs.frozen(kw_only=True)
class Plan:
    """The checked arguments."""

    pictures: Any = attrs.field(repr=False)
    task: Task
    to: Path | None = None
    manifest: Path | None = None
    concurrency: int = 8
    ordered: bool = False
    raises: bool = False
    recursive: bool = False
    resend_unknown: bool = False
    reporter: Reporter
    """Of the number of outcomes, and of inputs where that is known."""

    @property
    def limit(self) -> int:
        """The number of items that may be in progress or waiting to leave: a few more than are sent at once."""
        return self.concurrency + max(1, self.concurrency // 4)


def _problems_of_call(call: Any, *, is_async: bool) -> list[str]:
    rule = "call must be a function of client and picture"
    if not callable(call):
        return [f"{rule}, got {type(call).__name__}"]
    if not is_async and inspect.iscoroutinefunction(call):
        return [f"{rule}, got a coroutine function: AsyncVenice takes it"]
    try:
        with suppress(ValueError):  # of a function in C, which has no signature
            inspect.signature(call).bind(None, None)
    except TypeError as error:
        return [f"{rule}: {error}"]
    return []


def make_plan(
    client: PictureClient,
    pictures: Any,
    prompt: str | None,
    *,
    operation: str,
    call: Any,
    task: Any,
    to: str | os.PathLike[str] | None,
    manifest: str | os.PathLike[str] | None,
    concurrency: Any,  # what a caller passes, unchecked, as are the next ones
    ordered: Any,
    on_error: Any,
    recursive: Any,
    resend_unknown: Any,
    progress: Any,
    options: Mapping[str, Any],
) -> Plan:
    """Check the arguments. Raises RequestValidationError, before anything is read or sent."""
    problems = []
    if not is_integer(concurrency) or concurrency < 1:
        problems.append(f"concurrency must be an integer >= 1, got {concurrency!r:.80}")
    if on_error not in ("return", "raise"):
        problems.append(f"on_error must be 'return' or 'raise', got {on_error!r:.80}")
    if manifest is not None and to is None:
        problems.append("manifest needs a folder to save in: pass to=")
    if call is not None:
        if prompt is not None or operation != "edit" or options:
            problems.append("call replaces the operation: pass neither prompt, operation nor its options")
        problems += _problems_of_call(call, is_async=client.is_async)
    elif not isinstance(operation, str) or operation not in _METHODS:
        problems.append(f"operation must be one of {', '.join(_METHODS)}, got {operation!r:.80}; for others pass call=")
    elif _METHODS[operation][1] != (prompt is not None):
        problems.append(f"prompt is required by {operation}" if prompt is None else f"{operation} takes no prompt")
    if problems:
        is_missing = call is None and prompt is None
        raise ArgumentError(problems) if is_missing else RequestValidationError(problems)
    for name, value in (("ordered", ordered), ("recursive", recursive), ("resend_unknown", resend_unknown)):
        check_flag(name, value)
    if task is not None and not isinstance(task, str):
        raise refuse("task", "str or None", task)
    check_pictures(pictures, local_files=client.local_files, is_async=client.is_async)
    folder = None if to is None else absolute(to, "to")
    if folder is not None and folder.exists() and not folder.is_dir():
        raise RequestValidationError([f"to must be a folder, got the file {str(folder)!r}"])
    is_folder = isinstance(pictures, str | os.PathLike)
    if folder is not None and is_folder and folder.resolve() == absolute(pictures, "pictures").resolve():
        raise RequestValidationError(["to must be another folder than that of the pictures"])
    if call is None:
        options = {name: value for name, value in options.items() if not _is_default(name, value)}
        options = options if prompt is None else {"prompt": prompt, **options}
        check_call_options(options)
        for name in ("resize", "strip_metadata"):
            check_flag(name, options.get(name, False))
        _check_options(client, operation, options)
        chosen = Task(MethodCall(operation, dict(options)), task or operation)
    else:
        name = f"{getattr(call, '__module__', '')}.{getattr(call, '__qualname__', type(call).__name__)}"
        chosen = Task(call, task or name)
    if folder is not None:
        _ = chosen.identity  # raises for an option that cannot be recorded
    path = absolute(manifest, "manifest") if manifest is not None else folder and folder / MANIFEST_NAME
    return Plan(
        pictures=pictures,
        task=chosen,
        to=folder,
        manifest=path,
        concurrency=concurrency,
        ordered=ordered,
        raises=on_error == "raise",
        recursive=recursive,
        resend_unknown=resend_unknown,
        reporter=Reporter(progress or False, "picture"),
    )


def _check_options(client: PictureClient, method: str, options: Mapping[str, Any]) -> None:
    """Check names and values, so that a mistake is found once and not once a picture."""
    operation = OPERATIONS.require(_METHODS[method][0])
    of_body = {name for shape in operation.bodies.values() if isinstance(shape, Ref) for name in shape.model.__fields__}
    of_pictures = {place.path[0] for place in operation.pictures}
    known = (_keywords(getattr(client.images, method)) | client.declared_keywords()) - of_pictures - {"progress"}
    nearest_of = sorted(known | _keywords(make_plan) - {"options"})
    if unknown := [name for name in options if name not in known | {"prompt"}]:
        way_out = "extra_body sends fields that the contract lacks"
        problems = [f"images.map: unexpected argument {name!r}{hint(name, nearest_of)}" for name in unknown]
        raise ArgumentError(problems, way_out=way_out)
    if not options.get("validate", client.validate):
        return
    fields = {name: value for name, value in options.items() if name in of_body}
    body = input_body(operation, choose_body(operation, fields, options.get("extra_body"), by_name=True), None)
    shape = operation.bodies.get(body_media_type(operation, body) or "")
    findings = Findings()
    if body is not UNSET and shape is not None:
        findings.add_body(find_violations(shape, body), body, options.get("extra_body") or {})
    # The picture itself is missing here.
    problems = [text for text in findings.problems if not text.startswith(tuple(of_pictures))]
    if problems:
        raise RequestValidationError(problems)


def _is_default(name: str, value: Any) -> bool:
    return value is UNSET or (value is None and name in _CALL_OPTIONS)


def _keywords(method: Callable[..., Any]) -> set[str]:
    parameters = inspect.signature(method).parameters.values()
    return {item.name for item in parameters if item.kind is item.KEYWORD_ONLY}


def _plain(value: Any) -> Any:
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return hashlib.sha256(value).hexdigest()
    problem = f"an option of type {type(value).__name__} cannot be recorded in the manifest"
    raise RequestValidationError([f"{problem}: pass plain values, or leave out to="])
