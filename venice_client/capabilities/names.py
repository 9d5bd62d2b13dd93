"""
An operation by one of its short names, and its arguments by their names on the wire.

`image-edit`, `images.edit` and `POST /image/edit` are one. Arguments are taken as the operation's method takes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from venice_client._core.errors import RequestValidationError
from venice_client._core.request.call import CallOptions
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.shapes import Ref
from venice_client.api import OPERATIONS
from venice_client.capabilities.request_values import fields
from venice_client.capabilities.rules import ALIASES, TARGETS

_BESIDE = frozenset(
    {
        *CallOptions.__annotations__,
        *("fit", "strip_metadata", "progress"),
        *("handle", "save_to", "overwrite", "complete", "poll_interval", "wait_timeout"),
    }
)
"""What methods take that is no parameter of the API."""


def find_operation(name: str) -> Operation:
    """Return the operation of a name, those that use a model first. Raises RequestValidationError where none has it."""
    if name in OPERATIONS:
        return OPERATIONS[name]
    wanted = _plain(ALIASES.get(name, name))
    ordered = sorted(OPERATIONS, key=lambda key: key not in TARGETS)
    for key in ordered:
        if wanted in _of_key(key):
            return OPERATIONS[key]
    # The method's name stands in the endpoint's module, so that these are looked at last.
    for key in ordered:
        if _plain(OPERATIONS[key].name) == wanted:
            return OPERATIONS[key]
    from difflib import get_close_matches

    known = [OPERATIONS[key].name for key in OPERATIONS if key in TARGETS]
    near = get_close_matches(wanted, map(_plain, known), 1, 0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"those that use a model are {', '.join(known)}"
    raise RequestValidationError([f"operation: {name[:80]!r} is none; {hint}"])


def on_the_wire(operation: Operation, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the arguments of the body by their names on the wire, and a problem for each that is not known."""
    wires = dict(_parameters(operation))
    if operation.key in TARGETS:  # `model` names the model, whatever the operation calls it
        wires.setdefault("model", next((name for name in TARGETS[operation.key].names if name in wires), "model"))
    outside = {name for item in operation.parameters for name in (item.name, item.wire)}
    given = {name: value for name, value in arguments.items() if value is not UNSET}
    values = {wires[name]: value for name, value in given.items() if name in wires}
    unknown = [name for name in given if name not in wires and name not in _BESIDE and name not in outside]
    values |= fields(given.get("extra_body"))
    known = ", ".join(sorted(set(wires))) or "none"
    return values, [f"{name}: {operation.key} has no such parameter; it has {known}" for name in unknown if wires]


def _parameters(operation: Operation) -> Iterator[tuple[str, str]]:
    for shape in operation.bodies.values():
        if isinstance(shape, Ref):
            for name, declared in shape.model.FIELDS.items():
                yield declared.wire, declared.wire
                yield name, declared.wire


def _of_key(key: str) -> tuple[str, str]:
    return _plain(key), _plain(key.partition(" ")[2])


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
