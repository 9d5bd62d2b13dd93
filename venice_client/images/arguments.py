"""
What both kinds of `venice.images` share: how the arguments of a method become operation, body and options of a call.

It knows no field of any operation. What becomes of the pictures in the body is decided in `places`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from venice_client._core.errors import OperationUnavailableError, RequestValidationError
from venice_client._core.request.body import choose_body
from venice_client._core.request.call import CallOptions
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.values import is_content
from venice_client.api import OPERATIONS
from venice_client.images.embed import Pictured, Progress

EDIT = "POST /image/edit"
MULTI_EDIT = "POST /image/multi-edit"
UPSCALE = "POST /image/upscale"
REMOVE_BACKGROUND = "POST /image/background-remove"
GENERATE = "POST /image/generate"
_OPTIONS = frozenset(CallOptions.__annotations__)


def asked(
    key: str,
    given: Mapping[str, Any],
    options: Mapping[str, Any],
    resize: bool,
    strip_metadata: bool,
    progress: Progress,
) -> tuple[Operation, dict[str, Any], Any, CallOptions]:
    """
    Make operation, arguments, body and options of a call.

    Raises OperationUnavailableError where the contract has no such operation, RequestValidationError for a parameter
    that it does not have, and where nothing was given.
    """
    if key not in OPERATIONS:
        raise OperationUnavailableError(key)
    operation = OPERATIONS[key]
    if all(value is UNSET for value in given.values()) and not options.get("extra_body"):
        raise RequestValidationError([f"{' or '.join(given)}: a picture is needed"])
    fields = {**given, **options}
    call_options: Any = {name: fields.pop(name) for name in _OPTIONS & set(fields)}
    arguments = {item.name: fields.pop(item.name) for item in operation.parameters if item.name in fields}
    body = choose_body(operation, fields, call_options.get("extra_body"), by_name=True)
    if operation.pictures and body is not UNSET:
        body = Pictured(body, resize, strip_metadata, progress)
    return operation, arguments, body, call_options


def listed(images: Iterable[Any]) -> Any:
    """Take pictures from what gives them one by one too, such as the files that a folder lists."""
    return list(images) if isinstance(images, Iterator) and not is_content(images) else images
